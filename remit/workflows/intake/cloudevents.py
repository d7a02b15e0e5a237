"""Reads CloudEvents 1.0: the envelope is checked and taken off, what it carries is read as usual.

SOURCE: CloudEvents specification 1.0.2, sections 3 (attributes) and 5 (JSON format), and the HTTP
protocol binding 1.0.2, section 3. The official JSON Schema accepts more than the text allows, such
as empty attribute names with dashes, `data` beside `data_base64`, or times without a zone; the text
holds.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from remit.engine.wording import tell
from remit.workflows.intake.decoding import decode_json
from remit.workflows.intake.errors import Problems
from remit.workflows.intake.located import Json, Path, Place, read_json

__all__ = ["CloudEvent", "read_binary", "read_structured"]

_NAME = re.compile(r"[a-z0-9]{1,20}", re.ASCII)
_TIME = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)"
    r"(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_URI = re.compile(r"[!#-;=?-Z\[\]_a-z~%]+", re.ASCII)
_TYPE = re.compile(r"[\w.+-]+/[\w.+*-]+(\s*;.*)?", re.ASCII)
_REQUIRED = ("specversion", "id", "source", "type")
_BODY = ("data", "data_base64")
_HEADER = "ce-"
LONGEST = 2_000
"""Characters of one attribute; a longer one is refused."""


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """An envelope, and what was in it.

    Args:
        source: with `id`, names the event: the same two are the same event.
        content_type: of `data`, as its sender says; empty where it does not.
        data: as it was in the envelope, byte by byte.
    """

    id: str
    source: str
    type: str
    content_type: str
    data: bytes

    @property
    def identity(self) -> str:
        """The same for two envelopes of the same event, and for no others."""
        return f"cloudevent {len(self.source)} {self.source} {self.id}"


def read_structured(body: bytes, *, source: str = "event") -> CloudEvent:
    """Return the event that a JSON document is (`application/cloudevents+json`).

    Raises:
        IntakeErrors: if it breaks the specification.
    """
    text = decode_json(body, source)
    value, places = read_json(text, source)
    problems = Problems(source)
    if not isinstance(value, dict):
        problems.add((1, 1), "not-an-envelope", tell("a CloudEvent is a JSON object"))
        raise problems.errors()
    attributes: dict[str, str] = {}
    for name, found in value.items():
        if name in _BODY or found is None:
            continue
        place = places.get((name,), (1, 1))
        if isinstance(found, list | dict):
            problems.add(
                place,
                "not-an-attribute",
                tell("the attribute `{name}` is no simple value", name=name),
                expected=tell("a text, a number or a truth value"),
            )
            continue
        attributes[name] = found if isinstance(found, str) else _text(found)
        if name in {*_REQUIRED, "subject", "time", "dataschema", "datacontenttype"}:
            _check_text(found, name, place, problems)
    _check(attributes, {name: places.get((name,), (1, 1)) for name in attributes}, problems)
    data = _data(value, text, places, problems)
    problems.raise_if_any()
    return _event(attributes, attributes.get("datacontenttype", "application/json"), data)


def read_binary(headers: Mapping[str, str], body: bytes, *, source: str = "event") -> CloudEvent:
    """Return the event whose attributes are HTTP headers (`ce-id` and others), its data the body.

    Args:
        headers: by name in lower case.

    Raises:
        IntakeErrors: if it breaks the specification.
    """
    problems = Problems(source)
    attributes: dict[str, str] = {}
    for name, found in headers.items():
        if name.startswith(_HEADER):
            # SOURCE: HTTP binding, 3.1.3.2: values are percent-encoded.
            attributes[name.removeprefix(_HEADER)] = unquote(found, errors="replace")
    if "datacontenttype" in attributes:
        problems.add(
            (1, 1),
            "not-an-attribute",
            tell("the header `ce-datacontenttype` does not exist"),
            expected="`Content-Type`",
        )
    _check(attributes, dict.fromkeys(attributes, (1, 1)), problems)
    problems.raise_if_any()
    return _event(attributes, headers.get("content-type", ""), body)


def _event(attributes: Mapping[str, str], content_type: str, data: bytes) -> CloudEvent:
    return CloudEvent(
        attributes["id"], attributes["source"], attributes["type"], content_type, data
    )


def _check(attributes: Mapping[str, str], places: Mapping[str, Place], problems: Problems) -> None:
    for name in _REQUIRED:
        if not attributes.get(name):
            problems.add(
                places.get(name, (1, 1)),
                "missing-attribute",
                tell("the attribute `{name}` is missing or empty", name=name),
            )
    version = attributes.get("specversion")
    if version and version != "1.0":
        problems.add(
            places["specversion"],
            "unknown-version",
            tell("this version of CloudEvents is not taken"),
            expected="`1.0`",
            found=f"`{version}`",
        )
    for name, value in attributes.items():
        _check_one(name, value, places[name], problems)


def _check_one(name: str, value: str, place: Place, problems: Problems) -> None:
    if not _NAME.fullmatch(name):
        problems.add(
            place,
            "bad-name",
            tell("`{name}` is no name of an attribute", name=name),
            expected=tell("small letters and digits, at most 20"),
        )
    if len(value) > LONGEST or any(ord(letter) < 32 or ord(letter) == 127 for letter in value):  # noqa: PLR2004 - control characters
        problems.add(
            place,
            "bad-text",
            tell("the attribute `{name}` is too long, or holds control characters", name=name),
            expected=tell("at most {longest} characters", longest=LONGEST),
        )
    form = {"time": _TIME, "source": _URI, "dataschema": _URI, "datacontenttype": _TYPE}.get(name)
    if form is not None and value and not form.fullmatch(value):
        problems.add(
            place,
            "bad-value",
            tell("the attribute `{name}` is not as the specification wants it", name=name),
            expected=_FORMS[name],
            found=f"`{value}`",
        )


_FORMS = {
    "time": "RFC 3339",
    "source": "RFC 3986",
    "dataschema": "RFC 3986",
    "datacontenttype": "RFC 2046",
}


def _check_text(found: Json, name: str, place: Place, problems: Problems) -> None:
    if not isinstance(found, str):
        problems.add(
            place,
            "not-a-text",
            tell("the attribute `{name}` is no text", name=name),
            found=f"`{_text(found)}`",
        )


def _data(
    value: Mapping[str, Json], text: str, places: Mapping[Path, Place], problems: Problems
) -> bytes:
    there = [name for name in _BODY if value.get(name) is not None]
    if len(there) != 1:
        problems.add(
            (1, 1),
            "no-data" if not there else "two-data",
            tell("an event carries its content in `data` or in `data_base64`, in one of them"),
        )
        return b""
    found = value[there[0]]
    place = places.get((there[0],), (1, 1))
    if there[0] == "data_base64":
        try:
            return base64.b64decode(str(found), validate=True)
        except (binascii.Error, ValueError):
            problems.add(place, "bad-base64", tell("`data_base64` is no base64"))
            return b""
    content_type = str(value.get("datacontenttype") or "application/json")
    if isinstance(found, str) and not _is_json(content_type):
        return found.encode()
    start = _index(text, place)
    _, end = json.JSONDecoder().raw_decode(text, start)
    return text[start:end].encode()


def _is_json(content_type: str) -> bool:
    media = content_type.partition(";")[0].strip().lower()
    return media.endswith(("/json", "+json"))


def _index(text: str, place: Place) -> int:
    line, column = place
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(getattr(value, "text", value))
