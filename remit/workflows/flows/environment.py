"""The settings under which Prefect runs here; they count only if set before it is first imported.

SOURCE: Prefect's settings reference. Nothing is sent to its makers, nothing is written below the
user's home unless the user says so, and a server that is missing fails fast: an order waits for
nobody.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = [
    "API_URL",
    "HOME",
    "private_settings",
    "quiet_settings",
    "resident_settings",
    "settings_in_force",
]

API_URL = "PREFECT_API_URL"
HOME = "PREFECT_HOME"


def quiet_settings(home: Path) -> dict[str, str]:
    """Return what holds with every server, ours or the user's."""
    return {
        HOME: str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(home / "results"),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_CLIENT_MAX_RETRIES": "1",
        "PREFECT_CLIENT_RETRY_EXTRA_CODES": "",
    }


def private_settings(home: Path, url: str, *, migrate: bool) -> dict[str, str]:
    """Return what holds with a server of our own.

    It records flow runs and nothing finer: nobody can look at a server that is thrown away after
    one run, and recording each task takes it longer than everything else together.

    Args:
        home: a folder of its own, thrown away afterwards.
        url: where it listens.
        migrate: whether it must make its database first.
    """
    return {
        **quiet_settings(home),
        API_URL: url,
        "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
        "PREFECT_API_DATABASE_MIGRATE_ON_START": "true" if migrate else "false",
    }


def resident_settings(home: Path, address: str, database: str = "") -> dict[str, str]:
    """Return what holds where Prefect lives inside our own server.

    Args:
        home: a folder of its own, which stays.
        address: where our server listens.
        database: URL of its database; an SQLite file in its home where empty.
    """
    return {
        **quiet_settings(home),
        API_URL: f"{address}/api",
        "PREFECT_API_DATABASE_CONNECTION_URL": database
        or f"sqlite+aiosqlite:///{home.resolve() / 'prefect.db'}",
        "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_UI_SERVE_BASE": "/prefect",
        "PREFECT_SERVER_UI_API_URL": f"{address}/api",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home.resolve() / "ui"),
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # WHY: it keeps every event and run for ever otherwise; our record is elsewhere.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    }


@contextmanager
def settings_in_force(settings: Mapping[str, str], *, yielding: bool) -> Iterator[None]:
    """Put settings into the environment, where Prefect reads them when it is first imported.

    Args:
        yielding: leave alone what the user has set.
    """
    before = {name: os.environ.get(name) for name in settings}
    for name, value in settings.items():
        if not yielding or before[name] is None:
            os.environ[name] = value
    try:
        yield
    finally:
        for name, old in before.items():
            if old is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = old
