"""One run of the demo: from the alert to the close, or on from where it was cut off."""

from __future__ import annotations

import datetime as dt
import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import remit
from remit.engine.errors import RemitError
from remit.engine.events import Event
from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.resolution import Resolution
from remit.engine.wording import tell
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.arrivals import read_arrival
from remit.workflows.demo.people import DemoPeople
from remit.workflows.driver import Observer
from remit.workflows.executing import Executor
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.opening import open_incident, record
from remit.workflows.playing import Play
from remit.workflows.wiring import driver_for

__all__ = [
    "ALERT",
    "LEDGER",
    "REPORT",
    "Demo",
    "DemoError",
    "Place",
    "demo_pack",
    "find_place",
    "play_demo",
]

ALERT = "alert.xml"
LEDGER = "ledger.db"
LOCK = ".lock"
REPORT = "report.html"
"""Written last: a run that has one is finished."""
DELAY = dt.timedelta(minutes=2)
"""How long the alert was on its way: the demo's clock starts so long after it was sent."""


@dataclass(eq=True)
class DemoError(RemitError):
    """The demo cannot run, in one sentence."""

    reason: str

    def __post_init__(self) -> None:
        """Keep the field as the exception's argument, so that it can be pickled."""
        super().__init__(self.reason)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash(self.reason)

    def __str__(self) -> str:
        """Return the sentence."""
        return self.reason


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run lives.

    Args:
        begun: how many entries an earlier, cut-off process left there.
        earlier: the last finished run, or `None`.
    """

    folder: Path
    begun: int = 0
    earlier: Path | None = None

    @property
    def ledger(self) -> Path:
        """The run's ledger."""
        return self.folder / LEDGER


@dataclass(frozen=True, slots=True)
class Demo:
    """A finished run."""

    incident: Incident
    ledger: Ledger
    pack: Pack
    resolve: Callable[[Event], Resolution]
    runs: int


def find_place(base: Path, *, fresh: bool = False) -> Place:
    """Return where to run: where the last run was cut off, else a new folder.

    Args:
        base: holds one folder a run, numbered from 1.
        fresh: begin a new run in any case.
    """
    numbers = sorted(int(path.name) for path in base.glob("*") if path.name.isdigit())
    if not numbers:
        return Place(base / "1")
    last = base / str(numbers[-1])
    finished = (last / REPORT).exists()
    entries = 0 if finished else _entries(last / LEDGER)
    if finished or (fresh and entries):
        return Place(base / str(numbers[-1] + 1), earlier=last if finished else None)
    return Place(last, begun=entries)


def demo_pack(named: str | None) -> str:
    """Return the pack to run: the one named, else the one that comes with remit.

    Raises:
        DemoError: if it is not there.
    """
    if named is not None:
        return named
    home = Path(remit.__file__).parent
    for folder in (home / "policies", home.parent / "policies"):
        if (folder / "rf-community" / "pack.yaml").is_file():
            return str(folder / "rf-community")
    raise DemoError(
        tell("the pack `rf-community` did not come with this installation: name it with --pack")
    )


def play_demo(
    place: Place,
    pack_path: str,
    executor: Executor,
    *,
    received: Callable[[int], None],
    observer: Observer,
    language: str = "en",
) -> Demo:
    """Run the demo to its close and return it; its ledger stays open.

    Args:
        received: is told the number of the entry by which the alert was recorded.
        observer: is shown every entry about the incident as it is written.

    Raises:
        PackErrors: if the pack cannot be loaded.
        DemoError: if the pack has no signal for the alert, or another process plays this run.
    """
    place.folder.mkdir(parents=True, exist_ok=True)
    with _alone(place.folder):
        return _play(place, pack_path, executor, received, observer, language)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second process from playing the same run; a killed one holds nobody up."""
    with (folder / LOCK).open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoError(
                tell("the run in {folder} is being played by another process", folder=folder)
            ) from error
        yield


def _play(
    place: Place,
    pack_path: str,
    executor: Executor,
    received: Callable[[int], None],
    observer: Observer,
    language: str,
) -> Demo:
    alert = files("remit.workflows.demo").joinpath(ALERT).read_bytes()
    ledger = Ledger.at(place.ledger)
    last = ledger.last()
    clock = JumpingClock(last.time if last is not None else _sent(alert) + DELAY)
    entry = record(ledger, alert, "cap", clock.now())
    received(entry.number)
    pack = load(pack_path)
    reading = read_arrival(alert, pack, source=ALERT)
    if not reading.arrivals:
        raise DemoError(
            tell(
                "the pack `{pack_path}` does not play the demo: {silence}",
                pack_path=pack_path,
                silence=reading.silence,
            )
        )
    resolve = compile_pack(pack).resolve
    opened = open_incident(ledger, pack, resolve, reading.arrivals[0], entry, clock.now())
    driver = driver_for(ledger, clock=clock, observer=observer, language=language)
    incident = ledger.incident(opened.incident)
    if incident is None:
        raise DemoError(tell("the incident of the demo is missing from its ledger"))
    if opened.is_new:
        observer(ledger.entries(opened.incident)[0], incident)
    runs = Play(driver, clock, DemoPeople(), opened.incident).run(executor)
    return Demo(ledger.incident(opened.incident) or incident, ledger, pack, resolve, runs)


def _sent(alert: bytes) -> dt.datetime:
    from remit.workflows.intake.cap import read_cap

    return read_cap(alert, source=ALERT).sent


def _entries(path: Path) -> int:
    """Return how many entries a run's ledger has; none where there is no ledger yet."""
    if not path.exists():
        return 0
    with Ledger.at(path) as ledger:
        return ledger.head().number
