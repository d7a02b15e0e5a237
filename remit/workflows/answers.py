"""Judging what people say: may this subject say this to this item now? The one gate of all doors.

The commands, the demo, and later the web and the telephone all come through `judge`. It gives the
entry to be written, or the reason why not, which is written too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from remit.engine.wording import mark, tell, tell_marked
from remit.workflows.breaking import breaks, own_review
from remit.workflows.entries import Draft, Json
from remit.workflows.incident import Incident, Item
from remit.workflows.lifecycle import PURPOSES, Verb
from remit.workflows.reserving import least_is_missing
from remit.workflows.response import Ask, StepPlan
from remit.workflows.separation import amount_problem, beyond_limit, duties_problem
from remit.workflows.stepping import step_of
from remit.workflows.waits import money_is_missing

__all__ = ["Refusal", "Word", "ask_of", "judge", "receivers", "refusal", "refuse", "verbs_of"]


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody says to an item.

    Args:
        by: the subject that speaks.
        note: why, or what they advise; needed to decline.
        to: for `hand-over`, who should take the work.
        amount: how much is given of what was asked for, as written; all of it if left out.
        break_glass: why it is said past the policy, or empty.
        person: who spoke for the subject, or empty where nobody is named.
    """

    verb: Verb
    by: str
    note: str = ""
    to: str | None = None
    amount: str | None = None
    break_glass: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a word does not count, in one sentence, and what to do instead."""

    reason: str
    help: str = ""
    draft: Draft = field(default_factory=lambda: Draft("refused", {}))


def refuse(incident: Incident, number: int, word: Word, reason: str, help_: str = "") -> Refusal:
    """Return that a word does not count, for a reason that lies in who speaks it."""
    found = refusal(incident.items.get(number), number, word.by, word.verb, reason, help_)
    payload = {**found.draft.payload, "person": word.person}
    return replace(found, draft=replace(found.draft, payload=payload))


def judge(incident: Incident, number: int, word: Word) -> Draft | Refusal:
    """Return the entry for `word` on item `number`, or why it does not count."""
    item = incident.items.get(number)
    if item is None:
        return _refusal(
            None,
            number,
            word,
            tell("incident `{id}` has no item {number}", id=incident.id, number=number),
        )
    for check in _CHECKS:
        problem = check(incident, item, word)
        if problem is not None:
            return _refusal(item, number, word, *problem)
    payload: dict[str, Json] = {
        "item": number,
        "verb": word.verb,
        "outcome": PURPOSES[item.purpose].answers[word.verb],
        "note": word.note,
    }
    if item.is_still(PURPOSES[item.purpose].answers[word.verb]):
        payload["still"] = True
    if word.to is not None:
        payload["to"] = word.to
    if word.amount is not None:
        payload["amount"] = word.amount.strip()
    if word.break_glass and not incident.response.speaks_for(word.by, item.subject):
        payload["glass"] = word.break_glass
    if word.person:
        payload["person"] = word.person
    return Draft("answered", payload, actor=word.by)


def receivers(incident: Incident, item: Item) -> tuple[str, ...]:
    """Return to whom an item's work may be handed: those with a part in its step, and its line."""
    step = step_of(incident, item)
    if step is None:
        part = incident.response.part(item.part)
        line: tuple[str, ...] = (*part.command.line, *part.able)
    else:
        roles = (*step.roles["responsible"], *step.roles["supports"], *step.roles["accountable"])
        line = (*roles, *ask_of(step, item).line)
    approver = incident.progress(step).approver if step is not None else None
    refused = {
        found.subject
        for found in incident.items.values()
        if found.offer_of == item.number and found.by
    }
    refused |= _sharing(incident, item)
    return tuple(
        name for name in dict.fromkeys(line) if name not in {item.subject, approver, *refused}
    )


def _sharing(incident: Incident, item: Item) -> set[str]:
    """Return who has the same work in hand, or is offered a part of it.

    Of several who have it together, each answers for itself.
    """
    together = incident.asked(item.ask)
    numbers = {found.number for found in together}
    having = {found.subject for found in together if found.status == "taken"}
    return having | {one.subject for one in incident.open_items() if one.offer_of in numbers}


def verbs_of(item: Item) -> tuple[Verb, ...]:
    """Return what fits to be said to an item now: once it is in hand, "mine" only when recalled."""
    answers = PURPOSES[item.purpose].answers
    if item.status != "taken":
        return tuple(verb for verb in answers if verb != "hand-over")
    return tuple(
        verb for verb, outcome in answers.items() if item.recalls or not item.is_still(outcome)
    )


Problem = tuple[str, str]


def _outcome(item: Item) -> str:
    """Return what somebody did about an item."""
    words = {
        "acknowledged": tell("acknowledged"),
        "advised": tell("advised"),
        "ordered": tell("ordered"),
        "approved": tell("approved"),
        "done": tell("done"),
        "accepted": tell("accepted"),
        "signed-off": tell("signed-off"),
        "closed": tell("closed"),
        "settled": tell("settled"),
        "dropped": tell("dropped"),
        "returned": tell("returned"),
        "declined": tell("declined"),
        "offered": tell("offered"),
        "reassigned": tell("gave it to another"),
        "granted": tell("promised"),
        "sent": tell("sent"),
        "received": tell("received"),
        "missing": tell("missed"),
        "paid": tell("paid"),
        "justified": tell("justified"),
        "unjustified": tell("unjustified"),
    }
    return words.get(item.outcome or "", item.outcome or "")


def _still_asked(incident: Incident, item: Item, word: Word) -> Problem | None:
    name = incident.item_id(item.number)
    if item.status == "withdrawn":
        other = next((found for found in incident.asked(item.ask) if found.by is not None), None)
        if other is None:
            return tell("`{name}` is no longer asked", name=name), ""
        parts = {"name": name, "by": other.by, "outcome": _outcome(other)}
        return tell("`{name}` is no longer asked: `{by}` {outcome}", **parts), ""
    if item.status == "answered":
        return tell(
            "`{name}` was already answered: `{by}` {outcome}",
            name=name,
            by=item.by,
            outcome=_outcome(item),
        ), ""
    outcome = PURPOSES[item.purpose].answers.get(word.verb)
    if outcome is not None and item.is_still(outcome) and not item.recalls:
        advice = (
            tell("report it with `remit done {name}`", name=name) if item.purpose == "do" else ""
        )
        return tell(
            "`{name}` is already in the hands of `{subject}`", name=name, subject=item.subject
        ), advice
    return None


def _addressed(incident: Incident, item: Item, word: Word) -> Problem | None:
    if incident.response.speaks_for(word.by, item.subject):
        return own_review(incident, item, word.by)
    if word.break_glass:
        return breaks(incident, item, word.by, word.verb, word.break_glass)
    name = incident.item_id(item.number)
    parts = {"by": word.by, "name": name, "subject": item.subject}
    above = beyond_limit(incident, item, word.by)
    if above is not None:
        return above
    line = [found.line for found in _asks(incident, item)]
    if any(word.by in found for found in line):
        reason = tell(
            "`{by}` may not answer `{name}`: it asks `{subject}`,"
            " and `{by}` is called only if there is no answer",
            **parts,
        )
    else:
        reason = tell("`{by}` may not answer `{name}`: it asks `{subject}`", **parts)
    return reason, tell("`remit inbox {by}` shows what waits for `{by}`", by=word.by)


def _fitting(incident: Incident, item: Item, word: Word) -> Problem | None:
    answers = PURPOSES[item.purpose].answers
    if word.verb in answers:
        return None
    name = incident.item_id(item.number)
    commands = tell(" or ").join(f"`remit {verb} {name}`" for verb in answers)
    return (
        tell(
            "`{name}` asks to {asks}: it cannot be answered with `{verb}`",
            name=name,
            asks=tell_marked(_PHRASES[item.purpose]),
            verb=word.verb,
        ),
        tell("use {commands}", commands=commands),
    )


def _complete(incident: Incident, item: Item, word: Word) -> Problem | None:
    name = incident.item_id(item.number)
    if word.verb == "decline" and not word.note.strip():
        return tell("`{name}` cannot be declined without a reason", name=name), tell(
            'give it with `--note "..."`'
        )
    if word.verb == "hand-over" and item.status != "taken":
        return tell("`{name}` is not in your hands yet", name=name), tell(
            "take it first: `remit ack {name}`", name=name
        )
    if word.verb == "hand-over" and word.to is None:
        return tell("`{name}` cannot be handed over to nobody", name=name), tell(
            "name the receiver with `--to SUBJECT`"
        )
    return None


def _due_order(incident: Incident, item: Item, word: Word) -> Problem | None:
    """Refuse what comes before its time: work before its money, a measure without its order."""
    step = step_of(incident, item)
    name = incident.item_id(item.number)
    if step is None:
        return None
    if item.purpose == "do" and word.verb == "done" and money_is_missing(incident, step):
        return tell("`{name}` cannot be done yet: its money is not released", name=name), ""
    if item.purpose == "do" and word.verb == "done" and least_is_missing(incident, step):
        return tell(
            "`{name}` cannot be done yet: the least of its people or supplies is missing", name=name
        ), ""
    if item.purpose == "decide" and word.verb == "done" and item.ask.endswith("/order"):
        return (
            tell(
                "`{name}`: {nobody}, so it cannot go on",
                name=name,
                nobody=step.nobody or tell("nobody ordered it"),
            ),
            tell("leave it out with `remit decline {name}`", name=name),
        )
    return None


def _four_eyes(incident: Incident, item: Item, word: Word) -> Problem | None:
    """Refuse that one subject does a step and releases its money, whichever it would do first."""
    step = step_of(incident, item)
    if step is None or word.verb == "decline":
        return None
    name, one = incident.item_id(item.number), {word.by, item.subject}
    if item.purpose == "do" and incident.progress(step).approver in one:
        return tell(
            "`{name}`: `{subject}` released the money of this step, so another does it",
            name=name,
            subject=item.subject,
        ), (tell("leave it with `remit decline {name}`", name=name))
    if item.purpose == "approve" and incident.progress(step).requester in one:
        return tell(
            "`{name}`: `{subject}` asked for this money itself, so another releases it",
            name=name,
            subject=item.subject,
        ), ""
    doing = [
        other
        for other in incident.items.values()
        if (other.purpose, other.part, other.step) == ("do", item.part, item.step)
        if one & {other.subject, other.by} and (other.is_waiting or other.outcome == "done")
    ]
    if item.purpose == "approve" and doing and doing[0].outcome == "done":
        return tell(
            "`{name}`: `{subject}` did this step itself (`{other}`), so another releases its money",
            name=name,
            subject=item.subject,
            other=incident.item_id(doing[0].number),
        ), ""
    if item.purpose == "approve" and doing:
        other = incident.item_id(doing[0].number)
        return tell(
            "`{name}`: `{subject}` is asked to do this step itself (`{other}`)",
            name=name,
            subject=item.subject,
            other=other,
        ), (
            tell(
                "who does it does not release its money: decline `{name}` or `{other}`",
                name=name,
                other=other,
            )
        )
    return None


def _decided(incident: Incident, item: Item, word: Word) -> Problem | None:
    """Refuse that work comes back a second time after it was decided whose it is."""
    if not item.is_final or word.verb not in {"decline", "hand-over"}:
        return None
    before = _earlier_holders(incident, item)
    if word.verb == "hand-over" and word.to not in before:
        return None
    name = incident.item_id(item.number)
    parts = {"name": name, "subject": item.subject}
    return tell("it was decided that `{name}` is for `{subject}`: it is not sent back", **parts), (
        tell(
            "hand it on to another, or have it given to another with `remit reassign {name}`",
            name=name,
        )
    )


def _earlier_holders(incident: Incident, item: Item) -> frozenset[str]:
    """Return who had the work of an item before it came to its subject."""
    found: set[str] = set()
    after = item.after
    while after is not None:
        before = incident.items[after]
        found.add(before.subject)
        after = before.after
    return frozenset(found)


def _apart(incident: Incident, item: Item, word: Word) -> Problem | None:
    return None if word.verb == "decline" else duties_problem(incident, item, word.by)


def _amount(incident: Incident, item: Item, word: Word) -> Problem | None:
    return amount_problem(incident, item, word.amount)


def _eligible_receiver(incident: Incident, item: Item, word: Word) -> Problem | None:
    if word.verb != "hand-over" or word.to is None:
        return None
    name = incident.item_id(item.number)
    if item.to is not None and not _was_declined(incident, item):
        return tell("`{name}` is already offered to `{to}`", name=name, to=item.to), ""
    able = receivers(incident, item)
    if word.to in able:
        return None
    listed = ", ".join(f"`{found}`" for found in able) or tell("nobody")
    if word.to in _sharing(incident, item):
        said = tell(
            "`{name}` cannot be handed to `{to}`: it has, or is offered, another part of it",
            name=name,
            to=word.to,
        )
        return said, tell("who may take it: {listed}", listed=listed)
    return (
        tell("`{name}` cannot be handed to `{to}`: it has no part in it", name=name, to=word.to),
        tell("who may take it: {listed}", listed=listed),
    )


_CHECKS = (
    _still_asked,
    _addressed,
    _fitting,
    _complete,
    _due_order,
    _four_eyes,
    _decided,
    _apart,
    _amount,
    _eligible_receiver,
)
"""What every word must pass, in this order; the first that fails is told."""


def _was_declined(incident: Incident, item: Item) -> bool:
    offers = [found for found in incident.items.values() if found.offer_of == item.number]
    return bool(offers) and all(found.outcome == "declined" for found in offers)


def _asks(incident: Incident, item: Item) -> tuple[Ask, ...]:
    step = step_of(incident, item)
    if step is None:
        part = incident.response.part(item.part)
        asks = (part.command, part.close, *part.consult)
        return tuple(ask for ask in asks if ask.key == item.ask.partition("#")[0])
    return (ask_of(step, item),)


def ask_of(step: StepPlan, item: Item) -> Ask:
    """Return the question an item belongs to; the sign-off where the plan does not list it."""
    listed = [*step.take, *step.consult, *step.do, *step.support, *step.hand_over, step.sign_off]
    listed += [
        ask for ask in (step.order, step.money.ask if step.money else None) if ask is not None
    ]
    key = item.ask.partition("#")[0]
    return next((ask for ask in listed if ask.key == key), step.sign_off)


_PHRASES = {
    "command": mark("lead the incident"),
    "take": mark("acknowledge the step"),
    "consult": mark("advise"),
    "order": mark("order the step"),
    "approve": mark("release money"),
    "do": mark("do the step"),
    "support": mark("support the step"),
    "accept": mark("accept work"),
    "sign-off": mark("sign off finished work"),
    "close": mark("close the incident"),
    "decide": mark("decide how to go on"),
    "supply": mark("lend people or send supplies"),
    "spare": mark("give supplies below the floor"),
    "receive": mark("say what has come"),
    "pay": mark("pay"),
    "review": mark("judge an act past the policy"),
}


def _refusal(item: Item | None, number: int, word: Word, reason: str, help_: str = "") -> Refusal:
    return refusal(item, number, word.by, word.verb, reason, help_)


def refusal(
    item: Item | None, number: int, by: str, verb: str, reason: str, help_: str = ""
) -> Refusal:
    """Return that what somebody said does not count, and the entry that keeps it."""
    payload: dict[str, Json] = {
        "item": number,
        "verb": verb,
        "reason": reason,
        "part": item.part if item else "",
        "step": item.step if item else "",
    }
    return Refusal(reason, help_, Draft("refused", payload, actor=by))
