"""All checks, and one function that runs them over a pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from remit.engine.pack import Pack
from remit.engine.wording import tell
from remit.validators.acceptance import Part, split
from remit.validators.check import Check, Context, Fault, ProofError
from remit.validators.checks import (
    assist_made_accountable,
    barred_acceptance,
    command_cycle,
    contested_event,
    crowded_activity,
    dangling_handover,
    dead_duty,
    expiring_acceptance,
    failing_test,
    headless_command,
    idle_exception,
    idle_power,
    idle_residents,
    limit_crossed,
    low_reserve,
    missed_deadline,
    missing_basis,
    missing_doer,
    missing_translation,
    no_way_to_report,
    nobody_eligible,
    over_capacity,
    overdrawn_fund,
    overloaded_subject,
    owned_by_default,
    plan_cycle,
    powerless_duty,
    prohibited_power,
    redundant_duty,
    roster_gap,
    self_approval,
    signal_gap,
    signal_overlap,
    split_command,
    stale_acceptance,
    thin_succession,
    unapproved_amount,
    undeclarable_state,
    undrilled_duty,
    unfunded_step,
    uninformed_party,
    unknown_check,
    unmonitored_hazard,
    unneeded_duty,
    unowned_event,
    unplanned_activity,
    unreachable_subject,
    unstaffed_duty,
    unused_acceptance,
    wide_span,
)
from remit.validators.finding import Finding, Report, Unproved
from remit.validators.fixes import Wish, proved_fixes
from remit.validators.kept_findings import KeptFindings, Recall, Told
from remit.validators.words import extent, witness_words

if TYPE_CHECKING:
    from remit.engine.map.budget import Budget
    from remit.engine.map.cells import Region
    from remit.engine.map.responsibility import ResponsibilityMap

__all__ = ["CHECKS", "check", "find_check", "run"]

CHECKS: tuple[Check, ...] = (
    unowned_event.CHECK,
    contested_event.CHECK,
    missing_doer.CHECK,
    dead_duty.CHECK,
    redundant_duty.CHECK,
    unneeded_duty.CHECK,
    idle_exception.CHECK,
    owned_by_default.CHECK,
    powerless_duty.CHECK,
    idle_power.CHECK,
    prohibited_power.CHECK,
    assist_made_accountable.CHECK,
    limit_crossed.CHECK,
    self_approval.CHECK,
    nobody_eligible.CHECK,
    command_cycle.CHECK,
    headless_command.CHECK,
    wide_span.CHECK,
    split_command.CHECK,
    thin_succession.CHECK,
    uninformed_party.CHECK,
    crowded_activity.CHECK,
    overloaded_subject.CHECK,
    unstaffed_duty.CHECK,
    roster_gap.CHECK,
    unreachable_subject.CHECK,
    over_capacity.CHECK,
    low_reserve.CHECK,
    unapproved_amount.CHECK,
    overdrawn_fund.CHECK,
    unfunded_step.CHECK,
    plan_cycle.CHECK,
    dangling_handover.CHECK,
    unplanned_activity.CHECK,
    missed_deadline.CHECK,
    signal_gap.CHECK,
    signal_overlap.CHECK,
    unmonitored_hazard.CHECK,
    undrilled_duty.CHECK,
    no_way_to_report.CHECK,
    idle_residents.CHECK,
    failing_test.CHECK,
    missing_basis.CHECK,
    missing_translation.CHECK,
    stale_acceptance.CHECK,
    unused_acceptance.CHECK,
    barred_acceptance.CHECK,
    expiring_acceptance.CHECK,
    unknown_check.CHECK,
    undeclarable_state.CHECK,
)
"""By family; those that need to know what was accepted come last."""


def find_check(code: str) -> Check | None:
    """Return the check of a code or name, in any case of letters."""
    wanted = code.casefold()
    return next((c for c in CHECKS if wanted in {c.code.casefold(), c.name}), None)


# WHY the imports inside: the map loads numpy, which the list of checks and their pages do without.
def check(
    pack: Pack,
    *,
    today: dt.date,
    budget: Budget | None = None,
    checks: Sequence[Check] = CHECKS,
    kept: KeptFindings | None = None,
) -> Report:
    """Return what checks find in a pack, its acceptances held against the day `today`.

    Args:
        checks: which; all of them where left out.
        budget: what each proof may cost; past it the report says what is not proved.
        kept: what was found of an earlier version of the pack. Only what depends on what changed
            since is found anew; the report is the same. It is then what was found of this version.
    """
    from remit.engine.map.responsibility import compile_pack

    return run(checks, compile_pack(pack, budget=budget), today=today, kept=kept)


def run(
    checks: Sequence[Check],
    responsibilities: ResponsibilityMap,
    *,
    today: dt.date,
    kept: KeptFindings | None = None,
) -> Report:
    """Return what some checks find, by place; one that would cost too much counts as not proved.

    Args:
        kept: see `check`.
    """
    from remit.engine.map.responsibility import compile_pack
    from remit.engine.replay import Replay

    pack = responsibilities.pack
    left_out = frozenset(one.code for one in CHECKS) - {one.code for one in checks}
    context = Context(pack, responsibilities, Replay(pack), today, CHECKS, left_out)
    recall = None if kept is None else Recall(kept, checks, context)
    told, open_questions = _told(checks, context, recall)
    if recall is not None:
        if not open_questions and not responsibilities.compiled.budget.is_up():
            recall.keep(told, context)
        elif recall.has_taken:
            # WHY: a proof alone may cost less than one beside those that need not be made.
            anew = compile_pack(pack, budget=responsibilities.compiled.budget)
            return run(checks, anew, today=today)
    return Report(
        pack.name,
        pack.version,
        pack.digest,
        tuple(sorted((one.finding for one in told), key=_order)),
        proved=not open_questions,
        unproved=_merged(open_questions, context),
        left_out=tuple(one.code for one in CHECKS if one.code in left_out),
    )


def _told(
    checks: Sequence[Check], context: Context, recall: Recall | None
) -> tuple[list[Told], list[Unproved]]:
    """Return all that is found, with its fixes, in the order of the checks; and what is open."""
    from remit.engine.map.budget import BudgetExceeded

    told: list[Told] = []
    wishes: list[Wish] = []
    open_questions: list[Unproved] = []
    for each in sorted(checks, key=lambda check: check.runs_last):
        found = _found(each, context) if recall is None else recall.found(each, context, _found)
        try:
            for one in found:
                if isinstance(one, Unproved):
                    open_questions.append(one)
                    continue
                context = replace(
                    context, used=context.used | one.entries, barred=context.barred | one.barred
                )
                is_granted = one.can_be_fixed and context.fixes.take()
                if is_granted and one.region is not None and one.cures is not None:
                    letter = one.finding.letter or "accountable"
                    wishes.append(Wish(len(told), letter, one.region, one.cures()))
                told.append(one if is_granted == one.is_tried else one.with_chance(is_granted))
        except BudgetExceeded as error:
            about = (error.activity,) if error.activity else ()
            open_questions.append(
                Unproved(each.code, each.name, str(error), about, duties=error.duties)
            )
    _add_fixes(told, wishes, context)
    return told, open_questions


def _add_fixes(told: list[Told], wishes: Sequence[Wish], context: Context) -> None:
    """Put the proved fixes into what was told, and a note where time was too short to look."""
    fixes = proved_fixes(wishes, context)
    is_late = context.map.compiled.budget.is_up()
    for wish in wishes:
        one = told[wish.place]
        fix = fixes.get(wish.place)
        if fix is not None:
            told[wish.place] = replace(one, finding=replace(one.finding, fix=fix))
        elif is_late:
            note = tell("time was up before every edit that may heal it was tried")
            notes = (*one.finding.notes, note)
            told[wish.place] = replace(one, finding=replace(one.finding, notes=notes))


def _found(check: Check, context: Context) -> Iterator[Told | Unproved]:
    """Yield what a check finds of the activities that are asked about."""
    for fault in check.faults(context):
        # WHY here too: to show what was proved takes time as well.
        context.map.compiled.budget.refuse_late()
        if isinstance(fault, Unproved):
            yield replace(fault, code=check.code, name=check.name)
            continue
        for part in split(fault, check, context):
            for finding, region in _findings(check, fault, part, context):
                found = Told(finding, part.entries, part.barred)
                if region is not None and fault.cures is not None:
                    cures = partial(fault.cures, finding, region)
                    found = replace(found, can_be_fixed=True, region=region, cures=cures)
                yield found


def _merged(found: Sequence[Unproved], context: Context) -> tuple[Unproved, ...]:
    """Return one for each check and reason, with what remains: many activities can share one."""
    merged: dict[tuple[str, str], Unproved] = {}
    for one in found:
        key = (one.code, one.reason)
        known = merged.setdefault(key, one)
        if known is not one and known.activities and one.activities:
            merged[key] = replace(known, activities=(*known.activities, *one.activities))
    return tuple(replace(one, share=_remaining(one, context)) for one in merged.values())


def _remaining(one: Unproved, context: Context) -> Fraction | None:
    from remit.engine.map.budget import BudgetExceeded

    if not one.activities:
        return Fraction(1)
    try:
        cells = context.map.nowhere()
        for activity in one.activities:
            cells |= context.map.needed(activity)
        return cells.share()
    except BudgetExceeded:
        return None


def _order(finding: Finding) -> tuple[tuple[str, int, int, str], str]:
    return (finding.place, finding.message)


def _findings(
    check: Check, fault: Fault, part: Part, context: Context
) -> Iterator[tuple[Finding, Region | None]]:
    """Yield what there is to say of a part of a fault, region by region."""
    entries = tuple(context.pack.accept[at] for at in sorted(part.entries))
    draft = replace(fault.draft, accepted=part.accepted, acceptances=entries)
    if part.cells is None:
        yield draft, None
        return
    regions = (part.cells.region(),) if fault.as_one else part.cells.regions()
    for region in regions:
        if not fault.holds_at(context.replay, region.witness):
            raise ProofError(f"{check.code}: {draft.message}: {witness_words(region.witness)}")
        yield fault.detail(_placed(draft, region, check, context), region), region


def _placed(draft: Finding, region: Region, check: Check, context: Context) -> Finding:
    whole = context.map.ground.size
    return replace(
        draft,
        region=region.constraints,
        share=region.share,
        density=region.density,
        witness=region.witness,
        notes=(extent(region.count, whole, region.density, check.cells_are), *draft.notes),
    )
