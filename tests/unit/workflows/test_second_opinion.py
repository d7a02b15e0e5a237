"""The supervisor keeps a worker alive, sets poison aside, and never trusts a reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from remit.engine.second_opinion.refusals import RefusedError
from remit.workflows.second_opinion.process import EndedError, MissingLibraryError
from remit.workflows.second_opinion.supervision import (
    Bounds,
    Fact,
    Quarantined,
    Supervisor,
    WorkerLostError,
)

Reply = Mapping[str, object]
POISON = 13


@dataclass
class FakeWorker:
    """A worker that matches `r<x>`, and ends at a fact whose `x` is poison."""

    ready: Reply = field(default_factory=lambda: {"ready": True})
    answer: Callable[[Sequence[Fact]], Reply] | None = None
    asked: list[list[int]] = field(default_factory=list)
    is_open: bool = True

    def ask(self, question: Mapping[str, Any], deadline_s: float) -> Reply:
        assert self.is_open, "an ended worker is asked"
        assert deadline_s > 0
        if "rulesets" in question:
            return self.ready
        numbers = [fact["x"] for _, fact in question["facts"]]
        self.asked.append(numbers)
        if POISON in numbers:
            self.is_open = False
            raise EndedError("killed by 9")
        if self.answer is not None:
            return self.answer(question["facts"])
        return {"matched": [[f"r{number}"] for number in numbers]}

    def close(self) -> None:
        self.is_open = False


@dataclass
class Hall:
    """Every worker started so far."""

    make: Callable[[], FakeWorker] = FakeWorker
    workers: list[FakeWorker] = field(default_factory=list)

    def start(self) -> FakeWorker:
        self.workers.append(self.make())
        return self.workers[-1]

    def supervisor(self, **bounds: Any) -> Supervisor:
        return Supervisor(("{}",), self.start, Bounds(**bounds))


def facts(*numbers: int) -> list[Fact]:
    return [(0, {"x": number}) for number in numbers]


def matched(*numbers: int) -> list[frozenset[str]]:
    return [frozenset({f"r{number}"}) for number in numbers]


def test_answers_come_in_the_order_of_the_facts_whatever_the_batch() -> None:
    hall = Hall()
    assert matched(3, 1, 2, 1, 5) == hall.supervisor(batch=2).matching(facts(3, 1, 2, 1, 5))
    assert [[3, 1], [2, 1], [5]] == hall.workers[0].asked


def test_no_worker_is_started_before_it_is_needed() -> None:
    hall = Hall()
    assert hall.supervisor().matching([]) == []
    assert hall.workers == []


def test_a_fact_that_ends_two_workers_is_set_aside_and_the_others_are_answered() -> None:
    hall = Hall()
    supervisor = hall.supervisor(batch=3)
    found = supervisor.matching(facts(1, POISON, 2, 3))
    assert [*matched(1), *matched(2, 3)] == [found[0], *found[2:]]
    poison = found[1]
    assert isinstance(poison, Quarantined)
    assert (0, {"x": POISON}) == poison.fact
    assert "killed by 9" in poison.reason
    assert 2 == sum(POISON in batch for worker in hall.workers for batch in worker.asked)
    assert 2 == supervisor.restarts


def test_a_fact_set_aside_reaches_no_worker_again() -> None:
    hall = Hall()
    supervisor = hall.supervisor()
    supervisor.matching(facts(POISON))
    before = [list(worker.asked) for worker in hall.workers]
    assert isinstance(supervisor.matching(facts(POISON))[0], Quarantined)
    assert before == [worker.asked for worker in hall.workers]


def test_a_worker_that_ends_once_costs_no_answer() -> None:
    replies = iter([EndedError("killed by 9")])

    def once(asked: Sequence[Fact]) -> Reply:
        for error in replies:
            raise error
        return {"matched": [[f"r{fact['x']}"] for _, fact in asked]}

    hall = Hall(lambda: FakeWorker(answer=once))
    supervisor = hall.supervisor()
    assert matched(1, 2) == supervisor.matching(facts(1, 2))
    assert 1 == supervisor.restarts
    assert {} == supervisor.quarantine


def test_workers_that_end_at_everything_are_given_up() -> None:
    def ended(_: Sequence[Fact]) -> Reply:
        raise EndedError("killed by 9")

    hall = Hall(lambda: FakeWorker(answer=ended))
    with pytest.raises(WorkerLostError):
        hall.supervisor(most_poison=3).matching(facts(*range(20, 40)))
    assert len(hall.workers) <= 3 + 3


def test_a_worker_is_replaced_after_so_many_facts() -> None:
    hall = Hall()
    supervisor = hall.supervisor(batch=10, recycle_after=20)
    supervisor.matching(facts(*range(50, 100)))
    assert [20, 20, 10] == [sum(map(len, worker.asked)) for worker in hall.workers]
    assert [False, False, True] == [worker.is_open for worker in hall.workers]


@pytest.mark.parametrize("reply", [{}, {"matched": []}, {"matched": "r1"}, {"other": [["r1"]]}])
def test_a_reply_that_does_not_fit_ends_the_worker(reply: Reply) -> None:
    hall = Hall(lambda: FakeWorker(answer=lambda _: reply))
    (found,) = hall.supervisor().matching(facts(1))
    assert isinstance(found, Quarantined)
    assert not any(worker.is_open for worker in hall.workers)


def test_a_failure_of_the_library_is_told_with_its_number() -> None:
    hall = Hall(lambda: FakeWorker(answer=lambda _: {"matched": [{"failed": "error code: 303"}]}))
    supervisor = hall.supervisor()
    (found,) = supervisor.matching(facts(1))
    assert isinstance(found, Quarantined)
    assert "303" in found.reason
    supervisor.matching(facts(2))
    assert [False, True] == [worker.is_open for worker in hall.workers]


def test_what_the_worker_refuses_is_raised() -> None:
    refused = {"refused": [["S09", "too many rules"]]}
    with pytest.raises(RefusedError, match="S09"):
        Hall(lambda: FakeWorker(ready=refused)).supervisor().matching(facts(1))
    hall = Hall(lambda: FakeWorker(answer=lambda _: {"matched": [refused]}))
    with pytest.raises(RefusedError, match="S09"):
        hall.supervisor().matching(facts(1))


@pytest.mark.parametrize("word", ["missing", "unusable"])
def test_a_missing_library_is_told_apart_from_one_that_does_not_load(word: str) -> None:
    hall = Hall(lambda: FakeWorker(ready={word: "undefined symbol"}))
    with pytest.raises(MissingLibraryError) as caught:
        hall.supervisor().matching(facts(1))
    assert (word == "unusable") == caught.value.is_installed
    assert not hall.workers[0].is_open


def test_a_closed_supervisor_ends_its_worker_and_starts_another_when_asked() -> None:
    hall = Hall()
    supervisor = hall.supervisor()
    supervisor.matching(facts(1))
    supervisor.close()
    supervisor.close()
    assert [False] == [worker.is_open for worker in hall.workers]
    assert matched(2) == supervisor.matching(facts(2))
