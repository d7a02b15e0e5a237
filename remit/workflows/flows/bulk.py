"""Bulk work as one flow run over Prefect's task runners: chunks of it spread over Dask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeVar, cast

from prefect import flow, tags, task
from prefect.cache_policies import NO_CACHE

if TYPE_CHECKING:
    from prefect.futures import PrefectFuture
    from prefect.task_runners import TaskRunner

__all__ = ["map_over_dask", "season_flow"]

T = TypeVar("T")
R = TypeVar("R")
AT_ONCE = 4
"""Chunks handed to each worker ahead, so that none waits and not all are in memory at once."""


def map_over_dask(
    work: Callable[[T], R], chunks: Sequence[T], workers: int, cluster: str = ""
) -> Sequence[R]:
    """Return what `work` makes of each chunk, in order, spread over Dask by one flow run.

    Args:
        work: of a module that the workers can import.
        workers: processes of a cluster on this machine.
        cluster: address of a Dask scheduler that is there, instead of one of our own.
    """
    from prefect_dask.task_runners import DaskTaskRunner

    kept: list[R] = []
    own = {
        "n_workers": workers,
        "threads_per_worker": 1,
        "dashboard_address": None,
        "silence_logs": 50,
    }
    runner = DaskTaskRunner(address=cluster) if cluster else DaskTaskRunner(cluster_kwargs=own)
    one = task(name="chunk", cache_policy=NO_CACHE, persist_result=False)(work)

    @flow(
        name="in bulk",
        flow_run_name="in bulk",
        # WHY the cast: the library is not as exact about futures as Prefect is.
        task_runner=cast("TaskRunner[PrefectFuture[object]]", runner),
        persist_result=False,
    )
    def in_bulk() -> None:
        rest = iter(chunks)
        while batch := list(islice(rest, workers * AT_ONCE)):
            kept.extend(future.result() for future in [one.submit(chunk) for chunk in batch])

    with tags("remit", "bulk"):
        in_bulk()
    return kept


def season_flow(
    work: Callable[[str, str, str, str], None],
) -> Callable[..., Coroutine[object, object, None]]:
    """Return the flow that resolves a file of events into another file."""

    @flow(name="resolve season", flow_run_name="resolve {events}", persist_result=False)
    async def resolve_season(pack: str, events: str, answers: str, workers: str = "1") -> None:
        """Resolve the events of a file of JSON lines, and write an answer a line.

        Args:
            pack: folder of the pack.
            events: file of JSON lines.
            answers: file to write.
            workers: how many processes, or `dask`.
        """
        await asyncio.to_thread(work, pack, events, answers, workers)

    return resolve_season
