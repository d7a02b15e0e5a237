"""Nothing that durable-rules crashes, hangs or errs on gets past our own compiler.

Each case of `UNSOUND` is the smallest ruleset or fact that breaks durable-rules 2.0.28; the library
never sees it here.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from remit.engine.second_opinion.admission import admit, admit_fact, fnv_1a, ruleset_refusals
from remit.engine.second_opinion.grammar import (
    AllOf,
    AnyOf,
    Rule,
    Ruleset,
    Term,
    ruleset_json,
)
from remit.engine.second_opinion.network import branches, network_of
from remit.engine.second_opinion.reading import read_ruleset
from remit.engine.second_opinion.refusals import MOST_BRANCHES, MOST_CHOICES, RefusedError
from tests.second_opinion_limits import LIMITS, equal, ruleset_at

DIVISION = {"$div": {"$l": {"$m": "a"}, "$r": {"$m": "b"}}}
UNSOUND: dict[str, tuple[str, Any]] = {
    "two events joined": ("S02", {"r": {"all": [{"a": {"k": 1}}, {"b": {"k": 2}}]}}),
    "eight events joined": ("S02", {"r": {"all": [{f"m{i}": {"k": i}} for i in range(8)]}}),
    "a key from another event": (
        "S05",
        {"r": {"all": [{"m": {"$and": [{"kind": 1}, {"place": {"a": "place"}}]}}]}},
    ),
    "the absence of an event": ("S02", {"r": {"all": [{"a$not": {"k": 1}}]}}),
    "all of some patterns": ("S02", {"r": {"all": [{"x$all": [{"m": {"k": 1}}]}]}}),
    "any of some patterns": ("S03", {"r": {"any": [{"m": {"k": 1}}]}}),
    "division by an attribute": ("S05", {"r": {"all": [{"m": {"$gt": {"x": DIVISION}}}]}}),
    "only what is not there": ("S03", {"r": {"all": [{"m": {"$nex": {"kind": 1}}}]}}),
    "what is there": ("S03", {"r": {"all": [{"m": {"$ex": {"kind": 1}}}]}}),
    "what differs": ("S03", {"r": {"all": [{"m": {"$neq": {"kind": 1}}}]}}),
    "a pattern of letters": ("S03", {"r": {"all": [{"m": {"$mt": {"x": ".*"}}}]}}),
    "a list of values": ("S03", {"r": {"all": [{"m": {"$iany": {"x": {"$i": 1}}}}]}}),
    "a timer": ("S02", {"r": {"all": [{"t$all": [{"base": {"$timerName": "T"}}]}]}}),
    "a count of events": ("S03", {"r": {"all": [{"m": {"k": 1}}], "count": 3}}),
    "a statechart": ("S03", {"r$state": {"first": {"t": {"all": [{"m": {"k": 1}}]}}}}),
    "two keys, of which one is read": ("S04", {"r": {"all": [{"m": {"a": 1, "b": 2}}]}}),
    "an empty conjunction": ("S04", {"r": {"all": [{"m": {"$and": []}}]}}),
    "an empty pattern": ("S04", {"r": {"all": [{"m": {}}]}}),
    "a rule without patterns": ("S04", {"r": {"all": []}}),
    "no rules": ("S04", {}),
    "a fraction": ("S05", {"r": {"all": [{"m": {"x": 0.3}}]}}),
    "a number with an exponent": ("S05", {"r": {"all": [{"m": {"x": 1e-05}}]}}),
    "no number": ("S05", {"r": {"all": [{"m": {"x": float("nan")}}]}}),
    "a number without end": ("S05", {"r": {"all": [{"m": {"x": float("inf")}}]}}),
    "a number past 63 bits": ("S05", {"r": {"all": [{"m": {"x": 2**62}}]}}),
    "a truth": ("S05", {"r": {"all": [{"m": {"x": True}}]}}),
    "nothing": ("S05", {"r": {"all": [{"m": {"x": None}}]}}),
    "a list": ("S05", {"r": {"all": [{"m": {"x": [1, 2]}}]}}),
    "a text compared by order": ("S05", {"r": {"all": [{"m": {"$gt": {"x": "9"}}}]}}),
    "a number here, a text there": (
        "S05",
        {"r": {"all": [{"m": {"$and": [{"x": 10}, {"x": "10"}]}}]}},
    ),
    "a text past 16 bits": ("S06", {"r": {"all": [{"m": {"x": "fire" + "x" * 65_536}}]}}),
    "a text of 4,097 bytes": ("S06", {"r": {"all": [{"m": {"x": "疫" * 1_366}}]}}),
    "a key of megabytes": ("S07", {"r": {"all": [{"m": {"x" * 2**20: 1}}]}}),
    "a context of its own": ("S07", {"r": {"all": [{"m": {"sid": 1}}]}}),
    "a control field": ("S07", {"r": {"all": [{"m": {"id": 1}}]}}),
    "a nested attribute": ("S07", {"r": {"all": [{"m": {"place.block": 1}}]}}),
    "attributes of one hash": (
        "S08",
        {"r": {"all": [{"m": {"$and": [{"attr49199": 1}, {"attr108832": 1}]}}]}},
    ),
    "rules of one hash": (
        "S08",
        {name: {"all": [{"m": {"x": 1}}]} for name in ("attr49199", "attr108832")},
    ),
    "a priority below zero": ("S16", {"r": {"all": [{"m": {"x": 1}}], "pri": -1}}),
    "a priority past 16 bits": ("S16", {"r": {"all": [{"m": {"x": 1}}], "pri": 65_536}}),
    "a priority that is no number": ("S16", {"r": {"all": [{"m": {"x": 1}}], "pri": "1"}}),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_breaks_the_library_is_refused_by_its_code(name: str) -> None:
    code, rules = UNSOUND[name]
    assert code in codes(json.dumps(rules))


def codes(text: str) -> set[str]:
    try:
        return {refusal.code for refusal in ruleset_refusals(read_ruleset(text))}
    except RefusedError as error:
        return {refusal.code for refusal in error.refusals}


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"r": 1}', "[" * 200_000, '{"r":' * 200_000])
def test_text_that_is_no_ruleset_is_refused(text: str) -> None:
    assert codes(text) & {"S01", "S03"}


def test_a_name_that_is_there_twice_is_refused() -> None:
    assert {"S08"} == codes('{"r": {"all": [{"m": {"x": 1}}]}, "r": {"all": [{"m": {"x": 2}}]}}')


def test_nesting_past_what_duties_need_is_refused() -> None:
    part: Any = Term("x", "eq", 1)
    for _ in range(5):
        part = AllOf((part,))
    assert {"S01"} == {one.code for one in ruleset_refusals(Ruleset((Rule("r", part),)))}


@pytest.mark.parametrize(
    "fact",
    [
        {},
        {"x": 1, "y": 1, "z": 1},
        {"x": 1, "y": 1, "sid": "incident-543295"},
        {"x": 1, "y": 1, "id": "f1"},
        {"x": "1", "y": 1},
        {"x": 1.0, "y": 1},
        {"x": float("nan"), "y": 1},
        {"x": None, "y": 1},
        {"x": True, "y": 1},
        {"x": ["B1"], "y": 1},
        {"x": {"a": 1}, "y": 1},
        {"x": 10**30, "y": 1},
    ],
)
def test_a_fact_that_does_not_fit_its_ruleset_is_refused(fact: dict[str, object]) -> None:
    rules = Ruleset((Rule("r", AllOf((equal("x", 1), equal("y", 1)))),))
    with pytest.raises(RefusedError):
        admit_fact(fact, rules.attributes())


def test_a_fact_that_fits_passes_unchanged() -> None:
    rules = Ruleset((Rule("r", AllOf((equal("x", 1), equal("y", 1)))),))
    assert {"x": -(2**62) + 1, "y": 0} == admit_fact(
        {"x": -(2**62) + 1, "y": 0}, rules.attributes()
    )


@pytest.mark.parametrize("name", LIMITS)
def test_a_ruleset_passes_at_each_limit_and_is_refused_one_past_it(name: str) -> None:
    code, limit, _ = LIMITS[name]
    assert ruleset_at(name, limit) == admit(ruleset_at(name, limit))
    past = tuple(ruleset_refusals(ruleset_at(name, limit + 1)))
    assert {code} == {refusal.code for refusal in past}
    assert f"{limit + 1:,}" in past[0].message


def test_disjunctions_after_one_prefix_are_bounded_too() -> None:
    def choices(size: int) -> set[str]:
        either = [AnyOf((equal("x", 0), equal("x", i + 1))) for i in range(size)]
        rules = (Rule(f"r{i}", AllOf((part, equal("y", 0)))) for i, part in enumerate(either))
        return {refusal.code for refusal in ruleset_refusals(Ruleset(tuple(rules)))}

    assert not choices(MOST_BRANCHES - 1)
    assert {"S14"} == choices(MOST_CHOICES)
    assert {"S13", "S14"} == choices(MOST_CHOICES + 1)


def test_what_is_written_is_read_back() -> None:
    part = AllOf(
        (equal("d0", 3), AnyOf((equal("d1", 1), Term("d1", "ge", 4))), Term("d2", "lt", 5))
    )
    rules = Ruleset((Rule("r1-0", part, 7), Rule("r2-0", equal("d3", 1))))
    assert rules == read_ruleset(ruleset_json(rules))


def test_the_hash_is_that_of_the_library() -> None:
    # SOURCE: `HASH_ID`, `HASH_SID`, `HASH_AND` in the library's headers.
    assert (926444256, 3593476751, 3746487396) == (fnv_1a("id"), fnv_1a("sid"), fnv_1a("$and"))


def test_branches_on_one_attribute_are_those_that_one_value_meets() -> None:
    apart = Ruleset(
        tuple(
            Rule(f"r{i}", AllOf((Term("x", "ge", i * 10), Term("x", "le", i * 10 + 9))))
            for i in range(3)
        )
    )
    # Three lower ends are met by one value, each followed by one upper end.
    assert 3 == branches(network_of(apart))
    points = Ruleset(tuple(Rule(f"r{i}", equal("x", i)) for i in range(100)))
    assert 1 == branches(network_of(points))
