"""Many open incidents, and acknowledgements at a pace: `make bench-response`.

python benchmarks/response.py [--incidents 1000] [--rate 50] [--seconds 15] [--minute]
    [--on sqlite postgres] [--ways driver serve] [--growth 100 1000] [--drive 16] [--pairs 1]
    [--kill] [--fsyncs] [--folder build]

`driver` says the words in one process, to the driver; `serve` says them by HTTP to `remit serve`,
with a `remit worker` beside it, or with several of both; with `--kill` a worker is killed halfway,
without warning, and another one is started. Postgres is at $REMIT_TEST_POSTGRES: in a schema of its
own, which is removed at the end. `--fsyncs` counts waits for the disk of SQLite with strace, which
slows.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from apart import answer, peak_mib
from machine import machine, sentence, table
from response_load import PACK, Postman, counted, open_many, pace, parts, words

from remit.workflows.answers import Word
from remit.workflows.claiming import LedgerClaims
from remit.workflows.entries import Entry
from remit.workflows.ledger import Ledger
from remit.workflows.tokens import issue_token
from remit.workflows.wiring import MESSAGES_VARIABLE, driver_for

POSTGRES = os.environ.get("REMIT_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1/test"
LIMIT_S = 3_600
START_S = 60
DRAIN_S = 600
"""Seconds after the last word in which its messages must have gone out."""
TICKS = os.sysconf("SC_CLK_TCK")
BIN = Path(sys.executable).parent


def main() -> int:
    """Measure, print the tables, and write them with the raw figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--incidents", type=int, default=1_000)
    parser.add_argument("--rate", type=float, default=50.0, help="words a second")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long")
    parser.add_argument("--minute", action="store_true", help="a full minute")
    parser.add_argument("--on", nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--ways", nargs="+", default=["driver", "serve"])
    parser.add_argument("--growth", nargs="*", type=int, default=[100])
    parser.add_argument("--drive", type=int, default=16, help="incidents a worker drives at once")
    parser.add_argument("--pairs", type=int, default=1, help="servers, each with a worker")
    parser.add_argument("--kill", action="store_true", help="kill the worker halfway")
    parser.add_argument("--fsyncs", action="store_true", help="count waits for the disk")
    parser.add_argument("--folder", type=Path, default=Path("build"), help="where results go")
    chosen = parser.parse_args()
    seconds = 60.0 if chosen.minute else chosen.seconds
    told: dict[str, object] = {"rate": chosen.rate, "seconds": seconds}
    found: dict[str, object] = {"machine": machine(), **told, "sizes": []}
    for size in sorted({*chosen.growth, chosen.incidents}):
        for database in chosen.on:
            ways = chosen.ways if size == chosen.incidents else []
            wanted = {
                "rate": chosen.rate,
                "seconds": seconds,
                "fsyncs": chosen.fsyncs,
                "drive": chosen.drive,
                "pairs": chosen.pairs,
                "kill": chosen.kill,
            }
            found["sizes"].append(_size(database, size, ways, wanted))
    text = markdown(found)
    print(text, end="")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    (chosen.folder / "response.md").write_text(text, encoding="utf-8")
    raw = json.dumps(found, indent=2) + "\n"
    (chosen.folder / "response.json").write_text(raw, encoding="utf-8")
    return 0


def _size(
    database: str, size: int, ways: Sequence[str], wanted: Mapping[str, object]
) -> dict[str, object]:
    found: dict[str, object] = {"database": database, "incidents": size}
    with _place(database) as (where, messages):
        print(f"{database}: opening {size:,} incidents", file=sys.stderr)
        found["open"] = _ask({"what": "open", "where": where, "count": size}, messages)
        found["read"] = _ask({"what": "read", "where": where}, messages)
        for way in ways:
            print(f"{database}: {way}", file=sys.stderr)
            asked = {"what": way, "where": where, **wanted}
            found[way] = _ask(asked, messages)
        if ways:
            print(f"{database}: verifying", file=sys.stderr)
            found["whole"] = _ask({"what": "verify", "where": where}, messages)
    return found


@contextmanager
def _place(database: str) -> Iterator[tuple[str, Path]]:
    """Give a place for a ledger, and a folder for messages, which are gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        messages = Path(folder) / "messages"
        if database == "sqlite":
            yield str(Path(folder) / "ledger.db"), messages
            return
        import psycopg

        schema = f"remit_load_{secrets.token_hex(4)}"
        with psycopg.connect(POSTGRES.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {schema}")
            try:
                yield f"{POSTGRES}?options=-csearch_path%3D{schema}", messages
            finally:
                connection.execute(f"DROP SCHEMA {schema} CASCADE")


def _ask(wanted: Mapping[str, object], messages: Path) -> dict[str, object]:
    """Return what a process of its own measures."""
    count = Path(tempfile.mkdtemp()) / "calls"
    command = [sys.executable, __file__, "--answer", json.dumps(wanted), str(LIMIT_S)]
    traced = _traced(count) if wanted.get("fsyncs") and wanted["what"] == "driver" else []
    environment = {**os.environ, MESSAGES_VARIABLE: str(messages)}
    done = subprocess.run(
        [*traced, *command], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    if traced:
        found["fsyncs"] = _calls(count)
    shutil.rmtree(count.parent)
    return found


def _traced(count: Path) -> list[str]:
    return ["strace", "-f", "--seccomp-bpf", "-c", "-e", "trace=fsync,fdatasync", "-o", str(count)]


def _calls(count: Path) -> int:
    rows = [line.split() for line in count.read_text().splitlines()]
    return sum(int(row[3]) for row in rows if row and row[-1] in {"fsync", "fdatasync"})


def measure(what: str, where: str, **more: float) -> dict[str, object]:
    """Return one group of figures."""
    if what == "open":
        return open_many(where, int(more["count"]))
    if what == "verify":
        with Ledger.at(where) as ledger:
            return {"whole": ledger.verify().is_whole}
    if what == "read":
        return _reads(where)
    rate, most = more["rate"], int(more["rate"] * more["seconds"])
    if what == "driver":
        return _by_driver(where, rate, most)
    serving = _Serving(
        where, int(more["drive"]), int(more["pairs"]), is_traced=bool(more["fsyncs"])
    )
    return _by_http(serving, rate, most, is_killed=bool(more["kill"]))


def _reads(where: str) -> dict[str, object]:
    """Return the milliseconds of processor time of questions over all incidents."""
    with Ledger.at(where) as ledger:
        driver = driver_for(ledger)
        claims = LedgerClaims(ledger, driver.clock, driver.wall, driver.is_dead)
        return {
            name: _middle_ms(work)
            for name, work in {
                "inbox of one": lambda: ledger.inbox(("residents-committee",)),
                "inbox of all": ledger.inbox,
                "incidents": ledger.incidents,
                "deadlines passed": lambda: ledger.overdue(driver.clock.now()),
                "a worker's look": lambda: claims.claim_due("bench", driver.wall.now(), 1, 4),
            }.items()
        }


def _middle_ms(work: object) -> float:
    took = []
    for _ in range(9):
        start = time.process_time()
        work()
        took.append((time.process_time() - start) * 1e3)
    return sorted(took)[len(took) // 2]


def _by_driver(where: str, rate: float, most: int) -> dict[str, object]:
    with Ledger.at(where) as ledger:
        driver = driver_for(ledger)
        plan, after = words(ledger, most), ledger.head().number
        postman = Postman(driver)

        def say(word: tuple[str, int, str]) -> int | None:
            said = driver.answer(word[0], word[1], Word("ack", word[2]), follow=True)
            postman.bring(word[0])
            return said.number if isinstance(said, Entry) else None

        cpu = time.process_time()
        said, seconds = pace(plan, rate, say)
        postman.end()
        used = time.process_time() - cpu
        return {
            **counted(ledger, said, after, _messages()),
            "seconds": seconds,
            "late_ms": parts([word.late_s * 1e3 for word in said]),
            "cpu_s": {"driver": used},
            "mib": {"driver": peak_mib()},
        }


def _messages() -> Path:
    return Path(os.environ[MESSAGES_VARIABLE])


def _by_http(serving: _Serving, rate: float, most: int, *, is_killed: bool) -> dict[str, object]:
    with Ledger.at(serving.where) as ledger, tempfile.TemporaryDirectory() as home:
        text, _ = issue_token(
            ledger,
            secrets.token_bytes(32),
            driver_for(ledger).clock.now(),
            subjects=("*",),
            rights=("ack", "read"),
        )
        plan, after = words(ledger, most), ledger.head().number
        with serving.started(Path(home)) as ports:
            killer = threading.Timer(most / rate / 2, serving.replace_worker)
            if is_killed:
                killer.start()
            said, seconds = pace(plan, rate, _Speaker(ports, text).say)
            killer.cancel()
            drain_s = _drained(ledger)
            used = serving.used()
        found = {
            **counted(ledger, said, after, _messages()),
            "seconds": seconds,
            "drain_s": drain_s,
            "late_ms": parts([word.late_s * 1e3 for word in said]),
            "cpu_s": {name: cpu for name, (cpu, _) in used.items()},
            "mib": {name: mib for name, (_, mib) in used.items()},
            "killed": is_killed,
        }
        return {**found, "fsyncs": serving.fsyncs()} if serving.is_traced else found


class _Serving:
    """Servers, each with a worker, on one ledger.

    Args:
        drive: incidents a worker drives at once.
        pairs: how many of both.
        is_traced: whether waits for the disk are counted.
    """

    def __init__(self, where: str, drive: int, pairs: int, *, is_traced: bool) -> None:
        self.where = where
        self.drive = drive
        self.pairs = pairs
        self.is_traced = is_traced
        self._home = Path()
        self._counts: list[Path] = []
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._before: dict[str, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def started(self, home: Path) -> Iterator[list[int]]:
        """Give the ports of the servers, while all run; they are ended afterwards."""
        self._home = home
        ports = [_free_port() for _ in range(self.pairs)]
        try:
            for at, port in enumerate(ports, 1):
                self._start(f"serve {at}", str(PACK), "--port", str(port), "--drive", "0")
                self._start(f"worker {at}", "--drive", str(self.drive))
            for port in ports:
                _wait(port)
            # WHY: what it takes to start is no part of what a word takes.
            self._before = {name: -_used(one.pid)[0] for name, one in self._running.items()}
            yield ports
        finally:
            for process in self._running.values():
                _end(process)
            for process in self._running.values():
                process.wait(START_S)

    def replace_worker(self) -> None:
        """Kill the first worker without warning, and start another."""
        with self._lock:
            worker = self._running["worker 1"]
            self._before["worker 1"] += _used(worker.pid)[0]
            worker.kill()
            worker.wait(START_S)
            self._start("worker 1", "--drive", str(self.drive))

    def used(self) -> dict[str, tuple[float, float]]:
        """Return seconds of processor time since the start, and mebibytes."""
        with self._lock:
            found = {name: _used(one.pid) for name, one in self._running.items()}
        return {name: (cpu + self._before[name], mib) for name, (cpu, mib) in found.items()}

    def fsyncs(self) -> int:
        """Return how often both waited for the disk."""
        return sum(map(_calls, self._counts))

    def _start(self, name: str, *arguments: str) -> None:
        traced: list[str] = []
        if self.is_traced:
            self._counts.append(self._home / f"calls-{len(self._counts)}")
            traced = _traced(self._counts[-1])
        home = self._home / name.partition(" ")[2]
        kept = ["--no-prefect", "--home", str(home), "--ledger", self.where]
        self._running[name] = subprocess.Popen(
            [*traced, str(BIN / "remit"), name.partition(" ")[0], *arguments, *kept],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def _drained(ledger: Ledger) -> float:
    """Wait until all messages went out, and return how long that took; or give up."""
    start = time.monotonic()
    while ledger.undelivered() and time.monotonic() < start + DRAIN_S:
        time.sleep(0.5)
    return time.monotonic() - start


class _Speaker:
    """Says words by HTTP, each thread over a connection of its own, to the servers in turn."""

    def __init__(self, ports: Sequence[int], token: str) -> None:
        self._ports = itertools.cycle(ports)
        self._own = threading.local()
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def say(self, word: tuple[str, int, str]) -> int | None:
        """Say one, and return its entry."""
        incident, item, subject = word
        line = getattr(self._own, "line", None)
        if line is None:
            line = self._own.line = http.client.HTTPConnection("127.0.0.1", next(self._ports), 60)
        body = json.dumps({"as": subject})
        line.request("POST", f"/api/v1/items/{incident}-{item}/ack", body, self._headers)
        reply = line.getresponse()
        content = json.loads(reply.read())
        return content["entry"] if reply.status == http.HTTPStatus.OK else None


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end; one that is traced itself, for strace would not pass it on."""
    process.poll()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    traced = process.args[0] == "strace" and children
    os.kill(int(children[0]) if traced else process.pid, signal.SIGTERM)


def _wait(port: int) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, 5)
            line.request("GET", "/healthz")
            if line.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            pass
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.2)


def _used(pid: int) -> tuple[float, float]:
    """Return seconds of processor time and mebibytes of a process, and of one it runs."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    seconds, mib = 0.0, 0.0
    for one in (str(pid), *children):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        seconds += (int(fields[11]) + int(fields[12])) / TICKS
        pages = int(Path(f"/proc/{one}/statm").read_text().split()[1])
        mib = max(mib, pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
    return seconds, mib


def markdown(found: Mapping[str, object]) -> str:
    """Return the tables."""
    sizes: list[dict[str, object]] = found["sizes"]
    lines = [
        sentence(found["machine"]),
        f"{found['rate']:g} words a second for {found['seconds']:g} s.",
        "",
    ]
    opened = [
        [f"{s['incidents']:,}", s["database"],
         *(f"{s['open'][k]:.1f}" for k in ("cpu_ms", "wall_ms", "entries")),
         f"{s['open']['kib']:.0f}" if s["open"]["kib"] else "-",
         *(f"{ms:.1f}" for ms in s["read"].values())]
        for s in sizes
    ]  # fmt: skip
    header = ["incidents", "database", "open: CPU ms", "wall ms", "entries", "KiB"]
    lines += table([*header, *(f"{name}, CPU ms" for name in sizes[0]["read"])], opened)
    rows = [_row(size, way) for size in sizes for way in ("driver", "serve") if way in size]
    header = [
        "incidents", "way", "words/s", "not taken", "lost / doubled", "messages",
        "lost / doubled", "incidents with unsent", "unsent for, s",
        "durable: p50 / p99 / max, ms", "told: p50 / p99 / max, ms",
        "entries/s", "CPU ms a word", "MiB", "fsyncs a word",
    ]  # fmt: skip
    return "\n".join([*lines, "", *table(header, rows), ""])


def _row(size: Mapping[str, object], way: str) -> list[str]:
    one = size[way]
    cpu = ", ".join(f"{n} {s / one['taken'] * 1e3:.1f}" for n, s in one["cpu_s"].items())
    return [
        f"{size['incidents']:,} {size['database']}",
        f"{way}, worker killed" if one.get("killed") else way,
        f"{one['taken'] / one['seconds']:.1f}",
        str(one["not_taken"]),
        f"{one['lost']} / {one['doubled']}",
        f"{one['messages']:,}",
        f"{one['messages_lost']} / {one['messages_doubled']}",
        str(one["incidents_waiting"]),
        f"{one['drain_s']:.0f}" if "drain_s" in one else "-",
        " / ".join(f"{ms:,.0f}" for ms in one["durable_ms"]),
        " / ".join(f"{ms:,.0f}" for ms in one["told_ms"]),
        f"{one['entries'] / one['seconds']:.0f}",
        cpu,
        ", ".join(f"{n} {m:.0f}" for n, m in one["mib"].items()),
        f"{one['fsyncs'] / one['taken']:.2f}" if "fsyncs" in one else "-",
    ]


if __name__ == "__main__":
    sys.exit(0 if answer(measure) else main())
