"""`remit import`: files of every kind in, a pack that loads out, and answers that are not lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import remit
from remit.cli.run import main
from remit.cli.screen import clean

CHART = """\
Task,Street office,Residents committee,Firm
Gate check,A,R,S
Deliver supplies,A,R,
Command,A/R,I,A
"""


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(name: str, text: str, encoding: str = "utf-8") -> str:
    Path(name).write_bytes(text.encode(encoding))
    return name


def held(folder: str, activity: str) -> dict[str, set[str]]:
    """Who has which letters for an activity, whenever."""
    found: dict[str, set[str]] = {}
    for duty in remit.load(folder).duties():
        if duty.activity == activity:
            found.setdefault(duty.subject, set()).update(duty.roles)
    return found


@pytest.mark.parametrize(
    "encoding, separator",
    [
        ("utf-8", ","),
        ("utf-8-sig", ";"),
        ("utf-16", "\t"),
        ("gb18030", ","),
        ("gb18030", ";"),
    ],
)
def test_tables_of_every_encoding_and_separator_are_read(encoding: str, separator: str) -> None:
    chart = "任务,街道办,居委会\n出入口测温,A,R\n物资配送,A,R\n".replace(",", separator)
    assert main(["import", written("c.csv", chart, encoding)]) == 0
    assert {"subject-01": {"accountable"}, "subject-02": {"responsible"}} == held(
        "c", "activity-01"
    )
    label = remit.load("c").subjects["subject-01"].label
    assert label is not None
    assert label.by_language == (("zh", "街道办"),)


def test_every_duty_names_its_cell_and_the_pack_loads() -> None:
    assert main(["import", written("chart.csv", CHART)]) == 0
    text = Path("chart/subjects/street-office.yaml").read_text("utf-8")
    assert "role: accountable # chart.csv!B2" in text
    assert "role: [accountable, responsible] # chart.csv!B4" in text
    assert text.startswith("# yaml-language-server: $schema=../.schema/subject.schema.json\n")
    assert Path("chart/.schema/subject.schema.json").is_file()


def test_answers_in_the_file_of_questions_are_taken_and_kept() -> None:
    main(["import", written("chart.csv", CHART)])
    questions = Path("chart/QUESTIONS.md")
    text = questions.read_text("utf-8")
    assert "two-owners/chart.csv!4" in text
    head, mark, rest = text.partition("two-owners/chart.csv!4")
    questions.write_text(head + mark + rest.replace("- answer:", "- answer: D4=I", 1), "utf-8")
    assert main(["import", "chart.csv", "--into", "chart", "--force", "--lead", "command"]) == 0
    text = questions.read_text("utf-8")
    assert "two-owners" not in text
    assert "- `cell/chart.csv!D4`: I" in text
    assert held("chart", "command")["firm"] == {"informed"}
    assert remit.load("chart").lead == "command"
    assert main(["import", "chart.csv", "--into", "chart", "--force"]) == 0
    assert remit.load("chart").lead == "command"
    assert held("chart", "command")["firm"] == {"informed"}
    assert not Path("chart.old").exists()


def test_answers_as_yaml_and_names_from_a_file() -> None:
    chart = "任务,街道办,居委会\n测温,A,S\n配送,A,R\n"
    written("c.csv", chart)
    written("a.yaml", 'letter/S: consulted\nlead: 测温\n"cell/c.csv!C3": S\n')
    written("n.yaml", "街道办: street-office\n测温: {id: gate, label: 出入口测温}\n")
    assert main(["import", "c.csv", "--answers", "a.yaml", "--names", "n.yaml"]) == 0
    assert held("c", "gate") == {"street-office": {"accountable"}, "subject-02": {"consulted"}}
    assert held("c", "activity-02")["subject-02"] == {"consulted"}
    assert remit.load("c").lead == "gate"


def test_a_folder_is_never_written_over_unasked_and_changes_by_hand_are_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["import", written("chart.csv", CHART)])
    assert main(["import", "chart.csv"]) == 2
    assert "`--force`" in capsys.readouterr().err
    own = Path("chart/subjects/firm.yaml")
    own.write_text(own.read_text("utf-8") + "# mine\n", "utf-8")
    assert main(["import", "chart.csv", "--force"]) == 0
    assert "chart.old" in capsys.readouterr().out
    assert "# mine" in Path("chart.old/subjects/firm.yaml").read_text("utf-8")
    assert "# mine" not in own.read_text("utf-8")


def test_a_dry_run_writes_nothing_and_json_tells_all(capsys: pytest.CaptureFixture[str]) -> None:
    written("chart.csv", CHART)
    assert main(["import", "chart.csv", "--dry-run", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["written"] is False
    assert not Path("chart").exists()
    assert {"two-owners/chart.csv!4"} <= {one["key"] for one in told["questions"]}
    assert told["letters"]["S"]["meaning"] == ["supports"]
    assert "subjects/firm.yaml" in told["files"]


def test_letters_are_told_by_an_option_and_words_are_letters_too() -> None:
    written("c.csv", "Task,Office,Team\nGate,A,S\nFood,主责,R\n")
    assert main(["import", "c.csv", "--letters", "S=consulted+informed,主责=accountable"]) == 0
    assert held("c", "gate")["team"] == {"consulted", "informed"}
    assert held("c", "food")["office"] == {"accountable"}


@pytest.mark.parametrize(
    "options, said",
    [
        (["--letters", "S"], "says nothing"),
        (["--letters", "S=suports"], "did you mean `supports`"),
        (["--sheet", "nope"], "has no sheet `nope`"),
        (["--lead", "nope"], "there is no activity `nope`"),
        (["--answers", "nope.yaml"], "cannot read `nope.yaml`"),
        (["--names", "bad.yaml"], "is no id"),
        (["--answers", "bad-answers.yaml"], "it is one of `rows`, `columns`, `keep`"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    written("chart.csv", CHART)
    written("bad.yaml", "Firm: Not An Id\n")
    written("bad-answers.yaml", "orientation: sideways\n")
    assert main(["import", "chart.csv", *options]) == 2
    assert said in capsys.readouterr().err
    assert not Path("chart").exists()


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("a.csv", b"\x00\x01\x02", "is no text"),
        ("a.csv", b"", "no chart was found"),
        ("a.csv", b"Dear all,\nplease find\n", "no chart was found"),
        ("a.doc", b"hello", "is no chart that can be read"),
        ("a.xls", b"\xd0\xcf\x11\xe0rest", "old workbook"),
        ("a.xlsx", b"PK\x03\x04rubbish", "damaged, or no workbook"),
        ("a.xlsx", b"not a zip", "is no chart that can be read"),
    ],
)
def test_files_that_are_no_charts_are_refused_in_words(
    name: str, content: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_bytes(content)
    assert main(["import", name]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err
    assert main(["import", "nowhere.csv"]) == 2
    assert "cannot read `nowhere.csv`" in capsys.readouterr().err
    assert main(["import", "."]) == 2
    assert "is a folder" in capsys.readouterr().err


def test_tables_in_markdown_name_the_lines_of_the_file() -> None:
    text = """# Early

| Task | **Office** | [Team](x) |
|------|:----------:|-----------|
| Gate \\| door | A | R<br>C |
| Food | A/R | I |

R = Responsible

# Late

| Task | Office | Team |
|---|---|---|
| Gate \\| door | I | A/R |
| Food | A | R |
"""
    assert main(["import", written("c.md", text)]) == 0
    team = Path("c/subjects/team.yaml").read_text("utf-8")
    assert "[responsible, consulted] # Early!C5" in team
    assert "[accountable, responsible] # Late!C14" in team
    assert "when: {stage: early}" in team


def test_odd_names_come_through_as_they_are() -> None:
    odd = ["yes", "7", "a: b", "- x", "# y", '"q"', "it's", "{z}", "a\tb", "\u2028line", "null"]
    chart = "Task\x1fOffice\x1fTeam\n" + "".join(f"{one}\x1fA\x1fR\n" for one in odd)
    rows = [line.split("\x1f") for line in chart.split("\n") if line]
    text = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    assert main(["import", written("c.csv", text)]) == 0
    labels = [
        one.label.by_language[0][1]
        for one in remit.load("c").vocabulary.activities.values()
        if one.label is not None
    ]
    assert labels == [" ".join(clean(one).replace("\ufffd", "").split()) for one in odd]


def test_a_large_chart_is_read_in_good_time() -> None:
    rows = "".join(f"Activity number {n},A,R,C,I,I\n" for n in range(1500))
    written("big.csv", "Task,Office,Team,Firm,Clinic,Police\n" + rows)
    assert main(["import", "big.csv"]) == 0
    assert len(remit.load("big").vocabulary.activities) == 1500


def test_a_matrix_that_remit_writes_comes_back(capsys: pytest.CaptureFixture[str]) -> None:
    written("chart.csv", CHART.replace(",I,A\n", ",I,C\n"))
    main(["import", "chart.csv"])
    capsys.readouterr()
    assert main(["matrix", "chart", "--format", "csv"]) == 0
    assert main(["import", written("matrix.csv", capsys.readouterr().out)]) == 0
    for activity in ("gate-check", "deliver-supplies", "command"):
        assert held("chart", activity) == held("matrix", activity)
