"""Giving back: what a step holds when it is over, and all that is held when the incident ends."""

from __future__ import annotations

from collections.abc import Iterator

from remit.workflows.entries import Draft, Json
from remit.workflows.holding import Drawn, Holding
from remit.workflows.incident import Incident
from remit.workflows.reserving import holding_of
from remit.workflows.response import StepPlan

__all__ = ["releases"]


def releases(incident: Incident) -> Iterator[tuple[str, Draft]]:
    """Yield what is to be given back, with the name of its step."""
    for part in incident.response.parts:
        for step in part.steps:
            if step.name not in incident.means:
                continue
            is_over = incident.progress(step).is_over or incident.is_over
            holding = holding_of(incident, step)
            if is_over and not (holding.is_empty and not any(c.is_open for c in holding.calls)):
                yield step.name, _release(incident, step, holding)


def _release(incident: Incident, step: StepPlan, holding: Holding) -> Draft:
    staff: list[Json] = [
        {"staff": one.staff, "holder": one.holder, "work": one.work, "quantity": one.count}
        for one in holding.posted
        if one.until is None
    ]
    stock: list[Json] = []
    for name, drawn in sorted(holding.drawn.items()):
        if drawn.held:
            back = drawn.held if _comes_back(incident, step, name, drawn) else 0
            stock.append({"stock": name, "back": back, "used": drawn.held - back})
    money: list[Json] = [
        {
            "fund": one.fund,
            "amount": str(holding.left(one)),
            "currency": one.currency,
            "request": one.number,
        }
        for one in holding.requests
        if holding.left(one)
    ]
    about: dict[str, Json] = {"part": step.part, "step": step.id}
    return Draft("released", {**about, "staff": staff, "stock": stock, "money": money})


def _comes_back(incident: Incident, step: StepPlan, name: str, drawn: Drawn) -> bool:
    """Return whether what is left of some stock goes back to the store.

    What can be used again does, and what a step left over that told what it used; else the step
    that was done used what it had. A step that was not done used nothing more than it told.
    """
    store = incident.response.means.stock.get(name)
    was_done = incident.progress(step).finished is not None
    return drawn.told or not was_done or (store is not None and store.reusable)
