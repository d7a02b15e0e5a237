"""Many open incidents and words to them at a pace, and what the ledger says became of each."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import remit
from remit.workflows.answers import Word
from remit.workflows.arrivals import read_arrival
from remit.workflows.driver import Driver
from remit.workflows.entries import Entry
from remit.workflows.ledger import Ledger
from remit.workflows.lifecycle import PURPOSES
from remit.workflows.opening import open_incident, record
from remit.workflows.wiring import driver_for

__all__ = ["PACK", "Said", "counted", "open_many", "pace", "parts", "words"]

PACK = Path(__file__).resolve().parent.parent / "policies" / "rf-community"
HAZARDS: tuple[Mapping[str, object], ...] = (
    {"hazard": "fire", "phase": "response", "place": "riverside-1"},
    {"hazard": "covid-19", "phase": "response", "stage": "early", "level": "iii",
     "place": "lakeside-1", "cases": 1},
)  # fmt: skip
"""What the incidents are of, in turn; so that they contend for the same people and stock."""
AT_ONCE = 16
"""People who may be speaking at the same moment."""


@dataclass(frozen=True, slots=True)
class Said:
    """A word that was said.

    Args:
        late_s: how much later than it was to be said.
        took_s: until it was answered.
        entry: number of the entry it became; `None` for one that was not taken.
    """

    item: str
    late_s: float
    took_s: float
    entry: int | None


def open_many(where: str, count: int) -> dict[str, object]:
    """Open incidents, each led by who was asked first, and return what that took."""
    pack = remit.load(PACK)
    compiled, known = remit.compile(pack), {}

    def resolve(event: remit.Event) -> remit.Resolution:
        """Resolve events that differ in name and time only once: it is not measured here."""
        values = tuple(sorted(event.values.items()))
        if values not in known:
            known[values] = compiled.resolve(event)
        return known[values]

    with Ledger.at(where) as ledger:
        driver = driver_for(ledger)
        first = len(ledger.incidents())
        cpu, wall, entries = time.process_time(), time.perf_counter(), ledger.head().number
        for number in range(first, first + count):
            now = driver.clock.now()
            event = {**HAZARDS[number % 2], "id": f"load-{number}", "time": now.isoformat()}
            text = json.dumps(event).encode()
            received = record(ledger, text, "load", now)
            (arrival,) = read_arrival(text, pack, source="load").arrivals
            name = open_incident(ledger, pack, resolve, arrival, received, now).incident
            _lead(driver, name)
        return {
            "cpu_ms": (time.process_time() - cpu) / count * 1e3,
            "wall_ms": (time.perf_counter() - wall) / count * 1e3,
            "entries": (ledger.head().number - entries) / count,
            "kib": _kib(where) / (first + count),
        }


def _lead(driver: Driver, name: str) -> None:
    """Do what is due, let somebody take the lead, and do what is due then."""
    driver.drive_at_once(name)
    incident = driver.ledger.incident(name)
    for item in incident.open_items() if incident is not None else ():
        if item.purpose == "command":
            driver.answer(name, item.number, Word("ack", item.subject), follow=True)
    driver.drive_at_once(name)


def _kib(where: str) -> float:
    paths = [Path(where + end) for end in ("", "-wal")]
    return sum(path.stat().st_size for path in paths if path.exists()) / 1024


def words(ledger: Ledger, most: int) -> list[tuple[str, int, str]]:
    """Return what may be acknowledged: incident, item and subject, over all incidents in turn."""
    waiting = []
    for summary in ledger.incidents():
        incident = ledger.incident(summary.id)
        if incident is not None:
            waiting.append([
                (incident.id, item.number, item.subject)
                for item in incident.open_items()
                if item.status == "open" and "ack" in PURPOSES[item.purpose].answers
            ])  # fmt: skip
    turns = itertools.zip_longest(*waiting)
    return [word for turn in turns for word in turn if word is not None][:most]


def pace(
    plan: Sequence[tuple[str, int, str]],
    rate: float,
    say: Callable[[tuple[str, int, str]], int | None],
) -> tuple[list[Said], float]:
    """Say words at a rate, whether or not those before were answered; return them, and the time.

    Args:
        say: says one word and returns its entry, or `None`.
    """
    start = time.perf_counter() + 0.2

    def one(number: int) -> Said:
        due = start + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        began = time.perf_counter()
        entry = say(plan[number])
        incident, item, _ = plan[number]
        return Said(f"{incident}-{item}", began - due, time.perf_counter() - due, entry)

    with ThreadPoolExecutor(AT_ONCE) as people:
        said = list(people.map(one, range(len(plan))))
    return said, time.perf_counter() - start


class Postman:
    """Delivers, in threads of its own, what words led to."""

    def __init__(self, driver: Driver, threads: int = 2) -> None:
        self._driver = driver
        self._pool = ThreadPoolExecutor(threads)
        self._lock = threading.Lock()
        self._known: set[str] = set()

    def bring(self, incident: str) -> None:
        """Deliver what waits in an incident, once for all the words since it was last begun."""
        with self._lock:
            if incident in self._known:
                return
            self._known.add(incident)
        self._pool.submit(self._deliver, incident)

    def _deliver(self, incident: str) -> None:
        with self._lock:
            self._known.discard(incident)
        self._driver.deliver(incident)

    def end(self) -> None:
        """Wait until all is delivered."""
        self._pool.shutdown()


def counted(ledger: Ledger, said: Sequence[Said], after: int, messages: Path) -> dict[str, object]:
    """Return what became of words, as the ledger and the folder of messages tell.

    Args:
        after: the last entry before the first word.
    """
    entries = ledger.entries(after=after)
    taken = [word for word in said if word.entry is not None]
    answers = Counter(
        f"{entry.incident}-{entry.payload['item']}" for entry in entries if entry.kind == "answered"
    )
    receipts = Counter(
        str(entry.payload["message"]) for entry in entries if entry.kind == "delivered"
    )
    files = {path.stem for path in messages.glob("*.json")}
    lost = [key for key in receipts if key.replace("/", "_") not in files]
    waits = _waits(entries)
    return {
        "taken": len(taken),
        "not_taken": len(said) - len(taken),
        "lost": sum(answers[word.item] == 0 for word in taken),
        "doubled": sum(count > 1 for count in answers.values()),
        "messages": len(receipts),
        "messages_lost": len(lost),
        "incidents_waiting": len(ledger.undelivered()),
        "messages_doubled": sum(count > 1 for count in receipts.values()),
        "entries": len(entries),
        "durable_ms": parts([word.took_s * 1e3 for word in taken]),
        "told_ms": parts([wait * 1e3 for wait in waits]),
    }


def _waits(entries: Sequence[Entry]) -> list[float]:
    """Return how long after each word the last message went out that it led to."""
    word_at: dict[str, dt.datetime] = {}
    led_to: dict[int, dt.datetime] = {}
    last: dict[dt.datetime, float] = {}
    for entry in entries:
        if entry.incident is None:
            continue
        if entry.kind == "answered":
            word_at[entry.incident] = entry.time
        elif entry.kind == "delivered" and entry.cause in led_to:
            word = led_to[entry.cause]
            last[word] = max(last.get(word, 0.0), (entry.time - word).total_seconds())
        elif entry.incident in word_at:
            led_to[entry.number] = word_at[entry.incident]
    return list(last.values())


def parts(values: Sequence[float]) -> list[float]:
    """Return the median, the 99th percentile and the greatest."""
    if len(values) < 2:  # noqa: PLR2004 -- of fewer there are no percentiles
        return [*values] * 3
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return [cuts[49], cuts[98], max(values)]
