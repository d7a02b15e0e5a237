"""Right CAP alerts are read whole; wrong ones are refused with every reason at its place."""

from __future__ import annotations

import datetime as dt
import pickle
from decimal import Decimal

import pytest

from remit.workflows.intake.cap import MAX_CORNERS, read_cap
from remit.workflows.intake.cap_values import CapCircle, CapReference
from remit.workflows.intake.errors import MAX_ERRORS, IntakeError, IntakeErrors
from remit.workflows.intake.markup import SIGNATURES
from tests.alerts import AREA, CAP_10, CAP_11, alert, info, part

BEIJING = dt.timezone(dt.timedelta(hours=8))


def reasons(text: str | bytes) -> list[tuple[str, int]]:
    """Return the reasons for which a file is refused, each with its line."""
    with pytest.raises(IntakeErrors) as caught:
        read_cap(text if isinstance(text, bytes) else text.encode())
    return [(error.reason, error.line) for error in caught.value.errors]


def the_error(text: str) -> IntakeError:
    with pytest.raises(IntakeErrors) as caught:
        read_cap(text.encode())
    (error,) = caught.value.errors
    return error


def test_an_alert_is_read_whole() -> None:
    area = (
        "<area><areaDesc>RF社区</areaDesc>"
        "<polygon>39.9,116.3 39.9,116.4 40.0,116.4 39.9,116.3</polygon>"
        "<circle>39.95,116.35 1.5</circle>"
        "<geocode><valueName>GB2260</valueName><value>110108</value></geocode>"
        "<altitude>100</altitude><ceiling>300.5</ceiling></area>"
    )
    told = "<onset>2026-07-01T18:00:00+08:00</onset><headline>蓝色预警</headline>"
    read = read_cap(alert(more=info(told + area)).encode())
    (block,) = read.infos
    (place,) = block.areas
    assert read.version == "1.2"
    assert read.identifier == "j-city-2026-0101"
    assert read.sent == dt.datetime(2026, 7, 1, 14, 57, tzinfo=BEIJING)
    assert read.purpose == "open"
    assert block.event == "暴雨"
    assert block.onset == dt.datetime(2026, 7, 1, 18, 0, tzinfo=BEIJING)
    assert block.headline == "蓝色预警"
    assert place.polygons[0][2] == (Decimal("40.0"), Decimal("116.4"))
    assert place.circles == (CapCircle((Decimal("39.95"), Decimal("116.35")), Decimal("1.5")),)
    assert place.geocodes == (("GB2260", "110108"),)
    assert (place.altitude, place.ceiling) == (Decimal(100), Decimal("300.5"))
    assert not read.signed


def test_an_alert_may_say_nothing_but_its_head() -> None:
    assert read_cap(alert(more="").encode()).infos == ()


def test_a_blank_part_that_may_be_left_out_counts_as_left_out() -> None:
    blank = "<area><areaDesc>all</areaDesc><polygon></polygon><circle/></area>"
    (block,) = read_cap(alert(more=info(f"<expires/>{blank}", language="")).encode()).infos
    assert block.expires is None
    assert block.language == "en-US"
    assert block.areas[0].polygons == ()


@pytest.mark.parametrize("offset", ["-00:00", "+00:00", "+08:00", "-05:30", "+14:00"])
def test_a_time_carries_any_real_offset(offset: str) -> None:
    assert (
        read_cap(alert(sent=f"2026-07-01T14:57:00{offset}").encode()).sent.utcoffset() is not None
    )


@pytest.mark.parametrize(
    "time, reason",
    [
        ("2026-07-01T14:57:00", "time-without-offset"),
        ("2026-07-01T14:57:00Z", "time-without-offset"),
        ("2026-07-01T14:57:00.5+08:00", "bad-time"),
        ("2026-07-01 14:57:00+08:00", "bad-time"),
        ("2026-07-01T14:57+08:00", "bad-time"),
        ("2026-02-30T14:57:00+08:00", "bad-time"),
        ("2026-07-01T24:00:00+08:00", "bad-time"),
        ("2026-07-01T14:57:00+15:00", "bad-time"),
        ("0001-01-01T00:00:00+08:00", "bad-time"),
        ("9999-12-31T23:59:59-08:00", "bad-time"),
        ("\uff12026-07-01T14:57:00+08:00", "bad-time"),
        ("yesterday", "bad-time"),
    ],
)
def test_a_wrong_time_is_refused(time: str, reason: str) -> None:
    assert reasons(alert(sent=time)) == [(reason, 4)]


def test_a_time_in_utc_written_with_z_gets_the_way_it_is_written() -> None:
    assert the_error(alert(sent="2026-07-01T14:57:00Z")).help == "write UTC as -00:00"


@pytest.mark.parametrize("name", ["identifier", "sender", "sent", "status", "msgType", "scope"])
def test_a_required_part_of_the_head_may_not_be_missing(name: str) -> None:
    assert reasons(alert(**{name: None})) == [("missing-part", 1)]


@pytest.mark.parametrize("name", ["category", "event", "urgency", "severity", "certainty"])
def test_a_required_part_of_what_is_said_may_not_be_missing(name: str) -> None:
    assert reasons(alert(more=info(**{name: None}))) == [("missing-part", 8)]


@pytest.mark.parametrize("name", ["identifier", "sender", "status", "msgType", "scope"])
def test_a_required_part_may_not_be_blank(name: str) -> None:
    assert "blank-part" in [reason for reason, _ in reasons(alert(**{name: "  "}))]


def test_an_area_says_what_it_is_of() -> None:
    assert [reason for reason, _ in reasons(alert(more=info("<area></area>")))] == ["missing-part"]


@pytest.mark.parametrize(
    "name, value",
    [("status", "Live"), ("msgType", "alert"), ("scope", "Everyone")],
)
def test_a_value_outside_the_enumeration_is_refused(name: str, value: str) -> None:
    error = the_error(alert(**{name: value}))
    assert (error.reason, error.found) == ("bad-value", f"`{value}`")
    assert error.expected.startswith("one of ")


def test_a_value_in_the_wrong_case_gets_the_right_one() -> None:
    assert the_error(alert(msgType="alert")).help == "did you mean `Alert`?"


@pytest.mark.parametrize("name", ["category", "urgency", "severity", "certainty"])
def test_an_enumeration_inside_info_is_held_to(name: str) -> None:
    assert [r for r, _ in reasons(alert(more=info(**{name: "Huge"})))] == ["bad-value"]


def test_a_response_type_is_held_to_its_enumeration() -> None:
    late = info().replace("<urgency>", "<responseType>Panic</responseType><urgency>")
    assert [reason for reason, _ in reasons(alert(more=late))] == ["bad-value"]


@pytest.mark.parametrize("name", ["identifier", "sender"])
@pytest.mark.parametrize("value", ["a b", "a,b", "a&lt;b", "a&amp;b", "a\nb"])
def test_identifier_and_sender_hold_no_separators(name: str, value: str) -> None:
    assert [reason for reason, _ in reasons(alert(**{name: value}))] == ["bad-identifier"]


@pytest.mark.parametrize(
    "polygon, reason",
    [
        ("1,1 1,2 2,2 2,1", "open-polygon"),
        ("1,1 1,2 1,1", "bad-polygon"),
        ("91,1 1,2 2,2 91,1", "bad-point"),
        ("1,181 1,2 2,2 1,181", "bad-point"),
        ("1 1,2 2,2 1", "bad-point"),
        ("a,b 1,2 2,2 a,b", "bad-point"),
        ("NaN,1 1,2 2,2 NaN,1", "bad-point"),
        ("1e1,1 1,2 2,2 1e1,1", "bad-point"),
    ],
)
def test_a_wrong_polygon_is_refused(polygon: str, reason: str) -> None:
    area = f"<area><areaDesc>x</areaDesc><polygon>{polygon}</polygon></area>"
    assert [found for found, _ in reasons(alert(more=info(area)))] == [reason]


def test_a_polygon_may_reach_the_poles_and_the_date_line() -> None:
    area = "<area><areaDesc>x</areaDesc><polygon>90,180 -90,180 -90,-180 90,180</polygon></area>"
    assert len(read_cap(alert(more=info(area)).encode()).infos[0].areas[0].polygons[0]) == 4


@pytest.mark.parametrize("circle", ["1,1", "1,1 -1", "91,1 1", "1,1 1 1", "1,1 one", "1 1"])
def test_a_wrong_circle_is_refused(circle: str) -> None:
    area = f"<area><areaDesc>x</areaDesc><circle>{circle}</circle></area>"
    assert [reason for reason, _ in reasons(alert(more=info(area)))] == ["bad-circle"]


def test_a_ceiling_stands_on_an_altitude() -> None:
    area = "<area><areaDesc>x</areaDesc><ceiling>300</ceiling></area>"
    assert [reason for reason, _ in reasons(alert(more=info(area)))] == ["ceiling-alone"]


@pytest.mark.parametrize("message_type", ["Update", "Cancel", "Ack", "Error"])
def test_a_message_about_another_names_it(message_type: str) -> None:
    error = the_error(alert(msgType=message_type))
    assert (error.reason, error.line) == ("missing-references", 6)


@pytest.mark.parametrize(
    "message_type, purpose",
    [("Update", "update"), ("Cancel", "cancel"), ("Ack", "acknowledge"), ("Error", "error")],
)
def test_messages_about_another_are_told_apart(message_type: str, purpose: str) -> None:
    reference = "warning@met.j-city.example,j-city-2026-0100,2026-07-01T12:00:00+08:00"
    head = alert(msgType=message_type, more=part("references", reference))
    assert read_cap(head.encode()).purpose == purpose


def test_a_reference_finds_its_alert_whatever_offset_it_was_written_with() -> None:
    first = read_cap(alert().encode())
    written = f"{first.sender},{first.identifier},2026-07-01T06:57:00-00:00"
    update = read_cap(alert(msgType="Update", more=part("references", written)).encode())
    assert update.references[0].id == first.id


@pytest.mark.parametrize(
    "reference",
    ["a,b", "a,b,c", "a,b,2026-07-01T12:00:00", ",b,2026-07-01T12:00:00+08:00", "a,b,c,d"],
)
def test_a_wrong_reference_is_refused(reference: str) -> None:
    text = alert(msgType="Update", more=part("references", reference))
    assert reasons(text) == [("bad-reference", 8)]


def test_cap_1_0_may_refer_by_identifier_alone() -> None:
    text = alert(namespace=CAP_10, msgType="Update", more=part("references", "one two"))
    assert read_cap(text.encode()).references == (CapReference("one"), CapReference("two"))


@pytest.mark.parametrize("scope, needed", [("Restricted", "restriction"), ("Private", "addresses")])
def test_a_narrower_scope_says_for_whom(scope: str, needed: str) -> None:
    assert the_error(alert(scope=scope)).expected == f"`{needed}`"
    whole = alert(scope=scope, more=part(needed, "RF community"))
    assert read_cap(whole.encode()).scope == scope


def test_a_part_may_not_be_there_twice() -> None:
    assert reasons(alert(more=part("note", "a") + part("note", "b"))) == [("repeated-part", 9)]


def test_parts_that_repeat_may() -> None:
    assert read_cap(alert(more=part("code", "a") + part("code", "b")).encode()).codes == ("a", "b")


def test_parts_come_in_the_order_of_the_schema() -> None:
    assert reasons(alert(more=part("note", "a") + part("source", "b"))) == [("wrong-order", 9)]


def test_an_unknown_part_is_named_with_the_nearest_known_one() -> None:
    error = the_error(alert(more=part("sorce", "a")))
    assert (error.reason, error.help) == ("unknown-part", "did you mean `source`?")


def test_a_part_of_another_namespace_is_refused() -> None:
    assert reasons(alert(more='<note xmlns="urn:x">a</note>')) == [("wrong-namespace", 8)]


def test_text_between_parts_is_refused() -> None:
    assert reasons(alert(more="hello")) == [("stray-text", 8)]


def test_elements_inside_a_text_are_refused() -> None:
    assert reasons(alert(more="<note><b>bold</b></note>")) == [("unknown-part", 8)]


@pytest.mark.parametrize("namespace", ["urn:oasis:names:tc:emergency:cap:2.0", "urn:x"])
def test_a_wrong_namespace_is_named(namespace: str) -> None:
    error = the_error(alert(namespace=namespace))
    assert (error.reason, error.found) == ("wrong-namespace", f"`alert` of `{namespace}`")


def test_a_feed_is_told_to_send_its_alerts_one_by_one() -> None:
    error = the_error('<feed xmlns="http://www.w3.org/2005/Atom"/>')
    assert (error.reason, error.help) == (
        "not-an-alert",
        "a feed wraps alerts: send each `alert` by itself",
    )


def test_all_problems_of_a_file_are_told_at_once_in_its_order() -> None:
    text = alert(identifier="a b", sent="now", status="Live", more=info("<area/>", severity="Huge"))
    assert reasons(text) == [
        ("bad-identifier", 2),
        ("bad-time", 4),
        ("bad-value", 5),
        ("bad-value", 13),
        ("missing-part", 15),
    ]


def test_a_place_counts_characters_not_bytes() -> None:
    line = "<note>社区</note><sorce/>"
    error = the_error(alert(more=line))
    assert (error.line, error.column) == (8, line.index("<sorce") + 1)


def test_a_wrong_text_is_pointed_at_not_its_tag() -> None:
    error = the_error(alert(status="  Live"))
    assert (error.line, error.column) == (5, len("<status>  ") + 1)


def test_errors_past_the_bound_are_counted() -> None:
    text = alert(more=part("sorce", "") * (MAX_ERRORS + 20))
    with pytest.raises(IntakeErrors) as caught:
        read_cap(text.encode())
    assert caught.value.errors[-1].message == "and 20 more errors"
    assert len(caught.value.errors) == MAX_ERRORS + 1


def test_what_a_sender_wrote_cannot_move_the_terminal() -> None:
    error = the_error(alert(status="\u009b2J\u202eeviL"))
    assert error.found == "`\\u009b2J\\u202eeviL`"


def test_the_errors_say_where_they_are_and_compare_by_what_they_say() -> None:
    def caught(text: str) -> IntakeErrors:
        with pytest.raises(IntakeErrors) as info:
            read_cap(text.encode(), source="a.xml")
        return info.value

    error = caught(alert(status="Live"))
    assert str(error).startswith("a.xml:5:9: `status` is wrong; expected one of Actual, ")
    assert error == caught(alert(status="Live"))
    assert error != caught(alert(scope="Live"))
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301 - our own bytes


def test_cap_1_0_reads_very_likely_as_likely_and_says_so() -> None:
    read = read_cap(
        alert(namespace=CAP_10, more=info(certainty="Very Likely", language=None)).encode()
    )
    assert read.infos[0].certainty == "Likely"
    assert read.notes == ("`Very Likely` of CAP 1.0 is read as `Likely`",)


def test_later_versions_refuse_very_likely() -> None:
    assert (
        the_error(alert(more=info(certainty="Very Likely"))).help == "since CAP 1.1 it is `Likely`"
    )


def test_cap_1_0_writes_names_and_values_in_one_text() -> None:
    block = info("<parameter>HSAS=ORANGE</parameter>", language=None)
    assert read_cap(alert(namespace=CAP_10, more=block).encode()).infos[0].parameters == (
        ("HSAS", "ORANGE"),
    )
    wrong = info("<parameter>HSAS</parameter>", language=None)
    assert the_error(alert(namespace=CAP_10, more=wrong)).reason == "bad-pair"


def test_values_of_later_versions_are_not_taken_in_earlier_ones() -> None:
    all_clear = info().replace("<urgency>", "<responseType>AllClear</responseType><urgency>")
    assert the_error(alert(namespace=CAP_10, more=info(category="CBRNE"))).reason == "bad-value"
    assert the_error(alert(namespace=CAP_11, more=all_clear)).reason == "bad-value"


def test_cap_1_0_may_leave_out_scope() -> None:
    assert read_cap(alert(namespace=CAP_10, scope=None, more="").encode()).scope == ""


def test_a_signature_is_noted_and_not_verified() -> None:
    content = '<Object xmlns=""><x/></Object>'
    signature = f'<Signature xmlns="{SIGNATURES}">{content}</Signature>'
    read = read_cap(alert(more=signature + info()).encode())
    assert read.signed
    assert read.notes == ("the alert is signed; the signature is noted, not verified",)
    assert len(read.infos) == 1


def test_more_corners_than_any_real_alert_has_are_refused() -> None:
    polygon = "1,1 " * (MAX_CORNERS + 1)
    area = f"<area><areaDesc>x</areaDesc><polygon>{polygon}</polygon></area>"
    assert reasons(alert(more=info(area))) == [("too-large", 1)]


def test_several_info_blocks_keep_their_order_and_language() -> None:
    both = info(AREA, language="en-US", event="rainstorm") + info()
    assert [(i.language, i.event) for i in read_cap(alert(more=both).encode()).infos] == [
        ("en-US", "rainstorm"),
        ("zh-CN", "暴雨"),
    ]


def test_a_resource_is_described_and_never_fetched() -> None:
    resource = (
        "<resource><resourceDesc>voice</resourceDesc><mimeType>audio/mpeg</mimeType>"
        "<size>98865</size><uri></uri><derefUri>QUJD</derefUri></resource>"
    )
    (found,) = read_cap(alert(more=info(resource)).encode()).infos[0].resources
    assert (found.description, found.size, found.uri, found.embedded) == ("voice", 98865, "", True)


@pytest.mark.parametrize("size", ["many", "-1", "1.5"])
def test_a_size_is_a_number_of_bytes(size: str) -> None:
    inside = f"<resourceDesc>v</resourceDesc><mimeType>a/b</mimeType><size>{size}</size>"
    resource = f"<resource>{inside}</resource>"
    assert the_error(alert(more=info(resource))).reason == "bad-number"


@pytest.mark.parametrize("language", ["zh_CN", "chinese (simplified)", "123456789"])
def test_a_language_is_a_tag(language: str) -> None:
    assert the_error(alert(more=info(language=language))).reason == "bad-language"
