"""How long a command may take over one proof before it says that it is not proved."""

from __future__ import annotations

from remit.cli.clock import seconds
from remit.engine.map.budget import Budget

__all__ = ["proof_budget"]

MOST_MEMBERSHIPS = 10_000_000
"""Of rows in the states of one level; about a gigabyte, and two seconds."""
MOST_SECONDS = 30.0
"""Past it no further level of a diagram is begun."""


def proof_budget() -> Budget:
    """Return the budget of a command that begins now."""
    return Budget(MOST_MEMBERSHIPS, seconds() + MOST_SECONDS, seconds)
