"""Facts about the tree: links, lock, sizes, what is loaded when, and what the wheel holds."""

from __future__ import annotations

import ast
import re
import socket
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "remit").rglob("*.py"))
HEAVY = (
    "fastapi",
    "jsonschema",
    "networkx",
    "numpy",
    "prefect",
    "pygraphviz",
    "sqlalchemy",
    "yaml",
)

LONGEST_MODULE = 500
LONGEST_FUNCTION = 60


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def pins() -> dict[str, list[str]]:
    """The hashes of each name in the lock."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if "==" in line:
            name = line.split("==")[0]
            found.setdefault(name, [])
        elif "--hash=sha256:" in line:
            found[name].append(line.split(":")[1])
    return found


@pytest.mark.parametrize("part", ["engine", "validators", "workflows"])
def test_the_three_rooms_stand_at_the_top_as_relative_links(part: str) -> None:
    link = ROOT / part
    assert link.is_symlink()
    assert link.readlink() == Path("remit") / part


def test_the_packs_are_reached_from_the_package_as_from_the_top() -> None:
    link = ROOT / "remit" / "policies"
    assert link.is_symlink()
    assert link.readlink() == Path("..") / "policies"


def test_the_lock_pins_every_dependency_with_its_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    wanted += [requirement for extra in extras for requirement in extra]
    names = {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in wanted} - {"remit"}
    locked = pins()
    assert names - set(locked) == set()
    assert [name for name, hashes in locked.items() if not hashes] == []


def test_the_lock_names_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"\S*://\S*|^--.*", text, re.MULTILINE) == []


@pytest.mark.parametrize("command", [["-c", "import remit"], ["-m", "remit", "--help"]])
def test_looking_at_remit_loads_nothing_heavy(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert sorted(loaded.intersection(HEAVY)) == []
    assert "remit" in loaded


def test_a_module_is_one_idea_and_no_longer_than_five_hundred_lines() -> None:
    lengths = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_a_function_is_no_longer_than_sixty_lines() -> None:
    lengths = {
        f"{name_of(path)}:{found.lineno} {found.name}": (found.end_lineno or 0) - found.lineno + 1
        for path in SOURCES
        for found in functions(path)
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def test_no_mark_of_unfinished_work_is_left() -> None:
    marks = re.compile(r"TO" r"DO|FIX" r"ME|XXX|Not" r"ImplementedError")
    found = [
        f"{name_of(path)}:{number}"
        for path in [*SOURCES, *(ROOT / "tools").glob("*.py")]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("part", ["engine", "validators"])
def test_the_engine_and_the_checks_read_no_clock(part: str) -> None:
    reads = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "localtime", "gmtime"}
    clocks = {"dt", "datetime", "date", "time"}
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in SOURCES
        if path.is_relative_to(ROOT / "remit" / part)
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in reads
        and clocks.intersection(ast.unparse(call.func.value).split("."))
        and not call.args
    ]
    assert found == []


def test_no_test_reaches_the_network() -> None:
    with (
        socket.socket() as connection,
        pytest.raises(OSError, match="a test may not reach the network"),
    ):
        connection.connect(("192.0.2.1", 9))


@pytest.mark.slow
def test_the_wheel_holds_one_package_with_its_types_pages_and_packs(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*build, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"remit"}
    here = {
        f"remit/{path.relative_to(ROOT / 'remit').as_posix()}"
        for path in tracked("remit")
        if path.is_file() and not path.is_symlink()
    }
    packs = {f"remit/{path.relative_to(ROOT).as_posix()}" for path in tracked("policies")}
    assert "remit/py.typed" in here
    assert "remit/policies/rf-community/pack.yaml" in packs
    assert sorted((here | packs) - names) == []


def tracked(folder: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in sorted(set(listed.split("\0"))) if name]
