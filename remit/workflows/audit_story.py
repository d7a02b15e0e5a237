"""One incident as its entries tell it to somebody who trusts nobody, by rules of its own.

INVARIANT: nothing here, and nothing in `auditing.py`, uses what decides, asks, folds or drives: a
fault there must not blind the one who looks for it. Kinds of entries it does not know it passes by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import cast

from remit.workflows.audit_facts import Question, Sent, Story, Work
from remit.workflows.entries import ENGINE, Entry, Json, from_stamp

__all__ = ["Question", "Story", "story_of"]

TAKING = frozenset({("command", "acknowledged"), ("do", "acknowledged"),
                    ("pay", "acknowledged"), ("supply", "granted")})  # fmt: skip
"""Purposes and answers by which somebody has something in hand; elsewhere it is the answer."""
SETTLING = frozenset({"acknowledged", "advised", "ordered", "approved", "done", "accepted", "paid",
                      "sent", "received", "missing", "signed-off", "returned", "closed", "settled",
                      "dropped"})  # fmt: skip
FOR_WORK = frozenset({"order", "approve", "do", "accept", "decide"})
"""Purposes that nobody is asked for any more once the work is done."""
OF_CALLS = frozenset({"supply", "spare", "receive"})
"""Purposes of questions about people and stock that somebody else may give."""
FORMER = "~"
"""Stands in the name of a question whose work others are to take over."""
ENDS = frozenset({"closed", "cancelled", "merged"})
"""Kinds after which an incident owes nobody anything more."""


def story_of(entries: Iterable[Entry]) -> Story | None:
    """Return what the entries of one incident tell, or `None` if they do not tell of its opening.

    Args:
        entries: of one incident, by number.
    """
    story: Story | None = None
    for entry in entries:
        if story is None:
            if entry.kind != "opened":
                return None
            story = _opened(entry)
            continue
        _meet(story, entry)
        change = _CHANGES.get(entry.kind)
        if change is not None:
            change(story, entry)
        story.messages += _messages(story, entry)
        story.last = entry
    return story


def _opened(entry: Entry) -> Story:
    response = cast("Mapping[str, Json]", entry.payload["response"])
    story = Story(str(entry.incident), entry, entry)
    story.known = {ENGINE, *_texts(response)}
    story.first = story.part = str(_nodes(response["parts"])[0]["name"])
    story.limits, story.doers = _limits(response), _doers(_lines(response))
    return story


def _limits(response: Mapping[str, Json]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _nodes(response["parts"]):
        for step in _nodes(part["steps"]):
            limit = step.get("complete")
            if isinstance(limit, int):
                found[f"{part['name']}/{step['id']}"] = limit
    return found


def _meet(story: Story, entry: Entry) -> None:
    """Note who acts without a part; whoever is refused had none, and was told so."""
    if entry.actor not in story.known and entry.kind != "refused":
        story.strangers.append(entry)
    for key in ("subject", "to", "by"):
        name = entry.payload.get(key)
        if entry.actor in story.known and isinstance(name, str):
            story.known.add(name)


def _asked(story: Story, entry: Entry) -> None:
    node = entry.payload
    number, due = cast("int", node["item"]), from_stamp(str(node["due"]))
    story.questions[number] = Question(
        number=number,
        entry=entry.number,
        ask=str(node["ask"]),
        purpose=str(node["purpose"]),
        part=str(node["part"]),
        step=str(node["step"]),
        subject=str(node["subject"]),
        asked=entry.time,
        due=due,
        offer_of=cast("int | None", node.get("offer_of")),
        about=str(node.get("about", "")),
        need=cast("int", node.get("need", 1)),
        why=str(node["why"]),
        after=cast("int | None", node.get("after")),
        within=due - entry.time,
    )


def _reminded(story: Story, entry: Entry) -> None:
    found = story.questions.get(cast("int", entry.payload["item"]))
    if found is not None:
        found.due = from_stamp(str(entry.payload["due"]))
        found.recalled = entry.time


def _answered(story: Story, entry: Entry) -> None:
    found = story.questions.get(cast("int", entry.payload["item"]))
    outcome = entry.payload["outcome"]
    if found is None or outcome == "offered":
        return
    takes = (found.purpose, outcome) in TAKING
    if takes and found.status == "taken" and found.recalled is not None:
        found.heard, found.heards, found.recalled = entry.time, found.heards + 1, None
        _over(story, lambda other: _relieves(other, found))
        return
    found.status = "taken" if takes else "over"
    found.taken = found.heard = entry.time if takes else None
    found.recalled, found.agreed = None, outcome == "acknowledged"
    if entry.payload.get("glass"):
        found.subject = entry.actor
    if outcome in SETTLING:
        _over(story, lambda other: _gives_way(story, other, found, outcome == "acknowledged"))
    if found.status == "over":
        _over(story, lambda other: _is_of_offer(other, found.number))
    if found.purpose == "receive":
        sending = ("supply", found.part, found.step, found.about)
        _over(story, lambda one: (one.purpose, one.part, one.step, one.about) == sending)
    work = story.work(found)
    if outcome == "returned":
        work.finished, work.overdue = False, None
    elif outcome == "signed-off":
        _end_step(story, found.part, found.step)


def _over(story: Story, wanted: Callable[[Question], bool]) -> None:
    for question in story.questions.values():
        if wanted(question):
            question.agreed = question.agreed and question.status == "over"
            question.status = "over"


def _gives_way(story: Story, other: Question, found: Question, is_taken: bool) -> bool:  # noqa: FBT001 -- a law of two cases
    """Return whether a question is over because another one was answered.

    Args:
        found: the one that was answered.
        is_taken: whether by "mine".
    """
    place = (found.purpose, found.part, found.step)
    if other is found or (other.purpose, other.part, other.step) != place:
        return False
    if other.ask != found.ask:
        # WHY: what its former holder did counts for one of those who were to take it over.
        is_done_by_former = FORMER in found.ask and other.status == "open"
        return FORMER in other.ask or is_done_by_former
    if not is_taken or found.need <= 1:
        return True
    agreed = [one for one in story.questions.values() if one.ask == found.ask and one.agreed]
    if other.status == "taken":
        return found.why == "forgotten" and found.after == other.number
    return len(agreed) >= found.need


def _relieves(question: Question, found: Question) -> bool:
    """Return whether a question calls somebody because nothing was heard of the one who has it."""
    is_called = question.status == "open" and question.why == "forgotten"
    return is_called and question.ask == found.ask


def _is_of_offer(question: Question, number: int) -> bool:
    """Return whether a question offers the work of another one, or decides about such an offer."""
    is_contest = question.purpose == "decide" and question.about.endswith(f"@{number}")
    return is_contest or question.offer_of == number


def _moved(story: Story, entry: Entry) -> None:
    found = story.questions.get(cast("int", entry.payload["from"]))
    if found is None:
        return
    found.status = "over"
    own = (found.ask, str(entry.payload["subject"]), "open")
    _over(story, lambda other: (other.ask, other.subject, other.status) == own)
    _over(story, lambda other: _is_of_offer(other, found.number) or _relieves(other, found))
    story.questions[cast("int", entry.payload["item"])] = replace(
        found,
        number=cast("int", entry.payload["item"]),
        entry=entry.number,
        subject=str(entry.payload["subject"]),
        asked=entry.time,
        status="taken",
        after=found.number,
        taken=entry.time,
        heard=entry.time,
        heards=0,
        recalled=None,
    )


def _reassigned(story: Story, entry: Entry) -> None:
    found = story.questions.get(cast("int", entry.payload["from"]))
    if found is not None:
        _over(story, lambda other: other.ask == found.ask or _is_of_offer(other, found.number))
    _asked(story, entry)


def _lapsed(story: Story, entry: Entry) -> None:
    _over(story, lambda other: _is_of_offer(other, cast("int", entry.payload["from"])))


def _undone(story: Story, entry: Entry) -> None:
    """Put what was reported as done back into the hands of who reported it."""
    found = story.questions.get(cast("int", entry.payload["item"]))
    if found is None:
        return
    found.status, found.taken, found.heard = "taken", entry.time, entry.time
    found.recalled = None
    story.work(found).finished = False
    for step in cast("list[str]", entry.payload["again"]):
        _begin_anew(story, f"{found.part}/{step}")
    anew = {"sign-off", "accept"}
    place = (found.part, found.step)
    _over(story, lambda one: (one.part, one.step) == place and one.purpose in anew)
    _over(story, lambda one: one.part == found.part and one.purpose == "close")


def _begin_anew(story: Story, name: str) -> None:
    story.works[name] = Work()
    _over(story, lambda one: f"{one.part}/{one.step}" == name)


def _glass_ended(story: Story, entry: Entry) -> None:
    found = story.questions.get(cast("int", entry.payload["item"]))
    if found is not None:
        _over(story, lambda other: other.ask == found.ask)


def _unmet(story: Story, entry: Entry) -> None:
    node = entry.payload
    place = (str(node["part"]), str(node["step"]), str(node["call"]))
    giving = {"supply", "spare"}
    _over(story, lambda one: (one.part, one.step, one.about) == place and one.purpose in giving)


def _released(story: Story, entry: Entry) -> None:
    """Note that a step gave back what it held, and waits for nothing any more."""
    _step_mark("released")(story, entry)
    name = f"{entry.payload['part']}/{entry.payload['step']}"
    _over(story, lambda one: _place(one) == name and one.purpose in OF_CALLS)


def _spent(story: Story, entry: Entry) -> None:
    name = f"{entry.payload['part']}/{entry.payload['step']}"
    story.works.setdefault(name, Work()).left -= Decimal(str(entry.payload["amount"]))


def _alarm(story: Story, entry: Entry) -> None:
    story.alarms[str(entry.payload["ask"])] = from_stamp(str(entry.payload["due"]))


def _unheard(story: Story, entry: Entry) -> None:
    story.unheard.add(str(entry.payload["ask"]))


def _step_mark(mark: str) -> Callable[[Story, Entry], None]:
    def change(story: Story, entry: Entry) -> None:
        name = f"{entry.payload['part']}/{entry.payload['step']}"
        work = story.works.setdefault(name, Work())
        if mark == "reserved":
            work.reserved = entry.number
            work.left += Decimal(str(entry.payload.get("amount", 0)))
        elif mark == "overdue":
            work.overdue = entry.time
        elif mark == "finished":
            work.finished = True
            _over(story, lambda one: _place(one) == name and one.purpose in FOR_WORK)
        else:
            work.released = True

    return change


def _step_over(story: Story, entry: Entry) -> None:
    _end_step(story, str(entry.payload["part"]), str(entry.payload["step"]))


def _end_step(story: Story, part: str, step: str) -> None:
    name = f"{part}/{step}"
    story.works.setdefault(name, Work()).over = True
    _over(story, lambda one: _place(one) == name and one.purpose != "review")


def _place(question: Question) -> str:
    return f"{question.part}/{question.step}"


def _recovering(story: Story, entry: Entry) -> None:
    story.part = str(entry.payload.get("part", "recovery"))


def _ended(story: Story, entry: Entry) -> None:
    story.ended = entry


def _reopened(story: Story, entry: Entry) -> None:
    """Let everybody go on where the end stopped them, with the time they had then."""
    story.ended = None
    if entry.payload["state"] != "recovering":
        story.part = story.first
    for question in (*story.standing("open"), *story.standing("taken")):
        question.due = entry.time + (question.due - question.asked)
    _over(story, lambda one: one.purpose == "close")
    for name in cast("list[str]", entry.payload["steps"]):
        _begin_anew(story, name)


def _changed(story: Story, entry: Entry) -> None:
    """Go on under another response: a question stands as far as it asks the same subject yet.

    What somebody has in hand it keeps until others have it, who are asked anew.
    """
    response = cast("Mapping[str, Json]", entry.payload["response"])
    story.limits, lines = _limits(response), _lines(response)
    story.doers = _doers(lines)
    story.known |= {*_texts(response)}
    for name in cast("list[str]", entry.payload["ended"]):
        _end_step(story, *name.split("/", 1))
    for name in cast("list[str]", entry.payload["renewed"]):
        story.works[name] = Work()
    given_up = _given_up(story, response)
    for question in story.questions.values():
        key = question.ask.partition("#")[0]
        is_of_means = question.purpose in {"pay", "supply", "spare", "receive", "review"}
        name = key.partition(FORMER)[0]
        if FORMER in key and lines.get(name, ())[:1] == (question.subject,):
            _back(story, question)
        is_asked = key != given_up and question.subject in lines.get(key, ())
        stands = is_asked or FORMER in key or is_of_means
        if question.status == "open" and not stands:
            question.status = "over"
        elif question.status == "taken" and not stands:
            question.before, question.ask = question.ask, f"{key}{FORMER}{entry.number}"
    held = {(one.purpose, _place(one)) for one in story.standing("taken") if FORMER not in one.ask}
    _over(story, lambda one: FORMER in one.ask and (one.purpose, _place(one)) in held)


def _back(story: Story, question: Question) -> None:
    """Let work that was leaving be its holder's own again, if nobody else was asked for it."""
    names = {question.ask, question.before}
    live = (one for one in story.questions.values() if one.status != "over")
    if all(one is question or one.ask not in names for one in live):
        question.ask = question.before


def _given_up(story: Story, response: Mapping[str, Json]) -> str:
    """Return the question who leads that nobody goes on with: of the recovery another leads."""
    first, here = (
        next(
            cast("str", cast("Mapping[str, Json]", part["command"])["holder"])
            for part in _nodes(response["parts"])
            if part["name"] == name
        )
        for name in (story.first, story.part)
    )
    return f"{story.first}//command/{first}" if first != here else ""


def _lines(response: Mapping[str, Json]) -> dict[str, tuple[str, ...]]:
    """Return who may be asked each question of a response, by its name."""
    found: dict[str, tuple[str, ...]] = {}
    for part in _nodes(response["parts"]):
        places: list[tuple[str, Json]] = [
            (f"{part['name']}/", {key: part[key] for key in ("command", "close", "consult")})
        ]
        places += [(f"{part['name']}/{step['id']}", step) for step in _nodes(part["steps"])]
        for place, node in places:
            for ask in _asks(node):
                name = f"{place}/{ask['purpose']}/{ask.get('about') or ask['holder']}"
                found[name] = tuple(cast("list[str]", ask["line"]))
    return found


def _doers(names: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the questions who does a step's work, by step."""
    found: dict[str, set[str]] = {}
    for name in names:
        part, step, purpose, _ = name.split("/", 3)
        if purpose == "do":
            found.setdefault(f"{part}/{step}", set()).add(name)
    return {step: frozenset(asks) for step, asks in found.items()}


def _asks(node: Json) -> Iterator[Mapping[str, Json]]:
    if isinstance(node, Mapping):
        if "purpose" in node and "line" in node:
            yield node
        for value in node.values():
            yield from _asks(value)
    elif isinstance(node, list):
        for value in node:
            yield from _asks(value)


def _receipt(story: Story, entry: Entry) -> None:
    story.received.add(str(entry.payload["message"]))


_CHANGES: Mapping[str, Callable[[Story, Entry], None]] = {
    "asked": _asked,
    "escalated": _asked,
    "reminded": _reminded,
    "answered": _answered,
    "handed-over": _moved,
    "reassigned": _reassigned,
    "lapsed": _lapsed,
    "undone": _undone,
    "glass-ended": _glass_ended,
    "unmet": _unmet,
    "alarm": _alarm,
    "changed": _changed,
    "unheard": _unheard,
    "reserved": _step_mark("reserved"),
    "overdue": _step_mark("overdue"),
    "finished": _step_mark("finished"),
    "released": _released,
    "spent": _spent,
    "signed-off": _step_over,
    "dropped": _step_over,
    "recovering": _recovering,
    "reopened": _reopened,
    "delivered": _receipt,
    "undelivered": _receipt,
    **dict.fromkeys(ENDS, _ended),
}


_TO_SEVERAL = frozenset({
    "alarm", "assigned", "cancelled", "changed", "drawn", "glass-broken", "informed", "merged",
    "nobody-told", "overdue", "posted", "reopened", "reserved", "short", "stuck", "undone",
})  # fmt: skip
"""Kinds of entries that are told to those they name."""


def _messages(story: Story, entry: Entry) -> list[Sent]:
    """Return the messages that an entry calls for, by the keys they must have."""
    names: list[Json] = []
    if entry.kind == "reminded":
        found = story.questions.get(cast("int", entry.payload["item"]))
        names = [found.subject] if found is not None else []
    elif entry.kind in {"asked", "escalated"}:
        names = [entry.payload["subject"]]
    elif entry.kind in {"lapsed", "reassigned"}:
        other = "to" if entry.kind == "lapsed" else "before"
        names = [entry.payload["subject"], entry.payload[other]]
    elif entry.kind in _TO_SEVERAL:
        names = list(cast("list[Json]", entry.payload.get("subjects", [])))
    return [
        Sent(f"{story.incident}/{entry.number}/{name}", entry.number, str(name), entry.time)
        for name in names
    ]


def _nodes(node: Json) -> list[Mapping[str, Json]]:
    return cast("list[Mapping[str, Json]]", node)


def _texts(node: Json) -> Iterator[str]:
    """Yield every text in a piece of JSON, keys among them."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield key
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
