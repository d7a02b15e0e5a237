"""A diff as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from remit.cli.diff_parts import Asked
from remit.cli.versions import Version
from remit.engine.diff.changes import Change, FaultKind, Move, MoveKind
from remit.engine.map.budget import BudgetExceeded
from remit.engine.pack import Duty
from remit.engine.vocabulary import Value, plain

__all__ = ["diff_json"]

FAULTS: Mapping[FaultKind, str] = {
    "gap": "gaps",
    "overlap": "overlaps",
    "missing-doer": "missing_doers",
}
"""What the counts of faults are called."""


def diff_json(asked: Asked) -> dict[str, object]:
    """Return the object of `remit diff --format json`.

    `gaps_opened` and its kin count entries of `faults`; shares are of the events that can happen
    on either side.
    """
    difference = asked.difference
    counts = {
        f"{word}_{verb}": len(difference.of(kind, opened=verb == "opened"))
        for kind, word in FAULTS.items()
        for verb in ("opened", "closed")
    }
    return {
        "old": _version(asked.old, asked.at[:1]),
        "new": _version(asked.new, asked.at[1:]),
        "proved": difference.is_proved,
        "changed": not difference.is_empty,
        "moves": _moves(asked, "moved"),
        "appeared": _moves(asked, "appeared"),
        "vanished": _moves(asked, "vanished"),
        **counts,
        "faults": [
            {
                "fault": fault.kind,
                "opened": fault.is_opened,
                "activity": fault.activity,
                "subjects": list(fault.subjects),
                **_where(asked, fault),
            }
            for fault in difference.faults
        ],
        "needs": [
            {"activity": need.activity, "needed": need.is_needed, **_where(asked, need)}
            for need in difference.needs
        ],
        "vocabulary": [
            {
                "what": one.what,
                "name": one.name,
                "dimension": one.dimension,
                "before": one.before,
                "after": one.after,
            }
            for one in difference.vocabulary
        ],
        "load": _loads(asked),
        "unproved": [
            {"activity": one.activity, "letter": one.letter, "reason": one.reason}
            for one in difference.unproved
        ],
    }


def _version(version: Version, at: tuple[str, ...]) -> dict[str, object]:
    pack = version.pack
    said = dict(pair.split("=", 1) for text in at for pair in text.split(","))
    return {"pack": pack.name, "version": pack.version, "digest": pack.digest, "at": said}


def _moves(asked: Asked, kind: MoveKind) -> list[dict[str, object]]:
    return [_move(asked, move) for move in asked.difference.moves if move.kind == kind]


def _move(asked: Asked, move: Move) -> dict[str, object]:
    where = _where(asked, move)
    witness = asked.difference.regions(move)[0].witness
    before, after = asked.difference.second_look.deciding(move.activity, move.letter, witness)
    return {
        "activity": move.activity,
        "letter": move.letter,
        "from": list(move.from_),
        "to": list(move.to),
        **where,
        "before": [_duty(duty, asked.old) for duty in before],
        "after": [_duty(duty, asked.new) for duty in after],
    }


def _where(asked: Asked, change: Change) -> dict[str, object]:
    regions = asked.difference.regions(change)
    return {
        "regions": [
            {name: _constraint(value) for name, value in region.constraints.items()}
            for region in regions
        ],
        "cells": change.cells.count(),
        "share": float(change.cells.share()),
        "witness": _event(regions[0].witness),
    }


def _event(values: Mapping[str, Value]) -> dict[str, object]:
    return {name: plain(value) for name, value in values.items()}


def _duty(duty: Duty, version: Version) -> dict[str, object]:
    return {"duty": duty.name, "file": version.file(duty.span), "line": duty.span.line}


def _loads(asked: Asked) -> list[dict[str, object]] | None:
    """Return the loads of every subject; `None` where they were not asked for, or not proved."""
    if not asked.is_whole:
        return None
    try:
        found = asked.difference.loads()
    except BudgetExceeded:
        return None
    return [
        {
            "subject": load.subject,
            "letter": load.letter,
            "before": float(load.before),
            "after": float(load.after),
        }
        for load in found
    ]


def _constraint(written: object) -> object:
    if isinstance(written, list | tuple):
        return [_constraint(item) for item in written]
    if isinstance(written, dict):
        return {key: _constraint(value) for key, value in written.items()}
    return written
