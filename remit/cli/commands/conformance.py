"""`remit conformance`: what happened in incidents held against what their policy said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.live import Format, find_incident, open_ledger
from remit.cli.screen import clean, show
from remit.engine.wording import current_language, tell, tell_count
from remit.workflows.conformance.deviation import Deviation
from remit.workflows.conformance.finding import Conformance, conformance_of
from remit.workflows.conformance.habits import LEAST, Habit, rule_of
from remit.workflows.conformance.history import History, history_of
from remit.workflows.conformance.words import Words
from remit.workflows.ledger import Ledger
from remit.workflows.response import Response

__all__ = ["conformance"]


def conformance(
    incident: str | None = None,
    /,
    *,
    all: Annotated[bool, Parameter(negative=())] = False,  # noqa: A002 -- the name of the option
    least: int = LEAST,
    ledger: str | None = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """Tell where what happened departs from the policy, and who acts in another's place.

    It looks at entries alone: acts outside authority, duties that nobody performed, consultations
    that were skipped, steps out of order, who stood on both sides of money, what came late, refused
    hand-overs, messages that reached nobody. Ends with 0; 1 where something departs.

    Args:
        incident: The incident, as `remit incidents` names it.
        all: Look at all incidents of the ledger together; also tells who regularly acts in
            another's place, with the duty that would make it the rule.
        least: How often somebody must have stood in for another to be told of.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it; json has the numbers of the entries that show each.
    """
    if all == (incident is not None):
        raise UsageError(
            tell("name one incident, or say `--all`"),
            tell("`remit incidents` lists them"),
        )
    if least < 1:
        raise UsageError(tell("`--least` counts from 1, and found {number}", number=least))
    with open_ledger(ledger) as opened:
        histories = tuple(_histories(opened, incident))
        community = opened.entries_of(("denied",)) if all else ()
    found = conformance_of(histories, least, community)
    if format == "json":
        write_json(Destination("json"), _record(found, histories))
    else:
        _print(found, histories)
    return Exit.CLEAN if found.is_clean else Exit.FINDINGS


def _histories(ledger: Ledger, incident: str | None) -> Iterator[History]:
    names = (
        [find_incident(ledger, incident).id]
        if incident is not None
        else [summary.id for summary in reversed(ledger.incidents())]
    )
    for name in names:
        found = history_of(ledger.entries(name))
        if found is not None:
            yield found


def _words(histories: Iterable[History]) -> dict[str, Words]:
    """Return what says the deviations of each incident; for the community's, by plain names."""
    nothing = Response("", (), {}, {})
    responses = {"": nothing, **{one.incident: one.response for one in histories}}
    return {name: Words(found, current_language()) for name, found in responses.items()}


def _print(found: Conformance, histories: Iterable[History]) -> None:
    words = _words(histories)
    for one in found.deviations:
        kind = words[one.incident].name(one.kind)
        where = one.incident or tell("community")
        line = Text().append(f"{where}  ", "bold").append(f"{kind}{tell(': ')}", "yellow")
        line.append(clean(words[one.incident].sentence(one)))
        show(line.append(f"  ({_entries(one.entries)})", "dim"))
    for habit in found.habits:
        _print_habit(habit, words[tuple(habit.evidence)[-1]])
    if found.is_clean:
        show(
            tell_count(
                "{count} incident went as the policy says",
                "{count} incidents went as the policy says",
                len(found.incidents),
            )
        )


def _print_habit(habit: Habit, words: Words) -> None:
    name = words.name("de-facto-owner")
    show(Text().append(f"{name}{tell(': ')}", "yellow").append(clean(words.habit(habit))))
    for incident, entries in habit.evidence.items():
        show(Text(f"  {incident}  {_entries(entries)}", "dim"))
    show(tell("  the rule would be so (`remit check` tells what it changes):"))
    for line in rule_of(habit).splitlines():
        show(Text(f"    {clean(line)}"))


def _entries(numbers: Iterable[int]) -> str:
    return tell("entries {numbers}", numbers=", ".join(map(str, numbers)))


def _record(found: Conformance, histories: Iterable[History]) -> dict[str, object]:
    words = _words(histories)
    return {
        "incidents": list(found.incidents),
        "clean": found.is_clean,
        "deviations": [_deviation(one, words[one.incident]) for one in found.deviations],
        "owners_in_fact": [_habit(one, words[tuple(one.evidence)[-1]]) for one in found.habits],
    }


def _deviation(one: Deviation, words: Words) -> dict[str, object]:
    return {
        "kind": one.kind,
        "incident": one.incident,
        "entries": list(one.entries),
        "part": one.part,
        "step": one.step,
        "activity": one.activity,
        "subject": one.subject,
        "holder": one.holder,
        "asks": one.purpose,
        "about": one.about,
        "late_s": one.seconds,
        "tried": one.tried,
        "says": words.sentence(one),
    }


def _habit(one: Habit, words: Words) -> dict[str, object]:
    return {
        "activity": one.activity,
        "letter": one.letter,
        "holder": one.holder,
        "subject": one.by,
        "times": one.times,
        "of": one.of,
        "ways": list(one.ways),
        "evidence": {name: list(entries) for name, entries in one.evidence.items()},
        "region": dict(one.region),
        "rule": rule_of(one),
        "says": words.habit(one),
    }
