"""How the work of an incident stands, in the words of people."""

from __future__ import annotations

from collections import Counter

from remit.cli.pages.phrases import listed
from remit.engine.wording import Language, mark, tell, tell_marked
from remit.workflows.incident import Incident
from remit.workflows.sentences import step_label
from remit.workflows.states import WorkState
from remit.workflows.step_states import step_state

__all__ = ["work_lines", "work_records", "work_summary"]

_WORDS: dict[WorkState, str] = {
    "planned": mark("planned"),
    "waiting-consultation": mark("waiting for advice"),
    "waiting-approval": mark("waiting for approval"),
    "notified": mark("its doer is asked"),
    "waiting-resource": mark("waiting for resources"),
    "working": mark("under way"),
    "waiting-hand-over": mark("waiting for hand-over"),
    "done": mark("done"),
    "signed-off": mark("signed off"),
    "dropped": mark("left out"),
    "cancelled": mark("cancelled"),
}


def work_summary(incident: Incident) -> str:
    """Return how many steps of the part under way stand where, as words; empty without steps."""
    count = Counter(step_state(incident, step) for step in incident.part.steps)
    found = [
        f"{count[state]} {tell_marked(word)}" for state, word in _WORDS.items() if count[state]
    ]
    return listed(found)


def work_lines(incident: Incident, language: Language) -> list[str]:
    """Return one line a step of the part under way: what it is, and where it stands."""
    return [
        tell(
            "{step}: {state}",
            step=step_label(incident, step.part, step.id, language),
            state=tell_marked(_WORDS[step_state(incident, step)]),
        )
        for step in incident.part.steps
    ]


def work_records(incident: Incident) -> list[dict[str, str]]:
    """Return every step as JSON: its part, id, activity and state."""
    return [
        {
            "part": part.name,
            "step": step.id,
            "activity": step.activity,
            "state": step_state(incident, step),
        }
        for part in incident.response.parts
        for step in part.steps
    ]
