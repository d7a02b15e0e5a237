"""Clauses as rules of the closed grammar, in as many rulesets as the limits ask for.

One rule a box. Tests stand in one fixed order, equalities first, then disjunctions, ranges last: so
rules share prefixes, and few branches are open at a time. Rules of one activity stand together; a
ruleset past a limit is halved until each half is within, and a rule that is past one by itself is
refused with that limit's own message. Cost: rules x log(rules).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, product

from remit.engine.events import Event
from remit.engine.pack import Pack
from remit.engine.second_opinion.admission import admit, ruleset_refusals
from remit.engine.second_opinion.clauses import Clause, Plain, clauses_of
from remit.engine.second_opinion.grammar import AllOf, AnyOf, Part, Rule, Ruleset, Term
from remit.engine.second_opinion.lines import Line
from remit.engine.second_opinion.refusals import MOST_ALTERNATIVES, Refusal, RefusedError
from remit.engine.vocabulary import Value
from remit.engine.wording import tell

__all__ = ["ALWAYS", "Shard", "Translation", "translate"]

ALWAYS = "always"
"""An attribute that every fact has as 1, for rules without any other test."""
MOST_PIECES = 100
"""Rules one box may become where it lists more alternatives than one rule takes."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One ruleset.

    Args:
        clauses: for each rule by name, the position of its clause in `Translation.clauses`.
        attributes: what its facts have, each with its dimension; empty for `ALWAYS`.
    """

    ruleset: Ruleset
    clauses: Mapping[str, int]
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Translation:
    """A pack for the second engine."""

    pack: Pack
    lines: Mapping[str, Line]
    clauses: tuple[Clause, ...]
    shards: tuple[Shard, ...]

    @property
    def rules(self) -> int:
        """How many rules there are in all rulesets."""
        return sum(len(shard.clauses) for shard in self.shards)

    def facts(self, event: Event) -> tuple[dict[str, int], ...]:
        """Return a full event as facts, one a shard.

        Raises:
            ValueError: if the event leaves out what a rule tests, or gives an inner tree node.
        """
        positions = {name: self.lines[name].position(value) for name, value in event.values.items()}
        found = []
        for shard in self.shards:
            missing = {one for one in shard.attributes.values() if one} - positions.keys()
            if missing:
                raise ValueError(
                    tell("the event does not give {names}", names=", ".join(sorted(missing)))
                )
            found.append(
                {key: positions[name] if name else 1 for key, name in shard.attributes.items()}
            )
        return tuple(found)

    def event_at(self, positions: Mapping[str, int]) -> Event:
        """Return the event that stands at some positions, by dimension."""
        values: dict[str, Value] = {
            name: self.lines[name].value(at) for name, at in positions.items()
        }
        return Event(values)


def translate(pack: Pack) -> Translation:
    """Return a pack as rulesets that are all within the limits.

    Raises:
        RefusedError: if a rule is past a limit by itself; it names the duty or the clause.
    """
    lines, clauses = clauses_of(pack)
    attributes = {name: f"d{index}" for index, name in enumerate(lines)}
    shards: list[Shard] = []
    numbered = list(enumerate(clauses))
    for _, group in groupby(numbered, key=lambda pair: pair[1].activity):
        rules = [
            (rule, index)
            for index, clause in group
            for rule in _rules(index, clause, lines, attributes)
        ]
        if rules:
            shards += _shards(rules, clauses, attributes)
    return Translation(pack, lines, clauses, tuple(shards))


def _shards(
    rules: Sequence[tuple[Rule, int]], clauses: Sequence[Clause], attributes: Mapping[str, str]
) -> Iterator[Shard]:
    ruleset = Ruleset(tuple(rule for rule, _ in rules))
    if len(rules) == 1:
        try:
            admit(ruleset)
        except RefusedError as error:
            raise _named(error, clauses[rules[0][1]]) from error
    elif any(ruleset_refusals(ruleset)):
        middle = len(rules) // 2
        yield from _shards(rules[:middle], clauses, attributes)
        yield from _shards(rules[middle:], clauses, attributes)
        return
    names = {key: name for name, key in attributes.items()} | {ALWAYS: ""}
    used = {key: names[key] for key in sorted(ruleset.attributes())}
    yield Shard(ruleset, {rule.name: index for rule, index in rules}, used)


def _named(error: RefusedError, clause: Clause) -> RefusedError:
    what = f"{clause.kind} `{clause.name}`" if clause.name else clause.kind
    return RefusedError(
        tuple(Refusal(one.code, f"{what}: {one.message}") for one in error.refusals)
    )


def _rules(
    index: int, clause: Clause, lines: Mapping[str, Line], attributes: Mapping[str, str]
) -> Iterator[Rule]:
    for number, box in enumerate(clause.boxes):
        if not all(box.values()):
            continue
        pieces = _pieces(box)
        for piece, each in enumerate(pieces):
            name = f"r{index}-{number}-{piece}"
            yield Rule(name, _pattern(each, lines, attributes))


def _pieces(box: Plain) -> list[Plain]:
    """Return boxes that are `box` together, none with a disjunction too wide."""
    chunks = {
        name: [
            stretches[start : start + MOST_ALTERNATIVES]
            for start in range(0, len(stretches), MOST_ALTERNATIVES)
        ]
        for name, stretches in box.items()
    }
    count = 1
    for found in chunks.values():
        count *= len(found)
    if count > MOST_PIECES:
        wide = max(len(stretches) for stretches in box.values())
        message = tell(
            "a condition lists {wide:,} alternatives, and would become {count:,} rules",
            wide=wide,
            count=count,
        )
        raise RefusedError((Refusal("S12", message),))
    return [dict(zip(chunks, choice, strict=True)) for choice in product(*chunks.values())]


def _pattern(box: Plain, lines: Mapping[str, Line], attributes: Mapping[str, str]) -> Part:
    equalities: list[Part] = []
    choices: list[Part] = []
    ranges: list[Part] = []
    for name in lines:
        stretches = box.get(name)
        if stretches is None:
            continue
        parts = [_stretch(attributes[name], one, lines[name]) for one in stretches]
        if len(parts) > 1:
            choices.append(AnyOf(tuple(_joined(part) for part in parts)))
        elif len(parts[0]) == 1 and parts[0][0].operator == "eq":
            equalities += parts[0]
        else:
            ranges += parts[0]
    return AllOf((*equalities, *choices, *ranges) or (Term(ALWAYS, "eq", 1),))


def _stretch(attribute: str, stretch: tuple[int, int], line: Line) -> list[Term]:
    low, high = stretch
    if low == high:
        return [Term(attribute, "eq", low)]
    found = []
    if low > line.low:
        found.append(Term(attribute, "ge", low))
    if high < line.high:
        found.append(Term(attribute, "le", high))
    return found


def _joined(tests: list[Term]) -> Part:
    return tests[0] if len(tests) == 1 else AllOf(tuple(tests))
