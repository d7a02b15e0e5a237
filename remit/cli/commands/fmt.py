"""`remit fmt`: the files of packs in the one layout."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import Parameter

from remit.cli.diagnostics import error_text
from remit.cli.exits import Exit
from remit.cli.laying_out import LaidOut, laid_out, write_laid_out
from remit.cli.screen import say, show
from remit.cli.text_edits import patch
from remit.engine.wording import tell, tell_count

__all__ = ["fmt"]


def fmt(
    *paths: str,
    check: Annotated[bool, Parameter(negative=())] = False,
    diff: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Lay out the files of packs in the one way, with every comment, and not a word otherwise.

    Indents, quotes, spaces, long lines and the order of keys are made alike. Each pack is loaded
    as it was and as it will be: where the two differ in anything, nothing of it is written.

    Ends with 1 if `--check` or `--diff` finds a file to change, 4 if one cannot be read.

    Args:
        paths: Files, or folders whose packs are taken whole; the folder here where left out.
        check: Write nothing; name the files that would change.
        diff: Write nothing; print what would change as a patch.
    """
    found = laid_out(paths or (".",))
    is_trial = check or diff
    if not is_trial:
        write_laid_out(found)
    if diff:
        sys.stdout.write(patch(found.changes))
    for file in sorted(found.changes) if not diff else ():
        show(file)
    sys.stdout.flush()
    _say(found, is_trial=is_trial)
    if found.errors:
        return Exit.NOT_LOADED
    return Exit.FINDINGS if (is_trial and found.changes) or found.left else Exit.CLEAN


def _say(found: LaidOut, *, is_trial: bool) -> None:
    for errors in found.errors.values():
        for error in errors:
            say(error_text(error).append("\n"))
    for file, reason in sorted(found.left.items()):
        say(tell("left as it is: `{file}`: {reason}", file=file, reason=reason))
    number = len(found.changes)
    if is_trial:
        told = tell_count("{number} file would change", "{number} files would change", number)
    else:
        told = tell_count("{number} file laid out", "{number} files laid out", number)
    rest = (
        found.looked_at
        - number
        - len(found.left)
        - sum(path not in found.left for path in found.errors)
    )
    say(tell("{changed}, {rest} as they were", changed=told, rest=max(rest, 0)))
