"""`remit check --fix`: what can be put right is, each edit proved again on the pack it makes.

A check proves a fix on the pack in memory. Here the edit is made in the text, the pack is loaded
and compiled from that text and compared with what it was: the finding must be gone, no event that
had its one accountable subject may answer otherwise, no fault may have opened, and no finding as
serious may be new. What fails that is left as it is, and told.

Nothing is written before all rounds are over, and then only if no file changed meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from remit.cli.exits import UsageError
from remit.cli.text_edits import edited, real_path
from remit.cli.written_files import write_all
from remit.engine.diff.changes import FaultKind, Move
from remit.engine.diff.compare import Difference, diff
from remit.engine.errors import PackErrors
from remit.engine.language.loader import load
from remit.engine.map.budget import Budget
from remit.engine.map.cells import CellSet
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.pack import Pack
from remit.engine.wording import tell
from remit.validators.check import Check
from remit.validators.finding import LEVELS, Edit, Finding, Fix, Report
from remit.validators.registry import CHECKS, run

__all__ = ["Fixed", "Refusal", "fixed", "written"]

MOST_ROUNDS = 100
"""Rounds of edits; each that is made heals a finding, so this bounds what one run may cost."""


_FAULTS: Mapping[FaultKind, Callable[[], str]] = {
    "gap": lambda: tell("a gap"),
    "overlap": lambda: tell("an overlap"),
    "missing-doer": lambda: tell("a missing doer"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fix that was not made, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """A pack after all fixes that hold.

    Args:
        before: what was found in the pack as it is on disk.
        after: what is left.
        made: the findings that were healed, each with the fix that did it, in that order.
        changes: bytes before and after, by path as shown.
    """

    pack: Pack
    before: Report
    after: Report
    made: tuple[Finding, ...] = ()
    refused: tuple[Refusal, ...] = ()
    changes: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _State:
    """A pack as some edits make it.

    Args:
        texts: bytes of the edited files, by real path.
        shown: the path of each as shown to people.
    """

    map: ResponsibilityMap
    report: Report
    texts: Mapping[str, bytes] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)


def fixed(
    path: str,
    *,
    today: dt.date,
    budget: Callable[[], Budget],
    with_unsafe: bool = False,
    checks: Sequence[Check] = CHECKS,
) -> Fixed:
    """Return a pack with everything fixed that can be; nothing is written.

    Args:
        budget: what the proofs of one round may cost.
        with_unsafe: make edits, too, that change who answers in events that had an owner.
        checks: whose findings are fixed, and must not become more.

    Raises:
        PackErrors: if the pack cannot be loaded.
    """
    loaded = load(path)
    compiled = compile_pack(loaded, budget=budget())
    state = first = _State(compiled, run(checks, compiled, today=today))
    work = _Work(path, today, budget, checks, with_unsafe=with_unsafe)
    made: list[Finding] = []
    for _ in range(MOST_ROUNDS):
        step = work.step(state)
        if step is None:
            break
        state, healed = step
        made += healed
    changes = {
        state.shown[real]: (_bytes(real), content)
        for real, content in state.texts.items()
        if _bytes(real) != content
    }
    refused = tuple(
        Refusal(one, work.refused[_identity(one)])
        for one in state.report.open_findings()
        if _identity(one) in work.refused
    )
    return Fixed(state.map.pack, first.report, state.report, tuple(made), refused, changes)


def written(found: Fixed) -> None:
    """Write what was fixed, all files or none.

    Raises:
        UsageError: if a file is not what it was when it was read.
        OSError: if a file cannot be written.
    """
    for file, (before, _) in found.changes.items():
        if _bytes(file) != before:
            raise UsageError(
                tell("`{file}` changed meanwhile, so nothing is written", file=file),
                tell("run the command again"),
            )
    write_all({file: after for file, (_, after) in found.changes.items()})


class _Work:
    """The search for edits that hold, from round to round."""

    def __init__(
        self,
        path: str,
        today: dt.date,
        budget: Callable[[], Budget],
        checks: Sequence[Check],
        *,
        with_unsafe: bool,
    ) -> None:
        self.checks = checks
        self.path = path
        self.root = Path(real_path(path))
        self.today = today
        self.budget = budget
        self.with_unsafe = with_unsafe
        self.refused: dict[object, str] = {}

    def step(self, state: _State) -> tuple[_State, list[Finding]] | None:
        """Return the state after one more round, and what it healed; `None` if nothing more can be.

        All fixes that do not touch each other are tried together, then one by one.
        """
        wanted = [one for one in state.report.open_findings() if self._is_wanted(one)]
        together = list(_apart(wanted))
        if len(together) > 1:
            after = self._tried(state, together)
            if isinstance(after, _State):
                return after, together
        for finding in wanted:
            after = self._tried(state, [finding])
            if isinstance(after, _State):
                return after, [finding]
            self.refused[_identity(finding)] = after
        return None

    def _is_wanted(self, finding: Finding) -> bool:
        fix = finding.fix
        if fix is None or _identity(finding) in self.refused:
            return False
        if not fix.is_safe and not self.with_unsafe:
            return False
        return all(Path(real_path(edit.span.file)).is_relative_to(self.root) for edit in fix.edits)

    def _tried(self, state: _State, findings: Sequence[Finding]) -> _State | str:
        """Return the state with the fixes of some findings made, or why it will not do."""
        fixes = [finding.fix for finding in findings if finding.fix is not None]
        texts, shown = dict(state.texts), dict(state.shown)
        try:
            for file, edits in _by_file(fixes).items():
                real = real_path(file)
                texts[real] = edited(texts.get(real) or _bytes(real), edits)
                shown[real] = file
            pack = load(self.path, None, texts)
        except PackErrors as errors:
            return tell(
                "the pack could not be loaded then: {error}", error=errors.errors[0].message
            )
        after = state.map.updated(pack, budget=self.budget())
        report = run(self.checks, after, today=self.today)
        safe = all(fix.is_safe for fix in fixes)
        reason = self._harm(state, after) if safe else ""
        reason = reason or _unhealed(findings, state.report, report)
        return reason or _State(after, report, texts, shown)

    def _harm(self, state: _State, after: ResponsibilityMap) -> str:
        """Return what else than healing the edits would do; nothing if they do no harm."""
        found = diff(state.map.pack, after.pack, budget=self.budget())
        if not found.is_proved:
            return tell("that it changes nothing else could not be proved: it would cost too much")
        opened = next((fault for fault in found.faults if fault.is_opened), None)
        if opened is not None:
            return tell(
                "{fault} would open, in `{activity}`",
                fault=_FAULTS[opened.kind](),
                activity=opened.activity,
            )
        moved = next(_sound_moves(found), None)
        if moved is not None:
            return tell(
                "an event that has its owner would change hands, in `{activity}`",
                activity=moved.activity,
            )
        return ""


def _sound_moves(found: Difference) -> Iterator[Move]:
    """Yield the moves that touch an event that had its one accountable subject.

    Such a move is one of accountability from one subject; or of another letter in events whose
    accountable subject stays, but that a doer comes where there was none.
    """
    unsound: dict[str, CellSet] = {}
    for move in found.moves:
        if move.letter == "accountable":
            if len(move.from_) == 1:
                yield move
            known = unsound.get(move.activity)
            unsound[move.activity] = move.cells if known is None else known | move.cells
    for move in found.moves:
        if move.letter == "accountable":
            continue
        if move.letter == "responsible" and not move.from_ and len(move.to) == 1:
            continue
        inside = unsound.get(move.activity)
        if inside is None or not move.cells <= inside:
            yield move


def _unhealed(findings: Sequence[Finding], before: Report, after: Report) -> str:
    """Return why an edit is no cure; nothing if the findings are gone and none as grave is new."""
    left = {_identity(one) for one in after.open_findings()}
    for finding in findings:
        if finding.share is None:
            if _identity(finding) in left:
                return tell("the finding would still be there")
        elif _extent(finding, before) - _extent(finding, after) < finding.share:
            return tell("part of the finding would still be there")
    gravest = LEVELS[max(LEVELS.index(finding.level) for finding in findings)]
    known = {_identity(one) for one in before.open_findings()}
    kinds = {_kind(one) for one in before.open_findings()}
    for one in after.at_or_above(gravest):
        # WHY by kind where there is a share: what is left of a region has other bounds.
        is_new = _kind(one) not in kinds if one.share is not None else _identity(one) not in known
        if is_new:
            return tell(
                "another finding would be there: {code} {name}", code=one.code, name=one.name
            )
    return ""


def _extent(finding: Finding, report: Report) -> Fraction:
    """Return the share of all findings of the same kind: its cells are in them."""
    return sum(
        (one.share or Fraction(0) for one in report.findings if _kind(one) == _kind(finding)),
        start=Fraction(0),
    )


def _kind(finding: Finding) -> tuple[object, ...]:
    return (finding.code, finding.activity, finding.letter, finding.duty, finding.power)


def _identity(finding: Finding) -> tuple[object, ...]:
    """Return what makes two findings the same one, wherever it has moved to in its file."""
    return (*_kind(finding), finding.message, finding.subjects, repr(finding.region))


def _apart(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings of which no two are about one activity or are edited at one place."""
    activities: set[str | None] = set()
    places: set[object] = set()
    for finding in findings:
        edits = () if finding.fix is None else finding.fix.edits
        ends = {(edit.span.file, edit.span.line) for edit in edits}
        if finding.activity not in activities and not ends & places:
            activities.add(finding.activity)
            places |= ends
            yield finding


def _by_file(fixes: Iterable[Fix]) -> dict[str, list[Edit]]:
    found: dict[str, list[Edit]] = {}
    for fix in fixes:
        for edit in fix.edits:
            found.setdefault(edit.span.file, []).append(edit)
    return found


def _bytes(path: str) -> bytes:
    return Path(path).read_bytes()
