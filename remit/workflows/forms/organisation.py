"""Who leads an incident, who answers for what under it, and who does it, as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from remit.workflows.reports.broken_lines import broken

__all__ = ["Office", "organisation_svg"]

FONT_PX, LINE_PX, BOX_PX, GAP_PX = 12, 15, 168, 12
LABEL_EMS = (BOX_PX - 16) / FONT_PX
MOST_LINES = 3
ACROSS = 4
"""Columns beside each other: as many as a page of paper holds in letters that can be read."""


@dataclass(frozen=True, slots=True)
class Office:
    """A box: what it is, who holds it, and the boxes under it."""

    title: str
    holder: str
    under: tuple[Office, ...] = ()


def organisation_svg(top: Office, *, title: str, description: str, name: str) -> str:
    """Return the SVG of an organisation, as one element.

    Args:
        title: what a screen reader says of it; `description` the same at more length.
        name: start of the ids inside, for pages with several pictures.
    """
    columns = min(ACROSS, max(1, len(top.under)))
    width = columns * (BOX_PX + GAP_PX) + GAP_PX
    parts: list[str] = []
    head = _height(top)
    parts.append(_box(top, (width - BOX_PX) / 2, 1))
    y = head + 1 + 2 * GAP_PX
    for start in range(0, len(top.under), ACROSS):
        row = top.under[start : start + ACROSS]
        parts.append(_line(GAP_PX / 2, y - GAP_PX, width - GAP_PX / 2, y - GAP_PX))
        bottoms = [_column(office, GAP_PX + at * (BOX_PX + GAP_PX), y, parts)
                   for at, office in enumerate(row)]  # fmt: skip
        bottom = max(bottoms)
        if start + ACROSS < len(top.under):
            parts.append(_line(GAP_PX / 2, y - GAP_PX, GAP_PX / 2, bottom + GAP_PX))
        y = bottom + 2 * GAP_PX
    if top.under:
        parts.append(_line(width / 2, head + 1, width / 2, head + 1 + GAP_PX))
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:.0f} {y:.0f}"'
        f' aria-labelledby="{name}-title {name}-about" font-size="{FONT_PX}"'
        " font-family=\"system-ui, 'Noto Sans CJK SC', sans-serif\">"
    )
    named = (
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-about">{escape(description)}</desc>'
    )
    return "\n".join([opening, named, *parts, "</svg>"])


def _column(office: Office, x: float, y: float, parts: list[str]) -> float:
    """Draw an office and those under it, one below the other; return where they end."""
    parts.append(_line(x + BOX_PX / 2, y - GAP_PX, x + BOX_PX / 2, y))
    parts.append(_box(office, x, y))
    bottom = y + _height(office)
    for below in office.under:
        parts.append(_line(x + BOX_PX / 2, bottom, x + BOX_PX / 2, bottom + GAP_PX / 2))
        parts.append(_box(below, x, bottom + GAP_PX / 2))
        bottom += GAP_PX / 2 + _height(below)
    return bottom


def _lines(office: Office) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (
        broken(office.title, LABEL_EMS, MOST_LINES),
        broken(office.holder, LABEL_EMS, MOST_LINES) if office.holder else ("",),
    )


def _height(office: Office) -> float:
    title, holder = _lines(office)
    return (len(title) + len(holder)) * LINE_PX + 10


def _box(office: Office, x: float, y: float) -> str:
    title, holder = _lines(office)
    texts = [
        f'<text x="{x + BOX_PX / 2:.0f}" y="{y + 4 + LINE_PX * (at + 0.8):.0f}"'
        f' text-anchor="middle"{weight}>{escape(line)}</text>'
        for at, (line, weight) in enumerate(
            [*((line, ' fill="#55554f"') for line in title),
             *((line, ' font-weight="600"') for line in holder)]
        )
    ]  # fmt: skip
    rect = (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{BOX_PX}" height="{_height(office):.0f}" rx="2"'
        ' fill="#ffffff" stroke="#1a1a1a"/>'
    )
    tip = f"<title>{escape(office.title)}: {escape(office.holder)}</title>"
    return "".join(["<g>", tip, rect, *texts, "</g>"])


def _line(x: float, y: float, right: float, bottom: float) -> str:
    return f'<path d="M{x:.0f} {y:.0f}L{right:.0f} {bottom:.0f}" stroke="#1a1a1a" fill="none"/>'
