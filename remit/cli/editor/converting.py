"""Plain values as the protocol has them: places, notes, symbols, offers."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

from remit.cli.editor.completing import Offer
from remit.cli.editor.outlining import Symbol
from remit.cli.editor.places import Place, Places, Range
from remit.cli.editor.saying import Note
from remit.validators.registry import find_check

__all__ = [
    "as_diagnostic",
    "as_item",
    "as_range",
    "as_symbol",
    "as_uri",
]

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
_SYMBOLS = {
    "duties": types.SymbolKind.Function,
    "steps": types.SymbolKind.Function,
    "authority": types.SymbolKind.Key,
    "dimensions": types.SymbolKind.Enum,
    "activities": types.SymbolKind.Event,
    "powers": types.SymbolKind.Key,
    "test": types.SymbolKind.Boolean,
    "people": types.SymbolKind.Variable,
}
_OFFERS = {
    "key": types.CompletionItemKind.Property,
    "dimension": types.CompletionItemKind.Field,
    "value": types.CompletionItemKind.EnumMember,
    "choice": types.CompletionItemKind.Keyword,
    "subject": types.CompletionItemKind.Class,
    "activity": types.CompletionItemKind.Event,
    "duty": types.CompletionItemKind.Function,
}


def as_diagnostic(note: Note) -> types.Diagnostic:
    """Return a note as an editor shows it."""
    return types.Diagnostic(
        as_range(note.range),
        note.message,
        severity=_SEVERITIES[note.severity],
        code=f"{note.code} {note.name}".strip() or None,
        code_description=_page(note.code),
        source="remit",
        tags=[types.DiagnosticTag.Unnecessary] if note.is_faded else None,
        related_information=[
            types.DiagnosticRelatedInformation(
                types.Location(as_uri(one.path), as_range(one.range)), one.message
            )
            for one in note.remarks
        ]
        or None,
    )


def _page(code: str) -> types.CodeDescription | None:
    """Return the link to the page of a check, as it is installed here."""
    check = find_check(code) if code else None
    if check is None:
        return None
    page = files("remit.validators.checks") / f"{check.name.replace('-', '_')}.md"
    return types.CodeDescription(as_uri(str(page)))


def as_symbol(one: Symbol, places: Places) -> types.DocumentSymbol:
    """Return a symbol, with those within it."""
    return types.DocumentSymbol(
        one.name,
        _SYMBOLS.get(one.kind, types.SymbolKind.Class),
        as_range(places.range(one.start, one.end)),
        as_range(places.range(one.name_start, one.name_end)),
        children=[as_symbol(inner, places) for inner in one.within],
    )


def as_item(one: Offer, at: int, here: types.Range) -> types.CompletionItem:
    """Return an offer as an item of a list.

    Args:
        at: its place in the list.
        here: what it replaces.
    """
    return types.CompletionItem(
        one.text,
        kind=_OFFERS.get(one.kind, types.CompletionItemKind.Value),
        detail=one.detail or None,
        sort_text=f"{at:05}",
        filter_text=one.text,
        text_edit=types.TextEdit(here, one.text),
    )


def as_range(found: Range) -> types.Range:
    """Return a range."""
    return types.Range(_position(found[0]), _position(found[1]))


def _position(place: Place) -> types.Position:
    return types.Position(*place)


def as_uri(path: str) -> str:
    """Return a path as an address."""
    return from_fs_path(path) or Path(path).as_uri()
