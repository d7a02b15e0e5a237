"""Measure one peer in a process of its own, on one processor: `python -m rivals.measure`.

Every answer of every round is compared with the right rule, and a wrong one ends the measuring:
how fast a wrong answer comes is worth nothing.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

from rivals.peer import Peer, load_peer
from rivals.workload import Workload, read

__all__ = ["measure"]

ROUNDS = 5
ENOUGH_S = 1.5
"""Seconds of a round; a slow peer gets fewer events, at least `FEWEST`."""
FEWEST = 20
BATCH = 10_000
"""Events of a batch at most."""


class WrongAnswerError(Exception):
    """A rule was named that is not the one that decides."""


def main() -> int:
    """Measure one peer and write what was found as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("place", help="module:Class")
    parser.add_argument("workload", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    found: dict[str, object]
    try:
        found = measure(load_peer(chosen.place), read(chosen.workload), chosen.rounds)
    except ImportError as error:
        found = {"reason": f"not installed: {error}"}
    except Exception as error:  # noqa: BLE001 -- whatever a rival raises is its line in the table
        found = {"reason": f"{type(error).__name__}: {error}"[:300]}
    chosen.result.write_text(json.dumps(found), encoding="utf-8")
    return 0


def measure(peer: Peer, workload: Workload, rounds: int) -> dict[str, object]:
    """Return a peer's figures: seconds, microseconds, mebibytes, and events a second.

    Single events are timed by the clock on the wall, all else by that of the processor.

    Raises:
        WrongAnswerError: if any answer is not the right rule.
    """
    for module in peer.imports:
        importlib.import_module(module)
    peer.before_load(workload.rules)
    gc.collect()
    before, start = _resident(), time.process_time()
    peer.load(workload.rules)
    load_s = time.process_time() - start
    gc.collect()
    found: dict[str, object] = {
        "title": peer.title,
        "version": _version(peer.distribution),
        "python": platform.python_version(),
        "load_s": load_s,
        "load_parts_s": dict(peer.parts_of_load()),
        "memory_mib": (_resident() - before) / 2**20,
    }
    start = time.process_time()
    pairs = zip(workload.events, workload.asked, strict=True)
    prepared = [peer.prepare(event, activity) for event, activity in pairs]
    if type(peer).prepare is not Peer.prepare:
        found["prepare_us"] = (time.process_time() - start) / len(prepared) * 1e6
    if not peer.batch_only:
        found |= _singly(peer, prepared, workload, rounds)
    batch = getattr(peer, "decide_batch", None)
    if batch is not None:
        found |= _in_batches(batch, prepared, workload, rounds)
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    return found


def _singly(
    peer: Peer, prepared: Sequence[object], workload: Workload, rounds: int
) -> dict[str, object]:
    count = _affordable(peer, prepared, workload)
    asked, right = workload.asked[:count], workload.right[:count]
    events = prepared[:count]
    medians, tails, rates = [], [], []
    clock, decide = time.perf_counter_ns, peer.decide
    for _ in range(rounds):
        took, answers = [0] * count, [""] * count
        for number, (event, activity) in enumerate(zip(events, asked, strict=True)):
            start = clock()
            answers[number] = decide(event, activity)
            took[number] = clock() - start
        _compare(answers, right)
        medians.append(statistics.median(took) / 1_000)
        tails.append(sorted(took)[int(count * 0.99)] / 1_000)
        start_cpu = time.process_time()
        answers = [decide(e, a) for e, a in zip(events, asked, strict=True)]
        rates.append(count / (time.process_time() - start_cpu))
        _compare(answers, right)
    return {
        "events": count,
        "p50_us": statistics.median(medians),
        "p99_us": statistics.median(tails),
        "p50_us_rounds": medians,
        "per_s": statistics.median(rates),
    }


def _affordable(peer: Peer, prepared: Sequence[object], workload: Workload) -> int:
    """Return how many events a round has time for, after a first few that warm up."""
    first = min(FEWEST, len(prepared))
    for _ in range(2):
        start = time.perf_counter()
        pairs = zip(prepared[:first], workload.asked, strict=False)
        answers = [peer.decide(event, activity) for event, activity in pairs]
        took = (time.perf_counter() - start) / first
        _compare(answers, workload.right[:first])
    return max(first, min(len(prepared), int(ENOUGH_S / 2 / took)))


def _in_batches(
    batch: Callable[[Sequence[object], Sequence[str]], Sequence[str]],
    prepared: Sequence[object],
    workload: Workload,
    rounds: int,
) -> dict[str, object]:
    rates = []
    count = min(len(prepared), BATCH)
    start = time.perf_counter()
    _compare(batch(prepared[:500], workload.asked[:500]), workload.right[:500])
    took = (time.perf_counter() - start) / 500
    count = max(min(500, count), min(count, int(ENOUGH_S / took)))
    events, asked, right = prepared[:count], workload.asked[:count], workload.right[:count]
    for _ in range(rounds):
        start_cpu = time.process_time()
        answers = batch(events, asked)
        rates.append(count / (time.process_time() - start_cpu))
        _compare(answers, right)
    return {"batch_events": count, "batch_per_s": statistics.median(rates)}


def _compare(answers: Sequence[str], right: Sequence[str]) -> None:
    for number, (answer, expected) in enumerate(zip(answers, right, strict=True)):
        if answer != expected:
            raise WrongAnswerError(f"event {number}: {answer!r}, and {expected!r} is right")


def _resident() -> int:
    """Return the bytes of this process in memory; the most so far where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024
    return pages * resource.getpagesize()


def _version(distribution: str) -> str:
    if not distribution:
        return ""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "unknown"


if __name__ == "__main__":
    sys.exit(main())
