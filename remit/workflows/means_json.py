"""Means as JSON and back: the form in which the ledger keeps them with the response."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from remit.workflows.entries import Json
from remit.workflows.means import Band, Least, Lender, Means, Purse, Store

__all__ = ["means_from_json", "means_to_json"]

Node = Mapping[str, Json]


def means_to_json(means: Means) -> dict[str, Json]:
    """Return `means` as JSON without floats."""
    return {
        "people": {kind: dict(by) for kind, by in means.people.items()},
        "stock": {name: _store_out(store) for name, store in means.stock.items()},
        "purses": {name: _purse_out(purse) for name, purse in means.purses.items()},
        "lenders": [_lender_out(lender) for lender in means.lenders],
        "rates": {
            kind: {subject: str(rate) for subject, rate in by.items()}
            for kind, by in means.rates.items()
        },
        "currency": means.currency,
        "level": means.level,
        "least": {
            step: {"staff": dict(least.staff), "stock": dict(least.stock)}
            for step, least in means.least.items()
        },
    }


def means_from_json(value: Json) -> Means:
    """Return what `means_to_json` wrote; nothing of a ledger that knows no means."""
    if value is None:
        return Means()
    node = _node(value)
    rates = cast("Mapping[str, Mapping[str, str]]", node["rates"])
    least = cast("Mapping[str, Mapping[str, Mapping[str, int]]]", node["least"])
    return Means(
        people=cast("Mapping[str, Mapping[str, int]]", node["people"]),
        stock={name: _store_in(_node(one)) for name, one in _node(node["stock"]).items()},
        purses={name: _purse_in(_node(one)) for name, one in _node(node["purses"]).items()},
        lenders=tuple(_lender_in(_node(one)) for one in cast("list[Json]", node["lenders"])),
        rates={
            kind: {subject: Decimal(rate) for subject, rate in by.items()}
            for kind, by in rates.items()
        },
        currency=cast("str", node["currency"]),
        level=cast("int", node["level"]),
        least={step: Least(one["staff"], one["stock"]) for step, one in least.items()},
    )


def _store_out(store: Store) -> dict[str, Json]:
    return {
        "quantity": store.quantity,
        "floor": store.floor,
        "holder": store.holder,
        "unit": store.unit,
        "keepers": list(store.keepers),
        "sources": list(store.sources),
        "cost": None if store.cost is None else str(store.cost),
        "reusable": store.reusable,
    }


def _store_in(node: Node) -> Store:
    cost = cast("str | None", node["cost"])
    return Store(
        cast("int", node["quantity"]),
        cast("int", node["floor"]),
        cast("str", node["holder"]),
        cast("str", node["unit"]),
        _texts(node["keepers"]),
        _texts(node["sources"]),
        None if cost is None else Decimal(cost),
        bool(node["reusable"]),
    )


def _purse_out(purse: Purse) -> dict[str, Json]:
    return {
        "amount": str(purse.amount),
        "currency": purse.currency,
        "bands": [
            {
                "up_to": None if band.up_to is None else str(band.up_to),
                "hands": [list(hand) for hand in band.hands],
            }
            for band in purse.bands
        ],
        "within": purse.within,
        "following": purse.following,
        "pay": list(purse.pay),
    }


def _purse_in(node: Node) -> Purse:
    bands = [_node(one) for one in cast("list[Json]", node["bands"])]
    return Purse(
        Decimal(cast("str", node["amount"])),
        cast("str", node["currency"]),
        tuple(
            Band(
                None if band["up_to"] is None else Decimal(cast("str", band["up_to"])),
                tuple((one[0], one[1]) for one in cast("list[list[str]]", band["hands"])),
            )
            for band in bands
        ),
        cast("int", node["within"]),
        cast("str | None", node["following"]),
        _texts(node["pay"]),
    )


def _lender_out(lender: Lender) -> dict[str, Json]:
    return {
        "subject": lender.subject,
        "staff": lender.staff,
        "works": list(lender.works),
        "most": lender.most,
        "delay": lender.delay,
    }


def _lender_in(node: Node) -> Lender:
    return Lender(
        cast("str", node["subject"]),
        cast("str", node["staff"]),
        _texts(node["works"]),
        cast("int | None", node["most"]),
        cast("int", node["delay"]),
    )


def _node(value: Json) -> Node:
    return cast("Node", value)


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(cast("list[str]", value))
