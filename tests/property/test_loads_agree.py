"""A load that remembers gives what a load that does not gives: the pack, or the same errors."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from remit.cli.cache_folder import open_cache
from remit.engine.errors import PackErrors
from remit.engine.language.loader import load
from remit.engine.language.stores import Store
from tests.memory import Memory
from tests.pack_writer import write_pack
from tests.random_packs import random_pack
from tests.table_writer import move_duties

EDITS = 12


def outcome(path: Path, store: Store | None) -> object:
    """Return the pack, or the reasons why there is none."""
    try:
        return load(path, store)
    except PackErrors as errors:
        return errors.errors


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("on_disk", ["", "disk"])
@pytest.mark.parametrize("tables", ["", "each", "together"])
def test_after_any_edit_both_loads_agree(
    seed: int, tables: str, on_disk: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REMIT_NO_CACHE")
    monkeypatch.setenv("REMIT_CACHE_DIR", str(tmp_path / "cache"))
    rng = Random(seed)  # noqa: S311 -- the same edits every time, nothing secret
    home = write_pack(random_pack(rng), tmp_path / "packs", rng)
    if tables:
        move_duties(home, together=tables == "together")
    memory = Memory()
    for _ in range(EDITS):
        store = open_cache() if on_disk else memory
        assert store is not None
        expected = outcome(home, None)
        assert expected == outcome(home, store)
        assert expected == outcome(home, store)
        _edit(tmp_path / "packs", rng)


def _edit(folder: Path, rng: Random) -> None:
    """Change one file as an author may: a word lost, a line gone, the file doubled or away."""
    path = rng.choice(sorted((*folder.rglob("*.yaml"), *folder.rglob("*.csv"))))
    text = path.read_text(encoding="utf-8")
    kind = rng.randrange(5)
    if kind == 0 and path.suffix == ".yaml":
        path.write_text(text + "# a word\n", encoding="utf-8")
    elif path.suffix == ".csv" and kind == 3:
        path.unlink()
    elif kind == 1:
        lines = text.splitlines(keepends=True)
        at = rng.randrange(len(lines) + 1)
        del lines[at : at + 1]
        path.write_text("".join(lines), encoding="utf-8")
    elif kind == 2:
        words = text.split(" ")
        words[rng.randrange(len(words))] = rng.choice(["nothing", "low", "[", "b1"])
        path.write_text(" ".join(words), encoding="utf-8")
    elif kind == 3 and "subjects" in path.parts:
        path.rename(path.with_name(f"moved-{rng.randrange(100)}.yaml"))
    else:
        path.write_text(text, encoding="utf-8")
