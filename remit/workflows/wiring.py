"""Putting the parts together: which ledger, which driver, which executor; only here."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from remit.engine.wording import Language
from remit.workflows.adapters.channels import ChannelNotifier, channels_of
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.adapters.processes import is_dead, this_process
from remit.workflows.claiming import LedgerClaims
from remit.workflows.driver import Driver, Observer
from remit.workflows.executing import Executor, PlainExecutor
from remit.workflows.ledger import Ledger
from remit.workflows.ports import Clock, Journal
from remit.workflows.settings import Settings, read_settings, settings_file
from remit.workflows.working import Limits, PlainRunner, Runner, Worker

if TYPE_CHECKING:
    from remit.workflows.adapters.signed_links import SignedLinks
    from remit.workflows.flows.server import PrivateServer

__all__ = [
    "DEFAULT_LEDGER",
    "LEDGER_VARIABLE",
    "MESSAGES",
    "MESSAGES_VARIABLE",
    "ExecutorName",
    "driver_for",
    "executor_for",
    "folder_beside",
    "ledger_place",
    "links_for",
    "messages_folder",
    "settings_here",
    "worker_for",
]

LEDGER_VARIABLE = "REMIT_LEDGER"
"""Environment variable: the ledger's path or URL where a command names none."""
DEFAULT_LEDGER = ".remit/ledger.db"
MESSAGES = "messages"
"""Folder beside the ledger into which messages are written."""
MESSAGES_VARIABLE = "REMIT_MESSAGES"
"""Environment variable: another folder for them; a ledger on a server has nothing beside it."""

ExecutorName = Literal["auto", "prefect", "plain"]


def ledger_place(named: str | None) -> str:
    """Return the ledger a command means: the one it names, the environment's, the default."""
    return named or os.environ.get(LEDGER_VARIABLE) or DEFAULT_LEDGER


def folder_beside(place: str) -> Path:
    """Return the folder of what belongs to a ledger; of one on a server, that of one's own."""
    return Path(DEFAULT_LEDGER if "://" in place else place).parent


def messages_folder(ledger: Ledger) -> Path:
    """Return where messages are written: the environment's folder, else one beside the ledger.

    Beside a ledger on a server is where a ledger of one's own would be.
    """
    named = os.environ.get(MESSAGES_VARIABLE)
    if named:
        return Path(named)
    return (ledger.path or Path(DEFAULT_LEDGER)).parent / MESSAGES


def driver_for(
    ledger: Ledger,
    *,
    clock: Clock | None = None,
    observer: Observer | None = None,
    language: str = "en",
) -> Driver:
    """Return a driver of this process for a ledger.

    Its messages go by the channels of this machine, and into files beside the ledger where none is
    set up.

    Raises:
        SettingsError: if the settings of this machine cannot be used.
    """
    wall = SystemClock()
    settings = settings_here()
    notifier = ChannelNotifier(channels_of(settings, messages_folder(ledger), wall))
    return Driver(
        ledger=ledger,
        clock=clock or wall,
        notifier=notifier,
        wall=wall,
        owner=this_process(),
        is_dead=is_dead,
        observer=observer or _nobody,
        language=language,
        linker=links_for(ledger, settings) if settings.public else None,
    )


def claims_for(driver: Driver) -> tuple[LedgerClaims, Driver]:
    """Return the leases of a worker, and its driver, which writes no more once it lost one."""
    claims = LedgerClaims(driver.ledger, driver.clock, driver.wall, driver.is_dead)
    return claims, replace(driver, fence=claims.fence)


def links_for(ledger: Ledger, settings: Settings) -> SignedLinks:
    """Return what makes and reads the links to the pages of a ledger's people.

    Raises:
        SettingsError: if its keys cannot be used.
    """
    # WHY inside: who has no public address makes no links, and reads no keys.
    from remit.workflows.adapters.signed_links import SignedLinks, link_keys

    keys = link_keys(os.environ, (ledger.path or Path(DEFAULT_LEDGER)).parent)
    return SignedLinks(keys, settings.public, settings.days, SystemClock())


def settings_here() -> Settings:
    """Return what this machine is told beside the pack.

    Raises:
        SettingsError: if it cannot be used.
    """
    return read_settings(settings_file(os.environ, Path.cwd()), os.environ)


def executor_for(
    name: ExecutorName,
    note: Callable[[str], None],
    *,
    language: Language = "en",
    private: bool = True,
    patience_s: float | None = None,
    server: PrivateServer | None = None,
) -> Executor:
    """Return what runs the jobs.

    Args:
        name: `auto` is Prefect where a server is named or `private` allows one of our own.
        note: is told when Prefect is left out.
        language: of what Prefect's own pages show.
        private: whether `auto` may start a server of our own, which takes seconds.
        patience_s: seconds that work may wait for it; after them it goes on without.
        server: one that was started ahead.
    """
    if name == "plain":
        return PlainExecutor()
    from remit.workflows.flows.environment import API_URL

    if name == "auto" and not private and not os.environ.get(API_URL):
        return PlainExecutor()
    from remit.workflows.flows.executor import PATIENCE_S, PrefectExecutor

    patience_s = PATIENCE_S if patience_s is None else patience_s
    return PrefectExecutor(note, language=language, patience_s=patience_s, server=server)


def worker_for(
    driver: Driver,
    journal: Journal,
    *,
    limits: Limits | None = None,
    prefect: str = "",
    home: Path | None = None,
    address: str = "",
    beat: Callable[[int], None] | None = None,
) -> Worker:
    """Return a resident worker.

    Args:
        prefect: URL of the API of a Prefect server that is there or will be; empty for none.
        home: a folder of Prefect's own.
        address: where our own pages are, for links to them.
        beat: is called after every look.
    """
    runner: Runner = PlainRunner()
    if prefect:
        from remit.workflows.flows.resident import PrefectRunner

        runner = PrefectRunner(
            prefect,
            home or Path(DEFAULT_LEDGER).parent / "prefect",
            journal,
            driver.ledger,
            owner=driver.owner,
            is_dead=driver.is_dead,
            address=address,
            language="zh" if driver.language == "zh" else "en",
        )
    claims = LedgerClaims(driver.ledger, driver.clock, driver.wall, driver.is_dead)
    fenced = replace(driver, fence=claims.fence)
    watcher = driver.ledger.watch()
    return Worker(fenced, claims, runner, journal, limits=limits, beat=beat, watcher=watcher)


def _nobody(entry: object, incident: object) -> None:
    """Show an entry to nobody."""
