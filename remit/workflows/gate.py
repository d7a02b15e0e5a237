"""Authority for every act: one table of who may do what, and one gate that all doors use.

What is said to an item of an incident is judged by the incident's own response (`answers.judge`);
what changes the state, an incident's facts or the version in force is judged here, by the pack in
force: the subject is one it knows, holds the power certainly where it acts, and is forbidden
nothing of it. A refusal is written down like everything else.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from remit.engine.events import Event
from remit.engine.language.problems import did_you_mean
from remit.engine.pack import Pack
from remit.engine.rosters import on_duty
from remit.engine.wording import mark, tell
from remit.workflows.authority import Authority
from remit.workflows.entries import Draft
from remit.workflows.incident import Incident
from remit.workflows.naming import rosters_in
from remit.workflows.reaching import Changes

__all__ = [
    "ACTS",
    "DENIED",
    "Act",
    "ActName",
    "Denied",
    "holds_power",
    "leads",
    "led",
    "off_duty",
    "speaker",
]

ActName = Literal[
    "answer", "declare", "update", "activate", "agree", "move", "break-glass", "review", "conduct",
    "reassign", "undo", "see", "spend", "stock", "roster", "swap", "let-in", "carry",
]  # fmt: skip
DENIED = "denied"
"""The kind of entry by which a refusal is kept that belongs to no item."""
LONGEST_NAME = 100
"""Characters of a subject's name that are kept of somebody unknown."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a subject can do.

    Args:
        kinds: kinds of entries it writes in the subject's name.
        commands: commands that do it, each with that below which it stands.
        routes: what the API calls them; `page` is the page of a person.
        judges: what is asked whether it may be, by module under `remit.workflows`; all entrances
            ask one of them.
        rule: what the policy must say, as a sentence.
    """

    kinds: tuple[str, ...]
    commands: tuple[str, ...]
    routes: tuple[str, ...]
    judges: tuple[str, ...]
    rule: str


ACTS: Mapping[ActName, Act] = {
    "answer": Act(
        ("answered", "refused", "handed-over"),
        ("ack", "done", "decline", "hand-over", "approve"),
        ("ack", "done", "decline", "hand_over", "approve", "page"),
        ("answers:judge",),
        mark("it was asked, by the line of its duty and its powers, or leads the body that was"),
    ),
    "declare": Act(
        ("declared", DENIED),
        ("declare",),
        ("declare",),
        ("gate:speaker", "gate:holds_power"),
        mark("it surely holds the power that the value is `declared_by`, where it is declared"),
    ),
    "update": Act(
        ("changed", DENIED),
        ("update",),
        ("update",),
        ("gate:speaker", "gate:holds_power", "gate:leads"),
        mark("it surely holds the power that the value is `declared_by`, else leads the incident"),
    ),
    "activate": Act(
        ("activated", DENIED),
        ("activate",),
        ("activate",),
        ("gate:speaker", "gate:holds_power"),
        mark("it surely holds the power that the pack is `activated_by`, and all agree who must"),
    ),
    "agree": Act(
        ("agreed", DENIED),
        ("activate",),
        ("agree",),
        ("gate:speaker", "activating:parties"),
        mark("the new version takes something from it, or gives it something"),
    ),
    "move": Act(
        ("changed", DENIED),
        ("move",),
        ("move",),
        ("gate:speaker", "gate:holds_power"),
        mark("it surely holds the power that the pack is `activated_by`"),
    ),
    "break-glass": Act(
        ("answered", "glass-act"),
        ("ack", "done", "approve", "declare", "update", "activate", "move"),
        ("ack", "done", "approve", "declare", "update", "activate", "move"),
        ("breaking:breaks", "community_glass:past_policy"),
        mark("the pack has `break_glass`, and no prohibition and no power under `not` is touched"),
    ),
    "conduct": Act(
        ("cancelled", "merged", "absorbed", "split", "reopened", "reviewed", "refused"),
        ("cancel", "merge", "split", "reopen", "review"),
        ("cancel", "merge", "split", "reopen", "review"),
        ("acts:judge_act",),
        mark("it leads the incident, answers for it, or is above those who do"),
    ),
    "reassign": Act(
        ("reassigned", "refused"),
        ("reassign",),
        ("reassign",),
        ("acts:judge_act",),
        mark("it leads the incident, answers for it or for the step, or is above those who do"),
    ),
    "spend": Act(
        ("requested", "used", "spent", "refused"),
        ("request", "spend", "stock use"),
        ("request", "spend"),
        ("spending:judge_wish", "spending:judge_spending", "spending:judge_use"),
        mark("it has the work in hand; who pays was asked, and neither requested nor approved it"),
    ),
    "stock": Act(
        ("stocked", DENIED),
        ("stock add",),
        (),
        ("stock_keeping:entitled",),
        mark("it holds the supplies, leads the body that does, or is a deputy of whoever does"),
    ),
    "roster": Act(
        ("roster-overridden", DENIED),
        ("roster override",),
        (),
        ("rostering:Rostering.entitled",),
        mark(
            "the roster is its own, that of a body it leads, or of one below it, or it surely"
            " holds the power that the pack has under `rosters_by`"
        ),
    ),
    "swap": Act(
        ("swap-offered", "swap-accepted", "swap-declined", "roster-change-withdrawn", DENIED),
        ("roster swap", "roster accept", "roster decline", "roster withdraw"),
        (),
        ("rostering:Rostering.entitled", "rostering:Rostering.undecided"),
        mark("it is the person the word is of, or one who may change the roster"),
    ),
    "let-in": Act(
        ("token-issued", "token-revoked"),
        ("token issue", "token revoke"),
        (),
        (),
        mark("none by the policy: whoever runs the machine lets programs in, and it is on record"),
    ),
    "carry": Act(
        (),
        ("ledger import", "ledger restore"),
        (),
        (),
        mark(
            "none by the policy: whoever runs the machine carries a ledger, which is proved line by"
            " line; an import fills an empty one alone, and what a restore replaces stays beside it"
        ),
    ),
    "undo": Act(
        ("undone", "refused"),
        ("undo",),
        ("undo",),
        ("acts:judge_act",),
        mark("it reported the work as done itself"),
    ),
    "see": Act(("seen", "refused"), ("seen",), ("seen",), ("acts:judge_act",), mark("it was told")),
    "review": Act(
        ("answered", "glass-act-judged", "refused", DENIED),
        ("approve", "decline"),
        ("approve", "decline", "page"),
        ("answers:judge", "breaking:own_review", "community_glass:judge_glass"),
        mark("the pack names it under `review_by`, or it leads that body, and it did not act"),
    ),
}
"""Everything a subject can do, and what the policy must say for it."""


@dataclass(frozen=True, slots=True)
class Denied:
    """Why an act is refused, in one sentence, and what would help.

    Args:
        powers: what it would take that the subject lacks, so that it may be done past the policy;
            `None` where that is not why.
    """

    act: ActName
    by: str
    reason: str
    help: str = ""
    powers: tuple[str, ...] | None = None

    def draft(self) -> Draft:
        """Return the entry that keeps it."""
        return Draft(DENIED, {"act": self.act, "reason": self.reason}, actor=self.by[:LONGEST_NAME])


def speaker(pack: Pack, act: ActName, name: str) -> str | Denied:
    """Return the subject somebody acts as: a subject as itself, a person as whose roster it is on.

    Whoever is on the rosters of several must say for which it acts.
    """
    known = Authority(pack, Event({})).subjects()
    if name in known:
        return name
    found = sorted(
        {
            roster.subject
            for one in (pack, *pack.higher)
            for roster in one.rosters.values()
            if any(person.name == name for person in roster.people)
        }
    )
    if len(found) == 1:
        return found[0]
    said = name[:LONGEST_NAME]
    if found:
        listed = tell(", ").join(f"`{one}`" for one in found)
        return Denied(
            act,
            name,
            tell("`{name}` is on the rosters of several: {listed}", name=said, listed=listed),
            tell("name the one that acts"),
        )
    return Denied(
        act,
        name,
        tell("`{name}` is no subject of the policy", name=said),
        did_you_mean(name, known) or tell("`remit matrix` shows its subjects"),
    )


def off_duty(
    pack: Pack, act: ActName, person: str, now: dt.datetime, changes: Changes
) -> Denied | None:
    """Return why a person may not act for a subject now: others are on duty; `None` if it may.

    Whoever answers a call off duty says why in a note; what concerns all is for those on duty.
    """
    rosters = [roster for roster in rosters_in(pack) if roster.person(person) is not None]
    try:
        here = [on_duty(one, now, changes.get(one.name, ())) for one in rosters]
    except zoneinfo.ZoneInfoNotFoundError:
        # WHY let through: a machine that cannot tell the time there keeps nobody from acting.
        return None
    if not rosters or any(person in people for people in here):
        return None
    parts = {"person": person, "subject": rosters[0].subject}
    listed = tell(", ").join(f"`{name}`" for people in here for name in people) or tell("nobody")
    return Denied(
        act,
        person,
        tell("`{person}` is not on duty for `{subject}` now", **parts),
        tell(
            "who is: {listed}; `{subject}` puts others on duty with `remit roster override`",
            listed=listed,
            subject=parts["subject"],
        ),
    )


def holds_power(
    pack: Pack, event: Event, act: ActName, by: str, power: str | None, what: str
) -> Denied | None:
    """Return why a subject may not do what needs a power at an event; `None` if it may.

    Args:
        power: `None` where the policy names none, so that nobody may.
        what: what it would do, for the sentence.
    """
    if power is None:
        return Denied(
            act,
            by,
            tell("the policy does not say who may {what}", what=what),
            tell("name the power in the pack, with `declared_by` or `activated_by`"),
        )
    authority = Authority(pack, event)
    bodies = (by, *led(pack, by))
    if any(authority.holds(body, (power,)) for body in bodies):
        return None
    able = authority.holders((power,))
    listed = tell(", ").join(f"`{name}`" for name in able)
    return Denied(
        act,
        by,
        tell(
            "`{by}` may not {what}: it does not surely hold `{power}`",
            by=by,
            what=what,
            power=power,
        ),
        tell("who holds it: {listed}", listed=listed) if able else tell("nobody holds it here"),
        (power,),
    )


def leads(incident: Incident, act: ActName, by: str, what: str) -> Denied | None:
    """Return why a subject may not do what the incident's leader may; `None` if it may."""
    response = incident.response
    able = (*((incident.commander,) if incident.commander else ()), *incident.part.owners)
    if any(response.speaks_for(by, name) for name in able):
        return None
    listed = tell(", ").join(f"`{name}`" for name in dict.fromkeys(able)) or tell("nobody")
    return Denied(
        act,
        by,
        tell(
            "`{by}` may not {what}: it does not lead incident {id}",
            by=by,
            what=what,
            id=incident.id,
        ),
        tell("who does: {listed}", listed=listed),
        (),
    )


def led(pack: Pack, by: str) -> tuple[str, ...]:
    """Return the joint bodies that a subject speaks for."""
    return tuple(
        name
        for one in (pack, *pack.higher)
        for name, subject in one.subjects.items()
        if subject.lead == by
    )
