"""What is printed: coloured where wanted, and never able to steer the terminal."""

from __future__ import annotations

import io

import pytest

from remit.cli.screen import clean, console_for, wants_color


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "variables, on_a_terminal, elsewhere",
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_colour_is_wanted(
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    on_a_terminal: bool,
    elsewhere: bool,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wants_color(Terminal()) is on_a_terminal
    assert wants_color(io.StringIO()) is elsewhere


@pytest.mark.parametrize(
    "text, shown",
    [
        ("责任 a-b", "责任 a-b"),
        ("a\tb", "a    b"),
        ("\x1b[31m", "\u241b[31m"),
        ("a\u202eb", "a\ufffdb"),
        ("\u200b\x7f\x85\ud800", "\ufffd\ufffd\ufffd\ufffd"),
    ],
)
def test_text_is_cleaned_of_what_steers_a_terminal(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_nothing_is_wrapped_or_taken_for_markup() -> None:
    stream = io.StringIO()
    console_for(stream).print("[bold]x[/bold] :smile: " + "long " * 100)
    assert stream.getvalue() == "[bold]x[/bold] :smile: " + "long " * 100 + "\n"
