"""From the ledger to a view of one incident."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.vocabulary import RESERVED_FIELDS, Dimension
from remit.workflows.conformance.history import history_of
from remit.workflows.driver import UnknownIncidentError
from remit.workflows.entries import Entry
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.reports.acted import chart_of
from remit.workflows.reports.after import after_of
from remit.workflows.reports.clauses import Clauses, Resolve, clauses_of
from remit.workflows.reports.labels import LABELS
from remit.workflows.reports.limits import deadlines_of
from remit.workflows.reports.means import hand_overs_of, money_of, stock_of
from remit.workflows.reports.telling import Telling, in_language
from remit.workflows.reports.timeline import Timeline, is_left_out
from remit.workflows.reports.view import Fact, IncidentView, Language, PackName, Verification
from remit.workflows.times import shown

__all__ = ["facts_of", "view_of"]


def view_of(
    ledger: Ledger,
    incident: str,
    pack: Pack | None = None,
    *,
    language: Language = "en",
    resolve: Resolve | None = None,
) -> IncidentView:
    """Return what a report of an incident shows, as the ledger stands.

    Args:
        ledger: read, and verified as a whole.
        incident: its id.
        pack: the one that decided, for clauses; they are left out if it has changed since.
        language: of every text.
        resolve: the compiled pack's, if it is at hand; else the pack is compiled.

    Raises:
        UnknownIncidentError: if the ledger has no such incident.
    """
    found = ledger.incident(incident)
    if found is None:
        raise UnknownIncidentError(incident)
    clauses = None
    if pack is not None and pack.digest == found.policy:
        clauses = clauses_of(pack, resolve or compile_pack(pack).resolve, found, language)
    story = ledger.story(incident)
    own = tuple(entry for entry in story if entry.incident == incident)
    telling = Telling(found, language)
    timeline = Timeline(telling, clauses)
    history = history_of(own)
    verdict = ledger.verify()
    return IncidentView(
        language=language,
        id=found.id,
        title=in_language(found.title, language) or found.id,
        pack=_pack_name(found, pack, language),
        state=telling.word(f"incident-{found.state}"),
        opened=found.opened,
        closed=found.closed,
        made=max(entry.time for entry in story),
        offset=found.offset,
        facts=tuple(facts_of(found, pack, language)),
        owners=tuple(timeline.owners()),
        timeline=tuple(timeline.rows(story)),
        chart=chart_of(telling, own),
        deadlines=tuple(deadlines_of(telling, own)),
        money=tuple(money_of(telling)),
        stock=tuple(stock_of(telling)),
        hand_overs=tuple(hand_overs_of(telling)),
        verification=Verification(
            verdict.is_whole, verdict.entries, str(verdict.head), verdict.problems
        ),
        notes=tuple(dict.fromkeys(_notes(telling, pack, clauses, story))),
        after=None if history is None else after_of(telling, history, story),
    )


def _pack_name(incident: Incident, pack: Pack | None, language: Language) -> PackName:
    label = pack.label.in_language(language) if pack and pack.label else incident.pack
    return PackName(label, incident.pack, incident.version, incident.policy)


def facts_of(incident: Incident, pack: Pack | None, language: Language) -> Iterator[Fact]:
    """Yield what is known of the event, dimensions first and in the order of the vocabulary."""
    dimensions = pack.vocabulary.dimensions if pack else {}
    others = [name for name in incident.event if name not in {*dimensions, *RESERVED_FIELDS}]
    for name in (*dimensions, *others):
        if name in incident.event:
            yield _fact(name, str(incident.event[name]), dimensions.get(name), language)
    if "time" in incident.event:
        time = dt.datetime.fromisoformat(str(incident.event["time"]))
        yield Fact(LABELS[language]["event-time"], shown(time, incident.offset))


def _fact(name: str, value: str, dimension: Dimension | None, language: Language) -> Fact:
    if dimension is None:
        return Fact(name, value)
    label = dimension.label.in_language(language) if dimension.label else name
    text = dimension.labels.get(value)
    words = text.in_language(language) if text else value
    return Fact(label, f"{words} {dimension.unit}" if dimension.unit else words)


def _notes(
    telling: Telling, pack: Pack | None, clauses: Clauses | None, story: Iterable[Entry]
) -> Iterator[str]:
    incident, word = telling.incident, telling.word
    if pack is None:
        yield word("note-no-pack")
    elif clauses is None:
        yield word("note-pack-changed").format(digest=incident.policy[:12])
    if not incident.response.decided:
        yield word("note-undecided").format(ask=incident.response.ask)
    for part in telling.parts():
        for step, reason in part.left_out.items():
            yield word("note-left-out").format(activity=step, reason=reason)
        for activity, subjects in part.unplanned.items():
            label, names = telling.label("activity", activity), telling.subjects(subjects)
            yield word("note-unplanned").format(activity=label, subjects=names)
    delivered = sum(map(is_left_out, story))
    if delivered:
        yield word("note-messages").format(count=delivered)
