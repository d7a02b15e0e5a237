"""The plans fit the map, the reserves and the money, and hold what a first response shows."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

import remit
from remit.engine.conditions import Condition
from remit.engine.map.cells import CellSet
from remit.engine.pack import Plan, Step

FIRST_CASE = {
    "hazard": "covid-19", "phase": "response", "stage": "normalised", "level": "iii",
    "place": "garden", "cases": 1, "closure": "off", "rain-3h": 0, "shift": "day",
    "date": "2026-11-23",
}  # fmt: skip


def step(pack: remit.Pack, plan: str, name: str) -> Step:
    return next(one for one in pack.plans[plan].steps if one.id == name)


def test_every_step_is_needed_wherever_its_plan_holds(
    rf_community: remit.Pack, rf_map: remit.ResponsibilityMap
) -> None:
    for plan in rf_community.plans.values():
        region = rf_map.cells_of(plan.when)
        for one in plan.steps:
            spare = (
                region - rf_map.needed(one.activity) - _unowned(rf_community, rf_map, one.activity)
            )
            assert not spare, (plan.name, one.activity, spare.witness() if spare else None)


def _unowned(pack: remit.Pack, responsibilities: remit.ResponsibilityMap, activity: str) -> CellSet:
    nothing = responsibilities.possible() - responsibilities.possible()
    for one in pack.vocabulary.unowned:
        if one.activity == activity:
            nothing |= responsibilities.cells_of(one.when)
    return nothing


def test_no_two_plans_hold_for_one_event(
    rf_community: remit.Pack, rf_map: remit.ResponsibilityMap
) -> None:
    regions = {name: rf_map.cells_of(plan.when) for name, plan in rf_community.plans.items()}
    for one, other in itertools.combinations(regions, 2):
        assert not regions[one] & regions[other], (one, other)


def test_every_response_and_recovery_has_a_plan(
    rf_community: remit.Pack, rf_map: remit.ResponsibilityMap
) -> None:
    left = (
        rf_map.possible() - _where(rf_map, phase="prevention") - _where(rf_map, phase="monitoring")
    )
    for plan in rf_community.plans.values():
        left -= rf_map.cells_of(plan.when)
    assert not left


def _where(responsibilities: remit.ResponsibilityMap, **values: str) -> CellSet:
    event = remit.parse_event(values, responsibilities.pack.vocabulary)
    return responsibilities.cells_of_event(event)


def test_the_needs_of_a_plan_lie_within_staff_and_stock(rf_community: remit.Pack) -> None:
    staff = Counter[str]()
    for subject in rf_community.subjects.values():
        staff.update(subject.staff)
    for plan in rf_community.plans.values():
        for kind, needed in _people(plan).items():
            assert needed <= staff[kind], (plan.name, kind)
        for item, needed in _stock(plan).items():
            stock = rf_community.reserves[item]
            assert needed <= stock.quantity - stock.floor, (plan.name, item)


def _people(plan: Plan) -> Counter[str]:
    found = Counter[str]()
    for one in plan.steps:
        found.update(one.needs.staff if one.needs else {})
    return found


def _stock(plan: Plan) -> Counter[str]:
    found = Counter[str]()
    for one in plan.steps:
        found.update(one.needs.stock if one.needs else {})
    return found


def test_the_first_case_is_fully_decided(rf_map: remit.ResponsibilityMap) -> None:
    assert rf_map.resolve(FIRST_CASE).decided


def test_the_closure_is_ordered_by_the_holder_of_the_power_after_others_were_heard(
    rf_community: remit.Pack, rf_map: remit.ResponsibilityMap
) -> None:
    found = rf_map.resolve(FIRST_CASE).activities["close-compound"]
    assert found.accountable.certain == ("district-headquarters",)
    assert found.consulted.certain == ("district-cdc",)
    assert step(rf_community, "confirmed-case", "close-compound").consult_first
    granted = {
        grant.power
        for account in rf_community.accounts_of("district-headquarters")
        for grant in account.authority
    }
    assert "order-closure" in granted


def test_the_supplies_cost_more_than_the_first_band_and_no_one_approves_his_own(
    rf_community: remit.Pack, rf_map: remit.ResponsibilityMap
) -> None:
    needs = step(rf_community, "confirmed-case", "deliver-supplies").needs
    assert needs is not None
    assert needs.fund is not None
    bands = rf_community.funds[needs.fund].approve
    assert bands[0].up_to is not None
    assert needs.money > bands[0].up_to
    approver = next(band.by for band in bands if band.up_to is None or needs.money <= band.up_to)
    found = rf_map.resolve(FIRST_CASE).activities["deliver-supplies"]
    assert approver not in found.accountable.possible
    assert needs.money <= rf_community.funds[needs.fund].amount


def test_the_supplies_are_handed_over_to_another_body(
    rf_community: remit.Pack, rf_map: remit.ResponsibilityMap
) -> None:
    (receiver,) = step(rf_community, "confirmed-case", "deliver-supplies").hand_over_to
    answers = rf_map.resolve(FIRST_CASE).activities
    assert answers[receiver].accountable.certain == ("civil-affairs-bureau",)
    assert answers["deliver-supplies"].accountable.certain == ("street-office",)


def test_who_does_not_answer_has_a_deputy_and_a_superior(rf_community: remit.Pack) -> None:
    centre = rf_community.subjects["community-health-centre"]
    assert centre.deputies == ("medical-institutions",)
    assert centre.under == "district-cdc"


@pytest.mark.parametrize(
    "plan, hazard",
    [
        ("rainstorm", "flood"),
        ("heat", "heat"),
        ("fire", "fire"),
        ("gas-leak", "gas-leak"),
        ("food-poisoning", "food-poisoning"),
        ("missing-person", "missing-person"),
    ],
)
def test_each_hazard_beyond_the_epidemic_has_its_plan(
    rf_community: remit.Pack, rf_map: remit.ResponsibilityMap, plan: str, hazard: str
) -> None:
    wanted = _where(rf_map, hazard=hazard, phase="response")
    assert rf_map.cells_of(_when(rf_community, plan)).same_as(wanted)


def _when(pack: remit.Pack, plan: str) -> Condition:
    return pack.plans[plan].when
