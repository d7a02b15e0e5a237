"""`remit resolve`: who answers for an event, or for each event of a file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from remit.cli.answers import resolution_text
from remit.cli.batch_chunks import Asked, answer_side_by_side, json_rows
from remit.cli.batches import Question, answer_lines, answer_rows, is_unowned
from remit.cli.clock import current_day
from remit.cli.destinations import Destination, write_json
from remit.cli.event_tables import event_table
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import (
    STDIN,
    JsonPlace,
    completed,
    json_lines,
    known_activity,
    read_event,
    read_state,
)
from remit.cli.packs import load_or_tell
from remit.cli.screen import show
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.vocabulary import Value
from remit.engine.wording import current_language, tell
from remit.workflows.bulk import Workers

__all__ = ["resolve"]


def resolve(  # noqa: PLR0913 -- each is an option
    pack: JsonPlace,
    event: JsonPlace | None = None,
    /,
    *,
    activity: str | None = None,
    format: Literal["text", "json", "csv"] = "text",  # noqa: A002 -- the name of the option
    batch: JsonPlace | None = None,
    state: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    ledger: Annotated[str | None, Parameter(show_default=False)] = None,
    today: dt.date | None = None,
    workers: Annotated[Workers, Parameter(show_default=False)] = 1,
) -> int:
    """Tell who answers for an event: who is accountable, who acts, helps, is asked, is told.

    What the event leaves out is filled in from its time, by derivation, and from the state.
    Ends with 0, 1 if nobody can be the owner, 2 if an event cannot be read, 4 if the pack
    cannot be loaded.

    Args:
        pack: Folder of the pack.
        event: JSON file, or - for standard input.
        activity: Answer for this activity alone.
        format: How to print the answer; csv is for a batch, and is about one activity.
        batch: Many events: JSON lines, one a line; a CSV, Parquet, Feather or Arrow file, one a
            row, whose columns are dimensions. Prints one JSON answer a line, in order.
        state: The current value of a state dimension, as stage=early; as often as wanted.
        ledger: Path or URL of a ledger: the state is what was declared in it last, where --state
            says nothing.
        today: Day of an event that does not tell its own; today's date where left out.
        workers: Processes that answer a batch side by side, or dask to spread it by Prefect over
            a Dask cluster; $REMIT_DASK names one, else it is of this machine.
    """
    pack, event = _places(pack, event, batch)
    as_csv = format == "csv"
    _check_batch(batch, ledger, is_spread=workers != 1, as_csv=as_csv)
    loaded = load_or_tell(pack, as_json=not as_csv and (batch is not None or format == "json"))
    told, said = (None if batch else read_event(event)), read_state(state, loaded.vocabulary)
    question = Question(
        compile_pack(loaded),
        None if activity is None else known_activity(activity, loaded),
        said if ledger is None else {**_declared(ledger, loaded, told, today), **said},
        today or current_day(),
    )
    if batch is not None and workers != 1:
        asked = Asked(pack, activity, state, question.today, current_language())
        return answer_side_by_side(asked, batch, loaded.vocabulary, workers, as_csv=as_csv)
    if batch is not None:
        rows = event_table(batch, loaded.vocabulary)
        if rows is None and as_csv:
            rows = json_rows(json_lines(batch))
        if rows is None:
            return answer_lines(question, json_lines(batch), flush=batch == STDIN)
        return answer_rows(question, rows, batch, as_csv=as_csv)
    resolution = question.answer(told)
    if format == "json":
        write_json(Destination("json"), resolution.to_json())
    else:
        show(resolution_text(resolution, loaded))
    return Exit.FINDINGS if is_unowned(resolution, question) else Exit.CLEAN


def _check_batch(batch: str | None, ledger: str | None, *, is_spread: bool, as_csv: bool) -> None:
    """Refuse options that are for a batch alone, or for one event alone.

    Raises:
        UsageError: with what to do instead.
    """
    if is_spread and batch is None:
        raise UsageError(tell("`--workers` is for a batch"), tell("add `--batch FILE`"))
    if as_csv and batch is None:
        raise UsageError(tell("`--format csv` is for a batch"), tell("add `--batch FILE`"))
    if ledger is not None and batch is not None:
        raise UsageError(
            tell("`--ledger` is for one event"),
            tell("say the state of a batch with `--state`, or in its rows"),
        )


def _declared(place: str, pack: Pack, told: object, today: dt.date | None) -> dict[str, Value]:
    """Return the state that a ledger tells of, where an event is."""
    # WHY here: a ledger takes a while to load, and most questions have none.
    from remit.cli.live import open_ledger
    from remit.workflows.community import DECLARED, community_of

    event = completed(told, pack, state={}, today=today or current_day())
    with open_ledger(place) as opened:
        return community_of(opened.entries_of((DECLARED,)), pack).at(event)


def _places(pack: str, event: str | None, batch: str | None) -> tuple[str, str]:
    """Return the pack and the event; a single file is the event, of the pack in this folder."""
    if batch is not None:
        if event is not None:
            raise UsageError(
                tell("`--batch` takes the place of EVENT"), tell("leave one of the two out")
            )
        return pack, STDIN
    if event is None:
        if pack != STDIN and not Path(pack).is_file():
            raise UsageError(
                tell("there is no EVENT"), tell("name a JSON file, or `-` for standard input")
            )
        return ".", pack
    return pack, event
