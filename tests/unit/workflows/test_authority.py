"""Every act, tried by everybody: what the policy forbids is refused, and told who may instead."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace

import pytest

from remit.engine.language.incoming import parse_event
from remit.engine.language.loader import load
from remit.engine.wording import speaking
from remit.workflows.activating import Candidate, activating, moving
from remit.workflows.acts import Act, ActVerb, judge_act
from remit.workflows.adapters.shelves import Shelf, candidate_of
from remit.workflows.answers import Refusal, Word, judge
from remit.workflows.arrivals import Arrival
from remit.workflows.enacting import Office, Request, declaring, updating
from remit.workflows.entries import Draft
from remit.workflows.gate import Denied
from remit.workflows.ledger import Ledger
from remit.workflows.lifecycle import Verb
from remit.workflows.opening import open_incident, record
from remit.workflows.rostering import Problem, Rostering, rostering_of
from remit.workflows.spending import Spending, Use, Wish, judge_spending, judge_use, judge_wish
from remit.workflows.stock_keeping import StockDenied, StockError, add_stock
from tests.authority_town import CHANGES, PEOPLE, SUBJECTS
from tests.desk import NOON, SPILL, Desk, harbour, response_of

STRANGER = "stranger"
EVERYBODY = (*SUBJECTS, *PEOPLE, STRANGER)
Found = Draft | Refusal | Denied | Problem | StockError | None
LEADERS = {"warden", "council"}
RULERS = {"council", "board", "clinic", "an"}
CLOSE, FEED = ("do", "crew", "close-gate"), ("do", "crew", "feed")


@dataclass(frozen=True)
class World:
    """What acts are tried on: an incident in several states, and a ledger with one of its own."""

    opened: Desk
    led: Desk
    advised: Desk
    fed: Desk
    funded: Desk
    done: Desk
    ended: Desk
    office: Office
    candidate: Candidate


def _advance(desk: Desk, *words: tuple[Verb, str, str, str]) -> Desk:
    found = copy(desk)
    found.entries = list(desk.entries)
    for verb, purpose, subject, step in words:
        assert found.say(verb, found.item(purpose, subject, step), note="said") is None
    return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("authority")
    home = harbour(folder, CHANGES)
    pack = load(home)
    opened = Desk(response_of(home))
    opened.with_stores(1000, 60)
    led = _advance(opened, ("ack", "command", "warden", ""))
    advised = _advance(led, ("done", "consult", "clinic", ""))
    fed = _advance(
        advised,
        ("approve", "order", "council", ""),
        ("ack", *CLOSE),
        ("done", *CLOSE),
        ("ack", *FEED),
    )
    funded = _advance(fed, ("approve", "approve", "warden", ""))
    done = _advance(funded, ("done", *FEED))
    ended = _advance(fed)
    assert ended.act(Act("cancel", "warden", "it was paint")) is None
    with Ledger.at(folder / "ledger.db") as ledger:
        shelf = Shelf(ledger)
        rules = shelf.put(pack)
        day = NOON - dt.timedelta(days=2)
        event = parse_event({**SPILL, "date": day.date()}, pack.vocabulary)
        arrival = Arrival("spill:1", event, {"en": "A spill"}, "hotline")
        received = record(ledger, b"a spill", "report.json", day)
        open_incident(ledger, pack, rules.map.resolve, arrival, received, day)
        candidate, _ = candidate_of(ledger, str(home), load, NOON)
        office = Office(ledger, rules, shelf.rules_of, NOON)
        yield World(opened, led, advised, fed, funded, done, ended, office, candidate)


Tried = Callable[[World, str], Found]


def said(state: str, verb: Verb, purpose: str, of: str, step: str = "") -> Tried:
    def tried(world: World, by: str) -> Found:
        desk: Desk = getattr(world, state)
        to = "reserve-crew" if verb == "hand-over" else None
        word = Word(verb, by, "because", to)
        return judge(desk.incident, desk.item(purpose, of, step).number, word)

    return tried


def acted(verb: ActVerb, item: tuple[str, str, str] | None = None, to: str = "") -> Tried:
    def tried(world: World, by: str) -> Found:
        states = {"reopen": world.ended, "review": world.ended, "undo": world.done}
        desk = states.get(verb, world.funded)
        number = None if item is None else desk.item(*item).number
        other = replace(world.funded.incident, id="other") if verb == "merge" else None
        return judge_act(desk.incident, Act(verb, by, "because", number, to), NOON, other)

    return tried


def seen(world: World, by: str) -> Found:
    incident = world.funded.incident
    told = next(one for one in incident.notices.values() if "press" in one.subjects)
    return judge_act(incident, Act("seen", by, item=told.entry), NOON)


def enacted(values: dict[str, str], **scope: str) -> Callable[[World, str], Found]:
    def tried(world: World, by: str) -> Found:
        request = Request(by, values, "because", scope=scope)
        (name,) = [one.id for one in world.office.ledger.incidents()]
        is_state = "tide" in values
        act = declaring(request) if is_state else updating(name, request)
        return world.office.look(act).denied

    return tried


def activated(world: World, by: str) -> Found:
    found = world.office.look(activating(by, world.candidate, "because")).denied
    return None if found is not None and "has errors" in found.reason else found


def moved(world: World, by: str) -> Found:
    return world.office.look(moving(by, None, "because")).denied


def wished(world: World, by: str) -> Found:
    item = world.funded.item("do", "crew", "feed")
    return judge_wish(world.funded.incident, item.number, Wish(by, "10", "more"))


def paid(world: World, by: str) -> Found:
    item = world.funded.item("pay", "kitchen")
    return judge_spending(world.funded.incident, item.number, Spending(by, "10", "bread"))


def used(world: World, by: str) -> Found:
    item = world.funded.item("do", "crew", "feed")
    return judge_use(world.funded.incident, item.number, Use(by, "bread", 1))


def counted(world: World, by: str) -> Found:
    now = NOON
    try:
        add_stock(world.office.ledger, "bread", 1, reason="count", by=by, pack=None, now=now)
    except StockError as error:
        return error
    return None


def _hours(day: int) -> tuple[dt.datetime, dt.datetime]:
    start = NOON + dt.timedelta(days=day)
    return start, start + dt.timedelta(hours=2)


def overridden(world: World, by: str) -> Found:
    found = _rostering(world).override("council", _hours(1), ["bo"], by=by)
    return found if isinstance(found, Problem) else None


def offered(world: World, by: str) -> Found:
    found = _rostering(world).offer("council", _hours(2), None, giver="an", taker="bo", by=by)
    return found if isinstance(found, Problem) else None


def accepted(world: World, by: str) -> Found:
    rostering = _rostering(world)
    offer = rostering.offer("council", _hours(3), None, giver="an", taker="bo")
    assert not isinstance(offer, Problem)
    found = rostering.decide(offer.number, "swap-accepted", by=by)
    if not isinstance(found, Problem):
        rostering.decide(offer.number, "roster-change-withdrawn", by=by)
        return None
    return found


def withdrawn(world: World, by: str) -> Found:
    rostering = _rostering(world)
    made = rostering.override("council", _hours(4), ["bo"], by="council")
    assert not isinstance(made, Problem)
    found = rostering.decide(made.number, "roster-change-withdrawn", by=by)
    rostering.decide(made.number, "roster-change-withdrawn", by="council")
    return found if isinstance(found, Problem) else None


def _rostering(world: World) -> Rostering:
    return rostering_of(world.office.pack, world.office.ledger, NOON)


TRIALS: dict[str, tuple[set[str], Tried]] = {
    "lead": ({"warden"}, said("opened", "ack", "command", "warden")),
    "advise": ({"clinic"}, said("led", "done", "consult", "clinic")),
    "order": ({"council"}, said("advised", "approve", "order", "council")),
    "release money": ({"warden"}, said("fed", "approve", "approve", "warden")),
    "do": ({"crew"}, said("funded", "done", *FEED)),
    "decline": ({"crew"}, said("funded", "decline", *FEED)),
    "hand over": ({"crew"}, said("funded", "hand-over", *FEED)),
    "sign off": ({"council"}, said("fed", "approve", "sign-off", "council", "close-gate")),
    "cancel": (LEADERS, acted("cancel")),
    "split": (LEADERS, acted("split")),
    "reopen": (LEADERS, acted("reopen")),
    "review": (LEADERS, acted("review")),
    "reassign": (LEADERS, acted("reassign", FEED, "reserve-crew")),
    "merge": (LEADERS, acted("merge")),
    "confirm that it was told": ({"press"}, seen),
    "undo": ({"crew"}, acted("undo", FEED)),
    "request": ({"crew"}, wished),
    "spend": ({"kitchen"}, paid),
    "use": ({"crew"}, used),
    "count": ({"helpers"}, counted),
    "declare": (RULERS, enacted({"tide": "high"})),
    "declare in one place": (
        RULERS | {"elsewhere", "barred"},
        enacted({"tide": "high"}, pier="south"),
    ),
    "update what is declared": (RULERS, enacted({"depth": "deep"})),
    "update a fact": ({"warden"}, enacted({"pier": "south"})),
    "activate": (RULERS, activated),
    "move": (RULERS, moved),
    "override": ({"council", "press"}, overridden),
    "offer a swap": ({"an", "council", "press"}, offered),
    "accept a swap": ({"bo", "council", "press"}, accepted),
    "take an override back": ({"council", "press"}, withdrawn),
}
"""What was tried: whom alone the policy lets do it, and the doing."""


@pytest.mark.parametrize("act", TRIALS)
def test_only_whom_the_policy_lets_may(world: World, act: str) -> None:
    may, tried = TRIALS[act]
    found = {by: tried(world, by) for by in EVERYBODY}
    refused = {by for by, one in found.items() if not (one is None or isinstance(one, Draft))}
    assert set(EVERYBODY) - refused == may
    for by in refused:
        problem = found[by]
        text = f"{getattr(problem, 'reason', problem)} {problem.help}"
        assert problem.help, (by, text)
        assert any(f"`{name}`" in text for name in may) or by in {STRANGER, *PEOPLE}, (by, text)
    with speaking("zh"):
        for by in sorted(refused)[:3]:
            problem = tried(world, by)
            text = f"{getattr(problem, 'reason', problem)}"
            assert any("\u4e00" <= letter <= "\u9fff" for letter in text), text
            assert any("\u4e00" <= letter <= "\u9fff" for letter in problem.help), problem.help


def test_a_state_is_declared_in_the_one_that_holds(world: World) -> None:
    """Who may at high tide alone does not make it high by saying that it would hold there."""
    request = Request("ebb", {"tide": "low"}, "because", scope={"tide": "high"})
    found = world.office.look(declaring(request)).denied
    assert found is not None
    assert found.reason == "`tide` is nothing where a state could hold"


def test_a_person_who_acted_is_on_record(world: World) -> None:
    found = world.office.look(declaring(Request("an", {"tide": "high"}, "because")))
    assert found.denied is None
    assert [("council", "an")] == [(one.actor, one.payload["person"]) for one in found.own]


@pytest.mark.parametrize("kind", [StockError, StockDenied])
def test_a_refusal_about_stock_is_its_sentence_and_can_be_handed_on(kind: type[StockError]) -> None:
    refusal = kind("there is none", "count again")
    assert "there is none" == str(refusal)
    assert refusal == pickle.loads(pickle.dumps(refusal))  # noqa: S301 -- our own
    assert 1 == len({refusal, kind("there is none", "count again")})
