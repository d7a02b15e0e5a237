"""Files of generated tests: written anew at will, and never over what somebody wrote by hand."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from rich.text import Text

from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import STDIN
from remit.cli.reports import counted
from remit.cli.screen import say
from remit.cli.written_tests import test_yaml
from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.edge_tests import MOST_TESTS, EdgeTest, EdgeTests, edge_tests
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import Pack
from remit.engine.replay import Replay
from remit.engine.system_words import why_not
from remit.engine.wording import tell
from remit.validators.check import ProofError

__all__ = ["PREFIX", "generate_tests"]

PREFIX = "boundaries-"
"""How the name of each file begins; the activity follows."""
_FIRST_LINE = re.compile(r"# Written by `remit test --generate`, do not edit: ([0-9a-f]{16})\n")
"""The mark of a generated file, with the first digits of the SHA-256 of all that follows."""


def generate_tests(map_: ResponsibilityMap, folder: str) -> int:
    """Write tests on both sides of every boundary to a folder or standard output; return the exit.

    Raises:
        UsageError: if the folder cannot be written, or holds a file of that name which is not ours
            or was edited; then nothing is written.
    """
    try:
        found = edge_tests(map_.compiled)
    except BudgetExceeded as error:
        say(
            Text()
            .append(tell("not proved"), "bold yellow")
            .append(tell(": boundaries: {reason}", reason=error))
        )
        return Exit.FINDINGS
    _replayed(found.tests, map_.pack)
    files = {
        f"{PREFIX}{activity}.yaml": _file(list(tests))
        for activity, tests in groupby(found.tests, lambda test: test.activity)
    }
    if folder == STDIN:
        sys.stdout.write("".join(files.values()))
        say(_sum(found))
    else:
        _write(Path(folder), files)
        say(tell("{tests}, in {files}", tests=_sum(found), files=counted(len(files), "file")))
    return Exit.CLEAN


def _replayed(tests: Iterable[EdgeTest], pack: Pack) -> None:
    """Ask the slow path for every answer: which duties match a test, and which override them."""
    replay = Replay(pack)
    duties = pack.duties()
    for activity, own in groupby(tests, lambda test: test.activity):
        mine = [duty for duty in duties if duty.activity == activity]
        for test in own:
            matching = [duty for duty in mine if replay.matches(duty, test.given)]
            for letter, subjects in test.expected.items():
                holders = {
                    x.subject
                    for x in matching
                    if letter in x.roles
                    and not any(replay.overrides(y, x, letter) for y in matching)
                }
                if holders != set(subjects):
                    raise ProofError(f"{test.name}: {letter} is not {subjects}")


def _file(tests: list[EdgeTest]) -> str:
    body = "".join(test_yaml(test.name, test.given, test.activity, test.expected) for test in tests)
    return f"# Written by `remit test --generate`, do not edit: {_digest(body)}\n{body}"


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _write(folder: Path, files: Mapping[str, str]) -> None:
    """Write all files, and remove generated ones of activities that have no boundary any more."""
    try:
        there = {path.name: path for path in folder.glob(f"{PREFIX}*.yaml")}
        kept = {name: path.read_bytes() for name, path in there.items()}
        for name, content in kept.items():
            if name in files and not _is_ours(content):
                raise UsageError(
                    tell(
                        "`{there}` was written or edited by hand, and would be overwritten",
                        there=there[name],
                    ),
                    tell("move it, or rename it"),
                )
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            if kept.get(name) != text.encode():
                (folder / name).write_bytes(text.encode())
        for name in kept.keys() - files.keys():
            if _is_ours(kept[name]):
                there[name].unlink()
    except OSError as error:
        raise UsageError(
            tell("cannot write to `{folder}`: {reason}", folder=folder, reason=why_not(error))
        ) from error


def _is_ours(content: bytes) -> bool:
    """Return whether a file is as it was generated."""
    text = content.decode(errors="replace").replace("\r\n", "\n")
    marked = _FIRST_LINE.match(text)
    return marked is not None and marked[1] == _digest(text[marked.end() :])


def _sum(found: EdgeTests) -> str:
    parts = {
        "tests": counted(len(found.tests), "test"),
        "regions": counted(found.regions, "boundary region"),
    }
    if not found.left_out:
        return tell("{tests} of {regions}", **parts)
    return tell(
        "{tests} of {regions}; {left} left out, past {most:,} tests an activity",
        left=counted(found.left_out, "boundary region"),
        most=MOST_TESTS,
        **parts,
    )
