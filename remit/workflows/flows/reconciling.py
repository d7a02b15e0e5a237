"""Ends the flow runs that say they are running though nobody runs them any more.

A process that is killed cannot tell Prefect, so its runs would show as running for ever and hold
their places in limits. Their incidents lost nothing: what is due in them is due still.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import StateType
from prefect.states import Crashed

from remit.engine.wording import tell

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun, State

__all__ = ["STALE_S", "end_zombies"]

STALE_S = 900
"""Seconds after which a run of a process nobody can ask is taken for dead: ours take seconds."""
OWN_STALE_S = 60
"""The same for runs of this very process that it does not have in hand any more."""
MOST = 200
_OWNER = "owner:"
_INCIDENT = "incident:"
_RUNNING = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]

Lives = Callable[[str, str], bool | None]
"""Tells of the run of an incident by a process whether it goes on, or `None` if unknown."""


async def end_zombies(
    lives: Lives, *, own: str = "", now: dt.datetime | None = None
) -> tuple[str, ...]:
    """Mark the runs of dead processes as crashed, and return their names.

    Args:
        own: this process.
        now: the time; the machine's where left out.
    """
    moment = now or dt.datetime.now(dt.UTC)
    wanted = FlowRunFilter(
        tags=FlowRunFilterTags(all_=["remit"]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_RUNNING)),
    )
    ended: list[str] = []
    async with get_client() as client:
        for run in await client.read_flow_runs(flow_run_filter=wanted, limit=MOST):
            if _is_zombie(run, lives, own, moment):
                gone: State[object] = Crashed(message=tell("the process that ran it has ended"))
                await client.set_flow_run_state(run.id, gone, force=True)
                ended.append(run.name)
    return tuple(ended)


def _is_zombie(run: FlowRun, lives: Lives, own: str, now: dt.datetime) -> bool:
    owner, incident = _tag(run, _OWNER), _tag(run, _INCIDENT)
    known = lives(owner, incident) if owner else None
    if known is not None:
        return not known
    begun = run.start_time or run.expected_start_time or run.created
    stale_s = OWN_STALE_S if own and owner == own else STALE_S
    return begun is not None and (now - begun).total_seconds() > stale_s


def _tag(run: FlowRun, start: str) -> str:
    return next((tag.removeprefix(start) for tag in run.tags if tag.startswith(start)), "")
