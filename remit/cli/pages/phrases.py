"""Values, regions and times in words for people who never saw the policy's YAML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from remit.engine.conditions import Condition
from remit.engine.intervals import IntervalSet, Stretch
from remit.engine.language.constraints import format_constraint
from remit.engine.pack import Pack
from remit.engine.texts import Text
from remit.engine.vocabulary import DATE, Dimension, Value, Vocabulary
from remit.engine.wording import current_language, tell, tell_count

__all__ = [
    "condition_phrases",
    "dimension_label",
    "duration_phrase",
    "label_of",
    "letter_name",
    "listed",
    "parted",
    "region_phrase",
    "subject_label",
    "value_label",
    "values_phrase",
    "witness_phrase",
]

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


def label_of(label: Text | None, name: str) -> str:
    """Return a label in the language spoken here, else the name."""
    return name if label is None else label.in_language(current_language())


def subject_label(pack: Pack, name: str) -> str:
    """Return the label of a subject of a pack, or of a higher one, in the language spoken here."""
    account = next((one for one in pack.accounts_of(name) if one.label is not None), None)
    return label_of(None if account is None else account.label, name)


def listed(words: Iterable[str]) -> str:
    """Return words one after another."""
    found = ""
    for word in words:
        found = tell("{list}, {last}", list=found, last=word) if found else word
    return found


def parted(phrases: Iterable[str]) -> str:
    """Return phrases that have commas inside, one after another."""
    found = ""
    for phrase in phrases:
        found = tell("{phrases}; {last}", phrases=found, last=phrase) if found else phrase
    return found


def letter_name(letter: str) -> str:
    """Return the name of a letter."""
    names = {
        "accountable": tell("accountable"),
        "responsible": tell("responsible"),
        "supports": tell("supports"),
        "consulted": tell("consulted"),
        "informed": tell("informed"),
    }
    return names[letter]


def value_label(dimension: Dimension, value: Value) -> str:
    """Return one value of an event, with its unit."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if dimension.is_named:
        return label_of(dimension.labels.get(str(value)), str(value))
    number = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return _with_unit(number, dimension)


def witness_phrase(witness: Mapping[str, Value], vocabulary: Vocabulary) -> str:
    """Return an event, dimension by dimension."""
    return parted(
        tell(
            "{dimension}: {value}",
            dimension=dimension_label(vocabulary.dimension(name)),
            value=value_label(vocabulary.dimension(name), value),
        )
        for name, value in witness.items()
    )


def region_phrase(region: Mapping[str, IntervalSet], vocabulary: Vocabulary) -> str:
    """Return a region, dimension by dimension; empty where it is everything."""
    return parted(
        tell(
            "{dimension}: {value}",
            dimension=dimension_label(vocabulary.dimension(name)),
            value=values_phrase(vocabulary.dimension(name), allowed),
        )
        for name, allowed in region.items()
    )


def condition_phrases(condition: Condition, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return a condition as written, a phrase for each of its boxes; none where it always holds."""
    if condition.is_always:
        return ()
    return tuple(
        region_phrase(
            {name: constraint.allowed for name, constraint in box.constraints.items()}, vocabulary
        )
        for box in condition.boxes
    )


def values_phrase(dimension: Dimension, allowed: IntervalSet) -> str:
    """Return what a dimension may be."""
    if dimension.kind in {"values", "tree"}:
        written = format_constraint(dimension, allowed)
        if isinstance(written, Mapping):
            names = _names(written["not"])
            return tell("all but {values}", values=_labels(dimension, names))
        return _labels(dimension, _names(written))
    return listed(_stretch(dimension, stretch) for stretch in allowed.stretches)


def duration_phrase(seconds: int) -> str:
    """Return a length of time, in the largest units that tell it whole."""
    parts: list[str] = []
    for size, unit in _UNITS:
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(_counted(number, unit))
    return " ".join(parts) or _counted(0, "m")


def _counted(number: int, unit: str) -> str:
    match unit:
        case "d":
            return tell_count("{number} day", "{number} days", number)
        case "h":
            return tell_count("{number} hour", "{number} hours", number)
        case "m":
            return tell_count("{number} minute", "{number} minutes", number)
        case _:
            return tell_count("{number} second", "{number} seconds", number)


def dimension_label(dimension: Dimension) -> str:
    """Return what a dimension is called."""
    return tell("Date") if dimension.name == DATE else label_of(dimension.label, dimension.name)


def _names(written: object) -> Sequence[str]:
    return [str(one) for one in written] if isinstance(written, list) else [str(written)]


def _labels(dimension: Dimension, names: Iterable[str]) -> str:
    return listed(label_of(dimension.labels.get(name), name) for name in names)


def _stretch(dimension: Dimension, stretch: Stretch) -> str:
    """Return a stretch of levels, numbers or days."""
    ((lowest, highest),) = dimension.everything().stretches
    low, high = stretch
    first = _point(dimension, low.value)
    if dimension.kind == "decimal":
        last, is_last_in = _point(dimension, high.value), bool(high.after)
    else:
        last, is_last_in = _point(dimension, int(high.value) - 1), True
    if first == last and is_last_in:
        return first
    if high == highest:
        return tell("above {low}", low=first) if low.after else tell("{low} and above", low=first)
    if low == lowest:
        return tell("up to {high}", high=last) if is_last_in else tell("below {high}", high=last)
    if low.after:
        first = tell("above {low}", low=first)
    if is_last_in:
        return tell("{low} to {high}", low=first, high=last)
    return tell("{low} to below {high}", low=first, high=last)


def _point(dimension: Dimension, value: int | Decimal) -> str:
    if dimension.is_named:
        name = dimension.values[int(value)]
        return label_of(dimension.labels.get(name), name)
    if dimension.kind == DATE:
        return dt.date.fromordinal(int(value)).isoformat()
    number = f"{Decimal(value):f}"
    number = number.rstrip("0").rstrip(".") if "." in number else number
    return _with_unit(number, dimension)


def _with_unit(number: str, dimension: Dimension) -> str:
    return f"{number} {dimension.unit}" if dimension.unit else number
