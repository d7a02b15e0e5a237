"""headless-command: subjects with duties that stand under no common head."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.graphs import trees
from remit.engine.spans import Related
from remit.engine.wording import tell, tell_count
from remit.validators.check import Check, Context, Fault
from remit.validators.command import superiors
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of
from remit.validators.words import label_words, names_words

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each head besides the main one, the one with most subjects beneath."""
    above = superiors(context.pack)
    if not any(above.values()):
        return
    lines = trees(above)
    if not lines:
        return
    main = min(lines, key=lambda head: (-len(lines[head]), head))
    for head, line in lines.items():
        busy = tuple(
            n for n in line if n in context.pack.subjects and context.pack.subjects[n].duties
        )
        if head != main and busy:
            yield _fault(head, main, busy, context)


def _fault(head: str, main: str, busy: tuple[str, ...], context: Context) -> Fault:
    beneath = tuple(name for name in busy if name != head)
    who = f"`{head}`" if head in busy else names_words(beneath)
    several = head not in busy and len(beneath) > 1
    places = [context.pack.subjects[name].span for name in busy]
    draft = CHECK.draft(
        tell_count(
            "{who} has duties and is not in the line of command of `{main}`",
            "{who} have duties and are not in the line of command of `{main}`",
            2 if several else 1,
            who=who,
            main=main,
        ),
        context.pack.accounts_of(head)[0].span,
        subjects=busy,
        label=tell("under nobody"),
        related=tuple(
            Related(place, tell("`{name}` has duties, under `{head}`", name=name, head=head))
            for name, place in list(zip(busy, places, strict=True))[:MOST_RELATED]
            if name != head
        ),
        notes=label_words(labels_of(context.pack, None, (head, main))),
        help=tell(
            "write `under:` in `{head}`, or accept that it stands outside the line of command",
            head=head,
        ),
    )
    return Fault(draft)


CHECK = Check(
    code="C302",
    name="headless-command",
    level="warning",
    family="command",
    summary="a subject with duties stands outside the main line of command",
    faults=faults,
)
