"""A Prefect server for as long as a block lasts: the user's, or a private one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec

from remit.engine.wording import tell
from remit.workflows.flows.environment import API_URL, quiet_settings, settings_in_force
from remit.workflows.flows.server import ServerError, is_healthy, start_server
from remit.workflows.flows.template import cache_folder

__all__ = ["private_server"]

START_S = 120
HEALTH_S = 5


@contextmanager
def private_server() -> Iterator[str]:
    """Give the address of a Prefect server that answers, and put it in force.

    Raises:
        ServerError: if Prefect is missing, or no server answers.
    """
    if find_spec("prefect") is None:
        raise ServerError(tell("it is not installed"))
    with ExitStack() as stack:
        url = os.environ.get(API_URL, "")
        if url:
            settings = quiet_settings(cache_folder() / "prefect")
            if not is_healthy(url, timeout_s=HEALTH_S):
                raise ServerError(tell("no server answers at {url}", url=url))
        else:
            server = start_server()
            stack.callback(server.stop)
            if not server.wait(START_S):
                raise ServerError(tell("no server answers at {url}", url=server.url))
            url, settings = server.url, server.settings()
        stack.enter_context(settings_in_force(settings, yielding=True))
        from prefect.settings import PREFECT_API_URL, temporary_settings

        # WHY also this: where Prefect was imported before, it has read its settings.
        stack.enter_context(temporary_settings({PREFECT_API_URL: url}))
        yield url
