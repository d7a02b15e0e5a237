"""Map, durable-rules and the slow reference say the same of random packs."""

from __future__ import annotations

import importlib.util
import json
import tempfile
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import remit
from remit.engine.pack import LETTERS
from remit.engine.second_opinion.admission import ruleset_refusals
from remit.engine.second_opinion.grammar import ruleset_json
from remit.engine.second_opinion.judgement import Judge, Opinion
from remit.engine.second_opinion.reading import read_ruleset
from remit.engine.second_opinion.translation import Translation, translate
from remit.workflows.second_opinion.crosscheck import compare, random_events
from remit.workflows.second_opinion.opinions import SecondOpinion
from tests.agreement import Sample, as_event, random_sample
from tests.machine import missing

# WHY: each example starts a process.
FEW = settings(max_examples=settings().max_examples // 6)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
MOST_CELLS = 80


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_three_engines_say_the_same_of_every_cell(seed: int) -> None:
    if importlib.util.find_spec("durable_rules_engine") is None:
        missing("durable-rules is not installed: it is of the extra `run`")
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        events = [parsed(sample, cell) for cell in some_cells(sample)]
        with SecondOpinion(sample.pack) as second:
            opinions = second.opinions(events)
            for event, opinion in zip(events, opinions, strict=True):
                assert isinstance(opinion, Opinion)
                assert not list(unlike_reference(sample, event, opinion))
            assert compare(sample.map, second, events).is_whole
            drawn = islice(random_events(second.translation, Random(seed)), 50)  # noqa: S311
            assert compare(sample.map, second, drawn).is_whole


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_the_translation_means_what_the_reference_says(seed: int) -> None:
    """The rules are judged here by reading them, without the library."""
    with tempfile.TemporaryDirectory() as folder:
        sample = random_sample(seed, Path(folder))
        translation = translate(sample.pack)
        judge = Judge(translation)
        for cell in some_cells(sample):
            event = parsed(sample, cell)
            opinion = judge.opinion(set(read_off(translation, event)))
            assert not list(unlike_reference(sample, event, opinion))


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_every_ruleset_made_of_a_pack_is_within_every_limit(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for shard in translate(random_sample(seed, Path(folder)).pack).shards:
            assert shard.ruleset == read_ruleset(ruleset_json(shard.ruleset))
            assert not list(ruleset_refusals(shard.ruleset))


def some_cells(sample: Sample) -> list[Mapping[str, Any]]:
    cells = sample.reference.cells()
    if len(cells) > MOST_CELLS:
        cells = sample.rng("second").sample(cells, MOST_CELLS)
    return list(cells)


def parsed(sample: Sample, cell: Mapping[str, Any]) -> remit.Event:
    return remit.parse_event(as_event(cell), sample.pack.vocabulary)


def unlike_reference(sample: Sample, event: remit.Event, opinion: Opinion) -> Iterator[str]:
    expected = sample.reference.resolve(as_event(event.values))
    if expected["owner"] != list(opinion.owner):
        yield f"owner should be {expected['owner']}, is {opinion.owner}"
    if set(expected["activities"]) != set(opinion.activities):
        yield f"listed should be {expected['activities'].keys()}, is {opinion.activities.keys()}"
    for name in expected["activities"].keys() & opinion.activities.keys():
        for letter in LETTERS:
            should = expected["activities"][name][letter]["certain"]
            found = list(opinion.activities[name].holders[letter])
            if should != found:
                yield f"{name} {letter} should be {should}, is {found}"


def read_off(translation: Translation, event: remit.Event) -> Iterator[int]:
    """Yield the clauses of the rules that a fact meets, by reading their JSON."""
    facts = translation.facts(event)
    for shard, fact in zip(translation.shards, facts, strict=True):
        for name, rule in json.loads(ruleset_json(shard.ruleset)).items():
            if meets(rule["all"][0]["m"], fact):
                yield shard.clauses[name]


def meets(part: dict[str, Any], fact: Mapping[str, int]) -> bool:
    ((key, value),) = part.items()
    if key in {"$and", "$or"}:
        return (all if key == "$and" else any)(meets(one, fact) for one in value)
    if not key.startswith("$"):
        return bool(fact[key] == value)
    ((attribute, limit),) = value.items()
    at = fact[attribute]
    return bool(
        {"$lt": at < limit, "$lte": at <= limit, "$gt": at > limit, "$gte": at >= limit}[key]
    )
