"""`remit serve`: the API, a worker and Prefect, as one process on one port."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from remit.cli.exits import Exit, UsageError
from remit.cli.live import completed_driver, links_here, open_ledger
from remit.cli.packs import load_pack
from remit.cli.screen import say
from remit.cli.webhooks import webhook_secrets
from remit.engine.system_words import why_not
from remit.engine.wording import current_language, tell
from remit.workflows.adapters.journals import JsonJournal
from remit.workflows.flows.environment import API_URL

__all__ = ["serve"]

PORT = 8420
LARGEST_PORT = 65_535


def serve(
    pack: str = ".",
    /,
    *,
    host: str = "127.0.0.1",
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=LARGEST_PORT))] = PORT,
    ledger: str | None = None,
    home: Path = Path(".remit"),
    drive: Annotated[int, Parameter(validator=Number(gte=0, lte=64))] = 4,
    prefect: Annotated[bool, Parameter(negative="--no-prefect")] = True,
    prefect_database: str = "",
) -> int:
    """Serve the API, drive incidents and see to deadlines, until told to end.

    One process on one port: events come in at /api/v1/events, people answer by the links in their
    messages, Prefect's pages are at /prefect for those at this machine. Who comes on duty is told,
    and every hour the auditor looks for what did not happen. Channels and the public address stand
    in remit.toml. Writes JSON lines about what it does to standard error. Ends with 0 on SIGTERM or
    Ctrl-C, 2 if the port, the ledger or a setting cannot be used, 4 if the pack cannot be loaded.

    Args:
        pack: Folder of the pack by which events are resolved, unless a version of it was activated;
            SIGHUP loads it anew.
        host: Address to listen at; others than this machine need a proxy with TLS before it.
        port: Port to listen at; 0 is any.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        home: Folder for what is kept beside the ledger.
        drive: Incidents driven side by side; 0 leaves that to `remit worker`.
        prefect: Run the work as Prefect flows; $PREFECT_API_URL names a server elsewhere.
        prefect_database: URL of Prefect's own database; a file below HOME where left out.
    """
    load_pack(pack)
    from remit.web.packs import PackHolder
    from remit.web.serving import Settings
    from remit.web.serving import serve as serve_at

    with _listening(host, port) as listening, open_ledger(ledger, create=True) as opened:
        driver = completed_driver(opened, language=current_language(), quiet=True)
        journal = JsonJournal(sys.stderr, driver.clock, {"process": driver.owner})
        links, public = links_here(opened)
        settings = Settings(
            home=home,
            drive=drive,
            prefect=prefect,
            prefect_url=os.environ.get(API_URL, "") if prefect else "",
            prefect_database=prefect_database,
            secrets=webhook_secrets(os.environ),
            language=current_language(),
            links=links,
            public=public,
        )
        told = {"host": host, "port": listening.getsockname()[1]}
        say(tell("remit serves at http://{host}:{port} (Ctrl-C ends it)", **told))
        holder = PackHolder(pack, opened, driver.clock)
        serve_at(listening, opened, driver, holder, journal, settings)
    return Exit.CLEAN


def _listening(host: str, port: int) -> socket.socket:
    from remit.web.serving import listening_at

    try:
        return listening_at(host, port)
    except OSError as error:
        told = {"host": host, "port": port, "reason": why_not(error)}
        raise UsageError(
            tell("cannot listen at {host}:{port}: {reason}", **told),
            tell("choose another with `--port`; 0 is any that is free"),
        ) from error
