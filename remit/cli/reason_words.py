"""Reasons in sentences, and as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rich.text import Text

from remit.cli.answers import holders_words
from remit.cli.reasons import Standing, SubjectCase
from remit.engine.pack import LETTERS, Duty, Letter, Pack
from remit.engine.resolution import Because, Resolution
from remit.engine.spans import Span
from remit.validators.nearest import Bar, nearest
from remit.validators.words import names_words, value_words, witness_words

__all__ = ["case_json", "case_words", "reasons_json", "reasons_words"]

MOST_NEAREST = 3
"""Duties shown that would answer if one part of them were written otherwise."""


def reasons_words(resolution: Resolution, activity: str, pack: Pack) -> Text:
    """Return who answers for an activity, and each duty that makes it so, in sentences."""
    text = _event(resolution)
    answer = resolution.activities.get(activity)
    if answer is None:
        return text.append(f"\n`{activity}` is not needed in this event")
    for letter in LETTERS:
        if answer.holders[letter].possible or letter in {"accountable", "responsible"}:
            text.append(f"\n{letter} for `{activity}`: {holders_words(answer.holders[letter])}")
    for because in answer.because:
        for line in _because(because, pack):
            text.append(f"\n{line}")
    if not answer.accountable.possible:
        text.append("\n\n" + "\n".join(_nearest(activity, resolution, pack)))
    if resolution.ask is not None:
        text.append(f"\n\nit depends on `{resolution.ask}`, which the event leaves open")
    return text


def _nearest(activity: str, resolution: Resolution, pack: Pack) -> Iterator[str]:
    """Yield what would have to be written otherwise for somebody to be accountable."""
    duties = [duty for duty in pack.duties() if duty.activity == activity]
    near = nearest(duties, "accountable", resolution.event.values, pack.vocabulary)
    yield "no duty makes anybody accountable here" + ("; the nearest would if" if near else "")
    for bar in near[:MOST_NEAREST]:
        yield f"  - {_bar(bar, resolution)} for `{bar.duty.name}`, at {_place(bar.span)}"


def _event(resolution: Resolution) -> Text:
    told = witness_words(resolution.event.values) or "anything"
    return Text().append("event: ", "bold").append(told)


def _because(because: Because, pack: Pack) -> Iterator[str]:
    duty = _duty(because.duty, pack)
    yield ""
    yield f"`{duty.subject}` is {_letters_words(duty.roles)} by the duty `{duty.name}`"
    yield f"  at {_place(because.span)}"
    if because.basis:
        yield f"  basis: {because.basis}"
    for name in because.overrides:
        other = _duty(name, pack)
        is_exception = because.duty in _exceptions_to(other, pack)
        how = "as its exception" if is_exception else "by precedence"
        yield f"  it takes the place of `{name}` {how}, at {_place(other.span)}"


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


def _letters_words(letters: Collection[Letter]) -> str:
    """Return what somebody with some letters is: "accountable, responsible and a supporter"."""
    words: dict[Letter, str] = {"supports": "a supporter"}
    told = [words.get(letter, letter) for letter in LETTERS if letter in letters]
    return " and ".join(filter(None, [", ".join(told[:-1]), *told[-1:]]))


def case_words(case: SubjectCase, resolution: Resolution, activity: str, pack: Pack) -> Text:
    """Return why a subject does or does not answer, and what would have to be written otherwise."""
    text = _event(resolution)
    if resolution.activities.get(activity) is None:
        text.append(f"\n`{activity}` is not needed in this event")
    text.append(f"\n{_part(case, activity)}")
    for standing in case.standings:
        for line in _standing(standing, resolution, pack):
            text.append(f"\n{line}")
    if not case.standings:
        text.append(f"\n\nit has no duty for `{activity}`: to answer, it would need one")
    for power in case.lacks:
        text.append(f"\n\nto be accountable it would also need the power `{power}`")
    return text


def _part(case: SubjectCase, activity: str) -> str:
    if not case.letters:
        return f"`{case.subject}` has no part in `{activity}` here"
    surely = "is" if case.is_certain else "may be"
    return f"`{case.subject}` {surely} {_letters_words(case.letters)} for `{activity}` here"


def _standing(standing: Standing, resolution: Resolution, pack: Pack) -> Iterator[str]:
    duty = standing.duty
    may, s = ("may ", "") if standing.open else ("", "s")
    yield ""
    yield f"its duty `{duty.name}` at {_place(duty.span)} makes it {_letters_words(duty.roles)}"
    if standing.bars:
        yield "  it does not hold here; it would if"
        yield from (f"  - {_bar(bar, resolution)}, at {_place(bar.span)}" for bar in standing.bars)
    elif standing.is_effective:
        yield f"  it {may}hold{s} here"
    else:
        yield f"  it {may}hold{s} here and has no effect"
    if standing.open:
        yield f"  that depends on {names_words(standing.open)}, which the event leaves open"
    for name in standing.overridden_by:
        yield f"  `{name}` {may}take{s} its place, at {_place(_duty(name, pack).span)}"


def _bar(bar: Bar, resolution: Resolution) -> str:
    if bar.kind == "unless":
        return "its `unless` did not take the event away"
    if bar.kind == "valid" or bar.dimension is None:
        return "it were valid on that day"
    value = value_words(resolution.event.values[bar.dimension])
    return f"`{bar.dimension}` allowed `{value}`"


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
