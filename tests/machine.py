"""What the machine that runs the tests has, and what follows where it lacks something."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

__all__ = ["IN_CI", "missing"]

IN_CI = os.environ.get("CI") == "true"


def missing(reason: str) -> NoReturn:
    """Skip the test for `reason`; in CI, where nothing may be missing, fail it."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)
