"""Events: what is known of one occurrence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from remit.engine.vocabulary import Value

__all__ = ["Event"]


@dataclass(frozen=True, slots=True)
class Event:
    """One occurrence as far as it is known.

    Args:
        values: by dimension (`date` too); a dimension that is not there is not known. For a tree,
            any node.
        time: when it happened, with its offset; it gives `date` and derived values.
        id: the sender's own name for it, if any.
    """

    values: Mapping[str, Value]
    time: dt.datetime | None = None
    id: str | None = None
