"""Laws of incidents under people who say anything at any time: no rule is passed by."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from remit.workflows.answers import Refusal
from remit.workflows.due import due_now
from remit.workflows.folding import fold_all
from remit.workflows.incident import Incident, Item
from remit.workflows.ledger_rows import rows_of
from remit.workflows.lifecycle import PURPOSES, Verb
from remit.workflows.response import Response
from remit.workflows.stepping import step_of
from remit.workflows.waits import money_is_missing
from tests.desk import Desk, harbour, response_of

VERBS: tuple[Verb, ...] = ("ack", "done", "decline", "hand-over", "approve")
SUBJECTS = (
    "council", "warden", "mate", "second-mate", "crew", "reserve-crew", "clinic", "kitchen",
    "helpers", "press",
)  # fmt: skip

STEPS = st.lists(
    st.one_of(
        st.integers(1, 90),
        # Somebody says something fitting, or anything at all.
        st.tuples(st.integers(0, 30), st.sampled_from(VERBS), st.none(), st.sampled_from(SUBJECTS)),
        st.tuples(
            st.integers(0, 30),
            st.sampled_from(VERBS),
            st.sampled_from(SUBJECTS),
            st.sampled_from(SUBJECTS),
        ),
    ),
    max_size=40,
)


@cache
def _response() -> Response:
    with TemporaryDirectory() as folder:
        return response_of(harbour(Path(folder)))


@given(STEPS)
def test_whatever_people_say_the_rules_hold(steps: list[object]) -> None:
    desk = Desk(_response())
    for step in steps:
        if isinstance(step, int):
            desk.later(step)
        elif isinstance(step, tuple):
            _say(desk, *step)
        assert due_now(desk.incident, desk.left, desk.now) == ()
    _check(desk)


@example(1005, 32)  # the warden does the work, and approves its money afterwards
@given(st.integers(0, 10**9), st.integers(20, 120))
def test_people_who_mostly_do_their_work_break_no_rule_either(seed: int, length: int) -> None:
    """Deep runs: most words fit, some people refuse, hand on, keep silent or meddle."""
    chance, desk = Random(seed), Desk(_response())  # noqa: S311 -- a draw that can be repeated
    for _ in range(length):
        waiting = desk.incident.open_items()
        if not waiting:
            break
        if chance.random() < 0.12:
            desk.later(chance.choice((1, 10, 15, 30, 90)))
            continue
        item = chance.choice(waiting)
        verbs = list(PURPOSES[item.purpose].answers)
        usual = "done" if item.status == "taken" and "done" in verbs else verbs[0]
        verb = chance.choice(verbs) if chance.random() < 0.3 else usual
        by = chance.choice(SUBJECTS) if chance.random() < 0.1 else None
        to = chance.choice(SUBJECTS) if verb == "hand-over" else None
        desk.say(verb, item, by, note="said", to=to)
    _check(desk)


def _say(desk: Desk, number: int, verb: Verb, by: str | None, to: str) -> None:
    waiting = desk.incident.open_items()
    if not waiting:
        return
    item = waiting[number % len(waiting)]
    fitting = list(PURPOSES[item.purpose].answers)
    if by is None and verb not in fitting:
        verb = fitting[number % len(fitting)]
    desk.say(verb, item, by, note="said", to=to if verb == "hand-over" else None)


def _check(desk: Desk) -> None:
    incident = desk.incident
    assert fold_all(desk.entries) == incident
    assert rows_of(incident)
    for item in incident.items.values():
        _check_speaker(incident, item)
    for part in incident.response.parts:
        for step in part.steps:
            progress = incident.progress(step)
            asked_to_do = [item for ask in step.do for item in incident.asked(ask)]
            if asked_to_do and step.order is not None:
                assert incident.answer(step.order) is not None, "work began without its order"
            if asked_to_do and step.consult_first:
                heard = [item.answered for ask in step.consult for item in incident.asked(ask)]
                assert progress.unheard or all(heard), "the consulted were passed by"
            if progress.approver is not None:
                doers = {item.subject for item in asked_to_do if item.outcome == "done"}
                assert progress.approver not in doers, "a doer approved its own money"
                assert progress.approver != progress.requester
            if progress.signed is not None:
                assert progress.finished is not None, "unfinished work was signed off"
    if incident.state == "closed":
        parts = incident.response.parts
        assert all(incident.progress(step).is_over for part in parts for step in part.steps)
        assert incident.open_items() == ()


def _check_speaker(incident: Incident, item: Item) -> None:
    """Whoever answered was asked, and in the line of those who may."""
    if item.by is not None:
        assert incident.response.speaks_for(item.by, item.subject)


@given(st.integers(0, 200))
def test_willing_people_bring_every_incident_to_its_close(patience: int) -> None:
    """Everybody answers what is asked, in any order; nothing gets stuck."""
    desk = Desk(_response())
    for turn in range(400):
        waiting = [item for item in desk.incident.open_items() if _can_answer(desk, item)]
        if not waiting:
            desk.later(30)
            if desk.incident.state == "closed":
                break
            continue
        item = waiting[(turn * 7 + patience) % len(waiting)]
        verb: Verb = (
            "done" if item.status == "taken" else next(iter(PURPOSES[item.purpose].answers))
        )
        assert not isinstance(desk.say(verb, item, note="said"), Refusal)
    assert desk.incident.state == "closed"


def _can_answer(desk: Desk, item: Item) -> bool:
    """Return whether the item waits for a word now: not the lead, which is held to the end."""
    if item.status == "open":
        return True
    step = step_of(desk.incident, item)
    return item.purpose == "do" and step is not None and not money_is_missing(desk.incident, step)
