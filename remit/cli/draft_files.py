"""The files of a draft pack: YAML in which every duty names the cell it came from."""

from __future__ import annotations

from collections.abc import Iterator

from remit.cli.yaml_words import comment, label_of, name, region, text
from remit.engine.charts.draft import Draft, DraftActivity, DraftDuty, DraftSubject

__all__ = ["draft_files"]

MOST_PLACES = 6
"""Cells named beside a duty; the rest are counted."""


def draft_files(draft: Draft, pack: str, label: str, source: str) -> dict[str, str]:
    """Return the text of each file of a pack, by its path within it.

    Args:
        pack: the name of the pack.
        label: the name shown to people.
        source: the file the chart was read from, as people see it.
    """
    files = {
        "pack.yaml": _pack(draft, pack, label, source),
        "vocabulary.yaml": _vocabulary(draft),
    }
    for subject in draft.subjects:
        files[f"subjects/{subject.id}.yaml"] = _subject(subject)
    return files


def _pack(draft: Draft, pack: str, label: str, source: str) -> str:
    lines = [
        f"# A draft, read from {comment(source)}; what it leaves open is in QUESTIONS.md.",
        "remit: 1",
        f"pack: {name(pack)}",
        "version: 1",
        f"label: {label_of(label)}",
    ]
    if draft.lead:
        lines.append(f"lead: {name(draft.lead)}")
    return "\n".join(lines) + "\n"


def _vocabulary(draft: Draft) -> str:
    lines: list[str] = []
    if draft.dimensions:
        lines.append("dimensions:")
    for dimension in draft.dimensions:
        values = ", ".join(map(name, dimension.values))
        lines += [f"  {name(dimension.name)}:", f"    values: [{values}]", "    labels:"]
        lines += [
            f"      {name(one)}: {label_of(label)}" for one, label in dimension.values.items()
        ]
    lines.append("activities:")
    section = ""
    for activity in draft.activities:
        if activity.section != section:
            section = activity.section
            lines += ["", f"  # {comment(section)}"] if section else [""]
        lines += _activity(activity)
    return "\n".join(lines) + "\n"


def _activity(activity: DraftActivity) -> Iterator[str]:
    yield f"  {name(activity.id)}: # {comment(activity.place)}"
    yield f"    label: {label_of(activity.label)}"
    if activity.needed:
        yield f"    needed: {region(activity.needed)}"


def _subject(subject: DraftSubject) -> str:
    lines = [f"# {comment(subject.group)}"] if subject.group else []
    lines.append(f"subject: {name(subject.id)} # {comment(subject.place)}")
    lines.append(f"label: {label_of(subject.label)}")
    if subject.duties:
        lines.append("duties:")
    for duty in subject.duties:
        lines += _duty(duty)
    return "\n".join(lines) + "\n"


def _duty(duty: DraftDuty) -> Iterator[str]:
    letters = duty.letters[0] if len(duty.letters) == 1 else f"[{', '.join(duty.letters)}]"
    yield f"  - id: {name(duty.id)}"
    yield f"    activity: {name(duty.activity)}"
    yield f"    role: {letters} # {_places(duty.places)}"
    if duty.when:
        yield f"    when: {region(duty.when)}"
    if duty.basis:
        yield f"    basis: {text(duty.basis)}"


def _places(places: tuple[str, ...]) -> str:
    shown = ", ".join(places[:MOST_PLACES])
    more = len(places) - MOST_PLACES
    return comment(f"{shown} + {more}" if more > 0 else shown)
