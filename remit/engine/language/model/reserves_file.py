"""`reserves.yaml`: stock and its floors."""

from __future__ import annotations

from remit.engine.language.model.choices import Amount, Flag, Whole
from remit.engine.language.model.composed import OneOrMany
from remit.engine.language.model.names import Identifier, Reference
from remit.engine.language.model.phrases import Phrase, Texts
from remit.engine.language.model.records import Field, Found, NamedMap, Record
from remit.engine.pack import Stock

__all__ = ["RESERVES_FILE"]

MOST_ITEMS = 10**12
"""Items of one kind of stock."""

_LABEL = Field("label", Texts(), "The name shown to people.")
_QUANTITY = Field("quantity", Whole(0, MOST_ITEMS), "How many there are.", is_required=True)
_FLOOR = Field(
    "floor", Whole(0, MOST_ITEMS), "How many there should at least be; none if left out."
)
_UNIT = Field("unit", Phrase("a unit", longest=50), "What is counted.")
_HOLDER = Field("holder", Reference("subject"), "Who keeps it.")
_COST = Field("cost", Amount(0, MOST_ITEMS), "What one costs, in the pack's currency.")
_REUSABLE = Field("reusable", Flag(), "Whether it comes back after use; used up if left out.")
_REQUEST_FROM = Field(
    "request_from",
    OneOrMany(Reference("subject"), "a list of subjects"),
    "Who is asked for more, in order.",
)
_SUPPLIED_BY = Field(
    "supplied_by",
    Reference("activity"),
    "The activity by which more of it comes; whoever is accountable for it is asked.",
)


_ITEM = Record(
    "an item of stock",
    "One kind of supplies.",
    (
        _LABEL,
        _QUANTITY,
        _FLOOR,
        _UNIT,
        _COST,
        _REUSABLE,
        _HOLDER,
        _REQUEST_FROM,
        _SUPPLIED_BY,
    ),
    lambda found: Stock(
        found.name,
        found.need(_QUANTITY),
        found.span(),
        found.get_or(_FLOOR, 0),
        found.get(_UNIT),
        found.get(_HOLDER),
        found.get(_LABEL),
        found.get(_COST),
        bool(found.get(_REUSABLE)),
        found.get(_REQUEST_FROM) or (),
        found.get(_SUPPLIED_BY),
    ),
)
_STOCK = Field(
    "stock",
    NamedMap(Identifier("the name of an item"), _ITEM, "a map of items"),
    "Supplies by item.",
    is_required=True,
)


def _reserves(found: Found) -> dict[str, Stock]:
    return found.need(_STOCK)


RESERVES_FILE = Record(
    "a file of reserves", "Stock that a response draws on.", (_STOCK,), _reserves
)
