"""What can be done about a finding: the edits that heal it, or an acceptance to fill in."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

from remit.cli.editor.checking import Checked
from remit.cli.editor.desk import Desk
from remit.cli.editor.indexing import FileNames
from remit.cli.editor.places import Range
from remit.engine.language.yaml_nodes import MappingNode, SequenceNode
from remit.engine.wording import tell
from remit.validators.finding import Finding
from remit.validators.words import flow

__all__ = ["Action", "Replacement", "actions"]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A stretch of a file by its real path, and what stands there then."""

    path: str
    range: Range
    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do about a finding.

    Args:
        is_preferred: whether it heals the finding and is proved to change nothing else.
    """

    title: str
    finding: Finding
    replacements: tuple[Replacement, ...]
    is_preferred: bool = False


def actions(
    path: str, lines: tuple[int, int], folder: str, checked: Checked, desk: Desk
) -> Iterator[Action]:
    """Yield what can be done about the findings in some lines of a file.

    Args:
        lines: first and last, from 0, both in.
        folder: the pack that was checked; the file may be of a higher one.
    """
    # WHY not past an error: the places of findings are those of the pack as it last was.
    if checked.report is None or checked.errors:
        return
    real = os.path.realpath(path)
    for finding in checked.report.open_findings():
        first, last = finding.span.line - 1, finding.span.end_line - 1
        here = os.path.realpath(finding.span.file) == real
        if not here or last < lines[0] or first > lines[1]:
            continue
        if finding.fix is not None:
            edits = tuple(
                Replacement(
                    os.path.realpath(edit.span.file),
                    desk.places(edit.span.file).of_span(edit.span),
                    edit.text,
                )
                for edit in finding.fix.edits
            )
            yield Action(
                tell("{code}: {fix}", code=finding.code, fix=finding.fix.description),
                finding,
                edits,
                is_preferred=finding.fix.is_safe,
            )
        acceptance = _acceptance(finding, folder, desk)
        if acceptance is not None:
            title = tell("{code}: accept this finding, with a reason", code=finding.code)
            yield Action(title, finding, (acceptance,))


def _acceptance(finding: Finding, folder: str, desk: Desk) -> Replacement | None:
    """Return the edit that adds an acceptance to the file of the pack."""
    files = desk.index(folder).files.values()
    home = next((one for one in files if one.kind == "pack"), None)
    if home is None or not isinstance(home.node, MappingNode):
        return None
    start, end, text = _placed(home, home.node, _entry(finding))
    return Replacement(home.path, desk.places(home.path).range(start, end), text)


def _entry(finding: Finding) -> str:
    parts = [f"code: {finding.code}", f"when: {flow(finding.region)}"]
    if finding.activity is not None:
        parts.append(f"activity: {finding.activity}")
    if finding.duty is not None:
        parts.append(f"duty: {finding.duty}")
    reason = json.dumps(tell("why this may stay, and who said so"), ensure_ascii=False)
    return "{" + ", ".join([*parts, f"reason: {reason}"]) + "}"


def _placed(home: FileNames, node: MappingNode, entry: str) -> tuple[int, int, str]:
    """Return where an acceptance goes, and its text there."""
    text = home.source.text
    accept = node.value("accept")
    if isinstance(accept, SequenceNode) and accept.items:
        if text[accept.start] == "[":
            return accept.end - 1, accept.end - 1, f", {entry}"
        column = home.source.span(accept.start, accept.end).column
        return accept.end, accept.end, f"\n{' ' * (column - 1)}- {entry}"
    if isinstance(accept, SequenceNode):
        return accept.start, accept.end, f"[{entry}]"
    lead = "" if not text or text.endswith("\n") else "\n"
    return len(text), len(text), f"{lead}accept:\n  - {entry}\n"
