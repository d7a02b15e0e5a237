"""A Prefect database that is made once for each version of Prefect and copied ever after.

Making it takes Prefect several seconds of migrations; a copy takes a millisecond.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

__all__ = ["CACHE", "cache_folder", "copy_template", "keep_template", "template_path"]

CACHE = "REMIT_CACHE"
"""Environment variable: the folder for what can be made again at any time."""

_MIGRATIONS = ("server", "database", "_migrations", "versions", "sqlite")


def template_path() -> Path:
    """Return where the database for the installed Prefect is kept, whether it is there or not."""
    return cache_folder() / f"prefect-{version('prefect')}-{_newest_migration()}.db"


def copy_template(home: Path) -> bool:
    """Put the kept database into a Prefect home; false if there is none."""
    try:
        shutil.copyfile(template_path(), home / "prefect.db")
    except OSError:
        return False
    return True


def keep_template(home: Path) -> None:
    """Keep the database of a Prefect home that has just been made, if it can be kept."""
    target = template_path()
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        with closing(sqlite3.connect(home / "prefect.db", timeout=10)) as connection:
            connection.execute("VACUUM INTO ?", (str(draft),))
        draft.replace(target)
    except (OSError, sqlite3.Error):
        with suppress(OSError):
            draft.unlink()


def cache_folder() -> Path:
    """Return the folder for what can be made again: `$REMIT_CACHE`, else in the user's cache."""
    named = os.environ.get(CACHE)
    if named:
        return Path(named)
    place = os.environ.get("XDG_CACHE_HOME")
    return (Path(place) if place else Path.home() / ".cache") / "remit"


def _newest_migration() -> str:
    """Return the name of the newest migration, so that a changed schema gets a new template."""
    spec = find_spec("prefect")
    places = list(spec.submodule_search_locations or ()) if spec else []
    names = (path.stem for place in places for path in Path(place, *_MIGRATIONS).glob("*.py"))
    return max(names, default="unknown")[:30].rstrip("_")
