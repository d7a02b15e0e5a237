"""Loading a pack for a command."""

from __future__ import annotations

from remit.cli.destinations import Destination, write_json
from remit.engine.errors import PackErrors
from remit.engine.language.loader import load
from remit.engine.pack import Pack
from remit.validators.outputs.json import errors_json

__all__ = ["load_or_tell"]


def load_or_tell(path: str, *, as_json: bool) -> Pack:
    """Return a pack; where it cannot be loaded, print why as JSON first, if JSON is wanted.

    Raises:
        PackErrors: if it cannot be loaded; whoever runs the command tells them in words.
    """
    try:
        return load(path)
    except PackErrors as errors:
        if as_json:
            write_json(Destination("json"), errors_json(errors))
        raise
