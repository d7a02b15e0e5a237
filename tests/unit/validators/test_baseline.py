"""Drafts of acceptances: just the cells that are at fault, as boxes that can be read."""

from __future__ import annotations

from pathlib import Path

import remit
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.replay import Replay
from remit.validators.baseline import MOST_BOXES, Draft, drafts
from remit.validators.check import Context
from remit.validators.checks import unowned_event
from remit.validators.registry import CHECKS
from tests.unit.validators.written import PACK, TODAY


def drafted(folder: Path, size: int) -> tuple[Draft, ResponsibilityMap]:
    """The baseline of a gap that duties pierce along a diagonal."""
    values = ", ".join(f"v{at}" for at in range(size))
    (folder / "subjects").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    (folder / "vocabulary.yaml").write_text(
        f"dimensions: {{x: {{values: [{values}]}}, y: {{values: [{values}]}}}}\n"
        "activities: {gate: }\n",
        "utf-8",
    )
    duties = "".join(
        f"- {{id: d{at}, activity: gate, role: accountable, when: {{x: v{at}, y: v{at}}}}}\n"
        for at in range(size)
    )
    (folder / "subjects" / "o.yaml").write_text(f"subject: o\nduties:\n{duties}", "utf-8")
    pack = remit.load(folder)
    compiled = compile_pack(pack)
    context = Context(pack, compiled, Replay(pack), TODAY, CHECKS)
    (draft,) = drafts((unowned_event.CHECK,), context)
    return draft, compiled


def test_a_pierced_gap_is_accepted_without_what_pierces_it(tmp_path: Path) -> None:
    draft, compiled = drafted(tmp_path, 12)
    assert draft.is_exact
    assert 1 < len(draft.when) <= MOST_BOXES
    covered = {
        (x, y)
        for x in range(12)
        for y in range(12)
        if any(f"v{x}" in listed(box, "x") and f"v{y}" in listed(box, "y") for box in draft.when)
    }
    assert covered == {(x, y) for x in range(12) for y in range(12) if x != y}
    assert compiled.unheld("gate", "accountable").count() == len(covered)


def listed(box: dict[str, object], name: str) -> list[str]:
    """What a box allows on a dimension, with its negations written out."""
    written = box.get(name, {"not": []})
    if isinstance(written, dict):
        without = written["not"] if isinstance(written["not"], list) else [written["not"]]
        return [f"v{at}" for at in range(100) if f"v{at}" not in without]
    return written if isinstance(written, list) else [str(written)]


def test_a_gap_in_too_many_pieces_is_accepted_by_its_hulls_and_says_so(tmp_path: Path) -> None:
    draft, _ = drafted(tmp_path, 70)
    assert not draft.is_exact
    assert len(draft.when) <= MOST_BOXES
