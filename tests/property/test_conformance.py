"""Deviations that are sown into random runs are all found, and none is invented on a clean one.

The oracle is whoever sows: what a run is made to contain is written down before it is played, and
never read from the entries.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.workflows.conformance.deviation import KINDS
from remit.workflows.conformance.finding import deviations_of
from remit.workflows.conformance.history import history_of
from remit.workflows.entries import Draft, Entry
from remit.workflows.response import Response
from tests.desk import Desk, harbour, response_of

Sown = tuple[str, str, str, bool]
"""Kind, step, subject, and whether it was only tried."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def response(tmp_path_factory: pytest.TempPathFactory) -> Response:
    """What a spill calls for in the harbour."""
    return response_of(harbour(tmp_path_factory.mktemp("pack")))


@dataclass
class Run:
    """One run: who is slow, silent or oversteps, and what is written into it afterwards."""

    seeds: frozenset[str]
    minutes: int
    expected: set[Sown] = field(default_factory=set)

    def has(self, seed: str, *sown: Sown) -> bool:
        """Return whether something is sown; it is then expected to be found."""
        if seed in self.seeds:
            self.expected.update(sown)
        return seed in self.seeds

    def play(self, response: Response) -> list[Entry]:
        """Play the run to its close and return its entries."""
        desk = Desk(response)
        desk.later(self.minutes)
        if self.has("outsider", ("outside-authority", "", "press", True)):
            _refuse(desk, "ack", "press", desk.item("command", "warden").number)
        if self.has("silent-leader", ("no-answer", "", "warden", False)):
            desk.later(11)
            desk.say("ack", desk.item("command", "mate"))
        else:
            desk.say("ack", desk.item("command", "warden"))
        self._gate(desk)
        self._feed(desk)
        self._finish(desk)
        return self._written_into(desk.entries)

    def expected_in(self, entries: list[Entry]) -> tuple[set[Sown], set[Sown]]:
        """Return what was sown and not found, and what was found and not sown."""
        found = found_in(entries)
        return self.expected - found, found - self.expected

    def _gate(self, desk: Desk) -> None:
        if self.has("silent-clinic", ("consult-unheard", "close-gate", "clinic", False)):
            desk.later(31)
        else:
            desk.later(self.minutes)
            desk.say("ack", desk.item("consult", "clinic"))
        desk.later(self.minutes)
        desk.say("approve", desk.item("order", "council"))
        doer = "crew"
        if self.has("silent-crew", ("no-answer", "close-gate", "crew", False)):
            desk.later(16)
            doer = "reserve-crew"
        elif self.has("late-crew", ("late-answer", "close-gate", "crew", False)):
            desk.later(16)
        desk.say("ack", desk.item("do", doer, "close-gate"))
        late = self.has("late-gate", ("late-work", "close-gate", "crew", False))
        desk.later(200 if late else 60)
        desk.say("done", desk.item("do", doer, "close-gate"))
        desk.say("approve", desk.item("sign-off", "council", "close-gate"))

    def _feed(self, desk: Desk) -> None:
        doer = "reserve-crew" if "silent-crew" in self.seeds else "crew"
        doer = _ask_of(desk, doer)
        desk.later(self.minutes)
        desk.say("ack", desk.item("do", doer, "feed"))
        if self.has("too-early", ("out-of-order", "feed", doer, True)):
            assert desk.say("done", desk.item("do", doer, "feed")) is not None
            _write_refusal(desk, "done", doer, desk.item("do", doer, "feed").number)
        desk.say("approve", desk.item("approve", _ask_of(desk, "warden", "approve")))
        if self.has("refused-offer", ("hand-over-refused", "feed", "helpers", False)):
            desk.say("hand-over", desk.item("do", doer, "feed"), to="helpers")
            desk.say("decline", desk.item("accept", "helpers"), note="no hands")
        desk.later(self.minutes)
        desk.say("done", desk.item("do", doer, "feed"))
        desk.later(self.minutes)
        desk.say("ack", desk.item("accept", "kitchen"))
        signer = _ask_of(desk, "warden", "sign-off")
        desk.say("approve", desk.item("sign-off", signer, "feed"))

    def _finish(self, desk: Desk) -> None:
        """Let everybody who is asked do the rest at once."""
        for _ in range(20):
            if desk.incident.closed is not None:
                return
            for item in desk.incident.open_items():
                verb = {"close": "approve", "sign-off": "approve", "do": "done"}
                desk.say(verb.get(item.purpose, "ack"), item)  # type: ignore[arg-type]
        pytest.fail(f"the run does not end: {desk.waiting()}")

    def _written_into(self, entries: list[Entry]) -> list[Entry]:
        """Return the entries with what no engine writes put into them."""
        found = list(entries)
        if self.has("early-start", ("out-of-order", "feed", "", False)):
            early = Draft("started", {"part": "response", "step": "feed"})
            found.insert(1, _entry(found[0], early))
        if self.has("unreached", ("untold", "", "press", False)):
            found.insert(3, _entry(found[0], Draft("undelivered", {"to": "press"})))
        if self.has("unordered", ("out-of-order", "close-gate", "", False)):
            # The order itself is gone, so nobody answered it in time either.
            self.expected.add(("no-answer", "close-gate", "council", False))
            found = [one for one in found if one.payload.get("outcome") != "ordered"]
        if self.has("own-money", ("self-approval", "feed", "crew", False)):
            self.expected.add(("outside-authority", "feed", "crew", False))
            found = [_by(one, "approved", "crew") for one in found]
        if self.has("glass", ("past-policy", "close-gate", "press", False)):
            found = [_by(one, "ordered", "press", glass="urgent") for one in found]
        return [replace(one, number=number) for number, one in enumerate(found, 1)]


SEEDS = (
    "outsider", "silent-leader", "silent-clinic", "silent-crew", "late-crew", "late-gate",
    "too-early", "refused-offer", "early-start", "unreached", "unordered", "own-money", "glass",
)  # fmt: skip
APART = (frozenset({"silent-crew", "late-crew"}), frozenset({"unordered", "glass"}))
"""Of two that cannot both be, the first is sown."""


def run_of(seeds: frozenset[str], minutes: int) -> Run:
    """Return a run with seeds that can be together."""
    for pair in APART:
        if pair <= seeds:
            seeds -= {max(pair)}
    return Run(seeds, minutes)


def found_in(entries: list[Entry]) -> set[Sown]:
    """Return what is found in some entries."""
    history = history_of(entries)
    assert history is not None
    return {(one.kind, one.step, one.subject, one.tried) for one in deviations_of(history)}


@settings(max_examples=60)
@given(seeds=st.sets(st.sampled_from(SEEDS)), minutes=st.integers(0, 9))
def test_what_was_sown_is_found_and_nothing_else(
    response: Response, seeds: set[str], minutes: int
) -> None:
    run = run_of(frozenset(seeds), minutes)
    assert run.expected_in(run.play(response)) == (set(), set())


@pytest.mark.parametrize("seed", SEEDS)
def test_each_seed_alone_is_found(response: Response, seed: str) -> None:
    run = run_of(frozenset({seed}), 5)
    assert run.expected_in(run.play(response)) == (set(), set())
    assert run.expected


@given(minutes=st.integers(0, 9))
def test_a_run_in_which_all_do_as_they_ought_is_clean(response: Response, minutes: int) -> None:
    assert found_in(run_of(frozenset(), minutes).play(response)) == set()


def test_every_deviation_names_entries_that_are_there(response: Response) -> None:
    entries = run_of(frozenset(SEEDS), 3).play(response)
    history = history_of(entries)
    assert history is not None
    for one in deviations_of(history):
        assert one.kind in KINDS
        assert one.entries
        assert set(one.entries) <= {entry.number for entry in entries}


def _ask_of(desk: Desk, wanted: str, purpose: str = "do") -> str:
    """Return who is asked now: whoever stands in for the one who is wanted, if somebody does."""
    names = [item.subject for item in desk.incident.open_items() if item.purpose == purpose]
    return wanted if wanted in names else names[-1]


def _refuse(desk: Desk, verb: str, by: str, item: int) -> None:
    assert desk.say(verb, desk.incident.items[item], by) is not None  # type: ignore[arg-type]
    _write_refusal(desk, verb, by, item)


def _write_refusal(desk: Desk, verb: str, by: str, item: int) -> None:
    asked = desk.incident.items[item]
    payload = {"item": item, "verb": verb, "reason": "no", "part": asked.part, "step": asked.step}
    desk.write(Draft("refused", payload, actor=by))


def _entry(like: Entry, draft: Draft) -> Entry:
    return replace(like, kind=draft.kind, payload=draft.payload, actor=draft.actor, cause=None)


def _by(entry: Entry, outcome: str, actor: str, **more: str) -> Entry:
    if entry.kind != "answered" or entry.payload.get("outcome") != outcome:
        return entry
    return replace(entry, actor=actor, payload={**entry.payload, **more})
