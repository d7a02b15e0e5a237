"""The shipped packs, loaded and compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

import remit

POLICIES = Path(__file__).resolve().parents[3] / "policies"


@pytest.fixture(scope="session")
def j_city() -> remit.Pack:
    return remit.load(POLICIES / "j-city")


@pytest.fixture(scope="session")
def rf_community() -> remit.Pack:
    return remit.load(POLICIES / "rf-community")


@pytest.fixture(scope="session")
def rf_map(rf_community: remit.Pack) -> remit.ResponsibilityMap:
    return remit.compile(rf_community)
