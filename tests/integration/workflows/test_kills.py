"""Killed at any moment, started again: everything goes on, and nothing is lost or happens twice.

These are a few of the kills that `python -m tests.kills` makes by the hundred.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.databases import Places, on_postgres
from tests.kills.__main__ import Matrix, scene_for

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def places(request: pytest.FixtureRequest) -> Iterator[Places]:
    """Where the ledgers of a run are."""
    with ExitStack() as stack:
        on_server = request.param == "postgres"
        yield stack.enter_context(on_postgres()) if on_server else Places(on_postgres=False)


@pytest.mark.parametrize(
    "role,places,kills",
    [
        ("driver", "sqlite", 6),
        ("worker", "sqlite", 6),
        ("worker", "postgres", 4),
        ("sweep", "postgres", 3),
        ("server", "sqlite", 4),
    ],
    indirect=["places"],
)
def test_a_run_in_which_processes_die_ends_like_one_in_which_none_does(
    role: str, places: Places, kills: int, tmp_path: Path
) -> None:
    """The ledger is whole, the story the same, each message there once or told as a repeat."""
    matrix = Matrix(role, places, tmp_path, scene_for(role, tmp_path, incidents=1))
    assert [] == matrix.kill(1, kills, 12)
    assert kills == matrix.deaths.total()
