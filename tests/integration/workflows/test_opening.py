"""From what came in to an open incident."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from remit.engine.events import Event
from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.engine.resolution import Resolution
from remit.workflows.acting import merge_incidents
from remit.workflows.acts import Act
from remit.workflows.answers import Refusal
from remit.workflows.arrivals import read_arrival
from remit.workflows.entries import Draft, as_received
from remit.workflows.opening import Opened, incident_name, open_incident, record
from tests.desk import FILES, NOON, SPILL, harbour
from tests.integration.workflows.conftest import Office

pytestmark = pytest.mark.usefixtures("backend")


def test_what_comes_in_is_recorded_byte_by_byte_and_once(office: Office) -> None:
    for data in (b'{"a": 1}', "疫情".encode(), b"\xff\xfe\x00"):
        entry = record(office.ledger, data, "json", NOON)
        assert as_received(entry.payload) == data
        assert record(office.ledger, data, "json", NOON).number == entry.number
    assert office.ledger.received(before=3) == (b'{"a": 1}', "疫情".encode())


def test_the_same_event_leads_to_the_same_incident(office: Office) -> None:
    first, second = office.open("one"), office.open("one")
    assert (first.is_new, second.is_new, second.incident) == (True, False, first.incident)
    assert office.open("two").incident != first.incident


def test_the_name_of_an_incident_depends_on_its_origin_alone(
    office: Office, tmp_path: Path
) -> None:
    from tests.integration.workflows.conftest import office_at

    other = office_at(tmp_path / "elsewhere")
    assert other.open("one").incident == office.open("one").incident
    other.ledger.close()


def test_a_name_that_is_taken_grows() -> None:
    short = incident_name("x", frozenset[str]().__contains__)
    assert incident_name("x", lambda name: name == short).startswith(short)
    assert len(short) == 4


def test_more_about_an_open_incident_joins_it(office: Office) -> None:
    opened = office.open("one")
    assert office.open("one", pier="south").incident == opened.incident
    kinds = [entry.kind for entry in office.ledger.entries(opened.incident)]
    assert kinds == ["opened", "joined"]


def test_the_decision_is_recorded_with_the_policy_that_made_it(office: Office) -> None:
    opened = office.open("one")
    (entry,) = office.ledger.entries(opened.incident)
    assert entry.policy == load(office.pack).digest
    assert entry.cause == 1
    assert [found.kind for found in office.ledger.story(opened.incident)] == ["received", "opened"]


def test_an_edit_of_the_pack_changes_nothing_about_open_incidents(office: Office) -> None:
    opened = office.open("one")
    (office.pack / "subjects" / "warden.yaml").write_text("subject: warden\n", encoding="utf-8")
    assert office.incident(opened.incident).response.parts[0].owners == ("warden",)
    assert office.driver.drive(opened.incident) > 0


def _report(reporter: str, minute: int) -> bytes:
    fields = {"smell": "oil", "pier": "north"}
    time = f"2026-03-02T12:{minute:02d}:00+00:00"
    report = {
        "kind": "report",
        "id": reporter,
        "time": time,
        "reporter": reporter,
        "fields": fields,
    }
    return json.dumps(report).encode()


SIGNAL = """
signal: oil
label: {en: Oil on the water, zh: 油污}
from: report
when: {smell: oil}
count: 2
within: 1h
by: [pier]
distinct: reporter
raise: {hazard: spill, phase: response}
"""


def test_reports_raise_an_incident_when_there_are_enough(office: Office) -> None:
    (office.pack / "signals").mkdir()
    (office.pack / "signals" / "oil.yaml").write_text(SIGNAL, encoding="utf-8")
    pack = load(office.pack)
    first = read_arrival(_report("ann", 1), pack, source="r")
    assert (first.arrivals, first.silence) == ((), "no signal of the pack `harbour` answers to it")
    second = read_arrival(_report("bob", 2), pack, source="r", earlier=[b"{", _report("ann", 1)])
    (arrival,) = second.arrivals
    assert arrival.event.values == {"hazard": "spill", "phase": "response", "pier": "north"}
    assert (arrival.title, arrival.signal) == ({"en": "Oil on the water", "zh": "油污"}, "oil")


@pytest.mark.parametrize("data", [b"", b"{", b"<alert", b"[]", b"\x00", b'{"hazard": "fire"}'])
def test_what_cannot_be_read_says_why(office: Office, data: bytes) -> None:
    from remit.engine.errors import RemitError

    with pytest.raises(RemitError) as caught:
        read_arrival(data, load(office.pack), source="event")
    assert str(caught.value)


def test_an_event_keeps_exact_numbers(office: Office) -> None:
    (arrival,) = read_arrival(
        json.dumps({**SPILL, "time": "2026-03-02T14:00:00+08:00"}).encode(),
        load(office.pack),
        source="e",
    ).arrivals
    assert arrival.event.time is not None
    assert arrival.event.time.utcoffset() is not None


def _arrive(office: Office, data: bytes) -> list[Opened]:
    """Let a report come in, as `remit respond` does."""
    pack = load(office.pack)
    received = record(office.ledger, data, "json", NOON)
    earlier = office.ledger.received(before=received.number)
    reading = read_arrival(data, pack, source="r", earlier=earlier)
    resolve = compile_pack(pack).resolve
    return [
        open_incident(office.ledger, pack, resolve, arrival, received, NOON)
        for arrival in reading.arrivals
    ]


def _with_signal(office: Office) -> None:
    (office.pack / "signals").mkdir()
    (office.pack / "signals" / "oil.yaml").write_text(SIGNAL, encoding="utf-8")


def test_a_late_report_of_an_earlier_time_joins_the_incident_that_is_there(office: Office) -> None:
    _with_signal(office)
    assert _arrive(office, _report("ann", 10)) == []
    (opened,) = _arrive(office, _report("bob", 20))
    (late,) = _arrive(office, _report("cai", 5))
    assert (opened.is_new, late) == (True, Opened(opened.incident, is_new=False, has_joined=True))
    kinds = [entry.kind for entry in office.ledger.entries(opened.incident)]
    assert kinds == ["opened", "joined"]


def test_what_comes_in_about_a_merged_incident_joins_the_one_it_goes_on_as(office: Office) -> None:
    _with_signal(office)
    _arrive(office, _report("ann", 10))
    (first,) = _arrive(office, _report("bob", 20))
    other = office.open("two")
    act = Act("merge", "warden", "the same oil", to=other.incident)
    assert not isinstance(merge_incidents(office.driver, first.incident, act), Refusal)
    (late,) = _arrive(office, _report("cai", 30))
    assert late == Opened(other.incident, is_new=False, has_joined=True)
    assert office.incident(other.incident).absorbed == (first.incident,)
    assert office.incident(first.incident).state == "merged"
    assert office.ledger.verify().is_whole


def test_a_state_declared_while_an_incident_is_planned_counts(office: Office) -> None:
    """It is planned before the ledger is held, and anew where the community changed meanwhile."""
    words = FILES["vocabulary.yaml"].replace(
        "dimensions:\n",
        "dimensions:\n  stage: {values: [early, late], state: true, declared_by: lead}\n",
    )
    started = FILES["pack.yaml"] + "state: {stage: early}\n"
    harbour(office.pack.parent, {"vocabulary.yaml": words, "pack.yaml": started})
    pack = load(office.pack)
    compiled, told = compile_pack(pack), {"dimension": "stage", "from": "early", "to": "late"}
    rest = {"power": "lead", "reason": "x", "basis": "", "scope": {}, "pack": pack.name}

    def resolve(event: Event) -> Resolution:
        if office.ledger.latest_of(["declared"]) == 0:
            with office.ledger.write() as writing:
                writing.append([Draft("declared", {**told, **rest}, actor="council")], time=NOON)
        return compiled.resolve(event)

    data = json.dumps({**SPILL, "id": "one"}).encode()
    received = record(office.ledger, data, "json", NOON)
    (arrival,) = read_arrival(data, pack, source="event.json").arrivals
    name = open_incident(office.ledger, pack, resolve, arrival, received, NOON).incident
    assert office.incident(name).event["stage"] == "late"
