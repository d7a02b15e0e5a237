"""Taking back what was done past the policy in what concerns a community, when its time is over.

INVARIANT: what somebody who may has said since stands; what would orphan open work if it were taken
back stays, and the entry says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from remit.engine.language.incoming import parse_event
from remit.engine.vocabulary import Value
from remit.engine.wording import tell
from remit.workflows.activating import moved_back
from remit.workflows.community_glass import GLASS_KINDS, GLASS_OVER, GlassAct, glass_acts
from remit.workflows.enacting import Office, Read, Request, restored
from remit.workflows.entries import ENGINE, Draft, Json
from remit.workflows.gate import ActName
from remit.workflows.open_work import event_of
from remit.workflows.proposals import Proposal, plan_changes
from remit.workflows.versions import ACTIVATED, versions

__all__ = ["end_glass"]


def end_glass(office: Office) -> tuple[Proposal, ...]:
    """Take back all whose time is over, each in one transaction; return what was done."""
    due = [one for one in _known(office) if _is_due(one, office)]
    return tuple(office.enact(_ending(one.number)) for one in due)


def _known(office: Office) -> tuple[GlassAct, ...]:
    return glass_acts(office.ledger.entries_of(GLASS_KINDS))


def _is_due(one: GlassAct, office: Office) -> bool:
    return not one.is_over and one.until <= office.now and one.pack == office.pack.name


def _ending(number: int) -> Callable[[Office, Read], Proposal]:
    def proposing(office: Office, read: Read) -> Proposal:
        # WHY again: another process may have taken it back since.
        one = next(one for one in _known(office) if one.number == number)
        if not _is_due(one, office):
            return Proposal(one.act, ENGINE)
        found = _ENDINGS[one.act](office, one, read)
        kept = "" if found.denied is None else found.denied.reason
        over = Draft(GLASS_OVER, {"done": number, "kept": kept}, cause=number)
        if kept:
            return Proposal(one.act, ENGINE, None, (over,))
        return replace(found, own=(over, *found.own))

    return proposing


def _reason(one: GlassAct) -> str:
    return tell("the time of what `{by}` did past the policy is over", by=one.by)


def _values(node: Json, office: Office) -> Mapping[str, Value]:
    return parse_event(cast("Mapping[str, Json]", node), office.pack.vocabulary).values


def _declared(office: Office, one: GlassAct, read: Read) -> Proposal:
    values = _values(one.about["values"], office)
    scope = _values(one.about["scope"], office)
    request = Request(ENGINE, values, _reason(one), scope=scope)
    return restored(office, request, one.number + len(values), read)


def _updated(office: Office, one: GlassAct, read: Read) -> Proposal:
    incident = read(cast("str", one.about["incident"]))
    rules = None if incident is None else office.rules_of(incident)
    if incident is None or incident.is_over or rules is None:
        return Proposal("update", ENGINE)
    vocabulary = rules.pack.vocabulary
    before = parse_event(cast("Mapping[str, Json]", one.about["values"]), vocabulary).values
    said = parse_event(cast("Mapping[str, Json]", one.about["said"]), vocabulary).values
    now = event_of(incident, rules.pack).values
    values = {name: value for name, value in before.items() if now.get(name) == said[name]}
    more: dict[str, Json] = {"because": "updated", "values": {}, "reason": _reason(one)}
    return plan_changes("update", ENGINE, [incident], office.rules_of, entering=values, more=more)


def _activated(office: Office, one: GlassAct, read: Read) -> Proposal:  # noqa: ARG001 - one shape
    found = versions(office.ledger.entries_of((ACTIVATED,)), one.pack)
    before = next((kept for kept in reversed(found) if kept.digest == one.about["before"]), None)
    if before is None or found[-1].digest != one.about["digest"]:
        return Proposal("activate", ENGINE)
    payload: dict[str, Json] = {
        "name": before.name, "version": before.version, "digest": before.digest,
        "home": before.home, "files": before.archive, "power": "",
        "before": found[-1].digest, "agreed": [], "reason": _reason(one),
    }  # fmt: skip
    return Proposal("activate", ENGINE, None, (Draft(ACTIVATED, payload),))


def _moved(office: Office, one: GlassAct, read: Read) -> Proposal:
    names = cast("Mapping[str, str]", one.about["incidents"])
    return moved_back(office, names, _reason(one), read)


_ENDINGS: Mapping[ActName, Callable[[Office, GlassAct, Read], Proposal]] = {
    "declare": _declared,
    "update": _updated,
    "activate": _activated,
    "move": _moved,
}
"""What takes back each act that can be done past the policy."""
