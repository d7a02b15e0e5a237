"""`remit declare`, `remit update`, `remit state`: what the community, or an incident, is in."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit
from remit.cli.glass import glass_line, glass_record, open_glass
from remit.cli.live import Format, find_incident, open_ledger
from remit.cli.office import carry_out, office_of, pairs_of
from remit.cli.screen import clean, show
from remit.cli.states import read_place, read_point
from remit.engine.vocabulary import Value, plain
from remit.engine.wording import tell
from remit.workflows.community import Declaration
from remit.workflows.enacting import Office, Request, declaring, updating
from remit.workflows.wiring import ExecutorName

__all__ = ["declare", "state", "update"]

As = Annotated[str, Parameter(name="--as")]
Flag = Annotated[bool, Parameter(negative=())]
Place = Annotated[str | None, Parameter(show_default=False)]


def declare(  # noqa: PLR0913 -- each is an option
    *values: str,
    as_: As,
    reason: str = "",
    at: Place = None,
    basis: str = "",
    break_glass: str = "",
    dry_run: Flag = False,
    yes: Flag = False,
    pack: Place = None,
    ledger: Place = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
    executor: ExecutorName = "auto",
) -> int:
    """Declare a state, as stage=mid-term, and hand over the open work that changes hands by it.

    Shows first what would become of all open work, and asks. What nobody surely may declare, and
    what would leave work without an owner, is refused; the refusal is recorded.
    Ends with 0, 1 if it is refused, 2 if something is misnamed, 4 if the pack cannot be loaded.

    Args:
        values: The new values, as stage=mid-term.
        as_: The subject that declares.
        reason: Why, for the record; it must be given.
        at: Where it holds, as place=rf-north; everywhere where left out.
        basis: The decision it rests on; the clause of the power where left out.
        break_glass: Why you do it although the policy does not let you; it ends by itself, and will
            be reviewed.
        dry_run: Show what would become of open work, and do nothing.
        yes: Do it without asking.
        pack: Folder of the pack; the version in force where left out.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    with open_ledger(ledger, create=True) as opened:
        office = office_of(opened, pack, as_json=format == "json")
        vocabulary = office.pack.vocabulary
        found = read_point(pairs_of(values), vocabulary, "declare")
        scope = {} if at is None else _scope(at, office)
        return carry_out(
            office,
            declaring(Request(as_, found, reason, basis, scope, break_glass)),
            tell("Declare it?"),
            values=found,
            dry_run=dry_run,
            yes=yes,
            format=format,
            executor=executor,
        )


def update(  # noqa: PLR0913 -- each is an option
    incident: str,
    /,
    *values: str,
    as_: As,
    reason: str = "",
    break_glass: str = "",
    dry_run: Flag = False,
    yes: Flag = False,
    pack: Place = None,
    ledger: Place = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
    executor: ExecutorName = "auto",
) -> int:
    """Say what has become known of one incident, as level=ii, and hand over what changes hands.

    Who may is who surely holds the power that the value is `declared_by`, else who leads it.
    Ends with 0, 1 if it is refused, 2 if something is misnamed, 4 if the pack cannot be loaded.

    Args:
        incident: Name of the incident.
        values: The new values, as level=ii.
        as_: The subject that says so.
        reason: Why, for the record; it must be given.
        break_glass: Why you do it although the policy does not let you; it ends by itself, and will
            be reviewed.
        dry_run: Show what would become of open work, and do nothing.
        yes: Do it without asking.
        pack: Folder of the pack; the version in force where left out.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    with open_ledger(ledger) as opened:
        known = find_incident(opened, incident)
        office = office_of(opened, pack, as_json=format == "json")
        rules = office.rules_of(known) or office.rules
        found = read_point(pairs_of(values), rules.pack.vocabulary, "update")
        return carry_out(
            office,
            updating(known.id, Request(as_, found, reason, break_glass=break_glass)),
            tell("Change it?"),
            values=found,
            dry_run=dry_run,
            yes=yes,
            format=format,
            executor=executor,
        )


def state(
    *,
    pack: Place = None,
    ledger: Place = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """Show what the community is in, and who declared it when and why.

    Args:
        pack: Folder of the pack; the version in force where left out.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it.
    """
    with open_ledger(ledger, create=True) as opened:
        office = office_of(opened, pack, as_json=format == "json")
        community = office.community()
        past = open_glass(opened, office.pack.name)
    now = community.everywhere()
    if format == "json":
        write_json(
            Destination("json"),
            {
                "pack": office.pack.name,
                "version": office.pack.version,
                "digest": office.pack.digest,
                "state": {name: plain(value) for name, value in now.items()},
                "declared": [_record(one) for one in community.declarations],
                "past_policy": [glass_record(one) for one in past],
            },
        )
        return Exit.CLEAN
    if not any(one.state for one in office.pack.vocabulary.dimensions.values()):
        show(tell("the pack has no state dimensions"))
    for name, dimension in office.pack.vocabulary.dimensions.items():
        if dimension.state:
            _show(name, now.get(name), [o for o in community.declarations if o.dimension == name])
    for one in past:
        show(glass_line(one))
    return Exit.CLEAN


def _show(name: str, value: Value | None, history: list[Declaration]) -> None:
    known = tell("not known") if value is None else str(value)
    show(Text().append(f"{name}={known}", "bold"))
    for one in reversed(history):
        where = ", ".join(f"{key}={found}" for key, found in one.scope.items())
        text = tell(
            "{time}  {before} -> {value}, by {by} with `{power}`: {reason}",
            time=one.time.astimezone().strftime("%Y-%m-%d %H:%M"),
            before=tell("not known") if one.before is None else str(one.before),
            value=str(one.value),
            by=one.by,
            power=one.power,
            reason=one.reason,
        )
        if where:
            text = tell("{text} (at {where})", text=text, where=where)
        if one.basis:
            text = tell("{text} [{basis}]", text=text, basis=one.basis)
        show(Text("  " + clean(text)))
    if not history:
        show(Text("  " + tell("as the pack has it: nobody has declared anything else"), "dim"))


def _record(one: Declaration) -> dict[str, object]:
    return {
        "entry": one.entry,
        "time": one.time.isoformat(),
        "dimension": one.dimension,
        "from": one.before,
        "to": one.value,
        "by": one.by,
        "power": one.power,
        "reason": one.reason,
        "basis": one.basis,
        "scope": dict(one.scope),
    }


def _scope(text: str, office: Office) -> dict[str, Value]:
    """Return where a declaration holds; an inner node of a tree is a place, too."""
    return read_place(text, office.pack.vocabulary, "--at")
