"""The real worker: right at every limit, killed and started again, and nothing left behind."""

from __future__ import annotations

import importlib.util
import itertools
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from remit.engine.second_opinion.grammar import AllOf, AnyOf, Rule, Ruleset, Term, ruleset_json
from remit.workflows.second_opinion.process import EndedError, WorkerProcess
from remit.workflows.second_opinion.supervision import Bounds, Fact, Quarantined, Supervisor
from tests.machine import missing
from tests.second_opinion_limits import LIMITS, equal, fact_at, matching_at, ruleset_at

SMALL = Ruleset(
    (
        Rule("low", Term("x", "le", 5)),
        Rule("band", AllOf((Term("x", "ge", 3), Term("x", "le", 7)))),
        Rule("either", AnyOf((Term("x", "ge", 4), Term("x", "ge", 6), equal("x", 1)))),
    )
)
LONG_S = 60.0


@pytest.fixture(scope="module", autouse=True)
def library() -> None:
    if importlib.util.find_spec("durable_rules_engine") is None:
        missing("durable-rules is not installed: it is of the extra `run`")


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    found = WorkerProcess()
    yield found
    found.close()


def load(worker: WorkerProcess, *rulesets: Ruleset) -> None:
    texts = [ruleset_json(ruleset) for ruleset in rulesets]
    assert worker.ask({"rulesets": texts}, LONG_S) == {"ready": True}


def test_each_rule_that_matches_is_named_once(worker: WorkerProcess) -> None:
    load(worker, SMALL)
    facts = [(0, {"x": x}) for x in (1, 2, 4, 6, 8)]
    assert {
        "matched": [
            ["either", "low"],
            ["low"],
            ["band", "either", "low"],
            ["band", "either"],
            ["either"],
        ]
    } == worker.ask({"facts": facts}, LONG_S)


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.slow
def test_the_library_still_answers_rightly_at_each_of_our_limits(
    name: str, worker: WorkerProcess
) -> None:
    rules = ruleset_at(name, LIMITS[name][1])
    load(worker, rules)
    assert {"matched": [matching_at(rules)] * 2} == worker.ask(
        {"facts": [(0, fact_at(rules))] * 2}, LONG_S
    )


def test_the_worker_refuses_what_is_outside_the_grammar_by_itself(worker: WorkerProcess) -> None:
    joined = '{"r": {"all": [{"a": {"k": 1}}, {"b": {"k": 2}}]}}'
    reply = worker.ask({"rulesets": [joined]}, LONG_S)
    assert [["S02", "the rule `r` joins 2 patterns, at most 1"]] == reply["refused"]


def test_the_worker_refuses_a_fact_that_does_not_fit(worker: WorkerProcess) -> None:
    load(worker, SMALL)
    reply = worker.ask({"facts": [(0, {"x": "4"}), (0, {"x": 4})]}, LONG_S)
    matched = reply["matched"]
    assert isinstance(matched, list)
    assert "S05" == matched[0]["refused"][0][0]
    assert ["band", "either", "low"] == matched[1]


def test_the_order_of_rules_and_of_facts_changes_no_answer() -> None:
    rng = random.Random(7)  # noqa: S311  reproducible on purpose
    xs = [rng.randint(0, 9) for _ in range(30)]
    answers = set()
    for rules in itertools.permutations(SMALL.rules):
        rng.shuffle(xs)
        with_rules = supervised(Ruleset(rules))
        found = with_rules.matching([(0, {"x": x}) for x in xs])
        with_rules.close()
        answers.add(frozenset(zip(xs, found, strict=True)))
    assert 1 == len(answers)


def test_a_worker_killed_in_the_middle_costs_no_answer() -> None:
    started: list[WorkerProcess] = []

    def start() -> WorkerProcess:
        started.append(WorkerProcess())
        return started[-1]

    supervisor = Supervisor((ruleset_json(SMALL),), start, Bounds(batch=50))
    facts: list[Fact] = [(0, {"x": x % 9}) for x in range(200)]
    whole = supervisor.matching(facts)
    os.kill(started[-1].pid, signal.SIGKILL)
    assert whole == supervisor.matching(facts)
    supervisor.close()
    assert 2 == len(started)
    assert {} == supervisor.quarantine


def test_a_worker_killed_while_it_works_is_an_ended_worker() -> None:
    # It is stopped, so that it cannot have answered, and killed once the question is with it.
    calls = itertools.count()

    def clock() -> float:
        if next(calls) == 5:
            os.kill(found.pid, signal.SIGKILL)
        return 0.0

    found = WorkerProcess(clock=clock)
    load(found, SMALL)
    os.kill(found.pid, signal.SIGSTOP)
    with pytest.raises(EndedError, match="killed by signal 9"):
        found.ask({"facts": [(0, {"x": 1})]}, LONG_S)
    assert 6 == next(calls)


def test_a_worker_may_take_a_gibibyte_and_no_more(worker: WorkerProcess) -> None:
    load(worker, SMALL)
    limits = Path(f"/proc/{worker.pid}/limits")
    if not limits.exists():
        missing("the limits of another process are read from /proc")
    (line,) = (one for one in limits.read_text().splitlines() if one.startswith("Max address"))
    assert int(line.split()[3]) <= 2**30


def test_a_worker_past_its_deadline_is_killed(worker: WorkerProcess) -> None:
    load(worker, SMALL)
    with pytest.raises(EndedError, match="in time"):
        worker.ask({"facts": [(0, {"x": 1})]}, 0)
    assert not Path(f"/proc/{worker.pid}").exists()


def test_a_worker_that_hangs_is_killed_when_the_clock_passes_the_deadline() -> None:
    # It reads its question, and never answers; the clock jumps once the question is on its way.
    hanging = (sys.executable, "-c", "import signal; signal.pause()")
    times = itertools.chain([0.0, 0.0], itertools.repeat(1_000.0))
    found = WorkerProcess(hanging, clock=lambda: next(times))
    with pytest.raises(EndedError, match="in time"):
        found.ask({"rulesets": []}, 20)
    assert not Path(f"/proc/{found.pid}").exists()


def test_a_worker_that_answers_nonsense_is_ended() -> None:
    nonsense = (sys.executable, "-c", "import os; os.write(0, b'[]\\n'); os.read(0, 1)")
    found = WorkerProcess(nonsense)
    with pytest.raises(EndedError, match="no object"):
        found.ask({"rulesets": []}, LONG_S)


def test_a_fact_that_kills_the_process_twice_is_set_aside() -> None:
    # A worker whose library would crash on 4: it dies as a crash in C does, with no reply.
    program = (
        "import json, os, signal, socket, sys\n"
        "stream = socket.socket(fileno=0).makefile('rw')\n"
        "for line in stream:\n"
        "    asked = json.loads(line)\n"
        "    if any(fact['x'] == 4 for _, fact in asked.get('facts', [])):\n"
        "        os.kill(os.getpid(), signal.SIGSEGV)\n"
        "    matched = [['r'] for _ in asked.get('facts', [])]\n"
        "    stream.write(json.dumps({'ready': True, 'matched': matched}) + '\\n')\n"
        "    stream.flush()\n"
    )
    supervisor = Supervisor(("{}",), lambda: WorkerProcess((sys.executable, "-c", program)))
    found = supervisor.matching([(0, {"x": 1}), (0, {"x": 4}), (0, {"x": 2})])
    supervisor.close()
    assert [frozenset({"r"}), frozenset({"r"})] == [found[0], found[2]]
    assert isinstance(found[1], Quarantined)
    assert "killed by signal 11" in found[1].reason
    assert 2 == supervisor.restarts


def supervised(*rulesets: Ruleset, **bounds: int) -> Supervisor:
    texts = tuple(ruleset_json(ruleset) for ruleset in rulesets)
    return Supervisor(texts, WorkerProcess, Bounds(**bounds))


@pytest.mark.slow
def test_a_worker_holds_no_more_after_many_facts_and_a_new_one_no_more_than_the_old() -> None:
    pids: list[int] = []

    def start() -> WorkerProcess:
        found = WorkerProcess()
        pids.append(found.pid)
        return found

    rules = ruleset_at("tests after one prefix", 100)
    supervisor = Supervisor((ruleset_json(rules),), start, Bounds(batch=500))
    sizes = []
    for _ in range(8):
        supervisor.matching([(0, {"x": x % 120}) for x in range(2_000)])
        first = resident(pids[-1])
        supervisor.matching([(0, {"x": x % 120}) for x in range(4_000)])
        assert resident(pids[-1]) - first < 500_000
        sizes.append(first)
        supervisor.close()
    assert max(sizes) - min(sizes) < 2_000_000
    assert 8 == len(set(pids))


def resident(pid: int) -> int:
    """Return the bytes of memory a process holds."""
    status = Path(f"/proc/{pid}/statm")
    if not status.exists():
        missing("the memory of another process is read from /proc")
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_the_library_keeps_no_fact_between_two_questions() -> None:
    # In a process of its own, as everything that loads the library.
    code = (
        "from remit.workflows.second_opinion.library import Rules\n"
        f"rules = Rules('s', {ruleset_json(SMALL)!r})\n"
        "assert rules.kept() == []\n"
        "for x in range(10):\n"
        "    rules.matching({'x': x})\n"
        "    assert rules.kept() == [], x\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
