"""A desk with an empty ledger under the small pack, and a client that speaks to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from remit.web.app import build_app
from remit.web.desk import Desk, TokenBook
from remit.web.packs import PackHolder
from remit.workflows.adapters.journals import MemoryJournal
from remit.workflows.claiming import LedgerClaims
from remit.workflows.reception import Reception
from remit.workflows.signatures import Secret
from remit.workflows.tokens import issue_token
from remit.workflows.working import PlainRunner, Worker
from tests.desk import SPILL
from tests.integration.workflows.conftest import Office, office_at
from tests.web_client import Client

KEY = b"k" * 32
EVERYTHING = ("ack", "approve", "decline", "done", "hand-over", "read", "report")


@dataclass
class Site:
    """A server without a socket, and what stands behind it."""

    office: Office
    desk: Desk
    client: Client
    journal: MemoryJournal

    def token(self, *subjects: str, rights: tuple[str, ...] = EVERYTHING) -> dict[str, str]:
        """Return the headers of a new token."""
        number = len(self.office.ledger.entries())
        random = number.to_bytes(32)
        now = self.office.clock.now()
        text, _ = issue_token(
            self.office.ledger, random, now, subjects=subjects or ("*",), rights=rights
        )
        self.desk.tokens.forget()
        return {"Authorization": f"Bearer {text}"}

    def settle(self) -> None:
        """Do what is due."""
        driver = self.office.driver
        claims = LedgerClaims(driver.ledger, driver.clock, driver.wall, driver.is_dead)
        asyncio.run(Worker(driver, claims, PlainRunner(), self.journal).settle())

    def opened(self, identity: str = "one") -> str:
        """Return an incident that is open, and whose owner was told."""
        name = self.office.open(identity).incident
        self.settle()
        return name


def spill(identity: str = "one", **more: object) -> bytes:
    """Return an event of the small pack."""
    return json.dumps({**SPILL, "id": identity, **more}).encode()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server of an empty ledger."""
    office = office_at(tmp_path)
    pack, journal = PackHolder(str(office.pack), office.ledger, office.clock), MemoryJournal()
    reception = Reception(office.ledger, pack.policy, office.clock, journal, pack.take_in)
    desk = Desk(
        ledger=office.ledger,
        driver=office.driver,
        clock=office.clock,
        reception=reception,
        journal=journal,
        tokens=TokenBook(office.ledger),
        packs=pack,
        secrets=(Secret("gauges", KEY),),
    )
    yield Site(office, desk, Client(build_app(desk)), journal)
    office.ledger.close()
