"""Versions kept in a ledger: whole, bounded, and only what was activated."""

from __future__ import annotations

import base64
import datetime as dt
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from remit.engine.language.loader import load
from remit.workflows.adapters.shelves import files_of, load_version
from remit.workflows.versions import ArchiveError, Version, pack_files, unpack_files
from tests.desk import harbour


def kept(home: Path) -> Version:
    inside, files = files_of(str(home))
    pack = load(home)
    time = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    archive = pack_files(files)
    return Version(1, time, pack.name, pack.version, pack.digest, "council", "", inside, archive)


def test_a_version_is_read_back_as_it_was(tmp_path: Path) -> None:
    home = harbour(tmp_path)
    assert load_version(kept(home)).digest == load(home).digest


def test_the_packs_above_it_come_along(tmp_path: Path) -> None:
    harbour(tmp_path)
    low = tmp_path / "low"
    low.mkdir()
    (low / "pack.yaml").write_text(
        "remit: 1\npack: low\nversion: 1\nlead: command\nextends: [../harbour]\n", encoding="utf-8"
    )
    (low / "bay.yaml").write_text("subject: bay\n", encoding="utf-8")
    found = load_version(kept(low))
    assert [one.name for one in found.higher] == ["harbour"]
    assert found.digest == load(low).digest


def test_what_is_not_what_was_activated_is_refused(tmp_path: Path) -> None:
    version = kept(harbour(tmp_path))
    with pytest.raises(ArchiveError, match="not what was activated"):
        load_version(replace(version, digest="0" * 64))


def test_a_path_that_leads_out_is_refused() -> None:
    archive = pack_files({"../../evil.yaml": b"x"})
    time = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    version = Version(1, time, "p", "1", "0", "council", "", "p", archive)
    with pytest.raises(ArchiveError, match="leads out"):
        load_version(version)


@pytest.mark.parametrize("text", ["", "no base64!", base64.b64encode(b"plain").decode()])
def test_what_is_no_archive_is_refused(text: str) -> None:
    with pytest.raises(ArchiveError):
        unpack_files(text)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remit.workflows.versions.LARGEST_PACK", 1000)
    bomb = base64.b64encode(zlib.compress(b"0" * 100_000)).decode()
    with pytest.raises(ArchiveError):
        unpack_files(bomb)


def test_a_version_too_large_for_a_ledger_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remit.workflows.versions.LARGEST_ARCHIVE", 10)
    with pytest.raises(ArchiveError, match="at most 10"):
        pack_files({"a.yaml": b"some text"})
