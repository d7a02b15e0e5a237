"""By which clause of the policy a subject was asked: the duty, power or fund that made it so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from remit.engine.errors import EventError
from remit.engine.events import Event
from remit.engine.language.incoming import parse_event
from remit.engine.pack import ApprovalBand, Letter, Pack
from remit.engine.resolution import Because, Resolution
from remit.engine.texts import Text
from remit.workflows.authority import certainly_in
from remit.workflows.entries import Json
from remit.workflows.incident import Incident
from remit.workflows.planning import PHASE, RECOVERY
from remit.workflows.reports.view import Clause
from remit.workflows.response import Money

__all__ = ["LETTER_OF", "Clauses", "Resolve", "clauses_of"]

Resolve = Callable[[Event], Resolution]

LETTER_OF: Mapping[str, Letter] = {
    "command": "accountable",
    "take": "accountable",
    "consult": "consulted",
    "order": "accountable",
    "do": "responsible",
    "support": "supports",
    "accept": "accountable",
    "sign-off": "accountable",
    "close": "accountable",
    "decide": "accountable",
}
"""The letter by which a subject is asked, by purpose; approving goes by a fund instead."""


@dataclass(frozen=True, slots=True)
class Clauses:
    """What a pack says of one incident.

    Args:
        found: by part of the response, the event and its resolution.
    """

    pack: Pack
    language: str
    found: Mapping[str, tuple[Event, Resolution]]

    def of_duty(self, part: str, activity: str, letter: Letter, subject: str) -> tuple[Clause, ...]:
        """Return the duties that gave a subject a letter for an activity."""
        if part not in self.found or subject not in self.pack.subjects:
            return ()
        answer = self.found[part][1].activities.get(activity)
        decided: dict[str, Because] = {b.duty: b for b in answer.because} if answer else {}
        return tuple(
            Clause(duty.name, self._text(duty.basis), self._place(duty.span.file, duty.span.line))
            for duty in self.pack.subjects[subject].duties
            if duty.name in decided and letter in duty.roles
        )

    def of_powers(self, part: str, powers: Iterable[str], subject: str) -> tuple[Clause, ...]:
        """Return the grants by which a subject held powers in a part."""
        if part not in self.found:
            return ()
        event = self.found[part][0]
        return tuple(
            Clause(
                f"{subject}/{grant.id}",
                self._text(grant.basis),
                self._place(grant.span.file, grant.span.line),
            )
            for power in powers
            for account in self.pack.accounts_of(subject)
            for grant in account.authority
            if grant.power == power and certainly_in(grant.when, event, self.pack.vocabulary)
        )

    def band_of(self, money: Money, subject: str) -> ApprovalBand | None:
        """Return the band of the fund by which a subject may release that much."""
        fund = self.pack.funds.get(money.fund)
        bands = fund.approve if fund else ()
        able = (band for band in bands if band.up_to is None or band.up_to >= money.amount)
        return next((band for band in able if band.by == subject), None)

    def _text(self, text: Text | None) -> str:
        return text.in_language(self.language) if text else ""

    def _place(self, file: str, line: int) -> str:
        """Return a place within the pack's folder, or within the folders beside it."""
        path = PurePath(file)
        for base in (PurePath(self.pack.path), PurePath(self.pack.path).parent):
            if path.is_relative_to(base):
                return f"{path.relative_to(base)}:{line}"
        return f"{path.name}:{line}"


def clauses_of(pack: Pack, resolve: Resolve, incident: Incident, language: str) -> Clauses:
    """Return what a pack says of an incident; nothing if it cannot read its event."""
    found: dict[str, tuple[Event, Resolution]] = {}
    try:
        event = parse_event(_without_identity(incident.event), pack.vocabulary)
    except EventError:
        return Clauses(pack, language, {})
    for part in incident.response.parts:
        here = _in_recovery(event, pack) if part.name == RECOVERY else event
        found[part.name] = (here, resolve(here))
    return Clauses(pack, language, found)


def _without_identity(event: Mapping[str, Json]) -> dict[str, object]:
    return {name: value for name, value in event.items() if name not in {"id", "time"}}


def _in_recovery(event: Event, pack: Pack) -> Event:
    """Return the event that the recovery was planned for: its phase changed, states open."""
    dimensions = pack.vocabulary.dimensions
    if event.values.get(PHASE) == RECOVERY or PHASE not in dimensions:
        return event
    kept = {
        name: value
        for name, value in event.values.items()
        if name not in dimensions or not dimensions[name].state
    }
    return replace(event, values={**kept, PHASE: RECOVERY})
