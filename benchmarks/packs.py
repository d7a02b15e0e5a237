"""Packs of any size, the same for the same size: rules with exceptions, and a few faults put in.

Each activity has one duty that holds everywhere, and a tree of exceptions below it: each splits off
single values of one more dimension, so that siblings never meet. Every fourth duty adds a supporter
or somebody to be told. Then some activities lose their general duty in one place (gaps), and some
gain a second accountable subject in another (overlaps).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["FAULTS", "random_event", "write_pack"]

FAULTS = 4
"""Gaps put in, and overlaps put in."""
DUTIES_PER_SUBJECT = 50
DUTIES_PER_ACTIVITY = 40
MOST_CASES = 10_000

HAZARDS = {f"group-{g}": [f"hazard-{g}-{h}" for h in range(6)] for g in range(5)}
PLACES = {
    f"district-{d}": {f"street-{d}-{s}": [f"block-{d}-{s}-{b}" for b in range(3)] for s in range(4)}
    for d in range(4)
}
PHASES = ["prevention", "monitoring", "response", "recovery"]
STAGES = ["early", "mid-term", "normalised"]
LEVELS = ["iv", "iii", "ii", "i"]
CASE_BANDS = ["0..<10", "10..<100", "100..<1000", ">= 1000"]
BLOCKS = [block for streets in PLACES.values() for blocks in streets.values() for block in blocks]

CHOICES = {
    "hazard": [*HAZARDS, *(leaf for leaves in HAZARDS.values() for leaf in leaves)],
    "phase": PHASES,
    "stage": STAGES,
    "level": LEVELS,
    "place": [*PLACES, *(street for streets in PLACES.values() for street in streets), *BLOCKS],
    "cases": CASE_BANDS,
}
SPLITS = {**CHOICES, "hazard": list(HAZARDS), "place": list(PLACES)}
"""Values of each dimension that do not meet."""


@dataclass(slots=True)
class Duty:
    """One duty to be written."""

    name: str
    subject: str
    activity: str
    role: str
    when: dict[str, str]
    unless: dict[str, str] = field(default_factory=dict)
    exception_to: str = ""


def write_pack(folder: Path, size: int) -> None:
    """Write a pack of `size` duties into `folder`, which is made."""
    draw = random.Random(size)  # noqa: S311 -- the same pack every time, nothing secret
    subjects = [f"subject-{n}" for n in range(max(3, size // DUTIES_PER_SUBJECT))]
    activities = [f"activity-{n}" for n in range(max(FAULTS, size // DUTIES_PER_ACTIVITY))]
    duties: list[Duty] = []
    for number, activity in enumerate(activities):
        share, left = divmod(size - FAULTS, len(activities))
        share += number < left
        duties += _duties_of(activity, share, subjects, draw)
    _put_in_faults(duties, activities, subjects)
    (folder / "subjects").mkdir(parents=True)
    (folder / "pack.yaml").write_text(
        f"remit: 1\npack: generated\nversion: '{size}'\nlead: {activities[0]}\n", encoding="utf-8"
    )
    (folder / "vocabulary.yaml").write_text(_vocabulary(activities), encoding="utf-8")
    for subject in subjects:
        text = _subject(subject, [duty for duty in duties if duty.subject == subject])
        (folder / "subjects" / f"{subject}.yaml").write_text(text, encoding="utf-8")


def random_event(draw: random.Random) -> dict[str, object]:
    """Return one full event of the packs' vocabulary."""
    return {
        "hazard": draw.choice([leaf for leaves in HAZARDS.values() for leaf in leaves]),
        "phase": draw.choice(PHASES),
        "stage": draw.choice(STAGES),
        "level": draw.choice(LEVELS),
        "place": draw.choice(BLOCKS),
        "cases": draw.randint(0, MOST_CASES),
    }


def _duties_of(activity: str, share: int, subjects: list[str], draw: random.Random) -> list[Duty]:
    general = Duty(
        f"{activity}-0", draw.choice(subjects), activity, "[accountable, responsible]", {}
    )
    found = [general]
    parents = [general]
    while len(found) < share:
        number = len(found)
        if number % 4 == 0:
            role = draw.choice(["supports", "consulted", "informed"])
            when = {name: draw.choice(CHOICES[name]) for name in draw.sample(sorted(CHOICES), 2)}
            found.append(Duty(f"{activity}-{number}", draw.choice(subjects), activity, role, when))
            continue
        parent = parents.pop(0)
        free = sorted(set(SPLITS) - set(parent.when))
        if not free:
            continue
        name = draw.choice(free)
        for value in draw.sample(SPLITS[name], min(len(SPLITS[name]) - 1, 3, share - len(found))):
            duty = Duty(
                f"{activity}-{len(found)}",
                draw.choice(subjects),
                activity,
                "[accountable, responsible]",
                {**parent.when, name: value},
                exception_to=f"{parent.subject}/{parent.name}",
            )
            found.append(duty)
            parents.append(duty)
    return found


def _put_in_faults(duties: list[Duty], activities: list[str], subjects: list[str]) -> None:
    for activity in activities[:FAULTS]:
        (general,) = (duty for duty in duties if duty.name == f"{activity}-0")
        exceptions = [
            duty for duty in duties if duty.exception_to == f"{general.subject}/{general.name}"
        ]
        # The general duty's exceptions all speak of one dimension and leave out one value at least.
        (split,) = {name for duty in exceptions for name in duty.when}
        left = next(v for v in SPLITS[split] if v not in {duty.when[split] for duty in exceptions})
        other = next(name for name in ("stage", "level") if name != split)
        general.unless = {split: left, other: CHOICES[other][0]}
        second = next(subject for subject in subjects if subject != general.subject)
        when = {split: left, other: CHOICES[other][1]}
        duties.append(Duty(f"{activity}-too", second, activity, "accountable", when))


def _vocabulary(activities: list[str]) -> str:
    lines = [
        "dimensions:",
        f"  hazard: {{tree: {_flow(HAZARDS)}}}",
        f"  phase: {{values: {_flow(PHASES)}}}",
        f"  stage: {{values: {_flow(STAGES)}}}",
        f"  level: {{scale: {_flow(LEVELS)}}}",
        f"  place: {{tree: {_flow(PLACES)}}}",
        f"  cases: {{integer: {{min: 0, max: {MOST_CASES}}}}}",
        "activities:",
        *(f"  {activity}: {{}}" for activity in activities),
    ]
    return "\n".join(lines) + "\n"


def _subject(name: str, duties: list[Duty]) -> str:
    lines = [f"subject: {name}"]
    if duties:
        lines.append("duties:")
    for duty in duties:
        lines += [
            f"  - id: {duty.name}",
            f"    activity: {duty.activity}",
            f"    role: {duty.role}",
            f"    when: {_flow(duty.when)}",
        ]
        if duty.unless:
            lines.append(f"    unless: {_flow(duty.unless)}")
        if duty.exception_to:
            lines.append(f"    exception_to: [{duty.exception_to}]")
    return "\n".join(lines) + "\n"


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return f'"{value}"'
