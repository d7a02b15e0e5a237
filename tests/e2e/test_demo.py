"""The demo as its users meet it: run it, kill it, run it again, read what it left."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from remit.workflows.entries import Entry, Json
from remit.workflows.ledger import Ledger

pytestmark = pytest.mark.slow

Story = list[tuple[str, str, str, Json]]


def _environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "REMIT_"))}
    # The home is another one, so that whatever is written there shows.
    return {**kept, "HOME": str(folder), "XDG_CACHE_HOME": _cache(), "PYTHONUNBUFFERED": "1"}


def _cache() -> str:
    """Return the user's cache, where Prefect's database is kept between tests."""
    return os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")


@contextmanager
def _demo(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "remit", "demo", *options],
        cwd=folder,
        env=_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _run(folder: Path, *options: str) -> tuple[str, str]:
    """Run the demo to its end, and return what it printed, and said."""
    with _demo(folder, *options) as process:
        out, err = process.communicate()
    assert process.returncode == 0, err
    return out, err


def _kill_after(folder: Path, lines: int, *options: str) -> None:
    """Kill the demo when it has printed so many lines."""
    with _demo(folder, *options) as process:
        assert process.stdout is not None
        for _ in range(lines):
            assert process.stdout.readline(), "the demo ended by itself"
        process.send_signal(signal.SIGKILL)
        process.wait()


def _entries(folder: Path, run: int = 1) -> tuple[Entry, ...]:
    with Ledger.at(folder / ".remit" / "demo" / str(run) / "ledger.db", create=False) as ledger:
        assert ledger.verify().problems == ()
        assert ledger.undelivered() == ()
        return ledger.entries()


def _story(folder: Path) -> Story:
    """Return a run without what a second try of a message adds to it."""
    return [
        (
            entry.kind,
            entry.actor,
            entry.time.isoformat(),
            {k: v for k, v in entry.payload.items() if k not in {"tries", "repeat"}},
        )
        for entry in _entries(folder)
    ]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished demo, and what it printed in `out.txt`."""
    folder = tmp_path_factory.mktemp("demo")
    out, err = _run(folder, "--executor", "plain")
    (folder / "out.txt").write_text(out, encoding="utf-8")
    (folder / "err.txt").write_text(err, encoding="utf-8")
    return folder


def _first(entries: tuple[Entry, ...], wanted: Callable[[Entry], bool]) -> int:
    return next(entry.number for entry in entries if wanted(entry))


def _answered(purpose: str, step: str, by: str) -> Callable[[Entry], bool]:
    asked: dict[Json, tuple[Json, Json]] = {}

    def wanted(entry: Entry) -> bool:
        if entry.kind in {"asked", "escalated"}:
            asked[entry.payload["item"]] = (entry.payload["purpose"], entry.payload["step"])
        return (
            entry.kind == "answered"
            and asked[entry.payload["item"]] == (purpose, step)
            and entry.actor == by
        )

    return wanted


def test_the_story_is_told_in_the_order_the_policy_asks_for(played: Path) -> None:
    entries = _entries(played)
    order = (
        lambda entry: entry.kind == "received",
        lambda entry: entry.kind == "opened",
        _answered("command", "", "street-office"),
        _answered("consult", "close-compound", "district-cdc"),
        _answered("order", "close-compound", "district-headquarters"),
        _answered("do", "close-compound", "street-office"),
        _answered("do", "enforce-closure", "grid-workers"),
        _answered("approve", "deliver-supplies", "district-headquarters"),
        _answered("accept", "deliver-supplies", "civil-affairs-bureau"),
        _answered("sign-off", "deliver-supplies", "street-office"),
        lambda entry: entry.kind == "recovering",
        _answered("close", "", "street-office"),
        lambda entry: entry.kind == "closed",
    )
    numbers = [_first(entries, wanted) for wanted in order]
    assert numbers == sorted(numbers)


def test_nothing_is_recorded_before_the_alert(played: Path) -> None:
    assert _entries(played)[0].kind == "received"


def test_who_keeps_silent_is_followed_by_the_next_in_line(played: Path) -> None:
    (entry,) = [entry for entry in _entries(played) if entry.kind == "escalated"]
    assert (entry.payload["holder"], entry.payload["subject"], entry.payload["why"]) == (
        "property-company",
        "grid-workers",
        "no-answer",
    )


def test_who_oversteps_is_refused(played: Path) -> None:
    refused = {
        (entry.actor, entry.payload["step"])
        for entry in _entries(played)
        if entry.kind == "refused"
    }
    assert refused == {
        ("property-company", "close-compound"),
        ("residents-committee", "deliver-supplies"),
    }


def test_the_end_shows_timeline_chart_and_where_everything_lies(played: Path) -> None:
    out = (played / "out.txt").read_text(encoding="utf-8")
    ends = [
        out.index(part) for part in ("Timeline", "Who was to do what, and who did", "is closed.")
    ]
    assert ends == sorted(ends)
    assert "R  Property company ○, Grid workers +" in out
    for name in (".remit/demo/1/ledger.db", ".remit/demo/1/report.html"):
        assert name in out
        assert (played / name).exists()
    report = (played / ".remit/demo/1/report.html").read_text(encoding="utf-8")
    assert "<svg" in report


def test_progress_is_shown_before_the_end(played: Path) -> None:
    out = (played / "out.txt").read_text(encoding="utf-8").partition("Timeline")[0]
    assert re.search(r"03-02 14:26 +Street office takes the lead", out)
    assert "the incident is closed" in out


def test_a_finished_demo_is_kept_and_a_new_one_begins(played: Path) -> None:
    _, err = _run(played, "--executor", "plain", "--quiet", "--lang", "zh")
    assert ".remit/demo/1 中的运行已结束并保留" in err
    assert len(_entries(played, 2)) == len(_entries(played, 1))


def test_a_demo_that_was_killed_goes_on_and_nothing_happens_twice(
    tmp_path: Path, played: Path
) -> None:
    for lines in (1, 9, 14, 6):
        _kill_after(tmp_path, lines, "--executor", "plain")
    out, err = _run(tmp_path, "--executor", "plain")
    assert re.search(r"the run in .remit/demo/1 was cut off after entry \d+", err)
    assert "is closed." in out
    assert _story(tmp_path) == _story(played)


def test_two_processes_do_not_play_one_run(tmp_path: Path) -> None:
    with _demo(tmp_path, "--executor", "plain") as first:
        assert first.stdout is not None
        assert first.stdout.readline()
        first.send_signal(signal.SIGSTOP)
        with _demo(tmp_path, "--executor", "plain") as second:
            _, err = second.communicate()
    assert second.returncode == 2
    assert "the run in .remit/demo/1 is being played by another process" in err


def test_a_demo_that_was_cut_off_can_be_left(tmp_path: Path) -> None:
    _kill_after(tmp_path, 3, "--executor", "plain")
    _run(tmp_path, "--executor", "plain", "--fresh", "--quiet")
    assert not (tmp_path / ".remit/demo/1/report.html").exists()
    assert (tmp_path / ".remit/demo/2/report.html").exists()


def test_the_demo_run_by_prefect_is_killed_and_ends_like_any_other(
    tmp_path: Path, played: Path
) -> None:
    # WHY once: where it is killed is varied above, and a start of Prefect costs ten times as much.
    _kill_after(tmp_path, 14)
    _, err = _run(tmp_path)
    assert "Prefect is left out" not in err
    assert _story(tmp_path) == _story(played)
    assert not (tmp_path / ".prefect").exists(), "Prefect wrote into the user's home"


def test_the_demo_runs_without_a_server_that_was_named(tmp_path: Path, played: Path) -> None:
    environment = {**_environment(tmp_path), "PREFECT_API_URL": "http://127.0.0.1:9/api"}
    done = subprocess.run(
        [sys.executable, "-m", "remit", "demo", "--quiet"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Prefect is left out (no server answers at http://127.0.0.1:9/api)" in done.stderr
    assert _story(tmp_path) == _story(played)


def test_a_pack_that_does_not_play_the_demo_is_told(tmp_path: Path) -> None:
    from tests.desk import harbour

    harbour(tmp_path)
    with _demo(tmp_path, "--executor", "plain", "--pack", "harbour") as process:
        _, err = process.communicate()
    assert process.returncode == 2
    assert "the pack `harbour` does not play the demo: no signal of the pack" in err
