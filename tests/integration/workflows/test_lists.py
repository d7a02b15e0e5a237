"""Lists of incidents, page by page, as the database gives them."""

from __future__ import annotations

import datetime as dt

import pytest

from remit.workflows.acting import do_act
from remit.workflows.acts import Act
from remit.workflows.answers import Word
from tests.integration.workflows.conftest import Office

pytestmark = pytest.mark.usefixtures("backend")

MOMENTS = (0, 1, 1, 2, 3)
"""Seconds after noon at which incidents are opened; a page ends between the two of one moment."""


@pytest.fixture
def opened(office: Office) -> list[str]:
    """Incidents, the latest first; those of one moment by name."""
    noon, found = office.clock.now(), list[tuple[int, str]]()
    for number, seconds in enumerate(MOMENTS):
        office.clock.jump_to(noon + dt.timedelta(seconds=seconds))
        found.append((-seconds, office.open(str(number)).incident))
    return [name for _, name in sorted(found)]


def test_pages_hold_each_incident_once_and_in_order(office: Office, opened: list[str]) -> None:
    pages, after = list[str](), ""
    while page := office.ledger.incidents(after=after, most=3):
        pages += [one.id for one in page]
        after = page[-1].id
    assert opened == pages
    assert opened == [one.id for one in office.ledger.incidents(after="nobody")]


def test_those_that_are_over_are_left_out_or_alone(office: Office, opened: list[str]) -> None:
    name = opened[1]
    office.driver.drive(name)
    office.driver.answer(name, 1, Word("ack", "warden"))
    ended = do_act(office.driver, name, Act("cancel", "warden", "a false alarm"))
    assert office.incident(name).is_over, ended
    rest = [one for one in opened if one != name]
    assert rest == [one.id for one in office.ledger.incidents(is_over=False)]
    assert [name] == [one.id for one in office.ledger.incidents(is_over=True)]
    assert rest[1:3] == [
        one.id for one in office.ledger.incidents(is_over=False, after=name, most=2)
    ]
