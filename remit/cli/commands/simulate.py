"""`remit simulate`: play a season of a pack on a virtual clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from cyclopts import Parameter, validators

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.packs import load_or_tell
from remit.cli.screen import say, show
from remit.cli.season_tables import account_json, show_account
from remit.engine.language.seasons import read_season
from remit.engine.season import Season
from remit.engine.wording import tell
from remit.workflows.simulation.account import account_of
from remit.workflows.simulation.drawing import drawn_season
from remit.workflows.simulation.world import World
from remit.workflows.simulation.world import simulate as play

__all__ = ["simulate"]

START = "2026-03-02T00:00:00+00:00"
"""When a season begins that is drawn by chance: any day will do, but always the same."""

TIME = "%Y-%m-%d %H:%M"
"""How a time is shown."""

Days = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=3_660))]
Seed = Annotated[int | None, Parameter(validator=validators.Number(gte=0, lte=2**31))]


def simulate(
    pack: str,
    season: str | None = None,
    /,
    *,
    days: Days = 14,
    seed: Seed = None,
    ledger: str | None = None,
    format: Literal["text", "json"] = "text",  # noqa: A002 - the name of the option
) -> int:
    """Play a season of a pack on a virtual clock, and tell what came of it.

    Everything goes through the code of live use; only the clock, the channels and the people are
    replaced. The same season and seed give the same ledger, to its last hash.
    Ends with 0, 2 if something is misnamed, 4 if the pack or the season cannot be loaded.

    Args:
        pack: Folder of the pack.
        season: File of the season; one drawn by chance from the pack's signals where left out.
        days: How long a season drawn by chance is.
        seed: What chance begins with; that of the season, or 0, where left out.
        ledger: File of a new ledger to keep what happened; it is kept nowhere where left out.
        format: How to print it.
    """
    found = load_or_tell(pack, as_json=format == "json")
    if season is None:
        start = datetime.fromisoformat(START)
        plan = drawn_season(found, start=start, days=days, seed=seed or 0)
    else:
        plan = read_season(season, found)
        plan = plan if seed is None else replace(plan, seed=seed)
    if not plan.happenings:
        raise UsageError(
            tell("nothing comes in: the pack has no signals, and there is no season"),
            tell("write a season file with `arrivals`"),
        )
    world = play(plan, found)
    if ledger is not None:
        world.ledger.save(ledger)
    _tell(plan, world, ledger, as_json=format == "json")
    return Exit.CLEAN


def _tell(season: Season, world: World, kept: str | None, *, as_json: bool) -> None:
    account, head = account_of(season, world.ledger.all_entries), world.ledger.head()
    if as_json:
        record = account_json(account)
        lists = {
            "declined": world.declined,
            "unshifted": world.unshifted,
            "unreadable": world.unreadable,
        }
        failed = {
            key: [{"time": time.isoformat(), "reason": why} for time, why in found]
            for key, found in lists.items()
        }
        more = {"season": season.name, "seed": season.seed, "head": str(head)}
        write_json(Destination("json"), {**more, **record, **failed})
        return
    show_account(season, account)
    for when, why in world.declined:
        show(tell("{time} not declared: {why}", time=when.strftime(TIME), why=why))
    for when, why in world.unshifted:
        show(tell("{time} roster not changed: {why}", time=when.strftime(TIME), why=why))
    for when, why in world.unreadable:
        show(tell("{time} came to nothing: {why}", time=when.strftime(TIME), why=why))
    show(tell("head: {head}", head=str(head)))
    say(tell("{days} days, {entries} entries", days=season.days, entries=head.number))
    if kept is not None:
        say(tell("kept in {path}; every other command works on it", path=kept))
