"""Every command, route and page by which somebody acts asks the judge that the one table names.

A stranger tries each; it is refused, whoever judges was asked, and the refusal is on record.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi.routing import APIRoute

from remit.cli import main
from remit.cli.exits import Exit
from remit.engine.language.loader import load
from remit.web.app import build_app
from remit.web.people.door import Door
from remit.web.people.router import people_router
from remit.workflows.adapters.shelves import candidate_of
from remit.workflows.adapters.signed_links import SignedLinks
from remit.workflows.entries import Draft, Json
from remit.workflows.gate import ACTS
from remit.workflows.roster_changes import override_draft, swap_draft
from remit.workflows.tokens import RIGHTS
from tests.authority_town import CHANGES
from tests.desk import NOON, harbour
from tests.integration.web.conftest import Site, spill
from tests.web_client import Client
from tests.web_people import KEYS

V1 = "/api/v1"
HOURS = "2030-06-01T09:00/2030-06-01T11:00"
AS = ("--as", "stranger")
FREE = frozenset({"let-in", "carry", "break-glass"})
"""Acts that no policy judges, and the one that is an option of others."""
TAKING = frozenset({"report_api_v1_events_post"})
"""Routes by which nobody acts: what comes in is nobody's word."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "ack": ("{item}", *AS),
    "done": ("{item}", *AS),
    "decline": ("{item}", "--note", "no", *AS),
    "hand-over": ("{item}", "--to", "mate", *AS),
    "approve": ("{item}", *AS),
    "undo": ("{item}", *AS),
    "seen": ("{incident}", *AS),
    "reassign": ("{item}", "--to", "mate", "--reason", "x", *AS),
    "cancel": ("{incident}", "--reason", "x", *AS),
    "reopen": ("{incident}", "--reason", "x", *AS),
    "merge": ("{incident}", "--into", "{other}", "--reason", "x", *AS),
    "split": ("{incident}", "{event}", "--reason", "x", *AS),
    "review": ("{incident}", "--note", "x", *AS),
    "request": ("{item}", "--amount", "5", "--for", "x", *AS),
    "spend": ("{item}", "--amount", "5", "--for", "x", *AS),
    "stock add": ("bread", "1", "--reason", "x", *AS),
    "stock use": ("{item}", "bread", "1", *AS),
    "declare": ("tide=high", "--reason", "x", "--yes", *AS),
    "update": ("{incident}", "pier=south", "--reason", "x", "--yes", *AS),
    "activate": ("{pack}", "--reason", "x", "--yes", *AS),
    "move": ("--all", "--reason", "x", "--yes", *AS),
    "roster override": ("council", "bo", "--when", HOURS, "--pack", "{pack}", *AS),
    "roster swap": ("council", "an", "bo", "--when", HOURS, "--pack", "{pack}", *AS),
    "roster accept": ("{swap}", "--pack", "{pack}", *AS),
    "roster decline": ("{swap}", "--pack", "{pack}", *AS),
    "roster withdraw": ("{override}", "--pack", "{pack}", *AS),
}
BODIES: dict[str, dict[str, object]] = {
    "hand_over": {"to": "mate"},
    "reassign": {"to": "mate"},
    "merge": {"into": "{other}"},
    "split": {"event": {"hazard": "spill", "phase": "response", "pier": "south"}},
    "spend": {"amount": "5"},
    "request": {"amount": "5"},
    "declare": {"values": {"tide": "high"}},
    "update": {"values": {"pier": "south"}},
}


class Town:
    """A server over two open incidents, and what the commands and routes name."""

    def __init__(self, site: Site) -> None:
        self.site = site
        harbour(site.office.pack.parent, CHANGES)
        self.names = {"incident": site.opened(), "other": site.opened("two")}
        self.names |= {"item": f"{self.names['incident']}-1", "pack": str(site.office.pack)}
        event = site.office.pack.parent / "event.json"
        event.write_bytes(spill("three"))
        self.names["event"] = str(event)
        stretch = (NOON.replace(year=2030), NOON.replace(year=2030, hour=14))
        pack = site.office.pack
        candidate, _ = candidate_of(site.office.ledger, str(pack), load, NOON)
        found = candidate.pack
        payload: dict[str, Json] = {
            "name": found.name, "version": found.version, "digest": found.digest,
            "home": candidate.home, "files": candidate.archive, "reason": "", "agreed": [],
            "power": "", "before": "",
        }  # fmt: skip
        drafts = [
            swap_draft("council", stretch, None, giver="an", taker="bo"),
            override_draft("council", stretch, ["bo"], by="council"),
            Draft("activated", payload, actor="council"),
        ]
        with site.office.ledger.write() as writing:
            entries = writing.append(drafts, time=NOON)
        self.names |= {"swap": str(entries[0].number), "override": str(entries[1].number)}

    def refusals(self) -> list[str]:
        """Return who was refused what, in the order it was written."""
        return [
            entry.actor
            for entry in self.site.office.ledger.entries()
            if entry.kind in {"refused", "denied"}
        ]


@pytest.fixture
def town(site: Site, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setenv("REMIT_LEDGER", site.office.place)
    monkeypatch.chdir(site.office.pack)
    return Town(site)


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The judges of the table that were called; each goes on judging."""
    found: set[str] = set()
    for judge in {judge for act in ACTS.values() for judge in act.judges}:
        module, _, path = judge.partition(":")
        holder, _, name = path.rpartition(".")
        home: object = importlib.import_module(f"remit.workflows.{module}")
        place = getattr(home, holder) if holder else home
        own = getattr(place, name)
        watched = _watched(own, judge, found)
        monkeypatch.setattr(place, name, watched)
        for other in [one for title, one in sys.modules.items() if title.startswith("remit.")]:
            if getattr(other, name, None) is own:
                monkeypatch.setattr(other, name, watched)
    return found


def _watched(own: Callable[..., object], judge: str, found: set[str]) -> Callable[..., object]:
    def watched(*given: object, **named: object) -> object:
        found.add(judge)
        return own(*given, **named)

    return watched


def _judges(*, command: str = "", route: str = "") -> set[str]:
    """Return the judges of the acts that a command or a route does."""
    return {
        judge
        for act in ACTS.values()
        if command in act.commands or route in act.routes
        for judge in act.judges
    }


@pytest.mark.slow
def test_every_command_asks_its_judge_and_refuses_a_stranger(
    town: Town, called: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    acting = {name for act in ACTS.values() if act.judges for name in act.commands}
    assert acting == set(COMMANDS)
    for command, arguments in COMMANDS.items():
        before = town.refusals()
        words = [word.format(**town.names) for word in arguments]
        called.clear()
        code = main([*command.split(), *words])
        told = capsys.readouterr()
        assert code == Exit.FINDINGS, (command, told)
        assert called & _judges(command=command), command
        assert town.refusals()[len(before) :] == ["stranger"], (command, told)


@pytest.mark.parametrize(
    "arguments, told",
    [
        (("gold", "1", "--reason", "x"), "there is no stock"),
        (("bread", "0", "--reason", "x"), "cannot be added"),
        (("bread", "1", "--reason", " "), "needs a reason"),
    ],
)
def test_a_count_that_cannot_be_is_no_refusal(
    town: Town, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert main(["stock", "add", *arguments]) == Exit.USAGE
    assert told in capsys.readouterr().err
    assert town.refusals() == []


@pytest.mark.slow
def test_every_route_asks_its_judge_and_refuses_a_stranger(town: Town, called: set[str]) -> None:
    paths = town.site.client.get(f"{V1}/openapi.json").json()["paths"]
    routes = {
        way["operationId"]: path
        for path, ways in paths.items()
        for method, way in ways.items()
        if method != "get"
    }
    acting = {name for act in ACTS.values() for name in act.routes}
    assert acting - {"page"} == set(routes) - TAKING
    headers = town.site.token(rights=RIGHTS)
    for name in sorted(acting - {"page"}):
        before = town.refusals()
        place = "item" if "/items/" in routes[name] else "incident"
        path = routes[name].replace("{name}", town.names[place])
        path = path.format(item=town.names["item"], incident=town.names["incident"])
        body = {"as": "stranger", **BODIES.get(name, {})}
        body |= {"into": town.names["other"]} if name == "merge" else {}
        said = "note" if "/items/" in path and name not in {
            "reassign", "undo", "spend", "request"} else "reason"  # fmt: skip
        called.clear()
        answer = town.site.client.post(path, headers=headers, json={said: "x", **body})
        assert answer.status_code in {403, 409}, (name, answer.text)
        assert called & _judges(route=name), name
        assert town.refusals()[len(before) :] == ["stranger"], (name, answer.text)
        assert answer.json().get("help"), (name, answer.text)


def test_the_page_of_a_person_asks_the_judge(town: Town, called: set[str]) -> None:
    """The page speaks for whom its link was made, and the judge is asked all the same."""
    office = town.site.office
    links = SignedLinks(KEYS, "http://127.0.0.1", 7, office.clock)
    door = Door(
        office.ledger,
        lambda language: replace(office.driver, language=language, linker=links),
        links,
        office.clock,
        pack=town.site.desk.packs.pack_of,
    )
    app = build_app(replace(town.site.desk, door=door))
    pages = [route for route in people_router(door).routes if isinstance(route, APIRoute)]
    changing = {route.path for route in pages if (route.methods or set()) - {"GET", "HEAD"}}
    assert {"/a/{token}"} == changing
    incident = office.incident(town.names["incident"])
    path = links.to_item(incident, incident.items[1], "").removeprefix("http://127.0.0.1")
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://127.0.0.1"}
    answer = Client(app).post(path, headers=sent, content="verb=ack")
    assert 303 == answer.status_code
    assert called & _judges(route="page")


def test_what_no_policy_judges_is_named_so() -> None:
    assert {name for name, act in ACTS.items() if not act.judges} | {"break-glass"} == FREE
