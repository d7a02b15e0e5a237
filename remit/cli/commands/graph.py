"""`remit graph`: the line of command, who does what, or a plan, as a graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from cyclopts import Parameter

from remit.cli.charts.asking import Filter, compiled_for, read_chart, read_filter, read_letters
from remit.cli.drawings.sketch import Sketch
from remit.cli.drawings.sketches import command_sketch, plan_sketch, raci_sketch
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.packs import load_pack
from remit.cli.pages.output import Place, put, suffix_of
from remit.cli.screen import say
from remit.engine.pack import Pack
from remit.engine.wording import Language, current_language, speaking, tell

__all__ = ["graph"]

Kind = Literal["command", "raci", "plan"]
Format = Literal["svg", "dot", "mermaid"]
SUFFIXES: dict[str, Format] = {
    ".svg": "svg", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".md": "mermaid",
}  # fmt: skip
"""Formats that the name of the file tells."""


def graph(
    pack: str = ".",
    /,
    *,
    kind: Kind | None = None,
    plan: str | None = None,
    where: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    letters: str = "AR",
    format: Format | None = None,  # noqa: A002 -- the name of the option
    out: Place = None,
    lang: Language | None = None,
) -> int:
    """Draw a pack as a graph: its line of command, who does what, or the steps of a plan.

    Ends with 0; 1 if who does what could not be proved in time.

    Args:
        pack: Folder of the pack.
        kind: What to draw: command, who stands under whom; raci, who does what after all
            exceptions; plan, the steps of a plan. With --plan that plan, else command.
        plan: Name of the plan; the only one there is where left out.
        where: For raci, the part of the event space it is about, as stage=early or level=iii..,
            also activity=NAME or subject=NAME; as often as wanted.
        letters: For raci, the letters shown, as ARSCI.
        format: svg is a picture; dot and mermaid are texts for other programs. What the name of
            the file tells, else svg.
        out: File to write to.
        lang: Language of words and labels.
    """
    shape = format or suffix_of(out, SUFFIXES) or "svg"
    wanted = kind or ("command" if plan is None else "plan")
    if plan is not None and wanted != "plan":
        raise UsageError(tell("`--plan` goes with `--kind plan` alone"))
    if where and wanted != "raci":
        raise UsageError(
            tell("`--where` goes with `--kind raci` alone"),
            tell("a line of command and a plan are the same for every event"),
        )
    with speaking(lang or current_language()):
        loaded = load_pack(pack)
        asked = read_filter(where, loaded)
        sketch, unproved = _sketch(loaded, wanted, plan, asked, letters)
        put(_drawn(sketch, wanted, shape), out)
        for activity, reason in unproved.items():
            say(tell("not proved: {activity}: {reason}", activity=activity, reason=reason))
    return Exit.FINDINGS if unproved else Exit.CLEAN


def _sketch(
    pack: Pack, kind: Kind, plan: str | None, asked: Filter, letters: str
) -> tuple[Sketch, Mapping[str, str]]:
    """Return the graph, and the activities that could not be told in time, with the reason."""
    if kind == "command":
        return command_sketch(pack), {}
    map_ = compiled_for(pack, asked)
    if kind == "plan":
        return plan_sketch(pack, pack.plans[_plan(pack, plan)], map_), {}
    chart = read_chart(map_, "activity", "subject", asked, read_letters(letters))
    return raci_sketch(pack, chart), chart.unproved


def _plan(pack: Pack, name: str | None) -> str:
    if name is None and len(pack.plans) == 1:
        return next(iter(pack.plans))
    if name is None:
        raise UsageError(
            tell("the pack has {number} plans", number=len(pack.plans)),
            tell(
                "name one with `--plan`: {names}",
                names=", ".join(f"`{each}`" for each in pack.plans),
            )
            if pack.plans
            else "",
        )
    if name not in pack.plans:
        raise UsageError(
            tell("there is no plan `{name}`", name=name), did_you_mean(name, pack.plans)
        )
    return name


def _drawn(sketch: Sketch, kind: Kind, shape: Format) -> str:
    if shape == "svg":
        from remit.cli.drawings.picture import picture
        from remit.cli.drawings.raci import raci_picture

        return raci_picture(sketch) if kind == "raci" else picture(sketch)
    from remit.cli.drawings.texts import dot, mermaid

    return dot(sketch) if shape == "dot" else mermaid(sketch)
