"""missing-translation: a text lacks a language that most texts of the pack have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from remit.engine.pack import Pack, Subject
from remit.engine.spans import Span
from remit.engine.texts import Text
from remit.engine.wording import tell, tell_count
from remit.validators.check import Check, Context, Fault
from remit.validators.words import every_language, names_words

__all__ = ["CHECK"]

LONGEST = 60
"""Characters of a text that are repeated in a message."""
Written = tuple[str, Text | None, Span]
"""What a text is of, the text, and its place."""


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each text by language that lacks one; plain texts have none to lack.

    Unless the pack says so, every text must have the languages that more than half of them have.
    """
    texts = [
        (what, text, span)
        for what, text, span in _texts(context.pack)
        if text is not None and "" not in dict(text.by_language)
    ]
    used = Counter(language for _, text, _ in texts for language, _ in text.by_language)
    usual = sorted(language for language, count in used.items() if 2 * count > len(texts))
    wanted = context.pack.checks.translation.languages or usual
    for what, text, span in texts:
        missing = [name for name in wanted if name not in dict(text.by_language)]
        if missing:
            yield _fault(what, text, span, missing)


def _fault(what: str, text: Text, span: Span, missing: list[str]) -> Fault:
    shown = " ".join(every_language(text).split())
    shown = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
    draft = CHECK.draft(
        tell("{what} is not there in {languages}", what=what, languages=names_words(missing)),
        span,
        label=tell("no {languages}", languages=names_words(missing)),
        notes=(tell("it says: {text}", text=shown),),
        help=tell_count(
            "add the language {languages} here",
            "add the {number} languages {languages} here",
            len(missing),
            languages=names_words(missing),
        ),
    )
    return Fault(draft)


def _texts(pack: Pack) -> Iterator[Written]:
    yield tell("the label of the pack"), pack.label, pack.span
    yield from _vocabulary_texts(pack)
    for name, subject in sorted(pack.subjects.items()):
        yield from _subject_texts(name, subject)
    for name, plan in sorted(pack.plans.items()):
        place = plan.spans.get("label", plan.span)
        yield tell("the label of the plan `{name}`", name=name), plan.label, place
    for name, signal in sorted(pack.signals.items()):
        yield tell("the label of the signal `{name}`", name=name), signal.label, signal.span
    for name, fund in sorted(pack.funds.items()):
        yield tell("the label of the fund `{name}`", name=name), fund.label, fund.span
        yield tell("the basis of the fund `{name}`", name=name), fund.basis, fund.span
    for name, stock in sorted(pack.reserves.items()):
        yield tell("the label of the stock `{name}`", name=name), stock.label, stock.span
    for _, roster in sorted(pack.rosters.items()):
        for person in roster.people:
            what = tell("the label of the person `{name}`", name=person.name)
            yield what, person.label, person.span
    for limit in pack.limits:
        what = tell("the basis of the limit on `{name}`", name=limit.activity)
        yield what, limit.basis, limit.span
    for entry in pack.accept:
        yield (
            tell("the reason of the acceptance of `{name}`", name=entry.code),
            entry.reason,
            entry.span,
        )


def _vocabulary_texts(pack: Pack) -> Iterator[Written]:
    """Yield the texts of this pack's own vocabulary; those above are told of there."""
    vocabulary, above = pack.vocabulary, [each.vocabulary for each in pack.higher]
    known = {id(one) for each in above for one in each.dimensions.values()}
    known |= {id(one) for each in above for one in each.activities.values()}
    known |= {id(one) for each in above for one in each.powers.values()}
    known |= {id(one) for each in above for one in each.unowned}
    for name, dimension in vocabulary.dimensions.items():
        if id(dimension) in known:
            continue
        what = tell("the label of the dimension `{name}`", name=name)
        yield what, dimension.label, dimension.span
        for value, text in dimension.labels.items():
            yield tell("the label of `{value}`", value=value), text, dimension.span
    for name, activity in vocabulary.activities.items():
        if id(activity) not in known:
            what = tell("the label of the activity `{name}`", name=name)
            yield what, activity.label, activity.span
    for name, power in vocabulary.powers.items():
        if id(power) not in known:
            yield tell("the label of the power `{name}`", name=name), power.label, power.span
            yield tell("the basis of the power `{name}`", name=name), power.basis, power.span
    for entry in vocabulary.unowned:
        if id(entry) not in known:
            what = tell("the reason why nobody owns `{name}`", name=entry.activity)
            yield what, entry.reason, entry.span


def _subject_texts(name: str, subject: Subject) -> Iterator[Written]:
    place = _place(subject.spans, "label", subject.span)
    yield tell("the label of `{name}`", name=name), subject.label, place
    yield (
        tell("the kind of `{name}`", name=name),
        subject.kind,
        _place(subject.spans, "kind", subject.span),
    )
    for grant in subject.authority:
        what = tell("the basis of the grant of `{power}`", power=grant.power)
        yield what, grant.basis, _place(grant.spans, "basis", grant.span)
    for entry in subject.prohibitions:
        what = tell("the basis of the prohibition of `{power}`", power=entry.power)
        yield what, entry.basis, _place(entry.spans, "basis", entry.span)
    for rule in subject.assists_only:
        what = tell("the basis of only assisting in `{activity}`", activity=rule.activity)
        yield what, rule.basis, _place(rule.spans, "basis", rule.span)
    for duty in subject.duties:
        what = tell("the label of the duty `{name}`", name=duty.name)
        yield what, duty.label, _place(duty.spans, "label", duty.span)
        what = tell("the basis of the duty `{name}`", name=duty.name)
        yield what, duty.basis, _place(duty.spans, "basis", duty.span)


def _place(spans: Mapping[str, Span], key: str, otherwise: Span) -> Span:
    return spans.get(key, otherwise)


CHECK = Check(
    code="V905",
    name="missing-translation",
    level="warning",
    family="the pack",
    summary="a text lacks a language that most texts of the pack have",
    faults=faults,
    options=frozenset({"languages"}),
)
