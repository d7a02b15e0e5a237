"""Reads plain reports: what a resident, a worker or a gauge says, as a small JSON object.

{"kind": "report", "id": "7", "time": "2026-03-02T08:10:00+08:00", "reporter": "b3-hotline",
 "fields": {"symptom": "fever", "place": "b3", "persons": 2}}
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from remit.engine.triage import Message
from remit.engine.wording import mark, tell, tell_marked
from remit.workflows.intake.decoding import decode_json
from remit.workflows.intake.errors import Problems
from remit.workflows.intake.located import Json, Number, Path, Place, read_json

__all__ = ["KINDS", "MAX_VALUES", "Report", "message_of", "read_report"]

KINDS = ("report", "reading")
"""What a report may call itself: something a person says, or a gauge shows. Signals name the kind
in `from`."""
MAX_VALUES = 1000
"""Values of one report, over all its fields; a longer one is refused."""
MAX_TEXT = 2000
"""Characters of one value; a longer one is refused."""

_KEYS = ("kind", "id", "time", "reporter", "fields")
_REQUIRED = ("kind", "time", "fields")
_OWN_FIELDS = ("reporter",)
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,99}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?([+-]\d\d:\d\d|Z)", re.ASCII)
_TIME_FORM = mark("a time like 2026-03-02T14:57:00+08:00")
_YEARS = range(1970, 2200)


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    Args:
        id: the reporter's own name for it; else the first 16 digits of a hash over what it says, so
            that the same report sent again is known again.
        reporter: who says it; empty where nobody signed.
        fields: texts by field; numbers and booleans as JSON writes them.
    """

    kind: str
    id: str
    time: dt.datetime
    reporter: str
    fields: Mapping[str, tuple[str, ...]]


def read_report(data: bytes, *, source: str = "report") -> Report:
    """Return the report in a file.

    Raises:
        IntakeErrors: if it is no report or a wrong one; all reasons, each with line and column.
    """
    value, places = read_json(decode_json(data, source), source)
    problems = Problems(source)
    reader = _Reader(places, problems)
    report = reader.read(value)
    problems.raise_if_any()
    if report is None:
        # WHY: a report without its required parts has been told above.
        raise problems.errors()
    return report


def message_of(report: Report) -> Message:
    """Return a report as the message that signals look at."""
    # WHY: two reporters may number their reports alike, and nobody should be able to take another's
    # number.
    name = f"{report.kind}:{report.reporter}:{report.id}"
    fields = {**report.fields, **({"reporter": (report.reporter,)} if report.reporter else {})}
    return Message(name, report.kind, fields, report.time)


class _Reader:
    def __init__(self, places: Mapping[Path, Place], problems: Problems) -> None:
        self._places = places
        self._problems = problems

    def read(self, value: Json) -> Report | None:
        if not isinstance(value, dict):
            self._wrong(
                (), "not-a-report", tell("this is no report"), tell("an object"), _kind_of(value)
            )
            return None
        self._check_keys(value)
        kind = self._text(value, "kind")
        if kind and kind not in KINDS:
            self._wrong(
                ("kind",),
                "bad-value",
                tell("`kind` is wrong"),
                tell("one of {names}", names=", ".join(KINDS)),
                f"`{kind}`",
            )
        time = self._time(self._text(value, "time"))
        reporter = self._text(value, "reporter")
        fields = self._fields(value.get("fields", {}))
        name = self._text(value, "id")
        if time is None:
            return None
        return Report(kind, name or _digest(kind, time, reporter, fields), time, reporter, fields)

    def _check_keys(self, value: Mapping[str, Json]) -> None:
        for key in value:
            if key not in _KEYS:
                near = difflib.get_close_matches(key[:40], _KEYS, n=1)
                advice = (
                    tell("did you mean `{near}`?", near=near[0])
                    if near
                    else tell("what the report tells goes under `fields`")
                )
                self._wrong(
                    (key,),
                    "unknown-key",
                    tell("unknown key `{key}`", key=key),
                    tell("one of {names}", names=", ".join(_KEYS)),
                    "",
                    advice,
                )
        for key in _REQUIRED:
            if key not in value:
                self._wrong(
                    (),
                    "missing-key",
                    tell("the report has no `{key}`", key=key),
                    f"`{key}`",
                    tell("none"),
                )

    def _text(self, value: Mapping[str, Json], key: str) -> str:
        if key not in value:
            return ""
        text = value[key]
        if not isinstance(text, str) or not text.strip():
            self._wrong(
                (key,),
                "bad-value",
                tell("`{key}` is wrong", key=key),
                tell("a text that is not blank"),
                _kind_of(text),
            )
            return ""
        if len(text) > MAX_TEXT:
            expected = tell("at most {max_text} characters", max_text=MAX_TEXT)
            self._wrong(
                (key,),
                "too-large",
                tell("`{key}` is too long", key=key),
                expected,
                tell("{number} characters", number=len(text)),
            )
        return text.strip()

    def _time(self, text: str) -> dt.datetime | None:
        if not text:
            return None
        if not _TIME.fullmatch(text):
            bare = _TIME.fullmatch(f"{text}Z") is not None
            reason = "time-without-offset" if bare else "bad-time"
            self._wrong(
                ("time",), reason, tell("`time` is wrong"), tell_marked(_TIME_FORM), f"`{text}`"
            )
            return None
        try:
            time = dt.datetime.fromisoformat(text)
        except ValueError:
            time = None
        if time is None or time.year not in _YEARS:
            expected = tell(
                "{form}, of the years {first} to {last}",
                form=tell_marked(_TIME_FORM),
                first=_YEARS[0],
                last=_YEARS[-1],
            )
            self._wrong(("time",), "bad-time", tell("`time` is wrong"), expected, f"`{text}`")
            return None
        return time

    def _fields(self, value: Json) -> Mapping[str, tuple[str, ...]]:
        if not isinstance(value, dict):
            self._wrong(
                ("fields",),
                "bad-value",
                tell("`fields` is wrong"),
                tell("an object"),
                _kind_of(value),
            )
            return {}
        found: dict[str, tuple[str, ...]] = {}
        for field, written in value.items():
            path = ("fields", field)
            if field in _OWN_FIELDS:
                self._wrong(
                    path,
                    "bad-field",
                    tell("`{field}` stands outside `fields`", field=field),
                    tell("another name"),
                    f"`{field}`",
                )
            elif not _FIELD.fullmatch(field):
                expected = tell("letters, digits, `.`, `_` and `-`, a letter first")
                self._wrong(
                    path, "bad-field", tell("a field's name is wrong"), expected, f"`{field}`"
                )
            else:
                found[field] = self._values(path, written)
        if sum(len(values) for values in found.values()) > MAX_VALUES:
            expected = tell("at most {max_values} values", max_values=MAX_VALUES)
            self._wrong(
                ("fields",), "too-large", tell("the report says too much"), expected, tell("more")
            )
        return found

    def _values(self, path: Path, written: Json) -> tuple[str, ...]:
        items = written if isinstance(written, list) else [written]
        texts: list[str] = []
        for index, item in enumerate(items):
            at = (*path, index) if isinstance(written, list) else path
            if isinstance(item, dict | list) or item is None:
                expected = tell("a text, a number, true or false, or a list of these")
                self._wrong(
                    at,
                    "bad-value",
                    tell("`{path}` is wrong", path=path[-1]),
                    expected,
                    _kind_of(item),
                )
                continue
            text = _as_text(item)
            if len(text) > MAX_TEXT:
                expected = tell("at most {max_text} characters", max_text=MAX_TEXT)
                self._wrong(
                    at,
                    "too-large",
                    tell("`{path}` is too long", path=path[-1]),
                    expected,
                    tell("{number} characters", number=len(text)),
                )
            texts.append(text)
        return tuple(texts)

    def _wrong(
        self, path: Path, reason: str, message: str, expected: str, found: str, advice: str = ""
    ) -> None:
        place = self._places.get(path, (1, 1))
        self._problems.add(place, reason, message, expected=expected, found=found, advice=advice)


def _as_text(value: Json) -> str:
    match value:
        case Number():
            return value.text
        case bool():
            return "true" if value else "false"
        case _:
            return str(value).strip()


def _kind_of(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"`{value}`"
        case Number():
            return tell("the number {text}", text=value.text)
        case list():
            return tell("a list")
        case _:
            return tell("an object")


def _digest(
    kind: str, time: dt.datetime, reporter: str, fields: Mapping[str, tuple[str, ...]]
) -> str:
    said = [
        kind,
        time.astimezone(dt.UTC).isoformat(),
        reporter,
        sorted((k, *v) for k, v in fields.items()),
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()[:16]
