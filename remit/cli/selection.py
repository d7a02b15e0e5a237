"""Which checks are to run: by code, by the beginning of codes, by name, or by family."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from remit.cli.exits import UsageError
from remit.cli.inputs import did_you_mean
from remit.engine.wording import tell
from remit.validators.check import Check
from remit.validators.registry import CHECKS

__all__ = ["selected"]

_PREFIX = re.compile(r"[A-Z][0-9]{0,3}")


def selected(select: Sequence[str], ignore: Sequence[str]) -> tuple[Check, ...]:
    """Return the checks to run, in their order: those selected, or all, without those ignored.

    Args:
        select: words, each several with commas between; none selects all.
        ignore: words likewise; what is ignored does not run, however it is selected.

    Raises:
        UsageError: if a word means no check, or none is left.
    """
    wanted = [check for check in CHECKS if not select or _is_meant(check, select)]
    found = tuple(check for check in wanted if not _is_meant(check, ignore))
    for word in (*_words(select), *_words(ignore)):
        if not any(_means(word, check) for check in CHECKS):
            raise UsageError(
                tell("there is no check or family `{name}`", name=word),
                did_you_mean(word, _known()),
            )
    if not found:
        raise UsageError(tell("no check is left to run"), tell("ignore less, or select more"))
    return found


def _words(written: Iterable[str]) -> list[str]:
    return [word.strip() for text in written for word in text.split(",") if word.strip()]


def _is_meant(check: Check, written: Iterable[str]) -> bool:
    return any(_means(word, check) for word in _words(written))


def _means(word: str, check: Check) -> bool:
    folded = word.casefold().replace(" ", "-")
    code = word.upper()
    return folded in {check.name, _family(check)} or (
        _PREFIX.fullmatch(code) is not None and check.code.startswith(code)
    )


def _family(check: Check) -> str:
    return check.family.replace(" ", "-")


def _known() -> list[str]:
    families = dict.fromkeys(_family(check) for check in CHECKS)
    return [*families, *(name for check in CHECKS for name in (check.code, check.name))]
