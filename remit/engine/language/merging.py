"""Joining what several files, or several packs, say of the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from remit.engine.language.problems import Problems, in_ticks
from remit.engine.pack import Subject
from remit.engine.spans import Related, Span
from remit.engine.wording import mark, tell, tell_marked

__all__ = ["join_names", "join_subjects", "report_twice"]


class _Placed(Protocol):
    @property
    def span(self) -> Span: ...


P = TypeVar("P", bound=_Placed)

_SCALARS = ("label", "kind", "under", "lead")


def join_names(groups: Iterable[Mapping[str, P]], what: str, problems: Problems) -> dict[str, P]:
    """Return all of `groups` in one; a name declared twice is an error at the second place.

    The same value met twice, through two higher packs that extend one, is no second declaration.
    """
    joined: dict[str, P] = {}
    for group in groups:
        for name, value in group.items():
            first = joined.setdefault(name, value)
            if first is not value:
                report_twice(
                    tell(
                        "{what} {name} is declared twice",
                        what=tell_marked(what),
                        name=in_ticks(name),
                    ),
                    value.span,
                    first.span,
                    problems,
                )
    return joined


def join_subjects(parts: Iterable[Subject], problems: Problems) -> dict[str, Subject]:
    """Return subjects by name; what several files say of one is joined."""
    joined: dict[str, Subject] = {}
    for part in parts:
        first = joined.get(part.name)
        joined[part.name] = part if first is None else _join(first, part, problems)
    for subject in joined.values():
        _refuse_repeated(subject, problems)
        _check_joint(subject, problems)
    return joined


def _refuse_repeated(subject: Subject, problems: Problems) -> None:
    """Record an error for every duty and every grant whose id the subject has before."""
    duties = [(duty.id, duty.span) for duty in subject.duties]
    grants = [(grant.id, grant.span) for grant in subject.authority]
    for are_duties, members in ((True, duties), (False, grants)):
        first: dict[str, Span] = {}
        for name, span in members:
            if name in first:
                parts = {"subject": in_ticks(subject.name), "name": in_ticks(name)}
                message = (
                    tell("two duties of {subject} are named {name}", **parts)
                    if are_duties
                    else tell("two grants of {subject} are named {name}", **parts)
                )
                report_twice(message, span, first[name], problems, tell("give one another `id`"))
            first.setdefault(name, span)


def report_twice(
    message: str,
    span: Span,
    first: Span,
    problems: Problems,
    help_: str = mark("keep one, or give one another name"),
) -> None:
    """Record that something at `span` was said before, at `first`."""
    problems.at_span(
        span,
        message,
        help=tell_marked(help_),
        related=(Related(first, tell("first written here")),),
    )


def _join(first: Subject, second: Subject, problems: Problems) -> Subject:
    for key in _SCALARS:
        if getattr(first, key) is not None and getattr(second, key) is not None:
            message = tell(
                "{key} of {first} is written twice", key=in_ticks(key), first=in_ticks(first.name)
            )
            report_twice(
                message, second.spans[key], first.spans[key], problems, tell("keep one of the two")
            )
    for kind in first.staff:
        if kind in second.staff:
            message = tell(
                "staff {kind} of {first} is counted twice",
                kind=in_ticks(kind),
                first=in_ticks(first.name),
            )
            report_twice(
                message,
                second.spans["staff"],
                first.spans["staff"],
                problems,
                tell("keep one of the two"),
            )
    return replace(
        first,
        label=first.label or second.label,
        kind=first.kind or second.kind,
        under=first.under or second.under,
        lead=first.lead or second.lead,
        staff={**second.staff, **first.staff},
        deputies=(*first.deputies, *second.deputies),
        members=(*first.members, *second.members),
        contacts=(*first.contacts, *second.contacts),
        authority=(*first.authority, *second.authority),
        prohibitions=(*first.prohibitions, *second.prohibitions),
        assists_only=(*first.assists_only, *second.assists_only),
        duties=(*first.duties, *second.duties),
        lends=(*first.lends, *second.lends),
        rates={**second.rates, **first.rates},
        spans={**second.spans, **first.spans},
    )


def _check_joint(subject: Subject, problems: Problems) -> None:
    """Refuse a joint subject that is its own member, or whose lead is none."""
    name, lead, members = subject.name, subject.lead, subject.members
    if name in members:
        message = tell("{name} cannot be a member of itself", name=in_ticks(name))
        problems.at_span(
            subject.spans["members"], message, help=tell("name the bodies it is made of")
        )
    if lead is None or lead in members:
        return
    if members:
        message = tell("{lead} is not among the members", lead=in_ticks(lead))
        help_ = problems.suggestion(lead, members, f"member of {name}") or tell(
            "add it to `members`"
        )
    else:
        message = tell("only a joint subject has a `lead`")
        help_ = tell("add `members`, or remove it")
    problems.at_span(subject.spans["lead"], message, help=help_)
