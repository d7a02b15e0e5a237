"""`remit activate`, `remit move`, `remit versions`: which version of the policy holds."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.live import Format, open_ledger
from remit.cli.office import carry_out, office_of
from remit.cli.packs import load_or_tell
from remit.cli.screen import clean, show
from remit.engine.wording import tell
from remit.workflows.activating import activating, agreeing, moving
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.adapters.shelves import candidate_of, version_in_force
from remit.workflows.ledger import Ledger
from remit.workflows.versions import ACTIVATED, Version
from remit.workflows.versions import versions as versions_of
from remit.workflows.wiring import ExecutorName

__all__ = ["activate", "move", "versions"]

As = Annotated[str, Parameter(name="--as")]
Flag = Annotated[bool, Parameter(negative=())]
Place = Annotated[str | None, Parameter(show_default=False)]


def activate(  # noqa: PLR0913 -- each is an option
    pack: str,
    /,
    *,
    as_: As,
    reason: str = "",
    break_glass: str = "",
    agree: Flag = False,
    dry_run: Flag = False,
    yes: Flag = False,
    ledger: Place = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """Put a version of a pack into force; open incidents keep theirs until they are moved.

    It must check clean of errors and orphan no open work, and all must have agreed who lose or gain
    by it, if the pack says so. The version itself is kept in the ledger, so that any machine reads
    the one in force. To undo it, activate the earlier version again.
    Ends with 0, 1 if it is refused, 2 if something is misnamed, 4 if the pack cannot be loaded.

    Args:
        pack: Folder of the version, or its version in the ledger, as rf-community@2026.11.
        as_: The subject that activates, or agrees.
        reason: Why, for the record.
        break_glass: Why you do it although the policy does not let you; it ends by itself, and will
            be reviewed.
        agree: Only agree to it, as somebody who loses or gains by it.
        dry_run: Tell whether it could be activated, and do nothing.
        yes: Do it without asking.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it.
    """
    with open_ledger(ledger, create=True) as opened:
        candidate, office = candidate_of(
            opened,
            pack,
            lambda named: load_or_tell(named, as_json=format == "json"),
            SystemClock().now(),
        )
        act = (
            agreeing(as_, candidate, reason)
            if agree
            else activating(as_, candidate, reason, break_glass)
        )
        question = tell("Agree to it?") if agree else tell("Activate it?")
        return carry_out(
            office,
            act,
            question,
            values={},
            dry_run=dry_run,
            yes=yes,
            format=format,
            executor="plain",
        )


def move(  # noqa: PLR0913 -- each is an option
    *incidents: str,
    as_: As,
    all_: Annotated[bool, Parameter(name="--all", negative=())] = False,
    reason: str = "",
    break_glass: str = "",
    dry_run: Flag = False,
    yes: Flag = False,
    ledger: Place = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
    executor: ExecutorName = "auto",
) -> int:
    """Move open incidents to the version in force, and hand over what changes hands by it.

    Ends with 0, 1 if it is refused, 2 if something is misnamed.

    Args:
        incidents: Names of the incidents.
        as_: The subject that moves them.
        all_: Move all open incidents.
        reason: Why, for the record.
        break_glass: Why you do it although the policy does not let you; it ends by itself, and will
            be reviewed.
        dry_run: Show what would become of open work, and do nothing.
        yes: Do it without asking.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    if bool(incidents) == all_:
        raise UsageError(
            tell("it is not said which incidents"), tell("name some, or all with `--all`")
        )
    with open_ledger(ledger) as opened:
        if version_in_force(opened) is None:
            raise UsageError(
                tell("no version was activated, so there is none to move to"),
                tell("activate one: `remit activate PACK --as SUBJECT`"),
            )
        return carry_out(
            office_of(opened, None, as_json=format == "json"),
            moving(as_, None if all_ else incidents, reason, break_glass),
            tell("Move them?"),
            values={},
            dry_run=dry_run,
            yes=yes,
            format=format,
            executor=executor,
        )


def versions(
    *,
    ledger: Place = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """List the versions that were activated, the latest first, and the incidents under each.

    Args:
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it.
    """
    with open_ledger(ledger, create=True) as opened:
        found = versions_of(opened.entries_of((ACTIVATED,)))
        latest = {one.name: one.entry for one in found}
        rows = [(one, latest[one.name] == one.entry) for one in reversed(found)]
        under = _under(opened)
    if format == "json":
        listed = [_record(one, under.get(one.digest, []), holds=holds) for one, holds in rows]
        write_json(Destination("json"), {"versions": listed})
        return Exit.CLEAN
    if not rows:
        show(tell("no version was activated yet: the pack that a command names is what holds"))
    for one, holds in rows:
        _show(one, under.get(one.digest, []), holds=holds)
    return Exit.CLEAN


def _under(ledger: Ledger) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for summary in ledger.incidents():
        incident = ledger.incident(summary.id)
        if incident is not None and not incident.is_over:
            found.setdefault(incident.policy, []).append(incident.id)
    return found


def _show(one: Version, incidents: list[str], *, holds: bool) -> None:
    line = Text(f"{one.name} {one.version}", "bold")
    if holds:
        line.append(f"  {tell('in force')}", "green")
    show(line)
    said = tell(
        "{time}, by {by}, digest {digest}",
        time=one.time.astimezone().strftime("%Y-%m-%d %H:%M"),
        by=one.by,
        digest=one.digest[:12],
    )
    show(Text("  " + clean(f"{said}{tell(': ')}{one.reason}" if one.reason else said)))
    if incidents:
        show(Text("  " + tell("open incidents: {names}", names=", ".join(incidents))))


def _record(one: Version, incidents: list[str], *, holds: bool) -> dict[str, object]:
    return {
        "name": one.name,
        "version": one.version,
        "digest": one.digest,
        "entry": one.entry,
        "time": one.time.isoformat(),
        "by": one.by,
        "reason": one.reason,
        "in_force": holds,
        "open_incidents": incidents,
    }
