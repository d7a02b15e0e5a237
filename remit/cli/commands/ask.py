"""`remit ask`: what to ask about an event until it is certain who answers for it."""

from __future__ import annotations

import datetime as dt
import io
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from cyclopts import Parameter

from remit.cli.clock import current_day
from remit.cli.destinations import Destination, write_json
from remit.cli.dialogue import Dialogue, Facts, hold, told_step
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import STDIN, JsonPlace, did_you_mean, known_activity, read_event, read_state
from remit.cli.packs import load_or_tell
from remit.cli.screen import clean, show
from remit.engine.errors import EventError
from remit.engine.events import Event
from remit.engine.intervals import IntervalSet
from remit.engine.language.constraints import format_constraint
from remit.engine.language.incoming import parse_event
from remit.engine.map.intake import Decided, Intake, Question, known_of
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.vocabulary import DATE
from remit.engine.wording import Language, current_language, tell

__all__ = ["ask"]


def ask(
    pack: str,
    event: JsonPlace | None = None,
    /,
    *,
    activity: str | None = None,
    unknown: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    format: Literal["text", "json"] = "text",  # noqa: A002 -- the name of the option
    state: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    today: dt.date | None = None,
) -> int:
    """Ask about an event, question by question, until it is certain who answers for it.

    Each question is the one that leads there soonest; none is put that could change nothing, and
    no answer is offered that cannot be. Answer with the number of a choice, a name, or a value as
    `=12`; `?` tells why it is asked, `b` takes the last answer back, and Enter leaves it open.
    What the event leaves out is filled in from its time, by derivation, and from the state.

    With --format json: print the next question, or who answers, and end; for a form, or a dialogue
    by message. EVENT may then give a constraint, as "1..", where a value is not known.
    Ends with 0, 1 if nobody answers or it stays open who does, 2 if the event cannot be read or
    cannot happen, 4 if the pack cannot be loaded.

    Args:
        pack: Folder of the pack.
        event: JSON file with what is known, or - for standard input; nothing where left out.
        activity: The activity in question; the pack's lead where left out.
        unknown: A dimension of which no more can be known, as often as wanted.
        format: How to print; json for one step.
        state: The current value of a state dimension, as stage=early; as often as wanted.
        today: Day of an event that does not tell its own; today's date where left out.
    """
    loaded = load_or_tell(pack, as_json=format == "json")
    intake = Intake(compile_pack(loaded), _activity(activity, loaded))
    _check_dimensions(unknown, loaded)
    data = {} if event is None else read_event(event)
    given, said = _split(data, intake)
    states = {**loaded.state, **read_state(state, loaded.vocabulary)}
    facts = Facts(given, said, unknown, states, today or current_day())
    dialogue = Dialogue(intake, facts, current_language(), _read)
    if format == "text" and event != STDIN:
        if isinstance(sys.stdin, io.TextIOWrapper):
            # WHY: bytes that are no text are a wrong answer, not the end of the dialogue.
            sys.stdin.reconfigure(errors="replace")
        return _exit(hold(dialogue))
    known = facts.known(intake)
    found = intake.next(known, facts.unknown)
    if format == "text":
        for line in told_step(dialogue, found, known):
            show(line)
    else:
        write_json(Destination("json"), _json(found, known, loaded, current_language()))
    return Exit.CLEAN if isinstance(found, Question) else _exit(found)


def _activity(named: str | None, pack: Pack) -> str:
    if named is not None:
        return known_activity(named, pack)
    if pack.lead is None:
        raise UsageError(
            tell("the pack names no lead activity"), tell("say which one, with `--activity`")
        )
    return pack.lead


def _check_dimensions(names: Iterable[str], pack: Pack) -> None:
    known = (*pack.vocabulary.dimensions, DATE)
    for name in names:
        if name not in known:
            raise UsageError(
                tell("there is no dimension `{name}`", name=name), did_you_mean(name, known)
            )


def _split(data: object, intake: Intake) -> tuple[Event, dict[str, IntervalSet]]:
    """Return an event's single values, and what it says in constraints."""
    if not isinstance(data, Mapping):
        raise EventError((tell('an event is a JSON object, as in {{"hazard": "flood"}}'),))
    allowed = known_of(intake.map, data)
    vocabulary = intake.map.pack.vocabulary
    values: dict[str, object] = {}
    said: dict[str, IntervalSet] = {}
    for name, raw in data.items():
        try:
            parse_event({name: raw}, vocabulary)
        except EventError:
            said[name] = allowed[name]
        else:
            values[name] = raw
    return parse_event(values, vocabulary), said


def _read(prompt: str) -> str:
    text = input(prompt)
    if not sys.stdin.isatty():
        # WHY: what is piped in is not on the screen; with it the whole dialogue can be read.
        show(clean(text))
    return text


def _exit(found: Decided | None) -> Exit:
    if found is None or found.owner is None:
        return Exit.FINDINGS
    answered = bool(found.owner.subjects) or not found.owner.is_needed
    return Exit.CLEAN if answered else Exit.FINDINGS


def _json(
    found: Question | Decided, known: Mapping[str, IntervalSet], pack: Pack, language: Language
) -> dict[str, object]:
    vocabulary = pack.vocabulary
    told = found.to_json(language) if isinstance(found, Question) else found.to_json()
    return {
        "pack": pack.name,
        "version": pack.version,
        "digest": pack.digest,
        "event": {
            name: format_constraint(vocabulary.dimension(name), known[name])
            for name in sorted(known)
        },
        **told,
    }
