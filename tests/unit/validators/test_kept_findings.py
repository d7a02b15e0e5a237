"""After an edit just what it touched is found anew, and the report is the one of a fresh run."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import remit
from remit.engine.map.budget import Budget
from remit.engine.wording import speaking
from remit.validators import registry
from remit.validators.check import Allowance, Context
from remit.validators.kept_findings import BY_ACTIVITY, KeptFindings
from remit.validators.registry import CHECKS
from tests.loading import write_pack

DAY = dt.date(2026, 11, 24)
POLICIES = Path(__file__).resolve().parents[3] / "policies"
OFFICE = """\
subject: office
duties:
  - id: late
    activity: supply
    role: accountable
    when: {stage: late, level: low..mid}
  - id: east
    activity: supply
    role: accountable
    when: {place: east, stage: late, level: low}
"""
POST = """\
subject: post
authority: [{id: seal, power: seal, when: {place: west}}]
duties:
  - id: gate
    activity: guard
    role: accountable
  - id: gate-b1
    activity: guard
    role: [accountable, responsible]
    when: {place: b1}
"""
FILES = {"subjects/office.yaml": OFFICE, "subjects/post.yaml": POST}
Edit = Callable[[Path], object]


def rewritten(name: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return edit


def rechecked(folder: Path, *edits: Edit, budget: Budget | None = None) -> KeptFindings:
    """Check, edit and check again; each further report must be that of a fresh run."""
    kept = KeptFindings()
    remit.check(remit.load(folder), today=DAY, kept=kept)
    for edit in edits:
        edit(folder)
        pack = remit.load(folder)
        warm = remit.check(pack, today=DAY, budget=budget, kept=kept)
        assert remit.check(pack, today=DAY, budget=budget) == warm
    return kept


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, frozenset[str] | None]]:
    """Which checks ran, for which activities."""
    found: list[tuple[str, frozenset[str] | None]] = []
    real = registry._found

    def spy(check: registry.Check, context: Context) -> object:
        found.append((check.code, context.asked))
        return real(check, context)

    monkeypatch.setattr(registry, "_found", spy)
    return found


Asked = list[tuple[str, frozenset[str] | None]]


def test_only_the_activity_of_the_edited_duty_is_asked_about(tmp_path: Path, asked: Asked) -> None:
    folder = write_pack(tmp_path, FILES)
    kept = KeptFindings()
    remit.check(remit.load(folder), today=DAY, kept=kept)
    rewritten("subjects/office.yaml", "level: low..mid", "level: low")(folder)
    asked.clear()
    remit.check(remit.load(folder), today=DAY, kept=kept)
    assert {("R201", frozenset({"supply"})), ("V903", None)} <= set(asked)
    assert {frozenset({"supply"})} == {what for code, what in asked if code in BY_ACTIVITY}


def test_lines_that_move_are_no_edit(tmp_path: Path, asked: Asked) -> None:
    folder = write_pack(tmp_path, FILES)
    kept = KeptFindings()
    before = remit.check(remit.load(folder), today=DAY, kept=kept)
    rewritten("subjects/office.yaml", "duties:\n", "# two\n# lines\nduties:\n")(folder)
    asked.clear()
    after = remit.check(remit.load(folder), today=DAY, kept=kept)
    assert {frozenset()} == {what for code, what in asked if code in BY_ACTIVITY}
    places = [
        {(one.code, one.span.line) for one in report.findings if "office" in one.span.file}
        for report in (before, after)
    ]
    assert {(code, line + 2) for code, line in places[0]} == places[1] != set()
    assert any(one.fix and "office" in one.fix.edits[0].span.file for one in after.findings)
    assert remit.check(remit.load(folder), today=DAY) == after


@pytest.mark.parametrize(
    "edit",
    [
        rewritten("subjects/office.yaml", "  - id: east\n", "  # here\n  - id: east\n"),
        rewritten("subjects/office.yaml", "place: east", "place: b1"),
        rewritten(
            "subjects/office.yaml",
            "role: accountable\n    when: {place",
            "role: informed\n    when: {place",
        ),
        rewritten("subjects/post.yaml", "power: seal, when: {place: west}", "power: seal"),
        rewritten("subjects/post.yaml", "subject: post\n", "subject: post\nlabel: Post\n"),
        rewritten("subjects/post.yaml", "id: gate-b1\n", "id: guard-rest\n"),
        rewritten("vocabulary.yaml", "guard: {needed: {stage: early},", "guard: {label: Guard,"),
        rewritten("vocabulary.yaml", "  supply: {}\n", "  supply: {}\n  feed: {}\n"),
        rewritten("vocabulary.yaml", "[early, late]", "[early, mid, late]"),
        rewritten("pack.yaml", "lead: supply\n", "lead: supply\nprecedence: [place]\n"),
        rewritten(
            "pack.yaml",
            "lead: supply\n",
            "lead: supply\nchecks: {owned-by-default: {narrower: 1}}\n",
        ),
        rewritten(
            "pack.yaml",
            "lead: supply\n",
            "lead: supply\naccept:\n  - {code: R201, when: {stage: early}, reason: later}\n",
        ),
        rewritten(
            "subjects/post.yaml", "    when: {place: b1}\n", "    exception_to: [office/late]\n"
        ),
    ],
)
def test_the_report_is_that_of_a_fresh_run(tmp_path: Path, edit: Edit) -> None:
    rechecked(write_pack(tmp_path, FILES), edit)


def test_what_cannot_be_proved_is_told_as_in_a_fresh_run(tmp_path: Path) -> None:
    edit = rewritten("subjects/office.yaml", "place: east", "place: b1")
    rechecked(write_pack(tmp_path, FILES), edit, budget=Budget(memberships=2, work=4))


def test_a_fix_is_looked_for_once_its_turn_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scarce(*parts: object) -> Context:
        return Context(*parts, fixes=Allowance(1))  # type: ignore[arg-type] -- as they come

    monkeypatch.setattr(registry, "Context", scarce)
    folder = write_pack(tmp_path, FILES)
    whole = rewritten("subjects/office.yaml", "    when: {stage: late, level: low..mid}\n", "")
    rechecked(folder, whole)
    rechecked(folder, rewritten("subjects/office.yaml", "id: late\n", "id: late\n    when: {}\n"))


def test_another_language_is_another_report(tmp_path: Path) -> None:
    pack = remit.load(write_pack(tmp_path, FILES))
    kept = KeptFindings()
    remit.check(pack, today=DAY, kept=kept)
    english = set(kept.groups)
    with speaking("zh"):
        remit.check(pack, today=DAY, kept=kept)
    assert english.isdisjoint(kept.groups)


def test_an_acceptance_ends_on_its_day(tmp_path: Path) -> None:
    accept = f"accept:\n  - {{code: R201, until: {DAY}, reason: later}}\n"
    folder = write_pack(tmp_path, FILES)
    rewritten("pack.yaml", "lead: supply\n", f"lead: supply\n{accept}")(folder)
    pack, kept = remit.load(folder), KeptFindings()
    held = remit.check(pack, today=DAY, kept=kept)
    over = remit.check(pack, today=DAY + dt.timedelta(1), kept=kept)
    assert any(one.accepted for one in held.findings)
    assert remit.check(pack, today=DAY + dt.timedelta(1)) == over


@pytest.mark.parametrize("name", ["j-city", "rf-community", "incident-team"])
def test_a_shipped_pack_is_rechecked_as_checked(name: str, tmp_path: Path) -> None:
    for each in POLICIES.iterdir():
        if each.is_dir():
            shutil.copytree(each, tmp_path / each.name)
    folder = tmp_path / name
    files = (folder / "subjects").rglob("*.yaml")
    subject = min(one for one in files if "role: accountable" in one.read_text("utf-8"))
    first = subject.relative_to(folder).as_posix()
    rechecked(
        folder,
        rewritten(first, "duties:", "# moved\nduties:"),
        rewritten(first, "role: accountable", "role: supports"),
    )


def test_every_check_that_is_kept_exists() -> None:
    assert {check.code for check in CHECKS} >= BY_ACTIVITY
