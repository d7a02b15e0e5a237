"""The options of `remit check`, from wherever they are set: command line, environment, a file.

A file is `remit.toml`, or `pyproject.toml` with a table `tool.remit`; the nearest one upward from
the pack, else from the current folder, and never past the root of a repository.
INVARIANT: this module is light, for an unchanged pack is told before any library is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from remit.cli.exits import UsageError
from remit.cli.options import FAIL_LEVELS, OPTIONS, expected
from remit.engine.wording import tell

if TYPE_CHECKING:
    from remit.cli.cache_folder import CacheFolder

__all__ = ["ENVIRONMENT", "Settings", "find_file", "settle"]

FILES = ("remit.toml", "pyproject.toml")
ENVIRONMENT = "REMIT_CHECK_"
"""Before the name of an option, in capitals, with `_` for `-`: an environment variable for it."""
LARGEST = 1_000_000
"""Bytes of a file; a larger one is a mistake."""
MOST_LEVELS = 100
"""Folders looked into on the way up."""
COMMAND_LINE = "command line"
DEFAULT = "default"


class Settings(NamedTuple):
    """What holds for one run.

    Args:
        sources: where each value is from, by option.
    """

    output: tuple[str, ...]
    fail_level: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    seconds: float
    show_accepted: bool
    statistics: bool
    exit_zero: bool
    sources: Mapping[str, str]


class _Written(NamedTuple):
    """One option as a file sets it; `line` is 0 where it could not be told."""

    name: str
    value: object
    line: int


def settle(
    pack: str,
    given: Mapping[str, object],
    *,
    environment: Mapping[str, str],
    cache: CacheFolder | None = None,
) -> Settings:
    """Return what holds: the command line before the environment, this before a file.

    Args:
        given: by option what the command line says; `None` and nothing at all say nothing.

    Raises:
        UsageError: for a key, a variable or a value that is none, with its place.
    """
    found: dict[str, object] = dict(OPTIONS)
    sources = dict.fromkeys(OPTIONS, DEFAULT)
    path = find_file(pack, cache)
    if path is not None:
        shown = os.path.relpath(path)
        for one in _written(path, cache):
            found[one.name] = _below(path, one.value) if one.name == "output" else one.value
            sources[one.name] = f"{shown}:{one.line}" if one.line else shown
    for name, variable, value in _from_environment(environment):
        found[name], sources[name] = value, variable
    for name, given_value in given.items():
        if given_value is not None and given_value != ():
            found[name], sources[name] = given_value, COMMAND_LINE
    values: dict[str, Any] = {name.replace("-", "_"): value for name, value in found.items()}
    return Settings(**values, sources=sources)


def find_file(pack: str, cache: CacheFolder | None = None) -> str | None:
    """Return the file that sets options for a pack, if there is one."""
    for start in (os.path.abspath(pack), os.getcwd()):  # noqa: PTH100, PTH109 -- see the cache
        folder = start
        for _ in range(MOST_LEVELS):
            for name in FILES:
                path = f"{folder.rstrip('/')}/{name}"
                if os.path.isfile(path) and (  # noqa: PTH113 -- see the cache
                    name == FILES[0] or _speaks_of_us(path, cache)
                ):
                    return path
            parent = os.path.dirname(folder)  # noqa: PTH120 -- see the cache
            if parent == folder or os.path.lexists(f"{folder.rstrip('/')}/.git"):
                break
            folder = parent
    return None


def _speaks_of_us(path: str, cache: CacheFolder | None) -> bool:
    content = _content(path)
    return b"remit" in content and _parsed(path, content, cache) is not None


def _written(path: str, cache: CacheFolder | None) -> tuple[_Written, ...]:
    return _parsed(path, _content(path), cache) or ()


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 -- see the cache
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(
            tell("cannot read `{path}`: {why}", path=os.path.relpath(path), why=error.strerror)
        ) from error
    if len(content) > LARGEST:
        raise UsageError(tell("`{path}` is too large", path=os.path.relpath(path)))
    return content


def _parsed(path: str, content: bytes, cache: CacheFolder | None) -> tuple[_Written, ...] | None:
    """Return what a file sets; `None` for one of a project that says nothing of remit."""
    import hashlib

    # WHY the path: the errors of a file name it, and a file with errors is never kept.
    key = f"settings\0{path}\0{hashlib.blake2b(content).hexdigest()}"
    kept = None if cache is None else cache.get_plain(key)
    if isinstance(kept, tuple):
        found = None if kept == ("nothing",) else tuple(_Written(*one) for one in kept)
    else:
        # WHY inside: the reader of TOML costs more than all the rest of a quick run.
        from remit.cli.configuration_file import read_settings

        read = read_settings(os.path.relpath(path), content, is_ours=path.endswith(FILES[0]))
        found = None if read is None else tuple(_Written(*one) for one in read)
        if cache is not None:
            cache.put_plain(key, ("nothing",) if found is None else tuple(map(tuple, found)))
    return found


def _below(path: str, outputs: object) -> tuple[str, ...]:
    """Return outputs with their files beside the file that names them."""
    folder = os.path.relpath(os.path.dirname(path))  # noqa: PTH120 -- see the cache
    found = []
    for text in outputs if isinstance(outputs, tuple) else ():
        name, colon, file = str(text).partition(":")
        is_file = file not in {"", "-"}
        beside = os.path.normpath(os.path.join(folder, file)) if is_file else file  # noqa: PTH118
        found.append(f"{name}{colon}{beside}")
    return tuple(found)


def _from_environment(environment: Mapping[str, str]) -> Iterable[tuple[str, str, object]]:
    for variable in sorted(name for name in environment if name.startswith(ENVIRONMENT)):
        name = variable.removeprefix(ENVIRONMENT).lower().replace("_", "-")
        if name not in OPTIONS:
            known = [f"{ENVIRONMENT}{one.upper().replace('-', '_')}" for one in OPTIONS]
            raise UsageError(
                tell("there is no setting `{name}`", name=variable), _meant(variable, known)
            )
        text = environment[variable]
        if not text:
            continue
        reader = _READERS[type(OPTIONS[name])]
        value = reader(text)
        if value is None or (name == "fail-level" and value not in FAIL_LEVELS):
            raise UsageError(
                tell("`{text}` is no value of `{name}`", text=text, name=variable),
                tell("expected {what}", what=expected(name)),
            )
        yield name, variable, value


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if 0 < found < float("inf") else None


def _flag(text: str) -> bool | None:
    return {"1": True, "true": True, "0": False, "false": False}.get(text.lower())


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


_READERS: Mapping[type, Callable[[str], object]] = {
    tuple: _words,
    str: str,
    float: _number,
    bool: _flag,
}


def _meant(word: str, names: Iterable[str]) -> str:
    from remit.engine.language.suggest import closest

    meant = closest(word, names)
    if meant:
        return tell("did you mean `{name}`?", name=meant)
    return tell("known: {names}", names=", ".join(f"`{name}`" for name in sorted(names)))
