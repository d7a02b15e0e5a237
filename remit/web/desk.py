"""What every request works with, put together once when the server starts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from remit.web.limits import Buckets, Rate
from remit.web.measures import Measures
from remit.web.packs import PackHolder
from remit.web.people.door import Door
from remit.workflows.driver import Driver
from remit.workflows.ledger import Ledger
from remit.workflows.ports import Clock, Journal
from remit.workflows.reception import Reception
from remit.workflows.signatures import Secret
from remit.workflows.tokens import KINDS, Token, tokens_of

__all__ = ["Desk", "TokenBook"]

TOKENS_S = 2.0
"""Seconds until a token that was issued or revoked by another process is known here."""


class TokenBook:
    """The tokens of a ledger, read anew every few seconds."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._read = float("-inf")
        self._known: Mapping[str, Token] = {}

    def known(self) -> Mapping[str, Token]:
        """Return all tokens by id."""
        with self._lock:
            if time.monotonic() - self._read > TOKENS_S:
                self._known = tokens_of(self._ledger.entries_of(KINDS))
                self._read = time.monotonic()
            return self._known

    def forget(self) -> None:
        """Read them anew the next time."""
        with self._lock:
            self._read = float("-inf")


@dataclass(frozen=True, slots=True)
class Desk:
    """What every request works with.

    Args:
        driver: through whose `answer` everything is said, and nothing else.
        packs: gives the pack in force, and those by which incidents are decided.
        secrets: of webhooks.
        wake: tells the worker that something is due.
        door: what the pages for people need; `None` where there are none.
        prefect: tells why Prefect is not there; empty where it is, `None` where it is not wanted.
        reports: how often one caller may report; words: how often it may answer or read.
        strangers: how often an address may come with a token that does not hold.
    """

    ledger: Ledger
    driver: Driver
    clock: Clock
    reception: Reception
    journal: Journal
    tokens: TokenBook
    packs: PackHolder
    secrets: tuple[Secret, ...] = ()
    wake: Callable[[], None] = lambda: None
    prefect: Callable[[], str | None] = lambda: None
    door: Door | None = None
    measures: Measures = field(default_factory=Measures)
    reports: Buckets = field(default_factory=lambda: Buckets(Rate(20, 100)))
    words: Buckets = field(default_factory=lambda: Buckets(Rate(100, 400)))
    strangers: Buckets = field(default_factory=lambda: Buckets(Rate(1, 20)))
