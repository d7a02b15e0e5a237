"""`remit graph`: pictures in which nothing covers anything, and texts that other programs read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import pytest

from remit.cli import main
from remit.cli.charts import asking
from remit.cli.drawings.picture import BOX_PX, picture
from remit.cli.drawings.sketch import Link, Sketch, Spot
from remit.cli.drawings.texts import dot, mermaid
from remit.engine.map.budget import Budget
from tests.small_town import write_town

Captured = pytest.CaptureFixture[str]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_town(tmp_path_factory.mktemp("drawings")))


def drawn(capsys: Captured, *arguments: str) -> str:
    assert main(["graph", *arguments]) == 0
    return capsys.readouterr().out


def boxes(svg: ET.Element) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each box."""
    found = []
    for rect in svg.iter(f"{SVG}rect"):
        x, y, width, height = (float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
        found.append((x, y, x + width, y + height))
    return found


def sketch(*links: tuple[str, str], label: str = "A body") -> Sketch:
    names = dict.fromkeys(name for link in links for name in link)
    spots = tuple(Spot(name, f"{label} {name}", ("a note of it",)) for name in names)
    return Sketch("Title", "What it is", spots, tuple(Link(a, b, "after") for a, b in links))


@pytest.mark.parametrize("kind", ["command", "raci", "plan"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_picture_is_whole_and_has_a_name(
    town: str, capsys: Captured, kind: str, language: str
) -> None:
    """A screen reader is told what it is; what an author wrote is text."""
    svg = ET.fromstring(drawn(capsys, town, "--kind", kind, "--lang", language))  # noqa: S314
    assert svg.attrib["role"] == "img"
    ids = {each.attrib["id"] for each in svg.iter() if "id" in each.attrib}
    assert set(svg.attrib["aria-labelledby"].split()) <= ids
    assert svg.findtext(f"{SVG}title")
    assert svg.findtext(f"{SVG}desc")
    assert not list(svg.iter(f"{SVG}b"))


@pytest.mark.parametrize("kind", ["command", "plan"])
def test_boxes_lie_apart_and_inside_the_picture(town: str, capsys: Captured, kind: str) -> None:
    svg = ET.fromstring(drawn(capsys, town, "--kind", kind))  # noqa: S314
    width, height = float(svg.attrib["width"]), float(svg.attrib["height"])
    found = boxes(svg)
    assert found
    assert all(0 <= x and x2 <= width and 0 <= y and y2 <= height for x, y, x2, y2 in found)
    assert not overlapping(found)


def overlapping(found: list[tuple[float, float, float, float]]) -> list[object]:
    return [
        (a, b)
        for a, b in combinations(found, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


@pytest.mark.parametrize(
    "links",
    [
        (("a", "b"), ("b", "c"), ("c", "a")),
        (("a", "a"),),
        (("a", "d"), ("a", "b"), ("b", "c"), ("c", "d"), ("x", "d")),
        tuple((f"n{n}", f"n{n + 1}") for n in range(1_500)),
        tuple(("top", f"n{n}") for n in range(60)),
    ],
    ids=["cycle", "itself", "long way", "chain", "fan"],
)
def test_any_graph_is_drawn_without_boxes_over_boxes(links: tuple[tuple[str, str], ...]) -> None:
    found = boxes(ET.fromstring(picture(sketch(*links))))  # noqa: S314
    assert len(found) == len({name for link in links for name in link})
    assert len(found) > 200 or not overlapping(found)


def test_an_edge_over_a_column_passes_between_its_boxes() -> None:
    """The straight part of the way from `a` to `c` meets no box."""
    svg = ET.fromstring(picture(sketch(("a", "b"), ("b", "c"), ("a", "c"))))  # noqa: S314
    ways = [path.attrib["d"] for path in svg.iter(f"{SVG}path") if " H" in path.attrib["d"]]
    (way,) = [each for each in ways if each.startswith("M") and "C" in each]
    y = float(re.findall(r",([\d.]+) H", way)[0])
    middle = [box for box in boxes(svg) if box[0] > BOX_PX and box[0] < 2 * BOX_PX + 100]
    assert all(not box[1] < y < box[3] for box in middle)


def test_chinese_labels_are_broken_before_they_leave_their_box() -> None:
    label = "老街小区物业管理委员会及其应急指挥部办公室"
    svg = ET.fromstring(picture(sketch(("a", "b"), label=label)))  # noqa: S314
    lines = [each.text or "" for each in svg.iter(f"{SVG}tspan")]
    assert max(map(len, lines)) <= 14
    assert label in "".join(lines).replace(" ", "")


NASTY = 'a "quote" \\ ] | <b>&\n;end#'


def test_dot_holds_any_text() -> None:
    """Inside quotes only a quote and a backslash mean anything, and both are escaped."""
    found = dot(sketch(("a", "b"), label=NASTY))
    assert found.count("{") == found.count("}") == 1
    unescaped = re.sub(r"\\.", "", found)
    assert all(line.count('"') % 2 == 0 for line in unescaped.splitlines())
    assert 'label="a \\"quote\\" \\\\ ] | <b>& ;end# a\\na note of it"' in found


def test_mermaid_holds_any_text_and_no_name_is_a_word_of_its_own() -> None:
    found = mermaid(sketch(("end", "graph"), label=NASTY))
    body = found.partition("flowchart")[2]
    assert (
        'n0("a #34;quote#34; #92; #93; #124; #60;b#62;#38; #59;end#35; end<br/>a note of it")'
        in body
    )
    assert "n0 --> n1" in body
    assert not re.search(r"^ *end\b", body, re.MULTILINE)


def test_command_has_deputies_and_joint_subjects(town: str, capsys: Captured) -> None:
    found = drawn(capsys, town, "--format", "dot")
    assert '"street" -> "guard";' in found
    assert '"street" -> "guard" [style=dashed, constraint=false, label="1"];' in found
    assert '"team" -> "guard" [style=dotted, arrowhead=none];' in found
    assert 'together: Street \\"office\\" (leads), Guard' in found


def test_the_chart_as_a_graph_has_its_shares(town: str, capsys: Captured) -> None:
    found = drawn(capsys, town, "--kind", "raci", "--format", "dot", "--where", "place=north")
    assert '"subject guard" -> "activity gate" [arrowhead=none, label="A* 42 %, R* 42 %"];' in found


def test_a_plan_tells_its_order_its_owners_and_its_hand_overs(town: str, capsys: Captured) -> None:
    found = drawn(capsys, town, "--plan", "alarm", "--format", "mermaid")
    assert "accountable: Street #34;office#34;, Guard<br/>consult first" in found
    assert "n0 --> n1" in found
    assert "n2 -.-> n0" in found


def test_what_is_not_proved_in_time_is_told_beside_the_picture(
    town: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "proof_budget", lambda: Budget(memberships=2))
    assert main(["graph", town, "--kind", "raci"]) == 1
    printed = capsys.readouterr()
    assert printed.out.startswith("<svg")
    assert "not proved: gate: " in printed.err


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--plan", "alrm"), "there is no plan `alrm`"),
        (("--plan", "alarm", "--kind", "raci"), "`--plan` goes with `--kind plan` alone"),
        (("--where", "stage=early"), "`--where` goes with `--kind raci` alone"),
    ],
)
def test_what_does_not_go_together_is_refused(
    town: str, capsys: Captured, arguments: tuple[str, ...], message: str
) -> None:
    assert main(["graph", town, *arguments]) == 2
    assert message in capsys.readouterr().err


def test_the_suffix_of_a_file_tells_the_format(town: str, tmp_path: Path) -> None:
    for name, start in (("a.svg", "<svg"), ("a.dot", "digraph"), ("a.mmd", "---")):
        assert main(["graph", town, "--out", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
