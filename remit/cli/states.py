"""States as texts: `stage=early,closure=on`."""

from __future__ import annotations

from remit.cli.exits import UsageError
from remit.cli.inputs import did_you_mean, typed_value
from remit.engine.language.incoming import parse_event
from remit.engine.vocabulary import DATE, Value, Vocabulary

__all__ = ["read_point"]

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
    found: dict[str, Value] = {}
    for pair in text.split(","):
        name, equals, value = pair.strip().partition("=")
        if not equals:
            raise UsageError(f"`{option} {text}` has no `=`", f"write it as `{option} stage=early`")
        if name != DATE and name not in vocabulary.dimensions:
            known = (*vocabulary.dimensions, DATE)
            raise UsageError(f"there is no dimension `{name}`", did_you_mean(name, known))
        if name in found:
            raise UsageError(f"`{option} {text}` names `{name}` twice")
        dimension = vocabulary.dimension(name)
        raw = typed_value(value, dimension)
        found[name] = parse_event({name: raw}, vocabulary).values[name]
        if dimension.is_named and found[name] not in dimension.values:
            low, high = dimension.nodes[str(found[name])]
            leaves = [f"`{leaf}`" for leaf in dimension.values[low:high]][:MOST_LISTED]
            raise UsageError(
                f"`{name}={value}` stands for several values", f"choose one: {', '.join(leaves)}"
            )
    return found
