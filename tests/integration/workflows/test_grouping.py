"""What several threads write at once is one transaction, and still each one's own affair."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from remit.workflows.answers import Word, judge
from remit.workflows.delivering import LEASE_S
from remit.workflows.entries import Draft, Entry
from remit.workflows.folded import Folded
from remit.workflows.incident import Incident
from remit.workflows.ledger_grouping import Group, Piece
from remit.workflows.ledger_writing import Writing
from tests.desk import NOON
from tests.integration.workflows.conftest import Office, office_at

pytestmark = pytest.mark.usefixtures("backend")

THREADS = 6


Job = Callable[[int, Writing], None]


def _all_at_once(office: Office, job: Job) -> list[str]:
    """Let several threads write while one holds the ledger; return what each was told."""
    told = [""] * THREADS
    first = threading.Event()
    gathered = threading.Event()

    def work(at: int, writing: Writing) -> None:
        if not first.is_set():
            first.set()
            gathered.wait(10)
        job(at, writing)

    def run(at: int) -> None:
        try:
            office.ledger.transact(lambda writing: work(at, writing))
            told[at] = "written"
        except ZeroDivisionError:
            told[at] = "failed"

    threads = [threading.Thread(target=run, args=(at,)) for at in range(THREADS)]
    threads[0].start()
    first.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(office.ledger._group._waiting) < THREADS - 1:
        threading.Event().wait(0.001)
    gathered.set()
    for thread in threads:
        thread.join()
    return told


def _receive(at: int, writing: Writing) -> Entry:
    (entry,) = writing.append([Draft("received", {"source": str(at)})], time=NOON)
    return entry


def _sources(office: Office) -> list[str]:
    return sorted(str(entry.payload["source"]) for entry in office.ledger.entries())


@pytest.mark.parametrize("failing", [0, 3])
@pytest.mark.parametrize("place", ["memory", "database"])
def test_work_that_fails_takes_back_its_own_writes_and_nobody_elses(
    office: Office, failing: int, place: str
) -> None:
    def job(at: int, writing: Writing) -> None:
        entry = _receive(at, writing)
        if place == "database":
            writing.keep_receipt(str(at), entry)
        if at == failing:
            raise ZeroDivisionError

    told = _all_at_once(office, job)
    assert [at for at in range(THREADS) if told[at] != "written"] == [failing]
    assert _sources(office) == [str(at) for at in range(THREADS) if at != failing]
    assert office.ledger.verify().is_whole


def test_what_the_database_refuses_of_one_is_no_affair_of_the_others(office: Office) -> None:
    """A name given twice breaks the whole transaction, wherever in it the second one comes."""

    def job(at: int, writing: Writing) -> None:
        entry = _receive(at, writing)
        try:
            writing.keep_receipt("same" if at in {2, 4} else str(at), entry)
        except IntegrityError as error:
            raise ZeroDivisionError from error

    told = _all_at_once(office, job)
    assert sorted([told[2], told[4]]) == ["failed", "written"]
    assert len(_sources(office)) == THREADS - 1
    assert office.ledger.verify().is_whole


def test_work_that_is_done_together_builds_on_what_came_before_it(office: Office) -> None:
    """Each one joins something to one incident, and finds all that the others joined before."""
    name = office.open().incident
    found: list[int] = []

    def job(at: int, writing: Writing) -> None:
        incident = writing.incident(name)
        assert incident is not None
        assert incident.last == writing.head.number
        found.append(len(writing.arrivals(name)))
        received = _receive(at, writing)
        joined = Draft("joined", {"source": "x"}, cause=received.number)
        writing.append([joined], time=NOON, incident=name, policy=incident.policy)

    assert _all_at_once(office, job) == ["written"] * THREADS
    assert found == [1 + at for at in range(THREADS)]
    assert office.ledger.verify().is_whole


def test_what_one_declares_is_known_to_those_who_write_together_with_it(office: Office) -> None:
    """Entries of the community are looked for by kind, whoever of the group wrote them."""
    found: list[int] = []

    def job(at: int, writing: Writing) -> None:
        found.append(len(writing.entries_of(("received", "declared"))))
        _receive(at, writing)

    assert _all_at_once(office, job) == ["written"] * THREADS
    assert found == [*range(THREADS)]


def test_a_try_counts_whatever_the_others_of_the_group_try(office: Office) -> None:
    """One goes on with what it claimed before, the others claim first: each try builds on that."""
    names = [office.open(f"e{at}").incident for at in range(THREADS)]
    for name in names:
        office.driver.perform(name, office.driver._due(name)[0])
    owner = office.driver.owner

    def claim(at: int, writing: Writing) -> list[str]:
        keys = writing.claim(names[at], owner, now=NOON, lease_s=LEASE_S)
        assert keys
        return [*keys]

    earlier = office.ledger.transact(lambda writing: claim(1, writing))

    def job(at: int, writing: Writing) -> None:
        keys = earlier if at == 1 else claim(at, writing)
        tries = [one.again() for one in writing.claimed(keys, owner).values()]
        writing.attempt(tries, owner, now=NOON, lease_s=LEASE_S)

    assert _all_at_once(office, job) == ["written"] * THREADS
    for name in names:
        keys = office.ledger.waiting(name)
        claimed = office.ledger.transact(partial(Writing.claimed, keys=keys, owner=owner))
        assert {1} == {one.tries for one in claimed.values()}, name


def test_many_pieces_take_hardly_more_statements_than_one(office: Office) -> None:
    """On a server each statement is a way there and back, while nobody else may write."""
    counts: list[str] = []
    engine = office.ledger._store.engine
    event.listen(engine, "before_cursor_execute", lambda *told: counts.append(told[2]))
    names = [office.open(f"e{at}").incident for at in range(THREADS)]
    for name in names:
        office.driver.drive(name)
    asked = [(name, office.incident(name).open_items()[0]) for name in names]

    def say(at: int, writing: Writing) -> None:
        name, item = asked[at]
        incident = writing.incident(name)
        assert incident is not None
        draft = judge(incident, item.number, Word("ack", item.subject))
        assert isinstance(draft, Draft)
        writing.append([draft], time=NOON, incident=name, policy=incident.policy)
        writing.stores(incident)

    counts.clear()
    assert _all_at_once(office, say) == ["written"] * THREADS
    inserts = [text for text in counts if text.startswith("INSERT INTO entries")]
    assert len(inserts) == 2
    assert len([text for text in counts if "SAVEPOINT" in text]) == 0
    assert office.ledger.verify().is_whole


@pytest.mark.parametrize("place", ["commit", "committed"])
def test_a_writer_killed_with_a_group_leaves_all_of_it_or_nothing(
    office: Office, tmp_path: Path, place: str
) -> None:
    """It dies with work of six threads under way; whoever comes next does what is missing, once."""
    code = DYING.format(place=office.place, folder=str(tmp_path), fuse=place)
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert _sources(office) == ([] if place == "commit" else [str(at) for at in range(THREADS)])

    def again(at: int, writing: Writing) -> None:
        if writing.receipt(str(at)) is None:
            writing.keep_receipt(str(at), _receive(at, writing))

    assert _all_at_once(office, again) == ["written"] * THREADS
    assert _sources(office) == [str(at) for at in range(THREADS)]
    assert office.ledger.verify().is_whole


DYING = """
import threading
from pathlib import Path
from remit.workflows.ledger import Ledger
from remit.workflows.ledger_grouping import Piece
from remit.workflows.entries import Draft
from tests.desk import NOON
from tests.kills.fuse import Fuse, watch_writes

ledger = Ledger.at({place!r})
watch_writes(Fuse(1, {fuse!r}, Path({folder!r})))

def work(at):
    def write(writing):
        (entry,) = writing.append([Draft("received", {{"source": str(at)}})], time=NOON)
        writing.keep_receipt(str(at), entry)
    return write

ledger._together([Piece(work(at)) for at in range(6)])
"""
"""A process that writes a group, and is killed just before or just after that is durable."""


def test_a_thread_that_is_interrupted_while_it_waits_holds_up_nobody() -> None:
    """Also where its turn has come, and nobody but it could call the next."""
    done: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def run(batch: list[Piece[str]]) -> None:
        for piece in batch:
            if piece.work == "first":
                inside.set()
                go_on.wait(10)
            done.append(piece.work)
            piece.is_done = True

    group = Group(run)
    first = threading.Thread(target=group.do, args=("first",))
    first.start()
    inside.wait(10)
    gone = Piece("gone")
    gone.turn = _Interrupting(go_on)
    with pytest.raises(KeyboardInterrupt):
        group._wait(gone)
    group.do("last")
    first.join()
    assert done == ["first", "last"]


class _Interrupting(threading.Event):
    """A wait that ends as Ctrl-C ends it, when its turn has come."""

    def __init__(self, go_on: threading.Event) -> None:
        super().__init__()
        self._go_on = go_on

    def wait(self, timeout: float | None = None) -> bool:
        self._go_on.set()
        super().wait(timeout)
        raise KeyboardInterrupt


def test_what_others_write_meanwhile_is_seen_by_one_look_at_it(
    office: Office, tmp_path: Path
) -> None:
    """Two processes take turns at one incident, and each finds what the other wrote."""
    name = office.open().incident
    other = office_at(tmp_path, owner="host/2/2")
    texts: list[str] = []
    event.listen(
        office.ledger._store.engine,
        "before_cursor_execute",
        lambda *told: texts.append(" ".join(told[2].split())),
    )

    def note(writing: Writing) -> tuple[int, int]:
        incident = writing.incident(name)
        assert incident is not None
        joined = Draft("joined", {"source": "x"}, cause=incident.received)
        writing.append([joined], time=NOON, incident=name, policy=incident.policy)
        return incident.last, writing.head.number

    last = office.ledger.transact(note)[1]
    for at in range(4):
        texts.clear()
        found = (other if at % 2 else office).ledger.transact(note)
        assert found == (last, last + 1)
        last += 1
        assert not [text for text in texts if "entries.incident = " in text]
    other.ledger.close()
    assert office.ledger.verify().is_whole


def test_what_only_a_reader_kept_is_read_again_before_it_is_written(
    office: Office, tmp_path: Path
) -> None:
    """It was read before somebody else wrote, and kept after a writer had caught up with that."""
    name = office.open().incident
    stale = office.incident(name)
    other = office_at(tmp_path, owner="host/2/2")
    other.driver.drive(name)
    other.ledger.close()
    fresh = office_at(tmp_path, owner="host/3/3")
    fresh.ledger.transact(lambda writing: writing.head)
    fresh.ledger._folded.keep(stale)
    last = fresh.ledger.transact(lambda writing: _known(writing, name).last)
    assert last == office.incident(name).last != stale.last
    fresh.ledger.close()


def _known(writing: Writing, name: str) -> Incident:
    found = writing.incident(name)
    assert found is not None
    return found


def test_incidents_kept_folded_are_bounded_and_the_latest_state_stays(office: Office) -> None:
    kept = Folded(most=1)
    old = office.incident(office.open("one").incident)
    office.driver.drive(old.id)
    new = office.incident(old.id)
    kept.keep(new)
    kept.keep(old)
    assert kept.get(old.id) == new
    kept.keep(office.incident(office.open("two").incident))
    assert kept.get(old.id) is None
