"""What came in is read whole or not at all: killed in between, the next process reads it all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from remit.web.packs import PackHolder
from remit.workflows.adapters.journals import MemoryJournal
from remit.workflows.entries import Draft, Entry
from remit.workflows.ledger_writing import Writing
from remit.workflows.reception import Reception
from tests.alerts import alert, info
from tests.integration.web.conftest import spill
from tests.integration.workflows.conftest import Office
from tests.integration.workflows.test_updates_join import write_signals


class _DeadError(BaseException):
    """The process is gone."""


def _reception(office: Office) -> Reception:
    pack = PackHolder(str(office.pack), office.ledger, office.clock)
    return Reception(office.ledger, pack.policy, office.clock, MemoryJournal(), pack.take_in)


def _killed(office: Office, data: bytes, kind: str, time: int) -> list[str]:
    """Take something in; die writing the `time`-th entry of a kind; return what was written."""
    append, passed = Writing.append, list[str]()
    before = office.ledger.head().number

    def dying(self: Writing, drafts: Sequence[Draft], **more: Any) -> tuple[Entry, ...]:
        passed.extend(draft.kind for draft in drafts if draft.kind == kind)
        if len(passed) == time:
            raise _DeadError
        return append(self, drafts, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Writing, "append", dying)
        with pytest.raises(_DeadError):
            _reception(office).take(data)
    return [entry.kind for entry in office.ledger.entries(after=before)]


def _read_late(office: Office) -> list[str]:
    """Let another process read what was left; return what it wrote."""
    before = office.ledger.head().number
    office.clock.jump_to(office.clock.now() + dt.timedelta(minutes=1))
    _reception(office).catch_up()
    return [entry.kind for entry in office.ledger.entries(after=before)]


def test_what_joins_an_incident_and_what_it_changes_there_are_one_piece(office: Office) -> None:
    _reception(office).take(spill())
    moved = spill(pier="south")
    assert ["received"] == _killed(office, moved, "changed", 1)
    assert ["joined", "changed"] == _read_late(office)
    (summary,) = office.ledger.incidents()
    assert "south" == office.incident(summary.id).event["pier"]
    assert office.ledger.verify().is_whole


def test_all_incidents_of_one_message_are_opened_or_none(office: Office) -> None:
    write_signals(office)
    both = alert(more=info() + info(severity="Extreme")).encode()
    assert ["received"] == _killed(office, both, "opened", 2)
    assert ["opened", "opened"] == _read_late(office)


def test_a_change_that_may_not_be_is_written_beside_what_joined(office: Office) -> None:
    """Where the incident's version is nowhere any more, that is told, and nothing is lost."""
    _reception(office).take(spill())
    file = office.pack / "pack.yaml"
    file.write_text(file.read_text("utf-8").replace('"1"', '"2"'), encoding="utf-8")
    before = office.ledger.head().number
    assert "joined" == _reception(office).take(spill(pier="south")).status
    kinds = [entry.kind for entry in office.ledger.entries(after=before)]
    assert ["received", "joined", "denied"] == kinds
