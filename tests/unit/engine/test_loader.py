"""From folders to packs: values of every kind of file, files split at will, higher packs."""

from __future__ import annotations

import datetime as dt
import gc
import pickle
from decimal import Decimal
from pathlib import Path

import pytest

from remit.engine.errors import PackErrors
from remit.engine.intervals import Cut, IntervalSet
from remit.engine.language.constraints import format_constraint
from remit.engine.language.loader import load
from remit.engine.pack import Pack, Subject
from remit.engine.spans import Span
from remit.engine.vocabulary import Derivation, Vocabulary
from tests.loading import (
    PACK,
    SUBJECT,
    VOCABULARY,
    errors_of,
    messages_of,
    without_places,
    write_pack,
)

KEPT = Path(__file__).resolve().parents[2] / "packs" / "kept"


@pytest.fixture(scope="module")
def harbour() -> Pack:
    return load(KEPT / "harbour")


def written(vocabulary: Vocabulary, condition: object) -> object:
    """Return a condition as LANGUAGE writes it."""
    boxes = condition.boxes  # type: ignore[attr-defined]
    return [
        {
            name: format_constraint(vocabulary.dimension(name), constraint.allowed)
            for name, constraint in box.constraints.items()
        }
        for box in boxes
    ]


def test_the_header_says_what_the_pack_is(harbour: Pack) -> None:
    assert ("harbour", "2026.10", "command") == (harbour.name, harbour.version, harbour.lead)
    assert str(KEPT / "harbour") == harbour.path
    assert {"en": "The harbour", "zh": "港口"} == without_places(harbour.label)
    assert {"season": "off"} == harbour.state
    assert ("hazard", "place") == harbour.precedence
    assert ("town",) == tuple(pack.name for pack in harbour.higher)


def test_dimensions_of_all_kinds_keep_their_order_and_the_higher_packs_come_first(
    harbour: Pack,
) -> None:
    found = harbour.vocabulary.dimensions
    assert ["hazard", "level", "place", "season", "shift", "alert", "water", "wind"] == list(found)
    assert ("storm", "surge", "river", "fire") == found["hazard"].values
    assert {
        "weather": (0, 3),
        "storm": (0, 1),
        "flood": (1, 3),
        "surge": (1, 2),
        "river": (2, 3),
        "fire": (3, 4),
    } == found["hazard"].nodes
    assert {"storm": "weather", "flood": "weather", "surge": "flood", "river": "flood"} == found[
        "hazard"
    ].parents
    assert ("1", "2", "3", "north", "south", "gate") == found["place"].values
    assert ("scale", ("calm", "watch", "warning", "emergency")) == (
        found["level"].kind,
        found["level"].values,
    )
    assert {"watch": {"en": "Watch", "zh": "注意"}} == without_places(found["level"].labels)
    assert (-50, 200, "cm") == (found["water"].minimum, found["water"].maximum, found["water"].unit)
    assert (Decimal(0), Decimal("60.5")) == (found["wind"].minimum, found["wind"].maximum)
    assert found["season"].state
    assert ("main", "off") == found["season"].values


def test_derivations_say_which_part_of_their_source_gives_each_value(harbour: Pack) -> None:
    shift = harbour.vocabulary.dimensions["shift"].derive
    alert = harbour.vocabulary.dimensions["alert"].derive
    assert isinstance(shift, Derivation)
    assert isinstance(alert, Derivation)
    day = IntervalSet.indexes(6 * 3600 + 1800, 18 * 3600)
    assert ("time", (("day", day),), "night") == (shift.source, shift.rules, shift.otherwise)
    calm, rest = IntervalSet.indexes(0, 1), IntervalSet.indexes(1, 4)
    assert ("level", (("none", calm), ("some", rest)), None) == (
        alert.source,
        alert.rules,
        alert.otherwise,
    )


def test_activities_powers_and_what_is_left_out_on_purpose(harbour: Pack) -> None:
    vocabulary = harbour.vocabulary
    assert ["command", "close-quay", "warn-boats", "moor-boats"] == list(vocabulary.activities)
    assert ["order-closure", "enter-boats"] == list(vocabulary.powers)
    assert vocabulary.activities["command"].needed.is_always
    assert [{"hazard": "storm"}, {"water": "80.."}] == written(
        vocabulary, vocabulary.activities["warn-boats"].needed
    )
    assert ("order-closure",) == vocabulary.activities["close-quay"].requires
    assert [("moor-boats", [{"place": "3"}])] == [
        (one.activity, written(vocabulary, one.when)) for one in vocabulary.unowned
    ]
    assert [[{"hazard": "fire", "water": "151.."}], [{"season": "off", "place": "gate"}]] == [
        written(vocabulary, one) for one in vocabulary.impossible
    ]


def test_a_subject_holds_authority_and_duties(harbour: Pack) -> None:
    office = harbour.subjects["harbour-office"]
    vocabulary = harbour.vocabulary
    assert ("mayor", ("fire-brigade",), {"pilot": 3, "mate": 0}) == (
        office.under,
        office.deputies,
        office.staff,
    )
    assert [("phone", "110"), ("mail", "duty@harbour.example")] == [
        (one.channel, one.to) for one in office.contacts
    ]
    assert [
        ("board", "enter-boats", [{"place": "quay"}]),
        ("order-closure", "order-closure", [{"water": "..79"}]),
    ] == [(one.id, one.power, written(vocabulary, one.when)) for one in office.authority]
    assert [("enter-boats", [{"place": "yard"}])] == [
        (one.power, written(vocabulary, one.when)) for one in office.prohibitions
    ]
    assert [("close-quay", True)] == [
        (one.activity, one.when.is_always) for one in office.assists_only
    ]
    assert (("harbour-office", "fire-brigade"), "harbour-office") == (
        harbour.subjects["watch"].members,
        harbour.subjects["watch"].lead,
    )


def test_a_duty_has_letters_region_times_and_days(harbour: Pack) -> None:
    command, warn = harbour.subjects["harbour-office"].duties
    vocabulary = harbour.vocabulary
    assert ("harbour-office/command", ("accountable", "responsible")) == (
        command.name,
        command.roles,
    )
    assert [{"hazard": "weather"}] == written(vocabulary, command.when)
    assert [{"level": "emergency", "wind": "> 30.5"}] == written(vocabulary, command.unless)
    assert (5400, 172_800) == (command.acknowledge, command.complete)
    assert command.valid is not None
    assert (dt.date(2020, 2, 29), None) == (command.valid.start, command.valid.end)
    assert [
        {"hazard": ["storm", "surge"], "level": "watch..warning"},
        {"water": [80, "100..120", "151.."], "shift": "night"},
    ] == written(vocabulary, warn.when)
    assert ["fire-brigade/warn"] == [one.name for one in warn.exception_to]
    assert harbour.subjects["fire-brigade"].duties[0].when.is_always
    assert harbour.subjects["fire-brigade"].duties[0].acknowledge is None


def test_names_point_at_their_place_and_keys_at_their_values(harbour: Pack) -> None:
    file = str(KEPT / "harbour/subjects/harbour-office.yaml")
    command = harbour.subjects["harbour-office"].duties[0]
    assert Span(file, 16, 9, 16, 16) == command.span
    assert Span(file, 18, 11, 18, 37) == command.spans["role"]
    assert Span(file, 20, 38, 20, 46) == command.unless.boxes[0].constraints["wind"].span  # type: ignore[union-attr]
    assert ["id", "activity", "role", "when", "unless"] == list(command.spans)[:5]
    dimension = harbour.vocabulary.dimensions["place"]
    assert Span(str(KEPT / "harbour/vocabulary.yaml"), 2, 3, 2, 8) == dimension.span
    assert str(KEPT / "town/vocabulary.yaml") == harbour.vocabulary.dimensions["hazard"].span.file


def test_plans_signals_funds_reserves_and_rosters_are_values(harbour: Pack) -> None:
    plan = harbour.plans["storm"]
    assert [
        ("warn-boats", "warn-boats", (), False),
        ("moor-first", "moor-boats", ("warn-boats",), True),
        ("close-quay", "close-quay", ("warn-boats", "moor-first"), False),
    ] == [(one.id, one.activity, one.after, one.consult_first) for one in plan.steps]
    needs = plan.steps[2].needs
    assert needs is not None
    assert ({"pilot": 2, "clerk": 1}, {"sandbag": 300}, Decimal("12000.5"), "storm-fund") == (
        needs.staff,
        needs.stock,
        needs.money,
        needs.fund,
    )
    signal = harbour.signals["high-water"]
    assert ("reading", 3, 90, ("place",), "station") == (
        signal.source,
        signal.count,
        signal.within,
        signal.by,
        signal.distinct,
    )
    assert [
        ("water", (), Decimal(80), None, False),
        ("kind", ("tide", "gauge"), None, None, False),
        ("station", ("test",), None, None, True),
        ("quality", (), Decimal(2), Decimal(5), False),
        ("sensor", (), Decimal(7), Decimal(7), False),
    ] == [(one.field, one.texts, one.low, one.high, one.negated) for one in signal.when]
    assert {"hazard": "surge", "level": "watch", "water": 80} == signal.raises.values
    fund = harbour.funds["storm-fund"]
    assert [(Decimal(5000), "harbour-office"), (Decimal("50000.5"), "watch"), (None, "mayor")] == [
        (one.up_to, one.by) for one in fund.approve
    ]
    assert (900, 200, "fire-brigade") == (
        harbour.reserves["sandbag"].quantity,
        harbour.reserves["sandbag"].floor,
        harbour.reserves["sandbag"].holder,
    )
    roster = harbour.rosters["pilots"]
    assert [
        ((0, 1, 2, 3, 4), dt.time(6, 30), dt.time(18), ("ana", "rui")),
        ((0, 5, 6), dt.time(18), dt.time(6, 30), ("rui",)),
        ((0, 1, 2, 3, 4, 5, 6), dt.time(0), dt.time(0), ("rui",)),
    ] == [(one.days, one.start, one.end, one.people) for one in roster.shifts]


def test_drills_are_values(harbour: Pack) -> None:
    plan, events = harbour.drills["sandbags"], harbour.drills["night"]
    assert (dt.date(2026, 5, 12), "storm", None, ("harbour-office", "fire-brigade")) == (
        plan.on,
        plan.plan,
        plan.when,
        plan.took_part,
    )
    assert (dt.date(2026, 9, 16), None, ("fire-brigade",)) == (
        events.on,
        events.plan,
        events.took_part,
    )
    assert events.when is not None
    assert ["hazard"] == [name for box in events.when.boxes for name in box.constraints]


def test_limits_acceptances_and_tests_are_values(harbour: Pack) -> None:
    assert [("warn-boats", ("harbour-office",), "harbour"), ("close-quay", ("mayor",), "town")] == [
        (one.activity, one.accountable, one.pack) for one in harbour.binding_limits()
    ]
    first, second = harbour.accept
    assert ("R201", "moor-boats", "harbour-office", dt.date(2026, 12, 31)) == (
        first.code,
        first.activity,
        first.by,
        first.until,
    )
    assert [{"hazard": "fire"}, {"level": "calm"}] == written(harbour.vocabulary, first.when)
    assert ("dead-duty", "harbour-office/command") == (second.code, second.duty)
    storm, timed = harbour.tests
    assert Decimal("21.5") == storm.given.values["wind"]
    assert [
        (None, {"accountable": ("harbour-office",)}),
        ("warn-boats", {"accountable": ("harbour-office",), "informed": ()}),
    ] == [(one.activity, one.subjects) for one in storm.expect]
    assert "report 7" == timed.given.id
    assert timed.given.time == dt.datetime(2026, 5, 1, 22, 30, tzinfo=dt.UTC)


def test_files_may_be_split_and_spelled_at_will(harbour: Pack) -> None:
    def plain(pack: Pack) -> dict[str, object]:
        found: dict[str, object] = without_places(pack)
        return {key: value for key, value in found.items() if key not in {"path", "digest"}}

    assert plain(harbour) == plain(load(KEPT / "harbour-split"))


def test_a_pack_loaded_twice_is_equal_and_survives_pickling(harbour: Pack) -> None:
    assert harbour == load(KEPT / "harbour")
    assert harbour == pickle.loads(pickle.dumps(harbour))  # noqa: S301 - our own value


def test_the_digest_changes_with_any_file_and_not_with_the_place(tmp_path: Path) -> None:
    first = load(write_pack(tmp_path / "one")).digest
    assert first == load(write_pack(tmp_path / "two")).digest
    changed = write_pack(tmp_path / "two", {"subjects/office.yaml": SUBJECT + "# more\n"})
    assert first != load(changed).digest


def test_the_digest_changes_with_a_higher_pack(tmp_path: Path) -> None:
    write_pack(tmp_path / "high", {"pack.yaml": PACK.replace("small", "high")})
    low = PACK.replace("small", "low") + "extends: [../high]\n"
    folder = write_pack(tmp_path / "low", {"pack.yaml": low, "vocabulary.yaml": None})
    first = load(folder).digest
    (tmp_path / "high/subjects/office.yaml").write_text(SUBJECT + "# more\n", encoding="utf-8")
    assert first != load(folder).digest


def _family(folder: Path, **extends: str) -> None:
    """Write packs that each extend those named; the first of them has the vocabulary."""
    for name, above in extends.items():
        pack = PACK.replace("small", name) + f"extends: [{above}]\n"
        files: dict[str, str | None] = {"pack.yaml": pack}
        if above:
            files["vocabulary.yaml"] = f"dimensions: {{of-{name}: {{values: [x]}}}}\n"
        files["subjects/office.yaml"] = SUBJECT.replace("office", f"{name}-office")
        write_pack(folder / name, files)


def test_a_diamond_of_packs_is_read_once_and_listed_nearest_first(tmp_path: Path) -> None:
    _family(tmp_path, top="", left="../top", right="../top/", low="../left, ../right")
    pack = load(tmp_path / "low")
    assert ["left", "right", "top"] == [one.name for one in pack.higher]
    assert ["stage", "level", "place", "cases", "depth", "of-left", "of-right", "of-low"] == list(
        pack.vocabulary.dimensions
    )


def test_packs_that_extend_each_other_in_a_circle_are_refused_where_the_circle_closes(
    tmp_path: Path,
) -> None:
    _family(tmp_path, top="../low", low="../top")
    circle = "packs extend each other in a circle: `low` extends `top` extends `low`"
    assert [f"../top/pack.yaml:5:11: {circle}"] == [
        line.replace(str(tmp_path), "..")
        for line in messages_of(tmp_path / "low")
        if "circle" in line
    ]


def test_a_pack_may_not_extend_itself(tmp_path: Path) -> None:
    write_pack(tmp_path, {"pack.yaml": PACK + "extends: [.]\n"})
    assert [
        "pack.yaml:5:11: packs extend each other in a circle: `small` extends `small`"
    ] == messages_of(tmp_path)


@pytest.mark.parametrize(
    "path, message, help_",
    [
        ("../hihg", "there is no folder `../hihg`", "did you mean `high`?"),
        (
            "../nowhere",
            "there is no folder `../nowhere`",
            "the path is relative to the folder of this pack",
        ),
        (
            "..",
            "`..` is no pack: it has no `pack.yaml`",
            "the path is relative to the folder of this pack",
        ),
        ("/high", "a higher pack is named by a path relative to this one", "write it as `../name`"),
    ],
)
def test_a_higher_pack_that_is_not_there_is_told_where_it_is_named(
    tmp_path: Path, path: str, message: str, help_: str
) -> None:
    write_pack(tmp_path / "high", {"pack.yaml": PACK.replace("small", "high")})
    folder = write_pack(tmp_path / "low", {"pack.yaml": PACK + f"extends: [{path}]\n"})
    assert [(f"{folder}/pack.yaml:5:11", message, help_)] == [
        (str(error.span), error.message, error.help) for error in errors_of(folder)
    ]


def test_errors_of_a_higher_pack_are_shown_at_its_own_files_and_hide_nothing_below(
    tmp_path: Path,
) -> None:
    _family(tmp_path, high="", low="../high")
    vocabulary = tmp_path / "high/vocabulary.yaml"
    text = vocabulary.read_text(encoding="utf-8").replace("values: [early", "valeus: [early")
    vocabulary.write_text(text, encoding="utf-8")
    (tmp_path / "low/plan.yaml").write_text(
        "plan: p\nwhen: {stage: early, levl: mid}\nsteps: [{activity: guard}]\n", encoding="utf-8"
    )
    kinds = "`values`, `scale`, `tree`, `integer`, `decimal`"
    assert [
        f"high/vocabulary.yaml:2:3: a dimension needs one of {kinds}",
        "high/vocabulary.yaml:2:11: a dimension has no key `valeus`",
        "plan.yaml:2:22: there is no dimension `levl`",
    ] == [line.removeprefix(f"{tmp_path}/") for line in messages_of(tmp_path / "low")]


def test_a_name_of_a_higher_pack_cannot_be_declared_again(tmp_path: Path) -> None:
    _family(tmp_path, high="", low="../high")
    again = "dimensions: {stage: {values: [x]}}\nactivities: {supply: {}}\npowers: {seal: {}}\n"
    (tmp_path / "low/vocabulary.yaml").write_text(again, encoding="utf-8")
    errors = errors_of(tmp_path / "low")
    assert [
        ("the dimension `stage` is declared twice", "1:14", "2:3"),
        ("the activity `supply` is declared twice", "2:14", "8:3"),
        ("the power `seal` is declared twice", "3:10", "11:3"),
    ] == [
        (
            error.message,
            str(error.span).split("yaml:")[1],
            str(error.related[0].span).split("high/vocabulary.yaml:")[1],
        )
        for error in errors
    ]


def test_subjects_of_a_higher_pack_may_be_named_and_described_again(tmp_path: Path) -> None:
    _family(tmp_path, high="", low="../high")
    again = "subject: high-office\nunder: high-office\nkind: office\n"
    (tmp_path / "low/subjects/again.yaml").write_text(again, encoding="utf-8")
    pack = load(tmp_path / "low")
    assert ["office", None] == [
        None if one.kind is None else str(one.kind) for one in pack.accounts_of("high-office")
    ]
    assert ["low-office/supply"] == [duty.name for duty in pack.duties()]


def test_a_duty_of_a_higher_pack_is_not_in_force_and_cannot_be_excepted(tmp_path: Path) -> None:
    _family(tmp_path, high="", low="../high")
    duty = "{id: x, activity: guard, role: supports, exception_to: high-office/supply}"
    more = f"subject: low-office\nduties:\n- {duty}\n"
    (tmp_path / "low/subjects/more.yaml").write_text(more, encoding="utf-8")
    (error,) = errors_of(tmp_path / "low")
    assert "there is no duty `high-office/supply`" == error.message
    assert "it is a duty of the higher pack `high`, and those are not in force here" == error.help


def test_two_packs_of_one_family_cannot_share_a_name(tmp_path: Path) -> None:
    _family(tmp_path, high="", low="../high")
    path = tmp_path / "low/pack.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("pack: low", "pack: high"), encoding="utf-8"
    )
    assert ["two packs are called `high`"] == [
        error.message for error in errors_of(tmp_path / "low")
    ]


def test_a_subject_in_two_files_is_joined_but_says_nothing_twice(tmp_path: Path) -> None:
    duty = "{id: guard, activity: guard, role: informed}"
    more = f"subject: office\nlabel: Office\nstaff: {{clerk: 1}}\nduties:\n- {duty}\n"
    pack = load(write_pack(tmp_path, {"subjects/more.yaml": more}))
    office: Subject = pack.subjects["office"]
    assert ["office/guard", "office/supply"] == [duty.name for duty in pack.duties()]
    assert ("Office", {"clerk": 1}) == (str(office.label), office.staff)
    again = {"a.yaml": more, "subjects/more.yaml": more.replace("guard", "supply")}
    assert [
        "subjects/more.yaml:2:8: `label` of `office` is written twice",
        "subjects/more.yaml:3:8: staff `clerk` of `office` is counted twice",
        "subjects/office.yaml:3:10: two duties of `office` are named `supply`",
    ] == messages_of(write_pack(tmp_path, again))


def test_the_pack_can_be_given_by_any_path_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_pack(tmp_path / "small")
    monkeypatch.chdir(folder)
    assert "pack.yaml:2:7" == str(load(".").span)
    assert "../small/pack.yaml:2:7" == str(load("../small").span)
    (tmp_path / "link").symlink_to(folder)
    assert f"{tmp_path}/link/pack.yaml:2:7" == str(load(tmp_path / "link").span)


def test_the_collector_is_as_it_was_after_a_load_and_after_a_failure(tmp_path: Path) -> None:
    load(write_pack(tmp_path))
    assert gc.isenabled()
    with pytest.raises(PackErrors):
        load(tmp_path / "nowhere")
    assert gc.isenabled()
    gc.disable()
    try:
        load(tmp_path)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_equal_constraints_are_one_value(harbour: Pack) -> None:
    quay = IntervalSet.of((Cut(0), Cut(3)))
    assert (
        quay
        == harbour.subjects["harbour-office"]
        .authority[0]
        .when.boxes[0]
        .constraints["place"]
        .allowed
    )


def test_a_file_that_cannot_be_read_excuses_the_names_that_stand_in_it_and_no_others(
    tmp_path: Path,
) -> None:
    broken = "subject: volunteers\nduties:\n- {id: help, activity: supply, role: supports\n"
    more = (
        "subject: office\nunder: volunteers\ndeputies: [volunters]\nduties:\n"
        "- {id: x, activity: guard, role: informed, exception_to: [volunteers/help, office/hepl]}\n"
    )
    assert [
        "broken.yaml:3:3: the `{` that begins here is not closed",
        "more.yaml:3:12: there is no subject `volunters`",
        "more.yaml:5:76: there is no duty `office/hepl`",
    ] == messages_of(write_pack(tmp_path, {"broken.yaml": broken, "more.yaml": more}))


def test_a_dimension_with_an_error_is_told_once_and_not_where_it_is_used(tmp_path: Path) -> None:
    text = "dimensions: {tide: {vlaues: [ebb, flood]}}\n"
    uses = SUBJECT.replace("accountable", "accountable, when: {tide: ebb}")
    found = messages_of(write_pack(tmp_path, {"more.yaml": text, "subjects/office.yaml": uses}))
    assert ["more.yaml", "more.yaml"] == [line.split(":")[0] for line in found]


def test_a_vocabulary_that_cannot_be_read_leaves_the_form_of_conditions_to_be_checked(
    tmp_path: Path,
) -> None:
    uses = SUBJECT.replace(
        "accountable", "accountable, when: {stage: early, tide: [], cases: {x: 1}}"
    )
    files = {"vocabulary.yaml": VOCABULARY.encode("utf-16"), "subjects/office.yaml": uses}
    assert [
        "subjects/office.yaml:3:76: there is no dimension `tide`",
        "subjects/office.yaml:3:93: a map like this is not a constraint",
        "vocabulary.yaml:1:1: the file is not UTF-8",
    ] == messages_of(write_pack(tmp_path, files))


def test_a_list_where_a_map_belongs_is_one_error(tmp_path: Path) -> None:
    text = "powers: [seal, board]\nactivities: {watch: {requires: [board]}}\n"
    assert ["more.yaml:1:9: a list is not a map of powers"] == messages_of(
        write_pack(tmp_path, {"more.yaml": text})
    )


def test_a_test_of_the_owner_needs_a_lead(tmp_path: Path) -> None:
    files = {
        "pack.yaml": PACK.replace("lead: supply\n", ""),
        "tests/a.yaml": "- {name: x, given: {stage: early}, expect: {owner: office}}\n",
    }
    assert ["tests/a.yaml:1:45: the pack has no `lead`, so no event has an owner"] == messages_of(
        write_pack(tmp_path, files)
    )


def test_an_activity_or_power_with_nothing_to_say_may_be_left_empty(tmp_path: Path) -> None:
    words = "activities: {supply: , gate: }\npowers: {close: }\n"
    pack = load(write_pack(tmp_path, {"vocabulary.yaml": words}))
    assert pack.vocabulary.activities["supply"].needed.is_always
    assert ["close"] == list(pack.vocabulary.powers)
