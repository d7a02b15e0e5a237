"""From offsets to lines and columns, and to the lines an error shows."""

from __future__ import annotations

import pytest

from remit.engine.language.model.base import Reading
from remit.engine.language.problems import Problems
from remit.engine.language.sources import KeySpans, LineTable, Source
from remit.engine.language.yaml_nodes import ScalarNode
from remit.engine.spans import Span

TEXT = "one\r\n二 two\rthree\n\nfive"
PLACES = {
    (0, 3): Span("f", 1, 1, 1, 4),
    (5, 6): Span("f", 2, 1, 2, 2),
    (7, 10): Span("f", 2, 3, 2, 6),
    (11, 16): Span("f", 3, 1, 3, 6),
    (17, 17): Span("f", 4, 1, 4, 1),
    (18, 22): Span("f", 5, 1, 5, 5),
    (7, 20): Span("f", 2, 3, 5, 3),
}


@pytest.mark.parametrize("place, expected", PLACES.items())
def test_an_offset_has_its_line_and_column(place: tuple[int, int], expected: Span) -> None:
    assert expected == Source("f", TEXT).span(*place)


def test_places_asked_for_in_any_order_are_the_same() -> None:
    reading = Reading(Source("f", TEXT), Problems(), [], None)
    nodes = {ScalarNode("", True, *place): span for place, span in PLACES.items()}  # noqa: FBT003
    for order in (list(nodes), list(reversed(nodes)), [*nodes, *nodes]):
        assert [nodes[node] for node in order] == [reading.span(node) for node in order]


def test_an_excerpt_is_the_lines_of_the_place_without_their_breaks() -> None:
    source = Source("f", TEXT)
    assert ("二 two",) == source.excerpt(source.span(7, 10))
    assert ("二 two", "three", "", "five") == source.excerpt(source.span(7, 20))


def test_an_excerpt_has_few_lines_and_no_line_is_long() -> None:
    source = Source("f", "x\n" * 50 + "y" * 1000)
    assert 6 == len(source.excerpt(source.span(0, 90)))
    assert 401 == len(source.excerpt(source.span(100, 101))[0])
    assert () == source.excerpt(source.span(900, 901))


def test_spans_by_key_are_made_when_asked_for_and_compare_by_what_they_are() -> None:
    table = LineTable("f", Source("f", TEXT).table.starts)
    spans = KeySpans.of(table, {"a": (0, 3), "b": (7, 10)})
    assert {"a": PLACES[0, 3], "b": PLACES[7, 10]} == spans
    assert ["a", "b"] == list(spans)
    assert spans == KeySpans.of(table, {"b": (7, 10), "a": (0, 3)})
    assert spans != KeySpans.of(table, {"a": (0, 3)})
    assert spans.get("c") is None
