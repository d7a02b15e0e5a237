"""Seasons are the same again, recordings come out as recorded, drills touch all there is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.engine.events import Event
from remit.engine.language.loader import load
from remit.engine.map.rehearsal import rehearsal
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.season import Happening, Manner, Season
from remit.workflows.ledger import Ledger
from remit.workflows.simulation.retelling import retell
from remit.workflows.simulation.world import simulate
from tests.random_towns import EVENT, random_town

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
MANNERS = (Manner(answers=(60, 5_400), works=(600, 7_200), silent=15, declines=15, hands_over=10),)
SEEDS = st.integers(0, 40)


def town(home: Path, seed: int) -> Pack:
    for name, text in random_town(seed).items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    return load(home)


def season(seed: int, *, incidents: int = 2) -> Season:
    happenings = tuple(
        Happening(f"flood-{number}", number * 5_000, Event(dict(EVENT)))  # type: ignore[arg-type]
        for number in range(incidents)
    )
    return Season("floods", START, 3, seed, happenings, (), MANNERS)


@pytest.mark.slow
@settings(deadline=None, max_examples=15)
@given(SEEDS, SEEDS)
def test_a_season_comes_out_the_same_and_is_retold_to_the_last_hash(
    tmp_path_factory: pytest.TempPathFactory, pack_seed: int, seed: int
) -> None:
    """The same season gives the same ledger, whole on disk, and its recording is retold whole."""
    pack = town(tmp_path_factory.mktemp("town"), pack_seed)
    first, again = simulate(season(seed), pack), simulate(season(seed), pack)
    assert first.ledger.head() == again.ledger.head()
    place = tmp_path_factory.mktemp("kept") / "ledger.db"
    assert first.ledger.head() == first.ledger.save(place)
    with Ledger.at(place, create=False) as kept:
        assert kept.verify().is_whole
        retold = retell(kept.entries(), pack)
    assert retold.difference is None
    assert retold.head == first.ledger.head()


@pytest.mark.slow
@settings(deadline=None, max_examples=15)
@given(SEEDS)
def test_drills_touch_every_target_and_are_no_fewer_than_the_bound(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Each region, hand-over and boundary is touched by some event, and the bound is one."""
    pack = town(tmp_path_factory.mktemp("town"), seed)
    map_ = compile_pack(pack)
    found = rehearsal(map_)
    touched = {target for chosen in found.chosen for target in chosen.touches}
    assert set(found.targets) == touched
    assert found.least <= len(found.chosen)
    for chosen in found.chosen:
        answers = map_.resolve(Event(chosen.event)).activities
        for target in chosen.touches:
            if target.kind == "region":
                duties = {name.partition("/")[0] for name in target.which}
                assert duties == set(answers[target.about].holders["accountable"].certain)


@pytest.mark.slow
def test_a_word_that_was_changed_is_where_a_retelling_ends(tmp_path: Path) -> None:
    """An entry that does not follow from those before it is found, and no later one."""
    pack = town(tmp_path / "town", 1)
    entries = list(simulate(season(1, incidents=1), pack).ledger.all_entries)
    at = next(number for number, entry in enumerate(entries) if entry.kind == "asked")
    payload = {**entries[at].payload, "subject": "s6-forged"}
    entries[at] = replace(entries[at], payload=payload)
    found = retell(entries, pack).difference
    assert found is not None
    assert entries[at].number == found.recorded.number
