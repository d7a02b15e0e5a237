"""Small spaces and packs for the engine's tests, made without files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from remit.engine.conditions import Box, Condition, Constraint
from remit.engine.intervals import IntervalSet
from remit.engine.pack import Duty, DutyReference, Letter, Pack, Subject
from remit.engine.spans import Span
from remit.engine.vocabulary import Activity, Dimension, Vocabulary

HERE = Span("sample.yaml", 1, 1, 1, 2)
PLACE = Dimension(
    "place",
    "tree",
    HERE,
    values=("b1", "b2", "b3", "b4"),
    nodes={"rf": (0, 4), "north": (0, 2), "south": (2, 4)}
    | {f"b{i + 1}": (i, i + 1) for i in range(4)},
    parents={
        "north": "rf",
        "south": "rf",
        "b1": "north",
        "b2": "north",
        "b3": "south",
        "b4": "south",
    },
)
STAGE = Dimension("stage", "values", HERE, values=("early", "mid-term", "normalised"), state=True)
LEVEL = Dimension("level", "scale", HERE, values=("iv", "iii", "ii", "i"))
CASES = Dimension("cases", "integer", HERE, minimum=0, maximum=99)
ALWAYS = Condition.always(HERE)


def when(**allowed: IntervalSet) -> Condition:
    """Return the condition of one box."""
    return Condition((Box({n: Constraint(s, HERE) for n, s in allowed.items()}, HERE),), HERE)


def duty(
    name: str,
    condition: Condition = ALWAYS,
    *,
    roles: tuple[Letter, ...] = ("accountable",),
    over: Iterable[str] = (),
    activity: str = "gate",
) -> Duty:
    """Return a duty by full name that excepts those named in `over`."""
    subject, own = name.split("/")
    excepted = tuple(DutyReference(other, HERE) for other in over)
    return Duty(own, subject, activity, roles, condition, HERE, exception_to=excepted)


def pack(
    *duties: Duty,
    impossible: tuple[Condition, ...] = (),
    precedence: tuple[str, ...] = (),
    activities: Mapping[str, Activity] | None = None,
) -> Pack:
    """Return a pack of one activity, `gate`, over place, stage, level and cases."""
    dimensions = {d.name: d for d in (PLACE, STAGE, LEVEL, CASES)}
    gate = {"gate": Activity("gate", HERE, ALWAYS)}
    names = sorted({d.subject for d in duties})
    subjects = {
        name: Subject(name, HERE, duties=tuple(d for d in duties if d.subject == name))
        for name in names
    }
    vocabulary = Vocabulary(dimensions, activities or gate, {}, impossible=impossible)
    return Pack(
        "sample", "1", "sample", "0", HERE, vocabulary, subjects, lead="gate", precedence=precedence
    )
