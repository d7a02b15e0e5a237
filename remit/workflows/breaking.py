"""Judging an act past the policy, and what is due after one: telling, handing back, reviewing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from remit.engine.escalation import WAITS_S
from remit.engine.wording import tell
from remit.workflows.asking import pursue
from remit.workflows.entries import Draft, Json
from remit.workflows.glass import Broken
from remit.workflows.incident import Incident, Item
from remit.workflows.reach import Reach
from remit.workflows.response import COMMAND_STEP, Ask

__all__ = ["GLASS_ENDED", "GLASS_TOLD", "breaks", "glass_deadlines", "glass_dues", "own_review"]

GLASS_TOLD, GLASS_ENDED = "glass-broken", "glass-ended"
"""Kinds of entries: everybody above is told, and what was taken is handed back."""
ACTING = frozenset({"ack", "done", "approve"})
"""What can be said so: to act, never to refuse or to hand on."""
Problem = tuple[str, str]


def breaks(incident: Incident, item: Item, by: str, verb: str, reason: str) -> Problem | None:
    """Return why a subject may not answer an item past the policy; `None` if it may."""
    rule = incident.response.glass
    name = incident.item_id(item.number)
    if rule is None:
        return tell("the policy lets nobody act past it"), tell(
            "`break_glass` in pack.yaml would, from the next incident on"
        )
    if not reason.strip():
        return tell("`{name}` cannot be answered past the policy without a reason", name=name), ""
    if by not in rule.above:
        return tell("`{by}` is no subject of the policy", by=by), ""
    if verb not in ACTING or item.purpose == "review":
        return tell("past the policy one can only act, with `ack`, `done` or `approve`"), ""
    return _forbidden(incident, item, by)


def own_review(incident: Incident, item: Item, by: str) -> Problem | None:
    """Return why a subject may not review an act: it is its own."""
    if item.purpose != "review":
        return None
    broken = incident.broken.get(_about(item))
    response = incident.response
    if broken is None or not (broken.by == by or response.leads.get(broken.by) == by):
        return None
    name = incident.item_id(item.number)
    return tell("`{name}`: who acted does not judge it", name=name), tell(
        "another in line does: {names}",
        names=tell(", ").join(f"`{n}`" for n in _line(incident, broken)),
    )


def glass_dues(incident: Incident, reach: Reach) -> Iterator[tuple[str, Draft]]:
    """Yield what is due after acts past the policy, each with its piece of work."""
    for number, broken in sorted(incident.broken.items()):
        item = incident.items[number]
        job = f"{item.part}/glass-{number}"
        if not broken.told:
            yield job, Draft(GLASS_TOLD, _telling(incident, item, broken))
        if item.status == "taken" and not broken.ended and broken.until <= reach.now:
            yield job, Draft(GLASS_ENDED, {"item": number, "by": broken.by})
        if broken.justified is None:
            yield from (
                (job, draft) for draft in pursue(incident, review_ask(incident, broken), reach)
            )


def glass_deadlines(incident: Incident) -> Iterator[tuple[str, dt.datetime]]:
    """Yield when something taken past the policy is handed back, and when a review is recalled."""
    for number, broken in incident.broken.items():
        if incident.items[number].status == "taken" and not broken.ended:
            yield f"glass-{number}", broken.until
        ask = review_ask(incident, broken)
        silent = [item.due for item in incident.asked(ask) if item.status == "open"]
        if silent:
            yield ask.key, max(silent)


def review_ask(incident: Incident, broken: Broken) -> Ask:
    """Return the question whether an act past the policy was justified."""
    item = incident.items[broken.item]
    line = _line(incident, broken)
    holder = line[0] if line else broken.by
    about = f"glass@{broken.item}"
    return Ask(item.part, item.step, "review", holder, line, WAITS_S["review"], about=about)


def _telling(incident: Incident, item: Item, broken: Broken) -> dict[str, Json]:
    return {
        "item": broken.item,
        "part": item.part,
        "step": item.step,
        "by": broken.by,
        "reason": broken.reason,
        "subjects": list(_told(incident, item, broken)),
    }


def _line(incident: Incident, broken: Broken) -> tuple[str, ...]:
    rule, leads = incident.response.glass, incident.response.leads
    reviewers = () if rule is None else rule.reviewers
    own = {broken.by, leads.get(broken.by, broken.by)}
    able = tuple(name for name in reviewers if name not in own and leads.get(name) not in own)
    above = () if rule is None else rule.above.get(broken.by, ())
    return able or tuple(name for name in above if name not in own)


def _told(incident: Incident, item: Item, broken: Broken) -> tuple[str, ...]:
    rule = incident.response.glass
    above = () if rule is None else (*rule.above.get(broken.by, ()), *rule.reviewers[:1])
    names = dict.fromkeys((item.holder, *incident.part.owners, *above))
    if incident.commander:
        names[incident.commander] = None
    return tuple(name for name in names if name and name != broken.by)


def _forbidden(incident: Incident, item: Item, by: str) -> Problem | None:
    rule = incident.response.glass
    if rule is None:
        return None
    name, needed, activity = incident.item_id(item.number), *_needs(incident, item)
    for power in needed:
        if power in rule.barred.get(by, ()):
            return tell("`{by}` is forbidden `{power}`, in need too", by=by, power=power), ""
        if power in rule.never:
            return tell("`{power}` is never used past the policy", power=power), ""
    if activity in rule.assists.get(by, ()) and item.purpose not in {"do", "consult"}:
        return (
            tell(
                "`{name}`: `{by}` may only assist in `{activity}`",
                name=name,
                by=by,
                activity=activity,
            ),
            "",
        )
    return None


def _needs(incident: Incident, item: Item) -> tuple[tuple[str, ...], str]:
    """Return the powers that answering an item uses, and the activity it is about."""
    rule, response = incident.response.glass, incident.response
    if item.step == COMMAND_STEP:
        return () if rule is None else rule.lead, response.lead
    step = response.part(item.part).step(item.step)
    funds = () if rule is None or step.money is None else (rule.funds.get(step.money.fund, ""),)
    released = tuple(power for power in funds if power) if item.purpose == "approve" else ()
    return (*step.powers, *released), step.activity


def _about(item: Item) -> int:
    return int(item.ask.partition("#")[0].rpartition("@")[2])
