"""Servers on this machine that take messages: one for HTTP, one for mail. For tests."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from remit.workflows.messages import Message

__all__ = ["MESSAGE", "Call", "Mailbox", "Receiver", "http_receiver", "mail_receiver"]

MESSAGE = Message(
    "abcd/3/office",
    "abcd",
    "office",
    "水浸",
    "Street office is asked to lead",
    "abcd-1",
    "2026-11-24 12:15",
    person="li",
    channel="hook",
    address="+86 10/5550",
    link="https://duty.example/a/token",
)
"""One that is sent to them."""


@dataclass(frozen=True)
class Call:
    """One call as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What a server took, and how it answers."""

    port: int = 0
    status: int = 200
    answer: bytes = b""
    calls: list[Call] = field(default_factory=list)


@dataclass
class Mailbox:
    """Letters that came in: receivers and text."""

    port: int = 0
    letters: list[tuple[list[str], str]] = field(default_factory=list)


@contextmanager
def http_receiver() -> Iterator[Receiver]:
    """Run a server that takes every call."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.calls.append(Call(self.path, headers, body))
            self.send_response(found.status)
            if found.status in {301, 302, 307}:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(found.answer)))
            self.end_headers()
            self.wfile.write(found.answer)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    with _served(server):
        yield found


@contextmanager
def mail_receiver() -> Iterator[Mailbox]:
    """Run a server that takes every letter, as RFC 5321 has it at the least."""
    found = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 test")
            receivers: list[str] = []
            while line := self.rfile.readline():
                word = line.decode().strip()
                if word.upper().startswith("RCPT TO:"):
                    receivers.append(word[8:].strip().strip("<>"))
                if word.upper() == "DATA":
                    self._say("354 go on")
                    found.letters.append((receivers, self._letter()))
                    receivers = []
                self._say("221 bye" if word.upper() == "QUIT" else "250 ok")
                if word.upper() == "QUIT":
                    return

        def _letter(self) -> str:
            lines = []
            while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                lines.append(line.decode(errors="replace"))
            return "".join(lines)

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.port = server.server_address[1]
    with _served(server):
        yield found


@contextmanager
def _served(server: socketserver.TCPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
