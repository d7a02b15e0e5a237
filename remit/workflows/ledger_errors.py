"""What a database says, as one sentence a person can act on; SQLite's words and Postgres' codes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from remit.engine.errors import RemitError
from remit.engine.wording import tell

__all__ = [
    "LedgerDoubtError",
    "LedgerError",
    "LedgerLostError",
    "broken",
    "in_doubt",
    "is_lost",
    "plain_errors",
    "without_password",
]

_SECRETS = re.compile(r"(?<=://)[^@/\s]*@|(?<=password=)[^&\s]*", re.IGNORECASE)
# SOURCE: the appendix "PostgreSQL Error Codes"; a class is the first two characters of a code.
_LOST = ("08", "57P01", "57P02", "57P03", "57P05", "25P03")
_HELD = ("55P03", "40P01", "40001")
_REFUSED = ("28", "42501")
# No room left or too many connections, a statement cut short, a database that only reads, no
# schema, a broken disk.
_UNUSABLE = ("53", "57014", "25006", "3F000", "58", "XX001", "XX002")
_LONGEST_REASON = 300


@dataclass(eq=True)
class LedgerError(RemitError):
    """A ledger that cannot be read or written, in one sentence, and what to do."""

    message: str
    help: str = ""

    def __post_init__(self) -> None:
        """Keep the fields as the exception's arguments, so that it can be pickled."""
        super().__init__(self.message, self.help)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash((self.message, self.help))

    def __str__(self) -> str:
        """Return the sentence."""
        return self.message


class LedgerLostError(LedgerError):
    """The database went away before anything was written: the same may be done again."""


class LedgerDoubtError(LedgerError):
    """The database went away over a commit: what was to be written may stand, or may not.

    Never to be done again blindly; whoever looks at the ledger when it is back sees what stands.
    """


@contextmanager
def plain_errors(location: str) -> Iterator[None]:
    """Turn what the database says into what a person can act on."""
    try:
        yield
    except IntegrityError:
        raise
    except PoolTimeoutError as error:
        raise _held(location) from error
    except (DatabaseError, sqlite3.DatabaseError) as error:
        found = _told(location, error)
        if found is None:
            raise
        raise found from error


def is_lost(error: BaseException) -> bool:
    """Return whether the connection broke, so that nobody knows what the server did last."""
    if not isinstance(error, DBAPIError):
        return False
    code = _code(error)
    return error.connection_invalidated or (code is not None and code.startswith(_LOST))


def broken(location: str) -> LedgerLostError:
    """Return what tells that the connection broke before anything was written."""
    return LedgerLostError(
        tell("the connection to the ledger `{location}` broke", location=location),
        tell("nothing of this was written; do it again when the database is back"),
    )


def in_doubt(location: str) -> LedgerDoubtError:
    """Return what tells that the connection broke over a commit, and that nobody can be asked."""
    return LedgerDoubtError(
        tell(
            "the connection to the ledger `{location}` broke as this was written", location=location
        ),
        tell("it may stand or not: look when the database is back, before you do it again"),
    )


def without_password(text: str) -> str:
    """Return a URL, or a sentence with one in it, without what lets one in."""
    return _SECRETS.sub(_name_alone, text)


def _name_alone(found: re.Match[str]) -> str:
    user, at, _ = found.group().partition(":")
    return f"{user}@" if at else (user if user.endswith("@") else "***")


def _told(location: str, error: BaseException) -> LedgerError | None:
    reason = str(getattr(error, "orig", error))
    if isinstance(error, DBAPIError) and type(error.orig).__module__.startswith("psycopg"):
        return _told_by_code(location, error, _one_line(reason))
    return _told_by_words(location, reason)


def _told_by_words(location: str, reason: str) -> LedgerError | None:
    """Return what SQLite means, which tells it in words alone."""
    if "locked" in reason or "busy" in reason:
        return _held(location)
    if "not a database" in reason or "malformed" in reason:
        return LedgerError(
            tell("`{location}` is not a ledger, or is damaged", location=location),
            tell("name another file"),
        )
    if any(word in reason for word in ("unable to open", "readonly", "disk")):
        return _unusable(location, reason)
    return None


def _told_by_code(location: str, error: DBAPIError, reason: str) -> LedgerError | None:
    """Return what Postgres means: by its code, in whatever language its words are."""
    code = _code(error)
    if isinstance(error, OperationalError) and code is None and not error.connection_invalidated:
        # WHY: an attempt to connect fails without a code; with words of the server, or of ours.
        return _unreachable(location, reason)
    if is_lost(error):
        return broken(location)
    if code is None:
        return None
    if code.startswith(_HELD):
        return _held(location)
    if code.startswith(_REFUSED):
        return LedgerError(
            tell(
                "the ledger `{location}` may not be used so: {reason}",
                location=location,
                reason=reason,
            ),
            tell("whoever looks after the database grants it"),
        )
    return _unusable(location, reason) if code.startswith(_UNUSABLE) else None


def _held(location: str) -> LedgerError:
    return LedgerError(
        tell("the ledger `{location}` is held by another process", location=location),
        tell("try again when it has ended"),
    )


def _unusable(location: str, reason: str) -> LedgerError:
    return LedgerError(
        tell("the ledger `{location}` cannot be used: {reason}", location=location, reason=reason)
    )


def _unreachable(location: str, reason: str) -> LedgerError:
    if any(word in reason for word in ("password", "authentication", "role")):
        advice = tell("the URL, or PGPASSWORD or a .pgpass file, gives user and password")
    elif "does not exist" in reason:
        advice = tell("`createdb` makes a database; its name stands at the end of the URL")
    else:
        advice = tell("see that the database runs, and that the URL names its host and port")
    return LedgerLostError(
        tell(
            "the ledger `{location}` cannot be reached: {reason}", location=location, reason=reason
        ),
        advice,
    )


def _code(error: DBAPIError) -> str | None:
    code = getattr(error.orig, "sqlstate", None)
    return code if isinstance(code, str) else None


def _one_line(reason: str) -> str:
    """Return the first attempt's reason: a host with several addresses tells one a line."""
    lines = [line.strip() for line in reason.splitlines() if line.strip()]
    found = next((line for line in lines if "FATAL" in line), lines[0] if lines else "")
    return without_password(found)[:_LONGEST_REASON]
