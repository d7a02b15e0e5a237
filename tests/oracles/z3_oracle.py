"""Section 4 of LANGUAGE.md as formulas for z3: what holds somewhere, and what holds nowhere.

A pack is plain data, as for the slow reference; nothing of the engine is used. A named value is its
place on the line, a day its ordinal, a decimal a real number, so nothing is cut into atoms and
nothing is enumerated: "nowhere" is a proof over every number and every day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import z3

from tests.plain_packs import Plain, family, maps_of, roles_of, validity_of
from tests.reference_conditions import DATE, comparable, leaves_under

__all__ = ["LETTERS", "Oracle"]

LETTERS = ("accountable", "responsible", "supports", "consulted", "informed")
Formula = Any
"""A z3 formula; z3 types none of its functions."""
SIGNS = {">=": "ge", "<=": "le", ">": "gt", "<": "lt"}


class Oracle:
    """Questions about every event of one pack."""

    def __init__(self, pack: Plain) -> None:
        packs = family(pack)
        self.dimensions: dict[str, Any] = {}
        self.activities: dict[str, Any] = {}
        for one in reversed(packs):
            self.dimensions.update(one.get("dimensions") or {})
            self.activities.update(one.get("activities") or {})
        self.dimensions["date"] = DATE
        self.lead = pack.get("lead")
        self.precedence = pack.get("precedence") or ()
        self.duties: dict[str, Plain] = {
            f"{subject['subject']}/{duty['id']}": {**duty, "subject": subject["subject"]}
            for subject in pack["subjects"]
            for duty in subject.get("duties") or ()
        }
        self.at = {
            name: (z3.Real if "decimal" in spec else z3.Int)(name)
            for name, spec in self.dimensions.items()
        }
        self.bounds = z3.And([self._bounds(name) for name in self.dimensions])
        impossible = [self.condition(one.get("impossible") or []) for one in packs]
        self.possible = z3.And(self.bounds, z3.Not(z3.Or(impossible)))
        unowned = [entry for one in packs for entry in one.get("unowned") or ()]
        self.unowned = {
            name: z3.Or([self.condition(e["when"]) for e in unowned if e["activity"] == name])
            for name in self.activities
        }
        self.solver = z3.Solver()
        self.solver.set("timeout", 10_000)
        for method in ("matching", "overrides", "effective", "holds", "needed"):
            setattr(self, method, cache(getattr(self, method)))

    # Questions.

    def somewhere(self, *formulas: Formula) -> bool:
        """Return whether some possible event meets all the formulas."""
        return self._check(self.possible, *formulas)

    def everywhere(self, given: Formula, then: Formula) -> bool:
        """Return whether `then` holds in every possible event that `given` holds in."""
        return not self.somewhere(given, z3.Not(then))

    # The meaning, clause by clause.

    def condition(self, written: object) -> Formula:
        """Return what a condition says: a map, or a union of maps."""
        return z3.Or(
            [z3.And([self.constraint(name, one[name]) for name in one]) for one in maps_of(written)]
        )

    def constraint(self, name: str, written: object) -> Formula:
        """Return what one dimension may be."""
        spec, at = self.dimensions[name], self.at[name]
        if isinstance(written, Mapping):
            return z3.Not(self.constraint(name, written["not"]))
        if isinstance(written, list):
            return z3.Or([self.constraint(name, one) for one in written])
        if "tree" in spec:
            leaves = leaves_under(spec["tree"])
            return z3.Or([at == leaves.index(leaf) for leaf in leaves_under(spec["tree"], written)])
        if "values" in spec:
            return at == spec["values"].index(written)
        return self._range(spec, at, str(written))

    def event(self, values: Plain) -> Formula:
        """Return that an event has these values."""
        return z3.And([self.constraint(name, value) for name, value in values.items()])

    def matching(self, name: str) -> Formula:
        """1. In `when`, not in `unless`, with the date within `valid`."""
        duty = self.duties[name]
        unless = self.condition(duty["unless"]) if "unless" in duty else z3.BoolVal(val=False)
        valid = self.condition(validity_of(duty))
        return z3.And(self.condition(duty.get("when", {})), z3.Not(unless), valid)

    def overrides(self, y: str, x: str, letter: str) -> bool:
        """2. By exception, or by strict subsets at the first dimension where sets differ."""
        if x in self._excepted(y) or y in self._excepted(x):
            return x in self._excepted(y)
        both = all(letter in roles_of(self.duties[name]) for name in (y, x))
        if not both or letter not in LETTERS[:2]:
            return False
        for dimension in self.precedence:
            narrow, wide = self._allowed(y, dimension), self._allowed(x, dimension)
            bounds = self._bounds(dimension)
            if self._check(bounds, z3.Xor(narrow, wide)):
                return not self._check(bounds, narrow, z3.Not(wide))
        return False

    def effective(self, name: str, letter: str) -> Formula:
        """3. Matching, with the letter, and overridden by no matching duty of the activity."""
        duty = self.duties[name]
        if letter not in roles_of(duty):
            return z3.BoolVal(val=False)
        over = [
            self.matching(y)
            for y, other in self.duties.items()
            if other["activity"] == duty["activity"] and self.overrides(y, name, letter)
        ]
        return z3.And(self.matching(name), z3.Not(z3.Or(over)))

    def holds(self, subject: str, activity: str, letter: str) -> Formula:
        """4. Some effective duty of the subject has the letter."""
        return z3.Or(
            [
                self.effective(name, letter)
                for name, duty in self.duties.items()
                if duty["subject"] == subject and duty["activity"] == activity
            ]
        )

    def needed(self, activity: str) -> Formula:
        """5. In `needed`, possible, and not unowned on purpose."""
        needed = self.condition((self.activities[activity] or {}).get("needed", {}))
        return z3.And(needed, self.possible, z3.Not(self.unowned[activity]))

    def gap(self, activity: str) -> Formula:
        """6. Needed, and nobody is accountable."""
        return z3.And(self.needed(activity), z3.Not(self._anybody(activity, "accountable")))

    def missing_doer(self, activity: str) -> Formula:
        """6. Needed, and nobody is responsible."""
        return z3.And(self.needed(activity), z3.Not(self._anybody(activity, "responsible")))

    def overlap(self, activity: str) -> Formula:
        """6. Needed, and two subjects or more are accountable."""
        held = [self.holds(one, activity, "accountable") for one in self.subjects(activity)]
        several = z3.AtLeast(*held, 2) if len(held) > 1 else z3.BoolVal(val=False)
        return z3.And(self.needed(activity), several)

    def exactly(self, subjects: Iterable[str], activity: str) -> Formula:
        """Return that just these subjects are accountable."""
        wanted = set(subjects)
        return z3.And(
            [
                self.holds(one, activity, "accountable") == (one in wanted)
                for one in {*self.subjects(activity), *wanted}
            ]
        )

    def is_dead(self, name: str) -> bool:
        """6. Effective in no possible event, for no letter."""
        return not self.somewhere(z3.Or([self.effective(name, letter) for letter in LETTERS]))

    def idle_exceptions(self) -> set[tuple[str, str]]:
        """Return exceptions with a duty they name that they match together with nowhere."""
        return {
            (y, x)
            for y, duty in self.duties.items()
            for x in duty.get("exception_to") or ()
            if duty["activity"] != self.duties[x]["activity"]
            or not self.somewhere(self.matching(y), self.matching(x))
        }

    def differs_from(self, other: Oracle) -> bool:
        """Return whether some possible event has another answer; both have one vocabulary."""
        return any(
            self.somewhere(
                z3.Xor(
                    self.holds(subject, activity, letter), other.holds(subject, activity, letter)
                )
            )
            for activity in self.activities
            for letter in LETTERS
            for subject in {*self.subjects(activity), *other.subjects(activity)}
        )

    def subjects(self, activity: str) -> list[str]:
        """Return the subjects with a duty for an activity, sorted."""
        duties = self.duties.values()
        return sorted({duty["subject"] for duty in duties if duty["activity"] == activity})

    # Parts.

    def _anybody(self, activity: str, letter: str) -> Formula:
        return z3.Or([self.holds(one, activity, letter) for one in self.subjects(activity)])

    def _excepted(self, name: str) -> set[str]:
        found: set[str] = set()
        for one in self.duties[name].get("exception_to") or ():
            found |= {one, *self._excepted(one)}
        return found

    def _allowed(self, name: str, dimension: str) -> Formula:
        duty = self.duties[name]
        parts = [
            self.constraint(dimension, one[dimension]) if dimension in one else z3.BoolVal(val=True)
            for one in maps_of(duty.get("when", {}))
        ]
        valid = self.condition(validity_of(duty)) if dimension == "date" else z3.BoolVal(val=True)
        return z3.And(z3.Or(parts), valid)

    def _bounds(self, name: str) -> Formula:
        spec, at = self.dimensions[name], self.at[name]
        if "tree" in spec or "values" in spec or "scale" in spec:
            names = spec.get("values") or spec.get("scale") or leaves_under(spec["tree"])
            return z3.And(at >= 0, at < len(names))
        ends = spec.get("integer") or spec.get("decimal") or spec["date"]
        return z3.And(at >= _number(spec, ends["min"]), at <= _number(spec, ends["max"]))

    def _range(self, spec: Plain, at: Any, text: str) -> Formula:
        if ".." in text:
            low, high = text.split("..")
            ends = [at >= _number(spec, low)] if low else []
            if high.startswith("<"):
                ends.append(at < _number(spec, high[1:]))
            elif high:
                ends.append(at <= _number(spec, high))
            return z3.And(ends)
        for sign, word in SIGNS.items():
            if text.startswith(sign):
                number = _number(spec, text.removeprefix(sign).strip())
                return {
                    "ge": at >= number,
                    "le": at <= number,
                    "gt": at > number,
                    "lt": at < number,
                }[word]
        return at == _number(spec, text)

    def _check(self, *formulas: Formula) -> bool:
        self.solver.push()
        self.solver.add(*formulas)
        found = self.solver.check()
        self.solver.pop()
        if found == z3.unknown:
            raise AssertionError(f"z3 does not know: {self.solver.reason_unknown()}")
        return bool(found == z3.sat)


def _number(spec: Plain, written: object) -> Any:
    value = comparable(spec, written)
    if "decimal" in spec:
        return z3.RealVal(f"{value:f}")
    return z3.IntVal(value.toordinal() if "date" in spec else value)
