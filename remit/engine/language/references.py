"""Cross references: every name is declared somewhere, and no exception excepts itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from remit.engine.language.model.base import Reference
from remit.engine.language.problems import Problems, in_ticks, one_of, some_of
from remit.engine.pack import Duty
from remit.engine.spans import Related
from remit.engine.wording import mark, tell, tell_marked

__all__ = ["Declared", "check_exceptions", "check_references"]

_NAME = re.compile(r"[a-z0-9]+(?:[-/][a-z0-9]+)*")
MOST_RELATED = 8
"""Places shown of one circle."""
_SHORT_LIST = 8
"""Names listed as expected; of more only a near one is suggested."""


@dataclass(slots=True)
class Declared:
    """The names that may be referred to, by kind.

    Args:
        excused: kinds of which some declarations could not be seen at all; a name that is not known
            is passed over then.
        words: words of files that could not be read; a name made of these may be declared there.
        above: what the higher packs declare and this pack may not refer to, by kind and name, with
            the reason.
    """

    names: dict[str, set[str]] = field(default_factory=dict)
    excused: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    above: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, kind: str, names: Iterable[str]) -> None:
        """Let `names` of `kind` be referred to."""
        self.names.setdefault(kind, set()).update(names)

    def is_excused(self, kind: str, name: str) -> bool:
        """Return whether `name` may be declared where it could not be read."""
        return kind in self.excused or (bool(self.words) and self.words.issuperset(name.split("/")))


def check_references(
    references: Iterable[Reference], declared: Declared, problems: Problems
) -> None:
    """Record an error for every name that is not declared."""
    valid: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for reference in references:
        kind, name = reference.kind, reference.name
        known = declared.names.get(kind, set())
        if name in known or declared.is_excused(kind, name):
            continue
        place = (reference.start, reference.end)
        if kind == "lead":
            message = tell("the pack has no `lead`, so no event has an owner")
            problems.at(reference.source, place, message, help=tell_marked(_LEAD_HELP))
            continue
        reason = declared.above.get((kind, name), "")
        among = (kind, reference.also)
        if among not in valid:
            valid[among] = sorted((*filter(_NAME.fullmatch, known), *reference.also))
        problems.at(
            reference.source,
            place,
            tell("there is no {kind} {name}", kind=tell_marked(kind), name=in_ticks(name)),
            expected=_expected(kind, valid[among]),
            help=reason or problems.suggestion(name, valid[among], str(among)),
        )


_LEAD_HELP = mark("add `lead:` and an activity to `pack.yaml`")


def check_exceptions(duties: Mapping[str, Duty], problems: Problems) -> None:
    """Record an error for every circle of exceptions, once, at its first duty by name.

    Depth-first search with colours: a duty met again while it is open closes a circle (Cormen et
    al., section 22.3).
    Cost: linear in duties and exceptions.
    """
    done: set[str] = set()
    for start in sorted(duties):
        path: list[str] = []
        open_at: dict[str, int] = {}
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            name, step = stack.pop()
            if step == 0:
                if name in done:
                    continue
                open_at[name] = len(path)
                path.append(name)
            following = [found.name for found in duties[name].exception_to if found.name in duties]
            if step == len(following):
                done.add(path.pop())
                del open_at[name]
                continue
            stack.append((name, step + 1))
            if following[step] in open_at:
                _report_circle(path[open_at[following[step]] :], duties, problems)
            else:
                stack.append((following[step], 0))


def _report_circle(circle: list[str], duties: Mapping[str, Duty], problems: Problems) -> None:
    first = circle.index(min(circle))
    names = [*circle[first:], *circle[:first]]
    if len(names) == 1:
        message = tell("the duty {name} is an exception to itself", name=in_ticks(names[0]))
    else:
        message = tell(
            "these duties are exceptions to each other in a circle: {names}", names=some_of(names)
        )
    spans = [
        next(found.span for found in duties[name].exception_to if found.name == after)
        for name, after in zip(names, [*names[1:], names[0]], strict=True)
    ]
    related = tuple(Related(span, tell("and here")) for span in spans[1:MOST_RELATED])
    problems.at_span(spans[0], message, help=tell("remove one of the exceptions"), related=related)


def _expected(kind: str, names: list[str]) -> str:
    if not names:
        return tell("a declared {kind}; there is none", kind=tell_marked(kind))
    return (
        one_of(names)
        if len(names) <= _SHORT_LIST
        else tell("one of the {number} declared", number=len(names))
    )
