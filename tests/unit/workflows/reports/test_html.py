"""The report page: one file, in the reader's language, in which every text is only text."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from remit.workflows.reports.html import render_report, write_report
from remit.workflows.reports.view import Cell, Chart, ChartRow, IncidentView, Party
from tests.incident_views import incident_view, without_everything

NASTY = "<script>alert('x')</script>\"&{{ 7 * 7 }}"


class Page(HTMLParser):
    """Collects tags with their attributes, and the text outside of style sheets."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "style" not in self._open and data.strip():
            self.words.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(self.words)


def poisoned(value: object) -> object:
    """Return a view with every text made hostile, but for words the page itself gives a meaning."""
    if isinstance(value, str):
        return f"{value}{NASTY}"
    if isinstance(value, tuple):
        return tuple(poisoned(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"language", "state", "planned", "acted", "party", "id"}
        changes = {
            field.name: poisoned(getattr(value, field.name))
            for field in fields(value)
            if field.name not in kept
        }
        return replace(value, **changes)
    return value


@pytest.mark.parametrize("language, tag", [("en", "en"), ("zh", "zh-CN")])
def test_the_page_is_in_the_language_of_the_view(language: str, tag: str) -> None:
    page = Page(render_report(incident_view(language)))
    assert dict(page.tags)["html"]["lang"] == tag
    title = {"en": "Fever cluster in building 3", "zh": "3号楼发热聚集"}[language]
    assert title in page.words


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    text = render_report(incident_view())
    page = Page(text)
    assert not {"script", "img", "iframe", "object", "embed", "form"} & {t for t, _ in page.tags}
    links = [
        value
        for _, attributes in page.tags
        for name, value in attributes.items()
        if name in {"href", "src", "action"} and value and not value.startswith(("#", "data:,"))
    ]
    assert links == []
    assert not [name for _, found in page.tags for name in found if name.startswith("on")]
    assert "url(" not in text
    assert "@import" not in text


def test_the_page_forbids_itself_everything_but_its_own_style_sheet() -> None:
    page = Page(render_report(incident_view()))
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not [found for _, found in page.tags if "style" in found]


def test_what_policies_and_people_wrote_is_only_text() -> None:
    view = poisoned(incident_view())
    assert isinstance(view, IncidentView)
    text = render_report(view)
    assert "<script" not in text
    assert "alert(&#39;x&#39;)" in text
    assert "{{ 7 * 7 }}" in text


def test_braces_in_a_name_are_no_places_to_fill() -> None:
    owner = replace(incident_view().owners[0], led_by="{subject.__class__} {0}")
    assert "{subject.__class__} {0}" in render_report(replace(incident_view(), owners=(owner,)))


def test_every_part_of_the_view_is_on_the_page() -> None:
    view = incident_view()
    text = Page(render_report(view)).text
    wanted = [view.title, view.pack.digest, view.verification.head, view.owners[0].clauses[0].basis]
    wanted += [row.what for row in view.timeline] + [row.activity for row in view.chart.rows]
    wanted += [each.what for each in view.deadlines] + [party.label for party in view.chart.parties]
    wanted += [view.money[0].fund, view.stock[0].item, view.hand_overs[0].work, *view.notes]
    assert [found for found in wanted if found not in text] == []


def test_times_are_shown_where_the_incident_is_and_for_machines_with_their_offset() -> None:
    text = render_report(incident_view())
    assert '<time datetime="2026-03-02T08:10:00+08:00">2026-03-02 08:10</time>' in text
    assert "Times are UTC+08:00." in text


def test_a_letter_tells_whether_it_was_planned_and_done() -> None:
    row = ChartRow("Close", "Response", (Cell("a", "AC", "AO"),))
    view = replace(incident_view(), chart=Chart((Party("a", "Office"),), (row,)))
    text = Page(render_report(view)).text
    assert "A✓" in text
    assert "C○" in text
    assert "O+" in text


def test_an_activity_of_both_parts_is_told_apart() -> None:
    rows = tuple(
        ChartRow("Care", part, (Cell("a", "A", "A"),)) for part in ("Response", "Recovery")
    )
    text = render_report(replace(incident_view(), chart=Chart((Party("a", "Office"),), rows)))
    assert "Care · Recovery" in text


def test_parts_stand_in_the_order_of_the_view() -> None:
    rows = tuple(ChartRow(part, part, (Cell("a", "A", "A"),)) for part in ("Response", "Recovery"))
    text = render_report(replace(incident_view(), chart=Chart((Party("a", "Office"),), rows)))
    parts = re.findall(r'scope="rowgroup" colspan="2">(\w+)<', text)
    assert parts == ["Response", "Recovery"]


def test_what_was_missed_comes_first() -> None:
    text = render_report(incident_view())
    assert re.findall(r'class="(missed|late|kept)" data-label="Result"', text) == [
        "missed",
        "late",
        "kept",
    ]


def test_an_incident_of_which_nothing_is_known_has_a_page() -> None:
    text = Page(render_report(without_everything(incident_view()))).text
    assert "Nobody: no subject was accountable for this event" in text
    assert "NO: the ledger was changed or cut." in text
    assert "entry 2 was changed" in text


def test_several_owners_of_one_part_are_pointed_out() -> None:
    shared = "Several subjects were accountable at once"
    view = incident_view()
    assert shared not in render_report(view)
    twice = replace(view, owners=(view.owners[0], view.owners[0]))
    assert shared in render_report(twice)


def test_the_same_view_gives_the_same_page() -> None:
    assert render_report(incident_view()) == render_report(incident_view())


def test_the_page_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    path = write_report(incident_view("zh"), tmp_path / "deep" / "report.html")
    assert path.read_text(encoding="utf-8") == render_report(incident_view("zh"))
