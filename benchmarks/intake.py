"""How many questions intake needs, against what any questions could do at best.

python benchmarks/intake.py [PACK ...] [--sizes 100 1000] [--events 10000] [--folder build]

For each activity on which an answer depends, events are drawn over the possible cells, each as
often as it weighs, and asked about from nothing. The mean number of questions stands beside

- the entropy of who answers, in bits, and that over log2 of the most choices a question has: a
  question with k answers tells at most log2 k bits, so no dialogue needs fewer on average;
- the optimum: the fewest questions on average that any order of the same questions needs, found by
  dynamic programming over all that can be known; left out past some seconds.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from math import log2
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from packs import write_pack
from run import machine

import remit
from remit.engine.intervals import IntervalSet
from remit.engine.language.constraints import parse_constraint
from remit.engine.map.ask import Split, depends, splits
from remit.engine.map.doubt import Doubt, doubt_in, entropies
from remit.engine.map.intake import Intake, Question

TARGET = 1.3
"""Times the bound that the mean may be at most."""
Key = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What intake of one activity of one pack needs.

    Args:
        entropy: bits of who answers.
        entropy_bound: fewest questions by entropy alone.
        optimum: fewest questions any order of the same questions needs on average, or `None`.
        mean: questions asked, over the events drawn.
        expected: questions asked, over all cells: exact but for rounding.
        idle: questions of which every answer left all outcomes possible.
    """

    pack: str
    activity: str
    owners: int
    entropy: float
    most_choices: int
    entropy_bound: float
    optimum: float | None
    mean: float
    expected: float
    most: int
    idle: int
    question_p50_ms: float
    question_p99_ms: float

    @property
    def bound(self) -> float:
        """The better bound known: the optimum where found, else that of entropy, at least 1."""
        return self.optimum or max(1.0, self.entropy_bound)


class TooFar(Exception):  # noqa: N818 -- an outcome that is planned for
    """The optimum of a pack is too far to seek."""


def main() -> int:
    """Measure, print the table, and write it with the raw figures; 1 past the target."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("packs", type=Path, nargs="*", default=[Path("policies/rf-community")])
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1_000])
    parser.add_argument("--activities", type=int, default=12, help="most activities of a pack")
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="most time for one optimum")
    parser.add_argument("--folder", type=Path, default=Path("build"), help="where results go")
    chosen = parser.parse_args()
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        generated = [Path(folder) / f"generated-{size}" for size in chosen.sizes]
        for path, size in zip(generated, chosen.sizes, strict=True):
            write_pack(path, size)
        for path in (*chosen.packs, *generated):
            print(f"asking {path.name}", file=sys.stderr)
            figures += measure(path, chosen.activities, chosen.events, chosen.seconds)
    table = markdown(figures, chosen.events)
    print(table, end="")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    (chosen.folder / "intake.md").write_text(table, encoding="utf-8")
    raw = {
        "machine": machine(),
        "events": chosen.events,
        "target": TARGET,
        "figures": [{**asdict(f), "bound": f.bound, "ratio": f.mean / f.bound} for f in figures],
    }
    (chosen.folder / "intake.json").write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")
    return int(any(f.optimum and f.mean > TARGET * f.optimum for f in figures))


def measure(path: Path, activities: int, events: int, seconds: float) -> list[Figures]:
    """Return the figures of the activities of a pack about which there is anything to ask."""
    pack = remit.load(path)
    compiled = remit.compile(pack)
    names = sorted(pack.vocabulary.activities, key=lambda name: name != pack.lead)
    found = []
    for name in names:
        intake = Intake(compiled, name)
        if len(found) < activities and isinstance(intake.next({}), Question):
            found.append(_figures(path.name, intake, events, seconds))
    return found


def _figures(pack: str, intake: Intake, events: int, seconds: float) -> Figures:
    doubt = whole_doubt(intake)
    every = list(splits(doubt, frozenset()))
    owners = every[0].chances.sum(axis=0)
    entropy = float(entropies(owners[None, :] / owners.sum())[0])
    dialogue = Dialogue(intake)
    counts = [dialogue.count(event) for event in draw(intake, events)]
    most = max(len(q.choices) for q in dialogue.questions.values() if isinstance(q, Question))
    most = max([most, *(len(split.possible) for split in every)])
    times = sorted(dialogue.times_ms)
    return Figures(
        pack,
        intake.activity,
        len(doubt.outcomes),
        entropy,
        most,
        entropy / log2(most),
        optimum(doubt, seconds),
        statistics.mean(counts),
        dialogue.expected({}),
        max(counts),
        sum(is_idle(q) for q in dialogue.questions.values() if isinstance(q, Question)),
        statistics.median(times),
        times[int(0.99 * (len(times) - 1))],
    )


def whole_doubt(intake: Intake) -> Doubt:
    """Return who may answer when nothing is known."""
    space = intake.map.compiled.space
    return doubt_in(intake.outcomes, lambda owner: owner, space, space.box_of({}))


def is_idle(question: Question) -> bool:
    """Return whether a question rules nobody out, whatever the answer."""
    return all(choice.owners == question.possible for choice in question.choices)


class Dialogue:
    """Dialogues about one activity; what has been asked once is remembered."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.questions: dict[tuple[tuple[str, IntervalSet], ...], object] = {}
        self.times_ms: list[float] = []

    def next(self, known: dict[str, IntervalSet]) -> object:
        """Return the next question or the end."""
        key = tuple(sorted(known.items()))
        if key not in self.questions:
            start = time.process_time()
            self.questions[key] = self.intake.next(known)
            self.times_ms.append(1_000 * (time.process_time() - start))
        return self.questions[key]

    def count(self, event: dict[str, IntervalSet]) -> int:
        """Return how many questions an event takes.

        Raises:
            RuntimeError: if a question has no choice for the event.
        """
        known: dict[str, IntervalSet] = {}
        asked = 0
        while isinstance(question := self.next(known), Question):
            asked += 1
            name = question.dimension.name
            allowed = [parse_constraint(question.dimension, c.constraint) for c in question.choices]
            meant = [each for each in allowed if event[name] <= each]
            if len(meant) != 1:
                raise RuntimeError(f"{name} has {len(meant)} choices for an event")
            known = {**known, name: meant[0]}
        return asked

    def expected(self, known: dict[str, IntervalSet]) -> float:
        """Return the mean number of questions from what is known, over all cells."""
        question = self.next(known)
        if not isinstance(question, Question):
            return 0.0
        name = question.dimension.name
        return 1 + sum(
            choice.chance
            * self.expected(
                {**known, name: parse_constraint(question.dimension, choice.constraint)}
            )
            for choice in question.choices
        )


def draw(intake: Intake, events: int) -> list[dict[str, IntervalSet]]:
    """Return possible cells as events, each drawn as often as it weighs."""
    chance = random.Random(1)  # noqa: S311 -- the same events every time, nothing secret
    compiled = intake.map.compiled
    reach = [list(accumulate(axis.weights)) for axis in compiled.space.axes]
    found: list[dict[str, IntervalSet]] = []
    while len(found) < events:
        cell = [
            chance.choices(range(axis.width), cum_weights=sums)[0]
            for axis, sums in zip(compiled.space.axes, reach, strict=True)
        ]
        if compiled.possible(cell):
            found.append(
                {
                    axis.name: axis.allowed(((atom, atom + 1),))
                    for axis, atom in zip(compiled.space.axes, cell, strict=True)
                }
            )
    return found


def optimum(doubt: Doubt, seconds: float) -> float | None:
    """Return the fewest questions on average that any order needs; `None` past some seconds."""
    try:
        return _Optimum(time.process_time() + seconds).of(doubt)
    except TooFar:
        return None


class _Optimum:
    """Dynamic programming over what can be known, each state looked at once.

    A question on which the outcome does not depend is in no shortest dialogue, and is not tried.
    """

    def __init__(self, end: float) -> None:
        self.end = end
        self.known: dict[Key, float] = {}

    def of(self, doubt: Doubt) -> float:
        key = tuple(axis.atoms.tobytes() for axis in doubt.axes)
        if key in self.known:
            return self.known[key]
        if time.process_time() > self.end:
            raise TooFar
        self.known[key] = 0.0
        fewest: float | None = None
        for split in sorted(splits(doubt, frozenset()), key=lambda each: each.doubt):
            if split.narrows or depends(doubt, split.position):
                fewest = self._with(doubt, split, fewest)
        self.known[key] = fewest or 0.0
        return self.known[key]

    def _with(self, doubt: Doubt, split: Split, fewest: float | None) -> float:
        """Return the fewest questions if this one is tried too."""
        if fewest == 1:
            return fewest
        total = split.chances.sum()
        questions = 1.0
        for chosen, chances, possible in zip(
            split.choices, split.chances, split.possible, strict=True
        ):
            if possible.sum() > 1:
                questions += float(chances.sum() / total) * self.of(
                    doubt.within(split.position, chosen)
                )
            if fewest is not None and questions >= fewest:
                return fewest
        return questions


def markdown(figures: Sequence[Figures], events: int) -> str:
    """Return the table."""
    here = ", ".join(f"{name} {value}" for name, value in machine().items())
    lines = [
        f"{here}; {events:,} events an activity; ratio: mean / optimum; time: p50 / p99",
        "",
        "| pack | activity | owners | bits | bound | optimum | mean | most | ratio | idle | time |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {f.pack} | {f.activity} | {f.owners} | {f.entropy:.2f} | {f.entropy_bound:.2f} "
        f"| {'not proved' if f.optimum is None else format(f.optimum, '.3f')} | {f.mean:.3f} "
        f"| {f.most} | {f.mean / f.bound:.2f} | {f.idle} "
        f"| {f.question_p50_ms:.1f} / {f.question_p99_ms:.1f} ms |"
        for f in figures
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
