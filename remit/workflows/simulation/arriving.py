"""What comes in during a season, as the bytes that a sender would send."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from html import escape

from remit.engine.events import Event
from remit.engine.pack import FieldTest, Pack, Signal
from remit.engine.season import Happening, Season

__all__ = ["Arriving", "arrivals_of"]

Arriving = tuple[dt.datetime, str, str, bytes]
"""When it comes in, the name of what happens, its source in a word, and its bytes."""

GAP_S = 600
"""Seconds at most between two messages of one signal."""


def arrivals_of(season: Season, pack: Pack) -> tuple[Arriving, ...]:
    """Return all that comes in, by time."""
    found = [one for happening in season.happenings for one in _of(happening, season, pack)]
    return tuple(sorted(found, key=lambda one: (one[0], one[1])))


def _of(happening: Happening, season: Season, pack: Pack) -> Iterator[Arriving]:
    time = season.time(happening.at)
    if happening.event is not None:
        yield time, happening.name, "json", event_bytes(happening.name, happening.event, time)
        return
    signal = pack.signals[happening.signal]
    gap = min(GAP_S, (signal.within or GAP_S) // (signal.count + 1))
    for number in range(signal.count):
        when = time + dt.timedelta(seconds=number * gap)
        texts = fields_of(signal, happening.fields, number)
        name = f"{happening.name}-{number + 1}"
        if signal.source == "cap":
            yield when, happening.name, "cap", _alert(name, texts, when)
        else:
            yield when, happening.name, "json", _report(signal.source, name, texts, when)


def event_bytes(name: str, event: Event, time: dt.datetime) -> bytes:
    """Return an event as its sender would send it."""
    values: dict[str, object] = {key: _plain(value) for key, value in sorted(event.values.items())}
    values["time"] = (event.time or time).isoformat()
    values["id"] = event.id or name
    return json.dumps(values, ensure_ascii=False).encode()


def fields_of(signal: Signal, given: Mapping[str, str], number: int) -> dict[str, str]:
    """Return the texts of the fields of one message that a signal looks for.

    Args:
        number: which of the messages that it counts, from 0.
    """
    found = {test.field: _text(test) for test in signal.when if not test.negated}
    found.update(given)
    if signal.distinct is not None and signal.distinct not in given:
        found[signal.distinct] = f"{signal.distinct}-{number + 1}"
    return found


def _text(test: FieldTest) -> str:
    if test.texts:
        return test.texts[0]
    if test.low is not None and not test.low_open:
        return f"{test.low:f}"
    if test.high is not None and not test.high_open:
        return f"{test.high:f}"
    if test.low is not None:
        return f"{test.low + 1:f}" if test.high is None else f"{(test.low + test.high) / 2:f}"
    return "0" if test.high is None else f"{test.high - 1:f}"


def _report(kind: str, name: str, texts: Mapping[str, str], time: dt.datetime) -> bytes:
    fields = {key: text for key, text in texts.items() if key != "reporter"}
    record = {
        "kind": kind,
        "id": name,
        "time": time.isoformat(timespec="seconds"),
        "reporter": texts.get("reporter", name),
        "fields": fields,
    }
    return json.dumps(record, ensure_ascii=False).encode()


_LISTS = ("eventCode", "parameter", "geocode")
_CODED = "<{0}><valueName>{1}</valueName><value>{2}</value></{0}>"


def _alert(name: str, texts: Mapping[str, str], time: dt.datetime) -> bytes:
    """Return an alert in the Common Alerting Protocol that has these fields."""
    coded: dict[str, list[str]] = {part: [] for part in _LISTS}
    for key, text in texts.items():
        part, dot, own = key.partition(".")
        if dot and part in coded:
            coded[part].append(_CODED.format(part, escape(own), escape(text)))
    sent = time.isoformat(timespec="seconds")

    def plain(key: str, usual: str) -> str:
        return f"<{key}>{escape(texts.get(key, usual))}</{key}>"

    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
        f"<identifier>{escape(name)}</identifier><sender>rehearsal</sender><sent>{sent}</sent>"
        f"{plain('status', 'Actual')}{plain('msgType', 'Alert')}{plain('scope', 'Public')}"
        f"<info><language>en</language>{plain('category', 'Safety')}{plain('event', name)}"
        f"{plain('urgency', 'Immediate')}{plain('severity', 'Severe')}"
        f"{plain('certainty', 'Observed')}{''.join(coded['eventCode'])}"
        f"<headline>{escape(texts.get('headline', name))}</headline>{''.join(coded['parameter'])}"
        f"<area><areaDesc>{escape(texts.get('areaDesc', 'area'))}</areaDesc>"
        f"{''.join(coded['geocode'])}</area></info></alert>"
    ).encode()


def _plain(value: object) -> object:
    return value if isinstance(value, int | str) else str(value)
