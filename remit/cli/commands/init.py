"""`remit init`: the beginning of a pack, new or copied."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from remit.cli.exits import Exit, UsageError
from remit.cli.new_packs import DEFAULTS, Plan, new_pack_files
from remit.cli.pack_folders import refuse_taken, write_pack
from remit.cli.schema_files import with_schemas
from remit.cli.screen import show
from remit.cli.shipped_packs import copied_files
from remit.cli.wizard import NONE, QUESTIONS, Wizard
from remit.engine.charts.names import ascii_words
from remit.engine.charts.sheet import clean_text
from remit.engine.language.model.names import IDENTIFIER_PATTERN
from remit.engine.wording import LANGUAGES, Language, current_language, tell

__all__ = ["init"]

Answer = Annotated[str | None, Parameter(allow_leading_hyphen=True)]
"""An option that may be `-` for none."""


def init(  # noqa: PLR0913 -- one for each option
    folder: str = ".",
    /,
    *,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    name: str | None = None,
    lang: Language | None = None,
    lead: Answer = None,
    subjects: Answer = None,
    activities: Answer = None,
    stages: Answer = None,
    yes: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Begin a pack: a small new one, by a few questions, or a copy of one that comes along.

    What an option answers is not asked. The new pack is complete: it checks clean, has a test, and
    each file points editors at its schema. A name may bring its id, as `街道办=street-office`.
    Ends with 0, 2 if the folder is not empty or there is nobody to ask.

    Args:
        folder: Where to write; it must be empty, or not be there yet.
        from_: Copy this pack with those it extends: rf-community, j-city, or any folder.
        name: What the place or organisation is called.
        lang: Language of names.
        lead: Who leads, and owns an incident.
        subjects: The other bodies, commas between; - for none.
        activities: What must be done besides command, commas between; - for none.
        stages: Stages of an incident, commas between; - for none.
        yes: Ask nothing; what no option says is as in the example.
    """
    target = Path(folder)
    try:
        refuse_taken(target)
    except UsageError as error:
        help_ = tell("name another folder, as `remit init my-pack`")
        raise UsageError(error.message, error.help or help_) from error
    options = {
        "name": name,
        "lang": lang,
        "lead": lead,
        "subjects": subjects,
        "activities": activities,
        "stages": stages,
    }
    given = {
        key: text for key, value in options.items() if value and (text := clean_text(value).strip())
    }
    if from_ is not None:
        return _copy(from_, target, given)
    answers = _answers(target, given, takes_defaults=yes)
    if answers is None:
        show(tell("nothing was written"))
        return Exit.USAGE
    plan = _plan(answers)
    pack = ascii_words(plan.title) or ascii_words(target.resolve().name) or "pack"
    write_pack(target, with_schemas(new_pack_files(plan, pack)))
    _tell_next(target, target)
    return Exit.CLEAN


def _copy(start: str, target: Path, given: Mapping[str, str]) -> int:
    # WHY not the language: it is one of the run, too, in which a copy is told of.
    option = next((option for option in given if option != "lang"), None)
    if option is not None:
        raise UsageError(
            tell("`--{option}` has no meaning for a copy", option=option),
            tell("leave it out, or leave `--from` out"),
        )
    inside, files = copied_files(start)
    write_pack(target, files, inside)
    _tell_next(target, target / inside)
    return Exit.CLEAN


def _answers(
    target: Path, given: Mapping[str, str], *, takes_defaults: bool
) -> Mapping[str, str] | None:
    offered = re.sub(r"[-_]+", " ", target.resolve().name).strip() or "My pack"
    wizard = Wizard(input, given, offered, current_language())
    if takes_defaults:
        language = next((one for one in LANGUAGES if one == given.get("lang")), current_language())
        return {**DEFAULTS[language], "name": offered, "lang": language, **given}
    missing = [one for one in QUESTIONS if one not in given]
    if missing and not sys.stdin.isatty():
        options = " ".join(f"--{one} ..." for one in missing)
        raise UsageError(
            tell("there is no terminal to ask on"),
            tell("say `--yes` to take the example, or `{options}`", options=options),
        )
    return wizard.ask() if missing else given


def _plan(answers: Mapping[str, str]) -> Plan:
    language = next(one for one in LANGUAGES if one == answers["lang"])
    return Plan(
        " ".join(answers["name"].split()),
        language,
        _one(answers["lead"]),
        _listed(answers["subjects"]),
        _listed(answers["activities"]),
        _listed(answers["stages"]),
    )


def _one(answer: str) -> str:
    """Return the one name of an answer."""
    names = _listed(answer)
    if len(names) != 1:
        raise UsageError(
            tell("one body leads, not `{answer}`", answer=answer),
            tell("name the others with `--subjects`"),
        )
    return names[0]


def _listed(answer: str) -> tuple[str, ...]:
    """Return the names of an answer, none twice."""
    if answer.strip() == NONE:
        return ()
    parts = [" ".join(part.split()) for part in re.split(r"[,;、，；\n]", answer)]
    names = tuple(dict.fromkeys(part for part in parts if part.partition("=")[0].strip()))
    for one in names:
        label, sign, own = (part.strip() for part in one.partition("="))
        if sign and not re.fullmatch(IDENTIFIER_PATTERN[1:-1], own):
            raise UsageError(
                tell("`{id}` is no id for `{label}`", id=own, label=label),
                tell("an id is lower-case words, digits and hyphens, as `street-office`"),
            )
    if not names:
        raise UsageError(tell("`{answer}` names nothing", answer=answer))
    return names


def _tell_next(folder: Path, pack: Path) -> None:
    place = shlex.quote(str(pack))
    show(tell("the pack is in `{folder}`", folder=pack if pack != folder else folder))
    show(
        tell("next: `remit check {pack}` proves it, `remit test {pack}` runs its test", pack=place)
    )
    show(
        tell(
            "then change the files in it; `remit check {pack} --watch` checks as you save",
            pack=place,
        )
    )
