"""Authority: every act stands in the table, and the policy lets it through the gate or not."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest
from cyclopts import App

import remit
from remit.cli.app import COMMANDS
from remit.engine.events import Event
from remit.engine.language.loader import load
from remit.workflows.gate import ACTS, Denied, holds_power, speaker
from tests.desk import harbour

READING = frozenset(
    {
        "ask", "audit", "calls", "cards", "certify", "channels", "channels test", "check",
        "conformance", "costs", "crosscheck", "diff", "docs", "doctor", "drill list", "explain",
        "fmt", "forms", "graph", "handover", "import", "inbox", "incidents", "init",
        "ledger anchor", "ledger backup", "ledger export", "ledger head", "ledger verify", "lsp",
        "matrix", "parity", "replay", "report", "resolve", "roster handoff", "roster ics",
        "roster show", "schema", "state", "stock", "test", "timeline", "token list", "versions",
        "why",
    }
)  # fmt: skip
"""Commands that write nothing into a ledger in a subject's name."""
OPENING = frozenset(
    {"channels rotate", "demo", "drill", "drill run", "respond", "serve", "simulate", "worker"}
)
"""Commands that take in what comes from outside, keep a server, or play; nobody acts by them."""


def _commands() -> set[str]:
    """Return all commands, each with that below which it stands."""
    found: set[str] = set()
    for _, name, place, _ in COMMANDS:
        module, _, attribute = place.partition(":")
        one = getattr(importlib.import_module(f"remit.cli.commands.{module}"), attribute)
        if not isinstance(one, App):
            found.add(name)
            continue
        found |= {f"{name} {below}" for below in one if not below.startswith("-")}
        if one.default_command is not None:
            found.add(name)
    return found


def test_every_command_is_an_act_or_changes_nothing() -> None:
    acting = {command for act in ACTS.values() for command in act.commands}
    assert _commands() == acting | READING | OPENING
    assert not acting & (READING | OPENING)


def test_every_entry_in_a_subjects_name_is_of_an_act() -> None:
    """Each place in the code that names an actor writes a kind that the table knows."""
    told = {kind for act in ACTS.values() for kind in act.kinds}
    found: set[str] = set()
    for path in (Path(remit.__file__).parent / "workflows").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            target.id: node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name) and isinstance(node.value.value, str)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "Draft":
                continue
            if any(keyword.arg == "actor" for keyword in node.keywords):
                found.add(_kind(node.args[0], names))
    # The kind of a verdict on a swap is an argument.
    known = {
        "kind": "swap-accepted",
        "ACTIVATED": "activated",
        "AGREED": "agreed",
        "DECLARED": "declared",
        "GLASS": "glass-act",
        "GLASS_JUDGED": "glass-act-judged",
    }
    assert {known.get(kind, kind) for kind in found} <= told


def _kind(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return names.get(node.id, node.id) if isinstance(node, ast.Name) else ast.dump(node)


@pytest.fixture
def pack(tmp_path: Path) -> remit.Pack:
    joint = (
        "subject: board\nmembers: [crew, clinic]\nlead: crew\n"
        "authority: [{id: burn, power: burn}]\n"
    )
    barred = (
        "subject: kitchen\nunder: council\nauthority: [{id: burn, power: burn}]\n"
        "prohibitions: [{power: burn, when: {pier: north}}]\n"
        "duties:\n  - {id: tidy, activity: tidy, role: accountable, when: {}}\n"
    )
    press = (
        "subject: press\nauthority: [{id: burn, power: burn, when: {pier: south}}]\n"
        "duties:\n  - {id: close-gate, activity: close-gate, role: informed, when: {}}\n"
    )
    changes = {
        "subjects/board.yaml": joint,
        "subjects/kitchen.yaml": barred,
        "subjects/press.yaml": press,
    }
    return load(harbour(tmp_path, changes))


def denied(pack: remit.Pack, by: str, power: str | None, **values: str) -> Denied | None:
    return holds_power(pack, Event(values), "declare", by, power, "burn the pier")


def test_who_holds_the_power_may(pack: remit.Pack) -> None:
    assert denied(pack, "council", "close") is None


def test_who_does_not_hold_it_may_not_and_is_told_who_does(pack: remit.Pack) -> None:
    found = denied(pack, "crew", "close")
    assert found is not None
    assert found.reason == "`crew` may not burn the pier: it does not surely hold `close`"
    assert found.help == "who holds it: `council`"


def test_a_power_held_somewhere_counts_only_where_it_is_certain(pack: remit.Pack) -> None:
    assert denied(pack, "press", "burn", pier="south") is None
    assert denied(pack, "press", "burn", pier="north") is not None
    assert denied(pack, "press", "burn") is not None, "not known where"


def test_a_prohibition_takes_it_away_also_where_it_only_may_hold(pack: remit.Pack) -> None:
    assert denied(pack, "kitchen", "burn", pier="south") is None
    assert denied(pack, "kitchen", "burn", pier="north") is not None
    assert denied(pack, "kitchen", "burn") is not None, "it may be the north pier"


def test_the_lead_of_a_joint_body_acts_for_it_and_no_other_member(pack: remit.Pack) -> None:
    assert denied(pack, "crew", "burn") is None
    assert denied(pack, "clinic", "burn") is not None


def test_what_no_power_allows_nobody_may(pack: remit.Pack) -> None:
    found = denied(pack, "council", None)
    assert found is not None
    assert found.reason == "the policy does not say who may burn the pier"


def test_somebody_unknown_is_refused_with_the_nearest_name(pack: remit.Pack) -> None:
    found = speaker(pack, "declare", "concil")
    assert isinstance(found, Denied)
    assert found.reason == "`concil` is no subject of the policy"
    assert found.help == "did you mean `council`?"
    assert found.draft().actor == "concil"
