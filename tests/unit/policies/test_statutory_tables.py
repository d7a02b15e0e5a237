"""The statutory tables as packs: clean, bilingual, and true to the tables at every bound."""

from __future__ import annotations

import datetime as dt
from itertools import product
from pathlib import Path

import pytest

import remit
from remit.engine.triage import Message, triage

POLICIES = Path(__file__).resolve().parents[3] / "policies"
TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
PACKS = ("warning-signals", "outbreak-thresholds")
LEVELS = ("blue", "yellow", "orange", "red")


@pytest.fixture(scope="module", params=PACKS)
def pack(request: pytest.FixtureRequest) -> remit.Pack:
    return remit.load(POLICIES / str(request.param))


@pytest.fixture(scope="module")
def weather() -> remit.Pack:
    return remit.load(POLICIES / "warning-signals")


@pytest.fixture(scope="module")
def outbreaks() -> remit.Pack:
    return remit.load(POLICIES / "outbreak-thresholds")


def raised(pack: remit.Pack, source: str, fields: dict[str, object]) -> dict[str, str]:
    """Return the level that each signal raises which one message sets off."""
    texts = {name.replace("_", "-"): (str(value),) for name, value in fields.items()}
    return {
        one.signal: str(one.event.values["level"])
        for one in triage(pack, [Message("m", source, texts, NOW)])
    }


def colours(pack: remit.Pack, **fields: object) -> list[str]:
    return sorted(raised(pack, "reading", {"area": "riverside", **fields}).values())


def reports(pack: remit.Pack, condition: str, setting: str, **fields: object) -> list[str]:
    told = {"condition": condition, "setting": setting, "unit": "one", **fields}
    return sorted(raised(pack, "surveillance", told).values())


def test_nothing_is_found(pack: remit.Pack) -> None:
    report = remit.check(pack, today=TODAY)
    assert [f"{one.span}: {one.message}" for one in report.findings] == []
    assert report.proved


def test_every_signal_is_in_both_languages_and_says_where_it_is_from(pack: remit.Pack) -> None:
    for name, signal in pack.signals.items():
        assert signal.label is not None
        assert {"en", "zh"} == {language for language, _ in signal.label.by_language}
        text = Path(signal.span.file).read_text(encoding="utf-8")
        comment = " ".join(line[2:] for line in text.splitlines() if line.startswith("# "))
        assert "Source: " in comment or "From memory" in comment, name


def test_every_value_activity_and_subject_is_in_both_languages(pack: remit.Pack) -> None:
    vocabulary = pack.vocabulary
    labels = [one.label for one in (*vocabulary.activities.values(), *pack.subjects.values())]
    for dimension in vocabulary.dimensions.values():
        names = {*dimension.values, *dimension.nodes}
        labels += [dimension.label, *(dimension.labels.get(name) for name in names)]
    for label in labels:
        assert label is not None
        assert {"en", "zh"} == {language for language, _ in label.by_language}


def test_the_readmes_count_right_and_say_that_they_are_no_advice(pack: remit.Pack) -> None:
    text = (Path(pack.path) / "README.md").read_text(encoding="utf-8")
    assert f"{len(pack.signals)} signals" in text
    kinds = len(pack.vocabulary.dimensions["hazard"].values)
    assert f"{kinds} kinds of weather" in text or f"{kinds} conditions" in text
    assert "not legal advice" in text
    assert "不构成法律意见" in text


def test_every_possible_rain_raises_the_highest_signal_of_the_table_and_no_other(
    weather: remit.Pack,
) -> None:
    depths = (0, "49.9", 50, "99.9", 100, 150)
    for three, six, twelve in product(depths, repeat=3):
        r3, r6, r12 = float(three), float(six), float(twelve)
        if not r3 <= r6 <= r12:
            continue
        holds = (r12 >= 50, r6 >= 50, r3 >= 50, r3 >= 100)
        highest = [level for level, is_so in zip(LEVELS, holds, strict=True) if is_so][-1:]
        found = colours(weather, rain_3h=three, rain_6h=six, rain_12h=twelve)
        assert (three, six, twelve, highest) == (three, six, twelve, found)


def test_without_the_chain_of_hours_a_rain_would_raise_two(weather: remit.Pack) -> None:
    assert ["blue", "orange"] == colours(weather, rain_3h=60, rain_6h=10, rain_12h=60)


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({"snow_12h": 4}, ["blue"]),
        ({"snow_12h": 6, "snow_6h": 9}, ["yellow"]),
        ({"snow_12h": 20, "snow_6h": 15}, ["red"]),
        ({"cyclone": "yes", "wind_24h": 7, "wind_12h": 7, "wind_6h": 7}, ["blue"]),
        ({"cyclone": "yes", "gust_24h": 14, "gust_12h": 14, "gust_6h": 14}, ["red"]),
        ({"cyclone": "no", "wind_24h": 8, "wind_12h": 8, "wind_6h": 7}, ["yellow"]),
        ({"tmax_3d": 36, "tmax_24h": 37}, ["yellow"]),
        ({"tmax_3d": 36, "tmax_24h": "37.1"}, ["orange"]),
        ({"tmax_24h": 35}, []),
        ({"cause": "fog", "visibility_12h": 40, "visibility_6h": 600}, ["yellow"]),
        ({"cause": "fog", "visibility_6h": 60, "visibility_2h": 49}, ["red"]),
        ({"cause": "dust", "visibility_12h": 60, "visibility_6h": 60}, ["orange"]),
        ({"cause": "haze", "visibility_12h": 2500, "visibility_6h": 2500}, ["yellow"]),
        ({"thunder_6h": "very-likely", "thunder_2h": "possible"}, ["yellow"]),
        ({"hail_6h": "very-likely", "hail_2h": "very-likely"}, ["red"]),
        ({"ground_tmin_48h": -4, "ground_tmin_24h": -4}, ["yellow"]),
        ({"ground_tmin_48h": -6, "ground_tmin_24h": -6}, ["orange"]),
        ({"road_ice_12h": "likely", "road_ice_6h": "likely"}, ["orange"]),
    ],
)
def test_the_other_tables_at_their_bounds(
    weather: remit.Pack, fields: dict[str, object], expected: list[str]
) -> None:
    assert expected == colours(weather, **fields)


def test_of_a_cold_wave_two_levels_may_hold_and_the_pack_says_the_highest_counts(
    weather: remit.Pack,
) -> None:
    fields = {"tmin_drop_48h": 13, "tmin_drop_24h": 13, "tmin": -2, "wind": 6}
    assert ["orange", "yellow"] == colours(weather, **fields)
    assert weather.checks.prevention.highest_wins
    assert ["yellow"] == colours(weather, **{**fields, "tmin": 3})


@pytest.mark.parametrize(
    "condition, setting, fields, expected",
    [
        ("influenza", "school", {"cases_7d": 9}, []),
        ("influenza", "school", {"cases_7d": 10}, ["cluster"]),
        ("influenza", "school", {"cases_7d": 30}, ["event"]),
        ("influenza", "school", {"cases_7d": 12, "hospitalised": 5}, ["event"]),
        ("influenza", "school", {"cases_7d": 40, "hospitalised": 9, "deaths": 2}, ["event"]),
        ("influenza", "village", {"cases_7d": 40}, []),
        ("mumps", "kindergarten", {"cases_7d": 10}, ["event"]),
        ("hepatitis-a-e", "worksite", {"cases_7d": 5}, ["event"]),
        ("infectious-diarrhoea", "village", {"cases_7d": 19}, []),
        ("infectious-diarrhoea", "village", {"cases_7d": 20, "deaths": 1}, ["event"]),
        ("class-a", "elsewhere", {"cases": 1}, ["event"]),
        ("food-poisoning", "elsewhere", {"cases": 29}, []),
        ("food-poisoning", "school", {"cases": 5}, ["event"]),
        ("food-poisoning", "school", {"cases": 35}, ["event"]),
        ("food-poisoning", "school", {"cases": 35, "deaths": 1}, ["event"]),
        ("hand-foot-mouth", "school", {"cases_7d": 9}, ["cluster"]),
        ("hand-foot-mouth", "school", {"cases_7d": 10}, ["event"]),
        ("unexplained-disease", "hospital", {"cases_14d": 3}, ["event"]),
        ("radiation", "worksite", {"cases": 1}, ["event"]),
    ],
)
def test_each_count_is_one_report_or_none(
    outbreaks: remit.Pack,
    condition: str,
    setting: str,
    fields: dict[str, object],
    expected: list[str],
) -> None:
    assert expected == reports(outbreaks, condition, setting, **fields)


def test_an_event_is_due_in_two_hours_and_a_cluster_in_a_day(outbreaks: remit.Pack) -> None:
    duties = {duty.name: duty for duty in outbreaks.duties()}
    assert 2 * 3600 == duties["medical-institutions/report-event"].complete
    assert 24 * 3600 == duties["medical-institutions/report-cluster"].complete
