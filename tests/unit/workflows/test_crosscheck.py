"""The comparison finds what differs, and draws events where mistakes are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import remit
from remit.engine.second_opinion.judgement import Judge, Opinion
from remit.engine.second_opinion.translation import translate
from remit.workflows.second_opinion.crosscheck import (
    Agreement,
    Difference,
    compare,
    differences,
    random_events,
    witnesses,
)
from remit.workflows.second_opinion.supervision import Quarantined
from tests.pack_writer import write_pack

EARLY = {"id": "e", "activity": "act", "role": "accountable", "when": {"stage": "early"}}
LATE = {"id": "l", "activity": "act", "role": "accountable", "when": {"stage": "late"}}


def plain(*duties: dict[str, Any]) -> dict[str, Any]:
    return {
        "remit": 1,
        "pack": "made",
        "version": "1",
        "lead": "act",
        "dimensions": {
            "stage": {"values": ["early", "late"]},
            "cases": {"integer": {"min": 0, "max": 10**9}},
        },
        "activities": {"act": {"needed": {"cases": "500.."}}},
        "subjects": [{"subject": "body", "duties": list(duties)}],
    }


def loaded(folder: Path, *duties: dict[str, Any]) -> remit.Pack:
    return remit.load(write_pack(plain(*duties), folder, Random(0)))  # noqa: S311


class Told:
    """A second opinion that says what it was told to."""

    def __init__(self, said: Sequence[Opinion | Quarantined]) -> None:
        self.said = iter(said)

    def opinions(self, events: Sequence[remit.Event]) -> list[Opinion | Quarantined]:
        return list(islice(self.said, len(events)))


def events_of(pack: remit.Pack, count: int) -> list[remit.Event]:
    return list(islice(random_events(translate(pack), Random(1)), count))  # noqa: S311


def judged(pack: remit.Pack, *held: str) -> Opinion:
    translation = translate(pack)
    clauses = enumerate(translation.clauses)
    return Judge(translation).opinion({i for i, clause in clauses if clause.kind in held})


def test_what_differs_is_told_letter_by_letter(tmp_path: Path) -> None:
    pack = loaded(tmp_path, EARLY)
    resolution = remit.compile(pack).resolve({"stage": "early", "cases": 900})
    assert [] == list(differences(resolution, judged(pack, "duty", "needed")))
    assert [
        Difference("", "owner", ("body",), ()),
        Difference("act", "accountable", ("body",), ()),
        Difference("act", "duties", ("body/e",), ()),
    ] == list(differences(resolution, judged(pack, "needed")))
    assert Difference("", "activities", ("act",), ()) in set(
        differences(resolution, judged(pack, "duty"))
    )


def test_a_disagreement_comes_with_its_event_and_the_search_ends_after_some(
    tmp_path: Path,
) -> None:
    pack = loaded(tmp_path, EARLY, LATE)
    events = events_of(pack, 3_000)
    nobody = Told([judged(pack, "needed")] * 3_000)
    found = compare(remit.compile(pack), nobody, events, most=5)  # type: ignore[arg-type]
    assert not found.is_whole
    assert 5 == found.events == len(found.disagreements)
    assert events[0] == found.disagreements[0][0]


def test_an_event_without_an_answer_is_no_agreement(tmp_path: Path) -> None:
    pack = loaded(tmp_path, EARLY)
    told = Told([Quarantined((0, {"d0": 1}), "it ends the worker: killed")])
    found = compare(remit.compile(pack), told, events_of(pack, 1))  # type: ignore[arg-type]
    assert not found.is_whole
    assert "it ends the worker: killed; the fact is {'d0': 1}" == found.unanswered[0][1]


def test_the_same_seed_draws_the_same_events_and_half_stand_at_a_bound(tmp_path: Path) -> None:
    pack = loaded(tmp_path, EARLY)
    events = events_of(pack, 400)
    assert events == events_of(pack, 400)
    bounds = {499, 500, 501, 10**9 - 1, 10**9}
    near = sum(event.values["cases"] in bounds for event in events)
    assert 150 < near < 250
    assert {"early", "late"} == {event.values["stage"] for event in events}


def test_every_witness_is_asked_once(tmp_path: Path) -> None:
    pack = loaded(tmp_path, EARLY)
    translation = translate(pack)
    report = remit.check(pack, today=dt.date(2026, 3, 1))
    found = list(witnesses(report, translation))
    shown = [finding for finding in report.findings if finding.witness is not None]
    assert found
    assert len(found) <= len(shown)
    assert all(translation.facts(event) for event in found)


def test_agreements_add_up() -> None:
    one = Agreement(2, (), ((remit.Event({}), "no"),))
    assert Agreement(5, (), ((remit.Event({}), "no"),)) == Agreement(3) + one
