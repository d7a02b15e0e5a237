"""Duties become rules in one order, in as many rulesets as the limits ask for, or are refused."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

import remit
from remit.engine.second_opinion.admission import ruleset_refusals
from remit.engine.second_opinion.grammar import AllOf, AnyOf, Term, terms_of
from remit.engine.second_opinion.refusals import RefusedError
from remit.engine.second_opinion.translation import ALWAYS, Translation, translate
from tests.pack_writer import write_pack


def pack_of(dimensions: dict[str, Any], conditions: list[Any], **more: Any) -> dict[str, Any]:
    """Return a plain pack of one activity with a duty for each condition."""
    duties = [
        {"id": f"d{i}", "activity": "act", "role": "accountable", "when": when}
        for i, when in enumerate(conditions)
    ]
    return {
        "remit": 1,
        "pack": "made",
        "version": "1",
        "lead": "act",
        "dimensions": dimensions,
        "activities": {"act": None},
        "subjects": [{"subject": "body", "duties": duties}],
        **more,
    }


def translated(folder: Path, plain: dict[str, Any]) -> Translation:
    return translate(remit.load(write_pack(plain, folder, Random(0))))  # noqa: S311


def test_equalities_come_first_then_choices_and_ranges_last(tmp_path: Path) -> None:
    dimensions = {
        "cases": {"integer": {"min": 0, "max": 99}},
        "place": {"values": ["a", "b", "c", "d", "e"]},
        "stage": {"values": ["early", "late"]},
    }
    when = {"cases": "10..20", "place": ["a", "c", "d"], "stage": "late"}
    (rule,) = duty_rules(translated(tmp_path, pack_of(dimensions, [when])))
    either = AnyOf((Term("d1", "eq", 0), AllOf((Term("d1", "ge", 2), Term("d1", "le", 3)))))
    ranges = (Term("d0", "ge", 10), Term("d0", "le", 20))
    assert AllOf((Term("d2", "eq", 1), either, *ranges)) == rule


def duty_rules(translation: Translation) -> list[Any]:
    return [
        rule.when
        for shard in translation.shards
        for rule in shard.ruleset.rules
        if translation.clauses[shard.clauses[rule.name]].kind == "duty"
    ]


def test_what_allows_everything_is_no_test_and_no_test_is_the_one_that_always_holds(
    tmp_path: Path,
) -> None:
    dimensions = {"stage": {"values": ["early", "late"]}}
    rules = duty_rules(translated(tmp_path, pack_of(dimensions, [{"stage": ["early", "late"]}])))
    assert [AllOf((Term(ALWAYS, "eq", 1),))] == rules


def test_decimals_go_by_the_bounds_they_pass_and_whole_numbers_as_they_are(tmp_path: Path) -> None:
    dimensions = {
        "money": {"integer": {"min": -(10**9), "max": 10**9}},
        "rain": {"decimal": {"min": Decimal(0), "max": Decimal(500)}},
    }
    conditions = [{"money": "-7"}, {"rain": "0.1..<0.3"}, {"rain": "> 0.3"}]
    translation = translated(tmp_path, pack_of(dimensions, conditions))
    values = [int(term.value) for rule in duty_rules(translation) for term in terms_of(rule)]
    assert -7 == values[0]
    assert all(0 < value < 10 for value in values[1:])
    rain = translation.lines["rain"]
    places = [rain.position(Decimal(text)) for text in ("0.09", "0.1", "0.29", "0.3", "0.31")]
    assert places == sorted(places)
    assert 4 == len(set(places))
    for position in range(rain.low, rain.high + 1):
        assert position == rain.position(rain.value(position))


LEAVES = [f"p{i}" for i in range(1_200)]
MANY: dict[str, tuple[dict[str, Any], list[Any], int]] = {
    "one condition many times": ({"place": {"values": LEAVES[:9]}}, [{"place": "p1"}] * 600, 3),
    "many values of one dimension": (
        {"place": {"values": LEAVES}},
        [{"place": leaf} for leaf in LEAVES],
        3,
    ),
    "many bounds that one value passes": (
        {"cases": {"integer": {"min": 0, "max": 999}}},
        [{"cases": f"{low}.."} for low in range(1, 300)],
        5,
    ),
    "many wide lists": (
        {"place": {"values": LEAVES[:20]}, "cases": {"integer": {"min": 0, "max": 999}}},
        [{"place": LEAVES[0:20:2], "cases": f"{i}.."} for i in range(200)],
        4,
    ),
}


@pytest.mark.parametrize("name", MANY)
@pytest.mark.slow
def test_what_is_past_a_limit_is_split_and_every_rule_is_there_once(
    name: str, tmp_path: Path
) -> None:
    dimensions, conditions, fewest = MANY[name]
    translation = translated(tmp_path, pack_of(dimensions, conditions))
    assert fewest <= len(translation.shards) <= 4 * fewest
    rules = Counter(index for shard in translation.shards for index in shard.clauses.values())
    duties = [i for i, clause in enumerate(translation.clauses) if clause.kind == "duty"]
    assert len(conditions) == len(duties)
    assert {1} == {rules[index] for index in duties}
    for shard in translation.shards:
        assert not list(ruleset_refusals(shard.ruleset))


def test_a_list_too_wide_for_one_rule_becomes_several(tmp_path: Path) -> None:
    dimensions = {"place": {"values": LEAVES[:200]}}
    rules = duty_rules(translated(tmp_path, pack_of(dimensions, [{"place": LEAVES[0:200:2]}])))
    assert 2 == len(rules)
    assert 100 == len({term for rule in rules for term in terms_of(rule)})


def test_a_duty_past_a_limit_by_itself_is_refused_by_its_name(tmp_path: Path) -> None:
    dimensions = {f"x{i}": {"values": ["a", "b", "c"]} for i in range(20)}
    plain = pack_of(dimensions, [{name: ["a", "c"] for name in dimensions}])
    with pytest.raises(RefusedError) as caught:
        translated(tmp_path, plain)
    (refusal,) = caught.value.refusals
    assert "S13" == refusal.code
    assert "duty `body/d0`: 21 groups of tests" in refusal.message


def test_a_condition_on_more_dimensions_than_a_fact_may_have_is_refused(tmp_path: Path) -> None:
    dimensions = {f"x{i}": {"values": ["a", "b"]} for i in range(251)}
    plain = pack_of(dimensions, [dict.fromkeys(dimensions, "a")])
    with pytest.raises(RefusedError) as caught:
        translated(tmp_path, plain)
    assert ["S15"] == [refusal.code for refusal in caught.value.refusals]


def test_lists_whose_product_is_too_large_are_refused(tmp_path: Path) -> None:
    dimensions = {name: {"values": [f"{name}-{leaf}" for leaf in LEAVES]} for name in "abc"}
    when = {name: [f"{name}-{leaf}" for leaf in LEAVES[::2]] for name in "abc"}
    with pytest.raises(RefusedError, match=r"S12.*600 alternatives"):
        translated(tmp_path, pack_of(dimensions, [when]))


def test_an_event_that_is_not_full_has_no_facts(tmp_path: Path) -> None:
    dimensions = {
        "stage": {"values": ["early", "late"]},
        "place": {"tree": {"town": ["north", "south"]}},
    }
    when = {"stage": "late", "place": "north"}
    translation = translated(tmp_path, pack_of(dimensions, [when]))
    with pytest.raises(ValueError, match="does not give stage"):
        translation.facts(remit.Event({"place": "north"}))
    with pytest.raises(ValueError, match="town"):
        translation.facts(remit.Event({"place": "town", "stage": "late"}))
