"""`remit diff` and `remit handover` as a reviewer meets them, also on a real git repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from remit.cli import main
from tests.desk import SPILL, harbour
from tests.machine import missing
from tests.two_versions import BEFORE, written

NIGHT = """\
subject: brigade
duties:
  - {id: pump, activity: pump, role: [accountable, responsible], when: {stage: late},
     exception_to: [office/pump]}
"""
HIGHER = {"pack.yaml": "remit: 1\npack: city\nversion: 1\n"}
MOVES = ": 1 move (proved over the whole event space)"


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
    """A terminal in a folder with the pack `harbour`."""
    monkeypatch.delenv("REMIT_LEDGER", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "harbour", {})

    def run(*arguments: str) -> Said:
        code = main(list(arguments))
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    return run


def git(*arguments: str) -> None:
    if shutil.which("git") is None:
        missing("there is no git here")
    identity = ("-c", "user.name=Lin", "-c", "user.email=lin@harbour.example")
    command = ["git", *identity, "-c", "init.defaultBranch=main", *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def repository(terminal: Terminal) -> Terminal:
    """The same, with the pack committed at `main`, and edited since."""
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    Path("harbour/subjects/brigade.yaml").write_text(NIGHT, encoding="utf-8")
    return terminal


def test_two_folders_are_compared(terminal: Terminal) -> None:
    written(Path("other"), {"subjects/brigade.yaml": NIGHT})
    said = terminal("diff", "harbour", "other")
    assert 0 == said.code
    assert "moved[accountable, responsible]: `pump` goes from `office` to `brigade`" in said.out
    assert "  = before: `office/pump` at harbour/subjects/office.yaml:3" in said.out
    assert "  = after: `brigade/pump` at other/subjects/brigade.yaml:3" in said.out
    assert said.out.endswith(f"{MOVES}\n")
    assert 1 == terminal("diff", "harbour", "other", "--exit-code").code


def test_nothing_changed_is_said_and_ends_with_0(terminal: Terminal) -> None:
    said = terminal("diff", "harbour", "harbour", "--exit-code")
    told = "harbour 1 (harbour -> harbour): nothing changes hands"
    assert (0, f"{told} (proved over the whole event space)\n") == (said.code, said.out)


def test_the_json_has_the_fields_of_the_contract(terminal: Terminal) -> None:
    written(Path("other"), {"subjects/brigade.yaml": NIGHT})
    found = json.loads(terminal("diff", "harbour", "other", "--format", "json").out)
    first = found["moves"][0]
    assert ("pump", "accountable") == (first["activity"], first["letter"])
    assert (["office"], ["brigade"]) == (first["from"], first["to"])
    assert [{"hazard": "water", "stage": "late"}] == first["regions"]
    assert 1 / 3 == first["share"]
    assert {"hazard": "flood", "shift": "day", "stage": "late", "height": 0} == first["witness"]
    assert {"duty": "office/pump", "file": "harbour/subjects/office.yaml", "line": 3} in first[
        "before"
    ]
    assert [0, 0, 0, 0] == [
        found[key] for key in ("gaps_opened", "gaps_closed", "overlaps_opened", "overlaps_closed")
    ]
    assert found["proved"]


def test_a_revision_stands_for_a_folder(repository: Terminal) -> None:
    said = repository("diff", "main:harbour", "harbour")
    assert 0 == said.code, said.err
    assert said.out.endswith(f"{MOVES}\n")
    assert "`office/pump` at main:harbour/subjects/office.yaml:3" in said.out
    assert "remit-" not in said.out
    assert "harbour 1 (main:harbour -> harbour)" in said.out


@pytest.mark.slow
def test_two_revisions_are_compared_from_within_the_folder(
    repository: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("add", ".")
    git("commit", "-qm", "two")
    monkeypatch.chdir("harbour")
    assert MOVES in repository("diff", "HEAD~1:.", "HEAD:.").out
    assert MOVES in repository("diff", "HEAD~1:./", ".").out
    assert MOVES in repository("diff", "HEAD~1:harbour", ".").out


@pytest.mark.slow
def test_the_packs_it_extends_are_read_at_the_same_revision(terminal: Terminal) -> None:
    higher = {**HIGHER, "vocabulary.yaml": BEFORE["vocabulary.yaml"]}
    for name, text in higher.items():
        path = Path("city") / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    Path("harbour/vocabulary.yaml").unlink()
    pack = Path("harbour/pack.yaml")
    pack.write_text(pack.read_text("utf-8") + "extends: [../city]\n", encoding="utf-8")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    vocabulary = Path("city/vocabulary.yaml")
    changed = vocabulary.read_text("utf-8").replace("needed: {hazard: water}", "needed: {}")
    vocabulary.write_text(changed, encoding="utf-8")
    said = terminal("diff", "HEAD:harbour", "harbour")
    assert "needed: `pump` is needed in events that did not need it" in said.out, said.err


def test_nothing_in_the_working_tree_changes(repository: Terminal) -> None:
    before = subprocess.run(["git", "status", "--porcelain=v1"], capture_output=True, check=True)
    repository("diff", "HEAD:harbour", "harbour")
    after = subprocess.run(["git", "status", "--porcelain=v1"], capture_output=True, check=True)
    assert before.stdout == after.stdout


@pytest.mark.parametrize(
    "named,told",
    [
        ("mian:harbour", "there is no git revision `mian`"),
        (":harbour", "there is no git revision ``"),
        ("--output=x:harbour", "unknown option: --output=x:harbour"),
        ("HEAD^{tree}^{tree}:harbour", "there is no git revision"),
        ("main:habour", "there is no folder `habour` at `main`"),
        ("main:harbour/pack.yaml", "there is no folder `harbour/pack.yaml` at `main`"),
        ("main:../harbour", "`../harbour` leads out of the repository"),
        ("main:/etc", "`/etc` leads out of the repository"),
        ("main:$(touch owned)", "there is no folder `$(touch owned)`"),
        ("$(touch owned):harbour", "there is no git revision `$(touch owned)`"),
    ],
)
def test_a_revision_that_is_not_there_is_a_usage_error(
    repository: Terminal, named: str, told: str
) -> None:
    said = repository("diff", named, "harbour")
    assert 2 == said.code
    assert told in said.err.lower()
    assert not Path("owned").exists()
    assert "" == said.out


def test_a_folder_at_a_revision_that_is_no_pack_ends_with_4(repository: Terminal) -> None:
    said = repository("diff", "main:harbour/subjects", "harbour", "--format", "json")
    assert 4 == said.code
    assert "`main:harbour/subjects` is no pack" in said.err
    assert "main:harbour/subjects" == json.loads(said.out)["path"]


def test_outside_a_repository_a_revision_is_a_usage_error(terminal: Terminal) -> None:
    said = terminal("diff", "main:harbour", "harbour")
    assert (2, True) == (said.code, "this folder is in no git repository" in said.err)


def test_an_object_that_git_lacks_is_told(repository: Terminal) -> None:
    asked = ["git", "rev-parse", "HEAD:harbour/pack.yaml"]
    blob = subprocess.run(asked, capture_output=True, check=True, text=True).stdout.strip()
    (Path(".git/objects") / blob[:2] / blob[2:]).unlink()
    said = repository("diff", "main:harbour", "harbour")
    assert 2 == said.code
    assert "git does not have `harbour/pack.yaml` of that revision here" in said.err


def test_without_git_it_says_what_is_missing(
    repository: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    said = repository("diff", "main:harbour", "harbour")
    assert (3, True) == (said.code, "the command `git`, which is not on this machine" in said.err)


def test_two_states_are_compared(terminal: Terminal) -> None:
    Path("harbour/subjects/brigade.yaml").write_text(NIGHT, encoding="utf-8")
    said = terminal("diff", "harbour", "--at", "stage=early", "--at", "stage=late")
    assert "harbour 1, stage=early -> stage=late: 1 move" in said.out
    assert "  = region: hazard: water\n" in said.out
    two = ("--at", "stage=early,shift=day", "--at", "stage=late,shift=day")
    found = json.loads(terminal("diff", "harbour", *two, "--format", "json").out)
    assert {"stage": "late", "shift": "day"} == found["new"]["at"]


@pytest.mark.parametrize(
    "arguments,told",
    [
        (["harbour"], "there is nothing to compare it with"),
        (["harbour", "harbour", "--at", "stage=early"], "`--at` compares two states of one pack"),
        (["harbour", "--at", "stage=early"], "`--at` is there once"),
        (["harbour", "--at", "stage", "--at", "stage=late"], "`--at stage` has no `=`"),
        (["harbour", "--at", "stag=early", "--at", "stage=late"], "there is no dimension `stag`"),
        (["harbour", "--at", "stage=erly", "--at", "stage=late"], "did you mean `early`?"),
        (["harbour", "--at", "hazard=water", "--at", "hazard=fire"], "stands for several values"),
        (["harbour", "--at", "stage=early", "--at", "shift=day"], "name different dimensions"),
        (["harbour", "harbour", "--activity", "pmup"], "did you mean `pump`?"),
        (["harbour", "harbour", "--letter", "owner"], "owner"),
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(
    terminal: Terminal, arguments: list[str], told: str
) -> None:
    said = terminal("diff", *arguments)
    assert 2 == said.code
    assert told in said.err


def test_what_cannot_be_compared_is_a_usage_error(terminal: Terminal) -> None:
    written(Path("other"), {}, a=("integer: {min: 0, max: 9}", "values: [low, high]"))
    said = terminal("diff", "harbour", "other")
    assert (2, True) == (said.code, "no event is read by both" in said.err)


WORK = [
    {"id": "w1", "activity": "pump", "owner": "office", "event": {"hazard": "flood"}},
    {"id": "w2", "activity": "pump", "event": {"hazard": "leak", "stage": "late"}},
]


def work_file(*work: object) -> str:
    Path("work.jsonl").write_text("".join(json.dumps(one) + "\n" for one in work), encoding="utf-8")
    return "work.jsonl"


@pytest.mark.slow
def test_open_work_changes_hands_with_the_state(terminal: Terminal) -> None:
    Path("harbour/subjects/brigade.yaml").write_text(NIGHT, encoding="utf-8")
    states = ("--from", "stage=early", "--to", "stage=late")
    said = terminal("handover", "harbour", *states, "--work", work_file(*WORK))
    assert 0 == said.code, said.err
    assert "moves: w1 `pump` accountable: `office` -> `brigade`" in said.out
    assert "2 pieces of open work: 1 would change hands, 1 stay (1 in another state)" in said.out
    found = json.loads(
        terminal("handover", "harbour", *states, "--work", "work.jsonl", "--format", "json").out
    )
    assert ["w1"] == [one["id"] for one in found["moves"]]
    assert ["w2"] == [one["id"] for one in found["stays"]]
    assert not found["refused"]


def test_a_hand_over_that_would_orphan_work_is_refused(terminal: Terminal) -> None:
    written(
        Path("other"),
        {},
        a=("role: [accountable, responsible]", "role: accountable, when: {stage: early}"),
    )
    said = terminal(
        "handover", "harbour", "--to-pack", "other", "--to", "stage=late",
        "--work", work_file(*WORK),
    )  # fmt: skip
    assert 1 == said.code
    assert "orphaned: w1 `pump` accountable: nobody would be accountable" in said.out
    assert "refused: of 2 pieces of open work, 2 would be orphaned" in said.out


@pytest.mark.parametrize(
    "line,told",
    [
        ("{", "line 1:"),
        ("[]", "a piece of work is a JSON object"),
        ('{"activity": "pump"}', "work has an `activity` and an `event`"),
        ('{"activity": "pmup", "event": {}}', "there is no activity `pmup`"),
        ('{"activity": "pump", "event": {"hazrad": 1}}', "there is no dimension `hazrad`"),
        ('{"activity": "pump", "event": {}, "ownr": "a"}', "did you mean `owner`?"),
        ('{"activity": "pump", "event": {}, "owner": "ofice"}', "did you mean `office`?"),
        ('{"activity": "pump", "event": {}, "letter": "boss"}', "there is no letter `boss`"),
        ('{"activity": 3, "event": {}}', "`activity` is a text"),
    ],
)
def test_work_that_cannot_be_read_is_told_with_its_line(
    terminal: Terminal, line: str, told: str
) -> None:
    Path("work.jsonl").write_text(f"{line}\n", encoding="utf-8")
    said = terminal("handover", "harbour", "--to", "stage=late", "--work", "work.jsonl")
    assert (2, True) == (said.code, told in said.err), said.err


@pytest.mark.slow
def test_the_open_work_of_the_ledger_is_looked_at(terminal: Terminal) -> None:
    home = harbour(Path("live"))
    Path("event.json").write_text(json.dumps({**SPILL, "id": "one"}), encoding="utf-8")
    opened = terminal("respond", str(home), "event.json", "--executor", "plain")
    assert 0 == opened.code, opened.err
    same = terminal("handover", str(home), "--to-pack", str(home))
    assert 0 == same.code, same.err
    assert "0 would change hands" in same.out
    assert "there is no open work" not in same.out


def test_without_a_ledger_there_is_no_open_work(terminal: Terminal) -> None:
    said = terminal("handover", "harbour", "--to", "stage=late")
    assert (0, "there is no open work\n") == (said.code, said.out)
    assert 2 == terminal("handover", "harbour").code
