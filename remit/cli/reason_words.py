"""Reasons in sentences, and as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rich.text import Text

from remit.cli.answers import holders_words
from remit.cli.reasons import Standing, SubjectCase
from remit.engine.letter_words import letter_word
from remit.engine.pack import LETTERS, Duty, Letter, Pack
from remit.engine.resolution import Because, Resolution
from remit.engine.spans import Span
from remit.engine.wording import tell
from remit.validators.nearest import Bar, nearest
from remit.validators.words import all_of_words, names_words, value_words, witness_words

__all__ = [
    "case_json",
    "case_words",
    "letters_words",
    "not_needed",
    "reasons_json",
    "reasons_words",
]

MOST_NEAREST = 3
"""Duties shown that would answer if one part of them were written otherwise."""


def reasons_words(resolution: Resolution, activity: str, pack: Pack) -> Text:
    """Return who answers for an activity, and each duty that makes it so, in sentences."""
    text = _event(resolution)
    answer = resolution.activities.get(activity)
    if answer is None:
        return text.append("\n" + not_needed(activity))
    for letter in LETTERS:
        if answer.holders[letter].possible or letter in {"accountable", "responsible"}:
            line = tell(
                "{letter} for `{activity}`: {holders}",
                letter=letter_word(letter),
                activity=activity,
                holders=holders_words(answer.holders[letter]),
            )
            text.append(f"\n{line}")
    for because in answer.because:
        for line in _because(because, pack):
            text.append(f"\n{line}")
    if not answer.accountable.possible:
        text.append("\n\n" + "\n".join(_nearest(activity, resolution, pack)))
    if resolution.ask is not None:
        line = tell("it depends on `{ask}`, which the event leaves open", ask=resolution.ask)
        text.append(f"\n\n{line}")
    return text


def _nearest(activity: str, resolution: Resolution, pack: Pack) -> Iterator[str]:
    """Yield what would have to be written otherwise for somebody to be accountable."""
    duties = [duty for duty in pack.duties() if duty.activity == activity]
    near = nearest(duties, "accountable", resolution.event.values, pack.vocabulary)
    if near:
        yield tell("no duty makes anybody accountable here; the nearest would if")
    else:
        yield tell("no duty makes anybody accountable here")
    for bar in near[:MOST_NEAREST]:
        yield "  - " + tell(
            "{bar} for `{duty}`, at {place}",
            bar=_bar(bar, resolution),
            duty=bar.duty.name,
            place=_place(bar.span),
        )


def _event(resolution: Resolution) -> Text:
    told = witness_words(resolution.event.values) or tell("anything")
    return Text().append(tell("event: "), "bold").append(told)


def _because(because: Because, pack: Pack) -> Iterator[str]:
    duty = _duty(because.duty, pack)
    yield ""
    yield tell(
        "`{subject}` is {letters} by the duty `{duty}`",
        subject=duty.subject,
        letters=letters_words(duty.roles),
        duty=duty.name,
    )
    yield "  " + tell("at {place}", place=_place(because.span))
    if because.basis:
        yield "  " + tell("basis: {basis}", basis=because.basis)
    for name in because.overrides:
        other = _duty(name, pack)
        parts = {"duty": name, "place": _place(other.span)}
        if because.duty in _exceptions_to(other, pack):
            said = tell("it takes the place of `{duty}` as its exception, at {place}", **parts)
        else:
            said = tell("it takes the place of `{duty}` by precedence, at {place}", **parts)
        yield f"  {said}"


def _exceptions_to(duty: Duty, pack: Pack) -> set[str]:
    """Return the duties that name a duty in `exception_to`, directly or through others."""
    found: set[str] = set()
    waiting = [duty.name]
    while waiting:
        wanted = waiting.pop()
        named = [d.name for d in pack.duties() if wanted in {r.name for r in d.exception_to}]
        waiting += [name for name in named if name not in found]
        found.update(named)
    return found


def letters_words(letters: Collection[Letter]) -> str:
    """Return what somebody with some letters is: "accountable, responsible and a supporter"."""
    told = [
        tell("a supporter") if letter == "supports" else letter_word(letter)
        for letter in LETTERS
        if letter in letters
    ]
    return all_of_words(told)


def not_needed(activity: str) -> str:
    """Return that an activity is not needed in the event in question."""
    return tell("`{activity}` is not needed in this event", activity=activity)


def case_words(case: SubjectCase, resolution: Resolution, activity: str, pack: Pack) -> Text:
    """Return why a subject does or does not answer, and what would have to be written otherwise."""
    text = _event(resolution)
    if resolution.activities.get(activity) is None:
        text.append("\n" + not_needed(activity))
    text.append(f"\n{_part(case, activity)}")
    for standing in case.standings:
        for line in _standing(standing, resolution, pack):
            text.append(f"\n{line}")
    if not case.standings:
        line = tell(
            "it has no duty for `{activity}`: to answer, it would need one", activity=activity
        )
        text.append(f"\n\n{line}")
    for power in case.lacks:
        line = tell("to be accountable it would also need the power `{power}`", power=power)
        text.append(f"\n\n{line}")
    return text


def _part(case: SubjectCase, activity: str) -> str:
    if not case.letters:
        return tell(
            "`{subject}` has no part in `{activity}` here", subject=case.subject, activity=activity
        )
    letters = letters_words(case.letters)
    parts = {"subject": case.subject, "letters": letters, "activity": activity}
    if case.is_certain:
        return tell("`{subject}` is {letters} for `{activity}` here", **parts)
    return tell("`{subject}` may be {letters} for `{activity}` here", **parts)


def _standing(standing: Standing, resolution: Resolution, pack: Pack) -> Iterator[str]:
    duty = standing.duty
    yield ""
    yield tell(
        "its duty `{duty}` at {place} makes it {letters}",
        duty=duty.name,
        place=_place(duty.span),
        letters=letters_words(duty.roles),
    )
    if standing.bars:
        yield "  " + tell("it does not hold here; it would if")
        for bar in standing.bars:
            said = tell("{bar}, at {place}", bar=_bar(bar, resolution), place=_place(bar.span))
            yield f"  - {said}"
    else:
        yield f"  {_holding(standing)}"
    if standing.open:
        names = names_words(standing.open)
        yield "  " + tell("that depends on {names}, which the event leaves open", names=names)
    for name in standing.overridden_by:
        parts = {"duty": name, "place": _place(_duty(name, pack).span)}
        yield "  " + (
            tell("`{duty}` may take its place, at {place}", **parts)
            if standing.open
            else tell("`{duty}` takes its place, at {place}", **parts)
        )


def _holding(standing: Standing) -> str:
    """Return whether a duty without a bar holds, and has an effect."""
    if standing.is_effective:
        return tell("it may hold here") if standing.open else tell("it holds here")
    if standing.open:
        return tell("it may hold here and has no effect")
    return tell("it holds here and has no effect")


def _bar(bar: Bar, resolution: Resolution) -> str:
    if bar.kind == "unless":
        return tell("its `unless` did not take the event away")
    if bar.kind == "valid" or bar.dimension is None:
        return tell("it were valid on that day")
    value = value_words(resolution.event.values[bar.dimension])
    return tell("`{dimension}` allowed `{value}`", dimension=bar.dimension, value=value)


def _duty(name: str, pack: Pack) -> Duty:
    subject, _, id_ = name.partition("/")
    return next(duty for duty in pack.subjects[subject].duties if duty.id == id_)


def _place(span: Span) -> str:
    return f"{span.file}:{span.line}"


def reasons_json(resolution: Resolution, activity: str, pack: Pack) -> dict[str, object]:
    """Return the answer for one activity with every duty that decides it, as JSON has it."""
    told = resolution.to_json()
    answers = told.pop("activities")
    answer = answers.get(activity) if isinstance(answers, dict) else None
    return {
        **told,
        "activity": activity,
        "needed": answer is not None,
        "answer": answer,
        "overridden": {
            name: {"file": _duty(name, pack).span.file, "line": _duty(name, pack).span.line}
            for because in (resolution.activities[activity].because if answer else ())
            for name in because.overrides
        },
    }


def case_json(case: SubjectCase) -> dict[str, object]:
    """Return why a subject does or does not answer, as JSON has it."""
    return {
        "subject": case.subject,
        "letters": list(case.letters),
        "lacks": list(case.lacks),
        "duties": [
            {
                "duty": standing.duty.name,
                "file": standing.duty.span.file,
                "line": standing.duty.span.line,
                "effective": standing.is_effective,
                "bars": [
                    {
                        "kind": bar.kind,
                        "dimension": bar.dimension,
                        "file": bar.span.file,
                        "line": bar.span.line,
                        "column": bar.span.column,
                    }
                    for bar in standing.bars
                ],
                "open": list(standing.open),
                "overridden_by": list(standing.overridden_by),
            }
            for standing in case.standings
        ],
    }
