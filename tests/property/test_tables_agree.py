"""A table says the same as YAML: the same duties, the same answers, and the same mistakes."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from random import Random

import pytest

import remit
from remit.engine.language.loader import load
from remit.engine.pack import Pack
from tests.loading import without_places
from tests.pack_writer import write_pack
from tests.random_packs import random_pack
from tests.table_writer import move_duties

ANSWERED = (3, 7)
"""Draws of which the answers are compared too; the duties are of all."""


@pytest.mark.parametrize("seed", range(16))
@pytest.mark.parametrize("together", ["", "together"])
def test_a_pack_loads_to_the_same_duties_from_yaml_and_from_tables(
    seed: int, together: str, tmp_path: Path
) -> None:
    written, table = _both(seed, tmp_path, together=bool(together))
    assert without_places(written.duties()) == without_places(table.duties())
    names = [name for name, subject in written.subjects.items() if subject.duties]
    assert names == [name for name in names if table.subjects[name].duties]


@pytest.mark.slow
@pytest.mark.parametrize("seed", ANSWERED)
def test_a_pack_has_the_same_findings_from_yaml_and_from_tables(seed: int, tmp_path: Path) -> None:
    one, other = (_findings(pack) for pack in _both(seed, tmp_path, together=False))
    assert one == other


def _findings(pack: Pack) -> list[tuple[object, ...]]:
    report = remit.check(pack, today=dt.date(2026, 11, 24))
    found = [
        (one.code, one.message, one.duty, one.subjects, one.region, one.share, one.witness)
        for one in report.findings
    ]
    return sorted(found, key=str)


def _both(seed: int, folder: Path, *, together: bool) -> tuple[Pack, Pack]:
    rng = Random(seed)  # noqa: S311 -- the same pack every time, nothing secret
    home = write_pack(random_pack(rng), folder / "yaml", rng)
    shutil.copytree(folder / "yaml", folder / "csv")
    move_duties(folder / "csv" / home.name, together=together)
    return load(home), load(folder / "csv" / home.name)
