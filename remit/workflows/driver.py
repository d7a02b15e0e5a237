"""The driver: looks at the ledger, does what is due in an incident, records it, and ends.

It keeps nothing between two looks and may be stopped anywhere, run anywhere, run twice at once:
each piece of work is asked of the ledger anew within the transaction that does it. Prefect runs
these pieces as tasks; without it they run one by one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from remit.engine.errors import RemitError
from remit.engine.wording import tell
from remit.workflows.answers import Refusal, Word, judge, refuse
from remit.workflows.delivering import Alone, Delivering, Round, is_ready
from remit.workflows.due import due_now, next_due
from remit.workflows.duty import duty_in
from remit.workflows.entries import Draft, Entry
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger, LedgerError
from remit.workflows.ledger_writing import QUIET, Writing
from remit.workflows.ports import Clock, Linker, Notifier
from remit.workflows.reaching import Changes
from remit.workflows.roster_changes import ROSTER_KINDS, changes_of
from remit.workflows.speaking import person_problem

__all__ = ["Driver", "Fence", "Job", "Observer", "UnknownIncidentError"]

MOST_ROUNDS = 1_000
"""Rounds of one piece of work; each brings it nearer to its end, so more are a fault of ours."""

Judging = Callable[[Incident], Draft | Refusal]
"""Judges what somebody says, given the incident as it stands."""
Observer = Callable[[Entry, Incident], None]
"""Is shown every entry as it is written."""
Fence = Callable[[Writing, str], None]
"""Raises an error where this process may no longer write about an incident."""
_Written: TypeAlias = "tuple[Entry, Incident]"


@dataclass(eq=True)
class UnknownIncidentError(RemitError):
    """There is no incident of that name in the ledger."""

    incident: str

    def __post_init__(self) -> None:
        """Keep the field as the exception's argument, so that it can be pickled."""
        super().__init__(self.incident)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash(self.incident)

    def __str__(self) -> str:
        """Return the sentence."""
        return tell("there is no incident `{incident}` in this ledger", incident=self.incident)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work: the name of the step it belongs to, and how to do it."""

    name: str
    run: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Driver:
    """Moves incidents of one ledger on.

    Args:
        clock: the incidents' time.
        wall: the time of processes, which leases are about.
        owner: this process.
        is_dead: tells of another process whether it has certainly ended.
        observer: is shown every entry that this driver writes about an incident.
        fence: is asked in each transaction that does what is due, before anything is written.
        linker: makes the links by which people answer; without it messages have none.
        alone: keeps threads of this process from sending the same messages at once.
    """

    ledger: Ledger
    clock: Clock
    notifier: Notifier
    wall: Clock
    owner: str
    is_dead: Callable[[str], bool]
    observer: Observer = lambda entry, incident: None  # noqa: ARG005 - shows nobody anything
    language: str = "en"
    fence: Fence = lambda writing, incident: None  # noqa: ARG005 - keeps nobody out
    linker: Linker | None = None
    alone: Alone = field(default_factory=Alone)

    def jobs(self, incident: str, meanwhile: Callable[[], bool] | None = None) -> Iterator[Job]:
        """Yield what is due, piece by piece, each to be run before the next is asked for.

        Args:
            meanwhile: asked when nothing is due; where it is true, something came in, and the
                ledger is looked at again. Without it, or when it is false, that is the end.

        Raises:
            UnknownIncidentError: if there is no such incident.
        """
        tried = False
        passed: set[str] = {incident}
        while True:
            names = self._due(incident)
            if names:
                tried = False
                yield from (Job(name, _bound(self.perform, incident, name)) for name in names)
            elif not tried and self._has_ready(incident):
                tried = True
                yield Job("messages", _bound(self.deliver, incident))
            elif (served := self._served(passed)) is not None:
                yield served
            elif meanwhile is None or not meanwhile():
                return
            else:
                tried = False

    def is_due(self, incident: str) -> bool:
        """Return whether anything is due in an incident, or a message waits to be sent."""
        return bool(self._due(incident)) or self._has_ready(incident)

    def drive(self, incident: str) -> int:
        """Do all that is due, with nothing but this process; return how many entries it took."""
        return sum(job.run() for job in self.jobs(incident))

    def drive_at_once(self, incident: str) -> int:
        """Do all that is due and send what waits, in as few transactions as it takes.

        What is due is done, and what it tells noted as about to go out, in one; what became of that
        in another, which begins the following. Then others have their turn that waited for what
        came free. Returns how many entries it took.
        """
        with self.alone.at(incident) as is_alone:
            delivering = self._delivering(incident) if is_alone else None
            count, is_moved = 0, True
            while is_moved:
                written, begun = self.ledger.transact(
                    lambda writing: self._begin(writing, incident, delivering)
                )
                self._show(written)
                more = [] if delivering is None else self._sent(delivering, begun)
                count += len(written) + len(more)
                # WHY: whom nobody could tell is passed, and held messages have their own time.
                is_moved = any(entry.kind not in QUIET for entry, _ in (*begun.written, *more))
        passed = {incident}
        while (served := self._served(passed)) is not None:
            count += served.run()
        return count

    def perform(self, incident: str, name: str) -> int:
        """Do one piece of work in one transaction; return how many entries it took."""
        written = self.ledger.transact(lambda writing: self._perform(writing, incident, name))
        self._show(written)
        return len(written)

    def answer(
        self, incident: str, item: int, word: Word, *, follow: bool = False
    ) -> Entry | Refusal:
        """Write what somebody said, or why it does not count.

        Args:
            follow: whether what follows from it is done in the same transaction, which is then the
                only one; else that is for `jobs`, piece by piece.

        Raises:
            UnknownIncidentError: if there is no such incident.
        """
        changes = self._changes() if word.person else {}
        return self.put(
            incident,
            lambda found: _judged(found, item, word, self._now(found), changes),
            follow=follow,
        )

    def put(self, incident: str, judged_by: Judging, *, follow: bool = False) -> Entry | Refusal:
        """Write what comes of something that was said, judged within the transaction.

        Args:
            follow: as for `answer`.

        Raises:
            UnknownIncidentError: if there is no such incident.
        """
        judged, written = self.ledger.transact(
            lambda writing: self._put(writing, incident, judged_by, follow=follow)
        )
        self._show(written)
        return judged if isinstance(judged, Refusal) else written[0][0]

    def _put(
        self, writing: Writing, name: str, judged_by: Judging, *, follow: bool
    ) -> tuple[Draft | Refusal, list[_Written]]:
        found = _known(writing.incident(name), name)
        judged = judged_by(found)
        draft = judged.draft if isinstance(judged, Refusal) else judged
        now = self._now(found)
        (entry,) = writing.append([draft], time=now, incident=name, policy=found.policy)
        written = [(entry, _known(writing.incident(name), name))]
        if follow and not isinstance(judged, Refusal):
            written += self._perform(writing, name, None)
        return judged, written

    def _perform(self, writing: Writing, name: str, job: str | None) -> list[_Written]:
        """Do one piece of work, or with `None` all of them, as far as time allows."""
        self.fence(writing, name)
        written: list[_Written] = []
        found = _known(writing.incident(name), name)
        for _ in range(MOST_ROUNDS):
            now = self._now(found)
            look = next_due if job is None else due_now
            dues = look(found, writing.stores(found), now, duty_in(found, writing.entries_of))
            drafts = [due.draft for due in dues if job is None or due.job == job]
            if not drafts:
                if not dues:
                    writing.rest(name)
                break
            entries = writing.append(drafts, time=now, incident=name, policy=found.policy)
            found = _known(writing.incident(name), name)
            written += [(entry, found) for entry in entries]
        return written

    def deliver(self, incident: str) -> int:
        """Send the incident's waiting messages and return the entries that took."""
        with self.alone.at(incident) as is_alone:
            if not is_alone:
                return 0
            delivering = self._delivering(incident)
            begun = self.ledger.transact(lambda writing: delivering.begin(writing, self.is_dead))
            self._show(begun.written)
            return len(begun.written) + len(self._sent(delivering, begun))

    def _delivering(self, incident: str) -> Delivering:
        return Delivering(
            self.notifier,
            self.owner,
            incident,
            self._now,
            self.wall.now,
            self.language,
            self.linker,
        )

    def _begin(
        self, writing: Writing, incident: str, delivering: Delivering | None
    ) -> tuple[list[_Written], Round]:
        """Do what is due, and begin to send what it tells."""
        written = self._perform(writing, incident, None)
        if delivering is None:
            return written, Round()
        begun = delivering.begin(writing, self.is_dead)
        return written + begun.written, begun

    def _sent(self, delivering: Delivering, begun: Round) -> list[_Written]:
        """Send what was begun, and all that follows; return what was written about it."""
        written: list[_Written] = []
        while begun.tries:
            ends = delivering.send(begun)
            settle = partial(delivering.settle, ends=ends, waiting=begun.waiting)
            begun = self.ledger.transact(settle)
            self._show(begun.written)
            written += begun.written
        return written

    def _changes(self) -> Changes:
        """Return the overrides and swaps of rosters in force."""
        return changes_of(self.ledger.entries_of(ROSTER_KINDS))

    def _has_ready(self, name: str) -> bool:
        """Return whether a message waits whose time has come."""
        keys = self.ledger.waiting(name)
        if not keys:
            return False
        incident = _known(self.ledger.incident(name), name)
        now = self._now(incident)
        return any(is_ready(incident, key, now) for key in keys)

    def _due(self, name: str) -> list[str]:
        incident = _known(self.ledger.incident(name), name)
        on_duty = duty_in(incident, self.ledger.entries_of)
        dues = due_now(incident, self.ledger.stores(incident), self._now(incident), on_duty)
        return list(dict.fromkeys(due.job for due in dues))

    def _served(self, passed: set[str]) -> Job | None:
        """Return the next piece of work of another incident that waited for what came free.

        WHY here: nobody looks at an incident that waits, until somebody gives back what it lacks.

        Args:
            passed: incidents to leave alone; those in which something goes wrong join them.
        """
        for other in self.ledger.wanting():
            if other in passed:
                continue
            with _kept_apart(other, passed):
                for name in self._due(other):
                    return Job(f"{other}/{name}", partial(self._serve, other, name, passed))
        return None

    def _serve(self, incident: str, name: str, passed: set[str]) -> int:
        """Do a piece of work of another incident, and send what it tells."""
        count = 0
        with _kept_apart(incident, passed):
            count += self.perform(incident, name)
            count += self.deliver(incident)
        return count

    def _now(self, incident: Incident) -> dt.datetime:
        """Return the time, but never one before the incident's last entry: clocks are set back."""
        return max(self.clock.now(), incident.time)

    def _show(self, written: list[tuple[Entry, Incident]]) -> None:
        for entry, incident in written:
            self.observer(entry, incident)


@contextmanager
def _kept_apart(incident: str, passed: set[str]) -> Iterator[None]:
    """Keep the trouble of another incident from this one: whoever drives that one tells of it.

    Raises:
        LedgerError: if the ledger itself is in trouble.
    """
    try:
        yield
    except LedgerError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, it is no trouble of this incident
        passed.add(incident)


def _judged(
    incident: Incident, number: int, word: Word, now: dt.datetime, changes: Changes
) -> Draft | Refusal:
    """Return the entry for a word, or why it does not count: who speaks comes first."""
    if word.person:
        problem = person_problem(incident, word.by, word.person, word.note, now, changes)
        if problem is not None:
            return refuse(incident, number, word, *problem)
    return judge(incident, number, word)


def _bound(work: Callable[..., int], *arguments: str) -> Callable[[], int]:
    return lambda: work(*arguments)


def _known(incident: Incident | None, name: str) -> Incident:
    if incident is None:
        raise UnknownIncidentError(name)
    return incident
