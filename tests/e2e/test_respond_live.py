"""Incidents from the terminal: open one, look, answer, move it on, prove what happened."""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from remit.cli import main
from remit.workflows.entries import GENESIS, Draft, Entry, canonical, from_stamp, stamp
from remit.workflows.ledger import Ledger
from tests.desk import SPILL, harbour

ALERT = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>1</identifier>
<sender>a@b.example</sender><sent>2026-03-02T14:20:00+08:00</sent><status>Actual</status>
<msgType>Alert</msgType><scope>Public</scope><info><language>en-US</language>
<category>Env</category><event>Oil</event><urgency>Immediate</urgency><severity>Severe</severity>
<certainty>Observed</certainty><headline>Oil at the north pier</headline>
<area><areaDesc>North pier</areaDesc></area></info></alert>"""

SIGNAL = """
signal: oil
from: cap
when: {event: Oil}
raise: {hazard: spill, phase: response, pier: north}
"""


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


Terminal = Callable[..., Said]


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """A terminal in an empty folder, beside a pack and an event."""
    for name in ("REMIT_LEDGER", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    harbour(tmp_path, {"signals/oil.yaml": SIGNAL})
    (tmp_path / "event.json").write_text(json.dumps({**SPILL, "id": "one"}), encoding="utf-8")
    (tmp_path / "alert.xml").write_text(ALERT, encoding="utf-8")

    def run(*arguments: str) -> Said:
        code = main(list(arguments))
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    return run


def _open(terminal: Terminal, event: str = "event.json") -> str:
    said = terminal("respond", "harbour", event, "--executor", "plain")
    assert said.code == 0, said.err
    found = re.search(r"incident (\w+) opened", said.out)
    assert found is not None, said.out
    return found[1]


def test_before_anything_happened_every_command_says_how_to_begin(terminal: Terminal) -> None:
    assert "`remit respond PACK EVENT` opens one" in terminal("incidents").out
    assert terminal("inbox").out == "nothing waits for anybody\n"
    said = terminal("ledger", "verify")
    assert (said.code, said.out) == (2, "")
    assert "there is no ledger at `.remit/ledger.db`" in said.err
    assert not Path(".remit").exists()


def test_an_event_opens_an_incident_and_says_how_to_go_on(terminal: Terminal) -> None:
    said = terminal("respond", "harbour", "event.json", "--executor", "plain")
    assert said.code == 0
    assert "Warden is told, and asked to lead" in said.out
    assert re.search(r"remit ack \w+-1", said.out)
    assert Path(".remit/ledger.db").exists()


def test_an_alert_opens_an_incident_through_a_signal(terminal: Terminal) -> None:
    name = _open(terminal, "alert.xml")
    listed = terminal("incidents").out
    assert name in listed
    assert "Oil at the north pier" in listed
    # Times are shown where the alert was sent.
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", listed)


def test_the_same_event_again_is_the_same_incident(terminal: Terminal) -> None:
    name = _open(terminal)
    said = terminal("respond", "harbour", "event.json", "--executor", "plain")
    assert f"this is incident `{name}`, opened before" in said.err
    assert len(json.loads(terminal("incidents", "--format", "json").out)["incidents"]) == 1


def test_what_no_signal_answers_to_is_recorded_and_opens_nothing(terminal: Terminal) -> None:
    Path("harbour/signals/oil.yaml").unlink()
    said = terminal("respond", "harbour", "alert.xml", "--executor", "plain")
    assert (said.code, said.out) == (
        1,
        "nothing was opened: no signal of the pack `harbour` answers to it\n",
    )
    assert "2 entries" in terminal("ledger", "verify").out


@pytest.mark.parametrize(
    "event,code,told",
    [
        ("absent.json", 2, "cannot read the event `absent.json`"),
        ("harbour", 2, "cannot read the event `harbour`"),
        ("broken.json", 2, "not JSON"),
        ("wrong.json", 2, "there is no dimension `hazrad`"),
        ("broken.xml", 2, "the file ends inside `alert`"),
    ],
)
def test_what_cannot_be_read_is_told(terminal: Terminal, event: str, code: int, told: str) -> None:
    Path("broken.json").write_text("{", encoding="utf-8")
    Path("wrong.json").write_text('{"hazrad": "spill"}', encoding="utf-8")
    Path("broken.xml").write_text("<alert>", encoding="utf-8")
    said = terminal("respond", "harbour", event, "--executor", "plain")
    assert said.code == code
    assert told in said.err
    assert "Traceback" not in said.err


def test_what_could_not_be_read_is_in_the_ledger_with_the_reason(terminal: Terminal) -> None:
    Path("wrong.json").write_text('{"hazrad": "spill"}', encoding="utf-8")
    terminal("respond", "harbour", "wrong.json", "--executor", "plain")
    with sqlite3.connect(".remit/ledger.db") as connection:
        rows = connection.execute("SELECT kind, cause FROM entries ORDER BY number").fetchall()
    connection.close()
    assert rows == [("received", None), ("set-aside", 1)]


def test_a_pack_that_is_not_there_costs_no_ledger(terminal: Terminal) -> None:
    said = terminal("respond", "nowhere", "event.json")
    assert (said.code, "the pack `nowhere` is no folder" in said.err) == (2, True)
    assert not Path(".remit").exists()


def test_a_pack_that_cannot_be_loaded_loses_no_event(terminal: Terminal) -> None:
    Path("harbour/pack.yaml").write_text("remit: 1\npack: harbour\nlead: fly\n", encoding="utf-8")
    said = terminal("respond", "harbour", "event.json")
    assert said.code == 4
    assert "2 entries" in terminal("ledger", "verify").out


def test_the_inbox_shows_what_waits_and_for_whom(terminal: Terminal) -> None:
    name = _open(terminal)
    assert f"{name}-1" in terminal("inbox", "warden").out
    said = terminal("inbox", "crew")
    assert said.out == "nothing waits for `crew`\n"
    assert "something waits for: `warden`" in said.err
    (item,) = json.loads(terminal("inbox", "warden", "--format", "json").out)["items"]
    assert (item["id"], item["asks"]) == (f"{name}-1", "command")


def test_an_answer_moves_the_incident_on(terminal: Terminal) -> None:
    name = _open(terminal)
    said = terminal("ack", f"{name}-1")
    assert said.code == 0
    assert "Warden takes the lead" in said.out
    assert "clinic is consulted about “Close the gate”" in said.out


def test_the_answer_of_another_is_refused_with_the_reason(terminal: Terminal) -> None:
    name = _open(terminal)
    said = terminal("ack", f"{name}-1", "--as", "crew")
    assert said.code == 1
    assert f"error: `crew` may not answer `{name}-1`: it asks `warden`" in said.err
    assert said.out == ""
    assert "crew was refused" in terminal("timeline", name).out


@pytest.mark.parametrize("item", ["nope", "nope-1", "-1", "x-" + "9" * 50, "é-1"])
def test_an_item_that_is_none_is_told(terminal: Terminal, item: str) -> None:
    _open(terminal)
    said = terminal("ack", item) if item != "-1" else terminal("ack", "--", item)
    assert said.code == 2
    assert "Traceback" not in said.err


def test_an_incident_is_not_an_item(terminal: Terminal) -> None:
    name = _open(terminal)
    said = terminal("ack", name)
    assert f"`{name}` is an incident" in said.err
    assert terminal("ack", f"{name}-77").code == 2


def _item(terminal: Terminal, subject: str, asks: str) -> str:
    """Return the name of what a subject is asked."""
    items = json.loads(terminal("inbox", subject, "--format", "json").out)["items"]
    found = [item["id"] for item in items if item["asks"] == asks]
    assert found, f"{subject} is not asked to {asks}: {items}"
    return str(found[-1])


STORY = (
    ("ack", "warden", "command"),
    ("done", "clinic", "consult"),
    ("approve", "council", "order"),
    ("ack", "crew", "do"),
    ("done", "crew", "do"),
    ("approve", "council", "sign-off"),
    ("ack", "crew", "do"),
    ("approve", "warden", "approve"),
    ("hand-over", "crew", "do"),
    ("ack", "helpers", "accept"),
    ("done", "helpers", "do"),
    ("decline", "kitchen", "accept"),
    ("ack", "council", "accept"),
    ("approve", "warden", "sign-off"),
    ("ack", "council", "do"),
    ("done", "council", "do"),
    ("approve", "warden", "close"),
)


def test_an_incident_is_brought_to_its_close_from_the_terminal(terminal: Terminal) -> None:
    name = _open(terminal)
    for verb, subject, asks in STORY:
        more = ("--to", "helpers") if verb == "hand-over" else ("--note", "said")
        said = terminal(verb, _item(terminal, subject, asks), "--as", subject, *more)
        assert said.code == 0, (verb, subject, asks, said.err)
    assert "closed" in terminal("incidents").out
    assert terminal("inbox").out == "nothing waits for anybody\n"
    told = terminal("timeline", name, "--report", "report.html")
    assert "“feed” is handed over to helpers" in told.out
    assert "<html" in Path("report.html").read_text(encoding="utf-8")
    assert terminal("ledger", "verify").code == 0
    again = terminal("respond", "harbour", "event.json", "--executor", "plain")
    assert "it is closed (`remit reopen" in again.err
    another = terminal("respond", "harbour", "event.json", "--again", "--executor", "plain")
    assert "opened" in another.out


def test_passed_deadlines_are_seen_to_when_asked(terminal: Terminal) -> None:
    name = _open(terminal)
    assert "nothing is due" in terminal("respond", "--resume", "--executor", "plain").out
    _let_time_pass()
    said = terminal("respond", "--resume", "--executor", "plain")
    assert "no answer from Warden" in said.out
    assert "mate is called" in said.out
    assert said.err == f"seen to: {name}\n"


def _let_time_pass() -> None:
    """Rewrite the ledger as if everything in it had happened an hour before."""
    hour = dt.timedelta(hours=1)
    with Ledger.at(".remit/ledger.db") as ledger:
        entries = ledger.entries()
    with sqlite3.connect(".remit/ledger.db") as connection:
        for trigger in ("entries_keep", "chain_grows"):
            connection.execute(f"DROP TRIGGER {trigger}")
        previous = GENESIS
        for entry in entries:
            payload = dict(entry.payload)
            if isinstance(payload.get("due"), str):
                payload["due"] = stamp(from_stamp(str(payload["due"])) - hour)
            found = Entry.chained(
                Draft(entry.kind, payload, entry.actor, entry.cause),
                number=entry.number,
                incident=entry.incident,
                time=entry.time - hour,
                policy=entry.policy,
                previous=previous,
            )
            previous = found.hash
            connection.execute(
                "UPDATE entries SET time=?, payload=?, previous=?, hash=? WHERE number=?",
                (stamp(found.time), canonical(payload), found.previous, found.hash, found.number),
            )
        connection.execute("UPDATE chain SET hash=?", (previous,))
        connection.execute("UPDATE timers SET due = '2000-01-01T00:00:00.000000Z'")
    connection.close()


def test_a_changed_ledger_is_told_with_the_place(terminal: Terminal) -> None:
    _open(terminal)
    noted = terminal("ledger", "head").out.strip()
    assert terminal("ledger", "verify", "--head", noted).code == 0
    with sqlite3.connect(".remit/ledger.db") as connection:
        connection.execute("DROP TRIGGER entries_keep")
        connection.execute("UPDATE entries SET actor = 'mate' WHERE number = 3")
    connection.close()
    said = terminal("ledger", "verify")
    assert (said.code, said.out) == (
        1,
        "entry 3 was changed: its hash does not fit its content\n",
    )
    assert json.loads(terminal("ledger", "verify", "--format", "json").out)["whole"] is False
    assert terminal("ledger", "verify", "--head", "x").code == 2


def test_a_ledger_is_named_by_option_or_by_environment(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = terminal(
        "respond", "harbour", "event.json", "--executor", "plain", "--ledger", "deep/er/x.db"
    )
    assert said.code == 0
    assert not Path(".remit").exists()
    monkeypatch.setenv("REMIT_LEDGER", "deep/er/x.db")
    assert "notified" in terminal("incidents").out
    monkeypatch.setenv("REMIT_LEDGER", "mysql://db/remit")
    said = terminal("incidents")
    assert (said.code, "a ledger cannot be kept in `mysql`" in said.err) == (2, True)


def test_a_file_that_is_no_ledger_is_told(terminal: Terminal) -> None:
    said = terminal("incidents", "--ledger", "event.json")
    assert (said.code, "is not a ledger" in said.err) == (2, True)


def test_an_event_that_nobody_owns_is_opened_and_told(terminal: Terminal) -> None:
    Path("harbour/subjects/warden.yaml").write_text(
        "subject: warden\nauthority: [{id: lead, power: lead, when: {}}]\n", encoding="utf-8"
    )
    said = terminal("respond", "harbour", "event.json", "--executor", "plain")
    assert said.code == 1
    assert "nobody owns it" in said.out
    assert "nobody owns this event" in said.err
    assert "council is told, and asked to lead" in said.out


def test_an_event_that_is_not_fully_known_asks_for_what_decides(terminal: Terminal) -> None:
    pack = Path("harbour/subjects/mate.yaml")
    pack.write_text(
        pack.read_text(encoding="utf-8")
        + "duties:\n  - {id: command, activity: command, role: accountable, when: {pier: south},"
        " exception_to: [warden/command]}\n",
        encoding="utf-8",
    )
    event = '{"hazard": "spill", "phase": "response"}'
    Path("event.json").write_text(event, encoding="utf-8")
    said = terminal("respond", "harbour", "event.json", "--executor", "plain")
    assert "`pier` would decide more" in said.err
    assert "opened" in said.out


def test_the_timeline_as_json_has_every_entry_with_its_hash(terminal: Terminal) -> None:
    name = _open(terminal)
    found = json.loads(terminal("timeline", name, "--format", "json").out)
    assert [entry["kind"] for entry in found["entries"]] == [
        "received",
        "opened",
        "asked",
        "delivered",
    ]
    assert all(len(entry["hash"]) == 64 for entry in found["entries"])
    assert terminal("timeline", "nope").code == 2


def test_labels_are_shown_in_the_language_asked_for(terminal: Terminal) -> None:
    name = _open(terminal)
    assert "管理员" in terminal("inbox", "warden", "--lang", "zh").out
    assert "通知管理员" in terminal("timeline", name, "--lang", "zh").out


@pytest.mark.slow
def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['sqlalchemy'] = None; from remit.cli import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "incidents"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert "python -m pip install 'remit[run]'" in done.stderr
