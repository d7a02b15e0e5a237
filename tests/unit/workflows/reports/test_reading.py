"""A view says of an incident what the ledger holds, with the clauses of the pack that decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from remit.engine.language.loader import load
from remit.engine.pack import Pack
from remit.workflows.driver import UnknownIncidentError
from remit.workflows.executing import PlainExecutor
from remit.workflows.ledger import Ledger
from remit.workflows.reports.reading import view_of
from remit.workflows.reports.view import Clause, IncidentView
from tests.small_incident import open_small, play_small, write_small_pack

Played = tuple[Ledger, Pack, str]
COMMITTEE = 'Committee <of> residents & "owners"'


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    found = play_small(tmp_path_factory.mktemp("small"))
    with found[0]:
        yield found


@pytest.fixture(scope="module")
def view(played: Played) -> IncidentView:
    return view_of(*_reordered(played))


def _reordered(played: Played) -> tuple[Ledger, str, Pack]:
    ledger, pack, incident = played
    return ledger, incident, pack


def test_the_summary_is_the_incidents(view: IncidentView) -> None:
    assert view.title == "Water at the gate"
    assert view.state == "closed"
    assert view.closed is not None
    assert (view.pack.label, view.pack.name, view.pack.version) == (
        "Small community",
        "small",
        "2026.1",
    )


def test_what_is_known_of_the_event_is_told_in_the_words_of_the_vocabulary(
    view: IncidentView,
) -> None:
    assert [(fact.name, fact.value) for fact in view.facts] == [
        ("Hazard", "flood"),
        ("phase", "response"),
        ("Time of the event", "2026-03-02 08:00"),
    ]


def test_the_owner_is_named_with_its_clause_and_with_who_led_instead(view: IncidentView) -> None:
    clause = Clause("office/command", "Regulation, art. 42", "subjects/office.yaml:8")
    owner = view.owners[0]
    assert (owner.part, owner.subject, owner.led_by) == (
        "Response",
        "Street office",
        "Party branch",
    )
    assert owner.clauses == (clause,)


def why(view: IncidentView, start: str) -> str:
    """Return the reason given for the first row that starts so."""
    return next(row.why for row in view.timeline if row.what.startswith(start))


def test_who_is_asked_is_told_by_which_clause(view: IncidentView) -> None:
    assert why(view, "Street office is told") == "by office/command: Regulation, art. 42"
    assert why(view, "Property company is asked to do") == "by company/gate"


def test_who_stands_in_is_told_for_whom(view: IncidentView) -> None:
    found = why(view, "no answer from Street office")
    assert found == "in place of Street office; by office/command: Regulation, art. 42"


def test_an_order_is_told_by_which_power(view: IncidentView) -> None:
    assert why(view, "Street office orders") == "by office/close: Emergency Law, art. 73"


def test_an_approval_is_told_by_which_limit(view: IncidentView) -> None:
    assert why(view, "Street office approves") == "may release up to 5000 CNY from Relief fund"


def test_the_timeline_has_every_entry_but_messages_that_arrived(
    played: Played, view: IncidentView
) -> None:
    ledger, _, incident = played
    expected = [entry.number for entry in ledger.story(incident) if entry.kind != "delivered"]
    assert [row.number for row in view.timeline] == expected
    assert view.timeline[0].number == 1
    left_out = len(ledger.story(incident)) - len(expected)
    note = f"{left_out} messages were delivered; the timeline leaves these entries out."
    assert note in view.notes


def chart(view: IncidentView) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Return planned and acted letters by part, activity and party."""
    return {
        (row.part, row.activity, cell.party): (cell.planned, cell.acted)
        for row in view.chart.rows
        for cell in row.cells
    }


def test_the_chart_sets_what_was_done_beside_what_was_planned(view: IncidentView) -> None:
    assert chart(view) == {
        ("Response", "Command", "office"): ("A", ""),
        ("Response", "Command", "branch"): ("", "A"),
        ("Response", "Close the gate", "office"): ("A", "AO"),
        ("Response", "Close the gate", "company"): ("R", "R"),
        ("Response", "Close the gate", "committee"): ("I", "I"),
        ("Response", "Deliver", "office"): ("A", "AF"),
        ("Response", "Deliver", "committee"): ("R", "R"),
        ("Response", "Deliver", "branch"): ("S", "S"),
        ("Response", "Deliver", "company"): ("C", ""),
        ("Recovery", "Command", "office"): ("A", "A"),
        ("Recovery", "Command", "branch"): ("", "A"),
    }


def test_the_chart_names_its_parties_as_people_do(view: IncidentView) -> None:
    assert [party.label for party in view.chart.parties] == [
        "Street office",
        "Property company",
        COMMITTEE,
        "Party branch",
    ]


def test_deadlines_are_kept_late_or_missed(view: IncidentView) -> None:
    found = {(each.what, each.subject): each.state for each in view.deadlines}
    assert found["take the lead", "Street office"] == "missed"
    assert found["take the lead", "Party branch"] == "kept"
    assert found["advise on “Deliver”", "Property company"] == "missed"
    assert found["Close the gate: done in time", "Property company"] == "late"


def test_saying_mine_in_time_is_kept_although_the_work_is_done_later(view: IncidentView) -> None:
    found = next(each for each in view.deadlines if each.what == "take on “Close the gate”")
    assert found.state == "kept"
    assert found.answered is not None
    assert found.answered < found.due


def test_money_stock_and_hand_overs_are_told(view: IncidentView) -> None:
    (money,) = view.money
    assert (money.fund, money.amount, money.currency) == ("Relief fund", "4000", "CNY")
    assert (money.requested_by, money.approved_by) == (COMMITTEE, "Street office")
    assert money.set_aside is not None
    (stock,) = view.stock
    assert (stock.item, stock.quantity, stock.short) == ("Food parcel", 20, 10)
    (hand_over,) = view.hand_overs
    assert (hand_over.giver, hand_over.receiver) == (COMMITTEE, "Street office")
    assert hand_over.outcome == "accepted"


def test_the_whole_ledger_is_verified(played: Played, view: IncidentView) -> None:
    verdict = played[0].verify()
    assert view.verification.is_whole
    assert (view.verification.entries, view.verification.head) == (
        verdict.entries,
        str(verdict.head),
    )


def test_everything_is_told_in_the_language_asked_for(played: Played) -> None:
    ledger, incident, pack = _reordered(played)
    view = view_of(ledger, incident, pack, language="zh")
    assert view.title == "大门积水"
    assert view.owners[0].subject == "街道办"
    assert view.owners[0].clauses[0].basis == "条例第四十二条"
    assert view.money[0].fund == "救助资金"
    assert why(view, "街道办下令") == "依 office/close：突发事件应对法第七十三条"
    assert view.chart.rows[1].activity == "封闭大门"


def test_without_the_pack_clauses_are_left_out_and_that_is_said(played: Played) -> None:
    ledger, incident, _ = _reordered(played)
    view = view_of(ledger, incident)
    assert view.owners[0].clauses == ()
    assert view.notes[0] == "The policy was not at hand, so clauses and labels are left out."


def test_a_pack_that_has_changed_since_is_not_taken_for_the_one_that_decided(
    played: Played, tmp_path: Path
) -> None:
    ledger, incident, _ = _reordered(played)
    folder = write_small_pack(tmp_path / "pack")
    text = (folder / "pack.yaml").read_text()
    (folder / "pack.yaml").write_text(text.replace("2026.1", "2026.2"))
    view = view_of(ledger, incident, load(folder))
    assert view.owners[0].clauses == ()
    assert view.pack.version == "2026.1"
    assert view.notes[0].startswith("The policy at hand is not the one that decided (")


def test_an_unknown_incident_is_named(played: Played) -> None:
    with pytest.raises(UnknownIncidentError, match="zzzz"):
        view_of(played[0], "zzzz")


def test_equal_ledgers_give_equal_views(played: Played, view: IncidentView) -> None:
    assert view_of(*_reordered(played)) == view


def test_an_incident_that_has_just_opened_has_a_view(tmp_path: Path) -> None:
    ledger, pack, incident, _ = open_small(tmp_path)
    with ledger:
        view = view_of(ledger, incident, pack)
    assert (view.state, view.closed, view.deadlines) == ("opened", None, ())
    assert (view.money, view.stock, view.hand_overs) == ((), (), ())
    assert {cell.acted for row in view.chart.rows for cell in row.cells} == {""}


def test_an_incident_under_way_has_open_deadlines(tmp_path: Path) -> None:
    ledger, pack, incident, play = open_small(tmp_path)
    with ledger:
        PlainExecutor().run(play.driver, incident)
        view = view_of(ledger, incident, pack)
    assert view.state == "the owner is told"
    assert [(each.what, each.state) for each in view.deadlines] == [("take the lead", "open")]
