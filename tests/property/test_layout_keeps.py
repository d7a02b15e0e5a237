"""`remit fmt` on files written in odd ways: what they say, every comment, and itself stay."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.cli.laying_out import laid_out, write_laid_out
from remit.engine.language.layout.formatting import formatted
from remit.engine.language.layout.meaning import meaning
from remit.engine.language.layout.written import read_written
from remit.engine.language.loader import load
from tests.agreement import random_sample

SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
WORDS = (
    "epidemic",
    "街道办",
    "🚒",
    "a",
    "art. 42(3)",
    "it's",
    "x #y"[:1],
    "07:00",
    "12",
    "long" * 9,
)
FEW = settings(max_examples=max(1, settings().max_examples // 10))


class OddWriter:
    """Writes random values as YAML in every way an author might, with a comment here and there."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)  # noqa: S311  reproducible on purpose
        self.count = 0

    def document(self) -> str:
        lines = self.block(0, 0, is_map=True)
        return "\n".join([*self.notes(0), *lines, *self.notes(0)]) + self.rng.choice(
            ["", "\n", "\n\n"]
        )

    def notes(self, indent: int) -> list[str]:
        found = [""] * self.rng.choice([0, 0, 0, 1, 2])
        for _ in range(self.rng.choice([0, 0, 0, 1, 2])):
            self.count += 1
            found.append(" " * indent + f"# note {self.count} {self.rng.choice(WORDS)}")
        return found

    def trail(self) -> str:
        if self.rng.random() < 0.15:
            self.count += 1
            return " " * self.rng.randint(1, 3) + f"# behind {self.count}"
        return ""

    def block(self, indent: int, depth: int, *, is_map: bool) -> list[str]:
        lines: list[str] = []
        for number in range(self.rng.randint(1, 4)):
            lines += self.notes(indent) if number else []
            head = " " * indent + (f"k{number}:" if is_map else "-")
            lines += self.entry(head, indent, depth)
        return lines

    def entry(self, head: str, indent: int, depth: int) -> list[str]:
        kind = self.rng.choice(["scalar", "scalar", "flow", "block", "list", "text"])
        if kind in {"block", "list"} and depth < 4:
            deeper = indent + self.rng.randint(1, 4)
            return [
                head + self.trail(),
                *self.notes(deeper),
                *self.block(deeper, depth + 1, is_map=kind == "block"),
            ]
        if kind == "text":
            deeper = indent + self.rng.randint(1, 4)
            style = self.rng.choice(["|", ">", "|-", ">-"])
            body = [" " * deeper + self.words(5) for _ in range(self.rng.randint(1, 3))]
            return [f"{head} {style}", *body]
        value = self.flow(depth) if kind == "flow" else self.scalar(indent)
        return [f"{head}{' ' * self.rng.randint(1, 3)}{value}{self.trail()}"]

    def words(self, most: int) -> str:
        plain = [word for word in WORDS if "'" not in word]
        return " ".join(self.rng.choice(plain) for _ in range(self.rng.randint(1, most)))

    def scalar(self, indent: int) -> str:
        style = self.rng.choice(["plain", "single", "double", "broken", "nothing"])
        if style == "nothing":
            return ""
        text = self.words(12)
        if style == "single":
            return "'" + text + self.rng.choice(["", " it''s", ' "so"']) + "'"
        if style == "double":
            return '"' + text + self.rng.choice(["", "\\u00e9", '\\"', "\\n", "'"]) + '"'
        if style == "broken" and " " in text:
            return text.replace(" ", "\n" + " " * (indent + 2), 1)
        return "w" + text

    def flow(self, depth: int) -> str:
        space = " " * self.rng.randint(0, 2)
        parts = []
        for number in range(self.rng.randint(0, 5)):
            inner = self.flow(depth + 1) if depth < 3 and self.rng.random() < 0.3 else self.word()
            parts.append((number, inner))
        if self.rng.random() < 0.5:
            return "[" + space + ("," + space).join(inner for _, inner in parts) + space + "]"
        return "{" + space + ", ".join(f"f{at}: {inner}" for at, inner in parts) + space + "}"

    def word(self) -> str:
        return self.rng.choice(
            ["a", "'b'", '"c"', "12", '"12"', "iii..", '"街, 道"', "true", "x" * 40]
        )


def comments_of(text: str) -> list[str]:
    return re.findall(r"# (?:note|behind) \d+.*", text)


@given(seed=SEEDS)
@settings(max_examples=max(20, settings().max_examples))
def test_odd_texts_keep_what_they_say_and_their_comments(seed: int) -> None:
    text = OddWriter(seed).document()
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError:
        return
    result = formatted("f.yaml", "f.yaml", text.encode())
    assert isinstance(result, bytes), text
    laid = result.decode()
    assert said == yaml.safe_load(laid), text
    assert [one.rstrip() for one in comments_of(text)] == comments_of(laid), text
    assert result == formatted("f.yaml", "f.yaml", result), text
    written = read_written(laid)
    assert written is not None
    assert all(line == line.rstrip() for line in laid.split("\n")), laid


@pytest.mark.slow
@FEW
@given(seed=SEEDS)
def test_random_packs_mean_the_same_after_they_are_laid_out(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = random_sample(seed, Path(folder)).home
        before = meaning(load(home))
        found = laid_out([str(home)])
        assert not found.left
        assert not found.errors
        write_laid_out(found)
        assert meaning(load(home)) == before
        assert not laid_out([str(home)]).changes
