"""Where the checks on chains and the slow readings disagree about one random pack, as sentences.

The times are held against the response itself: what `remit.workflows` would ask of whom.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from remit.engine.events import Event
from remit.engine.replay import Replay
from remit.validators.check import Context, Fault
from remit.validators.registry import find_check
from remit.validators.worst_case import FOREVER_S
from remit.workflows.planning import plan_response
from remit.workflows.response import Ask, Part, StepPlan
from tests.agreement import TODAY, Sample, as_event
from tests.pack_writer import write_pack
from tests.random_packs import random_pack
from tests.random_plans import with_plans
from tests.reference import Cell
from tests.reference_chains import chain_faults_at

__all__ = ["chain_disagreements", "planned_sample", "time_disagreements"]

CHECKS = (
    "dangling-handover",
    "idle-power",
    "overloaded-subject",
    "split-command",
    "uninformed-party",
    "unplanned-activity",
)
MOST_CELLS = 120
"""Cells compared a pack, drawn at random where there are more."""
UNITS = {"m": 60, "h": 3600}


def planned_sample(seed: int, folder: Path) -> Sample:
    """Return a random pack with plans, written under `folder`."""
    rng = Random(seed)  # noqa: S311  reproducible on purpose
    plain = with_plans(rng, random_pack(rng))
    home = write_pack(plain, folder, rng)
    for plan in plain["plans"]:
        path = home / "plans" / f"{plan['plan']}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(plan, default=float), encoding="utf-8")
    return Sample(plain, home, seed)


def chain_disagreements(sample: Sample) -> Iterator[str]:
    """Yield what differs between the checks' cells and the plain reading."""
    context = _context(sample)
    faults = [(name, fault) for name in CHECKS for fault in _faults(name, context)]
    for cell in _cells(sample):
        expected = chain_faults_at(sample.reference, list(sample.plain["plans"]), cell)
        found = {_key(name, fault, sample) for name, fault in faults if _is_in(fault, cell, sample)}
        if found != expected:
            yield f"found {found - expected}, missed {expected - found}: {as_event(cell)}"


def time_disagreements(sample: Sample) -> Iterator[str]:
    """Yield what differs between the times of the check and those of the response."""
    context = _context(sample)
    faults = _faults("missed-deadline", context)
    for cell in _cells(sample):
        event = Event(dict(cell))
        part = plan_response(sample.pack, sample.map.resolve, event).parts[0]
        expected = _late(sample, part, cell)
        found = {
            (fault.draft.span.line, fault.draft.span.column, fault.draft.span.file)
            for fault in faults
            if _is_in(fault, cell, sample)
        }
        if found != expected:
            yield f"found {found - expected}, missed {expected - found}: {as_event(cell)}"


def _context(sample: Sample) -> Context:
    return Context(sample.pack, sample.map, Replay(sample.pack), TODAY)


def _faults(name: str, context: Context) -> list[Fault]:
    check = find_check(name)
    assert check is not None
    found = list(check.faults(context))
    assert all(isinstance(one, Fault) for one in found), found
    return [one for one in found if isinstance(one, Fault)]


def _cells(sample: Sample) -> list[Cell]:
    cells = sample.reference.cells()
    return cells if len(cells) <= MOST_CELLS else sample.rng("cells").sample(cells, MOST_CELLS)


def _is_in(fault: Fault, cell: Cell, sample: Sample) -> bool:
    assert fault.cells is not None
    box = sample.map.ground.space.box_of(cell)
    held = fault.cells.diagram(tuple(atoms[0][0] for atoms in box))
    replay = Replay(sample.pack)
    assert fault.holds_at(replay, cell) == held, (fault.draft.message, as_event(cell))
    return held


def _key(name: str, fault: Fault, sample: Sample) -> tuple[str, ...]:
    draft = fault.draft
    words = draft.message.split("`")
    if name == "overloaded-subject":
        return (name, *draft.subjects, str(draft.letter))
    if name == "unplanned-activity":
        return (name, str(draft.activity))
    if name == "split-command":
        return (name, words[1], *draft.subjects)
    if name == "uninformed-party":
        return (name, words[1], *draft.subjects)
    if name == "idle-power":
        grants = sample.pack.subjects[draft.subjects[0]].authority
        at = next(n for n, g in enumerate(grants) if g.spans.get("power", g.span) == draft.span)
        return (name, *draft.subjects, str(at))
    reason = words[6].removeprefix(", ").removesuffix(" in some of its events")
    return (name, words[3], words[1], words[5], reason)


def _late(sample: Sample, part: Part, cell: Cell) -> set[tuple[int, int, str]]:
    lead = _wait(part.command) if part.owners else None
    ends = {} if lead is None else _ends(part, lead)
    found = set()
    for name, plan in sample.pack.plans.items():
        written = next(one for one in sample.plain["plans"] if one["plan"] == name)
        if not sample.reference.holds(written.get("when", {}), cell):
            continue
        mine = {step.id for step in plan.steps} & ends.keys() - _spent(sample, name, cell)
        late = [(plan.spans["within"], max((ends[one] for one in mine), default=0), plan.within)]
        if plan.lead_within is not None:
            late.append((plan.spans["lead_within"], lead or 0, plan.lead_within))
        late += [
            (step.spans["within"], ends[step.id], step.within)
            for step in plan.steps
            if step.within is not None and step.id in mine
        ]
        for span, end, limit in late:
            if limit is not None and end > limit:
                found.add((span.line, span.column, span.file))
    return found


def _spent(sample: Sample, name: str, cell: Cell) -> set[str]:
    """Return the steps that an earlier plan has already, where it holds."""
    return {
        step["activity"]
        for plan in sample.plain["plans"]
        if plan["plan"] < name and sample.reference.holds(plan.get("when", {}), cell)
        for step in plan["steps"]
        if sample.reference.needed(cell, step["activity"])
    }


def _ends(part: Part, lead: int) -> Mapping[str, int]:
    ends: dict[str, int] = {}
    steps = list(part.steps)
    while steps:
        ready = [s for s in steps if not set(s.after) & {other.id for other in steps}]
        if not ready:
            # A circle through two plans.
            return {}
        for step in ready:
            steps.remove(step)
            lasting = _lasting(step, part)
            if lasting is not None and all(name in ends for name in step.after):
                start = max((lead, *(ends[name] for name in step.after)))
                ends[step.id] = min(start + lasting, FOREVER_S)
    return ends


def _lasting(step: StepPlan, part: Part) -> int | None:
    if step.nobody or not (step.roles["accountable"] or part.owners):
        return None
    heard = max(map(_wait, step.consult), default=0) if step.consult_first else 0
    ordered = _wait(step.order) if step.order else 0
    taken = max(map(_wait, step.do))
    done = FOREVER_S if step.complete is None else max(step.complete, taken)
    doers = {ask.holder for ask in step.do}
    takers = [ask for ask in step.hand_over if ask.line[0] not in doers]
    accepted = max(map(_wait, takers), default=0)
    return heard + ordered + done + accepted


def _wait(ask: Ask) -> int:
    return max(len(ask.line) - ask.together + 1, 1) * ask.within
