"""A hand-over in words, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.text import Text

from remit.cli.diff_parts import names_of
from remit.cli.screen import clean
from remit.engine.events import Event
from remit.engine.handover import Handover, Verdict
from remit.engine.letter_words import letter_word
from remit.engine.vocabulary import Value, plain
from remit.engine.wording import tell, tell_count
from remit.validators.words import witness_words

__all__ = ["handover_json", "handover_text"]


def handover_text(handover: Handover) -> Iterator[Text]:
    """Yield what would be orphaned, then what changes hands, then the sum with what stays."""
    for verdict in handover.of("orphaned"):
        yield _orphan(verdict)
    lines = [_moved(verdict) for verdict in handover.of("moves")]
    if lines:
        yield Text("\n").join(lines).append("\n")
    yield Text(_sum(handover))


def handover_json(
    handover: Handover, leaving: Mapping[str, Value], entering: Mapping[str, Value]
) -> dict[str, object]:
    """Return the object of `remit handover --format json`."""
    return {
        "from": _values(leaving),
        "to": _values(entering),
        "refused": handover.is_refused,
        "moves": [_record(one) for one in handover.of("moves")],
        "stays": [_record(one) for one in handover.of("stays")],
        "orphaned": [_record(one) for one in handover.of("orphaned")],
    }


def _orphan(verdict: Verdict) -> Text:
    text = Text().append(tell("orphaned"), "bold red")
    colon = tell(": ")
    text.append(f"{colon}{_work(verdict)}{colon}{verdict.reason}\n", "bold")
    for word, said in _facts(verdict):
        text.append("  = ", "blue").append(word + colon, "bold").append(f"{said}\n")
    return text


def _facts(verdict: Verdict) -> Iterator[tuple[str, str]]:
    told = clean(witness_words(verdict.event.values))
    yield tell("event"), told or tell("nothing is known of it")
    yield tell("now"), _now(verdict)
    then = names_of(verdict.to)
    if verdict.perhaps:
        maybe = tell("perhaps {names}", names=names_of(verdict.perhaps))
        then = tell("{certain}; {maybe}", certain=then, maybe=maybe) if verdict.to else maybe
    if verdict.to or verdict.perhaps:
        yield tell("then"), then
    if verdict.ask is not None:
        yield tell("help"), tell("find out `{ask}` of its event", ask=verdict.ask)


def _moved(verdict: Verdict) -> Text:
    colon = tell(": ")
    text = Text().append(tell("moves"), "bold cyan")
    return text.append(f"{colon}{_work(verdict)}{colon}{_now(verdict)} -> {names_of(verdict.to)}")


def _work(verdict: Verdict) -> str:
    work = verdict.work
    return f"{clean(work.id)} `{work.activity}` {letter_word(work.letter)}"


def _now(verdict: Verdict) -> str:
    work = verdict.work
    acting = [name for name in work.acting if name not in work.owners]
    owners = names_of(work.owners)
    if not acting:
        return owners
    return tell("{owners} ({acting} acting)", owners=owners, acting=names_of(acting))


def _sum(handover: Handover) -> str:
    total = len(handover.verdicts)
    if not total:
        return tell("there is no open work")
    pieces = tell_count("{number:,} piece of open work", "{number:,} pieces of open work", total)
    moves, stays, orphaned = (
        len(handover.of(outcome)) for outcome in ("moves", "stays", "orphaned")
    )
    told = tell("{moves:,} would change hands, {stays:,} stay", moves=moves, stays=stays)
    untouched = sum(bool(one.reason) for one in handover.of("stays"))
    if untouched:
        told = tell("{told} ({number:,} in another state)", told=told, number=untouched)
    if orphaned:
        return tell(
            "refused: of {pieces}, {orphaned:,} would be orphaned; {told}",
            pieces=pieces,
            orphaned=orphaned,
            told=told,
        )
    return tell("{pieces}: {told}, none would be orphaned", pieces=pieces, told=told)


def _record(verdict: Verdict) -> dict[str, object]:
    work = verdict.work
    return {
        "id": work.id,
        "activity": work.activity,
        "letter": work.letter,
        "from": list(work.owners),
        "acting": list(work.acting),
        "to": list(verdict.to),
        "perhaps": list(verdict.perhaps),
        "ask": verdict.ask,
        "reason": verdict.reason,
        "event": _event(verdict.event),
    }


def _event(event: Event) -> dict[str, object]:
    found = _values(event.values)
    if event.time is not None:
        found["time"] = event.time.isoformat()
    return found


def _values(values: Mapping[str, Value]) -> dict[str, object]:
    return {name: plain(value) for name, value in values.items()}
