"""Bulk work: the same function over many chunks, spread over processes, or over Dask by Prefect.

INVARIANT: what comes out is what one process would have made, in the same order, however it was
spread; so where Dask or Prefect is missing or fails, processes of this machine do it.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeVar

from remit.engine.wording import tell

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["DASK", "Workers", "map_over"]

T = TypeVar("T")
R = TypeVar("R")
Workers = int | Literal["dask"]
DASK: Literal["dask"] = "dask"
AHEAD = 3
"""Chunks handed to each process ahead: none waits, and not all of them are in memory at once."""


def map_over(
    work: Callable[[T], R],
    chunks: Iterable[T],
    workers: Workers,
    note: Callable[[str], None],
    *,
    cluster: str = "",
) -> Iterator[R]:
    """Yield what `work` makes of each chunk, in order.

    Args:
        work: a function at the top of a module, whose argument and result can be pickled.
        workers: processes, at least 1, or `dask`.
        note: is told, in one sentence, when Dask is done without.
        cluster: address of a Dask scheduler that is there, instead of one of our own.
    """
    if workers == DASK:
        kept = list(chunks)
        try:
            found = _over_dask(work, kept, cluster)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with Dask, the work goes on without it
            said = " ".join(str(error).split())[:200] or type(error).__name__
            note(tell("Dask is left out ({reason}); processes do the work", reason=said))
            yield from _over_processes(work, kept, processors())
        else:
            yield from found
    elif workers == 1:
        yield from map(work, chunks)
    else:
        yield from _over_processes(work, chunks, workers)


def processors() -> int:
    """Return how many processes this machine runs at once."""
    return max(1, os.cpu_count() or 1)


def _over_processes(work: Callable[[T], R], chunks: Iterable[T], workers: int) -> Iterator[R]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # WHY fresh ones: a copy of a process with threads, as Prefect's have, may never move.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        rest = iter(chunks)
        waiting: deque[Future[R]] = deque(
            pool.submit(work, chunk) for chunk in islice(rest, workers * AHEAD)
        )
        try:
            while waiting:
                found = waiting.popleft().result()
                waiting.extend(pool.submit(work, chunk) for chunk in islice(rest, 1))
                yield found
        finally:
            for future in waiting:
                future.cancel()


def _over_dask(work: Callable[[T], R], chunks: Sequence[T], cluster: str) -> Sequence[R]:
    """Return what `work` makes of all chunks, by one flow run on a server of the user or ours."""
    from remit.workflows.flows.bulk import map_over_dask
    from remit.workflows.flows.private import private_server

    with private_server():
        return map_over_dask(work, chunks, min(processors(), max(1, len(chunks))), cluster)
