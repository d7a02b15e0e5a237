"""Which of the language's letters each letter of a chart is, and where that is not certain.

In this order: what was answered; what the chart's own legend or heads say; the word itself; and for
single letters the variant of RACI whose letters they are. Where the variants that have all letters
of the chart read one differently, the first is taken and the letter is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from remit.engine.charts.chart import Answers, Question
from remit.engine.charts.codes import SIGNS, TICKS
from remit.engine.charts.meanings import DOUBTFUL, VARIANTS, Meaning, folded, word_meaning
from remit.engine.wording import tell

__all__ = ["Scheme", "meaning_words", "scheme_of"]

_PLAIN = frozenset("RACI")
_BY_SIGN: Meaning = ("responsible",)


@dataclass(frozen=True, slots=True)
class Scheme:
    """The meaning of each letter of a chart.

    Args:
        meanings: by letter or word.
        variant: the name of the variant, or empty where words decide.
        reasons: where each meaning comes from, by letter.
    """

    meanings: Mapping[str, Meaning]
    variant: str
    reasons: Mapping[str, str]
    questions: tuple[Question, ...] = ()


def scheme_of(used: Iterable[str], legend: Mapping[str, str], answers: Answers) -> Scheme:
    """Return what the letters of a chart mean.

    Args:
        used: the letters and words in its cells and heads.
        legend: the word that the chart itself has for a letter.
    """
    codes = tuple(dict.fromkeys(used))
    singles = frozenset(code for code in codes if len(code) == 1 and code.isalpha())
    open_singles = singles - answers.letters.keys()
    fitting = _fitting(open_singles, legend)
    meanings: dict[str, Meaning] = {}
    reasons: dict[str, str] = {}
    doubts: dict[str, str] = {}
    for code in codes:
        found, reason, doubt = _meaning(code, open_singles, legend, answers, fitting)
        meanings[code], reasons[code], doubts[code] = found, reason, doubt
    _let_owners_do(meanings, legend, answers)
    questions = tuple(
        _question(code, meanings[code], doubt)
        for code, doubt in doubts.items()
        if doubt and not answers.get(f"letter/{code}")
    )
    variant = fitting[0] if fitting and open_singles else ""
    return Scheme(meanings, variant, reasons, questions)


def meaning_words(meaning: Meaning) -> str:
    """Return a meaning as it is written in options and answers: `accountable+responsible`."""
    return "+".join(meaning) or "none"


def _fitting(singles: frozenset[str], legend: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variants that have all letters, those that the legend speaks of alone."""
    covered = {name: len(singles & letters.keys()) for name, letters in VARIANTS.items()}
    # WHY the most: one unknown letter must not make the others unknown.
    fitting = [name for name, number in covered.items() if number == max(covered.values())]
    agreeing = [name for name in fitting if _agrees(VARIANTS[name], singles, legend)]
    if agreeing and any(code in legend for code in singles):
        return tuple(agreeing)
    if singles <= _PLAIN and singles & {"R", "A"}:
        # WHY: whoever has these letters alone means RACI, whatever else shares some of them.
        return ("RACI",)
    return tuple(sorted(fitting, key=lambda name: len(VARIANTS[name])))


def _agrees(
    variant: Mapping[str, tuple[str, Meaning]], singles: frozenset[str], legend: Mapping[str, str]
) -> bool:
    for code in singles & legend.keys() & variant.keys():
        told, own = word_meaning(legend[code]), variant[code][0]
        is_word = folded(own).split()[0][:6] in folded(legend[code])
        if not is_word and (told is None or told[1] != variant[code][1]):
            return False
    return True


def _meaning(
    code: str,
    singles: frozenset[str],
    legend: Mapping[str, str],
    answers: Answers,
    fitting: tuple[str, ...],
) -> tuple[Meaning, str, str]:
    """Return what a letter means, where that comes from, and the doubt about it, or nothing."""
    upper = code.upper()
    if upper in answers.letters:
        return answers.letters[upper], tell("as answered"), ""
    if code in legend:
        return _by_legend(code, legend[code], fitting)
    knowing = tuple(name for name in fitting if code in VARIANTS[name])
    if code in singles and knowing:
        return _by_variant(code, knowing, is_sure=knowing[0] == fitting[0])
    word = word_meaning(code) if len(code) > 1 else None
    if word is not None:
        doubt = tell("charts mean different things by it") if word[0] in DOUBTFUL else ""
        return word[1], tell("the word itself"), doubt
    if upper in SIGNS | TICKS:
        return (
            _BY_SIGN,
            tell("a sign without legend"),
            tell("it says that there is a part, not which"),
        )
    return (), tell("unknown"), tell("no variant has it beside the other letters")


def _by_legend(code: str, word: str, fitting: tuple[str, ...]) -> tuple[Meaning, str, str]:
    reason = tell("the chart says `{word}`", word=word)
    for name in fitting:
        own, meaning = VARIANTS[name].get(code, ("", ()))
        if own and folded(own).split()[0][:6] in folded(word):
            return meaning, reason, ""
    found = word_meaning(word)
    return (found[1] if found is not None else ()), reason, ""


def _by_variant(code: str, knowing: tuple[str, ...], *, is_sure: bool) -> tuple[Meaning, str, str]:
    """Return what a letter means in the first of the variants that have it.

    Args:
        is_sure: whether the rest of the letters are read by the same variant.
    """
    first = VARIANTS[knowing[0]][code][1]
    others = [
        f"{VARIANTS[name][code][0]} ({name})"
        for name in knowing
        if VARIANTS[name][code][1] != first
    ]
    readings = ", ".join([f"{VARIANTS[knowing[0]][code][0]} ({knowing[0]})", *others])
    is_open = others or not is_sure
    return first, knowing[0], tell("it may be {readings}", readings=readings) if is_open else ""


def _question(code: str, meaning: Meaning, doubt: str) -> Question:
    return Question(
        f"letter/{code}",
        tell("what `{code}` means: {doubt}", code=code, doubt=doubt),
        meaning_words(meaning),
        tell(
            "accountable, responsible, supports, consulted, informed, several with `+`, or none; "
            "or the option `--letters {code}={meaning}`",
            code=code,
            meaning=meaning_words(meaning),
        ),
    )


def _let_owners_do(
    meanings: dict[str, Meaning], legend: Mapping[str, str], answers: Answers
) -> None:
    """Let who leads also do the work, in a chart that has a word for helpers and none for doers."""
    open_signs = (SIGNS | TICKS) - legend.keys() - answers.letters.keys()
    if any(
        "responsible" in meaning for code, meaning in meanings.items() if code not in open_signs
    ):
        return
    for code, meaning in meanings.items():
        word = word_meaning(legend.get(code, code))
        is_doubtful = word is not None and word[0] in DOUBTFUL
        is_open = is_doubtful and code.upper() not in answers.letters
        if is_open and meaning == ("accountable",):
            meanings[code] = ("accountable", "responsible")
