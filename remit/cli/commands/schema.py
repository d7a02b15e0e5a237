"""`remit schema`: the JSON Schema of a kind of file, or of the files of one pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from remit.cli.destinations import Destination, json_text, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.pack_schemas import SCHEMA_FILE, is_current, settings_text, settings_written
from remit.cli.packs import load_pack
from remit.cli.screen import say, show
from remit.cli.written_files import write_whole
from remit.engine.language.pack_schema import pack_schema
from remit.engine.language.schema import FILE_TYPES, published_schema
from remit.engine.wording import tell

__all__ = ["schema"]


def schema(
    of: str | None = None,
    kind: str | None = None,
    /,
    *,
    out: str | None = None,
    settings: str | None = None,
    check: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Print the JSON Schema (draft 2020-12) of a kind of file, or of the files of a pack.

    The schema of a pack knows the names that the pack and its higher packs declare: an editor with
    it offers them with their labels, and marks any other. Write it anew when names were added.

    Args:
        of: Kind of file, such as subject or vocabulary, or the folder of a pack; all kinds are
            listed without it.
        kind: Of a pack, only files of this kind; one schema for all of its files where left out.
        out: File to write the schema of a pack to, instead of printing it.
        settings: Print what makes an editor use the file: vscode, or modeline; `vscode:FILE` puts
            it into that file of settings. The schema is written too, to `.remit-schema.json` in
            the folder of the pack unless `--out` says where.
        check: Write nothing; end with 1 if the file that was written is not what would be written.
    """
    if of is None:
        for name in FILE_TYPES:
            show(name)
        return Exit.CLEAN
    if of in FILE_TYPES or not Path(of).exists():
        return _generic(of, is_alone=kind is None and not (out or settings or check))
    if kind is not None and kind not in FILE_TYPES:
        raise UsageError(
            tell("there is no kind of file `{kind}`", kind=kind), did_you_mean(kind, FILE_TYPES)
        )
    found = pack_schema(load_pack(of), kind)
    if not (out or settings or check):
        write_json(Destination("json"), found)
        return Exit.CLEAN
    file = out or str(Path(of) / SCHEMA_FILE)
    text = json_text(found) + "\n"
    if check:
        return _checked(file, text, of)
    told = _settings(settings, of, file)
    write_whole(file, text.encode())
    say(tell("wrote `{file}`", file=file))
    if told:
        show(told.rstrip("\n"))
    return Exit.CLEAN


def _generic(kind: str, *, is_alone: bool) -> int:
    if kind not in FILE_TYPES:
        raise UsageError(
            tell("there is no kind of file and no folder `{name}`", name=kind),
            did_you_mean(kind, FILE_TYPES),
        )
    if not is_alone:
        raise UsageError(
            tell("the schema of a kind of file is printed, as it is the same for every pack"),
            tell("give the folder of a pack; one called `{name}` is `./{name}`", name=kind),
        )
    write_json(Destination("json"), published_schema(kind))
    return Exit.CLEAN


def _settings(settings: str | None, pack: str, file: str) -> str:
    """Return the settings to print, after those that go into a file were written."""
    if settings is None:
        return ""
    editor, _, target = settings.partition(":")
    told = settings_text(editor, pack, file)
    if not target:
        return told
    if editor != "vscode":
        raise UsageError(
            tell("only the settings of vscode go into a file"),
            tell("`--settings {editor}` prints what to paste", editor=editor),
        )
    settings_written(target, pack, file)
    say(tell("wrote `{file}`", file=target))
    return ""


def _checked(file: str, text: str, pack: str) -> int:
    if is_current(file, text):
        say(tell("`{file}` is what the pack says", file=file))
        return Exit.CLEAN
    is_there = Path(file).exists()
    say(
        tell("`{file}` is stale: the pack declares other names now", file=file)
        if is_there
        else tell("there is no file `{file}`", file=file)
    )
    say(tell("write it: remit schema {pack} --out {file}", pack=pack, file=file))
    return Exit.FINDINGS
