"""over-capacity: a plan, or a scenario, needs more people or supplies at once than there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from remit.engine.means import Scenario
from remit.engine.pack import Pack
from remit.engine.spans import Related
from remit.engine.wording import tell, tell_count
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.finding import Finding, Unproved
from remit.validators.gaps import MOST_RELATED
from remit.validators.needs import (
    Crew,
    Kept,
    by_fault,
    crews_of,
    draws,
    kept_at,
    kept_steps,
    needs_span,
    plans_words,
    run_cells,
    runs_words,
    steps_of,
    stock_of,
    totals,
)
from remit.validators.staffing import (
    MOST_KINDS,
    Holder,
    People,
    Shortage,
    TooManyKinds,
    people_of,
    shortages,
)
from remit.validators.words import names_words

__all__ = ["CHECK"]

MOST_NAMED = 6
"""Steps or holders told one by one; of more only the number is told."""
Key = tuple[tuple[str, ...], bool, frozenset[str]]
"""What is lacking, whether it is people, and which plans need it."""


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each bottleneck of single events, then of each scenario."""
    if not draws(context.pack, lambda needs: needs.staff or needs.stock):
        return
    for find in (_of_events, _of_scenarios):
        try:
            yield from find(context)
        except TooManyKinds:
            reason = tell(
                "more than {most} kinds of staff stand in for each other", most=MOST_KINDS
            )
            yield Unproved("", "", reason)


def _of_events(context: Context) -> Iterator[Fault]:
    pack, people = context.pack, People(people_of(context.pack))

    def lacks(kept: Kept) -> list[tuple[Key, Shortage]]:
        plan_of = {step: plan for plan, step in kept}
        found = _lacks([Crew((steps_of(kept, pack),))], people, pack)
        return [((*one.key, frozenset(plan_of[s.id] for s, _ in one.steps)), one) for one in found]

    def sizes(kept: Kept) -> list[tuple[Key, int | Decimal]]:
        return [(key, one.lacking) for key, one in lacks(kept)]

    for key, kept, cells in by_fault(kept_steps(context), sizes, context):
        draft = _draft(plans_words(key[2]), dict(lacks(kept))[key], pack)

        def holds_at(_: object, cell: Cell, key: Key = key) -> bool:
            return key in dict(sizes(kept_at(context, cell)))

        yield Fault(draft, cells, holds_at=holds_at, as_one=True)


def _of_scenarios(context: Context) -> Iterator[Fault]:
    pack, staff = context.pack, people_of(context.pack)
    for _, scenario in sorted(pack.scenarios.items()):
        yield from _idle_runs(scenario, context)
        people = People(staff, scenario.lends, scenario.costs)
        who = tell("the scenario `{name}`", name=scenario.name)
        for lack in _lacks(crews_of(scenario, context), people, pack):
            draft = _draft(who, lack, pack)
            runs = tell("at once run {runs}", runs=runs_words(scenario))
            related = (Related(draft.span, tell("most of it is needed here")), *draft.related)
            yield Fault(
                replace(
                    draft,
                    level="warning",
                    span=scenario.span,
                    label=tell("too much at once"),
                    notes=(runs, *draft.notes),
                    related=related[:MOST_RELATED],
                )
            )


def _idle_runs(scenario: Scenario, context: Context) -> Iterator[Fault]:
    for run in scenario.runs:
        if not run_cells(run, scenario, context):
            draft = CHECK.draft(
                tell(
                    "the scenario `{name}` runs `{plan}` where that plan never holds",
                    name=scenario.name,
                    plan=run.plan,
                ),
                run.span,
                label=tell("never runs"),
                help=tell("widen the `when` of the scenario or of this run"),
            )
            yield Fault(replace(draft, level="warning"))


def _lacks(crews: Sequence[Crew], people: People, pack: Pack) -> list[Shortage]:
    """Return what is lacking: people by bottleneck, then supplies by item."""
    return [*shortages(crews, people), *_stock_lacks(crews, pack)]


def _stock_lacks(crews: Sequence[Crew], pack: Pack) -> Iterator[Shortage]:
    for item, total in totals(crews, stock_of, 0).items():
        stock = pack.reserves.get(item)
        there = stock.quantity if stock else 0
        if total.amount > there:
            holder = (stock.holder or "" if stock else "", item)
            yield Shortage(
                (item,),
                total.amount,
                there,
                total.steps,
                ((holder, there),) if there else (),
                ((holder, total.amount - there),),
                is_staff=False,
            )


def _draft(who: str, lack: Shortage, pack: Pack) -> Finding:
    what = names_words(lack.kinds, "or")
    if lack.is_staff:
        message = tell(
            "{who} needs {needed} {what} at once, and only {there} can be sent",
            who=who, needed=f"{lack.needed:,}", what=what, there=f"{lack.there:,}",
        )  # fmt: skip
    else:
        message = tell(
            "{who} needs {needed} {what}, and there are only {there}",
            who=who, needed=f"{lack.needed:,}", what=what, there=f"{lack.there:,}",
        )  # fmt: skip
    first, count = lack.steps[0]
    return CHECK.draft(
        message,
        needs_span(first),
        label=tell("`{step}` needs {count}", step=first.id, count=f"{count:,}"),
        related=tuple(
            Related(needs_span(step), tell("`{step}` needs {count}", step=step.id, count=f"{n:,}"))
            for step, n in lack.steps[1 : MOST_RELATED + 1]
        ),
        notes=tuple(_notes(lack)),
        help=_help(lack, pack),
    )


def _notes(lack: Shortage) -> Iterator[str]:
    steps = [f"`{step.id}` ({count:,})" for step, count in lack.steps]
    if len(steps) > 1:
        if lack.is_staff:
            yield tell("at once: {steps}", steps=_listed(steps))
        else:
            yield tell("used up by {steps}", steps=_listed(steps))
    if lack.is_staff and lack.holders:
        sent = [_of(holder, f"{count:,}", lack.kinds) for holder, count in lack.holders]
        yield tell("the bottleneck: all that can be sent is {sent}", sent=_listed(sent))
    elif lack.is_staff:
        yield tell("the bottleneck: nobody has {kinds}", kinds=names_words(lack.kinds, "or"))


def _of(holder: Holder, count: str, kinds: tuple[str, ...]) -> str:
    subject, kind = holder
    if not subject:
        return tell("{count} `{kind}`", count=count, kind=kind)
    if kind in kinds:
        return tell("{count} `{kind}` of `{subject}`", count=count, kind=kind, subject=subject)
    return tell("{count} `{kind}` lent by `{subject}`", count=count, kind=kind, subject=subject)


def _help(lack: Shortage, pack: Pack) -> str:
    more = [
        _of(holder, tell("{number} more", number=f"{count:,}"), (holder[1],))
        for holder, count in lack.relief
    ]
    kinds = {kind for (_, kind), _ in lack.relief}
    if not lack.is_staff:
        if not kinds & set(pack.reserves):
            return tell("add {more} to the reserves of this pack, or need less", more=_listed(more))
        return tell("the cheapest relief: {more}; or need less", more=_listed(more))
    return tell(
        "the cheapest relief: {more}; or let steps wait for each other with `after`",
        more=_listed(more),
    )


def _listed(found: Sequence[str]) -> str:
    shown = list(found[:MOST_NAMED])
    if len(found) > MOST_NAMED:
        shown.append(tell_count("{number} more", "{number} more", len(found) - MOST_NAMED))
    return ", ".join(shown)


CHECK = Check(
    code="K404",
    name="over-capacity",
    level="error",
    family="people and reserves",
    summary="plans that run at once need more people or supplies than there are",
    faults=faults,
    cells_are="short of means",
)
