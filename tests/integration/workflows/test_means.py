"""People, stock and money over several incidents of one ledger, in a file and on a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from remit.workflows.answers import Refusal
from remit.workflows.costs import costs_of
from remit.workflows.entries import Entry
from remit.workflows.spending import Spending, Use, Wish, judge_spending, judge_use, judge_wish
from remit.workflows.stock_keeping import StockError, add_stock, stock_of
from tests.books import problems_of
from tests.databases import Places, run_sql
from tests.means_town import Town, exported


@pytest.fixture
def town(tmp_path: Path, backend: Places) -> Iterator[Town]:
    """The town, with nothing open yet; its books balance when the test is over."""
    found = Town(tmp_path, place=backend.at(tmp_path))
    yield found
    assert problems_of(exported(found.ledger)) == []
    assert found.ledger.verify().problems == ()
    found.ledger.close()


def _at_work(town: Town, hazard: str = "flood", severity: str = "low") -> str:
    """Open an incident, with every doer at work and its money approved."""
    name = town.open(hazard, severity)
    town.lead(name)
    for item in town.incident(name).open_items():
        if item.purpose == "approve":
            town.say(name, item, "approve")
    return name


def _held(town: Town, name: str, step: str) -> dict[str, int]:
    holding = town.incident(name).means[f"response/{step}"]
    here = [one for one in holding.posted if one.until is None]
    return {
        staff: sum(one.count for one in here if one.staff == staff)
        for staff in dict.fromkeys(one.staff for one in here)
    }


def test_people_are_never_promised_twice_and_the_rest_is_told(town: Town) -> None:
    first = _at_work(town)
    second = _at_work(town)
    assert _held(town, first, "pump") == {"firefighter": 2, "warden": 1}
    assert _held(town, first, "shelter") == {"warden": 3}
    assert _held(town, second, "pump") == {"firefighter": 1}
    short = [
        (entry.payload["name"], entry.payload["quantity"], entry.payload["subjects"])
        for entry in town.ledger.entries(second)
        if entry.kind == "short" and entry.payload["step"] == "pump"
    ]
    assert short == [
        ("firefighter", 1, ["mayor"]),
        ("warden", 1, ["mayor"]),
        ("pump", 2, ["mayor"]),
    ]


def test_what_comes_free_goes_to_the_graver_incident_first(town: Town) -> None:
    first = _at_work(town)
    low = _at_work(town)
    high = _at_work(town, severity="high")
    town.say(first, town.item(first, "do", step="pump"), "done")
    town.say(first, town.item(first, "sign-off", step="pump"), "approve")
    assert _held(town, high, "pump")["firefighter"] == 2
    assert _held(town, low, "pump") == {"firefighter": 1}


def test_who_waits_long_is_served_before_the_graver_one(town: Town) -> None:
    """Each four hours of waiting count as one degree more: nobody starves."""
    first = _at_work(town)
    low = _at_work(town)
    town.later(9 * 60)
    high = _at_work(town, severity="high")
    town.say(first, town.item(first, "do", step="pump"), "done")
    town.say(first, town.item(first, "sign-off", step="pump"), "approve")
    assert _held(town, low, "pump")["firefighter"] == 2
    assert _held(town, high, "pump").get("firefighter", 0) == 1


def test_a_step_does_not_begin_without_its_least_and_holds_nothing_meanwhile(town: Town) -> None:
    first = _at_work(town)
    fire = _at_work(town, "fire")
    assert _held(town, fire, "pump") == {}
    item = town.item(fire, "do", step="pump")
    refusal = town.say(fire, item, "done")
    assert refusal is not None
    assert "the least of its people or supplies is missing" in refusal.reason
    town.say(first, town.item(first, "do", step="pump"), "done")
    town.say(first, town.item(first, "sign-off", step="pump"), "approve")
    assert _held(town, fire, "pump") == {"firefighter": 3}


def test_a_lender_lends_at_most_what_it_said_and_the_rest_is_asked_on(town: Town) -> None:
    name = _at_work(town)
    town.say(name, town.item(name, "supply", "clinic", "shelter"), "approve", amount="1")
    assert _held(town, name, "shelter") == {"warden": 3, "nurse": 1}
    town.say(name, town.item(name, "receive", step="shelter"), "ack")
    calls = town.incident(name).means["response/shelter"].calls
    assert [(call.name, call.state, call.given) for call in calls if call.kind == "staff"] == [
        ("warden", "received", 1)
    ]


def test_people_that_did_not_come_go_back_to_their_lender(town: Town) -> None:
    name = _at_work(town)
    town.say(name, town.item(name, "supply", "clinic", "shelter"), "approve")
    town.say(name, town.item(name, "receive", step="shelter"), "decline")
    assert _held(town, name, "shelter") == {"warden": 3}


def test_stock_below_the_floor_needs_a_word_of_its_holder(town: Town) -> None:
    _at_work(town)
    second = _at_work(town)
    town.say(second, town.item(second, "supply", "clinic", "shelter"), "approve")
    assert town.incident(second).means["response/shelter"].drawn["blanket"].drawn == 10
    town.say(second, town.item(second, "spare", "clinic"), "approve", amount="15")
    assert town.incident(second).means["response/shelter"].drawn["blanket"].drawn == 25
    (line,) = [line for line in stock_of(town.ledger) if line.item == "blanket"]
    assert (line.there, line.free, line.is_low) == (60, 5, True)


def test_supplies_from_outside_count_when_they_have_come(town: Town) -> None:
    _at_work(town)
    second = _at_work(town)
    town.say(second, town.item(second, "supply", "clinic", "shelter"), "approve")
    town.say(second, town.item(second, "supply", "depot"), "approve")
    town.say(second, town.item(second, "supply", "depot"), "done")
    town.say(second, town.item(second, "receive", step="shelter"), "ack", amount="35")
    assert town.incident(second).means["response/shelter"].drawn["water"].drawn == 55


def test_who_requests_approves_and_pays_are_three(town: Town) -> None:
    name = _at_work(town)
    request = town.incident(name).means["response/shelter"].requests[0]
    item = town.item(name, "pay", "treasury")
    for by in ("wardens", "mayor"):
        judged = judge_spending(town.incident(name), item.number, Spending(by, "1", "x"))
        assert isinstance(judged, Refusal)
    assert (request.hand, request.approver) == (("wardens", "wardens"), ("mayor", "mayor"))


def test_nothing_is_paid_beyond_what_was_approved_and_the_rest_goes_back(town: Town) -> None:
    name = _at_work(town)
    item = town.item(name, "pay", "treasury")
    spend = Spending("treasury", "380.50", "masks", "Acme")
    assert isinstance(
        town.driver.put(name, lambda one: judge_spending(one, item.number, spend)), Entry
    )
    more = Spending("treasury", "119.51", "masks")
    refused = town.driver.put(name, lambda one: judge_spending(one, item.number, more))
    assert isinstance(refused, Refusal)
    assert "119.51 is more than the 119.50 left" in refused.reason
    for found in town.incident(name).open_items():
        if found.purpose == "do" and found.step == "shelter":
            town.say(name, found, "done")
    town.say(name, town.item(name, "sign-off", step="shelter"), "approve")
    assert str(town.ledger.stores(town.incident(name)).funds["relief"]) == "819.5"
    (paid,) = [
        line for line in costs_of(town.incident(name), town.clock.now()) if line.kind == "money"
    ]
    assert (str(paid.planned), str(paid.actual), paid.subject) == ("500", "380.50", "treasury")


def test_a_further_request_counts_with_what_was_asked_before(town: Town) -> None:
    """150 alone the mayor could approve; with the 500 before it goes to the next band."""
    name = _at_work(town)
    item = next(
        one for one in town.incident(name).open_items()
        if one.purpose == "do" and one.step == "shelter"
    )  # fmt: skip
    wish = Wish("wardens", "150", "more masks")
    town.driver.put(name, lambda one: judge_wish(one, item.number, wish))
    town.driver.drive(name)
    assert town.item(name, "approve").subject == "depot"


def test_what_a_fund_lacks_is_asked_of_the_next(town: Town) -> None:
    fire = _at_work(town, "fire")
    second = town.open("fire")
    town.lead(second)
    assert [
        (one.fund, str(one.amount)) for one in town.incident(second).means["response/pump"].requests
    ] == [("relief", "300"), ("district", "600")]
    assert town.incident(fire).means["response/pump"].requests[0].fund == "relief"


def test_used_stock_is_gone_and_the_rest_comes_back(town: Town) -> None:
    name = _at_work(town)
    item = next(
        one for one in town.incident(name).open_items()
        if one.purpose == "do" and one.step == "shelter"
    )  # fmt: skip
    use = Use("wardens", "water", 12)
    town.driver.put(name, lambda one: judge_use(one, item.number, use))
    town.say(name, town.incident(name).items[item.number], "done")
    town.say(name, town.item(name, "sign-off", step="shelter"), "approve")
    (line,) = [line for line in stock_of(town.ledger) if line.item == "water"]
    assert (line.there, line.free) == (68, 68)


def test_stock_is_added_by_whoever_holds_it(town: Town) -> None:
    _at_work(town)
    now = town.clock.now()
    with pytest.raises(StockError, match="does not hold"):
        add_stock(town.ledger, "water", 5, reason="x", by="clinic", pack=None, now=now)
    with pytest.raises(StockError, match="the rest is promised"):
        add_stock(town.ledger, "water", -21, reason="x", by=None, pack=None, now=now)
    add_stock(town.ledger, "water", 5, reason="delivery", by=None, pack=None, now=now)
    (line,) = [line for line in stock_of(town.ledger) if line.item == "water"]
    assert (line.there, line.free) == (85, 25)


@pytest.mark.parametrize(
    "statement, reason",
    [
        ("UPDATE reservations SET held = held + 100 WHERE kind = 'staff'", "more is promised"),
        ("UPDATE approvals SET approved_by = requested_by", "approver_is_not_requester"),
        ("UPDATE approvals SET approved_for = requested_for", "approver_is_not_requester"),
        ("UPDATE payments SET paid_by = approved_by", "payer_is_neither"),
        ("UPDATE payments SET paid_for = requested_by", "payer_is_neither"),
        (
            """INSERT INTO payments SELECT incident, entry + 1, step, request, fund, 500000, payee,
               requested_by, requested_for, approved_by, approved_for, paid_by, paid_for
               FROM payments""",
            "more is paid than was approved",
        ),
    ],
)
def test_the_database_itself_refuses(
    town: Town, backend: Places, tmp_path: Path, statement: str, reason: str
) -> None:
    """Whoever writes past all the rules is refused by the tables."""
    name = _at_work(town)
    item = town.item(name, "pay", "treasury")
    spend = Spending("treasury", "100", "masks")
    town.driver.put(name, lambda one: judge_spending(one, item.number, spend))
    with pytest.raises(Exception, match=reason):
        run_sql(backend.at(tmp_path), statement)
