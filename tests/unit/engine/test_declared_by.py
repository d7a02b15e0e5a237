"""Who may declare a value, activate a version, act past the policy: as written in a pack."""

from __future__ import annotations

from pathlib import Path

import pytest

import remit
from remit.engine.errors import PackErrors

OFFICE = "subject: office\nduties: [{id: w, activity: watch, role: accountable}]\n"


def load(folder: Path, declared_by: str, pack: str = "", kind: str = "") -> remit.Pack:
    kind = kind or "tree: {north: [n1, n2], south: }"
    vocabulary = (
        f"dimensions:\n  place: {{{kind}, state: true, declared_by: {declared_by}}}\n"
        "activities: {watch: }\npowers: {start: , end: }\n"
    )
    for name, text in {
        "pack.yaml": f"remit: 1\npack: p\nversion: 1\n{pack}",
        "vocabulary.yaml": vocabulary,
        "subjects/office.yaml": OFFICE,
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return remit.load(folder)


def said(folder: Path, declared_by: str, pack: str = "", kind: str = "") -> list[tuple[str, str]]:
    with pytest.raises(PackErrors) as caught:
        load(folder, declared_by, pack, kind)
    return [(error.message, error.help) for error in caught.value.errors]


def test_one_power_declares_every_value(tmp_path: Path) -> None:
    place = load(tmp_path, "start").vocabulary.dimension("place")
    assert (place.power_to_declare("n1"), place.power_to_declare("south")) == ("start", "start")


def test_a_node_counts_for_what_lies_below_it_and_a_star_for_the_rest(tmp_path: Path) -> None:
    place = load(tmp_path, '{north: start, n2: end, "*": end}').vocabulary.dimension("place")
    powers = [place.power_to_declare(value) for value in ("n1", "n2", "north", "south")]
    assert powers == ["start", "end", "start", "end"]


def test_what_is_not_named_nobody_may_declare(tmp_path: Path) -> None:
    assert (
        load(tmp_path, "{north: start}").vocabulary.dimension("place").power_to_declare("south")
        is None
    )


def test_a_misspelt_value_is_told_with_the_nearest(tmp_path: Path) -> None:
    assert said(tmp_path, "{nroth: start}") == [
        ("`place` has no value `nroth`", "did you mean `north`?")
    ]


def test_a_misspelt_power_is_told_with_the_nearest(tmp_path: Path) -> None:
    assert said(tmp_path, "strat") == [("there is no power `strat`", "did you mean `start`?")]


def test_an_empty_map_lets_nobody_declare(tmp_path: Path) -> None:
    assert said(tmp_path, "{}") == [("nobody may declare it", "")]


def test_what_is_derived_cannot_be_declared(tmp_path: Path) -> None:
    derived = "values: [day, night], derive: {from: time, day: '07:00..<19:00', night: else}"
    messages = [message for message, _ in said(tmp_path, "start", kind=derived)]
    assert "what is derived from another field cannot be declared" in messages


def test_a_pack_says_who_activates_it_and_how_somebody_may_act_past_it(tmp_path: Path) -> None:
    pack = load(
        tmp_path,
        "start",
        "activated_by: end\nagreement: both\n"
        "break_glass: {for: 4h, review_by: office, not: [start]}\n",
    )
    assert (pack.activated_by, pack.agreement) == ("end", "both")
    rule = pack.break_glass
    assert rule is not None
    assert (rule.lasts, rule.review_by, rule.never) == (14_400, "office", ("start",))


def test_a_rule_past_the_policy_names_a_reviewer(tmp_path: Path) -> None:
    messages = [message for message, _ in said(tmp_path, "start", "break_glass: {for: 4h}\n")]
    assert any("review_by" in message for message in messages)
