"""Forms as one HTML page that prints on Letter and A4, a form a page."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from markupsafe import Markup

from remit.workflows.forms.form import Form
from remit.workflows.forms.titles import bilingual
from remit.workflows.reports.html import render_template
from remit.workflows.reports.view import Language

__all__ = ["forms_page"]


def forms_page(forms: Sequence[Form], title: str, language: Language) -> str:
    """Return forms as one page; equal forms give equal pages.

    INVARIANT: every text is escaped by the template, and pictures by who drew them.
    """
    folder = files(__package__)
    return render_template(
        folder.joinpath("forms.html.j2").read_text(encoding="utf-8"),
        folder.joinpath("forms.css").read_text(encoding="utf-8"),
        language,
        forms=forms,
        title=title,
        named=lambda text: bilingual(text, language),
        # WHY safe: `organisation_svg` escapes every text.
        drawn=Markup,
    )
