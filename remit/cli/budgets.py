"""How long a command may take over one proof before it says that it is not proved."""

from __future__ import annotations

from remit.cli.clock import seconds
from remit.engine.map.budget import Budget

__all__ = ["MOST_SECONDS", "MOST_SECONDS_TO_WRITE", "proof_budget"]

MOST_SECONDS = 30.0
"""Past it no further level of a diagram is begun."""
MOST_SECONDS_TO_WRITE = 300.0
"""The same where many diagrams are built, one for each holder of a letter, to write files once."""


def proof_budget(most_s: float = MOST_SECONDS) -> Budget:
    """Return the budget of a command that begins now and may take `most_s` seconds."""
    return Budget(deadline=seconds() + most_s, clock=seconds)
