"""What `make demo` and `make test` say, first of all, on a machine that lacks something."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHELL_TOOLS = ("awk", "cat", "cksum", "comm", "cut", "dirname", "head", "ls", "rm", "sed", "sort")
"""What POSIX promises; everything else of this machine is hidden from the script under test."""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of commands that holds a shell's tools and nothing more; its user is not root."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for tool in SHELL_TOOLS:
        found = shutil.which(tool)
        assert found is not None, f"this machine has no {tool}"
        (commands / tool).symlink_to(found)
    command(commands, "id", "echo 1000")
    command(commands, "uname", "echo Linux")
    return commands


def command(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def python(folder: Path, name: str, version: str, lacks: str = "", compiler: str = "cc") -> None:
    """Put an interpreter into `folder` that answers the script's questions with these words."""
    answer = f"cat >/dev/null; printf '%s\\n' '{version}' '{lacks}' '{compiler}' '/usr/bin/{name}'"
    command(folder, name, answer)


def set_up(machine: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "setup")],
        env={"PATH": str(machine), "VENV": str(tmp_path / "venv")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_machine_without_a_compiler_is_told_so_with_the_command_that_installs_one(
    machine: Path, tmp_path: Path
) -> None:
    python(machine, "python3", "3.11")
    command(machine, "apt-get", "")
    done = set_up(machine, tmp_path)
    assert done.stderr == (
        "setup: missing: a C compiler with the headers of the C library; install with: "
        "sudo apt-get update && sudo apt-get install -y gcc libc6-dev\n"
    )
    assert done.returncode == 3
    assert not (tmp_path / "venv").exists()


def test_a_compiler_without_the_c_library_is_as_good_as_none(machine: Path, tmp_path: Path) -> None:
    python(machine, "python3", "3.11")
    command(machine, "apt-get", "")
    command(machine, "cc", "exit 1")
    assert "missing: a C compiler" in set_up(machine, tmp_path).stderr


def test_everything_that_is_missing_is_named_at_once(machine: Path, tmp_path: Path) -> None:
    python(machine, "python3", "3.12", lacks="venv headers")
    command(machine, "apt-get", "")
    assert set_up(machine, tmp_path).stderr == (
        "setup: missing: the venv module of Python 3.12, the headers of Python 3.12 (Python.h), "
        "a C compiler with the headers of the C library; install with: sudo apt-get update && "
        "sudo apt-get install -y python3.12-venv python3.12-dev gcc libc6-dev\n"
    )


def test_a_python_that_is_too_old_is_named_with_the_newest_one_to_be_had(
    machine: Path, tmp_path: Path
) -> None:
    python(machine, "python3", "3.9")
    command(machine, "cc", "")
    command(machine, "apt-get", "")
    command(machine, "apt-cache", 'test "$2" = python3.12-venv')
    assert set_up(machine, tmp_path).stderr == (
        "setup: missing: Python 3.11, 3.12 or 3.13 (found: 3.9); install with: "
        "sudo apt-get update && sudo apt-get install -y python3.12 python3.12-venv python3.12-dev\n"
    )


def test_no_python_at_all_is_named_as_missing(machine: Path, tmp_path: Path) -> None:
    command(machine, "cc", "")
    command(machine, "dnf", "")
    done = set_up(machine, tmp_path)
    assert done.stderr == (
        "setup: missing: Python 3.11, 3.12 or 3.13; install with: "
        "sudo dnf install -y python3.12 python3.12-devel\n"
    )
    assert done.returncode == 3


def test_an_interpreter_with_all_its_parts_goes_before_the_default_one_without(
    machine: Path, tmp_path: Path
) -> None:
    python(machine, "python3", "3.11", lacks="headers")
    python(machine, "python3.12", "3.12", compiler="no-such-cc")
    command(machine, "apk", "")
    assert set_up(machine, tmp_path).stderr == (
        "setup: missing: a C compiler with the headers of the C library; install with: "
        "sudo apk add python3 python3-dev build-base\n"
    )


def test_root_is_not_told_to_use_sudo(machine: Path, tmp_path: Path) -> None:
    python(machine, "python3", "3.11")
    command(machine, "apt-get", "")
    command(machine, "id", "echo 0")
    assert set_up(machine, tmp_path).stderr.endswith(
        "apt-get update && apt-get install -y gcc libc6-dev\n"
    )


def test_a_folder_in_the_way_is_left_alone(machine: Path, tmp_path: Path) -> None:
    python(machine, "python3", "3.11")
    command(machine, "cc", "")
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "letter.txt").write_text("mine", encoding="utf-8")
    done = set_up(machine, tmp_path)
    assert "is in the way" in done.stderr
    assert done.returncode == 2
    assert (tmp_path / "venv" / "letter.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "target", ["setup", "demo", "test", "lint", "bench", "lock", "clean", "help"]
)
def test_every_promised_target_can_be_made(target: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
