"""`remit demo`: one incident from a public alert to its close, played by a script of people."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from remit.engine.wording import current_language

__all__ = ["demo"]

DEFAULT_FOLDER = Path(".remit/demo")


def demo(
    *,
    folder: Path = DEFAULT_FOLDER,
    pack: str | None = None,
    executor: Literal["auto", "prefect", "plain"] = "auto",
    fresh: Annotated[bool, Parameter(negative=())] = False,
    quiet: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Run the response to one made-up alert, from the report to the close.

    The people are a script and the clock jumps; every decision goes through the same code as live
    use. A run that was cut off goes on where it was; after a finished one, a new one begins.

    Args:
        folder: Where runs are kept, each in a numbered folder with its ledger, messages and report.
        pack: Folder of the pack; rf-community, which comes with remit, where left out.
        executor: What runs the work; auto is Prefect if it is there.
        fresh: Begin a new run although the last one was cut off.
        quiet: Show only the end.
    """
    began = time.monotonic()
    # WHY before the other imports: its server takes seconds to get ready, and they take some too.
    from remit.workflows.flows.server import server_ahead

    server = None if executor == "plain" else server_ahead()
    from remit.cli.stage import Stage

    return Stage(current_language(), folder, pack, executor, server, began).play(
        fresh=fresh, quiet=quiet
    )
