"""`remit check` of an unchanged pack: the same words and the same end, at once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.terminal import run_command

BROKEN = Path(__file__).resolve().parents[1] / "packs" / "broken"
CALLS = (
    ("--output=text", "--show-accepted", "--color", "always"),
    ("--output", "json", "--fail-level", "note", "--today", "2031-01-01"),
)
QUICK = (
    "import sys; sys.modules['cyclopts'] = sys.modules['numpy'] = None; "
    "from remit.cli import main; sys.exit(main(sys.argv[1:]))"
)
"""Runs a command in a process that cannot load what the whole command line needs."""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    shutil.copytree(BROKEN / "01-b01-closed-without-power", tmp_path / "pack")
    return tmp_path / "pack"


def environment(pack: Path, **more: str) -> dict[str, str]:
    names = ("PATH", "HOME", "PYTHONPYCACHEPREFIX")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "REMIT_CACHE_DIR": str(pack.parent / "cache"), **more}


def check(pack: Path, *options: str, **more: str) -> tuple[int, str, str]:
    said = run_command("check", str(pack), *options, environment=environment(pack, **more))
    return said.code, said.out, said.err


def started(pack: Path, *options: str, code: str = "", **more: str) -> tuple[int, str, str]:
    """Return the same of a process of its own, which may run `code` in the command's place."""
    start = ["-c", code] if code else ["-m", "remit"]
    done = subprocess.run(
        [sys.executable, *start, "check", str(pack), *options],
        capture_output=True,
        text=True,
        check=False,
        env=environment(pack, **more),
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
def test_an_unchanged_pack_is_told_again_without_loading_anything(pack: Path) -> None:
    for options in CALLS:
        plain = check(pack, *options, "--no-cache")
        assert plain == started(pack, *options)
        assert plain == started(pack, *options, code=QUICK)
    assert 3 == started(pack, code=QUICK, REMIT_NO_CACHE="1")[0]


@pytest.mark.slow
def test_any_change_is_seen(pack: Path) -> None:
    before = check(pack)
    assert started(pack, code=QUICK) == before
    subject = next((pack / "subjects").glob("*.yaml"))
    text = subject.read_text(encoding="utf-8")
    subject.write_text(text + "# more\n", encoding="utf-8")
    assert started(pack, code=QUICK)[0] == 3
    assert check(pack) == check(pack, "--no-cache")
    subject.write_text(text + "nonsense: 1\n", encoding="utf-8")
    assert check(pack)[0] == 4
    subject.write_text(text, encoding="utf-8")
    assert check(pack) == before
    (pack / "more.yaml").write_text("powers: {another: }\n", encoding="utf-8")
    assert started(pack, code=QUICK)[0] == 3


@pytest.mark.slow
def test_a_cache_broken_anywhere_changes_no_answer(pack: Path) -> None:
    before = check(pack)
    draw = Random(5)  # noqa: S311 -- the same places every time, nothing secret
    for _ in range(2):
        for path in (pack.parent / "cache" / "v1").iterdir():
            content = bytearray(path.read_bytes())
            content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
            path.write_bytes(content)
        assert check(pack) == before


@pytest.mark.slow
def test_runs_at_the_same_time_do_not_disturb_each_other(pack: Path) -> None:
    command = [sys.executable, "-m", "remit", "check", str(pack)]
    runs = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(pack)
        )
        for _ in range(3)
    ]
    outputs = {(*run.communicate(timeout=120), run.returncode) for run in runs}
    assert len(outputs) == 1
    assert started(pack, code=QUICK)[0] == 1
    assert not list((pack.parent / "cache" / "v1").glob("draft-*"))


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_no_hindrance(pack: Path) -> None:
    (pack.parent / "cache").write_text("a file", encoding="utf-8")
    assert check(pack) == check(pack, "--no-cache")


@pytest.mark.slow
def test_watching_tells_a_change_and_ends_with_ctrl_c(pack: Path) -> None:
    command = [sys.executable, "-m", "remit", "check", str(pack), "--watch"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(pack), text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "watching for changes" in process.stderr.readline()
        (pack / "more.yaml").write_text("powers: {another: }\n", encoding="utf-8")
        told = iter(process.stdout.readline, "")
        assert any(line.startswith("-----") for line in told)
        assert any("as before" in line for line in told)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert "Traceback" not in process.stderr.read()


def test_watching_writes_no_other_format(pack: Path) -> None:
    code, _, told = check(pack, "--watch", "--output", "json")
    assert (2, True) == (code, "`--watch` writes text to the terminal alone" in told)
