"""`remit handover`: what becomes of open work when the state changes, or another version holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal

from cyclopts import Parameter

from remit.cli.clock import current_day
from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.handover_words import handover_json, handover_text
from remit.cli.inputs import JsonPlace
from remit.cli.live import is_absent, note, open_ledger
from remit.cli.screen import show
from remit.cli.states import read_point
from remit.cli.versions import load_version
from remit.cli.work_files import WorkReader
from remit.engine.errors import EventError
from remit.engine.handover import Work, hand_over
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.vocabulary import Value, Vocabulary
from remit.engine.wording import tell
from remit.workflows.open_work import open_work
from remit.workflows.states import ENDED

__all__ = ["handover"]

State = Annotated[str | None, Parameter(show_default=False)]


def handover(
    pack: str,
    /,
    *,
    from_: Annotated[str | None, Parameter(name="--from", show_default=False)] = None,
    to: State = None,
    to_pack: State = None,
    work: Annotated[JsonPlace | None, Parameter(show_default=False)] = None,
    ledger: State = None,
    format: Literal["text", "json"] = "text",  # noqa: A002 -- the name of the option
    today: dt.date | None = None,
) -> int:
    """Tell what becomes of open work when the state changes, and refuse to leave any of it behind.

    Lists what changes hands, what stays, and what would be orphaned: left with nobody, with
    rivals, or in doubt. Ends with 0, 1 if anything would be orphaned, 2 if the work cannot be
    read, 4 if a pack cannot be loaded.

    Args:
        pack: Folder of the pack that holds now, or REVISION:FOLDER.
        from_: The state that ends, as stage=early; commas between several.
        to: The state that begins, as stage=mid-term.
        to_pack: Folder of the pack that will hold instead, or REVISION:FOLDER.
        work: JSON lines, or a .json file with a list: activity, event, and owner, letter, id; the
            open work of the ledger where left out.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it.
        today: Day of an event that does not tell its own; today's date where left out.
    """
    if work is not None and ledger is not None:
        raise UsageError(
            tell("`--work` takes the place of the ledger"), tell("leave one of the two out")
        )
    if to is None and to_pack is None:
        raise UsageError(
            tell("nothing would change"),
            tell("say which state begins, with `--to`, or which pack, with `--to-pack`"),
        )
    as_json = format == "json"
    now = load_version(pack, as_json=as_json).pack
    then = now if to_pack is None else load_version(to_pack, as_json=as_json).pack
    leaving = _state(from_, now.vocabulary, "--from")
    entering = _state(to, then.vocabulary, "--to")
    if work is None:
        found = tuple(_from_ledger(ledger, now))
    else:
        reader = WorkReader(compile_pack(now), leaving, today or current_day())
        found = reader.read(work)
    verdicts = hand_over(found, compile_pack(then), leaving=leaving, entering=entering)
    if as_json:
        write_json(Destination("json"), handover_json(verdicts, leaving, entering))
    else:
        for part in handover_text(verdicts):
            show(part)
    return Exit.FINDINGS if verdicts.is_refused else Exit.CLEAN


def _state(text: str | None, vocabulary: Vocabulary, option: str) -> dict[str, Value]:
    return {} if text is None else read_point(text, vocabulary, option)


def _from_ledger(named: str | None, pack: Pack) -> Iterator[Work]:
    """Yield the open work of the incidents that were opened under the pack."""
    if is_absent(named):
        return
    with open_ledger(named) as ledger:
        for summary in ledger.incidents():
            if summary.state in ENDED:
                continue
            incident = ledger.incident(summary.id)
            if incident is None:
                continue
            if incident.pack != pack.name:
                note(
                    tell(
                        "incident {id} is left out: it is under the pack `{pack}`",
                        id=incident.id,
                        pack=incident.pack,
                    )
                )
                continue
            try:
                yield from open_work(incident, pack)
            except EventError as error:
                said = "; ".join(error.reasons)
                raise UsageError(
                    tell("incident {id} does not fit the pack: {said}", id=incident.id, said=said),
                    tell("name the version it was opened under, and the new one with `--to-pack`"),
                ) from error
