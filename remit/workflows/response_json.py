"""Responses as JSON and back: the form in which the ledger keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from remit.engine.pack import LETTERS, Letter
from remit.workflows.entries import Json
from remit.workflows.glass import glass_from_json, glass_to_json
from remit.workflows.lifecycle import Purpose
from remit.workflows.means_json import means_from_json, means_to_json
from remit.workflows.response import Ask, Money, Part, Response, StepPlan, Watch
from remit.workflows.roster_json import roster_from_json, roster_to_json

__all__ = ["response_from_json", "response_to_json"]

Node = Mapping[str, Json]


def response_to_json(response: Response) -> dict[str, Json]:
    """Return `response` as JSON without floats."""
    glass = {} if response.glass is None else {"glass": glass_to_json(response.glass)}
    return {
        **glass,
        "lead": response.lead,
        "parts": [_part_out(part) for part in response.parts],
        "labels": {key: dict(labels) for key, labels in response.labels.items()},
        "contacts": {
            name: [list(pair) for pair in pairs] for name, pairs in response.contacts.items()
        },
        "leads": dict(response.leads),
        "funds": {name: str(amount) for name, amount in response.funds.items()},
        "reserves": {name: list(figures) for name, figures in response.reserves.items()},
        "decided": response.decided,
        "ask": response.ask,
        "above": _lists_out(response.above),
        "heads": list(response.heads),
        "members": _lists_out(response.members),
        "unreachable": dict(response.unreachable),
        "rosters": {
            name: [[one.zone, list(one.days), one.start, one.end] for one in watches]
            for name, watches in response.rosters.items()
        },
        "means": means_to_json(response.means),
        "duty": [roster_to_json(roster) for roster in response.duty],
    }


def response_from_json(node: Node) -> Response:
    """Return the response that `response_to_json` wrote."""
    contacts = cast("Mapping[str, list[list[str]]]", node["contacts"])
    reserves = cast("Mapping[str, list[int]]", node["reserves"])
    return Response(
        lead=_text(node["lead"]),
        parts=tuple(_part_in(part) for part in _nodes(node["parts"])),
        labels=cast("Mapping[str, Mapping[str, str]]", node["labels"]),
        contacts={
            name: tuple((pair[0], pair[1]) for pair in pairs) for name, pairs in contacts.items()
        },
        leads=cast("Mapping[str, str]", node["leads"]),
        funds={
            name: Decimal(amount)
            for name, amount in cast("Mapping[str, str]", node["funds"]).items()
        },
        reserves={name: (figures[0], figures[1]) for name, figures in reserves.items()},
        decided=bool(node["decided"]),
        ask=cast("str | None", node["ask"]),
        above=_lists_in(node.get("above", {})),
        heads=_texts(node.get("heads", [])),
        members=_lists_in(node.get("members", {})),
        unreachable=cast("Mapping[str, str]", node.get("unreachable", {})),
        rosters=_rosters_in(node.get("rosters", {})),
        means=means_from_json(node.get("means")),
        glass=None if node.get("glass") is None else glass_from_json(_node(node["glass"])),
        duty=tuple(roster_from_json(one) for one in _nodes(node.get("duty", []))),
    )


def _rosters_in(value: Json) -> dict[str, tuple[Watch, ...]]:
    rosters = cast("Mapping[str, list[tuple[str, list[int], int, int]]]", value)
    return {
        name: tuple(Watch(zone, tuple(days), start, end) for zone, days, start, end in watches)
        for name, watches in rosters.items()
    }


def _part_out(part: Part) -> dict[str, Json]:
    return {
        "name": part.name,
        "owners": list(part.owners),
        "roles": _roles_out(part.roles),
        "command": _ask_out(part.command),
        "close": _ask_out(part.close),
        "steps": [_step_out(step) for step in part.steps],
        "consult": [_ask_out(ask) for ask in part.consult],
        "plans": list(part.plans),
        "left_out": dict(part.left_out),
        "unplanned": _lists_out(part.unplanned),
        "able": list(part.able),
    }


def _part_in(node: Node) -> Part:
    name = _text(node["name"])
    return Part(
        name=name,
        owners=_texts(node["owners"]),
        roles=_roles_in(node["roles"]),
        command=_ask_in(node["command"], name, ""),
        close=_ask_in(node["close"], name, ""),
        steps=tuple(_step_in(step, name) for step in _nodes(node["steps"])),
        consult=tuple(_ask_in(ask, name, "") for ask in _nodes(node["consult"])),
        plans=_texts(node["plans"]),
        left_out=cast("Mapping[str, str]", node["left_out"]),
        unplanned=_lists_in(node["unplanned"]),
        able=_texts(node.get("able", [])),
    )


def _step_out(step: StepPlan) -> dict[str, Json]:
    return {
        "id": step.id,
        "activity": step.activity,
        "roles": _roles_out(step.roles),
        "sign_off": _ask_out(step.sign_off),
        "do": [_ask_out(ask) for ask in step.do],
        "after": list(step.after),
        "complete": step.complete,
        "consult_first": step.consult_first,
        "take": [_ask_out(ask) for ask in step.take],
        "consult": [_ask_out(ask) for ask in step.consult],
        "powers": list(step.powers),
        "order": None if step.order is None else _ask_out(step.order),
        "nobody": step.nobody,
        "unfunded": step.unfunded,
        "money": None if step.money is None else _money_out(step.money),
        "staff": dict(step.staff),
        "stock": dict(step.stock),
        "hand_over": [_ask_out(ask) for ask in step.hand_over],
        "support": [_ask_out(ask) for ask in step.support],
    }


def _step_in(node: Node, part: str) -> StepPlan:
    step = _text(node["id"])

    def asks(key: str) -> tuple[Ask, ...]:
        return tuple(_ask_in(ask, part, step) for ask in _nodes(node.get(key, [])))

    return StepPlan(
        part=part,
        id=step,
        activity=_text(node["activity"]),
        roles=_roles_in(node["roles"]),
        sign_off=_ask_in(node["sign_off"], part, step),
        do=asks("do"),
        after=_texts(node["after"]),
        complete=cast("int | None", node["complete"]),
        consult_first=bool(node["consult_first"]),
        take=asks("take"),
        consult=asks("consult"),
        powers=_texts(node["powers"]),
        order=None if node["order"] is None else _ask_in(node["order"], part, step),
        nobody=_text(node["nobody"]),
        unfunded=_text(node["unfunded"]),
        money=None if node["money"] is None else _money_in(node["money"], part, step),
        staff=cast("Mapping[str, int]", node["staff"]),
        stock=cast("Mapping[str, int]", node["stock"]),
        hand_over=asks("hand_over"),
        support=asks("support"),
    )


def _ask_out(ask: Ask) -> dict[str, Json]:
    found: dict[str, Json] = {
        "purpose": ask.purpose,
        "holder": ask.holder,
        "line": list(ask.line),
        "within": ask.within,
    }
    if ask.together != 1:
        found["together"] = ask.together
    if ask.about:
        found["about"] = ask.about
    if ask.need != 1:
        found["need"] = ask.need
    return found


def _ask_in(value: Json, part: str, step: str) -> Ask:
    node = _node(value)
    return Ask(
        part=part,
        step=step,
        purpose=cast("Purpose", node["purpose"]),
        holder=_text(node["holder"]),
        line=_texts(node["line"]),
        within=cast("int", node["within"]),
        together=cast("int", node.get("together", 1)),
        about=_text(node.get("about", "")),
        need=cast("int", node.get("need", 1)),
    )


def _money_out(money: Money) -> dict[str, Json]:
    return {
        "amount": str(money.amount),
        "fund": money.fund,
        "currency": money.currency,
        "ask": _ask_out(money.ask),
    }


def _money_in(value: Json, part: str, step: str) -> Money:
    node = _node(value)
    amount = Decimal(_text(node["amount"]))
    return Money(
        amount, _text(node["fund"]), _text(node["currency"]), _ask_in(node["ask"], part, step)
    )


def _roles_out(roles: Mapping[Letter, tuple[str, ...]]) -> dict[str, Json]:
    return {letter: list(subjects) for letter, subjects in roles.items() if subjects}


def _roles_in(value: Json) -> dict[Letter, tuple[str, ...]]:
    node = _node(value)
    return {letter: _texts(node.get(letter, [])) for letter in LETTERS}


def _lists_out(lists: Mapping[str, tuple[str, ...]]) -> dict[str, Json]:
    return {name: list(found) for name, found in lists.items()}


def _lists_in(value: Json) -> dict[str, tuple[str, ...]]:
    return {name: tuple(found) for name, found in cast("Mapping[str, list[str]]", value).items()}


def _node(value: Json) -> Node:
    return cast("Node", value)


def _nodes(value: Json) -> list[Node]:
    return cast("list[Node]", value)


def _text(value: Json) -> str:
    return cast("str", value)


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(cast("list[str]", value))
