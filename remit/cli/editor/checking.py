"""A pack loaded and checked with open texts in place of its files, again after every change.

What did not change is neither read nor checked again, and the map is brought up to date where it
can be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from remit.engine.errors import PackError, PackErrors
from remit.engine.language.loader import load
from remit.engine.language.pack_files import Unsaved
from remit.engine.language.stores import Memory
from remit.engine.map.budget import Budget
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.pack import Pack
from remit.validators.finding import Report
from remit.validators.kept_findings import KeptFindings
from remit.validators.registry import CHECKS, run

__all__ = ["Checked", "Checker"]


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What there is to say of a pack.

    Args:
        map: of the pack as it is, or as it last could be loaded; `None` if it never could.
        report: what was found in it.
        errors: why it cannot be loaded as it is; then `map` and `report` are of before.
    """

    map: ResponsibilityMap | None
    report: Report | None
    errors: tuple[PackError, ...] = ()

    @property
    def pack(self) -> Pack | None:
        """The pack, as it is or last was."""
        return None if self.map is None else self.map.pack


class Checker:
    """Checks one pack.

    Args:
        folder: the real path of its folder.
        today: the day that acceptances are held against, asked for each check.
        budget: what the proofs of one check may cost.
    """

    def __init__(
        self, folder: str, today: Callable[[], dt.date], budget: Callable[[], Budget]
    ) -> None:
        self.folder = folder
        self._today = today
        self._budget = budget
        self._memory = Memory()
        self._latest: Checked | None = None
        self._kept = KeptFindings()

    @property
    def folders(self) -> frozenset[str]:
        """The real paths of the pack and its higher packs, as far as they are known."""
        return frozenset({self.folder, *(one.real for one in self._memory.members)})

    @property
    def latest(self) -> Checked | None:
        """What the last check found."""
        return self._latest

    def check(self, unsaved: Unsaved) -> Checked:
        """Check the pack with some texts in place of its files."""
        before = self._latest
        try:
            pack = load(self.folder, self._memory, unsaved)
        except PackErrors as errors:
            self._latest = (
                Checked(None, None, errors.errors)
                if before is None
                else Checked(before.map, before.report, errors.errors)
            )
            return self._latest
        budget = self._budget()
        if before is None or before.map is None:
            found = compile_pack(pack, budget=budget)
        elif before.map.pack is pack and not before.errors:
            return before
        else:
            found = before.map.updated(pack, budget=budget)
        report = run(CHECKS, found, today=self._today(), kept=self._kept)
        self._latest = Checked(found, report)
        return self._latest
