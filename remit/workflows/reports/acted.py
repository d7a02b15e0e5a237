"""The chart of an incident: who was to do what, by the plan; and who did, by the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from remit.engine.pack import LETTERS, Letter
from remit.workflows.entries import Entry
from remit.workflows.incident import Incident
from remit.workflows.lifecycle import Purpose
from remit.workflows.reports.telling import Telling, leader_of
from remit.workflows.reports.view import ACTED, Cell, Chart, ChartRow, Party
from remit.workflows.response import COMMAND_STEP, Part
from remit.workflows.step_states import step_state

__all__ = ["chart_of"]

_SHORT: Mapping[Letter, str] = dict(zip(LETTERS, "ARSCI", strict=True))
_BY_ANSWER: Mapping[tuple[Purpose, str], str] = {
    ("close", "closed"): "A",
    ("take", "acknowledged"): "A",
    ("sign-off", "signed-off"): "A",
    ("do", "acknowledged"): "R",
    ("do", "done"): "R",
    ("support", "acknowledged"): "S",
    ("consult", "advised"): "C",
    ("order", "ordered"): "O",
    ("approve", "approved"): "F",
}
"""The letter somebody acts with by an answer to an item."""

_TOLD: tuple[Letter, ...] = ("supports", "informed")
"""Letters of those who are told of an incident as a whole."""
_TOLD_OF = frozenset({"opened", "recovery", "closed"})
"""What they are told of it."""

Acted = Mapping[tuple[str, str], Mapping[str, set[str]]]
"""By part and step, by subject: the letters it acted with."""


def chart_of(telling: Telling, entries: Iterable[Entry]) -> Chart:
    """Return the chart of an incident: one row for the lead, one for each step of each part begun.

    Args:
        telling: names, and the incident as it stands.
        entries: the incident's own, in order.
    """
    acted = _acted(telling, entries)
    rows = [row for part in telling.parts() for row in _rows(telling, part, acted)]
    there = {cell.party for row in rows for cell in row.cells}
    known = _parties(telling.incident)
    order = (*(name for name in known if name in there), *sorted(there.difference(known)))
    parties = tuple(Party(name, telling.subject(name)) for name in order)
    return Chart(parties, tuple(rows))


def _rows(telling: Telling, part: Part, acted: Acted) -> list[ChartRow]:
    lead = telling.label("activity", telling.incident.response.lead)
    cells = _cells(part.roles, acted.get((part.name, COMMAND_STEP), {}))
    rows = [ChartRow(lead, telling.part(part), cells)] if cells else []
    for step in part.steps:
        state = step_state(telling.incident, step)
        rows.append(
            ChartRow(
                telling.label("activity", step.activity),
                telling.part(part),
                _cells(step.roles, acted.get((part.name, step.id), {})),
                telling.word_or(f"step-{state}", state),
            )
        )
    return rows


def _cells(
    roles: Mapping[Letter, tuple[str, ...]], acted: Mapping[str, set[str]]
) -> tuple[Cell, ...]:
    planned: defaultdict[str, set[str]] = defaultdict(set)
    for letter, subjects in roles.items():
        for subject in subjects:
            planned[subject].add(_SHORT[letter])
    parties = dict.fromkeys((*planned, *acted))
    return tuple(
        Cell(party, _in_order(planned.get(party, set())), _in_order(acted.get(party, set())))
        for party in parties
    )


def _in_order(letters: set[str]) -> str:
    return "".join(letter for letter in ACTED if letter in letters)


def _acted(telling: Telling, entries: Iterable[Entry]) -> Acted:
    found: defaultdict[tuple[str, str], defaultdict[str, set[str]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for place, subject, letters in _acts(telling.incident, entries):
        if letters:
            found[place][subject].update(letters)
    for part in telling.parts():
        leader = leader_of(telling.incident, part)
        if leader is not None:
            # WHY both: whoever leads does the leading, where the policy has somebody do it at all.
            does = "R" if part.roles["responsible"] else ""
            found[part.name, COMMAND_STEP][leader].update("A", does)
    return found


def _acts(
    incident: Incident, entries: Iterable[Entry]
) -> Iterator[tuple[tuple[str, str], str, Iterable[str]]]:
    """Yield part and step, subject, and letters of everything that was done, or told."""
    for entry in entries:
        node = cast("Mapping[str, str]", entry.payload)
        if entry.kind == "answered":
            item = incident.items[cast("int", entry.payload["item"])]
            letter = _BY_ANSWER.get((item.purpose, node["outcome"]), "")
            yield (item.part, item.step), item.subject, letter
        elif entry.kind in {"assigned", "informed"}:
            for subject in cast("list[str]", entry.payload["subjects"]):
                yield (node["part"], node["step"]), subject, _told_as(incident, entry, subject)
        elif entry.kind == "signed-off":
            yield (node["part"], node["step"]), node["by"], "A"


def _told_as(incident: Incident, entry: Entry, subject: str) -> set[str]:
    """Return the letters by which somebody was told: of a step, or of the incident as a whole."""
    if entry.kind == "assigned":
        return {"S"}
    if entry.payload["step"] != COMMAND_STEP:
        return {"I"}
    if entry.payload["about"] not in _TOLD_OF:
        return set()
    roles = incident.response.part(cast("str", entry.payload["part"])).roles
    return {_SHORT[letter] for letter in _TOLD if subject in roles[letter]}


def _parties(incident: Incident) -> tuple[str, ...]:
    """Return the parties by their strongest letter, then as the plan first names them."""
    parts = incident.response.parts
    groups = [part.roles for part in parts] + [step.roles for part in parts for step in part.steps]
    return tuple(
        dict.fromkeys(
            subject for letter in LETTERS for roles in groups for subject in roles.get(letter, ())
        )
    )
