"""`remit diff`: which events change hands between two packs, or two states of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from cyclopts import Parameter

from remit.cli.budgets import proof_budget
from remit.cli.destinations import Destination, write_json
from remit.cli.diff_json import diff_json
from remit.cli.diff_markdown import diff_markdown
from remit.cli.diff_parts import Asked
from remit.cli.diff_text import diff_text
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.screen import show
from remit.cli.states import read_point
from remit.cli.versions import Version, load_version
from remit.engine.diff.compare import compare
from remit.engine.diff.joint import Side
from remit.engine.pack import LETTERS, Letter
from remit.engine.wording import tell, tell_count

__all__ = ["diff"]

PATIENCE_S = 60.0
"""Seconds after which no new proof is begun; what is left is said to be not proved."""
Many = Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)]


def diff(
    old: str,
    new: str | None = None,
    /,
    *,
    at: Many = (),
    activity: Many = (),
    letter: Annotated[tuple[Letter, ...], Parameter(negative=(), show_default=False)] = (),
    format: Literal["text", "json", "markdown"] = "text",  # noqa: A002 -- the name of the option
    exit_code: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Tell which events change hands between two packs, from whom to whom.

    With one pack and --at twice: between two states, as in --at stage=early --at stage=late.
    Ends with 0; with --exit-code 1 if anything changed or could not be proved; 2 if there is no
    such revision, folder or state, 3 if there is no git, 4 if a pack cannot be loaded.

    Args:
        old: Folder of the pack, or REVISION:FOLDER as git names it, as main:policies/harbour.
        new: The version to compare it with, named likewise.
        at: Values of dimensions, with commas between, that make the state; twice.
        activity: Compare this activity alone; as often as wanted.
        letter: Compare this letter alone; as often as wanted.
        format: How to print it; markdown is made for a comment on a pull request.
        exit_code: End with 1 if anything changed.
    """
    as_json = format == "json"
    before, after, sides = _sides(old, new, at, as_json=as_json)
    activities = _known(activity, before, after)
    difference = compare(
        *sides,
        activities=activities or None,
        letters=frozenset(letter) or LETTERS,
        budget=proof_budget(PATIENCE_S),
    )
    asked = Asked(difference, before, after, at, is_whole=not activity and not letter)
    if as_json:
        write_json(Destination("json"), diff_json(asked))
    elif format == "markdown":
        show(diff_markdown(asked).rstrip("\n"))
    else:
        for part in diff_text(asked):
            show(part)
    return Exit.FINDINGS if exit_code and not difference.is_empty else Exit.CLEAN


def _sides(
    old: str, new: str | None, at: tuple[str, ...], *, as_json: bool
) -> tuple[Version, Version, tuple[Side, Side]]:
    if at and new is not None:
        raise UsageError(
            tell("`--at` compares two states of one pack"),
            tell("name one pack, or leave `--at` out"),
        )
    if not at and new is None:
        raise UsageError(
            tell("there is nothing to compare it with"),
            tell("name a second pack, or two states: `--at stage=early --at stage=late`"),
        )
    before = load_version(old, as_json=as_json)
    if new is not None:
        after = load_version(new, as_json=as_json)
        return before, after, (Side(before.pack), Side(after.pack))
    if len(at) != 2:  # noqa: PLR2004 -- before and after
        raise UsageError(
            tell_count("`--at` is there once", "`--at` is there {number} times", len(at)),
            tell("write it twice: the state before, and the state after"),
        )
    first, second = (read_point(text, before.pack.vocabulary, "--at") for text in at)
    if first.keys() != second.keys():
        raise UsageError(
            tell("the two states name different dimensions"),
            tell("give each dimension a value in both: `--at stage=early --at stage=late`"),
        )
    return before, before, (Side(before.pack, first), Side(before.pack, second))


def _known(activities: Iterable[str], before: Version, after: Version) -> tuple[str, ...]:
    known = {*before.pack.vocabulary.activities, *after.pack.vocabulary.activities}
    for name in activities:
        if name not in known:
            raise UsageError(
                tell("there is no activity `{name}`", name=name), did_you_mean(name, known)
            )
    return tuple(activities)
