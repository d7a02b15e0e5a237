"""An alert's update reaches the incident of the alert, whatever signal it makes answer."""

from __future__ import annotations

from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.workflows.arrivals import read_arrival
from remit.workflows.opening import Opened, open_incident, record
from tests.alerts import HEAD, alert, info
from tests.desk import NOON
from tests.integration.workflows.conftest import Office

SIGNAL = """
signal: {name}
from: cap
when: {{severity: {severity}}}
raise: {{hazard: spill, phase: response, pier: {pier}}}
"""


def write_signals(office: Office) -> None:
    """Write two signals into the pack, which answer to alerts of different severity."""
    folder = office.pack / "signals"
    folder.mkdir()
    for name, severity, pier in (("mild", "Severe", "north"), ("grave", "Extreme", "south")):
        text = SIGNAL.format(name=name, severity=severity, pier=pier)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def _take(office: Office, text: str) -> Opened:
    data, pack = text.encode(), load(office.pack)
    received = record(office.ledger, data, "cap", NOON)
    earlier = office.ledger.received(before=received.number)
    (arrival,) = read_arrival(data, pack, source="alert.xml", earlier=earlier).arrivals
    return open_incident(office.ledger, pack, compile_pack(pack).resolve, arrival, received, NOON)


def _update(number: int, of: int, **changes: str) -> str:
    names = ["j-city-2026-0101", "j-city-update-1", "j-city-update-2"]
    sent = [f"2026-07-01T{15 + at}:00:00+08:00" for at in range(3)]
    told = {"identifier": names[number], "sent": sent[number], "msgType": "Update"}
    about = HEAD["sent"] if of == 0 else sent[of]
    reference = f"{HEAD['sender']},{names[of]},{about}"
    more = info(severity="Extreme")
    return alert(**{**told, "references": reference, **changes}, more=more)


def test_an_update_that_another_signal_answers_joins_its_alert(office: Office) -> None:
    """What was raised as mild goes on as the same incident when it becomes grave, and again."""
    write_signals(office)
    first = _take(office, alert())
    second = _take(office, _update(1, 0))
    assert (first.incident, False, True) == (second.incident, second.is_new, second.has_joined)
    assert first.incident == _take(office, _update(2, 1)).incident


def test_an_alert_that_updates_nothing_opens_its_own(office: Office) -> None:
    """Two alerts that do not speak of each other are two incidents."""
    write_signals(office)
    first = _take(office, alert())
    other = alert(identifier="j-city-other", more=info(severity="Extreme"))
    second = _take(office, other)
    assert second.is_new
    assert first.incident != second.incident
