"""Both packs' slow path over joint events: no change is shown that it does not confirm."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from remit.engine.diff.changes import Change, Fault, Move
from remit.engine.diff.joint import Joint, Reader
from remit.engine.pack import Duty, Letter
from remit.engine.replay import Replay
from remit.engine.vocabulary import Value

__all__ = ["ReplayError", "SecondLook"]

Cell = Mapping[str, Value]


class ReplayError(RuntimeError):
    """A witness did not stand up to the slow path: a fault of this program, never of a pack."""


class SecondLook:
    """Answers about single joint events by reading every duty of each pack."""

    def __init__(self, joint: Joint) -> None:
        self._joint = joint

    def deciding(
        self, activity: str, letter: Letter, cell: Cell
    ) -> tuple[tuple[Duty, ...], tuple[Duty, ...]]:
        """Return the duties that give a letter at an event: before, and after."""
        before, after = self._sides
        return before.duties(activity, letter, cell), after.duties(activity, letter, cell)

    def confirm(self, change: Change, cell: Cell) -> None:
        """Return if a change is there at an event.

        Raises:
            ReplayError: if it is not.
        """
        if not self._holds(change, cell):
            raise ReplayError(f"{change.activity} at {dict(cell)}")

    def _holds(self, change: Change, cell: Cell) -> bool:
        before, after = self._sides
        activity = change.activity
        can = before.can(activity, cell), after.can(activity, cell)
        needs = before.needs(activity, cell), after.needs(activity, cell)
        if isinstance(change, Move):
            expected = {
                "moved": all(can) and any(needs),
                "appeared": not can[0] and needs[1],
                "vanished": not can[1] and needs[0],
            }[change.kind]
            return (
                expected
                and before.holders(activity, change.letter, cell) == set(change.from_)
                and after.holders(activity, change.letter, cell) == set(change.to)
            )
        if isinstance(change, Fault):
            faulty = [needs[at] and side.has(change, cell) for at, side in enumerate(self._sides)]
            return faulty == [not change.is_opened, change.is_opened]
        return all(can) and needs == (not change.is_needed, change.is_needed)

    @cached_property
    def _sides(self) -> tuple[_Side, _Side]:
        return _Side(self._joint.old), _Side(self._joint.new)


class _Side:
    """The slow path of one side."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._pack = reader.side.pack
        self._replay = Replay(self._pack)

    def can(self, activity: str, cell: Cell) -> bool:
        if activity not in self._pack.vocabulary.activities:
            return False
        event = self._reader.event(cell)
        try:
            for name, value in event.items():
                self._pack.vocabulary.dimension(name).only(value)
        except (KeyError, ValueError):
            return False
        return self._replay.is_possible(event)

    def needs(self, activity: str, cell: Cell) -> bool:
        return self.can(activity, cell) and self._replay.is_needed(
            activity, self._reader.event(cell)
        )

    def duties(self, activity: str, letter: Letter, cell: Cell) -> tuple[Duty, ...]:
        if not self.can(activity, cell):
            return ()
        return self._replay.effective(activity, letter, self._reader.event(cell))

    def holders(self, activity: str, letter: Letter, cell: Cell) -> set[str]:
        return {duty.subject for duty in self.duties(activity, letter, cell)}

    def has(self, fault: Fault, cell: Cell) -> bool:
        letter: Letter = "responsible" if fault.kind == "missing-doer" else "accountable"
        holders = self.holders(fault.activity, letter, cell)
        return len(holders) > 1 if fault.kind == "overlap" else not holders
