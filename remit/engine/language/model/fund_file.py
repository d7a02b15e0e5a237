"""`funds/*.yaml`: money, ceilings and who approves."""

from __future__ import annotations

from remit.engine.language.model.choices import Amount
from remit.engine.language.model.composed import ListOf, OneOrMany
from remit.engine.language.model.names import Identifier, Reference
from remit.engine.language.model.phrases import Phrase, Texts
from remit.engine.language.model.records import Field, Found, Record
from remit.engine.language.model.times import Duration
from remit.engine.language.yaml_nodes import MappingNode, Node, SequenceNode
from remit.engine.pack import ApprovalBand, Fund
from remit.engine.wording import tell

__all__ = ["CURRENCY", "FUND_FILE"]

MOST_MONEY = 10**15
"""Units of money in one fund."""

_UP_TO = Field(
    "up_to", Amount(0, MOST_MONEY), "The highest amount, in; without ceiling if left out."
)
_BY = Field("by", Reference("subject"), "Who approves.", is_required=True)
_WITHIN = Field("within", Duration(), "Time that each in line has to answer; an hour if left out.")
_BAND = Record(
    "an approval band",
    "Who approves amounts up to a ceiling.",
    (_UP_TO, _BY, _WITHIN),
    lambda found: ApprovalBand(
        found.get(_UP_TO), found.need(_BY), found.span(), found.get(_WITHIN)
    ),
)

_FUND = Field("fund", Identifier("the name of a fund"), "The fund's name.", is_required=True)
_LABEL = Field("label", Texts(), "The name shown to people.")
_AMOUNT = Field("amount", Amount(0, MOST_MONEY), "What it holds.", is_required=True)
CURRENCY = Phrase(
    "a currency",
    pattern="^[A-Z]{3}$",
    expected="three capital letters as in ISO 4217, such as `CNY`",
)
_CURRENCY = Field("currency", CURRENCY, "Its currency, as ISO 4217 writes it.", is_required=True)
_APPROVE = Field(
    "approve",
    ListOf(_BAND, "a list of approvals", fewest=1),
    "Who approves, lowest amounts first.",
    is_required=True,
)
_BASIS = Field("basis", Texts(), "The clause it rests on.")
_POWER = Field("power", Reference("power"), "The power that its approvers must hold.")
_NEXT = Field("next", Reference("fund"), "The fund that is asked for what this one lacks.")
_PAY = Field(
    "pay",
    OneOrMany(Reference("subject"), "a list of subjects"),
    "Who pays from it, in order; one of its approvers who did not approve, if left out.",
)


def _check(found: Found) -> None:
    """Refuse ceilings that do not rise, and one left out before the end."""
    nodes = found.at(_APPROVE)
    bands = found.need(_APPROVE)
    if not isinstance(nodes, SequenceNode) or len(bands) != len(nodes.items):
        return
    for index in range(1, len(bands)):
        before, here = bands[index - 1].up_to, bands[index].up_to
        if before is None:
            found.reading.error(
                nodes.items[index - 1],
                tell("an approval without `up_to` must be the last"),
                help=tell("add `up_to`, or move it"),
            )
        elif here is not None and here <= before:
            message = tell(
                "`up_to` must rise: {here} is not above {before}", here=here, before=before
            )
            found.reading.error(
                _ceiling(nodes.items[index]),
                message,
                help=tell("order the approvals, lowest first"),
            )


def _ceiling(node: Node) -> Node:
    found = node.value("up_to") if isinstance(node, MappingNode) else None
    return node if found is None else found


FUND_FILE = Record(
    "a fund",
    "Money a response may draw on.",
    (_FUND, _LABEL, _AMOUNT, _CURRENCY, _POWER, _APPROVE, _NEXT, _PAY, _BASIS),
    lambda found: Fund(
        found.need(_FUND),
        found.need(_AMOUNT),
        found.need(_CURRENCY),
        found.need(_APPROVE),
        found.span(_FUND),
        found.get(_LABEL),
        found.get(_BASIS),
        found.get(_POWER),
        found.spans(),
        found.get(_NEXT),
        found.get(_PAY) or (),
    ),
    check=_check,
)
