"""The one door to durable-rules: single-pattern rules over facts, one context, one thread.

Only the worker process imports this. It uses the C module beneath the library's own Python, which
starts threads, swallows exceptions, and cannot be stopped.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType

from remit.engine.second_opinion.admission import admit, admit_fact
from remit.engine.second_opinion.grammar import ruleset_json
from remit.engine.second_opinion.reading import read_ruleset

__all__ = ["LibraryError", "Rules"]

NOT_HANDLED = 1
"""What the library returns for a fact that no rule matches; it has not kept it then."""


class LibraryError(Exception):
    """The library failed on what it should have taken; what it still holds is not known."""


class Rules:
    """One ruleset in the library.

    INVARIANT: nothing of a fact survives `matching`.

    Args:
        name: no other ruleset of this process may have it.
        text: the ruleset as JSON; it is read again and held against every limit.

    Raises:
        RefusedError: if the ruleset is outside the grammar or past a limit.
        LibraryError: if the library refuses it all the same.
        ImportError: if the library is not there, or cannot be loaded.
    """

    def __init__(self, name: str, text: str) -> None:
        ruleset = admit(read_ruleset(text))
        self._attributes = ruleset.attributes()
        self._library = _library()
        self._asked = 0
        with self._failures():
            self._handle: int = self._library.create_ruleset(name, ruleset_json(ruleset))

    def matching(self, fact: Mapping[str, object]) -> list[str]:
        """Return the names of the rules that a fact matches, each once, sorted.

        Raises:
            RefusedError: if the fact does not fit the ruleset.
            LibraryError: if the library fails.
        """
        admitted = admit_fact(fact, self._attributes)
        self._asked += 1
        message = json.dumps({**admitted, "id": f"f{self._asked}"})
        with self._failures():
            code, context = self._library.assert_fact(self._handle, message)
            if code == NOT_HANDLED:
                return []
            if code:
                raise LibraryError(f"error code: {code}")
            # WHY a set: a fact that meets two alternatives of a rule fires it twice.
            found = set(self._fired(context))
            self._library.retract_fact(self._handle, message)
        return sorted(found)

    def kept(self) -> list[object]:
        """Return the facts the library still holds: none, between two calls."""
        if not self._asked:
            # WHY: the library knows no context before the first fact.
            return []
        found: list[object] = json.loads(self._library.get_facts(self._handle, "0"))
        return found

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except self._library.error as error:
            raise LibraryError(str(error)) from error

    def _fired(self, context: int) -> Iterator[str]:
        started = self._library.start_action_for_state(self._handle, context)
        message = started[1] if started else None
        while message:
            yield next(iter(json.loads(message)))
            message = self._library.complete_and_start_action(self._handle, context)


def _library() -> ModuleType:
    # WHY lazy: CPython 3.13 has one symbol less than the library names, in a function never called.
    flags = sys.getdlopenflags()
    sys.setdlopenflags(os.RTLD_LAZY)
    try:
        import durable_rules_engine
    finally:
        sys.setdlopenflags(flags)
    found: ModuleType = durable_rules_engine
    return found
