"""The flow: runs what is due in one incident, each piece as a task named after its step.

It is short and may be run again at any time: it holds no state, its tasks keep no results, and its
only parameter is the incident. Whatever it does is in the ledger before Prefect hears of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack

from prefect import flow, tags, task
from prefect.cache_policies import NO_CACHE
from prefect.context import AsyncClientContext, SyncClientContext
from prefect.settings import PREFECT_API_URL, temporary_settings

from remit.workflows.driver import Job

__all__ = ["JobsOf", "Respond", "Tell", "respond_flow", "shared_clients", "tagged"]

JobsOf = Callable[[str], Iterator[Job]]
Tell = Callable[[str], Awaitable[None]]
"""Shows on Prefect's pages what became of an incident."""
Respond = Callable[[str], Coroutine[object, object, None]]


@task(cache_policy=NO_CACHE, persist_result=False, task_run_name="{name}")
async def _work(name: str, job: Job) -> int:  # noqa: ARG001 - the name is for Prefect
    return await asyncio.to_thread(job.run)


def respond_flow(
    jobs_of: JobsOf, *, begun: Tell | None = None, ended: Tell | None = None
) -> Respond:
    """Return the flow as a function of an incident's name.

    Args:
        jobs_of: gives an incident's jobs, each to be run before the next is taken.
        begun: is told before the first of them.
        ended: is told after the last of them; it shows on Prefect's pages what became of it.
    """

    @flow(
        name="respond",
        flow_run_name="respond {incident}",
        persist_result=False,
        validate_parameters=False,
    )
    async def respond(incident: str) -> None:
        """Do what is due in one incident, and end."""
        if begun is not None:
            await begun(incident)
        jobs = jobs_of(incident)
        while (job := await asyncio.to_thread(next, jobs, None)) is not None:
            name = job.name.removeprefix("response/")
            await _work.with_options(name=name)(name, job)
        if ended is not None:
            await ended(incident)

    return respond


async def tagged(respond: Respond, incident: str, *more: str) -> None:
    """Run the flow under the tags by which its runs are found."""
    with tags("remit", f"incident:{incident}", *more):
        await respond(incident)


async def shared_clients(stack: AsyncExitStack, url: str) -> None:
    """Let all flows run within `stack` share one client: each would make three of its own."""
    stack.enter_context(temporary_settings({PREFECT_API_URL: url}))
    stack.enter_context(SyncClientContext.get_or_create())
    await stack.enter_async_context(AsyncClientContext.get_or_create())
