"""What the community's signals raise, from messages as they come in."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

import remit
from remit.engine.triage import Message, Raised, triage

MORNING = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
CASE = {
    "status": "Actual", "category": "Health", "event": "Public Health Emergency",
    "severity": "Severe", "eventCode.remit": "COVID19", "geocode.community": "RF",
    "parameter.confirmedCases": "1",
}  # fmt: skip


def message(number: int, source: str, *, minutes: int = 0, **fields: str) -> Message:
    texts = {name.replace("__", "-"): (text,) for name, text in fields.items()}
    return Message(f"m{number}", source, texts, MORNING + dt.timedelta(minutes=minutes))


def alert(**changed: str) -> Message:
    fields = {**CASE, **{name.replace("_", "."): text for name, text in changed.items()}}
    return Message("alert", "cap", {name: (text,) for name, text in fields.items()}, MORNING)


def only(found: tuple[Raised, ...]) -> Raised:
    (one,) = found
    return one


def test_an_alert_of_a_first_case_opens_a_response_at_garden(rf_community: remit.Pack) -> None:
    found = only(triage(rf_community, [alert()]))
    assert found.signal == "cap-epidemic"
    assert dict(found.event.values) == {
        "hazard": "covid-19",
        "phase": "response",
        "level": "iii",
        "place": "garden",
        "cases": 1,
    }


@pytest.mark.parametrize(
    "code, place", [("RF2", "lakeside"), ("RF3", "riverside"), ("RF4", "oldtown")]
)
def test_each_compound_has_its_code(rf_community: remit.Pack, code: str, place: str) -> None:
    found = only(triage(rf_community, [alert(geocode_community=code)]))
    assert place == found.event.values["place"]


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "Exercise"},
        {"category": "Met"},
        {"severity": "Minor"},
        {"eventCode_remit": "FLU"},
        {"geocode_community": "XX"},
    ],
)
def test_an_alert_about_something_else_opens_nothing(
    rf_community: remit.Pack, changed: dict[str, str]
) -> None:
    assert triage(rf_community, [alert(**changed)]) == ()


def test_three_reporters_of_fever_in_one_place_within_a_day_are_a_cluster(
    rf_community: remit.Pack,
) -> None:
    reports = [
        message(n, "report", minutes=60 * n, symptom="fever", place="garden-1", reporter=f"r{n}")
        for n in range(3)
    ]
    found = only(triage(rf_community, reports))
    assert found.signal == "fever-cluster"
    assert found.event.values["place"] == "garden-1"
    assert found.event.values["phase"] == "monitoring"


def test_one_reporter_thrice_is_no_cluster(rf_community: remit.Pack) -> None:
    reports = [
        message(n, "report", minutes=n, symptom="fever", place="garden-1", reporter="r1")
        for n in range(3)
    ]
    assert triage(rf_community, reports) == ()


def test_ten_of_one_school_are_watched_and_thirty_answered(rf_community: remit.Pack) -> None:
    reports = [
        message(
            n, "report", minutes=n, symptom="influenza-like-illness", place="garden", unit="school",
            reporter=f"r{n}",
        )
        for n in range(30)
    ]  # fmt: skip
    assert {"influenza-like-illness"} == {one.signal for one in triage(rf_community, reports[:10])}
    assert "influenza-outbreak" in {one.signal for one in triage(rf_community, reports)}
    assert triage(rf_community, reports[:9]) == ()


@pytest.mark.parametrize(
    "rain, raised",
    [
        ("49.9", []),
        ("50", ["rainstorm-orange"]),
        ("99.9", ["rainstorm-orange"]),
        ("100", ["rainstorm-red"]),
    ],
)
def test_every_depth_of_rain_has_one_signal_from_fifty_on(
    rf_community: remit.Pack, rain: str, raised: list[str]
) -> None:
    reading = message(1, "reading", sensor="rain-gauge", rain__3h=rain)
    assert raised == [one.signal for one in triage(rf_community, [reading])]


def test_red_rain_goes_to_the_district(
    rf_community: remit.Pack, rf_map: remit.ResponsibilityMap
) -> None:
    reading = message(1, "reading", sensor="rain-gauge", rain__3h="120")
    found = only(triage(rf_community, [reading]))
    assert Decimal(100) == found.event.values["rain-3h"]
    assert rf_map.resolve(found.event).owner == ("district-headquarters",)


def test_a_missing_person_needs_one_report(
    rf_community: remit.Pack, rf_map: remit.ResponsibilityMap
) -> None:
    report = message(1, "report", symptom="missing-person", place="oldtown", reporter="r1")
    found = only(triage(rf_community, [report]))
    assert rf_map.resolve(found.event).owner == ("police-station",)


@pytest.mark.parametrize(
    "setting, ill, raised",
    [
        ("school", 5, ["food-poisoning-collective"]),
        ("school", 4, []),
        ("banquet", 29, []),
        ("banquet", 30, ["food-poisoning"]),
    ],
)
def test_food_poisoning_has_the_thresholds_of_the_reporting_norm(
    rf_community: remit.Pack, setting: str, ill: int, raised: list[str]
) -> None:
    reports = [
        message(
            n, "report", minutes=n, symptom="food-poisoning", setting=setting, place="riverside",
            unit="kitchen", reporter=f"r{n}",
        )
        for n in range(ill)
    ]  # fmt: skip
    assert raised == [one.signal for one in triage(rf_community, reports)]
