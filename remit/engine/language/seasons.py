"""Reading a season: one file beside a pack, checked against what the pack declares."""

from __future__ import annotations

from contextlib import suppress

from remit.engine.errors import SeasonErrors
from remit.engine.language.decoding import decode
from remit.engine.language.model.base import INVALID, Reading
from remit.engine.language.model.base import Reference as Mention
from remit.engine.language.model.season_file import SEASON_FILE
from remit.engine.language.model.terms import Terms
from remit.engine.language.pack_files import PackFile, read_file
from remit.engine.language.problems import Problems, TooManyErrors, in_ticks
from remit.engine.language.references import Declared, check_references
from remit.engine.language.sources import Source
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.language.yaml_reader import read_yaml
from remit.engine.pack import Pack
from remit.engine.season import Season
from remit.engine.wording import tell

__all__ = ["read_season"]


def read_season(path: str, pack: Pack) -> Season:
    """Return the season in a file.

    Raises:
        SeasonErrors: if it cannot be read, or names what the pack does not have; with all reasons.
    """
    problems = Problems()
    season: Season | None = None
    with suppress(TooManyErrors):
        season = _read(path, pack, problems)
    if problems or season is None:
        raise SeasonErrors(path, problems.sorted())
    return season


def _read(path: str, pack: Pack, problems: Problems) -> Season | None:
    content = read_file(PackFile(path, path, path), problems)
    source = None if content is None else decode(path, content, problems)
    node = None if source is None else read_yaml(source, problems)
    if source is None or node is None:
        return None
    references: list[Mention] = []
    terms = Terms.of(pack.vocabulary.dimensions)
    found = SEASON_FILE.read(node, Reading(source, problems, references, terms))
    season = None if found is INVALID or not isinstance(found, Season) else found
    check_references(references, _declared(pack, season), problems)
    _check_days(node, source, season, problems)
    return season


def _check_days(node: Node, source: Source, season: Season | None, problems: Problems) -> None:
    """Report what would happen after the season is over, and names that are given twice."""
    seen: set[str] = set()
    for key in ("arrivals", "declares", "outages", "rosters"):
        listed = node.value(key) if isinstance(node, MappingNode) else None
        for one in listed.items if isinstance(listed, SequenceNode) else ():
            day = one.value("day") if isinstance(one, MappingNode) else None
            name = one.value("name") if isinstance(one, MappingNode) else None
            if isinstance(name, ScalarNode) and name.text in seen:
                told = tell("the name {text} is given twice", text=in_ticks(name.text))
                problems.at(source, (name.start, name.end), told)
            if isinstance(name, ScalarNode):
                seen.add(name.text)
            if season is None or not isinstance(day, ScalarNode) or not day.text.isdecimal():
                continue
            if int(day.text) > season.days:
                problems.at(
                    source,
                    (day.start, day.end),
                    tell("the season is over on day {day}", day=day.text),
                    expected=tell("a day from 1 to {days}", days=season.days),
                )


def _declared(pack: Pack, season: Season | None) -> Declared:
    declared = Declared()
    for one in (pack, *pack.higher):
        declared.add("subject", one.subjects)
    declared.add("activity", pack.vocabulary.activities)
    declared.add("signal", pack.signals)
    for one in (pack, *pack.higher):
        declared.add("roster", one.rosters)
    declared.add("arrival", () if season is None else (one.name for one in season.happenings))
    if season is None:
        declared.excused.add("arrival")
    return declared
