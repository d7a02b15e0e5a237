"""A way to a Postgres server that can be cut, held up, or broken at the worst moment."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Condition, Event, Lock, Thread
from typing import Literal

from sqlalchemy.engine import make_url

__all__ = ["Proxy", "Way", "through"]

Way = Literal["open", "cut", "stalled"]
"""`open` lets all pass; `cut` refuses and breaks; `stalled` takes all and passes nothing on."""

PIECE = 65_536
# SOURCE: PostgreSQL, "Message Formats": a query is `Q`, its length, its text, and a zero.
WAYS = 2
"""There and back."""
COMMIT = b"COMMIT\x00"
# SOURCE: socket(7): with a linger of zero seconds, closing resets the connection.
RESET = struct.pack("ii", 1, 0)


@dataclass(eq=False)
class Proxy:
    """Listens on a port of this machine and passes on to a server.

    Args:
        host: of the server.
        port: of the server.
    """

    host: str
    port: int
    _listening: socket.socket = field(init=False)
    _pairs: set[_Pair] = field(default_factory=set)
    _way: Way = "open"
    _changed: Condition = field(default_factory=Condition)
    _lock: Lock = field(default_factory=Lock)
    _doubts: int = 0
    _cuts: bool = False
    _doubted: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        """Begin to listen."""
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        Thread(target=self._accept, name="proxy", daemon=True).start()

    @property
    def own_port(self) -> int:
        """The port to connect to."""
        return int(self._listening.getsockname()[1])

    @property
    def way(self) -> Way:
        """How things stand."""
        return self._way

    def turn(self, way: Way) -> None:
        """Change how things stand; a cut breaks all connections there are."""
        with self._changed:
            self._way = way
            self._changed.notify_all()
        if way == "cut":
            self.break_all()

    def doubt(self, *, cut: bool = False) -> None:
        """Take away the answer to the next commit: it stands, and whoever asked cannot know it.

        Args:
            cut: whether nobody comes through any more from then on.
        """
        self._doubted.clear()
        with self._lock:
            self._doubts, self._cuts = 1, cut

    def await_doubt(self, seconds: float) -> bool:
        """Return whether the answer was taken away within so many seconds."""
        return self._doubted.wait(seconds)

    def halve(self) -> None:
        """Close the server's half of each connection and leave the client's open."""
        for pair in self._all():
            with suppress(OSError):
                pair.server.shutdown(socket.SHUT_RDWR)

    def break_all(self) -> None:
        """Reset all connections there are."""
        for pair in self._all():
            pair.reset()

    def close(self) -> None:
        """End."""
        self.turn("cut")
        self._listening.close()

    def _all(self) -> list[_Pair]:
        with self._lock:
            return list(self._pairs)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self._way == "cut":
                _reset(client)
                continue
            try:
                server = socket.create_connection((self.host, self.port))
            except OSError:
                _reset(client)
                continue
            pair = _Pair(client, server)
            with self._lock:
                self._pairs.add(pair)
            for work in (self._ask, self._answer):
                Thread(target=self._carry, args=(work, pair), daemon=True).start()

    def _carry(self, work: Callable[[_Pair], None], pair: _Pair) -> None:
        with suppress(OSError):
            work(pair)
        with suppress(OSError):
            pair.server.shutdown(socket.SHUT_RDWR)
        with self._lock:
            pair.ends += 1
            if pair.ends == WAYS:
                self._pairs.discard(pair)
                pair.client.close()
                pair.server.close()

    def _ask(self, pair: _Pair) -> None:
        while piece := pair.client.recv(PIECE):
            self._wait()
            with self._lock:
                if piece.endswith(COMMIT) and self._doubts:
                    self._doubts -= 1
                    pair.is_doubtful = True
            pair.server.sendall(piece)

    def _answer(self, pair: _Pair) -> None:
        while piece := pair.server.recv(PIECE):
            self._wait()
            if pair.is_doubtful:
                if self._cuts:
                    self.turn("cut")
                pair.reset()
                self._doubted.set()
                return
            pair.client.sendall(piece)
        # WHY: a server that ends lets its clients know.
        if not pair.is_doubtful:
            pair.client.shutdown(socket.SHUT_WR)

    def _wait(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._way != "stalled")


@dataclass(eq=False)
class _Pair:
    client: socket.socket
    server: socket.socket
    is_doubtful: bool = False
    ends: int = 0

    def reset(self) -> None:
        """Break both halves, as a router that lost its table does."""
        _reset(self.client)
        with suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)


def _reset(client: socket.socket) -> None:
    with suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        # WHY shut down first: a thread that waits to read keeps the socket open else.
        client.shutdown(socket.SHUT_RD)
    client.close()


def through(proxy: Proxy, where: str) -> str:
    """Return the URL of a database by way of a proxy."""
    url = make_url(where).set(host="127.0.0.1", port=proxy.own_port)
    return url.render_as_string(hide_password=False)
