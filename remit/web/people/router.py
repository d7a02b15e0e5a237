"""The pages for people with a signed link: GET shows and changes nothing, POST acts, once.

Everything said here goes through `Driver.answer`, the same gate as the commands; that a word is
spoken twice changes nothing, for the ledger decides, and the page shows what stands.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, cast

from fastapi import APIRouter, BackgroundTasks, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from remit.engine.pack import Roster
from remit.engine.wording import Language, mark, speaking, tell, tell_marked
from remit.web.people.door import Door
from remit.web.people.guards import LARGEST_FORM, Limit, comes_from_here, headers, language_of
from remit.web.people.templates import page, style
from remit.web.people.views import item_view, rows_of
from remit.web.problems import RETRY_S
from remit.workflows.adapters.calendars import Feed, calendar_of
from remit.workflows.adapters.signed_links import Kind, LinkError, Ticket
from remit.workflows.answers import Refusal, Word
from remit.workflows.duty import known_rosters, next_stints
from remit.workflows.incident import Incident, Item
from remit.workflows.ledger_errors import LedgerDoubtError, LedgerError
from remit.workflows.lifecycle import Verb
from remit.workflows.roster_changes import ROSTER_KINDS, changes_of, roster_changes

__all__ = ["people_router"]

SHOWN_DAYS = 14
"""Days ahead of which the page of a person tells when they are on duty."""


def people_router(door: Door) -> APIRouter:
    """Return the routes `/a/TOKEN`, `/me/TOKEN` and `/roster/TOKEN.ics`."""
    router = APIRouter(include_in_schema=False)
    desk = _Desk(door, Limit(door.calls_a_minute))
    look = ["GET", "HEAD"]
    # WHY HEAD too: chat programs look before they show a preview; that must be as safe as GET.
    router.add_api_route("/a/{token}", desk.item, methods=look, response_class=HTMLResponse)
    router.add_api_route("/a/{token}", desk.say, methods=["POST"], response_class=HTMLResponse)
    router.add_api_route("/me/{token}", desk.inbox, methods=look, response_class=HTMLResponse)
    router.add_api_route("/roster/{token}.ics", desk.calendar, methods=look)
    return router


_TOO_OFTEN = (mark("Too often"), mark("Wait a minute, and look again."))
_TOO_LONG = (mark("Too long"), mark("Say it in fewer words."))
_ELSEWHERE = (mark("Not from this page"), mark("Open the link itself, and answer there."))
_EXPIRED = (
    mark("This link has expired"),
    mark("Ask for a new one, or answer in another way: nothing was changed."),
)
_AWAY = (
    mark("Not just now"),
    mark(
        "The record cannot be reached. Nothing was changed: go back, and try again in a minute."
        " If it cannot wait, telephone."
    ),
)
_IN_DOUBT = (
    mark("It is not known yet whether your word stands"),
    mark(
        "The record went away as it was written. Open the link again in a minute:"
        " it shows what stands."
    ),
)
_WRONG = (
    mark("This link does not work"),
    mark("It may have been cut off. Open it as a whole: nothing was changed."),
)


class _FaultError(Exception):
    """A page that says why there is none."""

    def __init__(self, status: int, title: str, text: str) -> None:
        super().__init__(title)
        self.status, self.title, self.text = status, title, text


@dataclass(frozen=True, slots=True)
class _Held:
    """A ticket that was read, with the language of whoever holds it."""

    ticket: Ticket
    language: Language


@dataclass(frozen=True, slots=True)
class _Desk:
    door: Door
    limit: Limit

    def item(self, request: Request, token: str) -> Response:
        """Show what is asked, and how it can be answered; nothing else happens."""
        return self._answer(request, "a", token, self._show_item)

    def inbox(self, request: Request, token: str) -> Response:
        """Show what waits for a person, and when they are on duty."""
        return self._answer(request, "me", token, self._show_inbox)

    def calendar(self, request: Request, token: str) -> Response:
        """Give a calendar of duty."""
        return self._answer(request, "roster", token, self._show_calendar)

    def say(
        self,
        request: Request,
        token: str,
        background: BackgroundTasks,
        verb: Annotated[str, Form(max_length=20)] = "",
        note: Annotated[str, Form(max_length=2_000)] = "",
        to: Annotated[str, Form(max_length=200)] = "",
        amount: Annotated[str, Form(max_length=40)] = "",
    ) -> Response:
        """Take a word, and show what stands then."""
        # WHY only with these: the field stands beside all buttons, and says nothing to the others.
        given = amount.strip() if verb in {"ack", "approve"} else ""
        word = Word(cast("Verb", verb), "", note.strip(), to or None, amount=given or None)

        def act(request: Request, held: _Held) -> Response:
            return self._take(request, held, word, background)

        return self._answer(request, "a", token, act)

    def _answer(
        self,
        request: Request,
        kind: Kind,
        token: str,
        show: Callable[[Request, _Held], Response],
    ) -> Response:
        language = language_of(request, None)
        try:
            with _told_if_away():
                self._guard(request)
                ticket = self._ticket(kind, token)
                language = language_of(request, self._own_language(ticket))
                with speaking(language):
                    found = show(request, _Held(ticket, language))
        except _FaultError as fault:
            with speaking(language):
                title, said = tell_marked(fault.title), tell_marked(fault.text)
                text = page("fault", language, title=title, text=said)
            found = HTMLResponse(text, fault.status)
            if fault.status == HTTPStatus.SERVICE_UNAVAILABLE:
                found.headers["Retry-After"] = str(RETRY_S)
        found.headers.update(headers(style()))
        return found

    def _guard(self, request: Request) -> None:
        address = request.client.host if request.client is not None else ""
        if not self.limit.allows(address, self.door.clock.now().timestamp()):
            raise _FaultError(429, *_TOO_OFTEN)
        if request.method != "POST":
            return
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_FORM:
            raise _FaultError(413, *_TOO_LONG)
        if not comes_from_here(request, self.door.public):
            raise _FaultError(403, *_ELSEWHERE)

    def _ticket(self, kind: Kind, token: str) -> Ticket:
        try:
            return self.door.links.read(kind, token)
        except LinkError as error:
            raise _FaultError(
                *((410, *_EXPIRED) if error.is_expired else (404, *_WRONG))
            ) from error

    def _own_language(self, ticket: Ticket) -> str | None:
        found = self._incident(ticket)
        rosters = known_rosters(self.door.ledger) if found is None else found.response.duty
        people = (roster.person(ticket.person) for roster in rosters if ticket.person)
        return next((one.language for one in people if one is not None and one.language), None)

    def _incident(self, ticket: Ticket) -> Incident | None:
        return self.door.ledger.incident(ticket.incident) if ticket.incident else None

    def _known(self, ticket: Ticket) -> Incident:
        found = self._incident(ticket)
        if found is None or ticket.item not in found.items:
            raise _FaultError(404, *_WRONG)
        return found

    def _show_item(self, request: Request, held: _Held) -> Response:
        said = tell("Your word stands.") if request.query_params.get("said") == "1" else ""
        return HTMLResponse(self._item_page(held, said=said))

    def _item_page(self, held: _Held, **parts: str) -> str:
        ticket, language = held.ticket, held.language
        incident = self._known(ticket)
        entries = self.door.ledger.entries(incident.id)
        pack, now = self.door.pack(incident), self.door.clock.now()
        view = item_view(incident, ticket, entries, pack, language, now)
        shown = {"said": "", "refused": "", "advice": "", "note": "", **parts}
        return page(
            "item",
            language,
            title=f"{view.asks} – {view.title}",
            view=view,
            words=_item_words(),
            speaker=_speaker(incident, ticket, language),
            # WHY relative: the page may stand below any path.
            action=f"?lang={language}",
            inbox=self._address(replace(ticket, kind="me")),
            **shown,
        )

    def _take(
        self, request: Request, held: _Held, word: Word, background: BackgroundTasks
    ) -> Response:
        ticket = held.ticket
        incident = self._known(ticket)
        if word.verb not in ticket.verbs:
            text = self._item_page(held, refused=tell("This cannot be said here."), note=word.note)
            return HTMLResponse(text, 409)
        driver = self.door.driver(held.language)
        told = replace(word, by=ticket.subject, person=ticket.person)
        answer = driver.answer(incident.id, ticket.item, told, follow=True)
        if isinstance(answer, Refusal):
            text = self._item_page(
                held, refused=answer.reason, advice=_for_page(answer.help), note=word.note
            )
            return HTMLResponse(text, 409)
        background.add_task(self.door.after, driver, incident.id)
        place = f"{request.url.path.rpartition('/')[2]}?said=1&lang={held.language}"
        return RedirectResponse(place, 303, background=background)

    def _show_inbox(self, request: Request, held: _Held) -> Response:  # noqa: ARG002 - as the others
        ticket, language = held.ticket, held.language
        ledger, now = self.door.ledger, self.door.clock.now()
        waiting: list[tuple[Incident, Item]] = []
        for one in ledger.inbox((ticket.subject,)):
            incident = ledger.incident(one.incident)
            if incident is not None:
                waiting.append((incident, incident.items[one.number]))

        def address(incident: Incident, item: Item) -> str:
            return self.door.links.to_item(incident, item, ticket.person)

        text = page(
            "inbox",
            language,
            title=tell("What waits for you"),
            speaker=self._speaker(ticket, language),
            rows=rows_of(waiting, language, now, address),
            words=_inbox_words(),
            duty=self._duty(ticket, now),
            calendar=self._address(replace(ticket, kind="roster")),
        )
        return HTMLResponse(text)

    def _speaker(self, ticket: Ticket, language: Language) -> str:
        for summary in self.door.ledger.incidents():
            incident = self.door.ledger.incident(summary.id)
            if incident is not None:
                return _speaker(incident, ticket, language)
        return ticket.person or ticket.subject

    def _duty(self, ticket: Ticket, now: dt.datetime) -> list[str]:
        changes = changes_of(self.door.ledger.entries_of(ROSTER_KINDS))
        rosters = self._rosters(ticket)
        try:
            found = next_stints(rosters, ticket.person, now, SHOWN_DAYS, changes)
        except zoneinfo.ZoneInfoNotFoundError:
            return []
        return [
            f"{_local(one.start, roster)} – {_local(one.end, roster)[5:]} ({roster.zone})"
            for roster, one in found
        ]

    def _rosters(self, ticket: Ticket) -> tuple[Roster, ...]:
        return tuple(
            one
            for one in known_rosters(self.door.ledger)
            if (not ticket.roster or one.name == ticket.roster)
            and (not ticket.subject or ticket.person or one.subject == ticket.subject)
        )

    def _show_calendar(self, request: Request, held: _Held) -> Response:  # noqa: ARG002 - as the others
        ticket, ledger = held.ticket, self.door.ledger
        entries = ledger.entries_of(ROSTER_KINDS)
        newest = next((one.id for one in ledger.incidents(most=1)), None)
        incident = None if newest is None else ledger.incident(newest)

        def label(kind: str, name: str) -> str:
            return name if incident is None else incident.response.label(kind, name, held.language)

        feed = Feed(self._rosters(ticket), ticket.person, label)
        now = self.door.clock.now()
        content = calendar_of(feed, changes_of(entries), roster_changes(entries), now)
        return Response(content, media_type="text/calendar; charset=utf-8")

    def _address(self, ticket: Ticket) -> str:
        return self.door.links.address(replace(ticket, incident="", item=0, verbs=()))


@contextmanager
def _told_if_away() -> Iterator[None]:
    """Turn a ledger that is away into the page that says so."""
    try:
        yield
    except LedgerDoubtError as error:
        raise _FaultError(503, *_IN_DOUBT) from error
    except LedgerError as error:
        raise _FaultError(503, *_AWAY) from error


def _for_page(advice: str) -> str:
    """Return an advice as far as it helps without a terminal."""
    return "" if "`remit " in advice or "`--" in advice else advice


def _speaker(incident: Incident, ticket: Ticket, language: Language) -> str:
    subject = incident.response.label("subject", ticket.subject, language)
    if not ticket.person:
        return subject
    person = incident.response.label("person", ticket.person, language)
    return f"{subject}（{person}）" if language == "zh" else f"{subject} ({person})"


def _local(second: int, roster: Roster) -> str:
    shown = dt.datetime.fromtimestamp(second, zoneinfo.ZoneInfo(roster.zone))
    return f"{shown:%Y-%m-%d %H:%M}"


def _item_words() -> dict[str, str]:
    return {
        "incident": tell("Item"),
        "until": tell("Until"),
        "stands": tell("What stands:"),
        "note": tell("Note (why, or what others should know)"),
        "to": tell("To whom, if you hand it over"),
        "amount": tell("How much, if it is less than asked for"),
        "nobody": tell("nobody"),
        "speaks": tell("You speak for"),
        "facts": tell("What and where"),
        "who": tell("Who is who"),
        "why": tell("Why you"),
        "news": tell("What happened last"),
        "inbox": tell("What else waits for you"),
    }


def _inbox_words() -> dict[str, str]:
    return {
        "nothing": tell("Nothing waits for you."),
        "until": tell("Until"),
        "late": tell("late"),
        "taken": tell("in hand"),
        "duty": tell("Your duty in the next two weeks"),
        "none": tell("You are not on duty."),
        "calendar": tell("Subscribe to your duty as a calendar"),
    }
