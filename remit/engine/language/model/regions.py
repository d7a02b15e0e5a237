"""Conditions: which events something is for."""

from __future__ import annotations

import re
from sys import intern

from remit.engine.conditions import Box, Condition, Constraint
from remit.engine.intervals import IntervalSet
from remit.engine.language.constraints import DEEPEST, parse_constraint
from remit.engine.language.flaws import Flaw, FlawError, raw_phrase
from remit.engine.language.literals import CONSTRAINT_PATTERN, LONGEST_CONSTRAINT
from remit.engine.language.model.base import INVALID, Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.composed import as_word
from remit.engine.language.model.lexicon import box_schema, constraint_parts
from remit.engine.language.model.names import Identifier
from remit.engine.language.model.terms import Terms
from remit.engine.language.problems import in_ticks, one_of
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.language.yaml_scalars import plain_value, scalar_value
from remit.engine.vocabulary import Dimension, date_dimension
from remit.engine.wording import tell

__all__ = [
    "BOX",
    "CONDITION",
    "ConditionType",
    "constraint_form",
    "constraint_schema",
    "read_constraint",
]

_FORM = re.compile(CONSTRAINT_PATTERN[1:-1])


class ConditionType(Type[Condition]):
    """A map of constraints, or a list of such maps, any of which may hold.

    Args:
        unions: whether a list is allowed.
        empty: whether `{}`, every event, is allowed.
    """

    def __init__(self, *, unions: bool = True, empty: bool = True) -> None:
        self.unions = unions
        self.empty = empty

    def read(self, node: Node, reading: Reading) -> Condition | Invalid:
        """Return the condition."""
        if type(node) is MappingNode:
            box = self._box(node, reading)
            return INVALID if isinstance(box, Invalid) else Condition((box,), box.span)
        if not self.unions or not isinstance(node, SequenceNode):
            expected = tell("a map as `{{dimension: constraint}}`") + (
                tell(", or a list of such maps") if self.unions else ""
            )
            return reading.wrong(node, tell("a condition"), expected)
        if not node.items:
            help_ = tell("write `{{}}` for every event, or leave the key out")
            return reading.error(node, tell("an empty list holds for no event"), help=help_)
        boxes = [
            self._box(item, reading)
            if isinstance(item, MappingNode)
            else reading.wrong(
                item, tell("a condition"), tell("a map as `{{dimension: constraint}}`")
            )
            for item in node.items
        ]
        good = tuple(box for box in boxes if not isinstance(box, Invalid))
        return Condition(good, reading.span(node)) if len(good) == len(boxes) else INVALID

    def _box(self, node: MappingNode, reading: Reading) -> Box | Invalid:
        if not self.empty and not node.entries:
            return reading.error(
                node,
                tell("this would be every event"),
                expected=tell("a map as `{{dimension: constraint}}`"),
            )
        span = reading.span(node)
        constraints: dict[str, Constraint] = {}
        is_whole = True
        memory = _NO_MEMORY if reading.terms is None else reading.terms.memory
        allowed: IntervalSet | Invalid | None
        for name, (key, value) in node.entries.items():
            known = memory.get(name)
            allowed = None if known is None else known.get(_words(value))
            if allowed is None:
                allowed = read_constraint(key, value, reading)
            if isinstance(allowed, Invalid):
                is_whole = False
            elif allowed is not None:
                # WHY interned: a name of its own for each would take a tenth of a large pack.
                constraints[intern(name)] = Constraint(allowed, reading.span(value))
        return Box(constraints, span) if is_whole else INVALID

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a condition."""
        box = definitions.refer(
            "box" if self.empty else "box-of-some",
            lambda: {
                "type": "object",
                "description": "Constraints by dimension, all of which must hold.",
                **_constraints_schema(definitions),
                **({} if self.empty else {"minProperties": 1}),
            },
        )
        if not self.unions:
            return box
        return definitions.refer(
            "condition",
            lambda: {
                "description": "A map of constraints, or a list of such maps, any of which holds.",
                "anyOf": [box, {"type": "array", "minItems": 1, "items": box}],
            },
        )


_NO_MEMORY: dict[str, dict[object, IntervalSet]] = {}
_DIMENSION = Identifier("the name of a dimension")

CONDITION = ConditionType()
BOX = ConditionType(unions=False, empty=False)


def constraint_schema(definitions: Definitions) -> Json:
    """Return the schema of a constraint on any dimension."""
    definitions.refer(
        "constraint",
        lambda: {
            "description": "A value, node, list of these, range, comparison, or `{not: ...}`.",
            "anyOf": [
                {"type": "string", "pattern": CONSTRAINT_PATTERN, "maxLength": LONGEST_CONSTRAINT},
                {"type": "number"},
                {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/constraint"}},
                {
                    "type": "object",
                    "required": ["not"],
                    "additionalProperties": False,
                    "properties": {"not": {"$ref": "#/$defs/constraint"}},
                },
            ],
        },
    )
    return {"$ref": "#/$defs/constraint"}


def _constraints_schema(definitions: Definitions) -> Json:
    """Return the schema of constraints by dimension: those of the pack, where these are known."""
    lexicon = definitions.lexicon
    if lexicon is None:
        return {
            "propertyNames": Identifier().schema(definitions),
            "additionalProperties": constraint_schema(definitions),
        }
    known = [*lexicon.dimensions.values(), date_dimension()]
    parts = {one.name: _known_constraint(one, definitions) for one in known}
    return box_schema(lexicon, parts)


def _known_constraint(dimension: Dimension, definitions: Definitions) -> Json:
    name = f"constraint-on-{dimension.name}"
    again: Json = {"$ref": f"#/$defs/{name}"}
    return definitions.refer(name, lambda: constraint_parts(dimension, again))


def read_constraint(key: ScalarNode, value: Node, reading: Reading) -> IntervalSet | Invalid | None:
    """Return what a constraint allows; `None` where its form is right and no more can be told."""
    name = key.text
    terms = reading.terms
    if terms is None:
        named = _DIMENSION.read(as_word(key), reading)
        return INVALID if isinstance(named, Invalid) else constraint_form(value, reading)
    dimension = terms.dimensions.get(name)
    if dimension is None:
        if terms.is_excused(name):
            return constraint_form(value, reading)
        return _unknown_dimension(key, terms, reading)
    try:
        allowed = parse_constraint(dimension, plain_value(value))
    except FlawError as error:
        return report_flaws(error.flaws, value, reading)
    words = _words(value)
    if words is not None:
        terms.memory.setdefault(name, {})[words] = allowed
    return allowed


def report_flaws(flaws: tuple[Flaw, ...], node: Node, reading: Reading) -> Invalid:
    """Record what is wrong with parts of `node`, each at its own place."""
    for flaw in flaws:
        place = _part(node, flaw.path)
        help_ = flaw.help or reading.problems.suggestion(flaw.word, flaw.names, flaw.expected)
        reading.error(place, flaw.message, expected=flaw.expected, found=flaw.found, help=help_)
    return INVALID


def constraint_form(node: Node, reading: Reading, depth: int = 0) -> Invalid | None:
    """Return `None` if `node` looks like a constraint on some dimension."""
    if depth > DEEPEST:
        return reading.error(
            node, tell("lists and `not` are nested more than {deepest} deep", deepest=DEEPEST)
        )
    if isinstance(node, ScalarNode):
        value = scalar_value(node)
        fits = len(node.text) <= LONGEST_CONSTRAINT and _FORM.fullmatch(node.text)
        if value is None or isinstance(value, bool) or (isinstance(value, str) and not fits):
            return reading.wrong(
                node,
                tell("a constraint"),
                tell("a value, a list, a range such as `a..b`, or `{{not: ...}}`"),
            )
        return None
    if isinstance(node, SequenceNode) and node.items:
        found = [constraint_form(item, reading, depth + 1) for item in node.items]
        return INVALID if INVALID in found else None
    if isinstance(node, MappingNode) and set(node.entries) == {"not"}:
        return constraint_form(node.entries["not"][1], reading, depth + 1)
    return reading.error(
        node,
        tell(
            "{raw_phrase} like this is not a constraint", raw_phrase=raw_phrase(plain_value(node))
        ),
        expected=tell("a value, a list, or `{{not: ...}}`"),
    )


def _unknown_dimension(key: ScalarNode, terms: Terms, reading: Reading) -> Invalid:
    help_ = reading.problems.suggestion(key.text, terms.dimensions, "dimension")
    return reading.error(
        key,
        tell("there is no dimension {text}", text=in_ticks(key.text)),
        expected=one_of(terms.dimensions),
        help=help_,
    )


def _words(node: Node) -> object:
    """Return what tells a constraint from others of its dimension; nothing for the rarer forms."""
    # WHY the quote: `true` and `"true"` differ, and no plain text begins with one.
    if type(node) is ScalarNode:
        return node.text if node.plain else f'"{node.text}'
    if type(node) is not SequenceNode:
        return None
    words: list[str] = []
    for item in node.items:
        if type(item) is not ScalarNode:
            return None
        words.append(item.text if item.plain else f'"{item.text}')
    return tuple(words)


def _part(node: Node, path: tuple[int | str, ...]) -> Node:
    for step in path:
        if isinstance(step, int) and isinstance(node, SequenceNode):
            node = node.items[step]
        elif isinstance(node, MappingNode) and step in node.entries:
            key, value = node.entries[str(step)]
            node = value if step == "not" else key
    return node
