"""What changes hands between two small packs, worked out by hand."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest

import remit
from remit.engine.diff.changes import Change, Move
from remit.engine.diff.compare import Difference, compare
from remit.engine.diff.joint import Side
from remit.engine.diff.joint_dimensions import IncomparableError
from remit.engine.diff.second_look import ReplayError
from remit.engine.map.budget import Budget
from tests.two_versions import both

OFFICE = "{id: pump, activity: pump, role: [accountable, responsible]}"
NIGHT = """\
subject: brigade
duties:
  - {id: pump, activity: pump, role: [accountable, responsible], when: {shift: night},
     exception_to: [office/pump]}
"""


def moves(difference: Difference) -> set[tuple[str, str, str, str]]:
    return {
        (move.kind, move.letter, "+".join(move.from_), "+".join(move.to))
        for move in difference.moves
    }


def of_both_letters(kind: str, from_: str, to: str) -> set[tuple[str, str, str, str]]:
    return {(kind, letter, from_, to) for letter in ("accountable", "responsible")}


def where(difference: Difference, change: Change) -> list[dict[str, object]]:
    return [dict(region.constraints) for region in difference.regions(change)]


def test_an_edit_moves_just_the_events_it_speaks_of(tmp_path: Path) -> None:
    difference = remit.diff(*both(tmp_path, {"subjects/brigade.yaml": NIGHT}))
    move, other = difference.moves
    assert ("pump", "accountable", "responsible") == (move.activity, move.letter, other.letter)
    assert (("office",), ("brigade",)) == (move.from_, move.to)
    assert [{"hazard": "water", "shift": "night"}] == where(difference, move)
    assert Fraction(2 * 1 * 2 * 10, 3 * 2 * 2 * 10) == move.cells.share()


def test_the_events_that_need_nobody_are_left_out(tmp_path: Path) -> None:
    difference = remit.diff(*both(tmp_path, {"subjects/brigade.yaml": NIGHT}))
    witnesses = {r.witness["hazard"] for m in difference.moves for r in difference.regions(m)}
    assert "fire" not in witnesses


@pytest.mark.parametrize(
    "said",
    [
        "  - {id: other-name, activity: pump, role: [responsible, accountable]}",
        (
            "  - {id: a, activity: pump, role: accountable}\n"
            "  - {id: b, activity: pump, role: responsible}"
        ),
        (
            "  - {id: a, activity: pump, role: [accountable, responsible], when: {shift: day}}\n"
            "  - {id: b, activity: pump, role: [accountable, responsible], when: {shift: night}}"
        ),
        (
            "  - {id: a, activity: pump, role: [accountable, responsible], when: {hazard: water}}\n"
            "  - {id: b, activity: pump, role: [accountable, responsible], when: {hazard: fire}}"
        ),
        "  - {id: pump, activity: pump, role: [accountable, responsible], acknowledge: 5m}",
    ],
)
def test_what_says_the_same_in_other_words_is_no_difference(tmp_path: Path, said: str) -> None:
    files = {"subjects/office.yaml": f"subject: office\nduties:\n{said}\n"}
    assert remit.diff(*both(tmp_path, files)).is_empty


def test_duties_moved_between_files_are_no_difference(tmp_path: Path) -> None:
    more = {"subjects/office.yaml": "subject: office\n"}
    more["subjects/a/deep/file.yaml"] = f"subject: office\nduties:\n  - {OFFICE}\n"
    assert remit.diff(*both(tmp_path, more)).is_empty


def test_an_exception_that_goes_changes_what_it_took(tmp_path: Path) -> None:
    old = both(tmp_path / "a", {"subjects/brigade.yaml": NIGHT})[1]
    without = NIGHT.replace(",\n     exception_to: [office/pump]", "")
    new = both(tmp_path / "b", {"subjects/brigade.yaml": without})[1]
    difference = remit.diff(old, new)
    assert of_both_letters("moved", "brigade", "brigade+office") == moves(difference)
    assert [("overlap", True, ("brigade", "office"))] == [
        (fault.kind, fault.is_opened, fault.subjects) for fault in difference.faults
    ]


def test_a_gap_is_opened_where_nobody_is_left(tmp_path: Path) -> None:
    change = (OFFICE, OFFICE.replace("]}", "], when: {height: '< 4'}}"))
    difference = remit.diff(*both(tmp_path, {}, change))
    (gap,) = difference.of("gap", opened=True)
    (doer,) = difference.of("missing-doer", opened=True)
    assert (
        [{"hazard": "water", "height": "4.."}] == where(difference, gap) == where(difference, doer)
    )
    back = remit.diff(difference.joint.new.side.pack, difference.joint.old.side.pack)
    assert ["gap", "missing-doer"] == [one.kind for one in back.faults if not one.is_opened]


def test_a_new_leaf_is_an_event_that_appears(tmp_path: Path) -> None:
    difference = remit.diff(*both(tmp_path, {}, ("leak: }", "leak: , tide: }")))
    assert of_both_letters("appeared", "", "office") == moves(difference)
    assert [{"hazard": "tide"}] == where(difference, difference.moves[0])
    assert [("value", "tide", "hazard")] == [
        (one.what, one.name, one.dimension) for one in difference.vocabulary
    ]
    back = remit.diff(difference.joint.new.side.pack, difference.joint.old.side.pack)
    assert {kind for kind, *_ in moves(back)} == {"vanished"}


def test_a_leaf_split_further_is_read_as_the_leaf_it_was(tmp_path: Path) -> None:
    split = ("leak: }", "leak: {drip: , burst: }}")
    assert remit.diff(*both(tmp_path / "a", {}, split)).is_empty
    change = NIGHT.replace("shift: night", "hazard: burst")
    difference = remit.diff(*both(tmp_path / "b", {"subjects/brigade.yaml": change}, split))
    assert of_both_letters("moved", "office", "brigade") == moves(difference)
    assert [{"hazard": "burst"}] == where(difference, difference.moves[0])


def test_a_leaf_under_another_node_takes_that_nodes_duties(tmp_path: Path) -> None:
    first = OFFICE.replace("]}", "], when: {hazard: water}}")
    old = both(tmp_path / "a", {}, (OFFICE, first), ("needed: {hazard: water}", "needed: {}"))[1]
    new = both(
        tmp_path / "b",
        {},
        (OFFICE, first),
        ("needed: {hazard: water}", "needed: {}"),
        ("leak: }, fire: }", "}, dry: {leak: , fire: }}"),
        ("{flood: , }", "{flood: }"),
    )[1]
    difference = remit.diff(old, new)
    assert of_both_letters("moved", "office", "") == moves(difference)
    assert [{"hazard": "leak"}] == where(difference, difference.moves[0])
    assert ("node", "leak", "water", "dry") in [
        (one.what, one.name, one.before, one.after) for one in difference.vocabulary
    ]


def test_wider_bounds_make_events_appear_and_leave_the_others_alone(tmp_path: Path) -> None:
    difference = remit.diff(*both(tmp_path, {}, ("max: 9", "max: 12")))
    assert [{"hazard": "water", "height": "10.."}] == where(difference, difference.moves[0])
    assert {"appeared"} == {move.kind for move in difference.moves}


def test_a_count_that_becomes_a_measure_is_compared_at_whole_numbers(tmp_path: Path) -> None:
    change = NIGHT.replace("shift: night", "height: '> 4.5'")
    measure = ("integer: {min: 0, max: 9}", "decimal: {min: 0, max: 9.5}")
    difference = remit.diff(*both(tmp_path, {"subjects/brigade.yaml": change}, measure))
    assert [{"hazard": "water", "height": "5.."}] == where(difference, difference.moves[0])


def test_a_number_that_becomes_a_name_cannot_be_compared(tmp_path: Path) -> None:
    pair = both(tmp_path, {}, ("integer: {min: 0, max: 9}", "values: [low, high]"))
    with pytest.raises(IncomparableError, match="`height` is a number in one pack"):
        remit.diff(*pair)


def test_a_pack_reads_events_without_a_dimension_it_lacks(tmp_path: Path) -> None:
    added = ("  height:", "  place: {values: [quay, town]}\n  height:")
    assert remit.diff(*both(tmp_path / "a", {}, added)).is_empty
    change = NIGHT.replace("shift: night", "place: quay")
    difference = remit.diff(*both(tmp_path / "b", {"subjects/brigade.yaml": change}, added))
    assert [{"hazard": "water", "place": "quay"}] == where(difference, difference.moves[0])
    assert "quay" == difference.regions(difference.moves[0])[0].witness["place"]


def test_a_new_activity_appears_with_whoever_has_it_and_with_its_gaps(tmp_path: Path) -> None:
    activity = ("activities:\n", "activities:\n  warn: {needed: {hazard: fire}}\n")
    duty = NIGHT.replace("activity: pump", "activity: warn").replace(
        ",\n     exception_to: [office/pump]", ""
    )
    difference = remit.diff(*both(tmp_path, {"subjects/brigade.yaml": duty}, activity))
    assert of_both_letters("appeared", "", "brigade") == moves(difference)
    (gap,) = difference.of("gap", opened=True)
    assert [{"hazard": "fire", "shift": "day"}] == where(difference, gap)


def test_a_need_that_grows_is_told_though_nobody_changes(tmp_path: Path) -> None:
    difference = remit.diff(*both(tmp_path, {}, ("needed: {hazard: water}", "needed: {}")))
    assert () == difference.moves
    (need,) = difference.needs
    assert need.is_needed
    assert [{"hazard": "fire"}] == where(difference, need)
    assert not difference.is_empty


def test_precedence_compares_what_each_pack_itself_allows(tmp_path: Path) -> None:
    # WHY: `[day, night]` is all of the old dimension, so it is not narrower than nothing at all;
    # in the joint space, where there is a third value, it would be.
    files = {
        "subjects/brigade.yaml": NIGHT.replace(
            "when: {shift: night},\n     exception_to: [office/pump]",
            "when: {shift: [day, night]}",
        )
    }
    precede = ("lead: pump", "lead: pump\nprecedence: [shift]")
    old = both(tmp_path / "a", files, precede)[1]
    new = both(
        tmp_path / "b", files, precede, ("values: [day, night]", "values: [day, dusk, night]")
    )[1]
    assert ("moved", "accountable", "brigade+office", "brigade") in moves(remit.diff(old, new))


def test_states_of_one_pack_are_compared_event_by_event(tmp_path: Path) -> None:
    change = NIGHT.replace("shift: night", "stage: late")
    pack = both(tmp_path, {"subjects/brigade.yaml": change})[1]
    difference = compare(Side(pack, {"stage": "early"}), Side(pack, {"stage": "late"}))
    assert of_both_letters("moved", "office", "brigade") == moves(difference)
    move, _ = difference.moves
    assert [{"hazard": "water"}] == where(difference, move)
    assert "stage" not in difference.regions(move)[0].witness
    assert compare(Side(pack, {"stage": "late"}), Side(pack, {"stage": "late"})).is_empty


def test_two_days_are_compared_like_states(tmp_path: Path) -> None:
    dated = NIGHT.replace("when: {shift: night}", "valid: {from: 2026-03-01}")
    pack = both(tmp_path, {"subjects/brigade.yaml": dated})[1]
    days = dt.date(2026, 2, 28), dt.date(2026, 3, 1)
    difference = compare(*(Side(pack, {"date": day}) for day in days))
    assert of_both_letters("moved", "office", "brigade") == moves(difference)
    assert [{"hazard": "water"}] == where(difference, difference.moves[0])


def test_loads_are_shares_of_what_is_needed(tmp_path: Path) -> None:
    difference = remit.diff(*both(tmp_path, {"subjects/brigade.yaml": NIGHT}))
    half = Fraction(1, 2)
    assert [
        ("brigade", "accountable", 0, half),
        ("brigade", "responsible", 0, half),
        ("office", "accountable", 1, half),
        ("office", "responsible", 1, half),
    ] == [(one.subject, one.letter, one.before, one.after) for one in difference.loads()]


def test_only_the_activities_and_letters_asked_for_are_compared(tmp_path: Path) -> None:
    pair = both(tmp_path, {"subjects/brigade.yaml": NIGHT})
    assert remit.diff(*pair, letters=["consulted"]).is_empty
    assert remit.diff(*pair, activities=[]).is_empty
    assert not remit.diff(*pair, activities=["pump"], letters=["accountable"]).is_empty


def test_past_the_budget_nothing_is_claimed(tmp_path: Path) -> None:
    pair = both(tmp_path, {"subjects/brigade.yaml": NIGHT})
    difference = remit.diff(*pair, budget=Budget(memberships=1))
    assert not difference.is_proved
    assert not difference.is_empty
    assert ["pump"] == [one.activity for one in difference.unproved][:1]
    assert "memberships" in difference.unproved[0].reason


def test_a_witness_the_slow_path_denies_is_never_shown(tmp_path: Path) -> None:
    difference = remit.diff(*both(tmp_path, {"subjects/brigade.yaml": NIGHT}))
    move, _ = difference.moves
    wrong = Move(move.kind, move.activity, move.letter, move.to, move.from_, move.cells)
    with pytest.raises(ReplayError):
        difference.regions(wrong)


def test_two_maps_give_the_answer_of_their_packs(tmp_path: Path) -> None:
    old, new = both(tmp_path, {"subjects/brigade.yaml": NIGHT})
    before, after = remit.compile(old), remit.compile(new)
    for pair in ((before, after), (before, new), (old, after), (before, before.updated(new))):
        difference = remit.diff(*pair)
        assert of_both_letters("moved", "office", "brigade") == moves(difference)
        assert [{"hazard": "water", "shift": "night"}] == where(difference, difference.moves[0])
    assert remit.diff(before, remit.compile(old)).is_empty


def test_maps_that_cut_numbers_at_other_places_are_compared_by_value(tmp_path: Path) -> None:
    # WHY: in either map the heights are the first of two atoms, and yet not the same ones.
    told = "{id: look, activity: pump, role: informed, when: {height: '< 4'}}"
    old = both(tmp_path / "a", {}, (OFFICE, f"{OFFICE}\n  - {told}"))[1]
    new = both(tmp_path / "b", {}, (OFFICE, f"{OFFICE}\n  - {told.replace('4', '7')}"))[1]
    difference = remit.diff(remit.compile(old), remit.compile(new))
    assert {("moved", "informed", "", "office")} == moves(difference)
    assert [{"hazard": "water", "height": "4..6"}] == where(difference, difference.moves[0])


def test_an_exception_carried_on_through_an_edited_duty_is_seen(tmp_path: Path) -> None:
    chain = """\
subject: brigade
duties:
  - {id: day, activity: pump, role: informed, when: {shift: day}, exception_to: [office/pump]}
  - {id: late, activity: pump, role: accountable, when: {stage: late}, exception_to: [brigade/day]}
"""
    cut = chain.replace(", exception_to: [office/pump]", "")
    old = both(tmp_path / "a", {"subjects/brigade.yaml": chain})[1]
    new = both(tmp_path / "b", {"subjects/brigade.yaml": cut})[1]
    difference = remit.diff(remit.compile(old), remit.compile(new))
    late = [move for move in difference.moves if move.from_ == ("brigade",)]
    assert [("accountable", ("brigade", "office"))] == [(move.letter, move.to) for move in late]
    assert [{"hazard": "water", "stage": "late"}] == where(difference, late[0])


def test_precedence_by_days_holds_where_the_day_is_fixed(tmp_path: Path) -> None:
    dated = NIGHT.replace(
        "when: {shift: night},\n     exception_to: [office/pump]", "valid: {from: 2026-03-01}"
    )
    wider = (OFFICE, OFFICE.replace("]}", "], valid: {from: 2026-01-01}}"))
    precede = ("lead: pump", "lead: pump\nprecedence: [date]")
    pack = both(tmp_path, {"subjects/brigade.yaml": dated}, wider, precede)[1]
    days = dt.date(2026, 2, 28), dt.date(2026, 3, 1)
    difference = compare(*(Side(pack, {"date": day}) for day in days))
    assert of_both_letters("moved", "office", "brigade") == moves(difference)
