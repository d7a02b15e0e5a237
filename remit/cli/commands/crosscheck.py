"""`remit crosscheck`: the map held against a second engine that shares nothing with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.text import Text

from remit.cli.clock import current_day
from remit.cli.destinations import Destination, write_json
from remit.cli.diagnostics import message_text
from remit.cli.exits import Exit, UsageError
from remit.cli.packs import load_or_tell
from remit.cli.reports import counted
from remit.cli.screen import say, show
from remit.engine.events import Event
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.second_opinion.refusals import RefusedError
from remit.engine.vocabulary import plain
from remit.engine.wording import tell, tell_count
from remit.validators.registry import CHECKS, run
from remit.validators.words import listed, witness_words
from remit.workflows.second_opinion.crosscheck import (
    Agreement,
    Difference,
    compare,
    random_events,
    witnesses,
)
from remit.workflows.second_opinion.opinions import SecondOpinion
from remit.workflows.second_opinion.process import MissingLibraryError

__all__ = ["crosscheck"]

ENGINE = "durable-rules"
MOST_EVENTS = 1_000_000
"""More random events are asked for in several runs, with other seeds."""
BUILT = "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject python -m pip install"
"""How the library is built so that it loads on every Python, 3.13 too."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one run came to."""

    pack: Pack
    rules: int
    rulesets: int
    seed: int
    at_witnesses: Agreement
    at_random: Agreement

    @property
    def whole(self) -> Agreement:
        """Both parts together."""
        return self.at_witnesses + self.at_random


def crosscheck(
    pack: str = ".",
    /,
    *,
    events: Annotated[int, Parameter(negative=())] = 1_000,
    seed: int = 0,
    format: Literal["text", "json"] = "text",  # noqa: A002 -- the name of the option
    today: dt.date | None = None,
) -> int:
    """Hold the map's answers against a second engine's, on every witness and on random events.

    The second engine is durable-rules, in a process of its own; it is of the extra `run`. What
    differs is a fault of remit, never of the pack.
    Ends with 0 if both agree on every event, 1 if they differ on one, 2 if the second engine cannot
    take the pack, 3 if it is not installed, 4 if the pack cannot be loaded.

    Args:
        pack: Folder of the pack.
        events: How many random events to compare, besides the witnesses of all findings.
        seed: Which random events; the same seed gives the same events.
        format: How to print the outcome.
        today: Day that acceptances are held against; today's date where left out.
    """
    if not 0 <= events <= MOST_EVENTS:
        raise UsageError(
            tell(
                "`--events {events}` is not between 0 and {most_events:,}",
                events=events,
                most_events=MOST_EVENTS,
            )
        )
    loaded = load_or_tell(pack, as_json=format == "json")
    try:
        outcome = _run(loaded, events, seed, today or current_day())
    except RefusedError as error:
        reasons = "; ".join(str(one) for one in error.refusals)
        raise UsageError(
            tell("{engine} cannot take this pack: {reasons}", engine=ENGINE, reasons=reasons),
            tell("the map itself has no such limits"),
        ) from error
    except MissingLibraryError as error:
        return _tell_missing(error)
    if format == "json":
        write_json(Destination("json"), _json(outcome))
    else:
        show(_text(outcome))
    return Exit.CLEAN if outcome.whole.is_whole else Exit.FINDINGS


def _run(pack: Pack, events: int, seed: int, today: dt.date) -> _Outcome:
    map_ = compile_pack(pack)
    with SecondOpinion(pack) as second:
        translation = second.translation
        report = run(CHECKS, map_, today=today)
        # WHY random: the same seed must give the same events; nothing here is secret.
        drawn = islice(random_events(translation, Random(seed)), events)  # noqa: S311
        return _Outcome(
            pack,
            translation.rules,
            len(translation.shards),
            seed,
            compare(map_, second, witnesses(report, translation)),
            compare(map_, second, drawn),
        )


def _tell_missing(error: MissingLibraryError) -> Exit:
    if error.is_installed:
        what = tell(
            "{engine} is installed, and cannot be loaded: {reason}",
            engine=ENGINE,
            reason=error.reason,
        )
        how = f"{BUILT} --force-reinstall --no-cache-dir --no-deps durable-rules==2.0.28"
    else:
        what = tell("this needs the extra `run`: there is no library `{engine}`", engine=ENGINE)
        how = f"{BUILT} 'remit[run]'"
    say(
        message_text(
            "error", what, tell("install it, with a C compiler at hand, with: {how}", how=how)
        )
    )
    return Exit.MISSING


def _text(outcome: _Outcome) -> Text:
    whole = outcome.whole
    shown = outcome.at_witnesses.events
    asked = tell(
        "{witnesses} and {events} (seed {seed})",
        witnesses=tell_count("{number:,} witness", "{number:,} witnesses", shown),
        events=counted(outcome.at_random.events, "random event"),
        seed=outcome.seed,
    )
    head = tell(
        "{pack} {version}: {rules} in {rulesets}",
        pack=outcome.pack.name,
        version=outcome.pack.version,
        rules=counted(outcome.rules, "rule"),
        rulesets=counted(outcome.rulesets, "ruleset"),
    )
    lines = [Text(head)]
    for event, found in whole.disagreements:
        lines.append(_event_line(tell("they differ on the event"), event))
        lines += [Text(f"  {line}") for line in _difference_lines(found)]
    for event, reason in whole.unanswered:
        lines.append(
            _event_line(tell("{engine} has no answer for the event", engine=ENGINE), event)
        )
        lines.append(Text(f"  {reason}"))
    if whole.is_whole:
        verdict = tell("the map and {engine} agree on all of them", engine=ENGINE)
    else:
        verdict = tell("they differ")
    lines.append(Text(asked + tell(": ") + verdict))
    return Text("\n").join(lines)


def _event_line(words: str, event: Event) -> Text:
    return Text().append(words + tell(": "), "bold").append(witness_words(event.values))


def _difference_lines(found: tuple[Difference, ...]) -> Iterator[str]:
    for one in found:
        what = " ".join(part for part in (one.activity, one.what) if part)
        map_says = listed(one.map_says) or tell("nobody")
        engine_says = listed(one.engine_says) or tell("nobody")
        yield tell(
            "{what}: the map says {map_says}; {engine} says {engine_says}",
            what=what,
            map_says=map_says,
            engine=ENGINE,
            engine_says=engine_says,
        )


def _json(outcome: _Outcome) -> Mapping[str, object]:
    whole = outcome.whole
    return {
        "pack": outcome.pack.name,
        "version": outcome.pack.version,
        "digest": outcome.pack.digest,
        "engine": ENGINE,
        "rules": outcome.rules,
        "rulesets": outcome.rulesets,
        "witnesses": outcome.at_witnesses.events,
        "events": outcome.at_random.events,
        "seed": outcome.seed,
        "agree": whole.is_whole,
        "disagreements": [
            {"event": _event_json(event), "differences": [_difference_json(one) for one in found]}
            for event, found in whole.disagreements
        ],
        "unanswered": [
            {"event": _event_json(event), "reason": reason} for event, reason in whole.unanswered
        ],
    }


def _event_json(event: Event) -> Mapping[str, object]:
    return {name: plain(value) for name, value in sorted(event.values.items())}


def _difference_json(one: Difference) -> Mapping[str, object]:
    return {
        "activity": one.activity or None,
        "what": one.what,
        "map": list(one.map_says),
        "engine": list(one.engine_says),
    }
