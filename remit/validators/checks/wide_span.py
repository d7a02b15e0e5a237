"""wide-span: a subject commands more subordinates with duties than it can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from remit.engine.spans import Related, Span
from remit.engine.wording import tell, tell_count
from remit.validators.check import Check, Context, Fault
from remit.validators.finding import Level
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of
from remit.validators.words import label_words, names_words

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each superior with too many subordinates, or with too few."""
    options = context.pack.checks.spans
    for superior, beneath in sorted(_subordinates(context).items()):
        if len(beneath) > options.most:
            yield _wide(superior, beneath, options.most, context)
        elif options.fewest is not None and len(beneath) < options.fewest:
            yield _narrow(superior, beneath, options.fewest, context)


def _subordinates(context: Context) -> dict[str, dict[str, Span]]:
    """Return the subjects with duties that each subject commands, with the place of `under`.

    A joint subject that stands where its lead stands is no further subordinate.
    """
    found: dict[str, dict[str, Span]] = {}
    for name, subject in sorted(context.pack.subjects.items()):
        account = next((one for one in context.pack.accounts_of(name) if one.under), None)
        if subject.duties and account is not None and account.under not in {None, name}:
            place = account.spans.get("under", account.span)
            found.setdefault(account.under or "", {})[name] = place
    return found


def _wide(superior: str, beneath: dict[str, Span], most: int, context: Context) -> Fault:
    message = tell(
        "`{superior}` commands {count} subjects with duties, more than {most}",
        superior=superior,
        count=len(beneath),
        most=most,
    )
    cure = tell("put some of them under another of them, or raise `max` under `checks`")
    return _fault(superior, beneath, (message, cure), "warning", context)


def _narrow(superior: str, beneath: dict[str, Span], fewest: int, context: Context) -> Fault:
    message = tell_count(
        "`{superior}` commands {number} subject with duties, fewer than {fewest}",
        "`{superior}` commands {number} subjects with duties, fewer than {fewest}",
        len(beneath),
        superior=superior,
        fewest=fewest,
    )
    cure = tell("let them stand one level higher, or lower `min` under `checks`")
    return _fault(superior, beneath, (message, cure), "note", context)


def _fault(
    superior: str,
    beneath: dict[str, Span],
    words: tuple[str, str],
    level: Level,
    context: Context,
) -> Fault:
    """Return the fault at the superior, or at the last `under` where a higher pack has it."""
    own = context.pack.subjects.get(superior)
    places = sorted(beneath.items(), key=lambda item: (item[1].file, item[1].line))
    draft = CHECK.draft(
        words[0],
        places[-1][1] if own is None else own.span,
        subjects=(superior,),
        label=tell("commands them"),
        related=tuple(
            Related(place, tell("`{name}` is under it", name=name))
            for name, place in places[:MOST_RELATED]
        ),
        notes=(
            tell("they are {names}", names=names_words(sorted(beneath))),
            *label_words(labels_of(context.pack, None, (superior,))),
        ),
        help=words[1],
    )
    return Fault(replace(draft, level=level))


CHECK = Check(
    code="C303",
    name="wide-span",
    level="warning",
    family="command",
    summary="a subject commands more subjects with duties than it can",
    faults=faults,
    options=frozenset({"max", "min"}),
)
