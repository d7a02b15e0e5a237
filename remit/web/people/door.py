"""What the pages for people need of the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from remit.engine.pack import Pack
from remit.engine.wording import Language
from remit.workflows.adapters.signed_links import SignedLinks
from remit.workflows.driver import Driver
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.ports import Clock

__all__ = ["Door", "follow"]


def follow(driver: Driver, incident: str) -> None:
    """Do what is due in an incident, and send its messages, with nothing but this process."""
    driver.drive(incident)


@dataclass(frozen=True, slots=True)
class Door:
    """What the pages for people need of the rest.

    Args:
        driver: gives a driver that speaks a language.
        links: reads the links, and makes those on the pages.
        pack: gives the pack that decided over an incident, for the names of places and the clauses;
            `None` where it is not at hand or has changed since.
        after: is called once a word stands, and lets what follows from it happen.
        public: the address people use, for which forms may come in; that of the call where empty.
        calls_a_minute: that one address may make.
    """

    ledger: Ledger
    driver: Callable[[Language], Driver]
    links: SignedLinks
    clock: Clock
    pack: Callable[[Incident], Pack | None] = lambda incident: None  # noqa: ARG005 - knows none
    after: Callable[[Driver, str], None] = follow
    public: str = ""
    calls_a_minute: int = 60
