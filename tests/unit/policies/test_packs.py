"""The shipped packs are clean, complete, sourced and bilingual."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

import remit
from remit.engine.pack import Contact, Duty, Grant
from remit.engine.texts import Text

TODAY = dt.date(2026, 11, 23)
PARTIES = {
    "district-headquarters", "street-office", "community-party-branch", "residents-committee",
    "grid-workers", "property-company", "owners-committee", "police-station",
    "community-health-centre", "district-cdc", "civil-affairs-bureau", "commerce-bureau",
    "housing-bureau", "resident-units", "social-organisations", "volunteers", "down-sent-cadres",
    "residents", "medical-institutions",
}  # fmt: skip
JOINT = {"four-in-one-team", "property-management-committee"}


@pytest.fixture(params=["j_city", "rf_community"])
def pack(request: pytest.FixtureRequest) -> remit.Pack:
    found: remit.Pack = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def rf_report(rf_community: remit.Pack) -> remit.Report:
    return remit.check(rf_community, today=TODAY)


@pytest.mark.slow
def test_the_community_has_no_open_finding(rf_report: remit.Report) -> None:
    assert [f"{one.span}: {one.name}: {one.message}" for one in rf_report.open_findings()] == []
    assert rf_report.proved


@pytest.mark.slow
def test_the_city_has_no_finding_at_all(j_city: remit.Pack) -> None:
    report = remit.check(j_city, today=TODAY)
    assert [f"{one.span}: {one.name}: {one.message}" for one in report.findings] == []
    assert report.proved


def test_accepted_are_the_gate_at_night_and_two_doers_between_department_and_street(
    rf_report: remit.Report,
) -> None:
    accepted = {
        (one.name, one.activity, one.subjects) for one in rf_report.findings if one.accepted
    }
    gate = {one for one in accepted if one[0] == "contested-event"}
    assert {("contested-event", "gate-check", ("property-company", "street-office"))} == gate
    assert {
        ("split-command", "residents-committee"),
        ("split-command", "community-health-centre"),
    } == {(name, subjects[0]) for name, _, subjects in accepted - gate}


def test_what_is_accepted_has_a_reason_a_name_and_an_end(rf_community: remit.Pack) -> None:
    for entry in rf_community.accept:
        assert str(entry.reason)
        assert entry.by in rf_community.subjects
        assert entry.until is not None


def test_what_the_law_leaves_open_is_unowned_and_said_so(rf_community: remit.Pack) -> None:
    unowned = {one.activity for one in rf_community.vocabulary.unowned}
    assert {"gate-check", "check-rented-rooms", "donated-goods"} == unowned


def test_the_nineteen_parties_and_two_joint_bodies_are_the_subjects(
    rf_community: remit.Pack,
) -> None:
    assert set(rf_community.subjects) == PARTIES | JOINT
    assert {name for name, one in rf_community.subjects.items() if one.members} == JOINT


def test_each_subject_has_a_file_of_its_own_name_and_a_duty(rf_community: remit.Pack) -> None:
    for name, subject in rf_community.subjects.items():
        assert f"{name}.yaml" == Path(subject.span.file).name
        assert subject.duties, name


def test_all_duties_and_powers_name_their_clause(pack: remit.Pack) -> None:
    assert [duty.name for duty in pack.duties() if duty.basis is None] == []
    assert [str(rule.span) for rule in _rules(pack) if rule.basis is None] == []
    assert [name for name, power in pack.vocabulary.powers.items() if power.basis is None] == []
    assert [limit.activity for limit in pack.limits if limit.basis is None] == []


def _rules(pack: remit.Pack) -> Iterator[Grant]:
    for subject in pack.subjects.values():
        yield from subject.authority
        yield from subject.prohibitions  # type: ignore[misc]  # like grants in what is asked here
        yield from subject.assists_only  # type: ignore[misc]


def test_everything_shown_to_people_is_in_english_and_chinese(pack: remit.Pack) -> None:
    missing = [place for place, text in _shown(pack) if not _is_bilingual(text)]
    assert missing == []


def _is_bilingual(text: Text | None) -> bool:
    return text is not None and {"en", "zh"} == {language for language, _ in text.by_language}


def _shown(pack: remit.Pack) -> Iterator[tuple[str, Text | None]]:
    yield pack.name, pack.label
    for name, dimension in pack.vocabulary.dimensions.items():
        yield name, dimension.label
        for value in {*dimension.values, *dimension.nodes}:
            yield f"{name}={value}", dimension.labels.get(value)
    for kind in (pack.vocabulary.activities, pack.vocabulary.powers, pack.plans, pack.signals):
        yield from ((name, one.label) for name, one in kind.items())
    yield from ((name, fund.label) for name, fund in pack.funds.items())
    yield from ((name, stock.label) for name, stock in pack.reserves.items())
    for name, subject in pack.subjects.items():
        yield name, subject.label
        yield f"kind of {name}", subject.kind
    for roster in pack.rosters.values():
        yield from ((person.name, person.label) for person in roster.people)
    yield from ((name, drill.label) for name, drill in pack.drills.items())
    yield from ((f"unowned {one.activity}", one.reason) for one in pack.vocabulary.unowned)
    yield from ((f"accepted {one.code}", one.reason) for one in pack.accept)


def test_no_contact_reaches_anybody(pack: remit.Pack) -> None:
    strange = [
        one.to for one in _contacts(pack) if not one.to.startswith(("group:", "+86-10-5550-"))
    ]
    assert strange == []


def _contacts(pack: remit.Pack) -> Iterator[Contact]:
    for subject in pack.subjects.values():
        yield from subject.contacts
    for roster in pack.rosters.values():
        for person in roster.people:
            yield from person.contacts


def test_every_subject_with_duties_can_be_reached(pack: remit.Pack) -> None:
    assert [n for n, one in pack.subjects.items() if one.duties and not one.contacts] == []


def test_who_answers_or_acts_in_the_response_has_a_time_to_say_mine(
    rf_community: remit.Pack,
) -> None:
    answering = [
        one for one in rf_community.duties() if {"accountable", "responsible"} & {*one.roles}
    ]
    assert [duty.name for duty in answering if duty.acknowledge is None] == []


def test_reports_keep_the_times_of_the_law(rf_community: remit.Pack) -> None:
    duties = {duty.name: duty for duty in rf_community.duties()}
    two_hours = 2 * 3600
    assert two_hours == duties["community-health-centre/report-case"].complete
    assert two_hours == duties["medical-institutions/report-case"].complete
    assert two_hours == duties["district-cdc/report-case"].complete
    assert duties["resident-units/report-case"].complete == 3600
    assert duties["street-office/run-sampling-station"].complete == 24 * 3600


def test_only_the_district_and_the_city_may_close(j_city: remit.Pack) -> None:
    limits = {limit.activity: set(limit.accountable) for limit in j_city.limits}
    assert {"district-headquarters", "city-headquarters"} == limits["close-compound"]


def test_exceptions_are_made_where_they_are_real(rf_community: remit.Pack) -> None:
    excepting = {duty.name for duty in rf_community.duties() if duty.exception_to}
    assert {
        "property-company/gate-check-night",
        "residents-committee/self-rescue",
        "property-management-committee/gate-check",
        "medical-institutions/medical-judgement-night",
        "district-headquarters/command-red-rain",
    } <= excepting


def test_self_rescue_begins_with_the_law_that_allows_it(rf_community: remit.Pack) -> None:
    found = {duty.name: duty for duty in rf_community.duties()}["residents-committee/self-rescue"]
    assert found.valid is not None
    assert dt.date(2024, 11, 1) == found.valid.start


def test_the_tests_reach_every_stage_phase_hazard_level_and_shift(rf_community: remit.Pack) -> None:
    assert len(rf_community.tests) >= 60
    for name in ("stage", "phase", "level", "shift"):
        given = {test.given.values.get(name) for test in rf_community.tests}
        assert set(rf_community.vocabulary.dimensions[name].values) <= given
    hazards = {test.given.values.get("hazard") for test in rf_community.tests}
    assert {"covid-19", "influenza", "food-poisoning", "flood", "heat", "fire", "gas-leak",
            "missing-person"} <= hazards  # fmt: skip
    assert any(not test.given.values for test in rf_community.tests)


def test_the_readmes_count_right(j_city: remit.Pack, rf_community: remit.Pack) -> None:
    city = _readme(j_city)
    assert f"The {len(j_city.duties())} duties here" in city
    community = _readme(rf_community)
    assert f"{len(rf_community.vocabulary.activities)} activities" in community
    assert f"{len(rf_community.tests)} sentences" in community


def _readme(pack: remit.Pack) -> str:
    return (Path(pack.path) / "README.md").read_text(encoding="utf-8")


def test_each_readme_says_that_it_is_a_reading_and_no_advice(pack: remit.Pack) -> None:
    text = _readme(pack)
    assert "A reading of Chinese law by engineers for a made-up" in text
    assert "not legal advice" in text
    assert "不构成法律意见" in text


def test_test_names_are_sentences_of_their_own(pack: remit.Pack) -> None:
    names = [test.name for test in pack.tests]
    assert sorted(set(names)) == sorted(names)


def duties_of(pack: remit.Pack, subject: str) -> tuple[Duty, ...]:
    return pack.subjects[subject].duties


def test_the_committee_has_much_to_do_and_little_to_decide(rf_community: remit.Pack) -> None:
    duties = duties_of(rf_community, "residents-committee")
    accountable = [duty.id for duty in duties if "accountable" in duty.roles]
    assert accountable == ["self-rescue"]
