"""One transaction that writes, and the pieces of work that are done in it one after the other."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from remit.workflows.incident import Incident
from remit.workflows.ledger_chain import Head
from remit.workflows.ledger_grouping import Piece
from remit.workflows.ledger_pending import Pending, Seen
from remit.workflows.ledger_writing import Writing

__all__ = ["Transaction"]


class Transaction:
    """An open transaction that holds the head of the ledger.

    Args:
        head: the last entry before it.
        fold: gives an incident as it stood then, `None` if there is none of that name.
    """

    def __init__(
        self, connection: Connection, head: Head, fold: Callable[[str], Incident | None]
    ) -> None:
        self.connection = connection
        self.head = head
        """The last entry, those of the pieces that were kept among them."""
        self.written: dict[str, Incident] = {}
        """The incidents they wrote about, as they are now."""
        self._fold = fold
        self._folded: dict[str, Incident] = {}
        self._own: dict[str, Incident] = {}
        self._pending = Pending()
        self._seen = Seen()

    def begin(self) -> Writing:
        """Return the writing of one more piece; what it does is left out unless it is kept."""
        self._own = {}
        return Writing(
            self.connection, self.head, self._incident, self._own, self._pending, self._seen
        )

    def keep(self, writing: Writing) -> None:
        """Keep what the piece begun last has done."""
        writing.end()
        self.head = writing.head
        self.written.update(self._own)

    def does(self, piece: Piece[Callable[[Writing], object]]) -> bool:
        """Do one of several pieces; return whether it is done, or failed and left nothing behind.

        Raises:
            Exception: what it failed with, where what it wrote cannot be taken back alone.
        """
        writing = self.begin()
        try:
            piece.result.append(piece.work(writing))
            self.keep(writing)
        except Exception as error:
            piece.fail(error)
            if writing.has_written or isinstance(error, SQLAlchemyError):
                raise
            return False
        return True

    def flush(self) -> None:
        """Write what has yet to be written."""
        self._pending.flush(self.connection)

    def incidents(self) -> tuple[Incident, ...]:
        """Return the incidents it looked at or wrote about, as they are at its end."""
        return tuple({**self._folded, **self.written}.values())

    def _incident(self, name: str) -> Incident | None:
        """Return an incident as the pieces before left it."""
        found = self.written.get(name) or self._folded.get(name)
        if found is None and (found := self._fold(name)) is not None:
            # WHY kept: nobody else writes until this transaction ends.
            self._folded[name] = found
        return found
