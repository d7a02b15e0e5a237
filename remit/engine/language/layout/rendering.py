"""A text rewritten in the one layout, comment by comment in the order they stand.

Block collections are indented by two; flow collections stay in one line where that fits in the
width, lists of words are filled into several, and all else that does not fit goes by indents. Keys
go in the order of the reference where nothing stands between them that would lose its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from remit.engine.language.layout.text import WIDTH, block_lines, folded, one_line
from remit.engine.language.layout.written import Comment, Entry, Lines, Written

__all__ = ["Orders", "render"]

Orders = Mapping[int, Sequence[str]]
"""Keys in the order of the reference, by the offset at which their map begins."""


def render(text: str, root: Written, comments: Sequence[Comment], orders: Orders) -> str:
    """Return a text in the one layout."""
    renderer = _Renderer(text, comments, orders)
    renderer.collection(root, 0) if root.is_block else renderer.leaf(root, "", 0)
    renderer.comments_until(len(text) + 1, 0)
    return "\n".join(renderer.lines).strip("\n") + "\n"


class _Renderer:
    def __init__(self, text: str, comments: Sequence[Comment], orders: Orders) -> None:
        self.text = text
        self.source = Lines(text)
        self.comments = comments
        self.orders = orders
        self.next = 0
        self.lines: list[str] = []

    def collection(self, node: Written, indent: int, lead: str = "") -> None:
        """Write a collection by indents.

        Args:
            lead: what stands before its first entry on the same line, in place of the indent.
        """
        for at, entry in enumerate(self._ordered(node)):
            if not (lead and at == 0):
                self.comments_until(entry.start, indent)
                self._blank_before(entry.start if entry.key else self._dash(entry))
            head = lead if at == 0 and lead else " " * indent
            if entry.key is None:
                self._item(entry, head, indent)
            else:
                self._pair(entry, head, indent)
        self._feet(node, indent)

    def leaf(self, node: Written, head: str, indent: int) -> None:
        """Write what is no block collection behind what its line begins with.

        Args:
            indent: of the lines that may follow.
        """
        if node.kind in {"map", "list"}:
            self._flow(node, head, indent)
        else:
            lines = (
                block_lines(node, indent)
                if node.style in {"|", ">"}
                else folded(node, len(head), indent)
            )
            self.lines += [(head + lines[0]).rstrip(), *lines[1:]]
        self._trailing(node.end)

    def comments_until(self, offset: int, indent: int) -> None:
        """Write the comments before an offset, each on a line of its own."""
        while self.next < len(self.comments) and self.comments[self.next].start < offset:
            comment = self.comments[self.next]
            self.next += 1
            self._blank_before(comment.start)
            self.lines.append(" " * indent + comment.text)

    def _pair(self, entry: Entry, head: str, indent: int) -> None:
        key = entry.key
        written = "" if key is None else one_line(key) or key.raw
        head = f"{head}{written}:"
        self._value(entry.value, head, " ", indent + 2)

    def _item(self, entry: Entry, head: str, indent: int) -> None:
        self._value(entry.value, f"{head}-", " ", indent + 2)

    def _value(self, value: Written, head: str, gap: str, indent: int) -> None:
        """Write a value behind its key or dash."""
        is_item = head.endswith("-")
        if not (value.is_block or self._must_open(value, len(head) + 1)):
            self.leaf(value, head if value.is_nothing and not value.anchor else head + gap, indent)
            return
        anchor = f" &{value.anchor}" if value.anchor else ""
        if is_item and not anchor and not self._has_comment_first(value):
            self.collection(value, indent, head + gap)
            return
        self.lines.append(head + anchor)
        self._trailing_before(value.entries[0].start)
        self.collection(value, indent)

    def _has_comment_first(self, value: Written) -> bool:
        if self.next >= len(self.comments):
            return False
        return self.comments[self.next].start < value.entries[0].start

    def _must_open(self, node: Written, column: int) -> bool:
        """Return whether a collection in brackets has to go by indents."""
        if node.kind not in {"map", "list"} or not node.entries or self._inside(node):
            return False
        whole = _in_line(node)
        if whole is None:
            return True
        return column + len(whole) > WIDTH and not _is_of_words(node)

    def _flow(self, node: Written, head: str, indent: int) -> None:
        if self._inside(node):
            self._verbatim(node, head, indent)
            return
        whole = _in_line(node) or self.text[node.start : node.end]
        if len(head) + len(whole) <= WIDTH or not _is_of_words(node):
            self.lines.append(head + whole)
            return
        line = f"{head}{f'&{node.anchor} ' if node.anchor else ''}["
        for at, entry in enumerate(node.entries):
            word = (one_line(entry.value) or "") + ("]" if at + 1 == len(node.entries) else ",")
            if at and len(line) + 1 + len(word) > WIDTH:
                self.lines.append(line)
                line = " " * indent + word
            else:
                line += f" {word}" if at else word
        self.lines.append(line)

    def _verbatim(self, node: Written, head: str, indent: int) -> None:
        """Write a collection in brackets that holds comments as it is, moved as a whole."""
        first, *rest = self.text[node.start : node.end].split("\n")
        depths = [len(line) - len(line.lstrip()) for line in rest if line.strip()]
        least = min(depths, default=0)
        self.lines.append(head + first.rstrip())
        self.lines += [
            (" " * indent + line[least:]).rstrip() if line.strip() else "" for line in rest
        ]
        while self.next < len(self.comments) and self.comments[self.next].start < node.end:
            self.next += 1

    def _inside(self, node: Written) -> bool:
        """Return whether there are comments within a collection in brackets."""
        return node.is_flow and any(
            node.start < one.start < node.end for one in self.comments[self.next :]
        )

    def _trailing(self, end: int) -> None:
        """Put the comment behind a value on its line."""
        if self.next < len(self.comments):
            comment = self.comments[self.next]
            line_end = self.text.find("\n", end)
            line_end = len(self.text) if line_end < 0 else line_end
            if not comment.is_alone and end <= comment.start < line_end:
                self.lines[-1] += f"  {comment.text}"
                self.next += 1

    def _trailing_before(self, start: int) -> None:
        """Put the comment behind a key on its line, where the value begins on another."""
        if self.next < len(self.comments):
            comment = self.comments[self.next]
            if not comment.is_alone and comment.start < start:
                self.lines[-1] += f"  {comment.text}"
                self.next += 1

    def _feet(self, node: Written, indent: int) -> None:
        """Write the comments below the last entry that are indented as the entries are."""
        if not node.is_block or not node.entries:
            return
        column = self.source.column(self._entry_start(node.entries[0]))
        while self.next < len(self.comments):
            comment = self.comments[self.next]
            between = self.text[node.end : comment.start]
            only_comments = all(
                not line.strip() or line.lstrip().startswith("#")
                for line in between.split("\n")[1:]
            )
            if not comment.is_alone or comment.column < max(column, 1) or not only_comments:
                return
            self.next += 1
            self._blank_before(comment.start)
            self.lines.append(" " * indent + comment.text)

    def _entry_start(self, entry: Entry) -> int:
        return entry.start if entry.key else self._dash(entry)

    def _dash(self, entry: Entry) -> int:
        """Return the offset of the dash before an item."""
        found = self.text.rfind("-", 0, max(entry.value.start, 1))
        return found if found >= 0 else entry.value.start

    def _blank_before(self, offset: int) -> None:
        if self.lines and self.lines[-1] and self.source.is_after_blank(offset):
            self.lines.append("")

    def _ordered(self, node: Written) -> list[Entry]:
        order = self.orders.get(node.start)
        entries = node.entries
        if order is None or node.has_alias or not entries:
            return entries
        last = entries[-1].value.end
        if any(entries[0].start <= one.start < last for one in self.comments):
            return entries
        if any(self.source.is_after_blank(entry.start) for entry in entries[1:]):
            return entries
        return ordered(entries, order)


def ordered(entries: list[Entry], order: Sequence[str]) -> list[Entry]:
    """Return entries in the order of the reference; keys that it does not know go last."""
    rank = {name: at for at, name in enumerate(order)}
    return sorted(
        entries, key=lambda one: rank.get("" if one.key is None else one.key.value, len(rank))
    )


def _is_of_words(node: Written) -> bool:
    return node.kind == "list" and all(
        one.value.kind in {"scalar", "alias"} and one_line(one.value) for one in node.entries
    )


def _in_line(node: Written) -> str | None:
    """Return a node on one line; `None` where it has to have several."""
    if node.kind in {"scalar", "alias"}:
        return one_line(node)
    if not node.is_flow:
        return None
    parts: list[str] = []
    for entry in node.entries:
        value = _in_line(entry.value)
        key = None if entry.key is None else one_line(entry.key)
        if value is None or (entry.key is not None and key is None):
            return None
        parts.append(value if key is None else f"{key}: {value}")
    inner = ", ".join(parts)
    whole = f"[{inner}]" if node.kind == "list" else "{" + inner + "}"
    return f"&{node.anchor} {whole}" if node.anchor else whole
