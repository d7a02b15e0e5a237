"""Whether a commit stands that nobody answered: asked for a moment, and else told as in doubt."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, select

from remit.workflows import ledger_schema as schema
from remit.workflows.ledger_chain import Head
from remit.workflows.ledger_errors import LedgerError, LedgerLostError, in_doubt, plain_errors
from remit.workflows.ledger_files import Store

__all__ = ["ASKED_AGAIN_S", "stands"]

ASKED_AGAIN_S = (0.2, 0.5, 1.0)
"""Seconds of rest after each attempt to ask; past them it is in doubt.

WHY so short: whoever waits for an answer, and all who write behind it, wait meanwhile.
"""


def stands(store: Store, head: Head, hold: Callable[[Connection], object]) -> bool:
    """Return whether an entry is there, asked again while the database cannot be reached.

    Args:
        hold: takes the lock of those who write, which a commit still under way has until it ends.

    Raises:
        LedgerDoubtError: if the database cannot be asked.
    """
    for rest_s in ASKED_AGAIN_S:
        try:
            with plain_errors(store.location), store.engine.connect() as connection:
                hold(connection)
                return _hash_of(connection, head.number) == head.hash
        except LedgerLostError:
            time.sleep(rest_s)
        except LedgerError:
            break
    raise in_doubt(store.location)


def _hash_of(connection: Connection, number: int) -> str | None:
    table = schema.entries
    return connection.execute(select(table.c.hash).where(table.c.number == number)).scalar()
