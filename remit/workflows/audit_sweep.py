"""The auditor's round over a ledger: what it finds is recorded, once each."""

from __future__ import annotations

import datetime as dt

from remit.workflows.auditing import (
    AUDITED,
    Omission,
    audit,
    audit_incident,
    audited_keys,
    draft_of,
)
from remit.workflows.entries import Entry
from remit.workflows.ledger import Ledger
from remit.workflows.ledger_writing import Writing

__all__ = ["audit_ledger", "sweep"]

LOOK_BACK = dt.timedelta(days=1)
"""How long after its last entry a closed incident is still looked at by the sweep."""


def audit_ledger(ledger: Ledger, now: dt.datetime) -> tuple[Omission, ...]:
    """Return what did not happen in any incident of a ledger, recorded before or not."""
    return audit(ledger.entries(), now)


def sweep(ledger: Ledger, now: dt.datetime) -> tuple[Omission, ...]:
    """Look at all incidents under way, record what is new among what did not happen, return it."""
    found: list[Omission] = []
    for summary in ledger.incidents():
        if summary.closed is None or now - summary.changed < LOOK_BACK:
            found += audit_incident(ledger.entries(summary.id), now)
    if not found or not _new(found, ledger.entries_of((AUDITED,))):
        return ()

    def record(writing: Writing) -> tuple[Omission, ...]:
        # WHY again: another sweep may have recorded them since.
        new = _new(found, writing.entries_of((AUDITED,)))
        writing.append([draft_of(omission) for omission in new], time=now)
        return new

    return ledger.transact(record)


def _new(found: list[Omission], before: tuple[Entry, ...]) -> tuple[Omission, ...]:
    known = audited_keys(before)
    return tuple(omission for omission in found if omission.key not in known)
