"""What a chart says that a pack cannot: two who answer for one thing, nobody, one party twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from remit.engine.charts.chart import Answers, Assignment, Chart, Question, Setting
from remit.engine.charts.names import Names
from remit.engine.charts.scheme import Scheme
from remit.engine.pack import Letter
from remit.engine.wording import tell

__all__ = ["review"]

_Cells = Mapping[tuple[str, Setting], list[Assignment]]


def review(chart: Chart, scheme: Scheme, subjects: Names, answers: Answers) -> Iterator[Question]:
    """Yield what to ask about each activity, in the order of the chart."""
    cells: dict[tuple[str, Setting], list[Assignment]] = {}
    for one in chart.assignments:
        cells.setdefault((one.activity, one.setting), []).append(one)
    yield from _rows(chart, scheme, subjects, cells, answers)
    yield from _twice(scheme, subjects, cells, answers)
    held = {subjects.ids[one.party] for one in chart.assignments}
    for party, place in chart.parties.items():
        key = f"idle/{place}"
        if subjects.ids[party] not in held and not answers.get(key):
            yield Question(
                key,
                tell("`{party}` has no letter anywhere", party=party),
                tell("it is a subject without duties"),
                tell("`keep`"),
            )


def _rows(
    chart: Chart, scheme: Scheme, subjects: Names, cells: _Cells, answers: Answers
) -> Iterator[Question]:
    has_doers = any("responsible" in meaning for meaning in scheme.meanings.values())
    filled = {activity for activity, _ in cells}
    for row in chart.rows:
        found = cells.get((row.activity, row.setting), [])
        if not found and row.activity in filled:
            yield from _asked(_blank(row.activity, row.setting, row.place), answers)
            continue
        owners = _with("accountable", found, scheme, subjects)
        if len(owners) != 1:
            yield from _asked(_owners(row.activity, row.setting, row.place, owners), answers)
        if found and has_doers and not _with("responsible", found, scheme, subjects):
            key = f"no-doer/{_row_key(row.place, row.setting)}"
            yield from _asked(
                Question(
                    key,
                    tell("nobody does `{activity}`", activity=_shown(row.activity, row.setting)),
                    tell("nobody is responsible: `remit check` will say so"),
                    tell("`keep`, or cells, as `C7=R`"),
                ),
                answers,
            )


def _asked(question: Question, answers: Answers) -> Iterator[Question]:
    if not answers.get(question.key):
        yield question


def _owners(
    activity: str, setting: Setting, place: str, owners: Mapping[str, Assignment]
) -> Question:
    shown = _shown(activity, setting)
    if not owners:
        return Question(
            f"no-owner/{_row_key(place, setting)}",
            tell("nobody answers for `{activity}`", activity=shown),
            tell("nobody is accountable: `remit check` will show the gap"),
            tell("`keep`, or cells, as `C7=A`"),
        )
    names = ", ".join(f"`{one.party}` ({one.place})" for one in owners.values())
    first = next(iter(owners.values())).place.rpartition("!")[2]
    return Question(
        f"two-owners/{_row_key(place, setting)}",
        tell("several answer for `{activity}`: {names}", activity=shown, names=names),
        tell("all are accountable: `remit check` will show the overlap"),
        tell("`keep`, or cells that are otherwise, as `{cell}=R`", cell=first),
    )


def _blank(activity: str, setting: Setting, place: str) -> Question:
    return Question(
        f"blank/{_row_key(place, setting)}",
        tell("nobody has a letter for `{activity}`", activity=_shown(activity, setting)),
        tell("it is not needed then"),
        tell("`keep`, or cells, as `C7=A`"),
    )


def _with(
    letter: Letter, found: list[Assignment], scheme: Scheme, subjects: Names
) -> Mapping[str, Assignment]:
    """Return the assignments that give a letter, one a subject."""
    return {
        subjects.ids[one.party]: one
        for one in reversed(found)
        if any(letter in scheme.meanings[code] for code in one.codes)
    }


def _twice(scheme: Scheme, subjects: Names, cells: _Cells, answers: Answers) -> Iterator[Question]:
    """Yield a question where one party is named twice for one thing, not in one cell."""
    for (activity, setting), found in cells.items():
        seen: dict[str, Assignment] = {}
        for one in found:
            first = seen.setdefault(subjects.ids[one.party], one)
            key = f"twice/{one.place}"
            both = {letter for o in (first, one) for c in o.codes for letter in scheme.meanings[c]}
            # WHY not these: who answers for a thing and does it, too, is named under both letters.
            is_plain = both == {"accountable", "responsible"} and first.codes != one.codes
            if first is one or is_plain or answers.get(key):
                continue
            yield Question(
                key,
                tell(
                    "`{party}` is named twice for `{activity}`: {places}",
                    party=one.party,
                    activity=_shown(activity, setting),
                    places=f"{first.place} `{'/'.join(first.codes)}`, "
                    f"{one.place} `{'/'.join(one.codes)}`",
                ),
                tell("it has both letters"),
                tell("`keep`, or a cell, as `{cell}=-`", cell=one.place.rpartition("!")[2]),
            )


def _row_key(place: str, setting: Setting) -> str:
    values = "/".join(value for _, value in setting)
    return f"{place}/{values}" if values else place


def _shown(activity: str, setting: Setting) -> str:
    values = ", ".join(value for _, value in setting)
    return f"{activity} ({values})" if values else activity
