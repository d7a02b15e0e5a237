"""What can be set for `remit check`, with what holds where nobody sets it."""

from __future__ import annotations

from collections.abc import Mapping

from remit.engine.wording import tell

__all__ = ["FAIL_LEVELS", "OPTIONS", "TABLE", "expected"]

TABLE = "check"
"""The table of a file that sets them."""
OPTIONS: Mapping[str, object] = {
    "output": (),
    "fail-level": "error",
    "select": (),
    "ignore": (),
    "seconds": 30.0,
    "show-accepted": False,
    "statistics": False,
    "exit-zero": False,
}
"""What can be set, with what holds where nobody sets it; its type is that of the value."""
FAIL_LEVELS = ("error", "warning", "note")


def expected(name: str) -> str:
    """Return what the value of an option must be, in words."""
    if name == "fail-level":
        return tell("one of {names}", names=", ".join(f"`{one}`" for one in FAIL_LEVELS))
    kinds = {
        tuple: tell("a list of texts"),
        float: tell("a number above 0"),
        bool: tell("`true` or `false`"),
    }
    return kinds[type(OPTIONS[name])]
