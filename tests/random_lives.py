"""Random lives of incidents: people who answer, refuse, keep silent, hand on, change their minds.

Every word and every act goes through the same judges as those of real people, and every entry is
folded, so a life visits what the tables of states allow and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from remit.workflows.acts import Act, ActVerb
from remit.workflows.answers import Refusal, receivers
from remit.workflows.deadlines import deadlines
from remit.workflows.entries import Draft
from remit.workflows.incident import Item
from remit.workflows.lifecycle import PURPOSES
from remit.workflows.spending import (
    Spending,
    Use,
    Wish,
    judge_spending,
    judge_use,
    judge_wish,
)
from tests.desk import Desk

__all__ = ["Life"]

ACTS: tuple[ActVerb, ...] = (
    "reopen", "cancel", "merge", "split", "reassign", "review", "undo", "seen",
)  # fmt: skip
CHANGES = 0.04
"""Share of turns in which the state changes, where it may."""
IN_PART = frozenset({"approve", "supply", "spare", "receive"})
"""Purposes of which less may be given than was asked for."""


class Life:
    """One incident under people drawn by chance.

    Args:
        silence: of ten turns, how many pass without a word.
        acts: of ten turns, how many are acts about the incident as a whole.
        changing: puts the incident under another state, now and then.
    """

    def __init__(
        self,
        desk: Desk,
        chance: Random,
        silence: int = 3,
        acts: int = 1,
        changing: Callable[[Random], None] | None = None,
    ) -> None:
        self.desk = desk
        self.changing = changing
        self.chance = chance
        self.silence = silence
        self.acts = acts
        self.other = Desk(desk.response)

    def turn(self) -> None:
        """Let one thing happen: time passes, somebody acts, or somebody answers."""
        draw = self.chance.randrange(10)
        waiting = self.desk.incident.open_items()
        if self.changing is not None and self.chance.random() < CHANGES:
            self.changing(self.chance)
        elif draw < self.acts or self.desk.incident.is_over:
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
        if (item.purpose == "pay" or item.status == "taken") and self.chance.random() < 0.3:
            self.use_means(item)
            return
        verb = self.chance.choice(verbs) if self.chance.random() < 0.4 else usual
        to = None
        if verb == "hand-over":
            to = self.chance.choice(receivers(self.desk.incident, item) or ("nobody",))
        amount = None
        if item.purpose in IN_PART and self.chance.random() < 0.3:
            amount = str(self.chance.randint(1, 9))
        by, glass = self.speaker(item), ""
        if self.chance.random() < 0.02:
            by, glass = self.chance.choice(sorted(self.desk.incident.reached)), "in need"
        self.desk.say(verb, item, by, note="said", to=to, amount=amount, glass=glass)

    def use_means(self, item: Item) -> None:
        """Let whoever pays, or works, say what was paid, is wanted, or was used."""
        incident, chance, by = self.desk.incident, self.chance, self.speaker(item)
        if item.purpose == "pay":
            amount = chance.choice(("0.01", "99.99", "250", "500"))
            said = Spending(by, amount, "goods", chance.choice(("", "Acme")))
            self.put(judge_spending(incident, item.number, said))
        elif item.purpose == "do":
            means = incident.response.means
            if chance.random() < 0.5 and means.purses:
                wish = Wish(by, str(chance.randint(1, 700)), "more", min(means.purses))
                self.put(judge_wish(incident, item.number, wish))
            elif means.stock:
                use = Use(by, chance.choice(sorted(means.stock)), chance.randint(1, 30))
                self.put(judge_use(incident, item.number, use))

    def put(self, judged: Draft | Refusal) -> None:
        if not isinstance(judged, Refusal):
            self.desk.write(judged)
            self.desk.settle()

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
