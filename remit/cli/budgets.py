"""How long a command may take over one proof before it says that it is not proved."""

from __future__ import annotations

from remit.cli.clock import seconds
from remit.cli.configuration import DEFAULT, Settings
from remit.engine.map.budget import Budget
from remit.engine.pack import Pack

__all__ = ["MOST_SECONDS", "MOST_SECONDS_TO_WRITE", "check_budget", "proof_budget"]

MOST_SECONDS = 30.0
"""Past it no further level of a diagram is begun."""
SECONDS_A_DUTY = 0.001
"""Added for each duty where nobody said how long it may take: twice what it takes, and more."""
MOST_SECONDS_TO_WRITE = 300.0
"""The same where many diagrams are built, one for each holder of a letter, to write files once."""


def proof_budget(most_s: float = MOST_SECONDS) -> Budget:
    """Return the budget of a command that begins now and may take `most_s` seconds."""
    return Budget(deadline=seconds() + most_s, clock=seconds)


def check_budget(settings: Settings, pack: Pack) -> Budget:
    """Return the budget of a check that begins now: more for a large pack, unless it was set."""
    is_set = settings.sources["seconds"] != DEFAULT
    duties = 0 if is_set else sum(len(subject.duties) for subject in pack.subjects.values())
    return proof_budget(settings.seconds + SECONDS_A_DUTY * duties)
