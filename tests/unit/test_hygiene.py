"""The hygiene check finds what it is for, and nothing in this checkout."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def hygiene() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hygiene", ROOT / "tools" / "hygiene.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "subject",
    [
        "engine: compile duties into a diagram",
        "cli, docs: name the exit codes",
        "ci: Keep it short",
    ],
)
def test_a_subject_of_the_right_form_has_no_fault(hygiene: ModuleType, subject: str) -> None:
    assert list(hygiene.subject_faults(subject)) == []


@pytest.mark.parametrize(
    "subject, fault",
    [
        ("Compile duties", "wants the form `area: imperative sentence`"),
        ("engine: compile duties.", "ends with a period"),
        ("engine: added duties", "does not begin with an imperative"),
        ("engine: " + "x" * 65, "is 73 characters long, of at most 72"),
    ],
)
def test_a_subject_of_another_form_is_told_so(
    hygiene: ModuleType, subject: str, fault: str
) -> None:
    assert list(hygiene.subject_faults(subject)) == [fault]


@pytest.mark.parametrize(
    "name, text, fault",
    [
        ("notes.md", "see /home" + "/someone/notes", "names a path of one machine"),
        ("notes.md", "see /the/desk" + "/remit/x", "names a path of one machine"),
        ("setup.md", "from py" + "pi.org", "names a package registry"),
        ("requirements.lock", "a @ https://example", "holds an address"),
        ("requirements.lock", "--index-url here", "holds an address"),
    ],
)
def test_a_file_that_names_a_place_is_told_where(
    hygiene: ModuleType, tmp_path: Path, name: str, text: str, fault: str
) -> None:
    (tmp_path / name).write_text(f"first\n{text}\n", encoding="utf-8")
    machine = hygiene.machine_paths(Path("/the/desk/remit"), Path("/the/home"))
    (found, *_) = hygiene.file_faults(tmp_path, [name], machine)
    assert found.startswith(f"{name}:2: {fault}: ")


def test_an_innocent_file_has_no_fault(hygiene: ModuleType, tmp_path: Path) -> None:
    text = "packs live in policies/, see docs/desk/remit and https://example.org\n"
    (tmp_path / "notes.md").write_text(text, encoding="utf-8")
    machine = hygiene.machine_paths(Path("/desk/remit"), Path("/the/home"))
    assert list(hygiene.file_faults(tmp_path, ["notes.md"], machine)) == []


def test_a_commit_message_is_read_to_its_end(hygiene: ModuleType) -> None:
    machine = hygiene.machine_paths(Path("/desk/remit"), Path("/the/home"))
    message = "docs: say where\n\nIt lies in /the/home" + "/somewhere."
    (found,) = hygiene.commit_faults([("0123456789ab", message)], machine)
    assert found.startswith("commit 0123456789: its message names")


def test_the_commits_of_a_repository_are_read_without_merges(
    hygiene: ModuleType, tmp_path: Path
) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    assert hygiene.commits(tmp_path) == []
    for message in ("docs: begin", "docs: go on\n\nBecause."):
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", message], check=True)
    assert [message for _, message in hygiene.commits(tmp_path)] == [
        "docs: go on\n\nBecause.",
        "docs: begin",
    ]


def test_this_checkout_is_clean(hygiene: ModuleType) -> None:
    machine = hygiene.machine_paths(ROOT, Path.home())
    faults = hygiene.file_faults(ROOT, hygiene.tracked_files(ROOT), machine)
    assert list(faults) == []
    assert list(hygiene.commit_faults(hygiene.commits(ROOT), machine)) == []
