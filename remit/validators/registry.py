"""All checks, and one function that runs them over a pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.pack import Pack
from remit.validators.acceptance import Part, split
from remit.validators.check import Check, Context, Fault, ProofError
from remit.validators.checks import (
    assist_made_accountable,
    command_cycle,
    contested_event,
    crowded_activity,
    dead_duty,
    failing_test,
    headless_command,
    idle_exception,
    limit_crossed,
    missing_doer,
    owned_by_default,
    powerless_duty,
    prohibited_power,
    redundant_duty,
    stale_acceptance,
    unneeded_duty,
    unowned_event,
    unused_acceptance,
)
from remit.validators.finding import Finding, Report
from remit.validators.words import extent, witness_words

if TYPE_CHECKING:
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
    prohibited_power.CHECK,
    assist_made_accountable.CHECK,
    limit_crossed.CHECK,
    command_cycle.CHECK,
    headless_command.CHECK,
    crowded_activity.CHECK,
    failing_test.CHECK,
    stale_acceptance.CHECK,
    unused_acceptance.CHECK,
)
"""By family; those that need to know what was accepted come last."""


def find_check(code: str) -> Check | None:
    """Return the check of a code or name, in any case of letters."""
    wanted = code.casefold()
    return next((c for c in CHECKS if wanted in {c.code.casefold(), c.name}), None)


# WHY the imports inside: the map loads numpy, which the list of checks and their pages do without.
def check(pack: Pack, *, today: dt.date) -> Report:
    """Return what all checks find in a pack, its acceptances held against the day `today`."""
    from remit.engine.map.responsibility import compile_pack

    return run(CHECKS, compile_pack(pack), today=today)


def run(checks: Sequence[Check], responsibilities: ResponsibilityMap, *, today: dt.date) -> Report:
    """Return what some checks find, by place; one that would cost too much counts as not proved."""
    from remit.engine.map.budget import BudgetExceeded
    from remit.engine.replay import Replay

    pack = responsibilities.pack
    context = Context(pack, responsibilities, Replay(pack), today, CHECKS)
    findings: list[Finding] = []
    unproved: list[str] = []
    for each in sorted(checks, key=lambda check: check.runs_last):
        try:
            for fault in each.faults(context):
                for part in split(fault, each, context):
                    context = replace(context, used=context.used | part.entries)
                    findings += _findings(each, fault, part, context)
        except BudgetExceeded as error:
            unproved.append(f"{each.code} {each.name}: {error}")
    return Report(
        pack.name,
        pack.version,
        pack.digest,
        tuple(sorted(findings, key=_order)),
        proved=not unproved,
        unproved=tuple(unproved),
    )


def _order(finding: Finding) -> tuple[tuple[str, int, int, str], str]:
    return (finding.place, finding.message)


def _findings(check: Check, fault: Fault, part: Part, context: Context) -> Iterator[Finding]:
    draft = replace(fault.draft, accepted=part.accepted)
    if part.cells is None:
        yield draft
        return
    regions = (part.cells.region(),) if fault.as_one else part.cells.regions()
    for region in regions:
        if not fault.holds_at(context.replay, region.witness):
            raise ProofError(f"{check.code}: {draft.message}: {witness_words(region.witness)}")
        yield fault.detail(_placed(draft, region, check, context), region)


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
