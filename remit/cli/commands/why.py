"""`remit why`: why somebody answers for an activity in an event, or why not."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.text import Text

from remit.cli.clock import current_day
from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import (
    JsonPlace,
    completed,
    did_you_mean,
    known_activity,
    read_event,
    read_state,
)
from remit.cli.nearest import Nearest, nearest_json, nearest_of, nearest_words
from remit.cli.packs import load_or_tell
from remit.cli.reason_words import case_json, case_words, reasons_json, reasons_words
from remit.cli.reasons import case_of
from remit.cli.screen import show
from remit.engine.events import Event
from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.pack import Letter
from remit.engine.wording import tell
from remit.validators.entitlement import named_subjects

__all__ = ["why"]


def why(
    pack: str,
    event: JsonPlace,
    /,
    *,
    activity: str,
    subject: str | None = None,
    letter: Letter = "accountable",
    format: Literal["text", "json"] = "text",  # noqa: A002 -- the name of the option
    state: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    today: dt.date | None = None,
) -> int:
    """Tell why somebody answers for an activity: by which duty, clause, file and line.

    With --subject: why this subject does or does not; the nearest event in which it would, with the
    fewest and smallest changes; and the nearest edit of the policy that would give it this one,
    tried out on a copy of the pack, with all that changes hands, or why there is none.

    Args:
        pack: Folder of the pack.
        event: JSON file, or - for standard input.
        activity: The activity in question.
        subject: The subject in question.
        letter: With --subject, the letter that the nearest event gives it.
        format: How to print the answer.
        state: The current value of a state dimension, as stage=early; as often as wanted.
        today: Day of an event that does not tell its own; today's date where left out.
    """
    loaded = load_or_tell(pack, as_json=format == "json")
    known_activity(activity, loaded)
    subjects = named_subjects(loaded)
    if subject is not None and subject not in subjects:
        raise UsageError(
            tell("there is no subject `{subject}`", subject=subject),
            did_you_mean(subject, subjects),
        )
    given = completed(
        read_event(event),
        loaded,
        state=read_state(state, loaded.vocabulary),
        today=today or current_day(),
    )
    compiled = compile_pack(loaded)
    resolution = compiled.resolve(given, activity)
    case = None if subject is None else case_of(subject, activity, resolution, loaded)
    near = None if subject is None else _nearest(compiled, given, activity, letter, subject)
    if format == "json":
        answer = reasons_json(resolution, activity, loaded)
        answer["subject"] = None if case is None else case_json(case)
        answer["nearest"] = _nearest_json(near)
        write_json(Destination("json"), answer)
    elif case is None:
        show(reasons_words(resolution, activity, loaded))
    else:
        show(case_words(case, resolution, activity, loaded).append(_nearest_text(near)))
    return Exit.CLEAN


def _nearest(
    map: ResponsibilityMap,  # noqa: A002 -- as in the engine
    event: Event,
    activity: str,
    letter: Letter,
    subject: str,
) -> Nearest | BudgetExceeded:
    try:
        return nearest_of(map, event, activity, letter, subject)
    except BudgetExceeded as error:
        return error


def _nearest_json(found: Nearest | BudgetExceeded | None) -> dict[str, object] | None:
    if found is None:
        return None
    if isinstance(found, BudgetExceeded):
        return {"proved": False, "reason": str(found)}
    return {"proved": True, **nearest_json(found)}


def _nearest_text(found: Nearest | BudgetExceeded | None) -> Text:
    if isinstance(found, BudgetExceeded):
        return Text().append("\n\n" + tell("not proved"), "bold yellow").append(f": {found}")
    return Text() if found is None else nearest_words(found)
