"""One measure in a process of its own: its own memory, a time limit, and nothing left behind."""

from __future__ import annotations

import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

__all__ = ["answer", "ask", "peak_mib", "timed"]

T = TypeVar("T")
PATIENCE = 8
"""Seconds on the wall for each of processor time, before a process is given up."""
ENOUGH_S = 5.0
"""Seconds after which a measure is not repeated."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def ask(
    script: str, wanted: Mapping[str, object], limit_s: float, runs: int = 1
) -> dict[str, object]:
    """Return the medians of what a script's processes answer, or the reason why there is none.

    A process is given up after `limit_s` seconds of processor time, or as many more on the wall as
    a busy machine may need for them.

    The script is called with `--answer` and the JSON of what is wanted, and computes in one thread:
    a library's second thread, waiting for the next product of matrices, would count as work.
    """
    found: list[dict[str, object]] = []
    for _ in range(runs):
        command = [sys.executable, script, "--answer", json.dumps(wanted), str(limit_s)]
        try:
            done = subprocess.run(
                command,
                env=os.environ | ONE_THREAD,
                capture_output=True,
                text=True,
                timeout=limit_s * PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"reason": f"over {limit_s:g} s"}
        if done.returncode == -signal.SIGXCPU:
            return {"reason": f"over {limit_s:g} s"}
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:]
            return {"reason": " ".join(last)[:300] or f"ended with {done.returncode}"}
        found.append(json.loads(done.stdout))
        if "reason" in found[-1]:
            break
    return {name: _middle([one.get(name) for one in found]) for name in found[-1]}


def answer(measure: Callable[..., dict[str, object]]) -> bool:
    """Answer with what `measure` finds, if this process was asked to; return whether it was.

    A measure the engine cannot do, for its budget or because there is no such interface yet, is
    answered by its reason.
    """
    if sys.argv[1:2] != ["--answer"]:
        return False
    from remit.engine.map.build import BudgetExceeded

    limit = int(float(sys.argv[3])) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))

    try:
        found = measure(**json.loads(sys.argv[2]))
    except BudgetExceeded as error:
        found = {"reason": f"not proved: {error}"}
    except TimeoutError:
        found = {"reason": f"over {sys.argv[3]} s"}
    except (AttributeError, ImportError) as error:
        found = {"reason": f"not available: {error}"}
    print(json.dumps(found))
    return True


def timed(work: Callable[[], T], runs: int = 3) -> tuple[float, T]:
    """Return the median of the seconds of processor time that `work` takes, and what it gave."""
    times: list[float] = []
    while True:
        start = time.process_time()
        result = work()
        times.append(time.process_time() - start)
        if len(times) >= runs or sum(times) > ENOUGH_S:
            return statistics.median(times), result


def peak_mib() -> float:
    """Return the most memory this process has had, in mebibytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


def _middle(values: list[object]) -> object:
    if values and all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        return statistics.median_low(values)  # type: ignore[type-var] # all are numbers
    return values[-1]
