"""Acts past the policy that concern a community: who may, until when, and who judges them after.

What is answered so within an incident is in `glass.py`. A declaration, an update, an activation or
a move is on record of its own: it needs a reason, is taken back by itself when its time is over,
and stays open until a reviewer has said whether it was justified.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from remit.engine.escalation import escalation_line
from remit.engine.events import Event
from remit.engine.pack import Pack
from remit.engine.wording import tell
from remit.workflows.authority import Authority
from remit.workflows.entries import Draft, Entry, Json, from_stamp, stamp
from remit.workflows.gate import ActName, Denied
from remit.workflows.glass import above_in
from remit.workflows.ledger import Ledger
from remit.workflows.lifecycle import Verb
from remit.workflows.naming import leads_of

__all__ = [
    "GLASS_KINDS", "GLASS_OVER", "GlassAct", "glass_acts", "glass_draft", "is_glass",
    "judge_glass", "open_glass", "past_policy", "say_glass",
]  # fmt: skip

GLASS, GLASS_OVER, GLASS_JUDGED = "glass-act", "glass-act-over", "glass-act-judged"
GLASS_KINDS = (GLASS, GLASS_OVER, GLASS_JUDGED)
"""Kinds of entries: it was done, it was taken back, somebody judged it."""


@dataclass(frozen=True, slots=True)
class GlassAct:
    """One act past the policy.

    Args:
        number: of its entry.
        until: when it is taken back.
        reviewers: who may judge it, the first who is asked first.
        leads: who speaks for those of them that are joint bodies.
        pack: name of the pack.
        about: what it takes to take it back.
        is_over: whether that was done, or had no need.
        kept: why it could not be taken back; empty otherwise.
        justified: what the review said; `None` while it is open.
    """

    number: int
    act: ActName
    by: str
    reason: str
    at: dt.datetime
    until: dt.datetime
    reviewers: tuple[str, ...]
    leads: Mapping[str, str]
    pack: str
    about: Mapping[str, Json] = field(default_factory=dict)
    is_over: bool = False
    kept: str = ""
    justified: bool | None = None

    @property
    def name(self) -> str:
        """The name by which people judge it."""
        return f"glass-{self.number}"

    def may_judge(self, by: str) -> bool:
        """Return whether somebody may judge it: a reviewer, or who leads one."""
        return any(by in {one, self.leads.get(one)} for one in self.reviewers)


def glass_acts(entries: Iterable[Entry]) -> tuple[GlassAct, ...]:
    """Return all acts past the policy that entries tell of, the oldest first."""
    found: dict[int, GlassAct] = {}
    for entry in entries:
        number = cast("int", entry.payload.get("done", 0))
        if entry.kind == GLASS:
            found[entry.number] = _read(entry)
        elif entry.kind == GLASS_OVER and number in found:
            kept = cast("str", entry.payload["kept"])
            found[number] = replace(found[number], is_over=True, kept=kept)
        elif entry.kind == GLASS_JUDGED and number in found:
            said = cast("bool", entry.payload["justified"])
            found[number] = replace(found[number], justified=said)
    return tuple(found.values())


def is_glass(ledger: Ledger, name: str) -> bool:
    """Return whether a name means an act past the policy, and not something in an incident."""
    incident, dash, _ = name.rpartition("-")
    return bool(dash) and incident == "glass" and ledger.incident(incident) is None


def past_policy(pack: Pack, event: Event, denied: Denied | None, reason: str) -> Denied | None:
    """Return why an act that was refused may not be done past the policy; `None` if it may.

    Args:
        reason: why it is done so; where it is empty, nobody wants that, and the refusal stands.
    """
    if denied is None or not reason or denied.powers is None:
        return denied
    rule, act, by = pack.break_glass, denied.act, denied.by
    if rule is None:
        return Denied(
            act,
            by,
            tell("the policy lets nobody act past it"),
            tell("`break_glass` in pack.yaml would; {help}", help=denied.help),
        )
    if not reason.strip():
        said = tell("nothing is done past the policy without a reason")
        return Denied(act, by, said, tell('give it with `--break-glass "..."`'))
    authority = Authority(pack, event)
    for power in denied.powers:
        if authority.is_barred(by, power):
            said = tell("`{by}` is forbidden `{power}`, in need too", by=by, power=power)
            return Denied(act, by, said, denied.help)
        if power in rule.never:
            said = tell("`{power}` is never used past the policy", power=power)
            return Denied(act, by, said, denied.help)
    return None


def glass_draft(
    pack: Pack, act: ActName, by: str, reason: str, now: dt.datetime, about: Mapping[str, Json]
) -> Draft:
    """Return the entry of an act past the policy.

    Raises:
        ValueError: if the pack lets nobody act past it.
    """
    rule = pack.break_glass
    if rule is None:
        raise ValueError(pack.name)
    leads = leads_of(pack)
    own = {by, leads.get(by, by)}
    line = escalation_line(pack, rule.review_by)
    able = [name for name in line if name not in own and leads.get(name) not in own]
    able = able or [name for name in above_in(pack, by) if name not in own]
    payload: dict[str, Json] = {
        "act": act,
        "reason": reason,
        "until": stamp(now + dt.timedelta(seconds=rule.lasts)),
        "reviewers": [*able],
        "leads": {name: leads[name] for name in able if name in leads},
        "pack": pack.name,
        "about": dict(about),
    }
    return Draft(GLASS, payload, actor=by)


def open_glass(entries: Iterable[Entry], pack: str | None = None) -> tuple[GlassAct, ...]:
    """Return the acts past the policy that nobody has judged yet, of one pack where it is named."""
    found = glass_acts(entries)
    return tuple(one for one in found if one.justified is None and pack in {None, one.pack})


def say_glass(
    ledger: Ledger, name: str, by: str | None, note: str, verb: Verb, now: dt.datetime
) -> Entry | Denied:
    """Write what a reviewer says of an act past the policy, or why it does not count."""
    with ledger.write() as writing:
        # WHY within: of two who judge at once, the second finds it judged.
        found = glass_acts(ledger.entries_of(GLASS_KINDS))
        judged = (
            judge_glass(found, name, by, note, justified=verb == "approve")
            if verb in {"approve", "decline"}
            else Denied(
                "review",
                by or "",
                tell("`{name}` asks to judge an act past the policy", name=name),
                tell("use `approve` or `decline`"),
            )
        )
        draft = judged.draft() if isinstance(judged, Denied) else judged
        (entry,) = writing.append([draft], time=now)
    return judged if isinstance(judged, Denied) else entry


def judge_glass(
    found: Iterable[GlassAct], name: str, by: str | None, note: str, *, justified: bool
) -> Draft | Denied:
    """Return the entry by which an act past the policy is judged, or why it does not count.

    Args:
        by: the first reviewer where it is `None`.
    """
    one = next((one for one in found if one.name == name), None)
    if one is None:
        said = tell("no act past the policy is called `{name}`", name=name)
        return Denied("review", by or "", said, tell("`remit state` shows those that are open"))
    speaker = by or next(iter(one.reviewers), "")
    if not one.may_judge(speaker):
        listed = tell(", ").join(f"`{name}`" for name in one.reviewers) or tell("nobody")
        said = (
            tell("`{name}`: who acted does not judge it", name=name)
            if speaker == one.by
            else tell("`{by}` may not judge `{name}`", by=speaker, name=name)
        )
        return Denied("review", speaker, said, tell("who may: {names}", names=listed))
    if one.justified is not None:
        said = tell("`{name}` was judged already", name=name)
        return Denied("review", speaker, said, tell("`remit state` shows those that are open"))
    if not justified and not note.strip():
        said = tell("`{name}` cannot be declined without a reason", name=name)
        return Denied("review", speaker, said, tell('give it with `--note "..."`'))
    payload: dict[str, Json] = {"done": one.number, "justified": justified, "note": note}
    return Draft(GLASS_JUDGED, payload, actor=speaker)


def _read(entry: Entry) -> GlassAct:
    node = entry.payload
    return GlassAct(
        entry.number,
        cast("ActName", node["act"]),
        entry.actor,
        cast("str", node["reason"]),
        entry.time,
        from_stamp(cast("str", node["until"])),
        tuple(cast("list[str]", node["reviewers"])),
        cast("Mapping[str, str]", node["leads"]),
        cast("str", node["pack"]),
        cast("Mapping[str, Json]", node["about"]),
    )
