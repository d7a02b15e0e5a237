"""The flows that are deployed: what `prefect.yaml` names, each short and run again at any time.

They take what they work on as functions: where the ledger is and how a driver is made is wiring.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prefect import flow, task
from prefect.artifacts import acreate_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.events import emit_event
from prefect.runtime import flow_run

from remit.engine.wording import tell
from remit.workflows.driver import Job
from remit.workflows.flows.respond import Respond, Tell, respond_flow

__all__ = ["Audit", "Deployed", "deployed_flows"]


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found: problems, a sentence each, and figures."""

    problems: Sequence[str]
    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deployed:
    """The flows, and what each is called in `prefect.yaml`."""

    respond: Respond
    sweep: Callable[[], Coroutine[object, object, None]]
    audit: Callable[[], Coroutine[object, object, None]]


@task(cache_policy=NO_CACHE, persist_result=False, task_run_name="{incident}")
async def _drive(incident: str, jobs: Callable[[str], Iterator[Job]]) -> None:
    await asyncio.to_thread(lambda: [job.run() for job in jobs(incident)])


def deployed_flows(
    jobs_of: Callable[[str], Iterator[Job]],
    *,
    due: Callable[[], Sequence[str]],
    audited: Callable[[], Audit],
    shown: Tell,
) -> Deployed:
    """Return the flows.

    Args:
        jobs_of: gives an incident's jobs, each to be run before the next is taken.
        due: gives the incidents in which a deadline has passed, or a message waits.
        audited: holds the ledger against itself and the clock.
        shown: shows on Prefect's pages what became of an incident.
    """

    @flow(name="sweep", flow_run_name="sweep", persist_result=False)
    async def sweep() -> None:
        """See to every deadline that has passed, and every message that waits."""
        failed: list[str] = []
        for incident in await asyncio.to_thread(due):
            try:
                await _drive.with_options(name="respond")(incident, jobs_of)
                await shown(incident)
            except Exception as error:  # noqa: BLE001 - told below, when all had their turn
                failed.append(f"{incident}: {error}")
        if failed:
            raise RuntimeError("; ".join(failed))

    @flow(name="audit", flow_run_name="audit", persist_result=False)
    async def audit() -> None:
        """Hold the ledger against itself: fail where it is not whole, or nobody does the work."""
        found = await asyncio.to_thread(audited)
        await _show_audit(found)
        if found.problems:
            emit_event(
                "remit.ledger.not-whole",
                resource={"prefect.resource.id": "remit.ledger"},
                payload={"problems": list(found.problems)},
            )
            raise RuntimeError("; ".join(found.problems))

    respond = respond_flow(jobs_of, begun=_add_tag, ended=shown)
    return Deployed(respond, sweep, audit)


async def _add_tag(incident: str) -> None:
    """Tag the run with its incident, which a deployment cannot know ahead."""
    tags = {*flow_run.tags, "remit", f"incident:{incident}"}
    async with get_client() as client:
        await client.update_flow_run(flow_run.id, tags=sorted(tags))


async def _show_audit(found: Audit) -> None:
    lines = [tell("# Audit of the ledger"), ""]
    lines += [f"- **{problem}**" for problem in found.problems] or [tell("Nothing is wrong.")]
    lines += ["", tell("| figure | value |"), "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in found.figures.items()]
    await acreate_markdown_artifact(
        key="remit-audit", markdown="\n".join(lines), description=tell("Audit of the ledger")
    )
