"""Where the commands and the slow reference disagree about one random pack, as sentences."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from tests.agreement import TODAY, Sample, answer_differences, as_event
from tests.agreement_checks import finding_disagreements
from tests.random_packs import random_event
from tests.reference_events import fill
from tests.terminal import Said, run_command

__all__ = ["check_command_disagreements", "cli_disagreements", "resolve_command_disagreements"]

EVENTS = 60


def cli_disagreements(sample: Sample) -> Iterator[str]:
    """Yield what differs between `remit resolve --batch`, `remit check` and the reference."""
    yield from resolve_command_disagreements(sample)
    yield from check_command_disagreements(sample)


def resolve_command_disagreements(sample: Sample) -> Iterator[str]:
    """Yield where a line of `remit resolve --batch` is not the reference's answer."""
    events = _random_events(sample)
    file = sample.home.parent / "events.jsonl"
    lines = (json.dumps(event, default=_number) + "\n" for event in events)
    file.write_text("".join(lines), encoding="utf-8")
    done = _remit("resolve", str(sample.home), "--batch", str(file), "--today", TODAY.isoformat())
    answers = [json.loads(line) for line in done.out.splitlines()]
    if len(answers) != len(events) or done.code not in {0, 1}:
        answered = f"{len(answers)} answers to {len(events)} events"
        yield f"{answered}, exit {done.code}: {done.err}"
        return
    for event, answer in zip(events, answers, strict=True):
        full = fill(sample.plain, sample.reference.dimensions, event, TODAY)
        if set(full) != set(answer["event"]) - {"time", "id"}:
            yield f"filled in should be {full}, is {answer['event']}"
        yield from answer_differences(sample.reference.resolve(full), answer, event)


def check_command_disagreements(sample: Sample) -> Iterator[str]:
    """Yield where `remit check --output json` and its exit code are not the reference's."""
    done = _remit("check", str(sample.home), "--output", "json", "--today", TODAY.isoformat())
    if done.code not in {0, 1}:
        yield f"exit {done.code}: {done.err}"
        return
    findings = json.loads(done.out)["findings"]
    yield from finding_disagreements(sample, findings)
    errors = any(one["level"] == "error" and not one["accepted"] for one in findings)
    if errors != bool(done.code):
        yield f"exit {done.code} with{'' if errors else 'out'} errors"


def _random_events(sample: Sample) -> list[dict[str, Any]]:
    """Return possible events, some without a day, some with a time."""
    rng = sample.rng("command line")
    found: list[dict[str, Any]] = []
    while len(found) < EVENTS:
        event = as_event(random_event(rng, sample.reference, rng.choice((0.4, 0.8, 1))))
        if rng.random() < 0.5:
            event.pop("date", None)
        if rng.random() < 0.5:
            event["time"] = _random_time(rng)
        if sample.reference.cells(fill(sample.plain, sample.reference.dimensions, event, TODAY)):
            found.append(event)
    return found


def _random_time(rng: Random) -> str:
    zone = dt.timezone(dt.timedelta(hours=rng.choice((-8, 0, 8))))
    time = dt.datetime(2026, 2, 28, tzinfo=zone) + dt.timedelta(minutes=rng.randint(-1440, 2880))
    return time.isoformat()


def _number(value: object) -> object:
    if not isinstance(value, Decimal):
        raise TypeError(value)
    return int(value) if value == int(value) else float(value)


def _remit(*arguments: str) -> Said:
    return run_command(*arguments, folder=Path(__file__).resolve().parent.parent)
