"""States as texts: `stage=early,closure=on`."""

from __future__ import annotations

from remit.cli.exits import UsageError
from remit.cli.inputs import did_you_mean, typed_value
from remit.engine.language.incoming import parse_event
from remit.engine.vocabulary import DATE, Value, Vocabulary
from remit.engine.wording import tell

__all__ = ["read_place", "read_point"]

MOST_LISTED = 8
"""Leaves listed where an inner node was given."""


def read_point(text: str, vocabulary: Vocabulary, option: str) -> dict[str, Value]:
    """Return one value for each dimension named, from a text such as `stage=early,closure=on`.

    Args:
        option: the option it was given to, for messages.

    Raises:
        UsageError: if it is malformed, names no dimension, or one twice, or several values.
        EventError: if a value does not belong to its dimension.
    """
    found = read_place(text, vocabulary, option)
    for name, value in found.items():
        dimension = vocabulary.dimension(name)
        if dimension.is_named and value not in dimension.values:
            low, high = dimension.nodes[str(value)]
            leaves = [f"`{leaf}`" for leaf in dimension.values[low:high]][:MOST_LISTED]
            raise UsageError(
                tell("`{name}={value}` stands for several values", name=name, value=value),
                tell("choose one: {names}", names=", ".join(leaves)),
            )
    return found


def read_place(text: str, vocabulary: Vocabulary, option: str) -> dict[str, Value]:
    """Return one value or node for each dimension named, from a text such as `place=north`.

    Raises:
        UsageError: if it is malformed, names no dimension, or one twice.
        EventError: if a value does not belong to its dimension.
    """
    found: dict[str, Value] = {}
    for pair in text.split(","):
        name, equals, value = pair.strip().partition("=")
        if not equals:
            raise UsageError(
                tell("`{option} {text}` has no `=`", option=option, text=text),
                tell("write it as `{option} stage=early`", option=option),
            )
        if name != DATE and name not in vocabulary.dimensions:
            known = (*vocabulary.dimensions, DATE)
            raise UsageError(
                tell("there is no dimension `{name}`", name=name), did_you_mean(name, known)
            )
        if name in found:
            raise UsageError(
                tell("`{option} {text}` names `{name}` twice", option=option, text=text, name=name)
            )
        dimension = vocabulary.dimension(name)
        raw = typed_value(value, dimension)
        found[name] = parse_event({name: raw}, vocabulary).values[name]
    return found
