"""The schema file of a pack beside its files, and what tells an editor to use it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from remit.cli.destinations import json_text
from remit.cli.exits import UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.written_files import write_whole
from remit.engine.wording import tell

__all__ = ["EDITORS", "SCHEMA_FILE", "is_current", "settings_text", "settings_written"]

SCHEMA_FILE = ".remit-schema.json"
"""Where the schema of a pack lies in its folder; the dot lets every reader of packs pass it over.
"""
EDITORS = ("vscode", "modeline")
_KEY = "yaml.schemas"


def is_current(file: str, text: str) -> bool:
    """Return whether a file holds a text."""
    try:
        return Path(file).read_text("utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


def settings_text(editor: str, pack: str, schema: str) -> str:
    """Return what makes an editor use a schema file for the files of a pack.

    Args:
        editor: one of `EDITORS`: the setting of VS Code's YAML extension, or the line that goes
            first in a file at the top of the pack, for any editor with yaml-language-server.
        schema: path of the schema file, relative to where the process stands, as the pack.

    Raises:
        UsageError: if there is no such editor.
    """
    if editor not in EDITORS:
        raise UsageError(
            tell("there are no settings for `{editor}`", editor=editor),
            did_you_mean(editor, EDITORS),
        )
    if editor == "modeline":
        return f"# yaml-language-server: $schema={_relative(schema, pack)}\n"
    return json_text(_mapping(pack, schema)) + "\n"


def settings_written(file: str, pack: str, schema: str) -> None:
    """Put the setting of VS Code into its file of settings, and leave all others there.

    Raises:
        UsageError: if the file is no plain JSON object, as where it has comments.
    """
    known: dict[str, object] = {}
    path = Path(file)
    # WHY: paths in settings are relative to the workspace, which holds the folder `.vscode`.
    root = path.resolve().parent
    root = root.parent if root.name == ".vscode" else root
    if path.exists():
        known = _settings_in(path)
    mapping = _mapping(_relative(pack, str(root)), _relative(schema, str(root)))
    listed = known.get(_KEY)
    merged = {**known, _KEY: {**(listed if isinstance(listed, dict) else {}), **mapping[_KEY]}}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, (json_text(merged) + "\n").encode())


def _settings_in(path: Path) -> dict[str, object]:
    try:
        known = json.loads(path.read_text("utf-8"))
    except ValueError:
        known = None
    if isinstance(known, dict) and isinstance(known.get(_KEY, {}), dict):
        return known
    raise UsageError(
        tell("`{file}` is no plain JSON object with settings", file=path),
        tell("print the setting with `--settings vscode`, and paste it"),
    )


def _mapping(pack: str, schema: str) -> dict[str, Mapping[str, object]]:
    folder = Path(os.path.normpath(pack)).as_posix()
    at = "" if folder == "." else f"{folder}/"
    files = [f"{at}**/*.yaml", f"{at}**/*.yml"]
    name = Path(os.path.normpath(schema)).as_posix()
    return {_KEY: {name if Path(name).is_absolute() else f"./{name}": files}}


def _relative(path: str, folder: str) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()
