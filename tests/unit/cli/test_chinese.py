"""In Chinese no sentence of the program stays English, and names and codes stay as they are."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from rich.cells import cell_len

from remit.cli import main
from remit.cli.app import COMMANDS

ROOT = Path(__file__).resolve().parents[3]
PACKS = sorted(
    path.parent
    for kind in ("broken", "malformed", "kept")
    for path in (ROOT / "tests" / "packs" / kind).glob("*/pack.yaml")
)
FILES = {
    "pack.yaml": "{remit: 1, pack: harbour, version: 1, lead: command}",
    "vocabulary.yaml": """
        dimensions:
          hazard: {values: [flood, fire]}
          stage: {values: [early, late], state: true}
        activities: {command: {}, pump: {requires: [enter]}, watch: {}}
        powers: {enter: {}}""",
    "subjects/office.yaml": """
        subject: office
        authority: [{power: enter}]
        duties:
          - {id: lead, activity: command, role: [accountable, responsible]}
          - {id: pump, activity: pump, role: [accountable, responsible], when: {hazard: flood}}
          - {id: watch, activity: watch, role: [accountable, responsible]}""",
    "subjects/brigade.yaml": """
        subject: brigade
        duties:
          - {id: pump, activity: pump, role: accountable, when: {stage: late}}
          - {id: help, activity: watch, role: [supports, consulted], when: {stage: early}}""",
    "tests/events.yaml": """
        - {name: floods, given: {hazard: flood, stage: early}, expect: {owner: office}}""",
    "event.json": '{"hazard": "flood", "stage": "early"}',
}
"""A pack with a gap, an overlap and a power that is lacking, and an event."""

EXCERPT = re.compile(r"^ *(\d+ \||\||-->|:::|\.\.\.)|^ +[-+] |^ +\S+:\d+$")
"""A line of a file, the signs under one with their label, or a line of an edit."""
LABEL = re.compile(r"^ *\| +[-^]+ (?P<label>.*)$")
QUOTED = re.compile(
    r"(?:区域|例证|事件)：.*|\"[^\"]*\"|</?\w+>|\b[a-z]+(?:-[a-z0-9]+)+\b|`[^`]*`|“[^”]*”"
    r"|\[[A-Z]\d+ [a-z-]+\]|--[a-z-]+|\S+:\d+(?::\d+)?|\S+\.(?:yaml|json|csv)"
)
WORD = re.compile(r"[A-Za-z]{3,}")
OURS = frozenset(
    [
        "remit",
        "explain",
        "format",
        "json",
        "text",
        "lang",
        "color",
        "help",
        "version",
        "timeline",
        "inbox",
        "report",
        "stage",
        "early",
        "PACK",
        "EVENT",
        "FILE",
        "FOLDER",
        "FORMAT",
        "CHOICE",
        "STR",
        "DATE",
        "INT",
        "FLOAT",
        "UTF",
        "YAML",
        "JSON",
        "CSV",
        "XML",
        "CAP",
        "MiB",
        "UTC",
        "ISO",
        "IANA",
        "digest",
        "date",
        "exception",
        "when",
        "unless",
        "valid",
        "none",
        "true",
        "false",
        "PREFECT",
        "URL",
        "LEDGER",
        "CODE",
        "SUBJECT",
        "ACTIVITY",
        "auto",
        "always",
        "never",
        "error",
        "warning",
        "note",
        "True",
        "False",
    ]
)
"""Names of this program, of its options and of formats; they are no words of a sentence."""


def sentences(printed: str) -> Iterator[str]:
    """Yield what is left of each line when code, names, places and excerpts are taken out."""
    for line in printed.splitlines():
        label = LABEL.match(line)
        if label is None and EXCERPT.match(line):
            continue
        yield QUOTED.sub("", label["label"] if label else line)


def words_of(folder: Path) -> set[str]:
    """Return the words that the authors of a pack wrote."""
    found: set[str] = set()
    for path in (*folder.rglob("*.yaml"), *folder.rglob("*.csv")):
        found.update(WORD.findall(path.read_text(encoding="utf-8", errors="replace")))
    return found | set(WORD.findall(str(folder)))


def english(printed: str, known: set[str]) -> list[str]:
    """Return the sentences with a word that is neither an author's nor a name of the program."""
    return [
        sentence
        for sentence in sentences(printed)
        if any(word not in known and word not in OURS for word in WORD.findall(sentence))
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the pack, which is where commands run."""
    for name, text in FILES.items():
        file = tmp_path / "harbour" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "harbour"


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # noqa: ANN201 -- a closure
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> str:
        capfd.readouterr()
        main([*arguments, "--lang", "zh"])
        return "".join(capfd.readouterr())

    return run


def test_an_english_sentence_would_be_seen() -> None:
    """What the other tests look with, looked at."""
    assert english("error: no subject is accountable for `supply`", set()) == [
        "error: no subject is accountable for "
    ]
    assert english(" | ^^^^ stops here", set()) == ["stops here"]
    assert (
        english(" --> subjects/office.yaml:3:4\n3 | id: supply\n  |     ^^^^^^ 到此为止", set())
        == []
    )


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
def test_what_is_wrong_with_a_pack_is_told_in_chinese(pack: Path, said) -> None:  # noqa: ANN001 -- as above
    """Findings, pack errors and the line that sums them up."""
    printed = said("check", str(pack), "--today", "2026-11-24", "--show-accepted")
    assert english(printed, words_of(pack.parent)) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("resolve", "harbour", "harbour/event.json"),
        ("why", "harbour", "harbour/event.json", "--activity", "pump"),
        (
            "why",
            "harbour",
            "{event}",
            "--activity",
            "pump",
            "--subject",
            "brigade",
        ),
        ("why", "harbour", "harbour/event.json", "--activity", "pupm"),
        ("ask", "harbour", "harbour/event.json", "--activity", "nothing-such"),
        ("diff", "harbour", "--at", "stage=early", "--at", "stage=late"),
        ("diff", "harbour", "--at", "stage=early", "--at", "stage=late", "--format", "markdown"),
        ("diff", "harbour", "--at", "stage=early"),
        ("diff", "harbour", "no-such-folder"),
        ("test", "harbour", "--coverage"),
        ("test", "harbour", "--coverage", "--generate", "x"),
        ("check", "harbour", "--fail-level", "bad"),
        ("check", "harbour", "--nothing"),
        ("check", "harbour", "more"),
        ("check", "harbour", "--output", "txt"),
        ("resolve",),
        ("explain",),
        ("explain", "R999"),
        ("nothing",),
        ("schema", "nothing"),
        ("inbox", "--ledger", "none.db"),
        ("incidents", "--ledger", "none.db"),
        ("ack", "x-1", "--ledger", "none.db"),
    ],
    ids=" ".join,
)
def test_answers_and_refusals_are_told_in_chinese(
    arguments: tuple[str, ...],
    said,  # noqa: ANN001 -- as above
    folder: Path,
) -> None:
    """Of the commands about policies, and of those about responses as far as they need none."""
    known = words_of(folder) | {"none", "txt", "bad", "more", "nothing", "such", "folder"}
    assert english(said(*arguments), known) == []


@pytest.mark.parametrize("name", [name for _, name, _, _ in COMMANDS])
def test_the_help_of_a_command_is_in_chinese(name: str, said) -> None:  # noqa: ANN001 -- as above
    """No line of it but names of options, formats and commands."""
    lines = said(name, "--help").splitlines()
    heads = [line for line in lines if re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", line)]
    assert heads == []
    assert lines[0].startswith(f"用法：remit {name}")


def test_the_list_of_commands_is_in_chinese(said) -> None:  # noqa: ANN001 -- as above
    """Each with its line, the groups with their names."""
    printed = said("--help")
    assert "政策" in printed
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", printed)


def test_codes_and_names_of_json_stay_and_its_sentences_follow_the_language(
    said,  # noqa: ANN001 -- as above
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A program reads the one, a person the other."""
    pack = str(next(path for path in PACKS if path.name == "09-b12-four-in-one"))
    chinese = json.loads(said("check", pack, "--output", "json"))["findings"]
    main(["check", pack, "--output", "json"])
    plain = json.loads(capfd.readouterr().out)["findings"]
    assert sorted((one["code"], one["level"], one["duty"]) for one in chinese) == sorted(
        (one["code"], one["level"], one["duty"]) for one in plain
    )
    assert not {one["message"] for one in chinese} & {one["message"] for one in plain}


@pytest.mark.usefixtures("folder")
def test_a_table_is_in_line_where_letters_are_two_wide(said) -> None:  # noqa: ANN001 -- as above
    """The holders of all letters of an answer begin in one column of the screen."""
    lines = said("resolve", "harbour", "harbour/event.json", "--activity", "watch").splitlines()
    rows = [re.match(r"  \S+ +(?=\S)", line) for line in lines]
    starts = [cell_len(row[0]) for row in rows if row is not None]
    assert len(starts) == 4
    assert len(set(starts)) == 1


def test_the_page_of_a_check_says_that_it_is_in_english(said) -> None:  # noqa: ANN001 -- as above
    """Rather than to leave a reader wondering."""
    assert said("explain", "R201").startswith("> 检查项的说明页目前只有英文")


def test_a_pack_that_changed_its_language_is_told_anew(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    said,  # noqa: ANN001 -- as above
) -> None:
    """What is kept of a report is kept for one language."""
    monkeypatch.delenv("REMIT_NO_CACHE", raising=False)
    monkeypatch.setenv("REMIT_CACHE_DIR", str(tmp_path / "cache"))
    pack = shutil.copytree(
        next(path for path in PACKS if path.name == "09-b12-four-in-one"), tmp_path / "pack"
    )
    first = said("check", str(pack))
    assert main(["check", str(pack)]) == 1
    assert "error[R202 contested-event]" in capfd.readouterr().out
    assert said("check", str(pack)) == first
    assert not english(first, words_of(pack))
