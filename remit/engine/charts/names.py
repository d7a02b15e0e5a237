"""Names for the things of a chart: one id a label, the same in every run and on every machine.

A label in Latin letters becomes its words with hyphens. Any other is numbered in the order of the
chart, as `subject-03`, and keeps its label; a file of names gives it another id.
INVARIANT: ids of one kind differ, and each is an identifier of the language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from remit.engine.charts.chart import Answers, GivenName, Question
from remit.engine.charts.meanings import folded
from remit.engine.language.suggest import distance
from remit.engine.wording import tell

__all__ = ["MOST_COMPARED", "Names", "ascii_words", "has_han", "name_all", "same_names"]

LONGEST_ID = 60
"""Characters of an id made from a label; the language allows 100."""
MOST_COMPARED = 400
"""Labels that are held against each other for slips of typing; of more, none."""
_LETTERS_AT_LEAST = 2
_HALF = 0.5
_LONG_ENOUGH = 5
_SLIPS = 1


@dataclass(frozen=True, slots=True)
class Names:
    """Ids and labels of one kind of thing.

    Args:
        ids: by label as the chart has it.
        labels: to show, by id.
        numbered: labels whose id is only a number.
    """

    ids: Mapping[str, str]
    labels: Mapping[str, str]
    numbered: tuple[str, ...] = ()


@dataclass(slots=True)
class _Given:
    """Ids given so far."""

    ids: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    numbered: list[str] = field(default_factory=list)
    by_fold: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


def has_han(text: str) -> bool:
    """Return whether a text is Chinese: Chinese characters, and neither kana nor hangul."""
    return bool(re.search(r"[\u4e00-\u9fff]", text)) and not re.search(
        r"[\u3040-\u30ff\uac00-\ud7af]", text
    )


def ascii_words(label: str) -> str:
    """Return a label as an identifier; nothing if too little of it is in Latin letters."""
    plain = unicodedata.normalize("NFKD", label.casefold())
    letters = [char for char in plain if unicodedata.category(char)[0] == "L"]
    latin = [char for char in letters if char.isascii()]
    if len(latin) < _LETTERS_AT_LEAST and not (letters and latin == letters):
        return ""
    if len(latin) < _HALF * len(letters):
        return ""
    kept = "".join(char for char in plain if unicodedata.category(char)[0] != "M")
    words = re.findall(r"[a-z0-9]+", kept.replace("'", "").replace("\u2019", ""))
    found = "-".join(words)
    if len(found) > LONGEST_ID:
        found = found[: LONGEST_ID + 1].rpartition("-")[0] or found[:LONGEST_ID]
    return found.strip("-")


def name_all(labels: Iterable[str], kind: str, answers: Answers) -> Names:
    """Return an id for each label; labels that say the same share one.

    Args:
        kind: how numbered ids begin: `subject`, `activity`.
    """
    given = _Given()
    wanted = list(dict.fromkeys(labels))
    given.used.update(name.id for label in wanted if (name := _named(label, answers)).id)
    for number, label in enumerate(wanted, 1):
        name = _named(label, answers)
        shared = "" if name.id else _shared(label, given, answers)
        if shared:
            given.ids[label] = shared
            continue
        made = name.id or ascii_words(name.label or label)
        if not made:
            made = f"{kind}-{number:02d}"
            given.numbered.append(label)
        if not name.id:
            made = _free(made, given.used)
        given.used.add(made)
        given.ids[label] = made
        given.labels.setdefault(made, name.label or label)
        given.by_fold.setdefault(folded(label), made)
    return Names(given.ids, given.labels, tuple(given.numbered))


def _shared(label: str, given: _Given, answers: Answers) -> str:
    """Return the id of an earlier label that says the same, or nothing."""
    answer = answers.get(f"same/{label}")
    if answer == "different":
        return ""
    fold = folded(label)
    if answer == "same" and fold not in given.by_fold:
        near = (one for one in given.by_fold if distance(fold, one, _SLIPS) <= _SLIPS)
        return given.by_fold.get(next(near, ""), "")
    return given.by_fold.get(fold, "")


def same_names(labels: Iterable[str], answers: Answers) -> Iterator[Question]:
    """Yield a question for each label that may be another one, written otherwise."""
    seen: dict[str, str] = {}
    wanted = [label for label in dict.fromkeys(labels) if label]
    for label in wanted:
        fold = folded(label)
        first = seen.setdefault(fold, label)
        if first != label and not _is_settled(label, answers):
            yield Question(
                f"same/{label}",
                tell("`{one}` and `{other}` are written differently", one=first, other=label),
                tell("they are the same"),
                tell("`same` or `different`"),
            )
    if len(wanted) <= MOST_COMPARED:
        yield from _near_names(list(seen.values()), answers)


def _near_names(labels: list[str], answers: Answers) -> Iterator[Question]:
    for at, label in enumerate(labels):
        fold = folded(label)
        if len(fold) < _LONG_ENOUGH or _is_settled(label, answers):
            continue
        for other in labels[:at]:
            near = folded(other)
            is_counted = re.sub(r"\d", "", near) == re.sub(r"\d", "", fold)
            if len(near) < _LONG_ENOUGH or is_counted:
                continue
            if distance(fold, near, _SLIPS) <= _SLIPS:
                yield Question(
                    f"same/{label}",
                    tell("`{one}` and `{other}` are nearly the same", one=other, other=label),
                    tell("they are two"),
                    tell("`same` or `different`; a name that is `same` takes the first one's id"),
                )


def _is_settled(label: str, answers: Answers) -> bool:
    return bool(answers.get(f"same/{label}")) or label in answers.names


def _named(label: str, answers: Answers) -> GivenName:
    found = answers.names.get(label)
    return found if found is not None else GivenName()


def _free(made: str, used: Container[str]) -> str:
    if made not in used:
        return made
    number = 2
    while f"{made}-{number}" in used:
        number += 1
    return f"{made}-{number}"
