"""Values of the engine and the checks as bytes, for the cache.

The form is Python's pickle, of which reading can run any code that the bytes name. So two doors
stand before it: `cache_folder` hands over only bytes that this user's key has sealed, and here only
the classes below may be named, whose constructors do nothing but keep their arguments.
WHY pickle: reading 10,000 duties takes 0.12 s so, a fifth of reading their YAML.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from types import ModuleType
from typing import Any

from remit.engine import (
    acceptances,
    break_glass,
    check_options,
    conditions,
    events,
    intervals,
    means,
    pack,
    prevention,
    spans,
    texts,
    turns,
    vocabulary,
)
from remit.engine.language import stores
from remit.engine.language.sources import KeySpans, LineTable
from remit.validators import finding, kept_group

__all__ = ["read_value", "write_value"]

_MODULES: tuple[ModuleType, ...] = (
    acceptances,
    break_glass,
    check_options,
    conditions,
    events,
    finding,
    intervals,
    kept_group,
    means,
    pack,
    prevention,
    spans,
    stores,
    texts,
    turns,
    vocabulary,
)
_VALUES: tuple[type, ...] = tuple(
    found
    for module in _MODULES
    for found in vars(module).values()
    if isinstance(found, type)
    and found.__module__ == module.__name__
    and (dataclasses.is_dataclass(found) or issubclass(found, tuple))
)
_PLAIN: tuple[type, ...] = (
    Decimal, Fraction, dt.date, dt.datetime, dt.time, dt.timedelta, KeySpans, LineTable,
)  # fmt: skip
_ALLOWED = {(one.__module__, one.__qualname__): one for one in (*_VALUES, *_PLAIN)}
Reduce = Callable[[Any], tuple[Any, ...]]


class _Refused(pickle.UnpicklingError):
    """The bytes name something that is no value."""


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> type:
        found = _ALLOWED.get((module, name))
        if found is None:
            raise _Refused(name)
        return found


def write_value(value: object) -> bytes | None:
    """Return a value as bytes; `None` if it holds what cannot be kept."""
    out = io.BytesIO()
    writer = pickle.Pickler(out, pickle.HIGHEST_PROTOCOL)
    writer.dispatch_table = _REDUCERS
    try:
        writer.dump(value)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError):
        return None
    return out.getvalue()


def read_value(content: bytes) -> object | None:
    """Return the value that was written; `None` if the bytes are no such value."""
    try:
        found: object = _Reader(io.BytesIO(content)).load()
    # WHY all: pickle promises no more of bytes that are not its own.
    except Exception:  # noqa: BLE001 -- see above
        return None
    return found


def _by_fields(cls: type) -> Reduce:
    # WHY: what dataclasses with slots bring along for this is several times slower.
    names = [field.name for field in dataclasses.fields(cls)]
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda value: (cls, (only(value),))
    of = attrgetter(*names)
    return lambda value: (cls, of(value))


_REDUCERS: dict[type, Reduce] = {
    **{one: _by_fields(one) for one in _VALUES if dataclasses.is_dataclass(one)},
    KeySpans: lambda value: (KeySpans, value.parts()),
    LineTable: lambda value: (LineTable, value.parts()),
}
