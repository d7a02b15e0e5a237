"""Opens an incident and does nothing about it: what a process leaves that dies right then."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.workflows.arrivals import read_arrival
from remit.workflows.ledger import Ledger
from remit.workflows.opening import open_incident, record

__all__ = ["open_only"]


def open_only(pack: Path, data: bytes, place: str) -> str:
    """Open an incident in a ledger, and return its name."""
    now, loaded = dt.datetime.now(dt.UTC), load(pack)
    with Ledger.at(place) as ledger:
        received = record(ledger, data, "json", now)
        (arrival,) = read_arrival(data, loaded, source="event.json").arrivals
        resolve = compile_pack(loaded).resolve
        return open_incident(ledger, loaded, resolve, arrival, received, now).incident
