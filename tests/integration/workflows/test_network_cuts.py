"""A ledger behind a network that breaks: what stands is known, or the doubt is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from remit.workflows.entries import Draft
from remit.workflows.ledger import Ledger, LedgerError, LedgerLostError
from remit.workflows.ledger_errors import LedgerDoubtError
from remit.workflows.ledger_grouping import Piece
from remit.workflows.ledger_writing import Writing
from tests.databases import on_postgres
from tests.desk import NOON
from tests.faults.proxy import Proxy, through

PATIENCE_S = 10


class Writer:
    """Writes one entry each time, and counts how often it was let to."""

    def __init__(self) -> None:
        self.tries = 0

    def __call__(self, writing: Writing) -> None:
        self.tries += 1
        writing.append([Draft("received", {"source": "json"})], time=NOON)


@pytest.fixture
def way(tmp_path: Path) -> Iterator[tuple[Proxy, Ledger]]:
    """A ledger, and the way to it."""
    with on_postgres() as places:
        where = places.at(tmp_path)
        Ledger.at(where).close()
        url = make_url(where)
        proxy = Proxy(url.host or "127.0.0.1", url.port or 5432)
        with Ledger.at(through(proxy, where), create=False) as ledger:
            ledger.head()
            yield proxy, ledger
            proxy.turn("open")
            assert ledger.verify().is_whole
        proxy.close()


def test_a_commit_whose_answer_was_lost_is_looked_up(way: tuple[Proxy, Ledger]) -> None:
    (proxy, ledger), write = way, Writer()
    proxy.doubt()
    ledger.transact(write)
    assert (1, 1) == (write.tries, ledger.head().number)


def test_a_commit_in_doubt_is_neither_denied_nor_done_again(
    way: tuple[Proxy, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    (proxy, ledger), write = way, Writer()
    monkeypatch.setattr(time, "sleep", lambda _: None)
    proxy.doubt(cut=True)
    with pytest.raises(LedgerDoubtError, match="broke as this was written") as caught:
        ledger.transact(write)
    assert "it may stand or not" in caught.value.help
    proxy.turn("open")
    assert (1, 1) == (write.tries, ledger.head().number)


def test_of_several_in_one_commit_in_doubt_none_is_done_again(
    way: tuple[Proxy, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    (proxy, ledger), writes = way, [Writer() for _ in range(3)]
    monkeypatch.setattr(time, "sleep", lambda _: None)
    proxy.doubt(cut=True)
    with pytest.raises(LedgerDoubtError):
        ledger._together([Piece(write) for write in writes])
    proxy.turn("open")
    assert ([1, 1, 1], 3) == ([write.tries for write in writes], ledger.head().number)


def test_a_short_cut_over_a_commit_leaves_no_doubt(
    way: tuple[Proxy, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    (proxy, ledger), write = way, Writer()
    proxy.doubt(cut=True)
    monkeypatch.setattr(time, "sleep", lambda _: proxy.turn("open"))
    ledger.transact(write)
    assert (1, 1) == (write.tries, ledger.head().number)


def test_a_cut_before_a_commit_is_told_as_nothing_written(way: tuple[Proxy, Ledger]) -> None:
    (proxy, ledger), write = way, Writer()
    proxy.turn("cut")
    with pytest.raises(LedgerLostError):
        ledger.transact(write)
    proxy.turn("open")
    assert 0 == ledger.head().number
    ledger.transact(write)
    assert 1 == ledger.head().number


def test_whoever_watches_is_told_of_a_cut_and_hears_again_after_it(
    way: tuple[Proxy, Ledger],
) -> None:
    proxy, ledger = way
    watch = ledger.watch()
    assert watch.wait(0)
    proxy.turn("cut")
    with pytest.raises(LedgerError, match="broke"):
        watch.wait(PATIENCE_S)
    proxy.turn("open")
    assert watch.wait(0), "what was written meanwhile is to be looked at"
    watch.close()


def test_a_half_closed_connection_is_made_anew(way: tuple[Proxy, Ledger]) -> None:
    (proxy, ledger), write = way, Writer()
    proxy.halve()
    ledger.transact(write)
    assert 1 == ledger.head().number


def test_a_stalled_way_delays_and_changes_nothing(way: tuple[Proxy, Ledger]) -> None:
    (proxy, ledger), write = way, Writer()
    proxy.turn("stalled")
    writing = threading.Thread(target=ledger.transact, args=(write,))
    writing.start()
    proxy.turn("open")
    writing.join(PATIENCE_S)
    assert not writing.is_alive()
    assert 1 == ledger.head().number
