"""The script of drills, to be read out at a table: what is put in when, and whom it must reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from remit.engine.map.rehearsal import Rehearsal
from remit.engine.pack import Pack
from remit.engine.season import Season
from remit.engine.wording import Language, tell
from remit.workflows.simulation.drilling import Expected

__all__ = ["script"]


def script(
    season: Season, found: Rehearsal, expected: Sequence[Expected], pack: Pack, language: Language
) -> str:
    """Return the script as Markdown, in the language spoken now."""
    return "\n".join(_lines(season, found, expected, pack, language)) + "\n"


def _lines(
    season: Season, found: Rehearsal, expected: Sequence[Expected], pack: Pack, language: Language
) -> Iterator[str]:
    yield f"# {tell('Drills of {pack} {version}', pack=pack.name, version=pack.version)}"
    yield ""
    yield tell("This is a drill: say so in every message.")
    parts = {"count": len(found.chosen), "targets": len(found.targets), "least": found.least}
    yield tell(
        "{count} injects touch all {targets} regions, boundaries and hand-overs; at least {least}"
        " are needed.",
        **parts,
    )
    for one, happening in zip(expected, season.happenings, strict=True):
        time = season.time(happening.at).strftime("%Y-%m-%d %H:%M")
        yield ""
        yield f"## {one.inject}, {time}"
        yield ""
        yield tell("Say: {event}", event=_event(one, pack, language))
        yield ""
        yield _line(tell("Leads, within {minutes} minutes", minutes=one.within_s // 60), one.owners,
                    pack, language)  # fmt: skip
        for title, steps in (
            (tell("Acts"), one.doers),
            (tell("Is asked first"), one.consulted),
            (tell("Takes over"), one.receivers),
        ):
            for step, names in steps.items():
                yield _line(f"{title} ({step})", names, pack, language)


def _line(title: str, names: Sequence[str], pack: Pack, language: Language) -> str:
    said = tell(", ").join(dict.fromkeys(_name(name, pack, language) for name in names))
    return f"- [ ] {title}{tell(': ')}{said or tell('nobody')}"


def _name(name: str, pack: Pack, language: Language) -> str:
    for account in pack.accounts_of(name):
        if account.label is not None:
            return account.label.in_language(language)
    return name


def _event(one: Expected, pack: Pack, language: Language) -> str:
    dimensions = pack.vocabulary.dimensions
    found: list[str] = []
    for name, value in one.event.items():
        dimension = dimensions.get(name)
        label = dimension.labels.get(str(value)) if dimension is not None else None
        title = dimension.label if dimension is not None else None
        said = str(value) if label is None else label.in_language(language)
        found.append(f"{name if title is None else title.in_language(language)} {said}")
    return tell(", ").join(found)
