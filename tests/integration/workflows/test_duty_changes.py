"""Overrides and swaps made at run time count when it is decided who is asked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from remit.workflows.roster_changes import override_draft
from tests.desk import NOON, harbour
from tests.integration.workflows.conftest import Office, office_at

ROSTER = """
roster: warden-duty
subject: warden
zone: UTC
people: {ann: , ben: }
shifts: [{days: every, from: "20:00", to: "22:00", people: [ann]}]
"""


def _asked(office: Office, name: str) -> list[str]:
    office.driver.drive(name)
    return [item.subject for item in office.incident(name).open_items()]


def _office(folder: Path) -> Office:
    office = office_at(folder)
    harbour(folder, {"rosters/warden.yaml": ROSTER})
    return office


def test_a_subject_whose_duty_has_not_begun_is_passed_over(tmp_path: Path) -> None:
    """Without a change nobody is on duty at noon, and the deputy is asked."""
    office = _office(tmp_path)
    assert ["mate"] == _asked(office, office.open().incident)
    office.ledger.close()


def test_a_subject_is_asked_whom_an_override_put_on_duty(tmp_path: Path) -> None:
    """An override by which somebody is on duty at noon makes the warden the one who is asked."""
    office = _office(tmp_path)
    stretch = (NOON - dt.timedelta(hours=1), NOON + dt.timedelta(hours=1))
    draft = override_draft("warden-duty", stretch, ["ben"], by="warden")
    with office.ledger.write() as writing:
        writing.append([draft], time=NOON)
    assert ["warden"] == _asked(office, office.open().incident)
    office.ledger.close()
