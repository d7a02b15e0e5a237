"""Hostile and broken files cost little, fetch nothing, and are refused by name."""

from __future__ import annotations

import socket
import time

import pytest

from remit.workflows.intake.cap import read_cap
from remit.workflows.intake.decoding import MAX_BYTES
from remit.workflows.intake.errors import IntakeError, IntakeErrors
from remit.workflows.intake.markup import MAX_DEPTH, MAX_ELEMENTS
from tests.alerts import CAP_12, HEAD, alert, info, part

OPEN = f'<alert xmlns="{CAP_12}">'


def the_error(content: str | bytes) -> IntakeError:
    with pytest.raises(IntakeErrors) as caught:
        read_cap(content if isinstance(content, bytes) else content.encode())
    (error,) = caught.value.errors
    return error


def with_doctype(doctype: str) -> str:
    body = f"{OPEN}<note>&e;</note></alert>"
    return f'<?xml version="1.0"?>\n<!-- <!DOCTYPE not this -->\n  {doctype}{body}'


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE alert [<!ENTITY e "x">]>',
        '<!DOCTYPE alert [<!ENTITY a "aaaa"><!ENTITY e "&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE alert [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE alert SYSTEM "http://192.0.2.1/evil.dtd">',
        '<!DOCTYPE alert PUBLIC "-//x" "http://192.0.2.1/evil.dtd" [<!ENTITY % p SYSTEM "x"> %p;]>',
        "<!DOCTYPE alert>",
    ],
)
def test_a_document_type_is_refused_where_it_starts_and_fetches_nothing(
    doctype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_socket(*_: object) -> None:
        pytest.fail("a connection was tried")

    monkeypatch.setattr(socket, "socket", no_socket)
    error = the_error(with_doctype(doctype))
    assert (error.reason, error.line, error.column) == ("doctype", 3, 3)


@pytest.mark.parametrize(
    "content, reason",
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("hello", "not-well-formed"),
        ("<alert", "not-well-formed"),
        (f"{OPEN}<note>", "truncated"),
        (f"{OPEN}<note>a</note", "truncated"),
        (f"{OPEN}<note>&nbsp;</note></alert>", "not-well-formed"),
        (f"{OPEN}<note>&#0;</note></alert>", "not-well-formed"),
        (f"{OPEN}<note>\0</note></alert>", "not-well-formed"),
        (f"{OPEN}<note></Note></alert>", "not-well-formed"),
        ("<c:alert/>", "not-well-formed"),
        (f"{alert()}{alert()}", "more-than-one-document"),
        (f'{alert()}\n<?xml version="1.0"?>\n{alert()}', "more-than-one-document"),
        (f"{alert()} trailing words", "more-than-one-document"),
        (OPEN + "<a>" * MAX_DEPTH, "too-deep"),
        (OPEN + "<code/>" * MAX_ELEMENTS, "too-large"),
        (b" " * (MAX_BYTES + 1), "too-large"),
    ],
)
def test_a_broken_file_is_refused_for_one_reason(content: str | bytes, reason: str) -> None:
    assert the_error(content).reason == reason


def test_a_comment_or_instruction_after_the_alert_is_nothing() -> None:
    assert read_cap(f"{alert()}\n<!-- end --><?print now?>\n".encode()).identifier


def test_a_style_sheet_instruction_is_passed_over() -> None:
    assert read_cap(
        f'<?xml-stylesheet href="http://192.0.2.1/a.xsl"?>{alert()}'.encode()
    ).identifier


def test_depth_is_bounded_inside_a_signature_too() -> None:
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">' + "<a>" * MAX_DEPTH
    assert the_error(OPEN + signature).reason == "too-deep"


ENORMOUS = MAX_BYTES - 1000


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        OPEN + "<a>" * (ENORMOUS // 3),
        f"{OPEN}<note>" + "&amp;" * (ENORMOUS // 5) + "</note></alert>",
        f"{OPEN}<note>" + "\n" * ENORMOUS + "</note></alert>",
        OPEN[:-1] + " " + " ".join(f'a{i}=""' for i in range(ENORMOUS // 12)) + "/>",
        OPEN[:-1] + " " + " ".join(f'xmlns:a{i}="u"' for i in range(ENORMOUS // 18)) + "/>",
        f"{OPEN}{'<sorce/>' * (MAX_ELEMENTS - 10)}</alert>",
        alert(
            more=info(
                "<area><areaDesc>x</areaDesc><polygon>"
                + "1,1 " * (ENORMOUS // 4)
                + "</polygon></area>"
            )
        ),
    ],
    ids=["deep", "references", "line-ends", "attributes", "namespaces", "unknown", "corners"],
)
def test_the_largest_hostile_file_is_refused_in_seconds(content: str | bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(IntakeErrors):
        read_cap(content.encode())
    assert time.perf_counter() - started < 15


def declared(encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{alert()}'


@pytest.mark.parametrize(
    "name, codec",
    [
        ("UTF-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("UTF-16LE", "utf-16-le"),
        ("UTF-16", "utf-16-be"),
        ("GB2312", "gb2312"),
        ("GBK", "gbk"),
        ("GB18030", "gb18030"),
        ("Big5", "big5"),
    ],
)
def test_an_alert_is_read_in_the_encoding_it_says(name: str, codec: str) -> None:
    assert read_cap(declared(name).encode(codec)).infos[0].event == "暴雨"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_alert_that_names_no_encoding_is_unicode(codec: str) -> None:
    assert read_cap(alert().encode(codec)).infos[0].event == "暴雨"


@pytest.mark.parametrize(
    "name, codec",
    [
        ("UTF-8", "utf-16"),
        ("UTF-8", "utf-16-le"),
        ("ISO-8859-1", "utf-8-sig"),
        ("UTF-16", "utf-8"),
        ("UTF-16BE", "utf-16-le"),
        ("UTF-8", "gbk"),
        ("US-ASCII", "utf-8"),
    ],
)
def test_an_encoding_that_is_not_the_real_one_is_refused(name: str, codec: str) -> None:
    assert the_error(declared(name).encode(codec)).reason == "encoding-mismatch"


@pytest.mark.parametrize("name", ["UTF-7", "EBCDIC-CP-US", "utf-32", "rot13", "../etc/passwd"])
def test_an_encoding_that_is_not_taken_is_refused(name: str) -> None:
    assert the_error(declared(name)).reason == "unknown-encoding"


def test_utf_32_is_refused() -> None:
    assert the_error(alert().encode("utf-32")).reason == "unknown-encoding"


def test_a_wrong_byte_is_pointed_at() -> None:
    text = alert(more="").encode().replace(b"Actual", b"Actual\xff")
    error = the_error(text)
    column = len("<status>Actual") + 1
    assert (error.reason, error.line, error.column) == ("encoding-mismatch", 5, column)
    assert error.found.startswith("the bytes ff")


def test_windows_line_ends_do_not_move_places() -> None:
    text = alert(status="Live").replace("\n", "\r\n")
    assert the_error(text).line == list(HEAD).index("status") + 2


def test_a_name_of_enormous_length_is_cut_in_messages() -> None:
    error = the_error(f"{OPEN}<{'a' * 100_000}>")
    assert len(error.message) < 300


def test_restricted_characters_written_as_references_are_still_restricted() -> None:
    assert the_error(alert(identifier="a&#44;b")).reason == "bad-identifier"


def test_character_data_sections_are_text() -> None:
    text = alert(more=part("note", "<![CDATA[<b>&e;]]>"))
    assert read_cap(text.encode()).note == "<b>&e;"
