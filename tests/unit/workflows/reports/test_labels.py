"""The words of the page are the same in both languages, and none lies unused."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

from remit.workflows.reports.labels import LABELS

FOLDER = Path(__file__).parents[4] / "remit" / "workflows" / "reports"

TABLES = {"labels.py", "after_labels.py"}
"""Files that hold words and use none."""


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    assert LABELS["en"].keys() == LABELS["zh"].keys()
    differing = [k for k, text in LABELS["en"].items() if places(text) != places(LABELS["zh"][k])]
    assert differing == []


def test_every_word_is_used() -> None:
    files = [*FOLDER.glob("*.py"), *FOLDER.glob("*.j2")]
    text = "".join(file.read_text(encoding="utf-8") for file in files if file.name not in TABLES)
    families = set(re.findall(r"""["']([a-z]+-)(?:\{|["'] ~)""", text))
    unused = [
        key
        for key in LABELS["en"]
        if f'"{key}"' not in text and not any(key.startswith(family) for family in families)
    ]
    assert unused == []
