"""The names that one pack may use, as parts of its JSON Schema: what an editor offers and refuses.

Without a lexicon a schema tells the form of a name alone; with one, which names there are, each
with what people call it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from remit.engine.language.literals import DAY_PATTERN, NUMBER_PATTERN
from remit.engine.texts import Text
from remit.engine.vocabulary import DATE, Dimension
from remit.engine.wording import tell

__all__ = [
    "Lexicon",
    "box_schema",
    "constraint_parts",
    "described",
    "enum_schema",
    "key_schemas",
    "label_words",
    "single_value",
    "value_labels",
    "values_schema",
]

Json = dict[str, object]
_WHOLE = re.compile(r"0|[1-9][0-9]*")
_SPACE = "[ ]*"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The names of a pack.

    Args:
        names: what may be referred to, by kind as `references.py` knows it, each with its label;
            a label may be empty.
        dimensions: those of the vocabulary, without `date`.
    """

    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)

    def of(self, kind: str) -> Mapping[str, str]:
        """Return the names of a kind, with their labels."""
        return self.names.get(kind, {})


def label_words(label: Text | None) -> str:
    """Return a text in all its languages, each once."""
    return "" if label is None else " / ".join(dict.fromkeys(text for _, text in label.by_language))


def described(schema: Json, words: str) -> Json:
    """Return a schema with a description, where there is one."""
    return {**schema, "description": words} if words else schema


def enum_schema(names: Mapping[str, str]) -> Json:
    """Return the schema of one of some names; editors show the label beside each.

    A name of digits may be written as a number, too.
    """
    written: list[tuple[str | int, str]] = list(names.items())
    written += [(int(name), words) for name, words in names.items() if _WHOLE.fullmatch(name)]
    found: Json = {"enum": [name for name, _ in written]}
    if any(words for _, words in written):
        # WHY: what the editors built on VS Code and yaml-language-server show, in hovers and lists.
        found["markdownEnumDescriptions"] = [words for _, words in written]
    return found


def key_schemas(names: Mapping[str, str], value: Json) -> Json:
    """Return the schema of a map whose keys are some names, all with values of one form."""
    return {
        "type": "object",
        "properties": {name: described(value, words) for name, words in names.items()},
        "additionalProperties": False,
    }


def box_schema(lexicon: Lexicon, constraints: Mapping[str, Json]) -> Json:
    """Return the schema of constraints by dimension.

    Args:
        constraints: the schema of each, by dimension.
    """
    return {
        "type": "object",
        "properties": {
            name: described(schema, _dimension_words(name, lexicon))
            for name, schema in constraints.items()
        },
        "additionalProperties": False,
    }


def constraint_parts(dimension: Dimension, again: Json) -> Json:
    """Return the schema of a constraint on one dimension.

    Args:
        again: a reference to this very schema, for lists and `not`.
    """
    forms: list[Json] = [single_value(dimension)]
    token = _token(dimension)
    if token:
        forms.append({"type": "string", "pattern": _stretches(token)})
    forms.append({"type": "array", "minItems": 1, "items": again})
    forms.append(
        {
            "type": "object",
            "required": ["not"],
            "additionalProperties": False,
            "properties": {"not": again},
        }
    )
    return {"anyOf": forms}


def single_value(dimension: Dimension) -> Json:
    """Return the schema of one value of a dimension, or of a node of its tree."""
    if dimension.is_named:
        return enum_schema(value_labels(dimension))
    if dimension.kind == DATE:
        return {"type": "string", "pattern": f"^{DAY_PATTERN}$"}
    bounds: Json = {"minimum": _number(dimension.minimum), "maximum": _number(dimension.maximum)}
    if dimension.kind == "integer":
        return {
            "anyOf": [
                {"type": "integer", **bounds},
                {"type": "string", "pattern": "^[-+]?[0-9]+$"},
            ]
        }
    return {
        "anyOf": [
            {"type": "number", **bounds},
            {"type": "string", "pattern": f"^{NUMBER_PATTERN}$"},
        ]
    }


def value_labels(dimension: Dimension) -> dict[str, str]:
    """Return the values or nodes of a named dimension, each with its label and where it belongs."""
    names = dimension.nodes if dimension.kind == "tree" else dimension.values
    found = {name: label_words(dimension.labels.get(name)) for name in names}
    for name, parent in dimension.parents.items():
        found[name] = tell("{label} (in `{parent}`)", label=found[name], parent=parent).lstrip()
    return found


def values_schema(dimensions: Iterable[Dimension]) -> dict[str, Json]:
    """Return the schema of one value, by dimension."""
    return {one.name: described(single_value(one), label_words(one.label)) for one in dimensions}


def _dimension_words(name: str, lexicon: Lexicon) -> str:
    return "" if name == DATE else label_words(lexicon.dimensions[name].label)


def _token(dimension: Dimension) -> str:
    """Return what may end a range, as a pattern; nothing where there are no ranges."""
    if dimension.kind == "scale":
        return f"(?:{'|'.join(sorted(dimension.values, key=len, reverse=True))})"
    if dimension.is_named:
        return ""
    return DAY_PATTERN if dimension.kind == DATE else NUMBER_PATTERN


def _stretches(token: str) -> str:
    return (
        rf"^{_SPACE}(?:{token}{_SPACE}\.\.|(?:{token})?{_SPACE}\.\.{_SPACE}<?{_SPACE}{token}"
        rf"|(?:>=|<=|>|<){_SPACE}{token}){_SPACE}$"
    )


def _number(bound: object) -> int | float:
    whole = int(str(bound).partition(".")[0])
    exact = float(str(bound))
    return whole if whole == exact else exact
