"""CAP alerts of our own: a correct one as text, and the means to make it wrong in one place."""

from __future__ import annotations

CAP_12 = "urn:oasis:names:tc:emergency:cap:1.2"
CAP_11 = "urn:oasis:names:tc:emergency:cap:1.1"
CAP_10 = "http://www.incident.com/cap/1.0"

HEAD = {
    "identifier": "j-city-2026-0101",
    "sender": "warning@met.j-city.example",
    "sent": "2026-07-01T14:57:00+08:00",
    "status": "Actual",
    "msgType": "Alert",
    "scope": "Public",
}
INFO = {
    "language": "zh-CN",
    "category": "Met",
    "event": "暴雨",
    "urgency": "Expected",
    "severity": "Severe",
    "certainty": "Likely",
}
AREA = "<area><areaDesc>RF community</areaDesc></area>"


def part(name: str, text: str) -> str:
    """Return one element on a line of its own."""
    return f"<{name}>{text}</{name}>\n"


def info(more: str = AREA, **changes: str | None) -> str:
    """Return an info block; a change to `None` leaves the part out, `more` comes at its end."""
    return f"<info>\n{_parts({**INFO, **changes})}{more}</info>\n"


def alert(*, namespace: str = CAP_12, more: str | None = None, **changes: str | None) -> str:
    """Return an alert; a change to `None` leaves the part out, `more` comes after the head."""
    body = info() if more is None else more
    return f'<alert xmlns="{namespace}">\n{_parts({**HEAD, **changes})}{body}</alert>'


def _parts(texts: dict[str, str | None]) -> str:
    return "".join(part(name, text) for name, text in texts.items() if text is not None)
