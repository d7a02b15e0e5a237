"""What an import understood, in words and as JSON, and what to do next."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.cells import cell_len
from rich.text import Text

from remit.cli.question_files import QUESTIONS
from remit.cli.screen import clean
from remit.engine.charts.draft import Draft
from remit.engine.charts.scheme import meaning_words
from remit.engine.wording import tell, tell_count

__all__ = ["Imported", "import_json", "import_text"]

LONGEST_LINE = 240
"""Characters printed of a question."""
MOST_TOLD = 12
"""Questions printed; all are in the file."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One import: the draft, the chart it was read from, and the folder it goes to."""

    draft: Draft
    file: str
    folder: Path
    is_written: bool

    @property
    def command(self) -> str:
        """What imports the chart again, with the answers in the folder."""
        place = shlex.quote(str(self.folder))
        return f"remit import {shlex.quote(self.file)} --into {place} --force"


def import_text(made: Imported, kept: Path | None) -> Iterator[Text | str]:
    """Yield what was understood, what is open, and what to do next, a line each.

    Args:
        kept: where the folder that was there before is kept, if it is.
    """
    yield from _told(made)
    yield from _next_steps(made, kept)


def import_json(made: Imported, files: Iterable[str]) -> dict[str, object]:
    """Return what was understood, for programs.

    Args:
        files: paths of what was written, or would be.
    """
    draft = made.draft
    return {
        "pack": str(made.folder),
        "written": made.is_written,
        "files": sorted(files),
        "activities": [
            {"id": one.id, "label": one.label, "place": one.place} for one in draft.activities
        ],
        "subjects": [
            {"id": one.id, "label": one.label, "place": one.place, "duties": len(one.duties)}
            for one in draft.subjects
        ],
        "dimensions": {one.name: dict(one.values) for one in draft.dimensions},
        "lead": draft.lead or None,
        "letters": {
            code: {"meaning": list(meaning), "because": draft.scheme.reasons[code]}
            for code, meaning in draft.scheme.meanings.items()
        },
        "notes": list(draft.notes),
        "questions": [
            {"key": one.key, "found": one.found, "assumed": one.assumed, "answer": one.answer}
            for one in draft.questions
        ],
    }


def _told(made: Imported) -> Iterator[Text | str]:
    draft = made.draft
    duties = sum(len(one.duties) for one in draft.subjects)
    counts = (
        tell_count("{number} activity", "{number} activities", len(draft.activities)),
        tell_count("{number} subject", "{number} subjects", len(draft.subjects)),
        tell_count("{number} duty", "{number} duties", duties),
    )
    yield Text(clean(f"{made.file}: {', '.join(counts)}"), "bold")
    yield ""
    for note in draft.notes:
        yield clean(note)
    for dimension in draft.dimensions:
        values = ", ".join(dimension.values.values())
        yield clean(tell("dimension `{name}`: {values}", name=dimension.name, values=values))
    yield tell("letters:")
    scheme = draft.scheme
    width = max((cell_len(code) for code in scheme.meanings), default=0)
    for code, meaning in scheme.meanings.items():
        space = " " * (width - cell_len(code))
        yield clean(f"  {code}{space}  {meaning_words(meaning)}  ({scheme.reasons[code]})")
    yield tell("other meanings: `--letters {example}`", example=_example(scheme.meanings))
    yield ""
    if not draft.questions:
        yield tell("no question is open")
        return
    yield Text(
        tell_count(
            "{number} question is open:", "{number} questions are open:", len(draft.questions)
        ),
        "bold",
    )
    for number, one in enumerate(draft.questions[:MOST_TOLD], 1):
        yield clean(f"  {number}. {_short(one.found)}")
        yield clean(f"     {tell('assumed')}: {one.assumed}")
    more = len(draft.questions) - MOST_TOLD
    if more > 0:
        yield tell_count("  and {number} more in the file", "  and {number} more in the file", more)


def _short(found: str) -> str:
    return found if len(found) <= LONGEST_LINE else f"{found[: LONGEST_LINE - 1]}…"


def _example(meanings: Mapping[str, Sequence[str]]) -> str:
    code = next(iter(meanings), "C")
    return f"{code}={'+'.join(meanings.get(code, ())) or 'consulted'}"


def _next_steps(made: Imported, kept: Path | None) -> Iterator[Text | str]:
    yield ""
    folder = made.folder
    if not made.is_written:
        yield tell("nothing was written; without `--dry-run` it goes to `{folder}`", folder=folder)
        return
    if kept is not None:
        yield tell(
            "the folder had been changed by hand; it is kept as `{folder}`", folder=kept.name
        )
    yield Text(tell("the draft is in `{folder}`", folder=folder), "bold")
    place = shlex.quote(str(folder))
    if made.draft.questions:
        yield tell("next: answer in {file}, then", file=f"{folder}/{QUESTIONS}")
        yield f"  {made.command}"
        yield tell("and see what the chart leaves open: `remit check {folder}`", folder=place)
    else:
        yield tell("next: `remit check {folder}`", folder=place)
