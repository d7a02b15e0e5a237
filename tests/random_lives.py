"""Random lives of incidents: people who answer, refuse, keep silent, hand on, change their minds.

Every word and every act goes through the same judges as those of real people, and every entry is
folded, so a life visits what the tables of states allow and nothing else.
"""

from __future__ import annotations

from random import Random

from remit.workflows.acts import Act, ActVerb
from remit.workflows.answers import receivers
from remit.workflows.deadlines import deadlines
from remit.workflows.incident import Item
from remit.workflows.lifecycle import PURPOSES
from tests.desk import Desk

__all__ = ["Life"]

ACTS: tuple[ActVerb, ...] = (
    "reopen", "cancel", "merge", "split", "reassign", "review", "undo", "seen",
)  # fmt: skip


class Life:
    """One incident under people drawn by chance.

    Args:
        silence: of ten turns, how many pass without a word.
        acts: of ten turns, how many are acts about the incident as a whole.
    """

    def __init__(self, desk: Desk, chance: Random, silence: int = 3, acts: int = 1) -> None:
        self.desk = desk
        self.chance = chance
        self.silence = silence
        self.acts = acts
        self.other = Desk(desk.response)

    def turn(self) -> None:
        """Let one thing happen: time passes, somebody acts, or somebody answers."""
        draw = self.chance.randrange(10)
        waiting = self.desk.incident.open_items()
        if draw < self.acts or self.desk.incident.is_over:
            self.act()
        elif draw < self.acts + self.silence or not waiting:
            self.pass_time()
        else:
            self.say(self.chance.choice(waiting))

    def pass_time(self) -> None:
        """Let time pass, most often to the next moment at which something is due."""
        due = min(deadlines(self.desk.incident).values(), default=None)
        if due is not None and self.chance.random() < 0.8:
            self.desk.now = max(self.desk.now, due)
            self.desk.settle()
        else:
            self.desk.later(self.chance.choice((1, 10, 60)))

    def say(self, item: Item) -> None:
        """Let whoever is asked answer: most often what helps."""
        verbs = list(PURPOSES[item.purpose].answers)
        usual = "done" if item.status == "taken" and "done" in verbs else verbs[0]
        verb = self.chance.choice(verbs) if self.chance.random() < 0.4 else usual
        to = None
        if verb == "hand-over":
            to = self.chance.choice(receivers(self.desk.incident, item) or ("nobody",))
        self.desk.say(verb, item, self.speaker(item), note="said", to=to)

    def speaker(self, item: Item) -> str:
        return self.desk.response.leads.get(item.subject, item.subject)

    def act(self) -> None:
        """Let whoever leads, or anybody, do something about the incident as a whole."""
        incident, chance = self.desk.incident, self.chance
        by = incident.commander or chance.choice(sorted(incident.reached) or ["nobody"])
        verb = chance.choice(ACTS)
        if verb in {"cancel", "merge"} and chance.random() < 0.7:
            verb = "undo"
        number = chance.choice(sorted(incident.items)) if incident.items else None
        to: str | None = None
        if verb == "reassign" and (waiting := incident.open_items()):
            item = chance.choice(waiting)
            number, to = item.number, chance.choice(receivers(incident, item) or ("nobody",))
        if verb == "seen" and incident.notices:
            number = chance.choice(sorted(incident.notices))
            by = chance.choice(incident.notices[number].subjects or ("nobody",))
        if verb == "undo":
            number, by = self.finished(number, by)
        steps = self.steps() if verb == "reopen" else ()
        self.desk.act(Act(verb, by, "because", number, to, steps), self.other.incident)

    def finished(self, number: int | None, by: str) -> tuple[int | None, str]:
        done = [item for item in self.desk.incident.items.values() if item.outcome == "done"]
        if not done:
            return number, by
        item = self.chance.choice(done)
        return item.number, self.speaker(item)

    def steps(self) -> tuple[str, ...]:
        incident = self.desk.incident
        if incident.ended_in != "recovering" or self.chance.random() < 0.3:
            return ()
        names = [step.name for part in incident.response.parts for step in part.steps]
        return tuple(self.chance.sample(names, min(len(names), 1)))
