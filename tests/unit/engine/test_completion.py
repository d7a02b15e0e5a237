"""What an event leaves out is filled from its time, its derivations and the state."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from remit.engine.completion import complete_event
from remit.engine.events import Event
from remit.engine.intervals import IntervalSet
from remit.engine.vocabulary import Derivation, Dimension, Vocabulary
from tests.unit.engine.space_samples import CASES, HERE, STAGE

DAY = IntervalSet.indexes(7 * 3600, 19 * 3600)
SHIFT = Dimension(
    "shift",
    "values",
    HERE,
    values=("day", "night"),
    derive=Derivation("time", (("day", DAY),), "night", HERE),
)
SIZE = Dimension(
    "size",
    "values",
    HERE,
    values=("none", "some"),
    derive=Derivation("cases", (("none", CASES.only(0)),), "some", HERE),
)
WORDS = Vocabulary({d.name: d for d in (STAGE, SHIFT, CASES, SIZE)}, {}, {})
TODAY = dt.date(2026, 11, 23)
CHINA = dt.timezone(dt.timedelta(hours=8))


def completed(event: Event, **state: str) -> dict[str, object]:
    return dict(complete_event(event, WORDS, state=state, today=TODAY).values)


def test_the_date_is_the_day_of_the_event_where_it_happened() -> None:
    late = dt.datetime(2020, 1, 24, 0, 30, tzinfo=CHINA)
    assert dt.date(2020, 1, 24) == completed(Event({}, time=late))["date"]


def test_without_a_time_the_date_is_today_and_the_shift_is_not_known() -> None:
    found = completed(Event({}))
    assert TODAY == found["date"]
    assert "shift" not in found


def test_the_shift_follows_the_clock_with_its_first_end_in_and_its_last_out() -> None:
    for hour, minute, expected in (
        (6, 59, "night"),
        (7, 0, "day"),
        (18, 59, "day"),
        (19, 0, "night"),
    ):
        time = dt.datetime(2020, 1, 24, hour, minute, tzinfo=CHINA)
        assert expected == completed(Event({}, time=time))["shift"]


def test_a_value_may_be_derived_from_another_dimension() -> None:
    assert "none" == completed(Event({"cases": 0}))["size"]
    assert "some" == completed(Event({"cases": 3}))["size"]
    assert "size" not in completed(Event({}))


def test_the_state_fills_only_what_the_event_leaves_out() -> None:
    assert "mid-term" == completed(Event({}), stage="mid-term")["stage"]
    assert "early" == completed(Event({"stage": "early"}), stage="mid-term")["stage"]


def test_a_source_that_is_known_only_in_part_derives_what_all_of_it_agrees_on() -> None:
    tree = Dimension(
        "place", "tree", HERE, values=("x", "y"), nodes={"top": (0, 2), "x": (0, 1), "y": (1, 2)}
    )
    rule = Derivation("place", (("none", IntervalSet.indexes(0, 1)),), "some", HERE)
    words = Vocabulary({"place": tree, "size": replace(SIZE, derive=rule)}, {}, {})
    found = complete_event(Event({"place": "top"}), words, state={}, today=TODAY)
    assert "size" not in found.values
    found = complete_event(Event({"place": "y"}), words, state={}, today=TODAY)
    assert "some" == found.values["size"]
