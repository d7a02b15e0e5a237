"""`remit resolve`: who answers for an event, or for each event of a file."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from remit.cli.answers import resolution_text
from remit.cli.clock import current_day
from remit.cli.destinations import Destination, json_text, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import (
    STDIN,
    JsonPlace,
    completed,
    json_lines,
    known_activity,
    parse_json,
    read_event,
    read_state,
)
from remit.cli.packs import load_or_tell
from remit.cli.screen import show
from remit.engine.errors import EventError
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.resolution import Resolution
from remit.engine.vocabulary import Value

__all__ = ["resolve"]


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of every event of one run."""

    map: ResponsibilityMap
    activity: str | None
    state: Mapping[str, Value]
    today: dt.date

    def answer(self, data: object) -> Resolution:
        event = completed(data, self.map.pack, state=self.state, today=self.today)
        return self.map.resolve(event, self.activity)


def resolve(
    pack: JsonPlace,
    event: JsonPlace | None = None,
    /,
    *,
    activity: str | None = None,
    format: Literal["text", "json"] = "text",  # noqa: A002 -- the name of the option
    batch: JsonPlace | None = None,
    state: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    today: dt.date | None = None,
) -> int:
    """Tell who answers for an event: who is accountable, who acts, helps, is asked, is told.

    What the event leaves out is filled in from its time, by derivation, and from the state.
    Ends with 0, 1 if nobody can be the owner, 2 if an event cannot be read, 4 if the pack
    cannot be loaded.

    Args:
        pack: Folder of the pack.
        event: JSON file, or - for standard input.
        activity: Answer for this activity alone.
        format: How to print the answer.
        batch: JSON lines, one event a line; prints one JSON answer a line, in order.
        state: The current value of a state dimension, as stage=early; as often as wanted.
        today: Day of an event that does not tell its own; today's date where left out.
    """
    pack, event = _places(pack, event, batch)
    loaded = load_or_tell(pack, as_json=batch is not None or format == "json")
    question = _Question(
        compile_pack(loaded),
        None if activity is None else known_activity(activity, loaded),
        read_state(state, loaded.vocabulary),
        today or current_day(),
    )
    if batch is not None:
        return _answer_all(question, batch)
    resolution = question.answer(read_event(event))
    if format == "json":
        write_json(Destination("json"), resolution.to_json())
    else:
        show(resolution_text(resolution, loaded))
    return Exit.FINDINGS if is_unowned(resolution, question) else Exit.CLEAN


def _places(pack: str, event: str | None, batch: str | None) -> tuple[str, str]:
    """Return the pack and the event; a single file is the event, of the pack in this folder."""
    if batch is not None:
        if event is not None:
            raise UsageError("`--batch` takes the place of EVENT", "leave one of the two out")
        return pack, STDIN
    if event is None:
        if pack != STDIN and not Path(pack).is_file():
            raise UsageError("there is no EVENT", "name a JSON file, or `-` for standard input")
        return ".", pack
    return pack, event


def _answer_all(question: _Question, batch: str) -> Exit:
    """Print an answer for each line: the resolution, or what is wrong with the line."""
    worst = Exit.CLEAN
    for number, line in json_lines(batch):
        try:
            resolution = question.answer(parse_json(line))
        except (EventError, ValueError) as error:
            said = "; ".join(str(error).splitlines())
            _print_line({"error": said, "line": number})
            worst = Exit.USAGE
            continue
        _print_line(resolution.to_json(), flush=batch == STDIN)
        if worst is Exit.CLEAN and is_unowned(resolution, question):
            worst = Exit.FINDINGS
    return worst


def _print_line(answer: Mapping[str, object], *, flush: bool = False) -> None:
    sys.stdout.write(json_text(answer, indent=None) + "\n")
    if flush:
        sys.stdout.flush()


def is_unowned(resolution: Resolution, question: _Question) -> bool:
    """Return whether nobody can be accountable for what was asked.

    That is the activity asked for, else the pack's lead; without one, any activity needed.
    """
    if question.activity is None and question.map.pack.lead is not None:
        lead = resolution.activities.get(question.map.pack.lead)
        return not resolution.owner and (lead is None or not lead.accountable.possible)
    asked = resolution.activities.values()
    return any(not answer.accountable.possible for answer in asked)
