"""What the dialogue of `remit ask` says."""

from __future__ import annotations

from remit.engine.wording import Language, mark, speaking, tell_marked

__all__ = ["phrase"]

_PHRASES: dict[str, str] = {
    "title": mark("who answers for `{activity}`?"),
    "possible": mark("{count} answers are possible"),
    "more": mark("and {count} more: answer with a name"),
    "settled": mark("then it is {owner}"),
    "settled-nobody": mark("then nobody answers"),
    "settled-not-needed": mark("then it is not needed"),
    "prompt": mark("1 to {last}"),
    "prompt-more": mark("`?` why, `b` back, Enter not known"),
    "prompt-value": mark("or a value, as `={example}`"),
    "why": mark("because it bears on who answers; of {count} possible answers, it leaves:"),
    "why-bits": mark("expected to settle {percent} of what is open"),
    "back-none": mark("there is no answer to take back"),
    "back": mark("taken back: `{dimension}`"),
    "not-known": mark("`{dimension}` is left open"),
    "no-choice": mark("there is no choice {number}; answer 1 to {last}"),
    "not-here": mark("`{value}` cannot be, after what was said before"),
    "nobody": mark("nobody"),
    "not-needed": mark("nobody, as it is not needed"),
    "answers": mark("{owner} answers for `{activity}`"),
    "answer-all": mark("{owner} all answer for `{activity}`, which the pack leaves contested"),
    "nobody-answers": mark("nobody answers for `{activity}`: the pack has a gap here"),
    "none-needed": mark("`{activity}` is not needed in this event"),
    "open": mark("it stays open who answers for `{activity}`: {owners}"),
    "missing": mark("it depends on {names}"),
    "by": mark("by the duty `{duty}`, at {place}"),
    "basis": mark("basis: {basis}"),
    "known": mark("what is known"),
    "nothing-known": mark("nothing yet"),
    "stopped": mark("stopped before it was certain"),
    "prompt-join": mark("; "),
    "or": mark(" or "),
    "and": mark(" and "),
}


def phrase(key: str, language: Language, **parts: object) -> str:
    """Return one phrase with its parts filled in."""
    with speaking(language):
        return tell_marked(_PHRASES[key]).format(**parts)
