"""Small packs with one signal, and messages for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from remit.engine.events import Event
from remit.engine.pack import FieldTest, Pack, Signal
from remit.engine.spans import Span
from remit.engine.triage import Message
from remit.engine.vocabulary import Dimension, Value, Vocabulary

HERE = Span("signals/s.yaml", 1, 1, 1, 2)
START = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)

PLACE = Dimension(
    "place",
    "tree",
    HERE,
    values=("b1", "b2", "b3"),
    nodes={"rf": (0, 3), "b1": (0, 1), "b2": (1, 2), "b3": (2, 3)},
    parents={"b1": "rf", "b2": "rf", "b3": "rf"},
)
CASES = Dimension("cases", "integer", HERE, minimum=0, maximum=100)
LEVEL = Dimension("level", "scale", HERE, values=("iv", "iii"))


def field_test(field: str, *texts: str, negated: bool = False) -> FieldTest:
    """Return a test that a field is one of `texts`."""
    return FieldTest(field, texts, HERE, negated=negated)


def signal(
    *when: FieldTest,
    count: int = 1,
    within: int | None = None,
    by: tuple[str, ...] = (),
    distinct: str | None = None,
    raises: Mapping[str, Value] | None = None,
) -> Signal:
    """Return a signal `s` over reports; `within` in seconds."""
    event = Event(raises or {"level": "iv"})
    return Signal(
        "s", "report", when, event, HERE, count=count, within=within, by=by, distinct=distinct
    )


def pack(*signals: Signal) -> Pack:
    """Return a pack with the dimensions place, cases and level, and these signals."""
    dimensions = {dimension.name: dimension for dimension in (PLACE, CASES, LEVEL)}
    vocabulary = Vocabulary(dimensions, {}, {})
    named = {f"{each.name}{index or ''}": each for index, each in enumerate(signals)}
    return Pack("p", "1", ".", "", HERE, vocabulary, {}, signals=named)


def message(name: str, minute: float = 0, *about: str, **fields: str | tuple[str, ...]) -> Message:
    """Return a report sent `minute` minutes after the start."""
    values = {key: (text,) if isinstance(text, str) else text for key, text in fields.items()}
    return Message(name, "report", values, START + dt.timedelta(minutes=minute), about)
