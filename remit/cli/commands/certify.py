"""`remit certify`: what was proved of a pack, in a file that others can check."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.text import Text

from remit.cli.budgets import proof_budget
from remit.cli.clock import current_day
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import STDIN
from remit.cli.reports import counted
from remit.cli.screen import clean, say, show
from remit.engine.language.loader import load
from remit.engine.pack import Pack
from remit.engine.system_words import why_not
from remit.engine.verifier.form import LARGEST, Refuted, Unchecked, canonical
from remit.engine.wording import tell
from remit.validators.words import percent

__all__ = ["certify"]

Place = Annotated[str | None, Parameter(allow_leading_hyphen=True)]


def certify(
    pack: str = ".",
    /,
    *,
    output: Place = None,
    verify: Place = None,
    today: dt.date | None = None,
) -> int:
    """Certify what was proved of a pack: who decides every event, as a tree of splits.

    With --verify: check such a file against a pack by a small program of its own, which knows
    nothing of the map that made it.

    Ends with 0 if certified or verified, 1 if refuted or not proved, 4 if the pack cannot be
    loaded.

    Args:
        pack: Folder of the pack.
        output: File to write to, or - for standard output, where it goes unless told otherwise.
        verify: Certificate to check, or - for standard input.
        today: Day that acceptances are held against; today's date where left out.
    """
    for option, place in (("--output", output), ("--verify", verify)):
        if place is not None and place.startswith("-") and place != STDIN:
            raise UsageError(
                tell(
                    "`{option}` needs a file, or `-`, and found `{place}`",
                    option=option,
                    place=place,
                )
            )
    if verify is None:
        return _certify(load(pack), output or STDIN, today or current_day())
    if output is not None or today is not None:
        raise UsageError(tell("`--verify` goes with neither `--output` nor `--today`"))
    return _verify(_content(verify), load(pack))


def _certify(pack: Pack, output: str, day: dt.date) -> int:
    from remit.engine.map.budget import BudgetExceeded
    from remit.engine.map.certificate import certificate
    from remit.engine.map.responsibility import compile_pack
    from remit.engine.verifier.proof import verify

    try:
        found = certificate(compile_pack(pack, budget=proof_budget()).compiled, day)
        text = canonical(found)
        # WHY: what cannot be checked is no certificate; a refutation here is a fault of ours.
        verify(text.encode(), pack)
    except (BudgetExceeded, Unchecked) as error:
        say(Text().append(tell("not proved"), "bold yellow").append(f"{tell(': ')}{error}"))
        return Exit.FINDINGS
    if output == STDIN:
        sys.stdout.write(text)
        say(_summary(tell("certified"), found))
        return Exit.CLEAN
    try:
        Path(output).write_bytes(text.encode())
    except OSError as error:
        raise UsageError(
            tell("cannot write `{output}`: {reason}", output=output, reason=why_not(error))
        ) from error
    show(_summary(tell("certified"), found))
    return Exit.CLEAN


def _verify(text: bytes, pack: Pack) -> int:
    from remit.engine.verifier.proof import verify

    try:
        found = verify(text, pack)
    except Refuted as error:
        verdict = tell("not checked") if isinstance(error, Unchecked) else tell("refuted")
        show(Text().append(verdict, "bold red").append(tell(": ") + clean(str(error))))
        return Exit.FINDINGS
    show(_summary(tell("verified"), found))
    return Exit.CLEAN


def _content(place: str) -> bytes:
    """Return a file, and no more of it than one byte past what is read at all."""
    try:
        if place == STDIN:
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(place).open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(
            tell("cannot read `{place}`: {reason}", place=place, reason=why_not(error))
        ) from error


def _summary(verdict: str, found: Mapping[str, Any]) -> str:
    claims = found["claims"]
    accountable = [claim for claim in claims if claim["letter"] == "accountable"]
    responsible = [claim for claim in claims if claim["letter"] == "responsible"]
    needed, gaps, overlaps = (_sum(accountable, key) for key in ("needed", "nobody", "several"))
    decided = Fraction(needed - gaps - overlaps, needed) if needed else Fraction(1)
    head = tell(
        "{verdict}: {pack} {version}, digest {digest}",
        verdict=verdict,
        pack=found["pack"],
        version=found["version"],
        digest=found["digest"],
    )
    scope = tell(
        "{claims} over {cells}; one accountable subject in {share} of where activities are needed",
        claims=counted(len(claims), "claim"),
        cells=counted(found["possible"], "possible cell"),
        share=percent(decided),
    )
    faults = tell(
        "gaps: {gaps}; overlaps: {overlaps}; missing doers: {doers}; accepted: {accepted}",
        gaps=_fault(gaps),
        overlaps=_fault(overlaps),
        doers=_fault(_sum(responsible, "nobody")),
        accepted=_fault(_sum(claims, "accepted")),
    )
    return f"{head}\n{scope}\n{faults}"


def _sum(claims: list[Mapping[str, Any]], key: str) -> int:
    return sum(claim[key] for claim in claims)


def _fault(cells: int) -> str:
    return counted(cells, "cell") if cells else tell("none")
