"""`remit docs`: a static site that tells all of a pack."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from remit.cli.budgets import proof_budget
from remit.cli.clock import current_day
from remit.cli.exits import Exit, UsageError
from remit.cli.packs import load_pack
from remit.cli.screen import clean, show
from remit.cli.site.folder import Drift, drift, write_site
from remit.cli.site.site import pages_of
from remit.engine.map.responsibility import compile_pack
from remit.engine.wording import Language, current_language, tell, tell_count
from remit.validators.registry import CHECKS, run

__all__ = ["docs"]


def docs(
    pack: str = ".",
    /,
    *,
    out: str,
    lang: Annotated[tuple[Language, ...], Parameter(negative=(), show_default=False)] = (),
    check: Annotated[bool, Parameter(negative=())] = False,
    today: dt.date | None = None,
) -> int:
    """Write a site of a pack: who does what and when, by which duty and source, linked.

    Its pages need no server, no network and no script. With --check nothing is written: it tells
    where the site is not what the pack says.
    Ends with 0; with --check 1 if the site is out of date; 2 if it cannot be read or written.

    Args:
        pack: Folder of the pack.
        out: Folder of the site; it must be empty, new, or hold a site already.
        lang: Language of the site; twice for both, each in a folder of its own.
        check: Compare the site with the pack instead of writing it.
        today: Day that acceptances are held against; today's date where left out.
    """
    languages = tuple(dict.fromkeys(lang or (current_language(),)))
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise UsageError(tell("`{folder}` is no folder", folder=out))
    loaded = load_pack(pack)
    map_ = compile_pack(loaded, budget=proof_budget())
    report = run(CHECKS, map_, today=today or current_day())
    pages = pages_of(map_, report, languages)
    if check:
        return _tell_drift(drift(folder, pages), out)
    written = write_site(folder, pages)
    show(
        tell_count(
            "{number} page in {folder}", "{number} pages in {folder}", len(pages), folder=out
        )
    )
    if not written.is_none:
        show(
            tell(
                "{new} new, {changed} changed, {gone} taken away",
                new=len(written.missing),
                changed=len(written.changed),
                gone=len(written.left_over),
            )
        )
    return Exit.CLEAN


def _tell_drift(found: Drift, out: str) -> Exit:
    if found.is_none:
        show(tell("the site in `{folder}` is what the pack says", folder=out))
        return Exit.CLEAN
    for path in found.missing:
        show(clean(tell("missing: {path}", path=path)))
    for path in found.changed:
        show(clean(tell("out of date: {path}", path=path)))
    for path in found.left_over:
        show(clean(tell("left over: {path}", path=path)))
    show(tell("write it anew: `remit docs PACK --out {folder}`", folder=out))
    return Exit.FINDINGS
