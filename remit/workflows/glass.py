"""Acting past the policy in need: who may, for how long, who is told, and who must judge it after.

A pack permits it or nobody may. What the law forbids a subject stays forbidden, and powers that the
pack names are never used so. Like everything in an incident it is decided by what was recorded when
the incident opened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from remit.engine.escalation import escalation_line, nearest_account
from remit.engine.events import Event
from remit.engine.pack import Pack
from remit.workflows.authority import Authority
from remit.workflows.entries import Json

__all__ = ["Broken", "GlassRule", "above_in", "glass_from_json", "glass_of", "glass_to_json"]


@dataclass(frozen=True, slots=True)
class Broken:
    """One act past the policy.

    Args:
        item: what was answered so.
        by: who acted.
        until: when what was taken so is handed back.
        told: whether everybody above has been told.
        ended: whether it was handed back.
        justified: what the review said; `None` while it is open.
    """

    item: int
    by: str
    at: dt.datetime
    until: dt.datetime
    reason: str
    told: bool = False
    ended: bool = False
    justified: bool | None = None


@dataclass(frozen=True, slots=True)
class GlassRule:
    """How somebody may act past the policy in one incident.

    Args:
        lasts: seconds.
        reviewers: who must judge it, in order; the first is the body named.
        never: powers that are not used so.
        barred: by subject, the powers that a prohibition keeps from it.
        assists: by subject, the activities in which it may only assist.
        above: by every subject known, who is above it, nearest first.
        lead: powers that leading the incident needs.
        funds: by fund, the power that releasing its money needs.
    """

    lasts: int
    reviewers: tuple[str, ...]
    never: tuple[str, ...] = ()
    barred: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    above: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lead: tuple[str, ...] = ()
    funds: Mapping[str, str] = field(default_factory=dict)


def glass_of(pack: Pack, event: Event) -> GlassRule | None:
    """Return how somebody may act past a pack at an event; `None` where nobody may."""
    rule = pack.break_glass
    if rule is None:
        return None
    authority = Authority(pack, event)
    subjects = authority.subjects()
    activities, powers = pack.vocabulary.activities, pack.vocabulary.powers
    lead = activities.get(pack.lead or "")
    return GlassRule(
        rule.lasts,
        escalation_line(pack, rule.review_by),
        rule.never,
        _some(subjects, powers, authority.barred),
        _some(subjects, activities, authority.assists_only),
        {subject: above_in(pack, subject) for subject in subjects},
        lead.requires if lead else (),
        {name: fund.power for name, fund in sorted(pack.funds.items()) if fund.power},
    )


def glass_to_json(rule: GlassRule) -> dict[str, Json]:
    """Return a rule as JSON."""
    return {
        "lasts": rule.lasts,
        "reviewers": list(rule.reviewers),
        "never": list(rule.never),
        "barred": {name: list(powers) for name, powers in rule.barred.items()},
        "assists": {name: list(names) for name, names in rule.assists.items()},
        "above": {name: list(names) for name, names in rule.above.items()},
        "lead": list(rule.lead),
        "funds": dict(rule.funds),
    }


def glass_from_json(node: Mapping[str, Json]) -> GlassRule:
    """Return the rule that `glass_to_json` wrote."""
    return GlassRule(
        cast("int", node["lasts"]),
        _names(node["reviewers"]),
        _names(node["never"]),
        _by_subject(node["barred"]),
        _by_subject(node["assists"]),
        _by_subject(node["above"]),
        _names(node["lead"]),
        cast("Mapping[str, str]", node["funds"]),
    )


def above_in(pack: Pack, subject: str) -> tuple[str, ...]:
    """Return who is above a subject in the line of command, nearest first."""
    found: dict[str, None] = {}
    account = nearest_account(pack, subject, lambda one: one.under)
    while account is not None and account.under is not None and account.under not in found:
        found[account.under] = None
        account = nearest_account(pack, account.under, lambda one: one.under)
    return tuple(found)


def _some(
    subjects: Iterable[str], names: Iterable[str], of: Callable[[str], Collection[str]]
) -> dict[str, tuple[str, ...]]:
    """Return by subject those of some names, in their order, that are its own; if any."""
    found = {subject: of(subject) for subject in subjects}
    return {
        subject: tuple(name for name in names if name in own)
        for subject, own in found.items()
        if own
    }


def _names(value: Json) -> tuple[str, ...]:
    return tuple(cast("list[str]", value))


def _by_subject(value: Json) -> dict[str, tuple[str, ...]]:
    return {name: _names(found) for name, found in cast("Mapping[str, Json]", value).items()}
