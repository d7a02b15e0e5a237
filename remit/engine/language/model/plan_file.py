"""`plans/*.yaml`: the coordinated response to a kind of event."""

from __future__ import annotations

from decimal import Decimal

from remit.engine.conditions import Condition
from remit.engine.language.model.choices import Amount, Flag, Whole
from remit.engine.language.model.composed import ListOf, MapOf, OneOrMany
from remit.engine.language.model.fund_file import CURRENCY
from remit.engine.language.model.names import Identifier, Reference
from remit.engine.language.model.phrases import Texts
from remit.engine.language.model.records import Field, Found, Record
from remit.engine.language.model.regions import CONDITION
from remit.engine.language.model.times import Duration
from remit.engine.language.problems import in_ticks, one_of
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.means import Needs
from remit.engine.pack import Plan, Step
from remit.engine.spans import Related
from remit.engine.wording import tell

__all__ = ["PLAN_FILE", "STEP"]

MOST = 10**9
"""People, items or units of money that one step may need."""

_STAFF = Field(
    "staff", MapOf(Reference("kind of staff"), Whole(0, MOST), "a map of staff"), "People by kind."
)
_STOCK = Field(
    "stock", MapOf(Reference("stock item"), Whole(0, MOST), "a map of stock"), "Supplies by item."
)
_MONEY = Field("money", Amount(0, 10**15), "Money, in the fund's currency.")
_FUND = Field("fund", Reference("fund"), "The fund that pays.")
_CURRENCY = Field("currency", CURRENCY, "The money's currency; the fund's if left out.")
_LEAST = Field(
    "least",
    Record(
        "a map of least needs",
        "Staff and stock without which a step does not begin.",
        (_STAFF, _STOCK),
        lambda found: Needs(found.get(_STAFF) or {}, found.get(_STOCK) or {}),
    ),
    "Staff and stock without which it does not begin; it begins with what there is if left out.",
)


def _check_least(found: Found) -> None:
    """Refuse that a step should not begin without more than it needs."""
    least, nodes = found.get(_LEAST), found.at(_LEAST)
    if least is None or not isinstance(nodes, MappingNode):
        return
    for key, wanted, needed in (
        ("staff", least.staff, found.get(_STAFF) or {}),
        ("stock", least.stock, found.get(_STOCK) or {}),
    ):
        for name, count in wanted.items():
            if count > needed.get(name, 0):
                parts = {"name": in_ticks(name), "count": count, "needed": needed.get(name, 0)}
                found.reading.error(
                    nodes.value(key) or nodes,
                    tell("at least {count} of {name}, but only {needed} are needed", **parts),
                    help=tell("`least` is a part of the needs: lower it, or raise the need"),
                )


_NEEDS = Record(
    "a map of needs",
    "What a step draws on.",
    (_STAFF, _STOCK, _MONEY, _FUND, _CURRENCY, _LEAST),
    lambda found: Needs(
        found.get(_STAFF) or {},
        found.get(_STOCK) or {},
        found.get(_MONEY) or Decimal(0),
        found.get(_FUND),
        found.get(_CURRENCY),
        found.get(_LEAST),
    ),
    check=_check_least,
)

_ID = Field(
    "id",
    Identifier("the id of a step"),
    "The step's name within the plan; the activity if left out.",
)
_ACTIVITY = Field("activity", Reference("activity"), "What is done.", is_required=True)
_ACKNOWLEDGE = Field("acknowledge", Duration(), 'Time to say "mine"; the duty\'s if left out.')
_COMPLETE = Field("complete", Duration(), "Time to get it done; the duty's if left out.")
_AFTER = Field(
    "after",
    OneOrMany(Identifier("the id of a step"), "a list of steps", fewest=0),
    "Steps before it.",
)
_CONSULT_FIRST = Field(
    "consult_first", Flag(), "Whether the consulted must have answered before the doer acts."
)
_HAND_OVER_TO = Field(
    "hand_over_to",
    OneOrMany(Reference("activity"), "a list of activities", fewest=0),
    "Activities whose accountable subject must accept the work.",
)
_STEP_NEEDS = Field("needs", _NEEDS, "What it draws on.")
_STEP_WITHIN = Field(
    "within", Duration(), "Time from the report in which it must be done, even at worst."
)


def _step(found: Found) -> Step:
    return Step(
        found.get(_ID) or found.need(_ACTIVITY),
        found.need(_ACTIVITY),
        found.span(_ID if found.get(_ID) else _ACTIVITY),
        found.get(_ACKNOWLEDGE),
        found.get(_COMPLETE),
        found.get(_AFTER) or (),
        bool(found.get(_CONSULT_FIRST)),
        found.get(_HAND_OVER_TO) or (),
        found.get(_STEP_NEEDS),
        found.spans(),
        found.get(_STEP_WITHIN),
    )


STEP = Record(
    "a step",
    "One activity of the plan.",
    (
        _ID,
        _ACTIVITY,
        _ACKNOWLEDGE,
        _COMPLETE,
        _STEP_WITHIN,
        _AFTER,
        _CONSULT_FIRST,
        _HAND_OVER_TO,
        _STEP_NEEDS,
    ),
    _step,
)

_PLAN = Field("plan", Identifier("the name of a plan"), "The plan's name.", is_required=True)
_LABEL = Field("label", Texts(), "The name shown to people.")
_WHEN = Field("when", CONDITION, "For which events; for every event if left out.")
_LEAD_WITHIN = Field(
    "lead_within", Duration(), "Time from the report in which somebody must lead, even at worst."
)
_WITHIN = Field(
    "within", Duration(), "Time from the report in which every step must be done, even at worst."
)
_STEPS = Field(
    "steps", ListOf(STEP, "a list of steps", fewest=1), "What is done.", is_required=True
)


def _check(found: Found) -> None:
    """Refuse two steps of one id, and steps in `after` that are not there."""
    nodes = found.at(_STEPS)
    items = nodes.items if isinstance(nodes, SequenceNode) else []
    named = [(_step_id(item), item) for item in items if isinstance(item, MappingNode)]
    first: dict[str, Node] = {}
    for place, _ in named:
        if place is not None and place.text in first:
            found.reading.error(
                place,
                tell("two steps are named {text}", text=in_ticks(place.text)),
                help=tell("give one an `id` of its own"),
                related=(Related(found.reading.span(first[place.text]), tell("the first one")),),
            )
        elif place is not None:
            first[place.text] = place
    for _, item in named:
        for after in _after(item):
            if after.text not in first:
                help_ = found.reading.problems.suggestion(
                    after.text, first, f"step of {found.need(_PLAN)}"
                )
                message = tell("there is no step {text} in this plan", text=in_ticks(after.text))
                found.reading.error(after, message, expected=one_of(first), help=help_)


def _step_id(node: MappingNode) -> ScalarNode | None:
    place = node.value("id") or node.value("activity")
    return place if isinstance(place, ScalarNode) else None


def _after(node: MappingNode) -> list[ScalarNode]:
    after = node.value("after")
    items = after.items if isinstance(after, SequenceNode) else [after]
    return [item for item in items if isinstance(item, ScalarNode)]


PLAN_FILE = Record(
    "a plan",
    "The coordinated response to a kind of event.",
    (_PLAN, _LABEL, _WHEN, _LEAD_WITHIN, _WITHIN, _STEPS),
    lambda found: Plan(
        found.need(_PLAN),
        found.get(_WHEN) or Condition.always(found.span(_PLAN)),
        found.need(_STEPS),
        found.span(_PLAN),
        found.get(_LABEL),
        found.get(_LEAD_WITHIN),
        found.get(_WITHIN),
        found.spans(),
    ),
    check=_check,
)
