"""Rosters: shifts, turns, absences, overrides and swaps, on the wall clock of their zone."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest

from remit.engine.pack import Person, Roster, Shift
from remit.engine.rosters import Change, Stint, on_duty, stints, stints_between
from remit.engine.spans import Span
from remit.engine.turns import Absence, Override, Quiet, Rotation
from remit.engine.wall_clock import wall_of

HERE = Span("sample.yaml", 1, 1, 1, 2)
BERLIN = "Europe/Berlin"
EVERY = tuple(range(7))


def at(text: str, zone: str = BERLIN) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zoneinfo.ZoneInfo(zone))


def wall(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def roster(
    *shifts: tuple[str, str, str], zone: str = BERLIN, people: tuple[Person, ...] = ()
) -> Roster:
    made = tuple(
        Shift(EVERY, dt.time.fromisoformat(start), dt.time.fromisoformat(end), (name,), HERE)
        for start, end, name in shifts
    )
    return Roster("duty", "office", zone, people, made, HERE)


def turns(*names: str, start: str, every: int) -> Roster:
    rotation = Rotation(names, dt.datetime.fromisoformat(start), every, HERE)
    return Roster("duty", "office", BERLIN, (), (), HERE, rotations=(rotation,))


@pytest.mark.parametrize("night, hours", [("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-01", 8)])
def test_a_night_lasts_as_long_as_the_clock_makes_it(night: str, hours: int) -> None:
    first = dt.date.fromisoformat(night)
    found = stints(roster(("22:00", "06:00", "li")), wall_of(BERLIN, first, 2))
    lengths = [(one.end - one.start) // 3_600 for one in found]
    assert hours in lengths


def test_an_hour_the_clock_shows_twice_belongs_to_whoever_has_it_when_it_is_over_first() -> None:
    duty = roster(("22:00", "02:30", "li"), ("02:30", "06:00", "wang"))
    before = dt.datetime(2026, 10, 25, 0, 29, tzinfo=dt.UTC)
    assert ("li",) == on_duty(duty, before)
    assert ("wang",) == on_duty(duty, before + dt.timedelta(minutes=1))
    assert ("wang",) == on_duty(duty, before + dt.timedelta(hours=1))


def test_a_time_that_the_clock_skips_is_the_moment_of_the_jump() -> None:
    duty = roster(("22:00", "02:30", "li"), ("02:30", "06:00", "wang"))
    jump = dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)
    assert ("li",) == on_duty(duty, jump - dt.timedelta(seconds=1))
    assert ("wang",) == on_duty(duty, jump)


def test_turns_go_round_and_hand_over_at_their_time_on_the_wall_in_summer_and_winter() -> None:
    duty = turns("li", "wang", start="2026-10-19T08:00", every=604_800)
    assert ("li",) == on_duty(duty, at("2026-10-26T07:59"))
    assert ("wang",) == on_duty(duty, at("2026-10-26T08:00"))
    assert ("li",) == on_duty(duty, at("2026-11-02T08:00"))
    assert () == on_duty(duty, at("2026-10-19T07:59"))


def test_twelve_hours_of_a_rotation_are_thirteen_in_the_long_night() -> None:
    duty = turns("li", "wang", start="2026-10-24T08:00", every=12 * 3_600)
    found = stints_between(duty, at("2026-10-24T20:00"), at("2026-10-25T08:00"))
    assert [("wang",)] == [one.people for one in found]
    assert 13 * 3_600 == found[0].end - found[0].start


def test_whoever_is_away_is_on_no_shift_and_an_override_still_counts() -> None:
    day = dt.date(2026, 12, 24)
    duty = roster(("00:00", "00:00", "li"), people=(Person("li", HERE, away=(Absence(day, day),)),))
    duty = Roster(
        *("duty", "office", BERLIN, duty.people),
        (Shift(EVERY, dt.time(), dt.time(), ("li", "wang"), HERE),),
        HERE,
        overrides=(
            Override(wall("2026-12-24T10:00"), wall("2026-12-24T12:00"), ("li",), HERE, "wang"),
        ),
    )
    assert ("li", "wang") == on_duty(duty, at("2026-12-23T10:00"))
    assert ("wang",) == on_duty(duty, at("2026-12-24T09:00"))
    assert ("li",) == on_duty(duty, at("2026-12-24T10:00"))


def test_a_later_change_wins_and_one_for_a_person_who_is_not_there_changes_nothing() -> None:
    duty = roster(("00:00", "00:00", "li"))
    moment = at("2026-12-24T10:00")
    low, high = int(moment.timestamp()), int(moment.timestamp()) + 60
    first, second = Change(low, high, ("wang",)), Change(low, high, ("zhao",))
    assert ("zhao",) == on_duty(duty, moment, (first, second))
    assert ("li",) == on_duty(duty, moment, (Change(low, high, ("zhao",), "wang"),))
    assert ("li",) == on_duty(duty, moment + dt.timedelta(seconds=60), (first, second))


def test_neighbours_differ() -> None:
    duty = roster(("08:00", "12:00", "li"), ("12:00", "20:00", "li"))
    found = stints(duty, wall_of("UTC", dt.date(2026, 6, 1), 1))
    assert 1 == len(found)
    assert isinstance(found[0], Stint)


def test_quiet_hours_pass_midnight() -> None:
    quiet = Quiet(dt.time(22), dt.time(7))
    expected = {21: False, 22: True, 3: True, 7: False}
    assert expected == {hour: quiet.holds_at(dt.time(hour)) for hour in expected}


def test_a_look_over_ten_years_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\d+"):
        stints_between(roster(("08:00", "12:00", "li")), at("2026-01-01"), at("2046-01-01"))
