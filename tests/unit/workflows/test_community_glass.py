"""Acting past the policy in what concerns all: reasons, limits, the return, and the review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from remit.engine.language.incoming import parse_event
from remit.engine.language.loader import load
from remit.workflows.activating import activating, moving
from remit.workflows.adapters.shelves import candidate_of, load_version, version_in_force
from remit.workflows.arrivals import Arrival
from remit.workflows.community_glass import GLASS_KINDS, GlassAct, glass_acts, judge_glass
from remit.workflows.enacting import Office, Request, declaring, updating
from remit.workflows.entries import Draft
from remit.workflows.gate import Denied
from remit.workflows.glass_ending import end_glass
from remit.workflows.ledger import Ledger
from remit.workflows.opening import open_incident, record
from remit.workflows.proposals import Proposal
from tests.authority_town import CHANGES
from tests.desk import NOON, SPILL, harbour

GLASS = "break_glass: {for: 2h, review_by: council, not: [burn]}\n"
PACK = CHANGES["pack.yaml"] + GLASS
BARRED = "subject: barred\nprohibitions: [{power: rule, when: {pier: north}}]\n"
OWN = {**CHANGES, "pack.yaml": PACK, "subjects/barred.yaml": BARRED}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office of the town under its first version, with one open spill."""
    home = harbour(tmp_path, OWN)
    with Ledger.at(tmp_path / "ledger.db") as ledger:
        candidate, office = candidate_of(ledger, str(home), load, NOON)
        found = office.enact(activating("council", candidate, "first"))
        assert found.denied is None, found.denied
        pack = candidate.pack
        arrival = Arrival("spill:1", parse_event(SPILL, pack.vocabulary), {"en": "A spill"}, "x")
        received = record(ledger, b"a spill", "report.json", NOON)
        rules = office.rules
        open_incident(ledger, pack, rules.map.resolve, arrival, received, NOON)
        yield office


def later(office: Office, hours: int) -> Office:
    return replace(office, now=NOON + dt.timedelta(hours=hours))


def declare(
    office: Office, by: str = "crew", why: str = "it rises", tide: str = "high"
) -> Proposal:
    request = Request(by, {"tide": tide}, "seen", break_glass=why)
    return office.enact(declaring(request))


def acts(office: Office) -> tuple[GlassAct, ...]:
    return glass_acts(office.ledger.entries_of(GLASS_KINDS))


def event_value(office: Office, name: str) -> object:
    (summary,) = office.ledger.incidents()
    incident = office.ledger.incident(summary.id)
    assert incident is not None
    return incident.event.get(name)


def tides(office: Office) -> list[object]:
    return [office.community().everywhere()["tide"], event_value(office, "tide")]


def test_a_state_declared_in_need_holds_until_its_time_is_over(office: Office) -> None:
    assert declare(office).denied is None
    (one,) = acts(office)
    assert ("crew", "it rises", NOON + dt.timedelta(hours=2)) == (one.by, one.reason, one.until)
    assert ["high", "high"] == tides(office)
    assert () == end_glass(later(office, 1))
    end_glass(later(office, 2))
    assert ["low", "low"] == tides(office)
    assert acts(office)[0].is_over
    assert () == end_glass(later(office, 3)), "once"
    assert office.ledger.verify().is_whole


def test_what_whoever_may_has_declared_since_stands(office: Office) -> None:
    assert declare(office).denied is None
    assert declare(office, "council", "", "low").denied is None
    assert declare(office, "council", "", "high").denied is None
    end_glass(later(office, 2))
    assert "high" == office.community().everywhere()["tide"]


@pytest.mark.parametrize(
    "by, why, said",
    [
        ("crew", "", "it does not surely hold `rule`"),
        ("crew", "  ", "without a reason"),
        ("stranger", "fire", "no subject of the policy"),
        ("barred", "fire", "is forbidden `rule`, in need too"),
        ("bo", "fire", "is not on duty"),
    ],
)
def test_it_is_no_way_past_everything(office: Office, by: str, why: str, said: str) -> None:
    found = declare(office, by, why)
    assert found.denied is not None
    assert said in found.denied.reason
    assert found.denied.help
    assert () == acts(office)


def test_a_power_that_is_never_used_so_is_not(office: Office) -> None:
    pack = replace(office.pack, break_glass=replace(_rule(office), never=("rule",)))
    found = declare(replace(office, rules=replace(office.rules, pack=pack)))
    assert found.denied is not None
    assert found.denied.reason == "`rule` is never used past the policy"


def test_nobody_may_where_the_pack_does_not_say_so(office: Office) -> None:
    pack = replace(office.pack, break_glass=None)
    found = declare(replace(office, rules=replace(office.rules, pack=pack)))
    assert found.denied is not None
    assert found.denied.reason == "the policy lets nobody act past it"


def _rule(office: Office):  # type: ignore[no-untyped-def] # noqa: ANN202 -- of the engine
    assert office.pack.break_glass is not None
    return office.pack.break_glass


def test_whoever_may_needs_no_glass(office: Office) -> None:
    assert declare(office, "council", "to be sure").denied is None
    assert () == acts(office)


def test_a_fact_said_in_need_is_taken_back_too(office: Office) -> None:
    (summary,) = office.ledger.incidents()
    request = Request("press", {"pier": "south"}, "it drifts", break_glass="nobody answers")
    assert office.enact(updating(summary.id, request)).denied is None
    assert "south" == event_value(office, "pier")
    end_glass(later(office, 2))
    assert "north" == event_value(office, "pier")
    unknown = Request("press", {"depth": "deep"}, "it is", break_glass="nobody answers")
    found = office.enact(updating(summary.id, unknown))
    assert found.denied is not None
    assert "could not be taken back" in found.denied.reason


def test_a_version_put_into_force_and_incidents_moved_in_need_go_back(
    office: Office, tmp_path: Path
) -> None:
    (summary,) = office.ledger.incidents()
    first = office.pack.digest
    changed = {**OWN, "pack.yaml": PACK.replace('version: "1"', 'version: "2"')}
    home = harbour(tmp_path / "second", changed)
    candidate, second = candidate_of(office.ledger, str(home), load, NOON)
    assert office.enact(activating("crew", candidate, "mend")).denied is not None
    assert office.enact(activating("crew", candidate, "mend", "fire")).denied is None
    assert in_force(office) == candidate.pack.digest
    new = replace(second, rules=candidate.rules)
    assert new.enact(moving("crew", None, "at once")).denied is not None
    assert new.enact(moving("crew", None, "at once", "fire")).denied is None
    assert policy_of(office, summary.id) == candidate.pack.digest
    end_glass(later(new, 2))
    assert (first, first) == (in_force(office), policy_of(office, summary.id))
    assert ["activate", "move"] == [one.act for one in acts(office)]


def in_force(office: Office) -> str:
    version = version_in_force(office.ledger, office.pack.name)
    assert version is not None
    assert load_version(version).digest == version.digest
    return version.digest


def policy_of(office: Office, name: str) -> str:
    incident = office.ledger.incident(name)
    assert incident is not None
    return incident.policy


def test_it_stays_open_until_a_reviewer_has_judged_it(office: Office) -> None:
    assert declare(office).denied is None
    (one,) = acts(office)
    assert ("council",) == one.reviewers
    for by, said in (("crew", "who acted does not judge it"), ("press", "may not judge")):
        found = judge_glass(acts(office), one.name, by, "fine", justified=True)
        assert isinstance(found, Denied)
        assert said in found.reason
        assert found.help == "who may: `council`"
    bare = judge_glass(acts(office), one.name, "council", " ", justified=False)
    assert isinstance(bare, Denied)
    said_no = judge_glass(acts(office), one.name, None, "no need", justified=False)
    assert isinstance(said_no, Draft)
    with office.ledger.write() as writing:
        writing.append([said_no], time=NOON)
    assert acts(office)[0].justified is False
    again = judge_glass(acts(office), one.name, "council", "", justified=True)
    assert isinstance(again, Denied)
    assert "judged already" in again.reason
    assert isinstance(judge_glass(acts(office), "glass-999", "council", "", justified=True), Denied)
