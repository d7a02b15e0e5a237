"""The flow: runs what is due in one incident, each piece as a task named after its step.

It is short and may be run again at any time: it holds no state, its tasks keep no results, and its
only parameter is the incident. Whatever it does is in the ledger before Prefect hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack

from prefect import flow, tags, task
from prefect.artifacts import acreate_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.context import AsyncClientContext, SyncClientContext
from prefect.settings import PREFECT_API_URL, temporary_settings

from remit.workflows.driver import Job

__all__ = ["JobsOf", "Page", "Respond", "respond_flow", "shared_clients"]

JobsOf = Callable[[str], Iterator[Job]]
Page = Callable[[str], str]
Respond = Callable[[str], Coroutine[object, object, None]]


@task(cache_policy=NO_CACHE, persist_result=False, task_run_name="{name}")
async def _work(name: str, job: Job) -> int:  # noqa: ARG001 - the name is for Prefect
    return job.run()


def respond_flow(jobs_of: JobsOf, moved: Callable[[], None], page: Page | None) -> Respond:
    """Return the flow as a function of an incident's name.

    Args:
        jobs_of: gives an incident's jobs, each to be run before the next is taken.
        moved: is told after every job that the flow still moves.
        page: writes the Markdown that Prefect's pages show of an incident.
    """

    @flow(
        name="respond",
        flow_run_name="respond {incident}",
        persist_result=False,
        validate_parameters=False,
    )
    async def respond(incident: str) -> None:
        for job in jobs_of(incident):
            name = job.name.removeprefix("response/")
            await _work.with_options(name=name)(name, job)
            moved()
        if page is not None:
            await acreate_markdown_artifact(
                key=f"incident-{incident}",
                markdown=page(incident),
                description=f"Incident {incident}",
            )

    async def run(incident: str) -> None:
        with tags("remit", f"incident:{incident}"):
            await respond(incident)

    return run


async def shared_clients(stack: AsyncExitStack, url: str) -> None:
    """Let all flows run within `stack` share one client: each would make three of its own."""
    stack.enter_context(temporary_settings({PREFECT_API_URL: url}))
    stack.enter_context(SyncClientContext.get_or_create())
    await stack.enter_async_context(AsyncClientContext.get_or_create())
