"""command-cycle: a subject that is, through others, under itself."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.graphs import cycles
from remit.engine.spans import Related, Span
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault
from remit.validators.command import superiors
from remit.validators.holders import labels_of
from remit.validators.words import label_words

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each circle of subjects."""
    above = superiors(context.pack)
    edges = {name: [superior] if superior else [] for name, superior in above.items()}
    for circle in cycles(edges):
        yield _fault(circle, context)


def _fault(circle: tuple[str, ...], context: Context) -> Fault:
    path = tell(" under ").join(f"`{name}`" for name in (*circle, circle[0]))
    others = [
        Related(_place(name, context), tell("`{name}` is under the next", name=name))
        for name in circle[1:]
    ]
    draft = CHECK.draft(
        tell("the line of command runs in a circle: {path}", path=path),
        _place(circle[0], context),
        subjects=circle,
        label=tell("`{circle}` is under itself", circle=circle[0]),
        related=tuple(others),
        notes=label_words(labels_of(context.pack, None, circle)),
        help=tell("delete one `under`, or let it name a subject outside the circle"),
    )
    return Fault(draft)


def _place(subject: str, context: Context) -> Span:
    accounts = context.pack.accounts_of(subject)
    account = next((found for found in accounts if found.under), accounts[0])
    return account.spans.get("under", account.span)


CHECK = Check(
    code="C301",
    name="command-cycle",
    level="error",
    family="command",
    summary="a subject is, through others, under itself",
    faults=faults,
)
