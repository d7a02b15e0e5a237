"""`remit lsp` as an editor meets it: the real process, JSON-RPC over its standard streams."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editor_client import EditorClient, RefusedError

ROOT = Path(__file__).resolve().parents[2]
OFFICE = """subject: office
label: {zh: 街道办 🚒}
duties:
  - {label: {zh: "🚒🚒 灭火"}, id: fire, activity: fire, role: [accountable, responsible], \
when: {hazard: fire}}
"""
FILES = {
    "p/pack.yaml": 'remit: 1\npack: p\nversion: "1"\nlead: fire\n',
    "p/vocabulary.yaml": "dimensions:\n  hazard: {values: [fire, flood]}\n"
    "activities:\n  fire: {label: {en: Fire fighting, zh: 灭火}}\n",
    "p/subjects/office.yaml": OFFICE,
    "p/subjects/crew.yaml": "subject: crew\nunder: office\n",
}
FILE = "p/subjects/office.yaml"
LINE = OFFICE.splitlines()[3]


@pytest.fixture(name="client")
def fixture_client(tmp_path: Path) -> Iterator[EditorClient]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "remit", "lsp", "--stdio"]
    with EditorClient(command, tmp_path.resolve()) as client:
        yield client


def column(word: str) -> int:
    """Return where a word of the duty's line begins, in UTF-16 units."""
    return len(LINE[: LINE.index(word)].encode("utf-16-le")) // 2


@pytest.mark.slow
def test_a_session_from_the_first_finding_to_the_last_word(client: EditorClient) -> None:
    answer = client.initialise({"pauseMs": 0})
    assert answer["capabilities"]["renameProvider"] == {"prepareProvider": True}
    client.open(FILE)
    found = client.diagnostics(FILE, bool)
    gap = next(one for one in found if one["code"] == "R201 unowned-event")
    assert "witness: hazard=flood" in gap["message"]
    assert gap["codeDescription"]["href"].endswith("unowned_event.md")

    hover = client.at("hover", FILE, (3, column("fire}}") + 1))
    assert hover["range"] == {
        "start": {"line": 3, "character": column("fire}}")},
        "end": {"line": 3, "character": column("}}")},
    }
    assert "a value of `hazard`" in hover["contents"]["value"]
    start = gap["range"]["start"]
    told = client.at("hover", FILE, (start["line"], start["character"]))["contents"]["value"]
    assert "**R201 unowned-event**" in told
    assert "What nobody answers for is not done" in told

    typo = OFFICE.replace("when: {hazard: fire}", "when: {hazard: fier}")
    client.change(FILE, typo)
    (error,) = client.diagnostics(FILE, lambda found: "code" not in found[0])
    assert error["severity"] == 1
    assert "did you mean `fire`?" in error["message"]
    assert error["range"]["start"] == {"line": 3, "character": column("fire}}")}
    client.replace(FILE, (3, column("fire}}")), (3, column("}}")), "fire")
    again = client.diagnostics(FILE, lambda found: "code" in found[0])
    assert [one["code"] for one in again] == [one["code"] for one in found]
    assert (client.folder / FILE).read_text("utf-8") == OFFICE

    edit = client.at("rename", FILE, (3, column("fire}}")), newName="blaze")
    by_file = {one["textDocument"]["uri"]: one["edits"] for one in edit["documentChanges"]}
    assert set(by_file) == {client.uri(FILE), client.uri("p/vocabulary.yaml")}
    (here,) = by_file[client.uri(FILE)]
    assert here["range"]["start"]["character"] == column("fire}}")
    with pytest.raises(RefusedError, match="is the name of another value"):
        client.at("rename", FILE, (3, column("fire}}")), newName="flood")

    assert client.shut_down() == 0
    assert client.errors == []


@pytest.mark.slow
def test_places_offers_lenses_and_fixes(client: EditorClient) -> None:
    client.initialise({"pauseMs": 0})
    client.open(FILE)
    client.open("p/vocabulary.yaml")
    client.diagnostics(FILE, bool)
    declared = client.at("definition", FILE, (3, column("activity: ") + 11))
    assert declared[0]["uri"] == client.uri("p/vocabulary.yaml")
    used = client.at("references", FILE, (0, 10), context={"includeDeclaration": False})
    assert [one["uri"] for one in used] == [client.uri("p/subjects/crew.yaml")]
    offers = client.at("completion", FILE, (3, column("fire}}")))["items"]
    assert [one["label"] for one in offers] == ["fire", "flood"]
    (lens,) = client.ask("textDocument/codeLens", {"textDocument": {"uri": client.uri(FILE)}})
    assert lens["command"]["title"].startswith("decides 50 % of the event space")
    (subject,) = client.ask(
        "textDocument/documentSymbol", {"textDocument": {"uri": client.uri(FILE)}}
    )
    assert (subject["name"], subject["children"][0]["name"]) == ("office", "fire")
    actions = client.ask(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": client.uri(FILE)},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}},
            "context": {"diagnostics": []},
        },
    )
    fix = next(one for one in actions if one["isPreferred"])
    (change,) = fix["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": client.uri(FILE), "version": 1}
    assert change["edits"][0]["range"]["start"] == {"line": 3, "character": column("fire}}")}
    assert any("accept this finding" in one["title"] for one in actions)
    (laid,) = client.ask(
        "textDocument/formatting",
        {
            "textDocument": {"uri": client.uri(FILE)},
            "options": {"tabSize": 2, "insertSpaces": True},
        },
    )
    assert "  - id: fire\n    activity: fire\n" in laid["newText"]
    assert "🚒🚒 灭火" in laid["newText"]
    assert client.shut_down() == 0


def test_what_is_no_pack_is_no_trouble(client: EditorClient) -> None:
    client.initialise({"pauseMs": 0})
    client.open("notes.yaml", "a: [1\n")
    assert client.at("hover", "notes.yaml", (0, 0)) is None
    assert client.at("completion", "notes.yaml", (0, 0))["items"] == []
    assert client.shut_down() == 0


def test_without_the_extra_the_command_says_what_installs_it(tmp_path: Path) -> None:
    # WHY a module of that name: it stands in the way of the real one, as if it were not installed.
    (tmp_path / "pygls.py").write_text("raise ModuleNotFoundError('none', name='pygls')\n")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
        "from remit.cli import main; sys.exit(main(['lsp']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, input=""
    )
    assert done.returncode == 3
    assert "this needs the extra `lsp`" in done.stderr
    assert "python -m pip install 'remit[lsp]'" in done.stderr
    shutil.rmtree(tmp_path)
