"""A desk with an incident of the small pack, just opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import Desk, harbour, response_of


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A spill at the north pier: the warden has just been asked to lead."""
    return Desk(response_of(harbour(tmp_path)))


@pytest.fixture
def led(desk: Desk) -> Desk:
    """The same, and the warden leads."""
    assert desk.say("ack", desk.item("command", "warden")) is None
    return desk


@pytest.fixture
def closing(led: Desk) -> Desk:
    """The same, the clinic has advised, the council has ordered the gate closed."""
    assert led.say("done", led.item("consult", "clinic"), note="close it") is None
    assert led.say("approve", led.item("order", "council")) is None
    return led


@pytest.fixture
def feeding(closing: Desk) -> Desk:
    """The same, the gate is closed, and the crew has said "mine" to feeding."""
    assert closing.say("ack", closing.item("do", "crew", "close-gate")) is None
    assert closing.say("done", closing.item("do", "crew", "close-gate")) is None
    assert closing.say("ack", closing.item("do", "crew", "feed")) is None
    return closing
