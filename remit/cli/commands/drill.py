"""`remit drill`: the fewest drills that touch every boundary of a pack; run, scored, listed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

from cyclopts import App

from remit.cli.destinations import Destination, write_json
from remit.cli.drill_script import script
from remit.cli.exits import Exit, UsageError
from remit.cli.live import Format
from remit.cli.packs import load_or_tell
from remit.cli.screen import show
from remit.cli.season_tables import show_table
from remit.engine.language.seasons import read_season
from remit.engine.map.rehearsal import Rehearsal, Target
from remit.engine.map.responsibility import compile_pack
from remit.engine.prevention import DrillOptions
from remit.engine.system_words import why_not
from remit.engine.wording import current_language, tell
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.simulation.drilling import (
    CRITERIA,
    Score,
    drill_season,
    expected_of,
    score_of,
    season_text,
)
from remit.workflows.simulation.world import simulate as play

__all__ = ["app", "drill", "list_drills", "run"]

START = "2026-03-02T00:00:00+00:00"
"""When drills begin that nobody gave a day: edit it in the file."""

app = App(name="drill", result_action="return_value")


@app.default
def drill(
    pack: str,
    /,
    *,
    out: Path | None = None,
    format: Literal["text", "json", "markdown", "yaml"] = "text",  # noqa: A002 - the option's name
) -> int:
    """Find the fewest events that touch every region, boundary and hand-over of a pack.

    Ends with 0, 2 if the files cannot be written, 4 if the pack cannot be loaded.

    Args:
        pack: Folder of the pack.
        out: Folder into which the script and the file that runs are written.
        format: How to print it; markdown is the script to be read out, yaml the file that runs.
    """
    map_ = compile_pack(load_or_tell(pack, as_json=format == "json"))
    season, found = drill_season(map_, dt.datetime.fromisoformat(START))
    notes = {
        f"inject-{number}": "; ".join(_target(one) for one in chosen.touches[:MOST_NOTED])
        for number, chosen in enumerate(found.chosen, 1)
    }
    text = season_text(season, notes)
    pages = script(season, found, expected_of(map_, season), map_.pack, current_language())
    if out is not None:
        _write(out / f"{season.name}.yaml", text)
        _write(out / f"{season.name}.md", pages)
    if format == "json":
        write_json(Destination("json"), _record(found))
    elif format in {"markdown", "yaml"}:
        show((pages if format == "markdown" else text).rstrip("\n"))
    else:
        _show(found)
    return Exit.CLEAN


MOST_NOTED = 4
"""Targets noted above an inject in the file that runs."""


@app.command
def run(
    pack: str,
    season: str,
    /,
    *,
    ledger: str | None = None,
    format: Format = "text",  # noqa: A002 - the name of the option
) -> int:
    """Run drills on the virtual clock, through the code of live use, and score them.

    Ends with 0 where every inject has full marks, 1 where one has not, 2 if something is misnamed,
    4 if the pack or the file cannot be loaded.

    Args:
        pack: Folder of the pack.
        season: The file that `remit drill PACK --out FOLDER` wrote, perhaps edited.
        ledger: File of a new ledger to keep what happened.
        format: How to print it.
    """
    found = load_or_tell(pack, as_json=format == "json")
    plan = read_season(season, found)
    map_ = compile_pack(found)
    world = play(plan, found)
    if ledger is not None:
        world.ledger.save(ledger)
    names = {name: incident for incident, name in world.names.items()}
    scores = [
        score_of(one.inject, world.ledger.by_id[names[one.inject]], one.owners)
        for one in expected_of(map_, plan)
        if one.inject in names
    ]
    if not scores:
        raise UsageError(tell("no inject of `{path}` opened an incident", path=season))
    whole = sum(one.points for one in scores) // len(scores)
    if format == "json":
        write_json(Destination("json"), {"points": whole, "injects": [_scored(s) for s in scores]})
    else:
        _show_scores(scores, whole)
    return Exit.CLEAN if whole == FULL else Exit.FINDINGS


FULL = 100
"""Points of a drill in which everything went as the policy has it."""


@app.command(name="list")
def list_drills(
    pack: str,
    /,
    *,
    format: Format = "text",  # noqa: A002 - the name of the option
) -> int:
    """Show the drills of a pack: what each exercised, when, and whether it is too long ago.

    Args:
        pack: Folder of the pack.
        format: How to print it.
    """
    found = load_or_tell(pack, as_json=format == "json")
    today = SystemClock().now().date()
    options = found.checks.prevention.drills or DrillOptions()
    rows: list[tuple[str, str, str, str]] = []
    for one in sorted(found.drills.values(), key=lambda each: (each.on, each.name)):
        limit = options.interval(one.plan or "")
        due = one.on + dt.timedelta(days=limit)
        state = tell("planned") if one.on > today else tell("current until {day}", day=due)
        state = tell("due again since {day}", day=due) if due < today else state
        rows.append((one.name, one.on.isoformat(), one.plan or tell("events"), state))
    drilled = {one.plan for one in found.drills.values()}
    never = sorted(set(found.plans) - drilled)
    if format == "json":
        names = ("drill", "on", "plan", "state")
        records = [dict(zip(names, row, strict=True)) for row in rows]
        write_json(Destination("json"), {"drills": records, "plans_never_drilled": never})
        return Exit.CLEAN
    if rows:
        show_table((tell("drill"), tell("on"), tell("plan"), tell("state")), rows)
    show(tell("plans without a drill: {names}", names=", ".join(never) or tell("none")))
    return Exit.CLEAN


def _show(found: Rehearsal) -> None:
    for number, chosen in enumerate(found.chosen, 1):
        values = ", ".join(f"{name}={value}" for name, value in chosen.event.items())
        show(f"{number:>3}  {values}")
        show("     " + tell("touches {names}", names="; ".join(map(_target, chosen.touches))))
    parts = {"count": len(found.chosen), "targets": len(found.targets), "least": found.least}
    show(
        tell("{count} events touch all {targets} targets; it is proven that no fewer do", **parts)
        if found.is_least
        else tell(
            "{count} events touch all {targets} targets; it is proven that {least} at least"
            " are needed",
            **parts,
        )
    )


def _target(one: Target) -> str:
    which = ", ".join(one.which)
    parts = {"about": one.about, "which": which}
    if one.kind == "region":
        return tell("{about} by {which}", **parts)
    if one.kind == "hand-over":
        return tell("hand-over of {about} to {which}", **parts)
    return tell("boundary along {about} between {which}", **parts)


def _show_scores(scores: list[Score], whole: int) -> None:
    rows: list[list[str | int]] = [
        [one.inject, one.incident, *(_share(one, name) for name in CRITERIA), one.points]
        for one in scores
    ]
    heads = (tell("owner told"), tell("in time"), tell("acknowledged"), tell("consulted"),
             tell("handed over"))  # fmt: skip
    show_table((tell("inject"), tell("incident"), *heads, tell("points")), rows)
    show(tell("{points} of 100 points", points=whole))


def _share(one: Score, name: str) -> str:
    return "{}/{}".format(*one.met[name]) if name in one.met else "-"


def _scored(one: Score) -> dict[str, object]:
    met = {name: {"met": some, "of": of} for name, (some, of) in one.met.items()}
    return {"inject": one.inject, "incident": one.incident, "points": one.points, "criteria": met}


def _record(found: Rehearsal) -> dict[str, object]:
    def target(one: Target) -> dict[str, object]:
        return {"kind": one.kind, "about": one.about, "which": list(one.which)}

    return {
        "least": found.least,
        "targets": len(found.targets),
        "events": [
            {
                "event": {name: str(value) for name, value in chosen.event.items()},
                "touches": [target(one) for one in chosen.touches],
            }
            for chosen in found.chosen
        ],
    }


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            tell("cannot write {path}: {reason}", path=path, reason=why_not(error))
        ) from error
