"""How a command ends: the exit codes of the contract, and the errors that lead to them."""

from __future__ import annotations

from enum import IntEnum

from remit.engine.errors import RemitError

__all__ = ["EXTRAS", "Exit", "MissingError", "UsageError"]


class Exit(IntEnum):
    """What a command tells its caller; codes are never reused."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    MISSING = 3
    NOT_LOADED = 4
    BUG = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141


EXTRAS = {
    "apprise": "run",
    "durable": "run",
    "durable_rules_engine": "run",
    "fastapi": "run",
    "icalendar": "run",
    "itsdangerous": "run",
    "jinja2": "run",
    "lsprotocol": "lsp",
    "prefect": "run",
    "psycopg": "run",
    "pyarrow": "arrow",
    "pygls": "lsp",
    "python_calamine": "sheet",
    "sqlalchemy": "run",
    "starlette": "run",
    "uvicorn": "run",
    "xlsxwriter": "sheet",
}
"""The extra that brings each library the base does without, by import name."""


class UsageError(RemitError):
    """The command cannot do what was asked of it, as it was asked.

    Args:
        message: one line, lower case, no final period.
        help: what to do instead, or empty.
    """

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002 -- the word on the screen
        super().__init__(message, help)
        self.message = message
        self.help = help

    def __str__(self) -> str:
        """Return the message and the help in one line."""
        return f"{self.message}; {self.help}" if self.help else self.message


class MissingError(UsageError):
    """The command needs a program that this machine lacks; `help` tells how to get it."""
