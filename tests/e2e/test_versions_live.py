"""Versions of a pack from the terminal: activated, refused, agreed to, moved to, brought back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from remit.workflows.ledger import Ledger
from tests.desk import FILES, SPILL, harbour
from tests.terminal import Said, run_command

pytestmark = pytest.mark.slow

COUNCIL = ("--as", "council", "--yes")
PLAIN = ("--executor", "plain")
RULES = FILES["pack.yaml"].replace('"1"', "2026.11") + "activated_by: approve\nagreement: both\n"
APPROVE = "  - {id: approve, power: approve, when: {}}\n"
AGREED = {
    "pack.yaml": RULES,
    "vocabulary.yaml": FILES["vocabulary.yaml"] + "  approve: {label: {en: Approve, zh: 批准}}\n",
    "subjects/council.yaml": FILES["subjects/council.yaml"].replace("duties:", f"{APPROVE}duties:"),
    "reserves.yaml": FILES["reserves.yaml"].replace("20", "40"),
}
"""The small pack without errors, and with a rule on who puts it into force and who agrees."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with the pack and an event."""
    for name in ("REMIT_LEDGER", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    harbour(tmp_path, AGREED)
    Path("event.json").write_text(json.dumps({**SPILL, "id": "one"}), encoding="utf-8")


def version(name: str, *changes: tuple[str, str, str]) -> str:
    """Write the pack as another version, with texts replaced in some files."""
    shutil.copytree("harbour", Path(name) / "harbour")
    home = Path(name) / "harbour"
    for file, old, new in (("pack.yaml", "version: 2026.11", f"version: {name}"), *changes):
        text = (home / file).read_text(encoding="utf-8")
        assert old in text
        (home / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return str(home)


def activate(pack: str, *more: str) -> Said:
    return run_command("activate", pack, *(more or COUNCIL))


def opened() -> str:
    """Open an incident and return its name."""
    assert run_command("respond", "harbour", "event.json", *PLAIN).code == 0
    (found,) = json.loads(run_command("incidents", "--format", "json").out)["incidents"]
    return str(found["id"])


def incident_version(name: str) -> str:
    with Ledger.at(".remit/ledger.db") as ledger:
        found = ledger.incident(name)
    assert found is not None
    return found.version


def test_a_version_is_activated_incidents_moved_and_the_earlier_one_brought_back() -> None:
    assert activate("harbour", *COUNCIL, "--reason", "first").code == 0
    name = opened()
    old = incident_version(name)
    assert old == "2026.11"
    home = version("2026.12")
    found = activate(home, "--as", "warden", "--yes")
    assert (found.code, "does not surely hold `approve`" in found.err) == (1, True)
    assert activate(home, *COUNCIL, "--reason", "new year").code == 0
    assert incident_version(name) == old, "open incidents keep their version"
    shutil.rmtree("harbour")
    shutil.rmtree("2026.12")
    # From here on only the ledger has the versions.
    found = run_command("move", "--all", *COUNCIL, "--reason", "together", *PLAIN)
    assert found.code == 0
    assert incident_version(name) == "2026.12"
    listed = json.loads(run_command("versions", "--format", "json").out)["versions"]
    assert [(one["version"], one["in_force"]) for one in listed] == [
        ("2026.12", True),
        ("2026.11", False),
    ]
    assert listed[0]["open_incidents"] == [name]
    assert activate("harbour@2026.11", *COUNCIL, "--reason", "back").code == 0
    assert run_command("move", name, *COUNCIL, "--reason", "back", *PLAIN).code == 0
    assert incident_version(name) == "2026.11"
    with Ledger.at(".remit/ledger.db") as ledger:
        changes = [entry for entry in ledger.entries(name) if entry.kind == "changed"]
        assert changes
        assert all(entry.payload["verdicts"] for entry in changes)
        assert ledger.verify().is_whole


def test_a_version_with_errors_or_without_consent_is_refused() -> None:
    assert activate("harbour").code == 0
    warden, kitchen = "subjects/warden.yaml", "subjects/kitchen.yaml"
    feed = "{id: feed, activity: feed, role: accountable, when: {}}"
    broken = version("2027.1", (warden, feed, feed.replace("table", "tabel")))
    assert activate(broken).code == 4
    gap = version("2027.2", (warden, feed, feed.replace("accountable", "supports")))
    found = activate(gap)
    assert (found.code, "errors" in found.err) == (1, True)
    agreed = version(
        "2027.3",
        (warden, feed, feed.replace("accountable", "informed")),
        (kitchen, "duties:\n", f"duties:\n  - {feed}\n"),
    )
    found = activate(agreed)
    assert found.code == 1
    assert "not all agree who lose or gain by it" in found.err
    for name in ("warden", "kitchen"):
        assert name in found.err
        assert activate(agreed, "--as", name, "--agree", "--yes").code == 0
    said = activate(agreed, "--as", "press", "--agree", "--yes")
    assert "neither loses nor gains" in said.err
    assert activate(agreed).code == 0
