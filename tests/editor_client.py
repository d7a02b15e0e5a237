"""A language client over standard input and output: what an editor does, in plain JSON-RPC.

Every wait is for a message of the server; a server that ends or says nothing fails the test.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PATIENCE_S = 30.0
"""Seconds after which a server that says nothing has failed."""

Json = dict[str, Any]


class EditorClient:
    """One running server, and the messages that it sent."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, "XDG_CACHE_HOME": str(folder / ".cache")},
        )
        self._incoming: queue.Queue[Json | None] = queue.Queue()
        self._kept: list[Json] = []
        self._number = 0
        self._versions: dict[str, int] = {}
        self.errors: list[bytes] = []
        self._readers = [
            threading.Thread(target=self._read, daemon=True),
            threading.Thread(target=self._drain, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def uri(self, file: str) -> str:
        return (self.folder / file).as_uri()

    def initialise(self, settings: Json | None = None, encodings: Sequence[str] = ()) -> Json:
        general = {"general": {"positionEncodings": list(encodings)}} if encodings else {}
        answer = self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": self.folder.as_uri(),
                "workspaceFolders": [{"uri": self.folder.as_uri(), "name": "packs"}],
                "initializationOptions": settings or {},
                "capabilities": {
                    **general,
                    "workspace": {
                        "configuration": True,
                        "workspaceEdit": {"documentChanges": True},
                    },
                    "textDocument": {
                        "rename": {"prepareSupport": True},
                        "publishDiagnostics": {"relatedInformation": True},
                        "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
                        "hover": {"contentFormat": ["markdown"]},
                        "codeAction": {
                            "codeActionLiteralSupport": {
                                "codeActionKind": {"valueSet": ["quickfix"]}
                            }
                        },
                        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
                    },
                },
            },
        )
        self.tell("initialized", {})
        return answer

    def open(self, file: str, text: str | None = None) -> str:
        """Open a file as it is on disk, or with a text that was never saved."""
        shown = (self.folder / file).read_text("utf-8") if text is None else text
        self._versions[file] = 1
        self.tell(
            "textDocument/didOpen",
            {
                "textDocument": {
                    "uri": self.uri(file),
                    "languageId": "yaml",
                    "version": 1,
                    "text": shown,
                }
            },
        )
        return shown

    def change(self, file: str, text: str) -> None:
        self._versions[file] += 1
        self.tell(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self.uri(file), "version": self._versions[file]},
                "contentChanges": [{"text": text}],
            },
        )

    def replace(self, file: str, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        """Change a stretch of an open text, as an editor does at every keystroke."""
        self._versions[file] += 1
        places = [{"line": line, "character": at} for line, at in (start, end)]
        self.tell(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self.uri(file), "version": self._versions[file]},
                "contentChanges": [{"range": {"start": places[0], "end": places[1]}, "text": text}],
            },
        )

    def at(self, method: str, file: str, place: tuple[int, int], **more: object) -> Any:
        """Ask about a place: line and UTF-16 column, both from 0."""
        line, character = place
        return self.ask(
            f"textDocument/{method}",
            {
                "textDocument": {"uri": self.uri(file)},
                "position": {"line": line, "character": character},
                **more,
            },
        )

    def ask(self, method: str, params: object) -> Any:
        self._number += 1
        number = self._number
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        found = self.wait(lambda one: one.get("id") == number and "method" not in one)
        if "error" in found:
            raise RefusedError(found["error"]["message"])
        return found["result"]

    def tell(self, method: str, params: object) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def diagnostics(
        self, file: str, where: Callable[[list[Json]], bool] = lambda _: True
    ) -> list[Json]:
        """Wait for what the server says of a file, until it is as wanted."""
        uri = self.uri(file)
        found = self.wait(
            lambda one: (
                one.get("method") == "textDocument/publishDiagnostics"
                and one["params"]["uri"] == uri
                and where(one["params"]["diagnostics"])
            )
        )
        said: list[Json] = found["params"]["diagnostics"]
        return said

    def wait(self, is_wanted: Callable[[Json], bool]) -> Json:
        """Return the first message that is wanted, of those that came and will come."""
        for at, one in enumerate(self._kept):
            if is_wanted(one):
                return self._kept.pop(at)
        while True:
            try:
                one = self._incoming.get(timeout=PATIENCE_S)
            except queue.Empty:
                raise AssertionError(f"nothing came: {b''.join(self.errors).decode()}") from None
            if one is None:
                raise AssertionError(f"the server ended: {b''.join(self.errors).decode()}")
            if "id" in one and "method" in one:
                self._answer(one)
            elif is_wanted(one):
                return one
            else:
                self._kept.append(one)

    def shut_down(self) -> int:
        """End the server as the protocol has it, and return its exit code."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self._process.wait(timeout=PATIENCE_S)

    def _answer(self, request: Json) -> None:
        items = request.get("params", {}).get("items", []) if request.get("params") else []
        result: object = [{} for _ in items] if "configuration" in request["method"] else None
        self._send({"jsonrpc": "2.0", "id": request["id"], "result": result})

    def _send(self, message: Json) -> None:
        content = json.dumps(message, ensure_ascii=False).encode()
        stream = self._process.stdin
        assert stream is not None
        stream.write(b"Content-Length: %d\r\n\r\n" % len(content) + content)
        stream.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while True:
            size = 0
            while (line := stream.readline().strip()) != b"" or size == 0:
                if not line and stream.closed:
                    break
                if line.lower().startswith(b"content-length:"):
                    size = int(line.split(b":")[1])
                elif not line:
                    self._incoming.put(None)
                    return
            self._incoming.put(json.loads(stream.read(size)))

    def _drain(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        for line in stream:
            self.errors.append(line)


class RefusedError(Exception):
    """The server refused a request, with these words."""
