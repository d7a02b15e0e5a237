"""undrilled-duty: a duty of a plan that nobody has exercised for too long."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import pytest

import remit
from remit.validators.finding import Report
from tests.unit.validators.written import PACK, TODAY, found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  hazard: {values: [fire, flood]}
  shift: {values: [day, night]}
  cases: {integer: {min: 0, max: 20}}
activities:
  watch:
  rescue:
"""
OFFICE = """
subject: office
duties:
  - {id: lead, activity: rescue, role: accountable}
  - {id: told, activity: rescue, role: informed}
  - {id: watch, activity: watch, role: [accountable, responsible]}
"""
BRIGADE = "subject: brigade\nduties: [{id: go, activity: rescue, role: responsible}]\n"
PLAN = "plan: fire\nwhen: {hazard: fire}\nsteps: [{activity: rescue}]\n"


def drill(name: str, on: str, what: str, took_part: str) -> str:
    return f"drill: {name}\non: {on}\n{what}\ntook_part: {took_part}\n"


def files(*drills: str, options: str = "") -> dict[str, str]:
    return {
        "pack.yaml": PACK + options,
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": OFFICE,
        "subjects/brigade.yaml": BRIGADE,
        "plans/fire.yaml": PLAN,
        **{f"drills/d{n}.yaml": text for n, text in enumerate(drills)},
    }


def undrilled(folder: Path, *drills: str, options: str = "") -> set[str | None]:
    return {
        one.duty
        for one in found(report_on(folder, files(*drills, options=options)), "undrilled-duty")
    }


def test_a_pack_without_drills_is_not_accused_unless_it_asks(tmp_path: Path) -> None:
    assert undrilled(tmp_path / "silent") == set()
    options = "checks: {undrilled-duty: {every: 365d}}\n"
    assert undrilled(tmp_path / "asks", options=options) == {"brigade/go", "office/lead"}


def test_who_did_not_take_part_is_told_with_the_plan_and_the_day(tmp_path: Path) -> None:
    report = report_on(tmp_path, files(drill("alarm", "2025-01-01", "plan: fire", "[brigade]")))
    finding = the_one(report, "undrilled-duty")
    assert finding.message == "`office/lead` was not drilled in plan `fire` since 2024-11-23"
    assert finding.region == {"hazard": "fire"}
    assert text_at(finding) == "lead"
    assert [one.message for one in finding.related] == ["it is a step here"]


@pytest.mark.parametrize(
    "on, covers",
    [("2024-11-23", True), ("2024-11-22", False), ("2026-11-23", True), ("2026-11-24", False)],
)
def test_the_interval_has_both_its_ends_and_a_planned_drill_does_not_count(
    tmp_path: Path,
    on: str,
    covers: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    written = drill("alarm", on, "plan: fire", "[brigade, office]")
    assert undrilled(tmp_path, written) == (set() if covers else {"brigade/go", "office/lead"})


def test_the_last_drill_before_the_interval_is_shown(tmp_path: Path) -> None:
    written = [drill(f"d{n}", f"2020-0{n}-01", "plan: fire", "[brigade, office]") for n in (3, 2)]
    report = report_on(tmp_path, files(*written))
    messages = [one.message for one in found(report, "undrilled-duty")[0].related]
    assert "drilled on 2020-03-01, too long ago" in messages


def test_part_of_the_events_leaves_the_rest(tmp_path: Path) -> None:
    written = drill("day", "2026-01-01", "when: {shift: day, cases: ..9}", "[brigade, office]")
    report = report_on(tmp_path, files(written))
    finding = next(one for one in found(report, "undrilled-duty") if one.duty == "brigade/go")
    assert finding.message == "`brigade/go` was drilled in part of plan `fire` only"
    assert "drilled on 2026-01-01, for other events" in [one.message for one in finding.related]
    rest = drill("rest", "2026-01-02", "when: [{shift: night}, {cases: 10..}]", "[brigade]")
    assert undrilled(tmp_path / "all", written, rest) == {"office/lead"}


def test_a_plan_can_have_an_interval_of_its_own(tmp_path: Path) -> None:
    options = "checks: {undrilled-duty: {every: 30d, plans: {fire: 400d}}}\n"
    written = drill("alarm", "2026-01-01", "plan: fire", "[brigade, office]")
    assert undrilled(tmp_path / "own", written, options=options) == set()
    options = options.replace(", plans: {fire: 400d}", "")
    assert undrilled(tmp_path / "all", written, options=options) == {"brigade/go", "office/lead"}


def test_a_drill_of_another_plan_exercises_only_its_own_steps(tmp_path: Path) -> None:
    other = {
        "plans/watch.yaml": "plan: watch\nwhen: {hazard: fire}\nsteps: [{activity: watch}]\n",
        "drills/watch.yaml": drill("watch", "2026-01-01", "plan: watch", "[brigade, office]"),
    }
    report = report_on(tmp_path, {**files(), **other})
    told = {one.duty for one in found(report, "undrilled-duty")}
    assert told == {"brigade/go", "office/lead"}


def test_a_joint_body_took_part_where_all_its_members_did(tmp_path: Path) -> None:
    joint = (
        "subject: joint\nmembers: [brigade, office]\nlead: office\n"
        "duties: [{id: help, activity: rescue, role: supports}]\n"
    )
    for took_part, expected in (("[brigade, office]", set()), ("[brigade]", {"joint/help"})):
        written = files(drill("alarm", "2026-01-01", "plan: fire", took_part))
        report = report_on(
            tmp_path / str(len(took_part)), {**written, "subjects/joint.yaml": joint}
        )
        told = {one.duty for one in found(report, "undrilled-duty")}
        assert told - {"office/lead"} == expected


def test_a_duty_that_is_over_or_not_yet_valid_is_left_alone(tmp_path: Path) -> None:
    for valid, expected in (
        ("{until: 2026-11-22}", set()),
        ("{from: 2026-11-24}", set()),
        ("{from: 2026-11-23}", {"brigade/go"}),
    ):
        written = files(drill("alarm", "2026-01-01", "plan: fire", "[office]"))
        written["subjects/brigade.yaml"] = BRIGADE.replace(
            "responsible}", f"responsible, valid: {valid}}}"
        )
        report = report_on(tmp_path / valid.strip("{}").replace(": ", "-"), written)
        assert {one.duty for one in found(report, "undrilled-duty")} == expected


def test_a_duty_that_another_has_taken_over_by_now_is_left_alone(tmp_path: Path) -> None:
    """It is effective in the past, and nobody can be drilled in that."""
    written = files(drill("alarm", "2026-01-01", "plan: fire", "[office, army]"))
    written["subjects/army.yaml"] = (
        "subject: army\nduties:\n  - {id: go, activity: rescue, role: responsible,"
        " valid: {from: 2026-03-01}, exception_to: brigade/go}\n"
    )
    report = report_on(tmp_path / "now", written)
    assert not found(report, "undrilled-duty")
    before = report_on(tmp_path / "before", written, today=dt.date(2026, 2, 28))
    assert {one.duty for one in found(before, "undrilled-duty")} == {"brigade/go"}


def test_names_and_keys_of_a_drill_are_checked_at_their_places(tmp_path: Path) -> None:
    written = drill("alarm", "2026-13-01", "plan: fir", "[brigde]")
    with pytest.raises(remit.PackErrors) as caught:
        report_on(tmp_path, files(written))
    told = {error.message: error.help for error in caught.value.errors}
    assert set(told) >= {"there is no plan `fir`", "there is no subject `brigde`"}
    assert "`fire`" in told["there is no plan `fir`"]
    assert any("is not a day" in message for message in told)
    both = drill("alarm", "2026-01-01", "plan: fire\nwhen: {}", "brigade")
    with pytest.raises(remit.PackErrors, match="either `plan` or `when`"):
        report_on(tmp_path / "both", files(both))


def test_a_plan_of_a_higher_pack_cannot_be_drilled_here(tmp_path: Path) -> None:
    report_on(tmp_path / "high", files())
    low = {
        "pack.yaml": "remit: 1\npack: low\nversion: '1'\nextends: [../high]\n",
        "subjects/brigade.yaml": BRIGADE,
        "drills/alarm.yaml": drill("alarm", "2026-01-01", "plan: fire", "brigade"),
    }
    with pytest.raises(remit.PackErrors) as caught:
        report_on(tmp_path / "low", low)
    (error,) = caught.value.errors
    assert "plan of the higher pack `sample`" in error.help


CONDITIONS: dict[str, list[tuple[str, object]]] = {
    "hazard": [("fire", {"fire"}), ("flood", {"flood"})],
    "shift": [("day", {"day"}), ("night", {"night"})],
    "cases": [("..4", range(5)), ("5..9", range(5, 10)), (">= 3", range(3, 21))],
}


def random_when(rng: Random) -> tuple[str, dict[str, object]]:
    """Return a condition as YAML, and what it allows by dimension."""
    chosen = {name: rng.choice(ways) for name, ways in CONDITIONS.items() if rng.random() < 0.6}
    text = ", ".join(f'{name}: "{way[0]}"' for name, way in chosen.items())
    return f"{{{text}}}", {name: way[1] for name, way in chosen.items()}


@pytest.mark.parametrize("seed", range(12))
def test_the_region_is_just_the_events_no_drill_covers(tmp_path: Path, seed: int) -> None:
    """Against counting every event of the vocabulary by hand."""
    rng = Random(seed)  # noqa: S311  reproducible on purpose
    plan_text, plan_when = random_when(rng)
    duty_text, duty_when = random_when(rng)
    drills: list[str] = []
    covered: list[dict[str, object]] = []
    for n in range(rng.randint(1, 4)):
        text, when = random_when(rng)
        took_part, recent = rng.random() < 0.8, rng.random() < 0.8
        drills.append(
            drill(
                f"d{n}",
                "2026-05-05" if recent else "2019-05-05",
                f"when: {text}",
                "[brigade]" if took_part else "[office]",
            )
        )
        if took_part and recent:
            covered.append(when)
    written = files(*drills)
    written["plans/fire.yaml"] = PLAN.replace("{hazard: fire}", plan_text)
    written["subjects/brigade.yaml"] = BRIGADE.replace(
        "responsible}", f"responsible, when: {duty_text}}}"
    )
    report: Report = report_on(tmp_path, written, today=TODAY)

    def holds(when: dict[str, object], event: dict[str, object]) -> bool:
        return all(event[name] in allowed for name, allowed in when.items())  # type: ignore[operator]

    events: list[dict[str, object]] = [
        {"hazard": hazard, "shift": shift, "cases": cases}
        for hazard in ("fire", "flood")
        for shift in ("day", "night")
        for cases in range(21)
    ]
    left = [
        event
        for event in events
        if holds(plan_when, event)
        and holds(duty_when, event)
        and not any(holds(when, event) for when in covered)
    ]
    told = [one for one in found(report, "undrilled-duty") if one.duty == "brigade/go"]
    assert sum((one.share or 0) * len(events) for one in told) == len(left)
    for one in told:
        assert dict(one.witness or {}) in left
