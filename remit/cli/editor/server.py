"""The language server over standard input and output: the one door to pygls and lsprotocol.

All work on packs is done in one thread, in the order the editor asked; the loop of the protocol
only takes messages and gives answers. So no two questions ever see a pack half changed.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import BinaryIO, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

import remit
from remit.cli.editor.acting import Action, actions
from remit.cli.editor.completing import completions
from remit.cli.editor.converting import as_diagnostic, as_item, as_range, as_symbol, as_uri
from remit.cli.editor.desk import Desk
from remit.cli.editor.outlining import symbols
from remit.cli.editor.places import Places, Units
from remit.cli.editor.renaming import found_places, renamed
from remit.cli.editor.saying import Note, explanation, remarks
from remit.cli.editor.telling import hover_text, lens_text
from remit.cli.exits import UsageError
from remit.engine.language.layout.formatting import formatted
from remit.engine.language.outline import Word
from remit.engine.language.pack_files import SUFFIXES
from remit.engine.language.pack_schema import lexicon_of
from remit.engine.language.sources import Source
from remit.engine.map.budget import Budget

__all__ = ["serve"]

T = TypeVar("T")
PAUSE_S = 0.3
"""Seconds without a keystroke after which a pack is checked."""


class _Server:
    """The desk behind the protocol, and the thread that works at it."""

    def __init__(
        self, protocol: LanguageServer, today: Callable[[], dt.date], budget: Callable[[], Budget]
    ) -> None:
        self.protocol = protocol
        self.today = today
        self.budget = budget
        self.pause_s = PAUSE_S
        self.desk = Desk([], today, budget)
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="packs")
        self.waiting: dict[str, asyncio.TimerHandle] = {}
        self.running: set[asyncio.Task[None]] = set()
        self.told: dict[str, dict[str, list[types.Diagnostic]]] = {}

    async def work(self, ask: Callable[[], T]) -> T:
        """Return what the thread of the packs answers."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, ask)

    def begin(self, params: types.InitializeParams) -> None:
        """Take note of the editor's folders, its units and its options."""
        named = [folder.uri for folder in params.workspace_folders or ()]
        roots = named or ([params.root_uri] if params.root_uri else [])
        units = _units(self.protocol)
        found = [to_fs_path(uri) for uri in roots]
        self.desk = Desk([one for one in found if one], self.today, self.budget, units)
        options = params.initialization_options
        pause = options.get("pauseMs") if isinstance(options, dict) else None
        if isinstance(pause, int | float) and pause >= 0:
            self.pause_s = pause / 1000

    async def take(self, uri: str, *, at_once: bool = False) -> None:
        """Take note of a text as it is now, and check its packs soon."""
        path = to_fs_path(uri)
        if path is None:
            return
        text = self.protocol.workspace.get_text_document(uri).source
        await self.work(lambda: self.desk.put(path, text))
        await self.plan(path, at_once=at_once)

    async def plan(self, path: str, *, at_once: bool = False) -> None:
        """Check the packs that a file is of when no more changes come."""
        loop = asyncio.get_running_loop()
        for folder in await self.work(lambda: self.desk.concerned(path)):
            earlier = self.waiting.pop(folder, None)
            if earlier is not None:
                earlier.cancel()
            pause = 0.0 if at_once else self.pause_s
            self.waiting[folder] = loop.call_later(pause, self._start, folder)

    def _start(self, folder: str) -> None:
        self.waiting.pop(folder, None)
        task = asyncio.get_running_loop().create_task(self.check(folder))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def check(self, folder: str) -> None:
        """Check a pack, and tell the editor of every file that has or had something to say."""

        def ask() -> tuple[Note, ...]:
            checked = self.desk.checker(folder).check(self.desk.unsaved)
            return tuple(remarks(folder, checked, self.desk))

        found: dict[str, list[types.Diagnostic]] = {}
        for note in await self.work(ask):
            found.setdefault(note.path, []).append(as_diagnostic(note))
        before = self.told.get(folder, {})
        self.told[folder] = found
        opened = {path for path in self.desk.unsaved if Path(path).is_relative_to(folder)}
        for path in sorted({*before, *found, *opened}):
            self.protocol.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(as_uri(path), self._said_of(path))
            )

    def _said_of(self, path: str) -> list[types.Diagnostic]:
        """Return what all packs say of a file: a lower one speaks of those above it, too."""
        said: list[types.Diagnostic] = []
        for folder in sorted(self.told):
            said += [one for one in self.told[folder].get(path, []) if one not in said]
        return said

    def word(self, uri: str, position: types.Position) -> tuple[str, Word, Places] | None:
        """Return the name at a place, with its pack and the places of the file."""
        path = to_fs_path(uri)
        folder = None if path is None else self.desk.pack_of(path)
        file = None if path is None else self.desk.file(path)
        if path is None or folder is None or file is None:
            return None
        places = self.desk.places(path)
        # WHY the names' own text: while a line does not parse, names are where they last were.
        word = file.word_at(places.offset((position.line, position.character)))
        return None if word is None else (folder, word, Places(file.source, self.desk.units))

    def close(self) -> None:
        """End the thread."""
        self.thread.shutdown(wait=False, cancel_futures=True)


def serve(today: Callable[[], dt.date], budget: Callable[[], Budget]) -> None:
    """Serve one editor over standard input and output until it says goodbye.

    Args:
        today: the day that acceptances are held against.
        budget: what the proofs of one check may cost.
    """
    protocol = LanguageServer("remit", remit.__version__)
    server = _Server(protocol, today, budget)
    _add_texts(protocol, server)
    _add_questions(protocol, server)
    _add_edits(protocol, server)
    logging.getLogger("pygls").addFilter(_is_no_refusal)
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_no_refusal)
    with _own_streams() as (reader, writer):
        try:
            protocol.start_io(reader, writer)
        finally:
            server.close()


@contextmanager
def _own_streams() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Keep the two streams for the protocol alone; what is printed goes to standard error."""
    with (
        os.fdopen(os.dup(sys.stdin.fileno()), "rb") as reader,
        os.fdopen(os.dup(sys.stdout.fileno()), "wb") as writer,
        redirect_stdout(sys.stderr),
    ):
        yield reader, writer


def _is_no_refusal(record: logging.LogRecord) -> bool:
    """Return whether a line of the log is about something else than a request that was refused."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, JsonRpcInvalidParams)


def _add_texts(protocol: LanguageServer, server: _Server) -> None:
    @protocol.feature(types.INITIALIZE)
    def _begin(params: types.InitializeParams) -> None:
        server.begin(params)

    @protocol.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def _open(params: types.DidOpenTextDocumentParams) -> None:
        await server.take(params.text_document.uri, at_once=True)

    @protocol.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def _change(params: types.DidChangeTextDocumentParams) -> None:
        await server.take(params.text_document.uri)

    @protocol.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def _save(params: types.DidSaveTextDocumentParams) -> None:
        await server.take(params.text_document.uri, at_once=True)

    @protocol.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def _close(params: types.DidCloseTextDocumentParams) -> None:
        path = to_fs_path(params.text_document.uri)
        if path is not None:
            await server.plan(path, at_once=True)
            await server.work(lambda: server.desk.close(path))

    @protocol.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def _outside(params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            path = to_fs_path(change.uri)
            if path is not None:
                await server.plan(path)


def _add_questions(protocol: LanguageServer, server: _Server) -> None:
    @protocol.feature(types.TEXT_DOCUMENT_HOVER)
    async def _hover(params: types.HoverParams) -> types.Hover | None:
        return await server.work(lambda: _hovered(server, params))

    @protocol.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def _definition(params: types.DefinitionParams) -> list[types.Location]:
        return await server.work(lambda: _locations(server, params, only_declared=True))

    @protocol.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def _references(params: types.ReferenceParams) -> list[types.Location]:
        return await server.work(lambda: _locations(server, params, only_declared=False))

    @protocol.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=[" ", "[", "{", "/", ","]),
    )
    async def _completion(params: types.CompletionParams) -> types.CompletionList:
        return await server.work(lambda: _completed(server, params))

    @protocol.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def _symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        return await server.work(lambda: _outlined(server, params.text_document.uri))

    @protocol.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def _lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        return await server.work(lambda: _lenses(server, params.text_document.uri))


def _add_edits(protocol: LanguageServer, server: _Server) -> None:
    @protocol.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def _rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        return await server.work(lambda: _renamed(server, params))

    @protocol.feature(types.TEXT_DOCUMENT_FORMATTING)
    async def _format(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        return await server.work(lambda: _formatted(server, params.text_document.uri))

    @protocol.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def _prepare(params: types.PrepareRenameParams) -> types.Range | None:
        def ask() -> types.Range | None:
            found = server.word(params.text_document.uri, params.position)
            return None if found is None else as_range(found[2].range(found[1].start, found[1].end))

        return await server.work(ask)

    @protocol.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    async def _actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await server.work(lambda: _offered(server, params))


def _formatted(server: _Server, uri: str) -> list[types.TextEdit]:
    path = to_fs_path(uri)
    source = None if path is None else server.desk.source(path)
    folder = None if path is None else server.desk.pack_of(path)
    if path is None or source is None or folder is None:
        return []
    inside = Path(os.path.relpath(os.path.realpath(path), folder)).as_posix()
    found = formatted(path, inside, source.text.encode("utf-8", "surrogatepass"))
    if not isinstance(found, bytes) or found.decode() == source.text:
        return []
    whole = as_range(Places(source, server.desk.units).range(0, len(source.text)))
    return [types.TextEdit(whole, found.decode())]


def _hovered(server: _Server, params: types.HoverParams) -> types.Hover | None:
    found = server.word(params.text_document.uri, params.position)
    told = _explained(server, params)
    where = None
    if found is not None:
        folder, word, places = found
        checker = server.desk.checker(folder)
        said = hover_text(word, checker.latest or checker.check(server.desk.unsaved))
        where = as_range(places.range(word.start, word.end)) if said else None
        told = "\n\n---\n\n".join(filter(None, [said, told]))
    if not told:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, told), where)


def _explained(server: _Server, params: types.HoverParams) -> str:
    """Return the checks that found something there, of the pack as it was last checked."""
    path = to_fs_path(params.text_document.uri)
    folder = None if path is None else server.desk.pack_of(path)
    checked = None if folder is None else server.desk.checker(folder).latest
    if path is None or folder is None or checked is None:
        return ""
    place = (params.position.line, params.position.character)
    return explanation(path, place, remarks(folder, checked, server.desk))


def _locations(
    server: _Server,
    params: types.DefinitionParams | types.ReferenceParams,
    *,
    only_declared: bool,
) -> list[types.Location]:
    found = server.word(params.text_document.uri, params.position)
    if found is None:
        return []
    folder, word, _ = found
    with_declared = not isinstance(params, types.ReferenceParams) or (
        params.context.include_declaration
    )
    return [
        types.Location(
            as_uri(file.path), as_range(_in(file.source, server).range(one.start, one.end))
        )
        for file, one in found_places(word, folder, server.desk, declarations_only=only_declared)
        if with_declared or not one.declares
    ]


def _completed(server: _Server, params: types.CompletionParams) -> types.CompletionList:
    path = to_fs_path(params.text_document.uri)
    folder = None if path is None else server.desk.pack_of(path)
    source = None if path is None else server.desk.source(path)
    if path is None or folder is None or source is None or not path.endswith(SUFFIXES):
        return types.CompletionList(is_incomplete=False, items=[])
    checker = server.desk.checker(folder)
    pack = (checker.latest or checker.check(server.desk.unsaved)).pack
    if pack is None:
        return types.CompletionList(is_incomplete=True, items=[])
    places = Places(source, server.desk.units)
    offset = places.offset((params.position.line, params.position.character))
    inside = Path(os.path.relpath(os.path.realpath(path), folder)).as_posix()
    found = completions(source.text, offset, inside, lexicon_of(pack))
    here = as_range(places.range(found.start, offset))
    items = [as_item(one, at, here) for at, one in enumerate(found.offers)]
    return types.CompletionList(is_incomplete=False, items=items)


def _outlined(server: _Server, uri: str) -> list[types.DocumentSymbol]:
    path = to_fs_path(uri)
    file = None if path is None else server.desk.file(path)
    if file is None:
        return []
    places = _in(file.source, server)
    return [as_symbol(one, places) for one in symbols(file)]


def _lenses(server: _Server, uri: str) -> list[types.CodeLens]:
    path = to_fs_path(uri)
    folder = None if path is None else server.desk.pack_of(path)
    if path is None or folder is None:
        return []
    checked = server.desk.checker(folder).latest
    if checked is None or checked.pack is None:
        return []
    real = os.path.realpath(path)
    places = server.desk.places(path)
    found: list[types.CodeLens] = []
    for duty in checked.pack.duties():
        if os.path.realpath(duty.span.file) == real:
            text = lens_text(duty, checked)
            here = as_range(places.of_span(duty.span))
            found.append(types.CodeLens(here, types.Command(text, "")))
    return found


def _renamed(server: _Server, params: types.RenameParams) -> types.WorkspaceEdit | None:
    found = server.word(params.text_document.uri, params.position)
    if found is None:
        return None
    folder, word, _ = found
    try:
        edits = renamed(word, params.new_name.strip(), folder, server.desk)
    except UsageError as error:
        raise JsonRpcInvalidParams(error.message) from None
    by_path: dict[str, list[types.TextEdit]] = {}
    for one in edits:
        here = as_range(_in(one.file.source, server).range(one.start, one.end))
        by_path.setdefault(one.file.path, []).append(types.TextEdit(here, one.text))
    return _workspace_edit(server, by_path)


def _offered(server: _Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    path = to_fs_path(params.text_document.uri)
    if path is None:
        return []
    lines = (params.range.start.line, params.range.end.line)
    return [
        _action(one, server)
        for folder, checked in server.desk.checked()
        for one in actions(path, lines, folder, checked, server.desk)
    ]


def _action(one: Action, server: _Server) -> types.CodeAction:
    by_path: dict[str, list[types.TextEdit]] = {}
    for edit in one.replacements:
        by_path.setdefault(edit.path, []).append(types.TextEdit(as_range(edit.range), edit.text))
    return types.CodeAction(
        one.title,
        kind=types.CodeActionKind.QuickFix,
        is_preferred=one.is_preferred,
        edit=_workspace_edit(server, by_path),
    )


def _workspace_edit(
    server: _Server, by_path: dict[str, list[types.TextEdit]]
) -> types.WorkspaceEdit:
    versions = {
        os.path.realpath(path): document.version
        for document in server.protocol.workspace.text_documents.values()
        if (path := to_fs_path(document.uri)) is not None
    }
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(as_uri(path), versions.get(path)),
                edits,
            )
            for path, edits in by_path.items()
        ]
    )


def _in(source: Source, server: _Server) -> Places:
    return Places(source, server.desk.units)


def _units(protocol: LanguageServer) -> Units:
    agreed: Iterable[Units] = ("utf-8", "utf-16", "utf-32")
    encoding = str(getattr(protocol.workspace.position_encoding, "value", "utf-16"))
    return next((one for one in agreed if one == encoding), "utf-16")
