"""Laws of triage, held against a slow reading of the same rules."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from remit.engine.pack import Signal
from remit.engine.triage import Message, matches, triage
from tests.signals import field_test, message, pack, signal

VALUES = st.lists(st.sampled_from(["b1", "b2", "b9"]), max_size=2).map(tuple)
MESSAGES = st.lists(
    st.builds(
        lambda name, minute, about, place, who, symptom: message(
            f"m{name}", minute, *about, place=place, reporter=who, symptom=symptom
        ),
        name=st.integers(0, 12),
        minute=st.integers(0, 200),
        about=st.lists(st.integers(0, 14).map(lambda number: f"m{number}"), max_size=1),
        place=VALUES,
        who=st.sampled_from(["x", "y", "z", ()]),
        symptom=st.sampled_from(["fever", "cough"]),
    ),
    max_size=14,
)
SIGNALS = st.builds(
    lambda tests, count, minutes, by, distinct: signal(
        *tests,
        count=count,
        within=None if minutes is None else 60 * minutes,
        by=by,
        distinct=distinct,
    ),
    tests=st.sampled_from([(), (field_test("symptom", "fever"),)]),
    count=st.integers(1, 4),
    minutes=st.none() | st.integers(0, 120),
    by=st.sampled_from([(), ("place",), ("place", "symptom")]),
    distinct=st.sampled_from([None, "reporter"]),
)


def slowly(rule: Signal, messages: list[Message]) -> set[tuple[tuple[str, ...], frozenset[str]]]:
    """Return the groups and message ids of the events a signal raises, by the rules read aloud."""
    first: dict[str, Message] = {}
    for one in sorted(messages, key=lambda m: (m.time, m.id, sorted(m.fields.items()), m.about)):
        first.setdefault(one.id, one)
    known = list(first.values())
    thread = {name: {name} for m in known for name in (m.id, *m.about)}
    for m in known:
        for earlier in m.about:
            joined = thread[m.id] | thread[earlier]
            for name in joined:
                thread[name] = joined
    counted = [m for m in known if matches(rule, m)]
    groups = {()}
    for field in rule.by:
        values = {value for m in counted for value in m.fields.get(field, ())}
        groups = {(*agreed, value) for agreed in groups for value in values}
    found = set()
    for agreed in groups:
        inside = [
            m
            for m in counted
            if all(v in m.fields.get(f, ()) for f, v in zip(rule.by, agreed, strict=True))
        ]
        hot = [w for m in inside if (w := window(rule, m, inside, thread))]
        for episode in merged(hot, thread):
            found.add((agreed, frozenset(episode)))
    return found


def window(
    rule: Signal, last: Message, inside: list[Message], thread: dict[str, set[str]]
) -> set[str]:
    """Return the ids in the window that ends with `last`, none if too few."""
    place = inside.index(last)
    if rule.within is None:
        held = [last] if rule.count == 1 else inside[: place + 1]
    else:
        held = [
            m for m in inside[: place + 1] if (last.time - m.time).total_seconds() <= rule.within
        ]
    who = (
        {frozenset(thread[m.id]) for m in held}
        if rule.distinct is None
        else {m.fields.get(rule.distinct, ()) for m in held}
    )
    return {m.id for m in held} if len(who) >= rule.count else set()


def merged(hot: list[set[str]], thread: dict[str, set[str]]) -> list[set[str]]:
    """Return hot windows put together until none shares a message or a thread with another."""
    rest, done = list(hot), []
    while rest:
        one = rest.pop()
        threads = set().union(*(thread[name] for name in one))
        touching = [other for other in rest if other & one or other & threads]
        if touching:
            rest = [other for other in rest if other not in touching]
            rest.append(one.union(*touching))
        else:
            done.append(one)
    return done


@given(SIGNALS, MESSAGES)
def test_triage_agrees_with_the_rules_read_aloud(rule: Signal, messages: list[Message]) -> None:
    found = triage(pack(rule), messages)
    assert slowly(rule, messages) == {(tuple(r.by.values()), frozenset(r.messages)) for r in found}


@given(SIGNALS, MESSAGES, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(
    rule: Signal, messages: list[Message], chance: Random
) -> None:
    shuffled = list(messages)
    chance.shuffle(shuffled)
    assert triage(pack(rule), messages) == triage(pack(rule), shuffled)


@given(SIGNALS, MESSAGES)
def test_what_arrives_twice_counts_once(rule: Signal, messages: list[Message]) -> None:
    assert triage(pack(rule), messages) == triage(pack(rule), messages + messages)


@given(SIGNALS, MESSAGES, MESSAGES)
def test_without_threads_later_arrivals_never_take_an_event_back(
    rule: Signal, before: list[Message], after: list[Message]
) -> None:
    alone = {m.id: Message(m.id, m.source, m.fields, m.time) for m in [*after, *before]}
    early = [alone[name] for name in sorted({m.id for m in before})]
    then = triage(pack(rule), early)
    now = triage(pack(rule), alone.values())
    for old in then:
        assert any(old.by == new.by and set(old.messages) <= set(new.messages) for new in now)


@given(SIGNALS, MESSAGES)
def test_every_raised_event_is_told_apart(rule: Signal, messages: list[Message]) -> None:
    names = [found.event.id for found in triage(pack(rule), messages)]
    assert sorted(set(names)) == sorted(names)
