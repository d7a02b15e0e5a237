"""The graphs of a pack: its line of command, its plans, and who does what."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from remit.cli.drawings.sketch import Link, Sketch, Spot
from remit.cli.pages.phrases import duration_phrase, label_of, listed, subject_label
from remit.engine.chart.chart import NOBODY, Chart
from remit.engine.chart.holders import holders_in
from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import Pack, Plan, Step, Subject
from remit.engine.wording import tell
from remit.validators.command import superiors
from remit.validators.words import percent

__all__ = ["command_sketch", "plan_sketch", "raci_sketch"]


def command_sketch(pack: Pack) -> Sketch:
    """Return who stands under whom, who stands in for whom, and who answers together."""
    above = superiors(pack)
    shown = _concerned(pack, above)
    spots = [
        Spot(name, subject_label(pack, name), _notes(pack, name), _group(pack, name))
        for name in shown
    ]
    links = [
        Link(boss, name, "under") for name in shown if (boss := above.get(name)) in shown and boss
    ]
    for name in shown:
        for account in pack.accounts_of(name)[:1]:
            links += [
                Link(name, deputy, "deputy", str(number))
                for number, deputy in enumerate(account.deputies, 1)
            ]
            links += [Link(name, member, "member") for member in account.members]
    tops = [subject_label(pack, name) for name in shown if above.get(name) not in shown]
    return Sketch(
        tell("Line of command: {pack}", pack=label_of(pack.label, pack.name)),
        tell("{number} subjects; at the top: {tops}", number=len(shown), tops=listed(tops)),
        tuple(spots),
        tuple(links),
        (
            ("under", tell("commands")),
            ("deputy", tell("is stood in for by, in the order of the numbers")),
            ("member", tell("answers together with")),
        ),
    )


def _concerned(pack: Pack, above: dict[str, str | None]) -> list[str]:
    """Return the pack's own subjects, those above them, and those that stand in for them."""
    found = dict.fromkeys(sorted(pack.subjects))
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        near = [above.get(name)]
        for account in pack.accounts_of(name)[:1]:
            near += [*account.deputies, *account.members]
        for other in near:
            if other is not None and other not in found:
                found[other] = None
                waiting.append(other)
    return list(found)


def _group(pack: Pack, name: str) -> Literal["subject", "outside"]:
    return "subject" if name in pack.subjects else "outside"


def _notes(pack: Pack, name: str) -> tuple[str, ...]:
    found = []
    for account in pack.accounts_of(name)[:1]:
        if account.kind is not None:
            found.append(label_of(account.kind, ""))
        if account.deputies:
            names = [subject_label(pack, deputy) for deputy in account.deputies]
            found.append(tell("deputies: {names}", names=listed(names)))
        if account.members:
            names = [_member(pack, account, member) for member in account.members]
            found.append(tell("together: {names}", names=listed(names)))
    return tuple(found)


def _member(pack: Pack, joint: Subject, member: str) -> str:
    label = subject_label(pack, member)
    return tell("{subject} (leads)", subject=label) if member == joint.lead else label


def plan_sketch(pack: Pack, plan: Plan, map_: ResponsibilityMap | None = None) -> Sketch:
    """Return the steps of a plan in their order, and to whom they are handed over.

    Args:
        map_: where given, each step tells who is accountable for it where the plan applies.
    """
    steps = {step.id: step for step in plan.steps}
    by_activity = {step.activity: step.id for step in plan.steps}
    spots = [
        Spot(step.id, _activity(pack, step.activity), _step_notes(pack, plan, step, map_), "step")
        for step in plan.steps
    ]
    links = [
        Link(before, step.id, "after")
        for step in plan.steps
        for before in step.after
        if before in steps
    ]
    for step in plan.steps:
        for activity in step.hand_over_to:
            target = by_activity.get(activity, f"{activity} (hand-over)")
            if target not in {spot.id for spot in spots}:
                spots.append(Spot(target, _activity(pack, activity), (), "outside"))
            links.append(Link(step.id, target, "hand-over"))
    name = label_of(plan.label, plan.name)
    return Sketch(
        tell("Plan: {name}", name=name),
        tell(
            "{number} steps: {steps}",
            number=len(plan.steps),
            steps=listed(_activity(pack, step.activity) for step in plan.steps),
        ),
        tuple(spots),
        tuple(links),
        (("after", tell("then")), ("hand-over", tell("is handed over to"))),
    )


def _step_notes(
    pack: Pack, plan: Plan, step: Step, map_: ResponsibilityMap | None
) -> tuple[str, ...]:
    found = []
    if map_ is not None:
        found.append(_who(pack, plan, step, map_))
    if step.complete is not None:
        found.append(tell("within {time}", time=duration_phrase(step.complete)))
    if step.consult_first:
        found.append(tell("consult first"))
    return tuple(found)


def _who(pack: Pack, plan: Plan, step: Step, map_: ResponsibilityMap) -> str:
    cells = map_.cells_of(plan.when) & map_.needed(step.activity)
    try:
        holders = holders_in(map_, step.activity, "accountable", cells)
    except BudgetExceeded:
        return tell("not proved")
    if not holders:
        return tell("not needed here") if not cells else tell("nobody is accountable")
    return tell("accountable: {names}", names=listed(subject_label(pack, each) for each in holders))


def _activity(pack: Pack, name: str) -> str:
    found = pack.vocabulary.activities.get(name)
    return label_of(None if found is None else found.label, name)


def raci_sketch(pack: Pack, chart: Chart) -> Sketch:
    """Return the subjects and the activities of a chart, joined by letters."""
    spots = [
        Spot(f"activity {heading.name}", label_of(heading.label, heading.name), (), "activity")
        for heading in chart.rows.headings
    ]
    links = []
    used: dict[str, None] = {}
    for row, entries in zip(chart.rows.headings, chart.entries, strict=True):
        for column, entry in zip(chart.columns.headings, entries, strict=True):
            if entry.holdings and column.name != NOBODY:
                words = [
                    _share(holding.letter, Fraction(holding.count, entry.needed))
                    for holding in entry.holdings
                ]
                used[column.name] = None
                links.append(
                    Link(
                        f"subject {column.name}",
                        f"activity {row.name}",
                        "letters",
                        ", ".join(words),
                    )
                )
    subjects = [
        Spot(f"subject {name}", subject_label(pack, name), (), "subject") for name in sorted(used)
    ]
    return Sketch(
        tell("Who does what: {pack}", pack=label_of(pack.label, pack.name)),
        tell(
            "{subjects} subjects and {activities} activities, joined by who is accountable, "
            "responsible, supports, is consulted or informed",
            subjects=len(subjects),
            activities=len(chart.rows.headings),
        ),
        (*subjects, *spots),
        tuple(links),
    )


def _share(letter: str, share: Fraction) -> str:
    sign = letter[0].upper()
    return sign if share == 1 else f"{sign}* {percent(share)}"
