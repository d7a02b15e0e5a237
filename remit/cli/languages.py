"""Which language the program speaks: by `--lang`, by the environment, else English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from remit.engine.wording import LANGUAGES, Language

__all__ = ["LANGUAGE", "OPTION", "spoken_language"]

LANGUAGE = "REMIT_LANG"
"""Environment variable that chooses the language before the locale does."""
OPTION = "--lang"
# SOURCE: POSIX.1-2017, 8.2: the first of these that is set and not empty decides.
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


def spoken_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language of a run.

    Args:
        arguments: of the command line; a wrong `--lang` in them is left to who reads them all.
        environment: variables of the process.
    """
    named = _named(arguments)
    if named is not None:
        return named
    told = next((text for name in (LANGUAGE, *_LOCALE) if (text := environment.get(name))), "")
    return "zh" if told.casefold().startswith("zh") else "en"


def _named(arguments: Sequence[str]) -> Language | None:
    """Return the first language that is named: `docs` takes several, for a site in each."""
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        name, equals, value = argument.partition("=")
        if name == OPTION:
            text = value if equals else "".join(arguments[at + 1 : at + 2])
            return next((known for known in LANGUAGES if known == text), None)
    return None
