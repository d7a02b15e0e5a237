"""The list of commands: each is there, documented, and told in one line."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest
from cyclopts import App

from remit.cli import main
from remit.cli.app import COMMANDS


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[1])
def test_a_command_has_a_module_a_docstring_and_a_page_of_help(
    command: tuple[str, str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    _, name, target, line = command
    module, _, function = target.partition(":")
    found = getattr(import_module(f"remit.cli.commands.{module}"), function)
    if not isinstance(found, App):
        assert inspect.getdoc(found)
        assert inspect.signature(found).return_annotation == "int"
    assert line.endswith(".")
    assert main([name, "--help"]) == 0
    assert f"Usage: remit {name}" in capsys.readouterr().out


def test_help_lists_every_command_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    for _, name, _, line in COMMANDS:
        assert f"{name} " in told
        assert line in told


def test_no_command_prints_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "Usage: remit COMMAND" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, reason",
    [
        (["chekc"], "there is no command `chekc`\n  = help: did you mean `check`?"),
        (["--color", "never", "zzz"], "`remit --help` lists the commands"),
        (["check", "--color", "sometimes"], 'invalid value "sometimes"'),
        (["resolve", "a", "b", "c"], "there is no place for `c`"),
        (["resolve", "--fromat", "json"], "there is no option `--fromat`"),
        (["resolve", "pack"], "there is no EVENT"),
        (["resolve", "pack", "event", "--batch", "x"], "`--batch` takes the place of EVENT"),
        (["check", "--output", "sarf"], "there is no output format `sarf`"),
        (["check", "--output", "json", "--output", "text"], "two outputs would share"),
        (["schema", "subjct"], "did you mean `subject`?"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_how_to_put_it_right(
    arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert reason in told.err
    assert not told.out
