"""What a diff compares, as the user names it: a folder, or a folder at a git revision."""

from __future__ import annotations

from dataclasses import dataclass, replace

from remit.cli.destinations import Destination, write_json
from remit.cli.packs import load_or_tell
from remit.cli.revisions import materialised, revision_in
from remit.engine.errors import PackError, PackErrors
from remit.engine.language.loader import load
from remit.engine.pack import Pack
from remit.engine.spans import Span
from remit.validators.outputs.json import errors_json

__all__ = ["Version", "load_version"]


@dataclass(frozen=True, slots=True)
class Version:
    """A loaded pack, and how places in it are shown.

    Args:
        named: what the user called it.
        hidden: beginning of the paths in its spans that nobody should see.
        shown: what stands for it.
    """

    pack: Pack
    named: str
    hidden: str = ""
    shown: str = ""

    def file(self, span: Span) -> str:
        """Return the file of a place; at a revision, as git names it: `main:policies/x.yaml`."""
        return _renamed(span.file, self.hidden, self.shown)

    def place(self, span: Span) -> str:
        """Return `file:line`."""
        return f"{self.file(span)}:{span.line}"


def load_version(text: str, *, as_json: bool) -> Version:
    """Return the pack in a folder, or in a folder at a revision, as in `main:policies/x`.

    Raises:
        PackErrors: if it cannot be loaded.
        MissingError: if a revision is named and there is no git.
        UsageError: if there is no such revision, or no such folder in it.
    """
    revision = revision_in(text)
    if revision is None:
        return Version(load_or_tell(text, as_json=as_json), text)
    with materialised(revision) as (place, folder):
        hidden, shown = f"{place}/", f"{revision.name}:"
        try:
            return Version(load(folder), text, hidden, shown)
        except PackErrors as errors:
            told = PackErrors(
                revision.written, tuple(_told(error, hidden, shown) for error in errors.errors)
            )
            if as_json:
                write_json(Destination("json"), errors_json(told))
            raise told from None


def _told(error: PackError, hidden: str, shown: str) -> PackError:
    """Return an error that speaks of the revision instead of the temporary place."""
    return replace(
        error,
        span=None if error.span is None else _moved(error.span, hidden, shown),
        message=_renamed(error.message, hidden, shown),
        help=_renamed(error.help, hidden, shown),
        related=tuple(replace(one, span=_moved(one.span, hidden, shown)) for one in error.related),
    )


def _moved(span: Span, hidden: str, shown: str) -> Span:
    return replace(span, file=_renamed(span.file, hidden, shown))


def _renamed(text: str, hidden: str, shown: str) -> str:
    return text.replace(hidden, shown) if hidden else text
