"""missed-deadline: a response can take longer than its plan allows, at worst."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.validators.written import PACK, found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  shift: {values: [day, night]}
activities:
  lead: {}
  fetch: {}
  carry: {}
  open: {requires: [key]}
powers: {key: }
"""
OFFICE = """subject: office
under: city
deputies: [desk]
duties:
  - {id: lead, activity: lead, role: [accountable, responsible], acknowledge: 10m}
  - {id: fetch, activity: fetch, role: [accountable, responsible], acknowledge: 5m, complete: 1h}
  - {id: carry, activity: carry, role: [accountable, responsible], complete: 2h, when: {shift: day}}
  - {id: far, activity: carry, role: [accountable, responsible], complete: 5h, when: {shift: night}}
  - {id: open, activity: open, role: [accountable, responsible], acknowledge: 1m, complete: 10m}
"""
STEPS = "steps:\n  - {activity: fetch}\n  - {activity: carry, after: [fetch]}\n"


def pack(plan: str, office: str = OFFICE) -> dict[str, str]:
    return {
        "pack.yaml": f"{PACK}lead: lead\n",
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": office,
        "subjects/desk.yaml": "subject: desk\n",
        "subjects/city.yaml": "subject: city\nauthority: [{id: k, power: key}]\n",
        "plans/p.yaml": f"plan: p\n{plan}",
    }


@pytest.mark.parametrize(
    "within, late", [("3h30m", {"shift": "night"}), ("3h29m", {}), ("7h", None)]
)
def test_the_lead_the_line_and_the_longest_path_are_added(
    tmp_path: Path, within: str, late: dict[str, str] | None
) -> None:
    # Three in the line of the lead, ten minutes each; then an hour, and two, or five by night.
    report = report_on(tmp_path, pack(f"within: {within}\n{STEPS}"))
    assert [one.region for one in found(report, "missed-deadline")] == (
        [] if late is None else [late]
    )


def test_the_slowest_path_is_told_step_by_step(tmp_path: Path) -> None:
    finding = the_one(report_on(tmp_path, pack(f"within: 4h\n{STEPS}")), "missed-deadline")
    assert (text_at(finding), finding.label) == ("4h", "at worst 6h30m")
    told = [note for note in finding.notes if " to " in note]
    assert told == [
        "0s to 30m: the lead: 30m `office`, `desk` then `city` asked to lead (10m each)",
        (
            "30m to 1h30m: `fetch`: 1h `office`, `desk` then `city` asked to do it, and the work"
            " (5m each)"
        ),
        (
            "1h30m to 6h30m: `carry`: 5h `office`, `desk` then `city` asked to do it, and the work"
            " (30m each)"
        ),
    ]


def test_steps_side_by_side_take_the_longer_of_both(tmp_path: Path) -> None:
    steps = STEPS.replace(", after: [fetch]", "")
    assert not found(report_on(tmp_path, pack(f"within: 5h30m\n{steps}")), "missed-deadline")


def test_a_limit_on_the_lead_and_one_on_a_step_are_held_each(tmp_path: Path) -> None:
    steps = STEPS.replace("fetch}", "fetch, within: 1h}", 1)
    report = report_on(tmp_path, pack(f"lead_within: 29m\n{steps}"))
    assert [text_at(one) for one in found(report, "missed-deadline")] == ["29m", "1h"]


def test_a_power_is_asked_for_first_of_whoever_holds_it(tmp_path: Path) -> None:
    steps = "steps: [{activity: open}]\n"
    report = report_on(tmp_path / "a", pack(f"within: 40m\n{steps}"))
    finding = the_one(report, "missed-deadline")
    assert finding.notes[-1].startswith(
        "30m to 41m: `open`: 1m `city` asked to order it (1m each);"
    )
    assert not found(report_on(tmp_path / "b", pack(f"within: 41m\n{steps}")), "missed-deadline")


def test_a_step_without_a_time_can_take_for_ever(tmp_path: Path) -> None:
    office = OFFICE.replace(", complete: 1h", "")
    finding = the_one(report_on(tmp_path, pack(f"within: 90d\n{STEPS}", office)), "missed-deadline")
    assert finding.label == "at worst without end"


def test_where_nobody_leads_nothing_is_told(tmp_path: Path) -> None:
    office = OFFICE.replace("role: [accountable, responsible], acknowledge: 10m", "role: informed")
    assert not found(report_on(tmp_path, pack(f"within: 1m\n{STEPS}", office)), "missed-deadline")


def test_steps_in_a_circle_have_no_times(tmp_path: Path) -> None:
    steps = "steps:\n  - {activity: fetch, after: [carry]}\n  - {activity: carry, after: [fetch]}\n"
    report = report_on(tmp_path, pack(f"within: 1m\n{steps}"))
    assert not found(report, "missed-deadline")
    assert found(report, "plan-cycle")
