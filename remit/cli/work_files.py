"""Open work from a file: JSON lines, or one JSON list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from remit.cli.exits import UsageError
from remit.cli.inputs import (
    STDIN,
    completed,
    did_you_mean,
    json_lines,
    known_activity,
    parse_json,
    read_event,
)
from remit.engine.errors import EventError
from remit.engine.handover import Work
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import LETTERS, Letter
from remit.engine.vocabulary import Value
from remit.engine.wording import tell
from remit.validators.entitlement import named_subjects

__all__ = ["WorkReader"]

KEYS = ("id", "activity", "letter", "owner", "event")


@dataclass(frozen=True, slots=True)
class WorkReader:
    """Reads work against a pack.

    Args:
        map: of the pack that holds now; it tells the owner where the file does not.
        state: the state that ends; fills in what an event leaves out.
        today: day of an event that does not tell its own.
    """

    map: ResponsibilityMap
    state: Mapping[str, Value]
    today: dt.date

    def read(self, place: str) -> tuple[Work, ...]:
        """Return the work in a file, or on standard input.

        Raises:
            UsageError: if it cannot be read; it says which line or entry.
        """
        return tuple(self._work(where, data) for where, data in _entries(place))

    def _work(self, where: str, data: object) -> Work:
        if not isinstance(data, Mapping):
            raise UsageError(tell("{where}: a piece of work is a JSON object", where=where))
        for key in data:
            if key not in KEYS:
                raise UsageError(
                    tell("{where}: there is no key `{key}`", where=where, key=key),
                    did_you_mean(str(key), KEYS),
                )
        if "activity" not in data or "event" not in data:
            raise UsageError(tell("{where}: work has an `activity` and an `event`", where=where))
        try:
            activity = known_activity(_text(data["activity"], "activity"), self.map.pack)
            letter = _letter(data.get("letter", "accountable"))
            event = completed(data["event"], self.map.pack, state=self.state, today=self.today)
            owners = self._owners(data.get("owner"))
        except EventError as error:
            raise UsageError(f"{where}: {'; '.join(error.reasons)}") from error
        except UsageError as error:
            raise UsageError(f"{where}: {error.message}", error.help) from error
        if owners is None:
            answer = self.map.resolve(event, activity).activities.get(activity)
            owners = () if answer is None else answer.holders[letter].certain
        return Work(str(data.get("id", where)), activity, letter, event, owners)

    def _owners(self, written: object) -> tuple[str, ...] | None:
        if written is None:
            return None
        names = written if isinstance(written, list) else [written]
        known = named_subjects(self.map.pack)
        for name in names:
            if not isinstance(name, str) or name not in known:
                raise UsageError(
                    tell("there is no subject `{name}`", name=name), did_you_mean(str(name), known)
                )
        return tuple(sorted(set(names)))


def _entries(place: str) -> Iterator[tuple[str, object]]:
    """Yield the entries of a file with what to call each: those of a list, or one a line."""
    if place != STDIN and place.endswith(".json"):
        data = read_event(place)
        entries = data if isinstance(data, list) else [data]
        yield from (
            (tell("entry {number}", number=number), entry)
            for number, entry in enumerate(entries, 1)
        )
        return
    for number, line in json_lines(place):
        try:
            yield tell("line {number}", number=number), parse_json(line)
        except ValueError as error:
            raise UsageError(tell("line {number}: {error}", number=number, error=error)) from error


def _text(written: object, key: str) -> str:
    if not isinstance(written, str):
        raise UsageError(tell("`{key}` is a text", key=key))
    return written


def _letter(written: object) -> Letter:
    for letter in LETTERS:
        if letter == written:
            return letter
    raise UsageError(
        tell("there is no letter `{written}`", written=written), did_you_mean(str(written), LETTERS)
    )
