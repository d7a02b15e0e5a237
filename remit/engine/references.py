"""Cross references: every name in a pack must be one that is declared, and no exception may except
itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from remit.engine.model.base import Reference
from remit.engine.pack import Duty
from remit.engine.problems import Problems, in_ticks, one_of
from remit.engine.spans import Related

__all__ = ["Declared", "check_exceptions", "check_references"]

_SHORT_LIST = 8
"""Names listed as expected; of more only a near one is suggested."""


@dataclass(slots=True)
class Declared:
    """The names that may be referred to, by kind.

    Args:
        excused: kinds of which some declarations could not be read; a name not known among them is
            passed over.
        above: what the higher packs declare and this pack may not refer to, by kind and name, with
            the reason.
    """

    names: dict[str, set[str]] = field(default_factory=dict)
    excused: set[str] = field(default_factory=set)
    above: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, kind: str, names: Iterable[str]) -> None:
        """Let `names` of `kind` be referred to."""
        self.names.setdefault(kind, set()).update(names)


def check_references(
    references: Iterable[Reference], declared: Declared, problems: Problems
) -> None:
    """Record an error for every name that is not declared."""
    for kind, name, source, start, end in references:
        if name in declared.names.get(kind, ()) or kind in declared.excused:
            continue
        if kind == "lead":
            problems.at(
                source,
                (start, end),
                "the pack has no `lead`, so no event has an owner",
                help=_LEAD_HELP,
            )
            continue
        names = declared.names.get(kind, set())
        reason = declared.above.get((kind, name), "")
        problems.at(
            source,
            (start, end),
            f"there is no {kind} {in_ticks(name)}",
            expected=_expected(kind, names),
            help=reason or problems.suggestion(name, sorted(names), kind),
        )


_LEAD_HELP = "add `lead:` and an activity to `pack.yaml`"


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
        message = f"the duty {in_ticks(names[0])} is an exception to itself"
    else:
        message = f"these duties are exceptions to each other in a circle: {', '.join(map(in_ticks, names))}"
    spans = [
        next(found.span for found in duties[name].exception_to if found.name == after)
        for name, after in zip(names, [*names[1:], names[0]], strict=True)
    ]
    related = tuple(Related(span, "and here") for span in spans[1:])
    problems.at_span(spans[0], message, help="remove one of the exceptions", related=related)


def _expected(kind: str, names: set[str]) -> str:
    if not names:
        return f"a declared {kind}; there is none"
    return (
        one_of(sorted(names)) if len(names) <= _SHORT_LIST else f"one of the {len(names)} declared"
    )
