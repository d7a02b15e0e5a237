"""The list of calls: for each thing that is open whom to call, and who is next in line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from remit.engine.wording import tell
from remit.workflows.incident import Incident, Item
from remit.workflows.reaching import Changes, Told, Way, ways
from remit.workflows.response import COMMAND_STEP
from remit.workflows.sentences import step_label
from remit.workflows.times import shown

__all__ = ["call_list"]


def call_list(
    incident: Incident, changes: Changes, now: dt.datetime, language: str
) -> tuple[list[str], bool]:
    """Return the lines of the list, and whether there is a number or an address for everybody."""
    title = incident.title
    name = title.get(language) or title.get("en") or next(iter(title.values()), incident.id)
    head = tell(
        "CALL LIST, incident {id}: {title} (printed {time})",
        id=incident.id,
        title=name,
        time=shown(now, incident.offset),
    )
    lines, complete = [head], True
    items = sorted(incident.open_items(), key=lambda item: item.due)
    if not items:
        lines.append(tell("Nothing is open in it."))
    for item in items:
        lines += ["", *_item(incident, item, language)]
        for subject in _line(incident, item):
            found = ways(Told("", subject, now), incident, now, changes)
            known = [way for way in found if way.channel]
            complete = complete and bool(known)
            lines += _subject(incident, subject, known, language)
    return lines, complete


def _item(incident: Incident, item: Item, language: str) -> Iterator[str]:
    about = incident.response.lead if item.step == COMMAND_STEP else item.step
    step = step_label(incident, item.part, item.step, language) or about
    due = shown(item.due, incident.offset)
    yield tell(
        "[ ] {item}  {step}, until {due}",
        item=incident.item_id(item.number),
        step=step,
        due=due,
    )


def _line(incident: Incident, item: Item) -> list[str]:
    """Return the subject that was asked, then those in line after it."""
    part = incident.response.part(item.part)
    asks = [part.command, part.close, *part.consult]
    if item.step != COMMAND_STEP:
        step = part.step(item.step)
        asks = [*step.take, *step.consult, *step.do, *step.hand_over, step.sign_off]
        asks += [one for one in (step.order, step.money and step.money.ask) if one]
    key = item.ask.partition("#")[0]
    line = next((ask.line for ask in asks if ask.key == key), ())
    after = line[line.index(item.subject) + 1 :] if item.subject in line else ()
    return [item.subject, *(name for name in after if name != item.subject)]


def _subject(incident: Incident, subject: str, known: list[Way], language: str) -> Iterator[str]:
    yield f"    {incident.response.label('subject', subject, language)}"
    if not known:
        yield f"      {tell('NO NUMBER IS KNOWN: go there')}"
    for way in known:
        person = incident.response.label("person", way.person, language) if way.person else ""
        who = f"{person}, " if person else ""
        yield f"      [ ] {who}{way.channel}: {way.address}"
