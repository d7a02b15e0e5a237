"""The reasons found so far why a pack cannot be read: counted, none twice, within a limit."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from remit.engine.errors import PackError, RemitError
from remit.engine.language.sources import Source
from remit.engine.language.suggest import closest
from remit.engine.spans import Related, Span
from remit.engine.wording import tell

__all__ = [
    "LONGEST_PATH",
    "Problems",
    "TooManyErrors",
    "did_you_mean",
    "in_ticks",
    "one_of",
    "some_of",
]

MOST_ERRORS = 500
"""Errors kept in one run; the rest are counted."""
MOST_COUNTED = 20_000
"""Errors after which a run stops reading."""
SUGGESTION_WORK = 400_000
"""Names compared in one run to find what an author meant; past it nothing is suggested."""
LONGEST_QUOTE = 60
"""Characters of an author's text repeated in a message."""
LONGEST_PATH = 500
"""Characters of a path repeated in a message."""
MOST_CHOICES = 12
"""Choices listed where a word is not one of them."""


class TooManyErrors(RemitError):  # noqa: N818 - it stops a run; the errors are elsewhere
    """There are so many errors that reading on helps nobody."""


class Problems:
    """Collects the errors of one run."""

    __slots__ = ("_errors", "_seen", "_sources", "_suggestions", "_work", "beyond")

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}
        self._errors: list[PackError] = []
        self._seen: set[tuple[Span | None, str]] = set()
        self._suggestions: dict[tuple[str, str], str] = {}
        self._work = 0
        self.beyond = 0

    def __bool__(self) -> bool:
        """Return whether anything was found."""
        return bool(self._errors)

    def __len__(self) -> int:
        """Return how many different errors were found."""
        return len(self._errors) + self.beyond

    @property
    def is_full(self) -> bool:
        """Whether further errors are only counted."""
        return len(self._errors) >= MOST_ERRORS

    def add(self, error: PackError) -> None:
        """Keep `error` unless the same was said of the same place.

        Raises:
            TooManyErrors: if there are more than anybody can use.
        """
        key = (error.span, error.message)
        if key in self._seen:
            return
        if self.is_full:
            self._count()
            return
        self._seen.add(key)
        self._errors.append(error)

    def at(
        self,
        source: Source,
        place: tuple[int, int],
        message: str,
        *,
        expected: str = "",
        found: str = "",
        help: str = "",  # noqa: A002 - the field of PackError
        related: tuple[Related, ...] = (),
    ) -> None:
        """Keep an error at a stretch of `source`, given as offsets."""
        if self.is_full:
            self._count()
            return
        self._sources[source.file] = source
        span = source.span(*place)
        self.at_span(span, message, expected=expected, found=found, help=help, related=related)

    def at_span(
        self,
        span: Span,
        message: str,
        *,
        expected: str = "",
        found: str = "",
        help: str = "",  # noqa: A002 - the field of PackError
        related: tuple[Related, ...] = (),
    ) -> None:
        """Keep an error at a place of any file that was made known by `know`."""
        source = self._sources.get(span.file)
        excerpt = () if source is None else source.excerpt(span)
        self.add(PackError(message, span, expected, found, help, related, excerpt))

    def know(self, source: Source) -> None:
        """Let errors at spans of `source` show its lines."""
        self._sources[source.file] = source

    def suggestion(self, word: str, names: Collection[str], kind: str) -> str:
        """Return "did you mean `x`?" for the name nearest to `word`, or nothing.

        Args:
            kind: what the names are; the same word of the same kind is compared once.
        """
        if self.is_full:
            return ""
        key = (kind, word)
        if key not in self._suggestions:
            self._work += len(names)
            is_affordable = self._work <= SUGGESTION_WORK
            self._suggestions[key] = did_you_mean(word, names) if is_affordable else ""
        return self._suggestions[key]

    def _count(self) -> None:
        self.beyond += 1
        if self.beyond >= MOST_COUNTED:
            raise TooManyErrors

    def sorted(self) -> tuple[PackError, ...]:
        """Return the errors by place, and last, if some were only counted, how many."""
        found = sorted(self._errors, key=_place)
        if self.beyond:
            message = (
                tell("at least {number} more errors are not shown", number=self.beyond)
                if self.beyond >= MOST_COUNTED
                else tell("{number} more errors are not shown", number=self.beyond)
            )
            found.append(PackError(message, None))
        return tuple(found)


def in_ticks(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Return what an author wrote, in backticks, on one line and not too long."""
    line = " ".join(text[: 2 * longest].split())
    cut = line if len(line) <= longest else line[: longest - 1] + "…"
    return f"`{cut}`"


def one_of(names: Collection[str]) -> str:
    """Return the names as a phrase: one in backticks, or "one of `a`, `b`"."""
    return some_of(names) if len(names) == 1 else tell("one of {names}", names=some_of(names))


def some_of(names: Collection[str]) -> str:
    """Return the names in backticks, one after another; of many the first."""
    shown = tell(", ").join(in_ticks(name) for name in islice(names, MOST_CHOICES))
    more = len(names) - MOST_CHOICES
    return tell("{shown} and {number} more", shown=shown, number=more) if more > 0 else shown


def did_you_mean(word: str, names: Collection[str]) -> str:
    """Return "did you mean `x`?", or nothing where no name is near."""
    nearest = closest(word, names)
    return tell("did you mean `{nearest}`?", nearest=nearest) if nearest else ""


def _place(error: PackError) -> tuple[str, int, int, str]:
    if error.span is None:
        return ("", 0, 0, error.message)
    return (error.span.file, error.span.line, error.span.column, error.message)
