"""What every test shares: other people's files, property profiles, and no way to the network."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.machine import IN_CI, missing

ROOT = Path(__file__).resolve().parent.parent
Address = object
Connect = Callable[[socket.socket, Address], int | None]
CHOSEN = ("FORCE_COLOR", "NO_COLOR", "REMIT_NO_CACHE")
"""Variables of the environment that options of a call write."""

# WHY before any test module: Prefect reads these when it is first imported, and must not speak to
# its makers.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
# What a test expects to read is in English, whatever this machine speaks.
os.environ["REMIT_LANG"] = "en"
# The tests of the cache ask for one of their own.
os.environ["REMIT_NO_CACHE"] = "1"
# WHY: a shell starts what runs in the background deaf to Ctrl-C, and children inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "here", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
# The same examples in every run: a red CI is a fact about the change, not about the draw.
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.register_profile("deep", settings.get_profile("here"), max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if IN_CI else "here"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of other people's files: `$REMIT_SHARED`, else `../shared/data`."""
    folder = Path(os.environ.get("REMIT_SHARED") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        missing(f"the folder of public alerts is not here: {folder} (set REMIT_SHARED)")
    return folder


@pytest.fixture(autouse=True)
def environment_is_put_back() -> Iterator[None]:
    """Take back what a command that ran in this process wrote for the processes it would start.

    WHY: `--color always` and `--no-cache` are told by the environment; the next test of this
    process, whichever that is, would find them.
    """
    before = dict(os.environ)
    yield
    for name in CHOSEN:
        if name in before:
            os.environ[name] = before[name]
        else:
            os.environ.pop(name, None)


@pytest.fixture(autouse=True, scope="module")
def ledgers_are_closed() -> Iterator[None]:
    """Close whatever ledgers the tests of a module left open.

    WHY: from Python 3.13 on SQLite complains of a connection that is collected before it is closed,
    in whichever test runs at that moment.
    """
    from remit.workflows.ledger import Ledger

    opened: list[Ledger] = []
    at = Ledger.at

    def remembered(where: str | Path, *, create: bool = True) -> Ledger:
        opened.append(found := at(where, create=create))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ledger, "at", remembered)
        yield
    for ledger in opened:
        ledger.close()


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Let this process reach its own machine and nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex))
        yield


def _guarded(connect: Connect) -> Connect:
    def guarded(connection: socket.socket, address: Address) -> int | None:
        if not _is_local(connection, address):
            raise OSError(f"a test may not reach the network: {address!r}")
        return connect(connection, address)

    return guarded


def _is_local(connection: socket.socket, address: Address) -> bool:
    if connection.family not in {socket.AF_INET, socket.AF_INET6}:
        return True
    host = str(address[0]) if isinstance(address, tuple) else ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
