"""Chance without a state: each draw is a function of the seed and of what it is about.

So what somebody does never depends on the order in which anybody is looked at, and a simulation
that is run again, or goes on, draws the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from remit.engine.season import Spread, Stretch

__all__ = ["Chance"]

MOST_KEPT = 2**15
"""Draws kept: people are asked the same again at every moment at which anything happens."""
PARTS = 2**32
"""How many values a draw has."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Draws by a seed."""

    seed: int

    def below(self, most: int, *about: str | int) -> int:
        """Return a whole number from 0 to below `most`.

        Args:
            about: what it is drawn for; the same gives the same.
        """
        return _drawn(self.seed, about) * most // PARTS

    def within(self, stretch: Stretch, spread: Spread, *about: str | int) -> int:
        """Return whole seconds of a stretch, both ends in."""
        least, most = stretch
        room = most - least + 1
        found = self.below(room, *about)
        if spread == "early":
            found = found * self.below(room, "early", *about) // room
        return least + found


@lru_cache(maxsize=MOST_KEPT)
def _drawn(seed: int, about: tuple[str | int, ...]) -> int:
    text = "\0".join(map(str, (seed, *about)))
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest())
