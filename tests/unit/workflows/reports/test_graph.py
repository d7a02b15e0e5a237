"""The graph of a chart: every letter has a place of its own, and every text is only text."""

from __future__ import annotations

import re
from xml.parsers import expat

import pytest

from remit.workflows.reports.broken_lines import broken, ems_of
from remit.workflows.reports.graph import (
    BOX_PX,
    FONT_PX,
    LABEL_EMS,
    MOST_LINES,
    Edge,
    Graph,
    Node,
    draw,
)
from remit.workflows.reports.graph_order import crossings, ordered


def graph(*edges: Edge) -> Graph:
    parties = dict.fromkeys(edge.party for edge in edges)
    activities = dict.fromkeys(edge.activity for edge in edges)
    return Graph(
        tuple(Node(name, name) for name in parties),
        tuple(Node(name, name) for name in activities),
        edges,
    )


def texts(svg: str) -> list[str]:
    return re.findall(r">([^<>]+)</(?:text|tspan)>", svg)


def drawn(found: Graph) -> str:
    return draw(found, title="t", description="d")


def is_well_formed(svg: str) -> bool:
    expat.ParserCreate().Parse(svg, True)  # noqa: FBT003 - the parser takes no keyword
    return True


def test_the_picture_says_what_it_is_to_those_who_do_not_see_it() -> None:
    svg = draw(graph(Edge("a", "x", "A")), title="Who <does> what", description="d", name="g")
    assert 'role="img"' in svg
    assert 'aria-labelledby="g-title g-description"' in svg
    assert '<title id="g-title">Who &lt;does&gt; what</title>' in svg


def test_every_party_activity_and_letter_is_drawn() -> None:
    svg = drawn(graph(Edge("office", "close", "AR"), Edge("police", "close", "S")))
    assert sorted(texts(svg)) == ["A", "R", "S", "close", "office", "police"]


def test_a_chart_without_anything_is_an_empty_picture() -> None:
    assert is_well_formed(drawn(Graph((), (), ())))


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", "\"&'", "</svg>", "]]>", "街道&办"])
def test_what_a_policy_says_is_only_text(label: str) -> None:
    found = Graph((Node("a", label),), (Node("x", label),), (Edge("a", "x", "A"),))
    svg = draw(found, title=label, description=label)
    assert is_well_formed(svg)
    assert "<script" not in svg


def test_letters_of_one_activity_do_not_cover_one_another() -> None:
    svg = drawn(graph(*(Edge(f"p{index}", "x", "I") for index in range(20))))
    heights = [float(found) for found in re.findall(r'<rect x="\d+" y="([\d.]+)" width="13"', svg)]
    assert len(heights) == 20
    assert min(b - a for a, b in zip(sorted(heights), sorted(heights)[1:], strict=False)) >= 15


def test_what_was_only_planned_is_pale_and_hollow() -> None:
    svg = drawn(graph(Edge("a", "x", "R", is_done=False)))
    assert 'stroke-opacity="0.4"' in svg
    assert 'fill="#ffffff" stroke="#0b4f8a"' in svg


def test_what_was_not_planned_has_a_plus() -> None:
    assert "+" in texts(drawn(graph(Edge("a", "x", "R", is_planned=False))))


@pytest.mark.parametrize(
    "label",
    [
        "区疾病预防控制中心和社区卫生服务中心联合工作组",
        "Community health service centre of the northern district",
        "Supercalifragilisticexpialidocious-and-more-without-a-space",
        "社区 health 服务 centre",
        "Federal Emergency Management Agency",
        "x",
    ],
)
def test_a_label_is_broken_into_lines_that_fit_its_box(label: str) -> None:
    lines = broken(label, LABEL_EMS, MOST_LINES)
    assert 1 <= len(lines) <= MOST_LINES
    assert all(ems_of(line) * FONT_PX <= BOX_PX - 10 for line in lines)
    assert "".join(lines).replace(" ", "") == label.replace(" ", "")


def test_a_word_that_fits_a_line_is_never_broken() -> None:
    """Not even before its widest letters."""
    assert broken("Federal Emergency Management Agency", LABEL_EMS, MOST_LINES) == (
        "Federal Emergency",
        "Management Agency",
    )


def test_a_label_that_is_far_too_long_ends_in_an_ellipsis_and_stands_whole_in_the_tooltip() -> None:
    label = "word " * 50
    assert broken(label, LABEL_EMS, MOST_LINES)[-1].endswith("…")
    found = Graph((Node("a", label.strip()),), (Node("x", "x"),), (Edge("a", "x", "A"),))
    assert f"<title>{label.strip()}</title>" in drawn(found)


def test_columns_are_ordered_so_that_fewer_edges_cross() -> None:
    edges = [("a", "3"), ("b", "2"), ("c", "1")]
    order = ordered(["a", "b", "c"], ["1", "2", "3"], edges)
    assert crossings((("a", "b", "c"), ("1", "2", "3")), edges) == 3
    assert crossings(order, edges) == 0


def test_both_columns_move() -> None:
    edges = [("a", "1"), ("a", "3"), ("b", "3"), ("b", "2")]
    assert crossings(ordered(["a", "b"], ["1", "2", "3"], edges), edges) == 0


def test_an_order_that_is_good_stays() -> None:
    assert ordered(["a", "b"], ["1", "2"], [("a", "1"), ("b", "2")]) == (("a", "b"), ("1", "2"))


def test_a_party_may_be_named_like_an_activity() -> None:
    assert ordered(["x", "y"], ["y", "x"], [("x", "y"), ("y", "x")]) == (("x", "y"), ("y", "x"))
    assert is_well_formed(drawn(graph(Edge("x", "x", "A"), Edge("y", "x", "R"))))


def test_the_same_chart_is_drawn_the_same() -> None:
    found = graph(Edge("a", "x", "A"), Edge("b", "x", "R"), Edge("b", "y", "A"))
    assert drawn(found) == drawn(found)
