"""`remit lsp`: the language server, for any editor that speaks the protocol."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from remit.cli.budgets import proof_budget
from remit.cli.clock import current_day
from remit.cli.exits import Exit
from remit.engine.map.budget import Budget

__all__ = ["lsp"]

MOST_SECONDS = 5.0
"""An editor waits for no proof longer than a person does."""


def lsp(
    *,
    stdio: Annotated[bool, Parameter(negative=(), show=False)] = True,  # noqa: ARG001 - see below
    seconds: Annotated[float, Parameter(validator=Number(gt=0))] = MOST_SECONDS,
) -> int:
    """Serve an editor: findings as you type, who owns what, renames, completion, quick fixes.

    Speaks the Language Server Protocol over standard input and output; an editor starts it.

    Args:
        stdio: Editors pass this by habit; there is no other way.
        seconds: Time after which no further proof of a check is begun.
    """
    from remit.cli.editor.server import serve

    def budget() -> Budget:
        return proof_budget(seconds)

    serve(current_day, budget)
    return Exit.CLEAN
