"""A hand-over in words, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.text import Text

from remit.cli.diff_parts import names_of
from remit.cli.screen import clean
from remit.engine.events import Event
from remit.engine.handover import Handover, Verdict
from remit.engine.vocabulary import Value, plain
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
    text = Text().append("orphaned", "bold red")
    text.append(f": {_work(verdict)}: {verdict.reason}\n", "bold")
    for word, said in _facts(verdict):
        text.append("  = ", "blue").append(f"{word}: ", "bold").append(f"{said}\n")
    return text


def _facts(verdict: Verdict) -> Iterator[tuple[str, str]]:
    yield "event", clean(witness_words(verdict.event.values)) or "nothing is known of it"
    yield "now", _now(verdict)
    then = names_of(verdict.to)
    if verdict.perhaps:
        maybe = f"perhaps {names_of(verdict.perhaps)}"
        then = f"{then}; {maybe}" if verdict.to else maybe
    if verdict.to or verdict.perhaps:
        yield "then", then
    if verdict.ask is not None:
        yield "help", f"find out `{verdict.ask}` of its event"


def _moved(verdict: Verdict) -> Text:
    text = Text().append("moves", "bold cyan")
    return text.append(f": {_work(verdict)}: {_now(verdict)} -> {names_of(verdict.to)}")


def _work(verdict: Verdict) -> str:
    work = verdict.work
    return f"{clean(work.id)} `{work.activity}` {work.letter}"


def _now(verdict: Verdict) -> str:
    work = verdict.work
    acting = [name for name in work.acting if name not in work.owners]
    return names_of(work.owners) + (f" ({names_of(acting)} acting)" if acting else "")


def _sum(handover: Handover) -> str:
    total = len(handover.verdicts)
    if not total:
        return "there is no open work"
    pieces = f"{total:,} piece{'' if total == 1 else 's'} of open work"
    moves, stays, orphaned = (
        len(handover.of(outcome)) for outcome in ("moves", "stays", "orphaned")
    )
    told = f"{moves:,} would change hands, {stays:,} stay"
    untouched = sum(bool(one.reason) for one in handover.of("stays"))
    if untouched:
        told += f" ({untouched:,} in another state)"
    if orphaned:
        return f"refused: of {pieces}, {orphaned:,} would be orphaned; {told}"
    return f"{pieces}: {told}, none would be orphaned"


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
