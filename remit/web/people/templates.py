"""The pages as HTML. INVARIANT: every text of a policy or a person is escaped by the template."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from remit.engine.wording import Language, tell_marked

__all__ = ["page", "style"]

FOLDER = "pages"
_TAGS = {"en": "en", "zh": "zh-Hans"}


@cache
def style() -> str:
    """Return the style sheet of every page."""
    return files(__package__).joinpath(FOLDER, "people.css").read_text(encoding="utf-8")


def page(template: str, language: Language, **parts: object) -> str:
    """Return a page.

    Args:
        template: its name, without endings.
        parts: what it shows.
    """
    found = _environment().get_template(f"{template}.html.j2")
    # WHY safe: it is a file of this package.
    sheet = Markup(style())  # noqa: S704
    other = "en" if language == "zh" else "zh"
    return found.render(
        **parts,
        language=language,
        other=other,
        other_name="English" if other == "en" else "中文",
        tag=_TAGS[language],
        other_tag=_TAGS[other],
        style=sheet,
    )


@cache
def _environment() -> Environment:
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(_source),
    )
    made.filters["tell"] = tell_marked
    return made


def _source(name: str) -> str:
    return files(__package__).joinpath(FOLDER, name).read_text(encoding="utf-8")
