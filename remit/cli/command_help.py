"""The help of commands in another language than the code's: docstrings, panels, fixed words."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cyclopts import App
from cyclopts.help import DefaultFormatter
from rich.text import Text

from remit.engine.wording import mark, tell, tell_marked

if TYPE_CHECKING:
    from cyclopts.help import HelpPanel
    from rich.console import Console, ConsoleOptions

__all__ = ["Formatter", "docstring_parts", "in_words", "loaded"]

_TITLES = (mark("Arguments"), mark("Parameters"), mark("Commands"))
"""Panels that cyclopts adds by itself."""
_FLAGS = (mark("Display this message and exit."), mark("Display application version."))
"""What it says of its own flags."""


class Formatter(DefaultFormatter):
    """Prints the panels of a help page with their fixed words in the language spoken here."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Print one panel."""
        entries = []
        for entry in panel.entries:
            told = _plain(entry.description)
            words = [tell_marked(told)]
            if entry.choices:
                words.append(tell("[choices: {names}]", names=", ".join(entry.choices)))
            if entry.default is not None:
                words.append(tell("[default: {value}]", value=entry.default))
            if entry.required:
                words.append(tell("[required]"))
            description = Text(" ".join(filter(None, words)))
            entries.append(
                entry.copy(description=description, choices=None, default=None, required=False)
            )
        title = tell_marked(str(panel.title))
        super().__call__(console, options, panel.copy(title=title, entries=entries))

    def render_usage(
        self,
        console: Console,
        options: ConsoleOptions,  # noqa: ARG002 -- the protocol of formatters
        usage: Any,
    ) -> None:
        """Print how a command is called."""
        said = _plain(usage).removeprefix("Usage:").strip()
        said = said.replace("COMMAND", tell("COMMAND")).replace("OPTIONS", tell("OPTIONS"))
        said = said.replace("ARGS", tell("ARGS"))
        console.print(Text(tell("Usage: {call}", call=said) + "\n", "bold"))


def _plain(renderable: object) -> str:
    if renderable is None:
        return ""
    inner = getattr(renderable, "primary_renderable", renderable)
    plain = getattr(inner, "plain", None)
    if isinstance(plain, str):
        return plain
    return str(getattr(inner, "markup", inner))


def docstring_parts(docstring: str) -> tuple[list[str], dict[str, str]]:
    """Return the paragraphs of a docstring and what it says of each argument, a line each."""
    body, _, arguments = inspect.cleandoc(docstring).partition("\nArgs:\n")
    paragraphs = [" ".join(part.split()) for part in body.split("\n\n") if part.strip()]
    found = re.findall(r"^    (\w+): (.*(?:\n     +.*)*)", arguments, re.MULTILINE)
    return paragraphs, {name: " ".join(said.split()) for name, said in found}


def in_words(function: Callable[..., object]) -> Callable[..., object]:
    """Return a command whose docstring is in the language spoken here."""

    @functools.wraps(function)
    def told(*args: object, **options: object) -> object:
        return function(*args, **options)

    paragraphs, arguments = docstring_parts(function.__doc__ or "")
    body = "\n\n".join(map(tell_marked, paragraphs))
    lines = [f"    {name}: {tell_marked(said)}" for name, said in arguments.items()]
    told.__doc__ = body + ("\n\nArgs:\n" + "\n".join(lines) + "\n" if lines else "\n")
    return told


def loaded(target: str, help_: str) -> Callable[..., object] | App:
    """Return a command by `module:name`, or a group of commands, with its help in words.

    Args:
        help_: the line about a group.
    """
    module, _, name = target.partition(":")
    found = getattr(import_module(module), name)
    if not isinstance(found, App):
        command: Callable[..., object] = found
        return in_words(command)
    group = App(name=found.name, help=help_, result_action="return_value")
    names: Sequence[str] = [each for each in found if not each.startswith("-")]
    for each in names:
        inner = found[each].default_command
        if inner is not None:
            group.command(in_words(inner), name=each)
    return group
