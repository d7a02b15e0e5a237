"""Work that changes hands: offered, accepted or refused, decided by whoever is above both.

INVARIANT: until another has it, whoever had the work answers for it. An offer that nobody answers
goes back; one that is refused is decided, and what was decided is not sent back a second time.
"""

from __future__ import annotations

from collections.abc import Iterator

from remit.workflows.asking import asked, pursue
from remit.workflows.entries import Draft, Json
from remit.workflows.incident import Incident, Item
from remit.workflows.reach import Reach
from remit.workflows.response import Ask

__all__ = ["arbiters", "offers"]


def offers(incident: Incident, ask: Ask, reach: Reach) -> Iterator[Draft]:
    """See to work that somebody wants to hand on: ask the receiver, move it at a yes."""
    for item in incident.asked(ask):
        if item.to is not None and item.is_waiting:
            yield from _offer(incident, ask, item, item.to, reach)


def arbiters(incident: Incident, one: str, other: str) -> tuple[str, ...]:
    """Return who decides between two subjects: those above both, the nearest first, then above one.

    Neither of the two decides its own case.
    """
    response = incident.response
    first, second = response.above.get(one, ()), response.above.get(other, ())
    both = [name for name in first if name in second]
    command = incident.part.command.line
    found = dict.fromkeys((*both, *first, *response.heads, *command))
    return tuple(name for name in found if name not in {one, other})


def _offer(
    incident: Incident, ask: Ask, item: Item, receiver: str, reach: Reach
) -> Iterator[Draft]:
    about = f"{receiver}@{item.number}"
    line = (receiver,)
    offer = Ask(ask.part, ask.step, "accept", item.subject, line, ask.within, about=about)
    found = incident.asked(offer)
    if not found:
        yield asked(offer, receiver, reach.now, offer_of=item.number)
    elif any(one.subject == receiver and one.status == "taken" for one in incident.asked(ask)):
        # WHY: of several who are to have it together, the receiver took its own part meanwhile.
        yield _lapsed(item, found[-1], "has-it")
    elif (answer := incident.answer(offer)) is not None:
        moved: dict[str, Json] = {"from": item.number, "subject": receiver}
        yield Draft("handed-over", moved, actor=answer.by or receiver)
    elif found[-1].outcome == "declined":
        yield from _contest(incident, ask, item, found[-1], reach)
    elif found[-1].due <= reach.now:
        yield _lapsed(item, found[-1], "no-answer")


def _contest(
    incident: Incident, ask: Ask, item: Item, offer: Item, reach: Reach
) -> Iterator[Draft]:
    """Have a refused offer decided; while it is not, whoever had the work keeps it."""
    line = arbiters(incident, item.subject, offer.subject)
    if not line:
        yield _lapsed(item, offer, "declined")
        return
    about = f"hand-over:{offer.subject}@{item.number}"
    decide = Ask(ask.part, ask.step, "decide", item.subject, line, ask.within, about=about)
    answer = incident.answer(decide)
    if answer is None:
        yield from pursue(incident, decide, reach)
    else:
        moved: dict[str, Json] = {"from": item.number, "subject": offer.subject, "decided": True}
        yield Draft("handed-over", moved, actor=answer.by or answer.subject)


def _lapsed(item: Item, offer: Item, reason: str) -> Draft:
    about: dict[str, Json] = {"item": offer.number, "from": item.number, "reason": reason}
    return Draft("lapsed", {**about, "to": offer.subject, "subject": item.subject})
