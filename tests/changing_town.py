"""Random small towns with a stage, and an incident in one that people work at, for laws of change.

Who answers for what and who does it is drawn anew for each stage; so are plans and needs.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from remit.engine.completion import complete_event
from remit.engine.events import Event
from remit.engine.language.incoming import parse_event
from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.workflows.changing import Change, Rules, propose
from remit.workflows.event_json import event_to_json
from remit.workflows.lifecycle import PURPOSES
from remit.workflows.planning import plan_response
from tests.desk import NOON, Desk

__all__ = ["STAGES", "SUBJECTS", "Town", "work_at", "write_stages"]

STAGES = ("early", "mid", "late")
SUBJECTS = ("ash", "birch", "cedar", "elm")
ACTIVITIES = ("command", "dig", "feed", "watch")

PACK = "remit: 1\npack: stages\nversion: '{version}'\nlead: command\nstate: {{stage: early}}\n"
VOCABULARY = """
dimensions:
  phase: {{values: [response, recovery]}}
  stage: {{values: [early, mid, late], state: true, declared_by: declare}}
activities:
  command: {{}}
{activities}
powers: {{declare: , order: }}
"""


def write_stages(folder: Path, chance: Random, version: str = "1", gap: float = 0.04) -> Path:
    """Write a town and return its folder.

    Args:
        gap: how often nobody answers for an activity in a stage.
    """
    duties: dict[str, list[str]] = {name: [] for name in SUBJECTS}
    for activity in ACTIVITIES:
        for stage in STAGES:
            for letter in ("accountable", "responsible", "consulted", "informed"):
                most = 1 if letter == "accountable" else 2
                count = 1 if letter == "accountable" else chance.choice((0, 1, 1, most))
                if letter in {"accountable", "responsible"} and chance.random() < gap:
                    count = 0
                for name in chance.sample(SUBJECTS, count):
                    duties[name].append(
                        f"  - {{id: {activity}-{stage}-{letter}, activity: {activity},"
                        f" role: {letter}, when: {{stage: {stage}}}, acknowledge: 30m}}"
                    )
    needed = [
        f"  {name}: {{needed: {{phase: response, stage: [{', '.join(_some(chance))}]}}{order}}}"
        for name in ACTIVITIES[1:]
        for order in [", requires: [order]" if chance.random() < 0.2 else ""]
    ]
    files = {
        "pack.yaml": PACK.format(version=version),
        "vocabulary.yaml": VOCABULARY.format(activities="\n".join(needed)),
    }
    for at, name in enumerate(SUBJECTS):
        under = f"under: {SUBJECTS[at - 1]}\n" if at else ""
        grants = "authority:\n  - {id: d, power: declare}\n  - {id: o, power: order}\n"
        own = "duties:\n" + "\n".join(duties[name]) + "\n" if duties[name] else ""
        files[f"subjects/{name}.yaml"] = f"subject: {name}\n{under}{grants}{own}"
    if chance.random() < 0.6:
        stages = ", ".join(_some(chance))
        steps = "\n".join(
            f"  - {{id: do-{name}, activity: {name}, complete: 4h}}" for name in ACTIVITIES[1:]
        )
        when = f"{{phase: response, stage: [{stages}]}}"
        files["plans/usual.yaml"] = f"plan: usual\nwhen: {when}\nsteps:\n{steps}\n"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _some(chance: Random) -> list[str]:
    return [stage for stage in STAGES if chance.random() < 0.75] or ["early"]


class Town:
    """A town with one incident."""

    def __init__(self, home: Path) -> None:
        pack = load(home)
        self.rules = Rules(pack, compile_pack(pack))
        given = parse_event({"phase": "response"}, pack.vocabulary)
        event = complete_event(given, pack.vocabulary, state=pack.state, today=NOON.date())
        response = plan_response(pack, self.rules.map.resolve, event)
        self.desk = Desk(response, event=event_to_json(event))

    def propose(self, stage: str, to: Rules | None = None) -> Change:
        """Return what would become of the incident in another stage, or under other rules."""
        entering = {} if not stage else {"stage": stage}
        return propose(self.desk.incident, self.rules, to or self.rules, entering=entering)

    def rules_event(self) -> Event:
        """Return the event as it is now."""
        return parse_event(self.desk.incident.event, self.rules.pack.vocabulary)

    def write(self, change: Change) -> None:
        """Let it be so."""
        more = {"because": "declared", "values": {}, "reason": "test"}
        self.desk.write(change.draft(more, actor="ash", cause=None))


def work_at(desk: Desk, chance: Random, words: int) -> None:
    """Let people say something, mostly what fits."""
    for _ in range(words):
        waiting = desk.incident.open_items()
        if not waiting or chance.random() < 0.1:
            desk.later(chance.choice((5, 31, 200)))
            continue
        item = chance.choice(waiting)
        # WHY: who lays down what it took in another's place leaves nobody to be asked.
        laid_down = {"decline"} if item.status == "taken" else set()
        verbs = [verb for verb in PURPOSES[item.purpose].answers if verb not in laid_down]
        usual = "done" if item.status == "taken" and "done" in verbs else verbs[0]
        verb = chance.choice(verbs) if chance.random() < 0.2 else usual
        to = chance.choice(SUBJECTS) if verb == "hand-over" else None
        desk.say(verb, item, note="said", to=to)
