"""Section 4 of LANGUAGE.md by enumeration: slow, and short enough to be checked by reading.

Shares nothing with the engine. A pack is plain data (see `tests/plain_packs.py`), a duty goes by
its full name, and a cell has one value a dimension.
"""

from __future__ import annotations

from functools import cache, cached_property
from itertools import product
from typing import Any

from tests.plain_packs import Plain, conditions, family, maps_of, roles_of, validity_of
from tests.reference_conditions import DATE, allows, comparable, leaves_under, representatives

__all__ = ["LETTERS", "Cell", "Reference"]

LETTERS = ("accountable", "responsible", "supports", "consulted", "informed")
LETTERS_OF_PRECEDENCE = ("accountable", "responsible")


class Cell(dict[str, Any]):
    """One value a dimension; never changed, so that answers about it can be remembered."""

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(self.values()))

    def __hash__(self) -> int:  # type: ignore[override]
        return self._hash


class Reference:
    def __init__(self, pack: Plain) -> None:
        self.packs = family(pack)
        merged: dict[str, dict[str, Any]] = {key: {} for key in ("dimensions", "activities")}
        for key, found in merged.items():
            for one in reversed(self.packs):
                found.update(one.get(key) or {})
        self.dimensions: Plain = {**merged["dimensions"], "date": DATE}
        self.activities: Plain = merged["activities"]
        self.lead = pack.get("lead")
        self.precedence = pack.get("precedence") or ()
        self.impossible = [one for each in self.packs for one in each.get("impossible") or ()]
        self.unowned = [one for each in self.packs for one in each.get("unowned") or ()]
        self.duties: dict[str, Plain] = {
            f"{subject['subject']}/{duty['id']}": {**duty, "subject": subject["subject"]}
            for subject in pack["subjects"]
            for duty in subject.get("duties") or ()
        }
        used = [one for condition in conditions(pack) for one in maps_of(condition)]
        self.values = {
            name: representatives(spec, [one[name] for one in used if name in one])
            for name, spec in self.dimensions.items()
        }
        self.allowed_before: dict[object, tuple[object, bool]] = {}
        for method in ("matching", "overrides", "holders", "needed"):
            setattr(self, method, cache(getattr(self, method)))

    def cells(self, event: Plain | None = None) -> list[Cell]:
        """Return the possible cells that `event` may be; without one, all possible cells."""
        choices = [self.choices(name, (event or {}).get(name)) for name in self.dimensions]
        every = (Cell(zip(self.dimensions, values, strict=True)) for values in product(*choices))
        return [cell for cell in every if not self.holds(self.impossible, cell)]

    def choices(self, name: str, given: object) -> list[Any]:
        """Return the values that `given` may be: a node is its leaves, `None` is everything."""
        spec = self.dimensions[name]
        if given is None:
            return self.values[name]
        if "tree" in spec:
            return leaves_under(spec["tree"], str(given))
        return [given if {"values", "scale"} & set(spec) else comparable(spec, given)]

    def holds(self, condition: object, cell: Cell) -> bool:
        return any(
            all(self.allows(name, one[name], cell[name]) for name in one)
            for one in maps_of(condition)
        )

    def allows(self, name: str, written: object, value: object) -> bool:
        """Return whether a constraint allows a value; remembered, for every cell asks it anew."""
        key = (name, id(written) if isinstance(written, list | dict) else written, value)
        if key not in self.allowed_before:
            # The constraint is kept too, so that no other can come by its id.
            self.allowed_before[key] = (written, allows(self.dimensions[name], written, value))
        return self.allowed_before[key][1]

    # Section 4, clause by clause.

    def matching(self, cell: Cell, activity: str) -> list[str]:
        """1. Of the activity, in `when`, not in `unless`, and with the date within `valid`."""
        return [
            name
            for name, duty in self.duties.items()
            if duty["activity"] == activity
            and self.holds(duty.get("when", {}), cell)
            and not ("unless" in duty and self.holds(duty["unless"], cell))
            and self.holds(validity_of(duty), cell)
        ]

    def excepts(self, y: str, x: str) -> bool:
        """2. `y` names `x` in `exception_to`, or names a duty that overrides `x`."""
        return any(
            one == x or self.excepts(one, x) for one in self.duties[y].get("exception_to") or ()
        )

    def overrides(self, y: str, x: str, letter: str) -> bool:
        """2. By exception, or by precedence where no exception relates the two."""
        if self.excepts(y, x) or self.excepts(x, y):
            return self.excepts(y, x)
        both = all(letter in roles_of(self.duties[name]) for name in (y, x))
        if not both or letter not in LETTERS_OF_PRECEDENCE:
            return False
        for dimension in self.precedence:
            narrow, wide = self.allowed(y, dimension), self.allowed(x, dimension)
            if narrow != wide:
                return narrow < wide
        return False

    def allowed(self, name: str, dimension: str) -> frozenset[Any]:
        """2. A duty's constraint set: what its `when`, all its maps together, allows there."""
        duty, values = self.duties[name], self.values[dimension]
        parts = [
            {key: one[key] for key in one if key == dimension}
            for one in maps_of(duty.get("when", {}))
        ]
        valid = validity_of(duty) if dimension == "date" else {}
        one_by_one = (Cell({dimension: value}) for value in values)
        return frozenset(
            cell[dimension]
            for cell in one_by_one
            if self.holds(parts, cell) and self.holds(valid, cell)
        )

    def effective(self, cell: Cell, activity: str, letter: str) -> set[str]:
        """3. Matching duties with the letter that no matching duty overrides for it."""
        matching = self.matching(cell, activity)
        having = [name for name in matching if letter in roles_of(self.duties[name])]
        return {x for x in having if not any(self.overrides(y, x, letter) for y in matching)}

    def holders(self, cell: Cell, activity: str, letter: str) -> frozenset[str]:
        """4. The subjects of the effective duties."""
        return frozenset(
            self.duties[name]["subject"] for name in self.effective(cell, activity, letter)
        )

    def needed(self, cell: Cell, activity: str) -> bool:
        """5. In `needed`, and neither impossible nor unowned."""
        unowned = any(
            self.holds(one["when"], cell) for one in self.unowned if one["activity"] == activity
        )
        needed = (self.activities[activity] or {}).get("needed", {})
        return self.holds(needed, cell) and not unowned and not self.holds(self.impossible, cell)

    def fault(self, cell: Cell, activity: str) -> str | None:
        """6. `gap` or `overlap` of accountable subjects, if the cell is either."""
        count = len(self.holders(cell, activity, "accountable"))
        return (
            None if count == 1 or not self.needed(cell, activity) else "overlap" if count else "gap"
        )

    def misses_doer(self, cell: Cell, activity: str) -> bool:
        """6. No responsible subject where the activity is needed."""
        return self.needed(cell, activity) and not self.holders(cell, activity, "responsible")

    def dead(self) -> set[str]:
        """6. Duties effective in no possible cell."""
        alive = {
            name
            for cell in self.cells()
            for activity in self.activities
            for letter in LETTERS
            for name in self.effective(cell, activity, letter)
        }
        return set(self.duties) - alive

    def because(self, cell: Cell, activity: str) -> dict[str, set[str]]:
        """Return the effective duties, each with the matching ones it overrides where effective."""
        found: dict[str, set[str]] = {}
        matching = self.matching(cell, activity)
        for letter in LETTERS:
            having = {x for x in matching if letter in roles_of(self.duties[x])}
            for y in self.effective(cell, activity, letter):
                found.setdefault(y, set()).update(x for x in having if self.overrides(y, x, letter))
        for y, over in found.items():
            over.update(x for x in matching if self.excepts(y, x))
        return found

    def owner(self, cells: list[Cell]) -> list[str]:
        """7. Who is accountable for the lead activity, in each of `cells`."""
        return self.certain(cells, self.lead, "accountable") if self.lead else []

    def certain(self, cells: list[Cell], activity: str, letter: str) -> list[str]:
        everywhere = [self.holders(cell, activity, letter) for cell in cells]
        return sorted(frozenset.intersection(*everywhere)) if everywhere else []

    def possible(self, cells: list[Cell], activity: str, letter: str) -> list[str]:
        return sorted({one for cell in cells for one in self.holders(cell, activity, letter)})

    def resolve(self, event: Plain) -> dict[str, Any]:
        """Return the resolution of an event, for the activities needed in some cell it may be."""
        cells = self.cells(event)
        listed = [
            name for name in self.activities if any(self.needed(cell, name) for cell in cells)
        ]
        ask = {"certain": self.certain, "possible": self.possible}
        answers = {
            name: {
                letter: {word: find(cells, name, letter) for word, find in ask.items()}
                for letter in LETTERS
            }
            for name in listed
        }
        decided = all(
            one["certain"] == one["possible"]
            for found in answers.values()
            for one in found.values()
        )
        return {"owner": self.owner(cells), "decided": decided, "activities": answers}
