"""`remit channels`: what messages go by here, whether it works, and the keys of links."""

from __future__ import annotations

import datetime as dt

from cyclopts import App

from remit.cli.diagnostics import message_text
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.packs import load_pack
from remit.cli.screen import say, show
from remit.engine.pack import Contact, Pack
from remit.engine.wording import LANGUAGES, Language, current_language, speaking, tell
from remit.workflows.adapters.channels import DEFAULT, ChannelNotifier, channels_of
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.messages import Message
from remit.workflows.naming import contacts_of, rosters_in
from remit.workflows.ports import DeliveryError
from remit.workflows.settings import Settings, SettingsError
from remit.workflows.wiring import MESSAGES, folder_beside, ledger_place, settings_here

__all__ = ["app", "list_channels", "rotate", "try_channels"]

app = App(name="channels", result_action="return_value")


@app.default
def list_channels(*, pack: str | None = None) -> int:
    """List the channels that are set up here, and those of a pack that are not.

    Ends with 0, 1 if the pack names a channel that is not set up.

    Args:
        pack: Folder of a pack whose contacts are held against the channels.
    """
    settings = _settings()
    names = {one.name for one in settings.channels}
    for one in settings.channels:
        show(f"{one.name}: {one.shown}")
    if not names:
        show(tell("no channel is set up: every message is written into a file beside the ledger"))
        return Exit.CLEAN
    if settings.public:
        show(tell("links: {public}, for {days} days", public=settings.public, days=settings.days))
    missing = sorted(_named(load_pack(pack)) - names) if pack else []
    for name in missing:
        say(message_text("warning", tell("the pack's channel `{name}` is not set up", name=name)))
    return Exit.FINDINGS if missing and DEFAULT not in names else Exit.CLEAN


@app.command(name="test")
def try_channels(
    name: str,
    /,
    *,
    pack: str = ".",
    ledger: str | None = None,
) -> int:
    """Send a test to a subject or a person, by each of their channels, and show the receipts.

    Ends with 0, 1 if one of them did not go out, 2 if there is nobody of that name.

    Args:
        name: The subject, or the person, as the pack names them.
        pack: Folder of the pack.
        ledger: File of the ledger, beside which files are written.
    """
    contacts, language = _contacts(load_pack(pack), name)
    settings, clock = _settings(), SystemClock()
    folder = folder_beside(ledger_place(ledger)) / MESSAGES
    try:
        notifier = ChannelNotifier(channels_of(settings, folder, clock))
    except SettingsError as error:
        raise UsageError(error.message, error.help) from error
    failed = not contacts
    for number, contact in enumerate(contacts, 1):
        message = _test(name, number, contact, language or current_language(), clock.now())
        where = f"{contact.channel} {contact.to}"
        if not notifier.carries(contact.channel) and not notifier.carries(""):
            show(tell("{where}: no such channel is set up", where=where))
            failed = True
            continue
        try:
            receipt = notifier.send(message)
            show(tell("{where}: sent by `{channel}`", where=where, channel=receipt))
        except DeliveryError as error:
            show(tell("{where}: not sent: {why}", where=where, why=error.reason))
            failed = True
    if not contacts:
        show(tell("nothing tells how to reach `{name}`", name=name))
    return Exit.FINDINGS if failed else Exit.CLEAN


@app.command
def rotate(*, ledger: str | None = None) -> int:
    """Make a new key that links are signed with; links by the key before still work.

    Args:
        ledger: File of the ledger, beside which the keys are.
    """
    from remit.workflows.adapters.signed_links import rotate_keys

    try:
        path = rotate_keys(folder_beside(ledger_place(ledger)))
    except SettingsError as error:
        raise UsageError(error.message, error.help) from error
    show(tell("links are signed with a new key in `{path}`", path=path))
    return Exit.CLEAN


def _settings() -> Settings:
    try:
        return settings_here()
    except SettingsError as error:
        raise UsageError(error.message, error.help) from error


def _named(pack: Pack) -> set[str]:
    subjects = {channel for pairs in contacts_of(pack).values() for channel, _ in pairs}
    people = (one for roster in rosters_in(pack) for one in roster.people)
    return subjects | {contact.channel for person in people for contact in person.contacts}


def _contacts(pack: Pack, name: str) -> tuple[tuple[Contact, ...], Language | None]:
    people = {one.name: one for roster in rosters_in(pack) for one in roster.people}
    if name in people:
        spoken = next((one for one in LANGUAGES if one == people[name].language), None)
        return people[name].contacts, spoken
    accounts = pack.accounts_of(name)
    if accounts:
        return next((one.contacts for one in accounts if one.contacts), ()), None
    known = [*people, *pack.subjects]
    raise UsageError(tell("there is nobody called `{name}`", name=name), did_you_mean(name, known))


def _test(
    name: str, number: int, contact: Contact, language: Language, now: dt.datetime
) -> Message:
    with speaking(language):
        title = tell("A test of remit")
        text = tell("This is a test; nothing has happened, and nothing is to be done.")
    return Message(
        key=f"test/{name}/{number}/{int(now.timestamp())}",
        incident="",
        subject=name,
        title=title,
        text=text,
        channel=contact.channel,
        address=contact.to,
        language=language,
    )
