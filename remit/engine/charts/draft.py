"""A draft pack made of a chart: what its files will say, and what the chart leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from remit.engine.charts.chart import Answers, Assignment, Chart, Question, Setting
from remit.engine.charts.names import Names, name_all, same_names
from remit.engine.charts.review import review
from remit.engine.charts.scheme import Scheme, scheme_of
from remit.engine.charts.surroundings import places_words
from remit.engine.pack import LETTERS, Letter
from remit.engine.wording import tell

__all__ = ["Draft", "DraftActivity", "DraftDimension", "DraftDuty", "DraftSubject", "draft_of"]

Region = tuple[Mapping[str, tuple[str, ...]], ...]
"""A union of boxes, each the values a dimension may have; no boxes at all is every event."""

MOST_NAMES = 60
"""Names listed in one question."""
LEADS = ("command", "unified-command", "incident-command")
"""Ids of an activity that leads, if a chart has one."""
_LEAD_LABELS = ("统一指挥", "总指挥", "指挥协调")


@dataclass(frozen=True, slots=True)
class DraftDimension:
    """A dimension: its values in the order of the chart, with their labels."""

    name: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DraftActivity:
    """An activity; `section` is the heading it stood under, `place` its cell."""

    id: str
    label: str
    needed: Region
    section: str
    place: str


@dataclass(frozen=True, slots=True)
class DraftDuty:
    """A duty, and the cells it was read from."""

    id: str
    activity: str
    letters: tuple[Letter, ...]
    when: Region
    basis: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftSubject:
    """A subject; `group` is the heading it stood under."""

    id: str
    label: str
    group: str
    place: str
    duties: tuple[DraftDuty, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a draft pack says.

    Args:
        lead: the activity that leads, or empty.
        scheme: what the letters were taken for.
        questions: in the order of the chart.
        named: the id of every label that was given one, by label.
    """

    dimensions: tuple[DraftDimension, ...]
    activities: tuple[DraftActivity, ...]
    subjects: tuple[DraftSubject, ...]
    lead: str
    scheme: Scheme
    questions: tuple[Question, ...]
    notes: tuple[str, ...]
    named: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Words:
    """The ids of everything in a chart."""

    activities: Names
    subjects: Names
    values: Mapping[str, Names]

    def setting(self, setting: Setting) -> Mapping[str, str]:
        """Return a setting in ids."""
        return {name: self.values[name].ids[value] for name, value in setting}


def draft_of(chart: Chart, answers: Answers) -> Draft:
    """Return the draft of a pack that says what a chart says."""
    used = [code for one in chart.assignments for code in one.codes]
    scheme = scheme_of(used, chart.legend, answers)
    words = _words(chart, answers)
    dimensions = tuple(
        DraftDimension(name, words.values[name].labels)
        for name in chart.dimensions
        if words.values[name].labels
    )
    activities = _activities(chart, words, dimensions)
    lead, asked = _lead(activities, words.activities.ids, answers)
    labels = ([row.activity for row in chart.rows], [*chart.parties, *_held(chart)])
    questions = (
        *scheme.questions,
        *chart.questions,
        *same_names(labels[0], answers),
        *same_names(labels[1], answers),
        *review(chart, scheme, words.subjects, answers),
        *_numbered(words, answers),
        *asked,
    )
    named = {**words.activities.ids, **words.subjects.ids}
    for names in words.values.values():
        named.update(names.ids)
    return Draft(
        dimensions,
        activities,
        _subjects(chart, words, scheme, dimensions),
        lead,
        scheme,
        tuple({one.key: one for one in questions}.values()),
        chart.notes,
        named,
    )


def _held(chart: Chart) -> list[str]:
    return [one.party for one in chart.assignments]


def _words(chart: Chart, answers: Answers) -> _Words:
    settings = [*(row.setting for row in chart.rows), *(one.setting for one in chart.assignments)]
    values = {
        name: name_all(
            (value for setting in settings for own, value in setting if own == name), name, answers
        )
        for name in chart.dimensions
    }
    return _Words(
        name_all(
            (*(row.activity for row in chart.rows), *(one.activity for one in chart.assignments)),
            "activity",
            answers,
        ),
        name_all((*chart.parties, *_held(chart)), "subject", answers),
        values,
    )


def _activities(
    chart: Chart, words: _Words, dimensions: Sequence[DraftDimension]
) -> tuple[DraftActivity, ...]:
    active: dict[str, list[Mapping[str, str]]] = {}
    for one in chart.assignments:
        name = words.activities.ids[one.activity]
        active.setdefault(name, []).append(words.setting(one.setting))
    settings: dict[str, list[Mapping[str, str]]] = {}
    first: dict[str, tuple[str, str]] = {}
    for row in chart.rows:
        name = words.activities.ids[row.activity]
        settings.setdefault(name, []).append(words.setting(row.setting))
        first.setdefault(name, (row.section, row.place))
    return tuple(
        DraftActivity(
            name,
            words.activities.labels[name],
            _region(active.get(name, settings[name]), dimensions),
            *first[name],
        )
        for name in settings
    )


def _subjects(
    chart: Chart, words: _Words, scheme: Scheme, dimensions: Sequence[DraftDimension]
) -> tuple[DraftSubject, ...]:
    held: dict[str, list[Assignment]] = {name: [] for name in words.subjects.labels}
    for one in chart.assignments:
        held[words.subjects.ids[one.party]].append(one)
    labels = {words.subjects.ids[label]: label for label in reversed(list(words.subjects.ids))}
    return tuple(
        DraftSubject(
            name,
            words.subjects.labels[name],
            chart.groups.get(labels[name], ""),
            chart.parties.get(labels[name], assigned[0].place if assigned else ""),
            _duties(assigned, words, scheme, dimensions),
        )
        for name, assigned in held.items()
    )


def _duties(
    assigned: Iterable[Assignment],
    words: _Words,
    scheme: Scheme,
    dimensions: Sequence[DraftDimension],
) -> tuple[DraftDuty, ...]:
    cells: dict[tuple[str, tuple[tuple[str, str], ...]], list[Assignment]] = {}
    for one in assigned:
        setting = tuple(words.setting(one.setting).items())
        cells.setdefault((words.activities.ids[one.activity], setting), []).append(one)
    merged: dict[tuple[str, tuple[Letter, ...], str], list[tuple[Mapping[str, str], str]]] = {}
    for (activity, setting), several in cells.items():
        found = {
            letter for one in several for code in one.codes for letter in scheme.meanings[code]
        }
        letters = tuple(letter for letter in LETTERS if letter in found)
        basis = "; ".join(dict.fromkeys(one.basis for one in several if one.basis))
        for one in several if letters else ():
            merged.setdefault((activity, letters, basis), []).append((dict(setting), one.place))
    used: dict[str, int] = {}
    duties: list[DraftDuty] = []
    for (activity, letters, basis), parts in merged.items():
        used[activity] = used.get(activity, 0) + 1
        name = activity if used[activity] == 1 else f"{activity}-{used[activity]}"
        when = _region([setting for setting, _ in parts], dimensions)
        places = tuple(dict.fromkeys(place for _, place in parts))
        duties.append(DraftDuty(name, activity, letters, when, basis, places))
    return tuple(duties)


def _region(settings: Iterable[Mapping[str, str]], dimensions: Sequence[DraftDimension]) -> Region:
    """Return settings as a union of few boxes; nothing if they are every event."""
    boxes: list[dict[str, tuple[str, ...]]] = [
        {name: (value,) for name, value in one.items()} for one in settings
    ]
    for dimension in dimensions:
        boxes = _joined(boxes, dimension)
    return () if any(not box for box in boxes) else tuple(boxes)


def _joined(
    boxes: Sequence[Mapping[str, tuple[str, ...]]], dimension: DraftDimension
) -> list[dict[str, tuple[str, ...]]]:
    """Return boxes that differ in one dimension alone made one; all its values are none."""
    values: dict[tuple[tuple[str, tuple[str, ...]], ...], set[str]] = {}
    everything = set(dimension.values)
    for box in boxes:
        rest = tuple(sorted((k, v) for k, v in box.items() if k != dimension.name))
        values.setdefault(rest, set()).update(box.get(dimension.name, everything))
    found: list[dict[str, tuple[str, ...]]] = []
    for rest, own in values.items():
        box = dict(rest)
        if own != everything:
            box[dimension.name] = tuple(value for value in dimension.values if value in own)
        found.append(box)
    return found


def _lead(
    activities: Sequence[DraftActivity], ids: Mapping[str, str], answers: Answers
) -> tuple[str, tuple[Question, ...]]:
    known = {one.id: one for one in activities}
    answer = answers.get("lead")
    by_label = {**ids, **{one.label: one.id for one in activities}}
    if answer in known or answer in by_label:
        return (answer if answer in known else by_label[answer]), ()
    found = next((one.id for one in activities if one.id in LEADS or one.label in _LEAD_LABELS), "")
    if answer or not activities:
        return found, ()
    assumed = (
        tell("`{name}`, by its name", name=found)
        if found
        else tell("none; `remit resolve` names no owner")
    )
    return found, (
        Question(
            "lead",
            tell("which activity leads: who is accountable for it owns the whole incident"),
            assumed,
            tell("the activity, by id or label; `keep`; or the option `--lead`"),
        ),
    )


def _numbered(words: _Words, answers: Answers) -> tuple[Question, ...]:
    names = (words.activities, words.subjects, *words.values.values())
    numbered = [label for one in names for label in one.numbered]
    if not numbered or answers.get("names"):
        return ()
    shown = places_words(numbered, MOST_NAMES)
    return (
        Question(
            "names",
            tell("no id can be made of these names: {names}", names=shown),
            tell("they are numbered in the order of the chart; their labels are kept"),
            tell(
                "`keep`, or ids, as `{name}=street-office`; or a file: `--names`", name=numbered[0]
            ),
        ),
    )
