"""What a season does on the virtual clock, in whatever language, and what is taken back."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from remit.engine.errors import SeasonErrors
from remit.engine.events import Event
from remit.engine.language.loader import load
from remit.engine.language.seasons import read_season
from remit.engine.pack import Pack
from remit.engine.season import Happening, Manner, Season, Shifted
from remit.engine.wording import speaking
from remit.workflows.entries import Draft, stamp
from remit.workflows.ledger_memory import MemoryLedger
from remit.workflows.simulation.comparing import compare
from remit.workflows.simulation.retelling import retell
from remit.workflows.simulation.world import World, simulate

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
FILES = {
    "pack.yaml": "remit: 1\npack: desk\nversion: 1\nlead: command\n",
    "vocabulary.yaml": (
        "dimensions:\n  hazard: {values: [fire, flood]}\n"
        "  cases: {integer: {min: 0, max: 9}}\n"
        "activities:\n  command: {}\n  pump: {needed: {hazard: flood}}\n"
    ),
    "subjects/office.yaml": (
        "subject: office\ncontacts: [{channel: phone, to: '1'}]\nduties:\n"
        "  - {id: command, activity: command, role: [accountable, responsible]}\n"
        "  - {id: pump, activity: pump, role: accountable}\n"
    ),
    "subjects/crew.yaml": (
        "subject: crew\nunder: office\ncontacts: [{channel: phone, to: '2'}]\nduties:\n"
        "  - {id: pump, activity: pump, role: responsible}\n"
    ),
    "rosters/crew.yaml": (
        "roster: crew-duty\nsubject: crew\nzone: Europe/Berlin\n"
        "people:\n  ann: {contacts: [{channel: phone, to: '3'}]}\n"
        "  bob: {contacts: [{channel: phone, to: '4'}]}\n"
        "shifts:\n  - {days: [mon, tue, wed, thu, fri, sat, sun], "
        'from: "00:00", to: "12:00", people: [ann]}\n'
        "  - {days: [mon, tue, wed, thu, fri, sat, sun], "
        'from: "12:00", to: "00:00", people: [bob]}\n'
    ),
}


@pytest.fixture(name="pack", scope="module")
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return desk(tmp_path_factory.mktemp("desk"))


def desk(home: Path, **changed: str) -> Pack:
    for name, text in {**FILES, **changed}.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    return load(home)


def flood(*manners: Manner, shifts: tuple[Shifted, ...] = ()) -> Season:
    event = Event({"hazard": "flood", "cases": 1})
    happening = Happening("flood", 9 * 3600, event)
    return Season("floods", START, 3, 1, (happening,), (), manners, shifts=shifts)


def people_told(world: World) -> list[str]:
    entries = world.ledger.all_entries
    return [str(e.payload["person"]) for e in entries if e.kind == "delivered"]


@pytest.mark.slow
def test_people_who_decline_for_days_are_called_again_and_again(pack: Pack) -> None:
    """Who leads is asked in as many rounds as it takes, and the recording is retold whole."""
    always = Manner(declines=100, answers=(150, 150))
    world = simulate(replace(flood(always), days=1), pack)
    rounds = [e for e in world.ledger.all_entries if e.kind in {"asked", "escalated"}]
    assert len(rounds) > 300
    assert retell(world.ledger.all_entries, pack).difference is None


def test_who_declined_the_lead_may_take_it_in_a_later_round(pack: Pack) -> None:
    """Once everybody has declined all are called again, and one of them takes it."""
    first = Manner(purposes=("command",), days=(1, 1), declines=100, answers=(36_000, 36_000))
    then = Manner(purposes=("command",), says="ack", answers=(60, 60))
    world = simulate(flood(first, then), pack)
    name = next(iter(world.ledger.by_id))
    assert "acknowledged" in {item.outcome for item in world.ledger.by_id[name].items.values()}
    asked = [e.payload["ask"] for e in world.ledger.all_entries if e.kind == "asked"]
    assert "response//command/office#2" in asked


def test_the_ledger_of_a_season_is_the_same_in_every_language(pack: Pack) -> None:
    """The head depends on the season alone; a season in Chinese has reasons in Chinese."""
    season = flood(Manner(declines=40, hands_over=30))
    plain = simulate(season, pack).ledger
    with speaking("zh"):
        assert plain.head() == simulate(season, pack).ledger.head()
        assert retell(plain.all_entries, pack).difference is None
    chinese = simulate(replace(season, language="zh"), pack).ledger
    assert plain.head() != chinese.head()
    assert retell(chinese.all_entries, pack).difference is None


def test_an_override_sends_messages_to_whoever_is_on_duty_instead(pack: Pack) -> None:
    """Rosters change on the virtual clock as they do in live use, and so in a replay."""
    stretch = ("2026-03-02T00:00", "2026-03-04T00:00")
    order = Shifted(3600, "crew-duty", stretch, ("bob",), by="crew")
    season = flood(Manner())
    assert "ann" in people_told(simulate(season, pack))
    world = simulate(replace(season, shifts=(order,)), pack)
    assert {"bob"} == {name for name in people_told(world) if name}
    assert retell(world.ledger.all_entries, pack).difference is None


def test_a_swap_counts_once_it_is_accepted(pack: Pack) -> None:
    """The same offer changes nothing where the other one declines it."""
    swap = Shifted(
        60, "crew-duty", ("2026-03-02T00:00", "2026-03-02T12:00"), ("bob",), instead_of="ann"
    )
    season = flood(Manner(answers=(60, 120)))
    for answer, on_duty in (("accept", "bob"), ("decline", "ann"), ("nothing", "ann")):
        world = simulate(replace(season, shifts=(replace(swap, answer=answer),)), pack)
        assert on_duty in people_told(world)[:4]
        assert [] == world.unshifted


def test_who_may_not_change_a_roster_is_refused(pack: Pack) -> None:
    """A change that the rules are against is told, and written nowhere."""
    stretch = ("2026-03-02T00:00", "2026-03-04T00:00")
    not_on_it = Shifted(60, "crew-duty", stretch, ("eve",), by="crew")
    world = simulate(flood(shifts=(not_on_it,)), pack)
    assert len(world.unshifted) == 1
    assert "eve" in world.unshifted[0][1]
    assert "roster-overridden" not in {e.kind for e in world.ledger.all_entries}


def test_changes_of_rosters_are_replayed_under_another_pack(pack: Pack, tmp_path: Path) -> None:
    """What was overridden and swapped in the recording holds in the comparison, too."""
    stretch = ("2026-03-02T00:00", "2026-03-02T12:00")
    swap = Shifted(60, "crew-duty", stretch, ("bob",), instead_of="ann")
    recorded = simulate(flood(Manner(), shifts=(swap,)), pack).ledger.all_entries
    other = desk(tmp_path, **{"pack.yaml": FILES["pack.yaml"].replace("version: 1", "version: 2")})
    found = compare(tuple(recorded), other)
    assert () == found.moves
    assert 0 == found.unheard
    kinds = [e.kind for e in found.world.ledger.all_entries]
    assert kinds.count("swap-accepted") == 1


def test_a_question_nobody_answered_was_asked_all_the_same(pack: Pack, tmp_path: Path) -> None:
    """Only questions that the recording does not have count as asked of nobody there."""
    recorded = simulate(flood(Manner(silent=100)), pack).ledger.all_entries
    other = desk(tmp_path, **{"pack.yaml": FILES["pack.yaml"].replace("version: 1", "version: 2")})
    assert 0 == compare(tuple(recorded), other).unheard
    moved = FILES["subjects/office.yaml"].replace("subject: office", "subject: bureau")
    home = tmp_path / "moved"
    files = {
        "subjects/office.yaml": moved,
        "subjects/crew.yaml": FILES["subjects/crew.yaml"].replace("under: office", "under: bureau"),
    }
    assert compare(tuple(recorded), desk(home, **files)).unheard > 0


def test_what_was_written_before_an_error_is_taken_back(pack: Pack) -> None:
    """A ledger in memory is as it was before: entries, incidents, messages, receipts."""
    season = flood(Manner(silent=100))
    book = simulate(season, pack).ledger
    name = next(iter(book.by_id))
    before = (book.head(), book.by_id[name], dict(book.receipts), book.waiting(name))
    incident = book.by_id[name]

    def failing() -> None:
        with book.write() as writing:
            entry = writing.append([Draft("swap-offered", {})], time=START)[0]
            writing.keep_receipt("digest", entry)
            with book.write() as inner:
                due = {"item": 1, "due": stamp(season.end)}
                inner.append([Draft("reminded", due)], time=incident.time, incident=name)
            assert before[3] != book.waiting(name)
            raise LookupError

    with pytest.raises(LookupError):
        failing()
    assert before == (book.head(), book.by_id[name], dict(book.receipts), book.waiting(name))
    assert () == book.entries_of(("swap-offered",))


def test_an_inner_transaction_is_taken_back_alone() -> None:
    """What the outer one wrote stays, and numbers go on without a hole."""
    book = MemoryLedger()
    with book.write() as writing:
        writing.append([Draft("swap-offered", {})], time=START)
        with suppress(LookupError), book.write() as inner:
            inner.append([Draft("swap-accepted", {})], time=START)
            raise LookupError
        writing.append([Draft("swap-declined", {})], time=START)
    assert ["swap-offered", "swap-declined"] == [e.kind for e in book.all_entries]
    assert [1, 2] == [e.number for e in book.all_entries]


def test_mistakes_about_days_and_names_are_told_with_their_places(
    pack: Pack, tmp_path: Path
) -> None:
    """What lies past the end, and a name given twice, is no season."""
    file = tmp_path / "season.yaml"
    file.write_text(
        "season: s\nstart: 2026-03-02T00:00:00+00:00\ndays: 2\narrivals:\n"
        "  - {name: a, day: 1, time: '08:00', event: {hazard: fire}}\n"
        "  - {name: a, day: 3, time: '08:00', event: {hazard: fire}}\n"
        "rosters:\n"
        "  - {day: 1, time: '08:00', roster: crews, give: 2026-03-02T00:00, people: bob}\n",
        encoding="utf-8",
    )
    with pytest.raises(SeasonErrors) as caught:
        read_season(str(file), pack)
    places = [(e.span.line, e.span.column) for e in caught.value.errors if e.span is not None]
    assert [(6, 12), (6, 20), (8, 37), (8, 50)] == places
