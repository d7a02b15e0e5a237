"""Who does what as a picture: subjects left, activities right, letters on the lines."""

from __future__ import annotations

from remit.cli.drawings.sketch import Sketch
from remit.cli.exits import UsageError
from remit.cli.pages.markup import allowed
from remit.engine.wording import tell
from remit.workflows.reports.graph import Edge, Graph, Node, draw

__all__ = ["raci_picture"]

MOST_LINES = 900
"""Lines of a picture; more cannot be told apart, and to order them takes their square."""


def raci_picture(sketch: Sketch, *, name: str = "graph") -> str:
    """Return the SVG of subjects, activities and letters.

    Raises:
        UsageError: if there are more lines than can be told apart.
    """
    if len(sketch.links) > MOST_LINES:
        raise UsageError(
            tell(
                "the picture would have {number} lines, and {most} can be told apart",
                number=len(sketch.links),
                most=MOST_LINES,
            ),
            tell("narrow it with `--where`, or take `--format dot`"),
        )
    nodes = {
        group: tuple(Node(s.id, allowed(s.label)) for s in sketch.spots if s.group == group)
        for group in ("subject", "activity")
    }
    edges = []
    for link in sketch.links:
        words = link.word.split(", ")
        edges.append(
            Edge(
                link.start,
                link.end,
                "".join(word[0] for word in words),
                is_done=all("*" not in word for word in words if word[0] == words[0][0]),
            )
        )
    drawn = draw(
        Graph(nodes["subject"], nodes["activity"], tuple(edges)),
        title=allowed(sketch.title),
        description=allowed(sketch.description),
        name=name,
        legend=(
            tell("A accountable, R responsible, S supports, C consulted, I informed"),
            tell("pale: the first letter holds only in part of where the activity is needed"),
        ),
    )
    return f"{drawn}\n"
