"""Forms 203 and 207: who has which position, as a list and as a chart."""

from __future__ import annotations

from remit.workflows.forms.form import Block, Form
from remit.workflows.forms.organisation import Office, organisation_svg
from remit.workflows.forms.source import Source
from remit.workflows.forms.titles import bilingual

__all__ = ["assignment_list", "organisation_chart", "picture_of"]

POSITION = ("Position", "Name")
PLANNING = ("Chief", "Deputy", "Resources Unit", "Situation Unit", "Documentation Unit",
            "Demobilization Unit", "Technical Specialists")  # fmt: skip
LOGISTICS = ("Chief", "Deputy", "Support Branch Director", "Supply Unit", "Facilities Unit",
             "Ground Support Unit", "Service Branch Director", "Communications Unit",
             "Medical Unit", "Food Unit")  # fmt: skip
FINANCE = ("Chief", "Deputy", "Time Unit", "Procurement Unit", "Compensation/Claims Unit",
           "Cost Unit")  # fmt: skip
RESOURCES = "Resources Unit Leader"


def assignment_list(source: Source) -> Form:
    """Return form 203: positions by the policy's letters; those it does not know stay blank."""
    return Form(
        "ICS 203",
        "Organization Assignment List",
        (
            source.named(),
            source.operational(),
            _command(source),
            _agencies(source),
            _blank(source, "5", "Planning Section", PLANNING),
            _blank(source, "6", "Logistics Section", LOGISTICS),
            _operations(source),
            _finance(source),
            source.prepared("9", RESOURCES),
        ),
    )


def organisation_chart(source: Source) -> Form:
    """Return form 207: who leads, who answers for what, and who does it."""
    chart = Block("3", "Organization Chart", picture=picture_of(source, "ics207"))
    blocks = (source.named(), source.operational(), chart, source.prepared("4", RESOURCES))
    return Form("ICS 207", "Incident Organization Chart", blocks)


def picture_of(source: Source, name: str) -> str:
    """Return the chart of an incident's organisation as an SVG element."""
    top = Office(
        bilingual("Incident Commander", source.language), source.commander, _offices(source)
    )
    title = f"{bilingual('Incident Organization Chart', source.language)}: {source.title}"
    said = "; ".join(f"{one.holder}: {', '.join(b.title for b in one.under)}" for one in top.under)
    return organisation_svg(top, title=title, description=said, name=name)


def _offices(source: Source) -> tuple[Office, ...]:
    """Return who answers for what, each with the steps and their doers, in the plan's order."""
    telling = source.telling
    found: dict[tuple[str, ...], list[Office]] = {}
    for step in source.steps():
        holders = step.roles.get("accountable") or (step.sign_off.holder,)
        doers = telling.subjects(source.doers(step))
        label = telling.label("activity", step.activity)
        boxes = found.setdefault(tuple(holders), [])
        if Office(label, doers) not in boxes:
            boxes.append(Office(label, doers))
    title = bilingual("Branch Director", source.language)
    return tuple(
        Office(title, telling.subjects(holders), tuple(boxes)) for holders, boxes in found.items()
    )


def _command(source: Source) -> Block:
    part, telling = source.incident.part, source.telling
    deputies = [name for name in part.command.line if name != source.incident.commander]
    rows = (
        ("IC/UCs", source.commander),
        ("Deputy", telling.subjects(deputies[:1])),
        ("Safety Officer", ""),
        ("Public Information Officer", ""),
        ("Liaison Officer", ""),
    )
    return _positions(source, "3", "Incident Commander(s) and Command Staff", rows)


def _agencies(source: Source) -> Block:
    roles = source.incident.part.roles
    names = dict.fromkeys((*roles.get("supports", ()), *roles.get("informed", ())))
    rows = tuple((source.telling.subject(name), "") for name in names) or (("", ""),)
    columns = ("Agency/Organization", "Name")
    return Block("4", "Agency/Organization Representatives", (), columns, rows, alone=False)


def _operations(source: Source) -> Block:
    rows = [("Chief", source.commander), ("Deputy", ""), ("Staging Area", "")]
    for office in _offices(source):
        rows.append(("Branch Director", office.holder))
        rows += [("Division/Group", f"{box.title}: {box.holder}") for box in office.under]
    rows.append(("Air Operations Branch Director", ""))
    return _positions(source, "7", "Operations Section", tuple(rows))


def _finance(source: Source) -> Block:
    """Return who released money, as chief: the policy names no other post of finance."""
    approvers = dict.fromkeys(
        said.item.subject for said in source.history.said if said.outcome == "approved"
    )
    rows = (("Chief", source.telling.subjects(approvers)), *((name, "") for name in FINANCE[1:]))
    return _positions(source, "8", "Finance/Administration Section", rows)


def _blank(source: Source, number: str, title: str, names: tuple[str, ...]) -> Block:
    return _positions(source, number, title, tuple((name, "") for name in names))


def _positions(source: Source, number: str, title: str, rows: tuple[tuple[str, str], ...]) -> Block:
    named = tuple((bilingual(position, source.language), name) for position, name in rows)
    return Block(number, title, (), POSITION, named, alone=False)
