"""A worker kept alive: batches, restarts, recycling; facts no worker survives are set aside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from remit.engine.errors import RemitError
from remit.engine.second_opinion.refusals import Refusal, RefusedError
from remit.engine.wording import tell
from remit.workflows.second_opinion.process import Channel, EndedError, MissingLibraryError

__all__ = ["Bounds", "Fact", "Quarantined", "Supervisor", "WorkerLostError"]

Fact = tuple[int, Mapping[str, int]]
"""The position of a ruleset, and a fact for it."""


class WorkerLostError(RemitError):
    """Workers end whatever they are asked: something is wrong with this machine or the library."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        """Return one sentence."""
        return tell("no worker of the second engine stays alive: {reason}", reason=self.reason)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A fact that ended two workers, or that the library failed on; it is not asked again."""

    fact: Fact
    reason: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """How a worker is used.

    Args:
        batch: facts a question, at least 1.
        deadline_s: seconds for one question; a fact takes some 50 microseconds.
        start_s: seconds for a start with all rulesets.
        recycle_after: facts after which a fresh worker takes over.
        most_poison: facts set aside before the worker is given up.
    """

    batch: int = 200
    deadline_s: float = 20.0
    start_s: float = 60.0
    recycle_after: int = 200_000
    most_poison: int = 10


@dataclass(slots=True, eq=False)
class Supervisor:
    """Asks one worker at a time, and starts the next where one ends.

    Args:
        texts: the rulesets as JSON.
        start: makes a new worker; it knows no rulesets yet.
        restarts: how many workers were started after the first.
    """

    texts: tuple[str, ...]
    start: Callable[[], Channel]
    bounds: Bounds = Bounds()
    restarts: int = -1
    quarantine: dict[str, Quarantined] = field(default_factory=dict)
    _worker: Channel | None = None
    _asked: int = 0

    def matching(self, facts: Sequence[Fact]) -> list[frozenset[str] | Quarantined]:
        """Return for each fact the names of the rules it matches, or why there is no answer.

        Raises:
            RefusedError: if the worker refuses a ruleset or a fact.
            MissingLibraryError: if the library cannot be used here.
            WorkerLostError: if no worker stays alive.
        """
        found: list[frozenset[str] | Quarantined] = []
        waiting = iter(facts)
        while batch := list(islice(waiting, self.bounds.batch)):
            found += self._batch(batch)
        return found

    def close(self) -> None:
        """End the worker; the next question starts another."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _batch(self, batch: Sequence[Fact]) -> Iterator[frozenset[str] | Quarantined]:
        if not any(_key(fact) in self.quarantine for fact in batch):
            try:
                yield from self._asked_of_worker(batch)
            except EndedError:
                self._worker = None
            else:
                return
        # One of them may have ended the worker: alone, each shows whether it does so again.
        for fact in batch:
            yield self._alone(fact)

    def _alone(self, fact: Fact) -> frozenset[str] | Quarantined:
        key = _key(fact)
        if key not in self.quarantine:
            try:
                (found,) = self._asked_of_worker([fact])
            except EndedError as error:
                self._worker = None
                self.quarantine[key] = Quarantined(
                    fact, tell("it ends the worker: {error}", error=error)
                )
                if len(self.quarantine) > self.bounds.most_poison:
                    raise WorkerLostError(str(error)) from error
            else:
                return found
        return self.quarantine[key]

    def _asked_of_worker(self, batch: Sequence[Fact]) -> list[frozenset[str] | Quarantined]:
        worker = self._ready()
        reply = worker.ask({"facts": batch}, self.bounds.deadline_s)
        self._asked += len(batch)
        matched = reply.get("matched")
        if not isinstance(matched, list) or len(matched) != len(batch):
            worker.close()
            raise EndedError(tell("the worker's reply does not fit the question"))
        return [self._one(fact, answer) for fact, answer in zip(batch, matched, strict=True)]

    def _one(self, fact: Fact, answer: object) -> frozenset[str] | Quarantined:
        if isinstance(answer, list):
            return frozenset(map(str, answer))
        _raise_refused(answer)
        reason = answer.get("failed") if isinstance(answer, dict) else answer
        found = Quarantined(fact, tell("the library fails on it: {reason}", reason=reason))
        self.quarantine[_key(fact)] = found
        # WHY: what such a worker still holds is not known, so a fresh one takes over.
        self._asked = self.bounds.recycle_after
        return found

    def _ready(self) -> Channel:
        if self._asked >= self.bounds.recycle_after:
            self.close()
        if self._worker is None:
            self._worker = self._started()
            self._asked = 0
            self.restarts += 1
        return self._worker

    def _started(self) -> Channel:
        worker = self.start()
        try:
            reply = worker.ask({"rulesets": self.texts}, self.bounds.start_s)
        except EndedError as error:
            raise WorkerLostError(tell("it does not start: {error}", error=error)) from error
        if reply.get("ready") is True:
            return worker
        worker.close()
        _raise_refused(reply)
        is_installed = "missing" not in reply
        raise MissingLibraryError(
            str(reply.get("unusable") or reply.get("missing")), is_installed=is_installed
        )


def _raise_refused(answer: object) -> None:
    reasons = answer.get("refused") if isinstance(answer, dict) else None
    if isinstance(reasons, list):
        raise RefusedError(tuple(Refusal(code, message) for code, message in reasons))


def _key(fact: Fact) -> str:
    return json.dumps(fact, sort_keys=True)
