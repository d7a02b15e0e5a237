"""The registry: all checks, in order, each with what it needs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

import remit
from remit.engine.map.budget import Budget
from remit.engine.map.responsibility import compile_pack
from remit.validators import checks
from remit.validators.check import Check, Context, Fault, ProofError
from remit.validators.checks import unowned_event
from remit.validators.registry import CHECKS, find_check, run
from tests.unit.validators.written import PACK, TODAY, report_on

VOCABULARY = "dimensions: {stage: {values: [early, late]}}\nactivities: {supply: {}}\n"
OFFICE = "subject: o\nduties: [{id: s, activity: supply, role: informed, when: {stage: early}}]\n"


def test_every_module_of_a_check_is_listed_under_its_own_name() -> None:
    folder = Path(str(checks.__file__)).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert modules == {check.name.replace("-", "_") for check in CHECKS}


def test_codes_and_names_are_used_once() -> None:
    assert len({check.code for check in CHECKS}) == len(CHECKS)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize("word", ["R201", "r201", "unowned-event"])
def test_a_check_is_found_by_code_and_name(word: str) -> None:
    assert find_check(word) is unowned_event.CHECK


def test_findings_are_sorted_by_place_and_carry_the_pack(tmp_path: Path) -> None:
    report = report_on(tmp_path, {"vocabulary.yaml": VOCABULARY, "subjects/o.yaml": OFFICE})
    assert list(report.findings) == sorted(report.findings, key=lambda finding: finding.place)
    assert (report.pack, report.version, report.proved) == ("sample", "1", True)


def written(folder: Path) -> remit.Pack:
    (folder / "subjects").mkdir()
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    (folder / "vocabulary.yaml").write_text(VOCABULARY, "utf-8")
    (folder / "subjects" / "o.yaml").write_text(OFFICE, "utf-8")
    return remit.load(folder)


def test_a_witness_that_the_slow_path_denies_is_our_bug(tmp_path: Path) -> None:
    def faults(context: Context) -> list[Fault]:
        draft = liar.draft("never so", context.pack.span)
        return [Fault(draft, context.map.possible(), holds_at=lambda _replay, _cell: False)]

    liar = Check("X999", "never-so", "error", "the pack", "never", faults)
    with pytest.raises(ProofError, match="X999: never so: stage=early"):
        run((liar,), compile_pack(written(tmp_path)), today=TODAY)


def test_a_check_past_its_budget_is_not_proved_and_the_others_go_on(tmp_path: Path) -> None:
    tight = compile_pack(written(tmp_path), budget=Budget(memberships=0))
    report = run(CHECKS, tight, today=TODAY)
    assert not report.proved
    first = report.unproved[0]
    assert (first.code, first.name, first.activities) == ("R201", "unowned-event", ("supply",))
    assert str(first).startswith("R201 unowned-event: ")


def test_every_claim_about_cells_is_replayed(tmp_path: Path) -> None:
    asked: list[object] = []

    def faults(context: Context) -> list[Fault]:
        def holds_at(_replay: object, cell: object) -> bool:
            asked.append(cell)
            return True

        return [replace(fault, holds_at=holds_at) for fault in unowned_event.CHECK.faults(context)]

    run(
        (replace(unowned_event.CHECK, faults=faults),), compile_pack(written(tmp_path)), today=TODAY
    )
    assert asked


def test_the_day_is_an_argument(tmp_path: Path) -> None:
    pack = written(tmp_path)
    long_ago = remit.check(pack, today=dt.date(1, 1, 1))
    assert long_ago.findings == remit.check(pack, today=TODAY).findings
