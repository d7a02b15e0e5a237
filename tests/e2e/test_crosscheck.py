"""`remit crosscheck` as its users meet it, with the real library and with broken ones."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import play
from tests.machine import missing
from tests.terminal import Said, run_command

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PACKS = sorted(path.parent.name for path in (ROOT / "policies").glob("*/pack.yaml"))
PACK = str(ROOT / "policies" / "j-city")
NOT_THERE = "raise ModuleNotFoundError('no module', name='durable_rules_engine')"
NOT_LOADED = "raise ImportError('undefined symbol: PyEval_CallObject')"
NEVER_MATCHES = """\
class error(Exception): pass
def create_ruleset(name, text): return 1
def assert_fact(handle, text): return (1, 1)
"""
CRASHES = """\
import os, signal
class error(Exception): pass
def create_ruleset(name, text): return 1
def assert_fact(handle, text): os.kill(os.getpid(), signal.SIGSEGV)
"""
FAILS = """\
class error(Exception): pass
def create_ruleset(name, text): return 1
def assert_fact(handle, text): raise error("Could not assert fact, error code: 303")
"""


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    return {**kept, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **more}


def crosscheck(*arguments: str, **more: str) -> Said:
    return run_command("crosscheck", *arguments, environment=environment(**more))


def started(*arguments: str) -> Said:
    """Return the same of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "remit", "crosscheck", *arguments],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
        env=environment(),
    )
    return Said(done.returncode, done.stdout, done.stderr)


def with_library(source: str, folder: Path) -> dict[str, str]:
    """Return the environment in which another library stands in the real one's place."""
    (folder / "durable_rules_engine.py").write_text(source, "utf-8")
    return {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}


def need_library() -> None:
    if importlib.util.find_spec("durable_rules_engine") is None:
        missing("durable-rules is not installed: it is of the extra `run`")


@pytest.mark.parametrize("name", PACKS)
def test_every_pack_we_ship_gets_the_same_answers_from_both(name: str) -> None:
    need_library()
    found = crosscheck(str(ROOT / "policies" / name), "--events", "300", "--format", "json")
    assert (0, "") == (found.code, found.err)
    told = json.loads(found.out)
    assert told["agree"]
    assert (300, 0, []) == (told["events"], told["seed"], told["disagreements"])
    assert told["rules"] >= told["rulesets"] > 0


@pytest.mark.parametrize("events, words", [("0", "0 random events"), ("1", "1 random event")])
def test_the_words_say_what_was_compared(events: str, words: str) -> None:
    need_library()
    found = started(PACK, "--events", events, "--seed", "7")
    assert 0 == found.code
    first, last = found.out.splitlines()
    assert first.startswith("j-city ")
    assert last.endswith(f"{words} (seed 7): the map and durable-rules agree on all of them")


def test_the_page_on_why_to_believe_it_shows_what_really_comes_out(tmp_path: Path) -> None:
    need_library()
    assert 1 == play(ROOT / "docs" / "why-believe-it.md", tmp_path)


def test_the_page_lists_every_code_of_a_refusal() -> None:
    page = (ROOT / "docs" / "why-believe-it.md").read_text("utf-8")
    sources = [*ROOT.glob("remit/*/second_opinion/*.py")]
    used = {code for path in sources for code in re.findall(r'"(S\d\d)"', path.read_text("utf-8"))}
    assert used == set(re.findall(r"^\| `(S\d\d)` \|", page, re.MULTILINE))


def test_without_the_library_one_line_says_what_installs_it(tmp_path: Path) -> None:
    found = crosscheck(PACK, **with_library(NOT_THERE, tmp_path))
    assert (3, "") == (found.code, found.out)
    assert "this needs the extra `run`: there is no library `durable-rules`" in found.err
    assert (
        "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject python -m pip install 'remit[run]'"
        in found.err
    )


def test_a_library_that_does_not_load_is_built_anew_by_the_line_shown(tmp_path: Path) -> None:
    found = crosscheck(PACK, **with_library(NOT_LOADED, tmp_path))
    assert (3, "") == (found.code, found.out)
    assert "undefined symbol: PyEval_CallObject" in found.err
    assert "--force-reinstall --no-cache-dir --no-deps durable-rules==2.0.28" in found.err


def test_a_library_that_answers_wrongly_is_a_disagreement_with_its_event(tmp_path: Path) -> None:
    found = crosscheck(PACK, "--events", "20", **with_library(NEVER_MATCHES, tmp_path))
    assert 1 == found.code
    assert "they differ on the event: hazard=" in found.out
    assert "the map says district-headquarters; durable-rules says nobody" in found.out
    assert found.out.rstrip().endswith("they differ")
    told = crosscheck(
        PACK, "--events", "20", "--format", "json", **with_library(NEVER_MATCHES, tmp_path)
    )
    first = json.loads(told.out)["disagreements"][0]
    assert {"activity": None, "what": "owner"}.items() <= first["differences"][0].items()
    assert "hazard" in first["event"]


def test_a_library_that_fails_on_a_fact_is_told_with_the_fact(tmp_path: Path) -> None:
    found = crosscheck(PACK, "--events", "2", **with_library(FAILS, tmp_path))
    assert 1 == found.code
    assert "durable-rules has no answer for the event: " in found.out
    assert "error code: 303; the fact is {" in found.out


def test_a_library_that_crashes_at_everything_ends_the_command_and_nothing_else(
    tmp_path: Path,
) -> None:
    found = crosscheck(PACK, "--events", "5", **with_library(CRASHES, tmp_path))
    assert (2, "") == (found.code, found.out)
    assert "no worker of the second engine stays alive" in found.err


@pytest.mark.parametrize("number", ["-1", "1000001"])
def test_a_number_of_events_out_of_bounds_is_a_wrong_call(number: str) -> None:
    found = crosscheck(PACK, f"--events={number}")
    assert (2, "") == (found.code, found.out)
    assert number in found.err


def test_a_pack_that_cannot_be_loaded_ends_as_everywhere(tmp_path: Path) -> None:
    found = crosscheck(str(tmp_path), "--format", "json")
    assert 4 == found.code
    assert json.loads(found.out)
