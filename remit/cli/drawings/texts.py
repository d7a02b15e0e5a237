"""A graph as text for other programs: DOT for Graphviz, Mermaid for pages that draw it."""

from __future__ import annotations

from remit.cli.drawings.sketch import Link, Sketch, Spot

__all__ = ["dot", "mermaid"]

_DOT_STYLES = {
    "under": "",
    "deputy": "style=dashed, constraint=false",
    "member": "style=dotted, arrowhead=none",
    "after": "",
    "hand-over": "style=dashed",
    "letters": "arrowhead=none",
}
_DOT_SHAPES = {
    "subject": "shape=box, style=rounded",
    "activity": "shape=box",
    "step": "shape=box",
    "outside": "shape=box, style=dashed",
}
_ARROWS = {
    "under": "-->",
    "deputy": "-.->",
    "member": "---",
    "after": "-->",
    "hand-over": "-.->",
    "letters": "---",
}


def dot(sketch: Sketch) -> str:
    """Return a graph in the language of Graphviz."""
    lines = [
        f"digraph {_quoted(sketch.title)} {{",
        f"  graph [rankdir=LR, tooltip={_quoted(sketch.description)}];",
        '  node [fontname="sans-serif"]; edge [fontname="sans-serif"];',
    ]
    for spot in sketch.spots:
        label = "\\n".join(_inside(line) for line in (spot.label, *spot.notes))
        lines.append(f'  {_quoted(spot.id)} [label="{label}", {_DOT_SHAPES[spot.group]}];')
    for link in sketch.links:
        styles = [_DOT_STYLES[link.kind], f"label={_quoted(link.word)}" if link.word else ""]
        style = ", ".join(filter(None, styles))
        ends = f"{_quoted(link.start)} -> {_quoted(link.end)}"
        lines.append(f"  {ends} [{style}];" if style else f"  {ends};")
    return "\n".join([*lines, "}"]) + "\n"


def mermaid(sketch: Sketch) -> str:
    """Return a graph as a Mermaid flowchart, which GitHub and GitLab draw in Markdown.

    Nodes go by numbers, for a name may be a word of Mermaid's own, such as `end`.
    """
    numbers = {spot.id: f"n{number}" for number, spot in enumerate(sketch.spots)}
    lines = [
        "---",
        f"title: {_yaml(sketch.title)}",
        "---",
        "flowchart LR",
        f"  accTitle: {_bare(sketch.title)}",
        f"  accDescr: {_bare(sketch.description)}",
    ]
    lines += [f"  {numbers[spot.id]}{_mermaid_box(spot)}" for spot in sketch.spots]
    lines += [f"  {_mermaid_link(link, numbers)}" for link in sketch.links]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return f'"{_inside(text)}"'


def _inside(text: str) -> str:
    """Return text for a double-quoted string of DOT, in one line."""
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')


def _mermaid_box(spot: Spot) -> str:
    label = "<br/>".join(_entities(line) for line in (spot.label, *spot.notes))
    return f'("{label}")' if spot.group == "subject" else f'["{label}"]'


def _mermaid_link(link: Link, numbers: dict[str, str]) -> str:
    word = f'|"{_entities(link.word)}"|' if link.word else ""
    return f"{numbers[link.start]} {_ARROWS[link.kind]}{word} {numbers[link.end]}"


def _entities(text: str) -> str:
    """Return text for a quoted label: what Mermaid or HTML would read becomes a number sign."""
    safe = frozenset(" ,.()/-+'’:")
    return "".join(
        letter if letter.isalnum() or letter in safe else f"#{ord(letter)};"
        for letter in " ".join(text.split())
    )


def _bare(text: str) -> str:
    """Return text for a line that takes no quotes."""
    return " ".join(text.split()).replace(";", ",").replace("#", "")


def _yaml(text: str) -> str:
    return _quoted(text)
