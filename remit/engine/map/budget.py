"""How much a proof may cost, and what is said when it would cost more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from remit.engine.errors import RemitError
from remit.engine.wording import tell

__all__ = ["MOST_BLAMED", "Budget", "BudgetExceeded"]

MOST_BLAMED = 5
"""Duties named as the ones that make a diagram too large."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one diagram may cost.

    Args:
        memberships: of rows in the states of one level; a million take about 0.3 s and 300 MB.
        work: memberships of all levels together.
        deadline: when, by `clock`, no new level is begun any more; `None` is never.
        clock: seconds of a clock that never goes back.
    """

    memberships: int = 4_000_000
    work: int = 12_000_000
    deadline: float | None = None
    clock: Callable[[], float] | None = None

    def is_up(self) -> bool:
        """Return whether the time is up."""
        return self.deadline is not None and self.clock is not None and self.clock() > self.deadline

    def refuse_late(self) -> None:
        """Go no further once the time is up.

        Raises:
            BudgetExceeded: if it is.
        """
        if self.is_up():
            raise BudgetExceeded(0, 0, self.memberships)

    def in_time(self, found: Iterable[T], most: int | None = None) -> Iterator[T]:
        """Yield what is found for as long as there is time, and room for `most`.

        Raises:
            BudgetExceeded: if the time is up, or there is more.
        """
        for count, each in enumerate(found):
            self.refuse_late()
            if most is not None and count >= most:
                raise BudgetExceeded(0, count + 1, most)
            yield each


class BudgetExceeded(RemitError):  # noqa: N818 - an outcome a caller plans for
    """A diagram would cost more than its budget: nothing was proved with it.

    Args:
        level: how many dimensions were done.
        items: the rows that most of the cost is due to, the worst first, as the builder numbers
            them.
        activity: what was to be proved, where one activity is.
        duties: full names of the duties to blame.
    """

    def __init__(
        self,
        level: int,
        memberships: int,
        limit: int,
        items: tuple[int, ...] = (),
        activity: str | None = None,
        duties: tuple[str, ...] = (),
    ) -> None:
        super().__init__(level, memberships, limit, items, activity, duties)
        self.level = level
        self.memberships = memberships
        self.limit = limit
        self.items = items
        self.activity = activity
        self.duties = duties

    def __str__(self) -> str:
        """Return the reason as one sentence."""
        what = f"`{self.activity}`" if self.activity else tell("the diagram")
        if not self.memberships:
            return tell("the time is up")
        parts = {"what": what, "memberships": self.memberships, "level": self.level}
        if self.memberships > self.limit:
            cost = tell(
                "{what} needs {memberships:,} memberships at level {level} (limit {limit:,})",
                limit=self.limit,
                **parts,
            )
        else:
            cost = tell(
                "{what} needs {memberships:,} memberships at level {level}: the time is up", **parts
            )
        if not self.duties:
            return cost
        names = tell(", ").join(f"`{name}`" for name in self.duties)
        return tell("{cost}; most are due to {names}", cost=cost, names=names)
