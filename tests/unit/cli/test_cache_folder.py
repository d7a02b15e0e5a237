"""The cache gives back what it was given or nothing, whoever wrote to it and whatever broke."""

from __future__ import annotations

import os
import pickle
import re
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from random import Random

import pytest

from remit.cli import cache_folder, sealed_values
from remit.cli.cache_folder import CacheFolder, open_cache
from remit.cli.sealed_values import read_value, write_value
from remit.engine.language.loader import load
from remit.engine.pack import Pack
from remit.engine.spans import Span
from remit.validators.kept_group import KeptGroup

POLICIES = Path(__file__).parents[3] / "policies"
VALUE = ("text", 3, (1.5, None, True))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("REMIT_NO_CACHE", raising=False)
    monkeypatch.setenv("REMIT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "v1"


def opened() -> CacheFolder:
    cache = open_cache()
    assert cache is not None
    return cache


def entries(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name != "key"]


def test_what_was_kept_is_given_back_to_another_process_of_the_user(folder: Path) -> None:
    opened().put_plain("name", VALUE)
    assert opened().get_plain("name") == VALUE
    assert opened().get_plain("other") is None
    assert {0o600} == {path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_value_of_the_engine_comes_back_equal(folder: Path) -> None:
    assert folder
    span = Span("a.yaml", 1, 2, 3, 4)
    opened().put("span", span)
    assert opened().get("span") == span


def test_bytes_changed_anywhere_are_as_good_as_none(folder: Path) -> None:
    opened().put_plain("name", VALUE)
    (path,) = entries(folder)
    whole = path.read_bytes()
    draw = Random(1)  # noqa: S311 -- the same places every time, nothing secret
    places = {0, len(whole) - 1, *(draw.randrange(len(whole)) for _ in range(60))}
    for place in places:
        broken = bytearray(whole)
        broken[place] ^= 1 << draw.randrange(8)
        path.write_bytes(broken)
        assert opened().get_plain("name") is None
        path.write_bytes(whole[:place])
        assert opened().get_plain("name") is None
    opened().put_plain("name", VALUE)
    assert opened().get_plain("name") == VALUE


def test_an_entry_sealed_by_another_key_is_not_used(folder: Path) -> None:
    opened().put_plain("name", VALUE)
    (folder / "key").unlink()
    assert opened().get_plain("name") is None


def test_an_entry_in_the_place_of_another_is_not_used(folder: Path) -> None:
    opened().put_plain("one", VALUE)
    (one,) = entries(folder)
    opened().put_plain("other", ("other",))
    (other,) = (path for path in entries(folder) if path != one)
    one.replace(other)
    assert opened().get_plain("other") is None


def test_an_entry_of_another_version_of_the_program_is_not_used(folder: Path) -> None:
    opened().put_plain("name", VALUE)
    key = (folder / "key").read_bytes()
    assert CacheFolder(str(folder), key, "another").get_plain("name") is None


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o707])
def test_a_folder_that_others_can_enter_is_not_used(folder: Path, mode: int) -> None:
    opened().put_plain("name", VALUE)
    folder.chmod(mode)
    assert open_cache() is None


def test_a_key_that_others_can_read_is_replaced_or_nothing_is_kept(folder: Path) -> None:
    opened()
    (folder / "key").chmod(0o644)
    opened().put_plain("name", VALUE)
    assert (folder / "key").stat().st_mode & 0o777 == 0o600


def test_a_link_in_the_place_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.parent.mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    assert open_cache() is None


def test_a_file_in_the_place_of_the_folder_is_no_cache(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("", encoding="utf-8")
    assert open_cache() is None


def test_nothing_is_told_where_nothing_can_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder
    cache = opened()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    cache.put_plain("name", VALUE)
    assert cache.get_plain("name") is None
    assert [] == entries(folder)


def test_without_the_cache_none_is_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIT_NO_CACHE", "1")
    assert open_cache() is None
    assert not folder.exists()


def test_the_oldest_entries_make_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_folder, "MOST_BYTES", 10_000)
    cache = opened()
    for number in range(8):
        cache.put_plain(f"name-{number}", ("x" * 1_900,))
        for path in entries(folder):
            old = path.stat().st_mtime_ns - 10**9
            os.utime(path, ns=(old, old))
    assert cache.get_plain("name-0") is None
    assert cache.get_plain("name-7") is not None
    assert sum(path.stat().st_size for path in entries(folder)) <= 10_000


def test_where_it_lies_is_the_platforms_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REMIT_NO_CACHE", raising=False)
    monkeypatch.delenv("REMIT_CACHE_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    monkeypatch.setattr("sys.platform", "linux")
    opened()
    assert (tmp_path / ".cache" / "remit" / "v1" / "key").is_file()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    opened()
    assert (tmp_path / "xdg" / "remit" / "v1" / "key").is_file()
    monkeypatch.setattr("sys.platform", "darwin")
    opened()
    assert (tmp_path / "Library" / "Caches" / "remit" / "v1" / "key").is_file()


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, ("/tmp/remit-evil",))  # noqa: S108 -- never made


@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_bytes_that_name_a_function_run_nothing(protocol: int) -> None:
    content = pickle.dumps([Span("a", 1, 1, 1, 1), Evil()], protocol)
    assert read_value(content) is None
    assert not Path("/tmp/remit-evil").exists()  # noqa: S108 -- as above


def test_a_value_that_cannot_be_kept_is_not() -> None:
    assert write_value(lambda: None) is None


@pytest.mark.parametrize("root", [Pack, KeptGroup], ids=["pack", "group"])
def test_every_class_that_a_kept_value_may_hold_can_be_read_again(root: type) -> None:
    found = [root]
    for cls in found:
        found += [other for other in _classes_in_fields(cls) if other not in found]
    assert len(found) > 1
    lacking = [cls.__qualname__ for cls in found if _is_refused(cls)]
    assert lacking == []


@pytest.mark.parametrize("name", sorted(path.parent.name for path in POLICIES.glob("*/pack.yaml")))
def test_a_shipped_pack_comes_back_equal(name: str) -> None:
    pack = load(POLICIES / name)
    content = write_value(pack)
    assert content is not None
    assert read_value(content) == pack


def _classes_in_fields(cls: type) -> list[type]:
    """Return the dataclasses that the annotations of a dataclass name."""
    names = vars(sys.modules[cls.__module__])
    words = {word for field in fields(cls) for word in re.findall(r"\w+", str(field.type))}
    return [
        one
        for word in sorted(words)
        if isinstance(one := names.get(word), type) and is_dataclass(one)
    ]


def _is_refused(cls: type) -> bool:
    """Return whether reading refuses to make such a value: without arguments it cannot be made."""
    return (cls.__module__, cls.__qualname__) not in sealed_values._ALLOWED
