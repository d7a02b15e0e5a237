"""What every page of a site has: its place, its navigation, its links to others."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass

from remit.cli.pages.markup import Markup, joined, page, tag
from remit.cli.pages.phrases import label_of, subject_label
from remit.engine.pack import Pack
from remit.engine.spans import Span
from remit.engine.wording import Language, current_language, tell

__all__ = ["LANGUAGE_NAMES", "Site"]

LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}
"""Each language by its own name."""


@dataclass(frozen=True, slots=True)
class Site:
    """A pack and where its pages are.

    Args:
        languages: those the site is written in; with several, each has a folder.
        absent: pages of the navigation that the site does without.
    """

    pack: Pack
    languages: tuple[Language, ...]
    absent: frozenset[str] = frozenset()

    @property
    def folder(self) -> str:
        """The folder of the language spoken here, with a slash, or nothing."""
        return f"{current_language()}/" if len(self.languages) > 1 else ""

    @property
    def title(self) -> str:
        """What the pack is called."""
        return label_of(self.pack.label, self.pack.name)

    def page(self, path: str, title: str, *body: Markup | str | None, wide: bool = False) -> str:
        """Return a page that stands at a path below the language's folder."""
        skip = tag("a.skip", tell("to the content"), attributes={"href": "#content"})
        header = tag(
            "header",
            skip,
            tag("p", self.title),
            self._navigation(path),
            tag("h1", title, attributes={"id": "top"}),
        )
        main = tag("main", *body, attributes={"id": "content"})
        whole = joined((header, main, tag("footer", self._made_from(path))))
        shown = title if title == self.title else f"{title} – {self.title}"
        return page(shown, whole, kind="" if wide else "text")

    def link(self, here: str, target: str, words: str) -> Markup:
        """Return a link from a page to another, both given below the language's folder."""
        return tag("a", words, attributes={"href": _relative(here, target)})

    def subject(self, here: str, name: str) -> Markup:
        """Return a link to a subject; its words alone where it has no page."""
        words = subject_label(self.pack, name)
        if name not in self.pack.subjects:
            return tag("span", words)
        return self.link(here, f"subjects/{name}.html", words)

    def activity(self, here: str, name: str) -> Markup:
        """Return a link to an activity; its name alone where it has no page."""
        found = self.pack.vocabulary.activities.get(name)
        if found is None:
            return tag("span", name)
        return self.link(here, f"activities/{name}.html", label_of(found.label, name))

    def linked(self, parts: Iterable[Markup]) -> Markup:
        """Return links one after another."""
        return joined(parts, between=", ")

    def place(self, span: Span) -> Markup:
        """Return where something is written, from the pack's folder on."""
        file = os.path.relpath(span.file, self.pack.path).replace(os.sep, "/")
        return tag("code", f"{file}:{span.line}")

    def _navigation(self, path: str) -> Markup:
        pages = {
            "index.html": tell("Overview"),
            "matrix.html": tell("Chart"),
            "command.html": tell("Line of command"),
            "plans.html": tell("Plans"),
            "means.html": tell("Means"),
            "signals.html": tell("Signals"),
            "glossary.html": tell("Words"),
        }
        items = [
            tag("li", self._entry(path, target, words))
            for target, words in pages.items()
            if target not in self.absent
        ]
        for language in self.languages:
            if language != current_language():
                href = _relative(f"{self.folder}{path}", f"{language}/{path}")
                attributes: dict[str, str | int | None] = {"href": href, "lang": language}
                items.append(tag("li", tag("a", LANGUAGE_NAMES[language], attributes=attributes)))
        return tag("nav", tag("ul", *items), attributes={"aria-label": tell("Pages")})

    def _entry(self, path: str, target: str, words: str) -> Markup:
        current = "page" if path == target else None
        href = _relative(path, target)
        return tag("a", words, attributes={"href": href, "aria-current": current})

    def _made_from(self, path: str) -> str:
        name, version = self.pack.name, self.pack.version
        if path != "index.html":
            # WHY: a page changes just where what it tells does, so that drift shows what changed.
            return tell("made from {name} {version}", name=name, version=version)
        return tell(
            "made from {name} {version}, digest {digest}",
            name=name,
            version=version,
            digest=self.pack.digest,
        )


def _relative(here: str, target: str) -> str:
    return posixpath.relpath(target, posixpath.dirname(here) or ".")
