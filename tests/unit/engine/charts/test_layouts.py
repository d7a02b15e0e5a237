"""Layouts of charts as people draw them, and what is read of each."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from remit.engine.charts.chart import Answers
from remit.engine.charts.reading import read_sheets
from remit.engine.charts.sheet import Merge, Sheet
from tests.charts import draft, keys, letters, sheet

PMBOK = """
RACI chart of the project
Activity            | Ann | Ben | Carlos | Dina | Ed
Create charter      | A   | R   | I      | I    | I
Collect requirements| I   | A   | R      | C    | C
Submit change       | I   | A   | R      | R    | C
Develop test plan   | A   | C   | I      | I    | R
"""


def test_activities_down_and_people_across() -> None:
    found = letters(draft(PMBOK))
    assert found["Create charter"] == {
        "Ann": "A",
        "Ben": "R",
        "Carlos": "I",
        "Dina": "I",
        "Ed": "I",
    }
    assert found["Submit change"] == {"Ann": "I", "Ben": "A", "Carlos": "R", "Dina": "R", "Ed": "C"}
    assert keys(draft(PMBOK)) == {"lead"}


def test_a_chart_turned_on_its_side() -> None:
    found = draft("""
    Role            | Plan | Build | Test
    Project manager | A    | A     | I
    Developer       | C    | R     | R
    Tester          |      | C     | A
    """)
    assert letters(found)["Test"] == {"Project manager": "I", "Developer": "R", "Tester": "A"}
    assert "orientation/s" not in keys(found)


def test_which_side_is_which_is_asked_where_nothing_tells_and_can_be_answered() -> None:
    text = """
         | Alpha | Beta
    Foo  | A     | R
    Bar  | A     | A
    """
    assert "orientation/s" in keys(draft(text))
    turned = draft(text, answers=Answers(settled={"orientation": "columns"}))
    assert letters(turned) == {"Alpha": {"Foo": "A", "Bar": "A"}, "Beta": {"Foo": "R", "Bar": "A"}}
    assert "orientation/s" not in keys(
        draft(text, answers=Answers(settled={"orientation/s": "keep"}))
    )


def test_names_under_the_letters_they_have() -> None:
    found = draft("""
    Activity | Responsible    | Accountable | Consulted | Informed
    Plan     | Team lead, PM  | Sponsor     | Legal; HR | All staff
    Build    | Dev            | PM          | -         | n/a
    """)
    assert letters(found)["Plan"] == {
        "Team lead": "R",
        "PM": "R",
        "Sponsor": "A",
        "Legal": "C",
        "HR": "C",
        "All staff": "I",
    }
    assert letters(found)["Build"] == {"Dev": "R", "PM": "A"}


def test_short_names_in_one_cell_are_parted_at_spaces_and_asked_about() -> None:
    text = """
    task_id | task | phase    | stage | A  | R     | S | C  | I
    T01     | gate | response | early | SD | RC PM | VO | CH | RE
    T01     | gate | response | mid   | SD | PM    |    | CH |
    T02     | data | recovery | early | CA | SD    |    |    | RC
    T02     | data | recovery | mid   | CA | SD    |    |    | RC
    """
    found = draft(text)
    assert letters(found)["gate@response/early"] == {
        "SD": "A", "RC": "R", "PM": "R", "VO": "S", "CH": "C", "RE": "I",
    }  # fmt: skip
    assert letters(found)["gate@response/mid"] == {"SD": "A", "PM": "R", "CH": "C"}
    assert "names-apart/s" in keys(found)
    assert next(one for one in found.activities if one.id == "data").needed == (
        {"phase": ("recovery",)},
    )
    together = draft(text, answers=Answers(settled={"names-apart/s": "together"}))
    assert letters(together)["gate@response/early"]["RC PM"] == "R"


def test_one_assignment_a_row_with_coordinators_primaries_and_supports() -> None:
    found = draft("""
    edition | esf | function       | agency  | role
    2008    | 1   | Transportation | DOT     | C
    2008    | 1   | Transportation | DOT     | P
    2008    | 1   | Transportation | USDA/FS | S
    2008    | 1   | Transportation | USDA/FS | P
    2016    | 1   | Transportation | DOT     | C
    2016    | 1   | Transportation | FEMA    | P
    """)
    assert letters(found)["Transportation@2008"] == {"DOT": "AR", "USDA/FS": "RS"}
    assert letters(found)["Transportation@2016"] == {"DOT": "A", "FEMA": "R"}
    assert {"letter/C", "letter/S", "twice/s!E5"} <= keys(found)


def test_a_legend_settles_what_letters_mean() -> None:
    found = draft("""
    Function | FEMA | DOT | DOD
    Shelter  | C    | P   | S
    Roads    |      | C   | P
    C = Coordinator, P = Primary, S = Support
    """)
    assert letters(found)["Shelter"] == {"FEMA": "A", "DOT": "R", "DOD": "S"}
    assert not {"letter/C", "letter/S", "letter/P"} & keys(found)


def test_a_legend_in_two_columns_beside_the_chart() -> None:
    found = draft("""
    Task    | Team A1 | Team B1 |  | R | Responsible
    Inspect | R       | S       |  | A | Accountable
    Sign    | A       | R       |  | S | Sign-off
    """)
    assert letters(found) == {
        "Inspect": {"Team A1": "R", "Team B1": "C"},
        "Sign": {"Team A1": "A", "Team B1": "R"},
    }
    assert "letter/S" not in keys(found)


def test_a_chinese_list_of_lead_and_assisting_bodies() -> None:
    found = draft("""
    序号 | 工作任务   | 街道办 | 居委会 | 物业公司 | 备注
    1    | 统一指挥   | 主责   | 配合   | 配合     |
    2    | 出入口测温 | 牵头   | 协办   | 协办     | 夜间
    3    | 物资配送   |        | 主责   | 配合     |
    """)
    assert letters(found)["出入口测温"] == {"街道办": "AR", "居委会": "S", "物业公司": "S"}
    assert letters(found)["物资配送"] == {"居委会": "AR", "物业公司": "S"}
    assert ["subject-01", "subject-02", "subject-03"] == [one.id for one in found.subjects]
    assert {"letter/主责", "letter/牵头", "names"} <= keys(found)


def test_chinese_heads_with_names_in_the_cells() -> None:
    found = draft("""
    事项     | 牵头单位 | 配合单位           | 法律依据
    应急指挥 | 区政府   | 街道办、公安分局   | 突发事件应对法第十七条
    物资保障 | 商务局   | 街道办             |
    """)
    assert letters(found)["应急指挥"] == {"区政府": "AR", "街道办": "S", "公安分局": "S"}
    bases = {duty.basis for one in found.subjects for duty in one.duties}
    assert bases == {"突发事件应对法第十七条", ""}


def test_signs_with_a_legend_of_their_own() -> None:
    found = draft("""
    任务 | 街道办 | 居委会
    排查 | ●      | ○
    登记 | ○      | ●
    注：● 主责 ○ 配合
    """)
    assert letters(found)["排查"] == {"街道办": "AR", "居委会": "S"}
    assert not any(key.startswith("letter/●") for key in keys(found))


def test_two_rows_of_heads_stages_over_bodies() -> None:
    found = draft("""
    Task    | Early |    |    | Mid |     |
            | SD    | RC | PM | SD  | RC  | PM
    Gate    | A     | R  | S  | A   |     | R
    Deliver | A     | R  |    | I   | A/R |
    """)
    assert letters(found)["Gate@Early"] == {"SD": "A", "RC": "R", "PM": "S"}
    assert letters(found)["Gate@Mid"] == {"SD": "A", "PM": "R"}
    assert letters(found)["Deliver@Mid"] == {"SD": "I", "RC": "AR"}


def test_two_rows_of_heads_bodies_over_stages() -> None:
    found = draft("""
    Task | Office |         | Committee |
         | Before | After   | Before    | After
    Gate | A      | A       | R         | I
    Food | A/R    | A       |           | R
    """)
    assert letters(found)["Gate@Before"] == {"Office": "A", "Committee": "R"}
    assert letters(found)["Food@After"] == {"Office": "A", "Committee": "R"}


def test_merged_heads_are_read_as_they_are_seen() -> None:
    rows = (
        ("Who does what", "", "", "", ""),
        ("Task", "Response phase", "", "Recovery phase", ""),
        ("", "HQ", "SD", "HQ", "SD"),
        ("Gate", "A", "R", "I", "A/R"),
        ("Food", "A", "R", "A", "R"),
    )
    merges = (Merge(0, 0, 0, 4), Merge(1, 0, 2, 0), Merge(1, 1, 1, 2), Merge(1, 3, 1, 4))
    found = read_sheets([Sheet("s", rows, merges=merges)], Answers())
    assert found is not None
    assert letters(found)["Gate@Recovery phase"] == {"HQ": "I", "SD": "AR"}
    assert letters(found)["Food@Response phase"] == {"HQ": "A", "SD": "R"}


def test_ticks_below_a_row_of_letters() -> None:
    found = draft("""
    Task  | PM |   |   |   | Dev |   |   |
          | R  | A | C | I | R   | A | C | I
    Plan  |    | x |   |   |     |   | x |
    Build |    | x |   |   | x   |   |   |
    """)
    assert letters(found) == {"Plan": {"PM": "A", "Dev": "C"}, "Build": {"PM": "A", "Dev": "R"}}


def test_sections_that_are_phases_become_stages() -> None:
    text = """
    Task              | PM | Dev
    Phase 1: Planning |    |
    Charter           | A  | R
    Phase 2: Building |    |
    Code              | A  | R
    Test              | I  | A/R
    """
    found = draft(text)
    assert letters(found)["Test@Phase 2: Building"] == {"PM": "I", "Dev": "AR"}
    assert {"groups/s/rows"} <= keys(found)
    headings = draft(text, answers=Answers(settled={"groups/s/rows": "headings"}))
    assert letters(headings)["Test"] == {"PM": "I", "Dev": "AR"}
    assert {one.section for one in headings.activities} == {
        "Phase 1: Planning",
        "Phase 2: Building",
    }


def test_a_row_without_letters_is_a_heading_until_it_is_said_to_be_an_activity() -> None:
    text = """
    Task    | PM | Dev
    Plan    | A  | R
    Orphan  |    |
    Code    | A  | R
    """
    assert "headings/s" in keys(draft(text))
    assert {one.label for one in draft(text).activities} == {"Plan", "Code"}
    told = draft(text, answers=Answers(settled={"headings/s": "A3"}))
    assert {one.label for one in told.activities} == {"Plan", "Orphan", "Code"}
    assert "no-owner/s!3" in keys(told)


def test_groups_of_rows_in_a_column_of_their_own() -> None:
    found = draft("""
    Stage  | No. | Task | SD | RC
    Early  | 1   | Gate | A  | R
           | 2   | Food | A  | R
    Normal | 1   | Gate | R  | A
           | 2   | Food | -  | A/R
    """)
    assert letters(found)["Gate@Early"] == {"SD": "A", "RC": "R"}
    assert letters(found)["Food@Normal"] == {"RC": "AR"}


@pytest.mark.parametrize(
    "cell, expected",
    [
        ("A/R", "AR"),
        ("AR", "AR"),
        ("A,R", "AR"),
        ("A, R", "AR"),
        ("R & C", "RC"),
        ("R and C", "RC"),
        ("a", "A"),
        ("A*", "A"),
        ("A¹", "A"),
        ("(R)", "R"),
        ("R (C)", "RC"),
        ("\uff32\uff0f\uff21", "AR"),
        ("A-R", "AR"),
        ("Accountable", "A"),
        ("A\nR", "AR"),
        ("-", ""),
        ("n/a", ""),
        ("—", ""),
        ("无", ""),
    ],
)
def test_what_one_cell_can_say(cell: str, expected: str) -> None:
    rows = (("Task", "Office", "Team"), ("Gate", cell, "A"), ("Food", "R", "A"), ("Run", "I", "R"))
    found = read_sheets([Sheet("s", rows)], Answers())
    assert found is not None
    assert letters(found)["Gate"].get("Office", "") == expected


@pytest.mark.parametrize(
    "head, expected",
    [
        ("D | A | C | I", "RACI"),
        ("C | L | A | M", "SRAI"),
        ("P | A | C | I", "RACI"),
        ("R | A | C | Q", "RACC"),
        ("R | A | C | V", "RACC"),
        ("R | A | I | O", "RAI"),
        ("Lead | Cat 1 | Cat 2 | Category 2", "ARSS"),
        ("Driver | Approver | Contributor | Informed", "RACI"),
        ("Recommend | Agree | Perform | Decide", "RCRA"),
    ],
)
def test_the_variants_of_the_letters(head: str, expected: str) -> None:
    found = draft(f"Task | W one | X two | Y three | Z four\nGate | {head}\nFood | {head}\n")
    assert "".join(letters(found)["Gate"].values()) == expected


def test_an_s_that_may_support_or_sign_is_asked_and_can_be_told() -> None:
    text = "Task | Office | Team | Firm\nGate | A | R | S\nFood | A | R | C\n"
    assert "letter/S" in keys(draft(text))
    told = draft(text, answers=Answers(letters={"S": ("consulted",)}))
    assert "letter/S" not in keys(told)
    assert letters(told)["Gate"]["Firm"] == "C"


def test_what_no_variant_knows_gives_nobody_a_part_and_is_asked() -> None:
    found = draft("Task | Office | Team\nGate | A | Z\nFood | A | TBD\nRun | A | R\nSit | A | R")
    assert letters(found)["Gate"] == {"Office": "A"}
    assert {"letter/Z", "text/TBD"} <= keys(found)


def test_two_owners_and_none_are_asked_with_their_cells() -> None:
    found = draft("Task | Office | Team\nGate | A | A/R\nFood | R | C\n")
    assert {"two-owners/s!2", "no-owner/s!3"} <= keys(found)
    told = draft(
        "Task | Office | Team\nGate | A | A/R\nFood | R | C\n",
        answers=Answers(cells={"s!C2": "R", "B3": "A/R"}),
    )
    assert keys(told) == {"lead"}


def test_one_party_written_two_ways_is_one_and_asked() -> None:
    text = """
    Task | Accountable   | Responsible
    Gate | Street Office | Property firm
    Food | street office | Property frim
    """
    found = draft(text)
    assert {"same/street office", "same/Property frim"} <= keys(found)
    assert len([one for one in found.subjects if one.id.startswith("street")]) == 1
    assert len(found.subjects) == 3
    same = draft(text, answers=Answers(settled={"same/Property frim": "same"}))
    assert len(same.subjects) == 2
    apart = draft(text, answers=Answers(settled={"same/street office": "different"}))
    assert len(apart.subjects) == 4


def test_sheets_of_the_same_activities_are_stages() -> None:
    early = "Task | Office | Team\nGate | A | R\nFood | A | R\n"
    late = "Task | Office | Team\nGate | I | A/R\nFood | A | R\n"
    found = draft(early, late)
    assert letters(found)["Gate@s2"] == {"Office": "I", "Team": "AR"}
    assert "sheets" in keys(found)
    other = draft(early, "Task | Office | Team\nRun | A | R\nSit | A | R\n")
    assert set(letters(other)) == {"Gate", "Food", "Run", "Sit"}


def test_hidden_rows_are_read_and_told_until_they_are_to_be_left_out() -> None:
    hidden = Sheet(
        "s", (("Task", "Office"), ("Gate", "A/R"), ("Food", "A/R")), hidden_rows=frozenset({2})
    )
    found = read_sheets([hidden], Answers())
    assert found is not None
    assert "hidden/s" in keys(found)
    assert set(letters(found)) == {"Gate", "Food"}
    left_out = read_sheets([hidden], Answers(settled={"hidden": "skip"}))
    assert left_out is not None
    assert set(letters(left_out)) == {"Gate"}


def test_colours_are_asked_about_only_where_they_may_say_something() -> None:
    rows = (("Task", "Office", "Team"), ("Gate", "A", "R"), ("Food", "A", "R"))
    by_letter = {(1, 1): "red", (2, 1): "red"}
    alone = {(1, 1): "red"}
    for fills, expected in ((by_letter, False), (alone, True)):
        found = read_sheets([Sheet("s", rows, fills=fills)], Answers())
        assert found is not None
        assert ("colours/s" in keys(found)) is expected


def test_footnotes_days_and_merged_letters_are_asked() -> None:
    rows = (("Task", "Office", "Team"), ("2026-03-04", "A¹", "R"), ("Food", "A", "R"))
    marked = Sheet("s", rows, merges=(Merge(1, 2, 2, 2),), dates=frozenset({(1, 0)}))
    found = read_sheets([marked], Answers())
    assert found is not None
    assert {"footnotes/s", "dates/s", "merged/s"} <= keys(found)


def test_headings_repeated_on_a_new_page_are_no_activity() -> None:
    found = draft("Task | Office | Team\nGate | A | R\nTask | Office | Team\nFood | A | R\n")
    assert ["Gate", "Food"] == [one.label for one in found.activities]
    assert keys(found) == {"lead"}


def test_a_remark_between_heads_and_letters_is_no_head() -> None:
    found = draft("""
    Task | Office | Team | Firm
         |        |      | (by contract)
    Gate | A      | R    | S
    """)
    assert letters(found) == {"Gate": {"Office": "A", "Team": "R", "Firm": "S"}}


def test_a_heading_merged_across_the_chart_stands_over_the_rows_below() -> None:
    rows = (
        ("Task", "Office", "Team"),
        ("Goods", "", ""),
        ("Food", "A", "R"),
        ("People", "", ""),
        ("Care", "A", "R"),
    )
    merges = (Merge(1, 0, 1, 2), Merge(3, 0, 3, 2))
    found = read_sheets([Sheet("s", rows, merges=merges)], Answers())
    assert found is not None
    assert [("Food", "Goods"), ("Care", "People")] == [
        (o.label, o.section) for o in found.activities
    ]
    assert keys(found) == {"groups/s/rows", "lead"}


def test_a_row_of_totals_is_no_activity_and_told() -> None:
    found = draft("任务 | 街道办 | 居委会\n排查 | A | R\n登记 | A | R\n合计 | 2 | 2\n")
    assert ["排查", "登记"] == [one.label for one in found.activities]
    assert any("`合计`" in note for note in found.notes)


def test_all_in_a_column_of_stages_leaves_the_stage_open() -> None:
    found = draft("""
    Task | Phase    | Accountable | Responsible
    Gate | all      | Office      | Office
    Food | response | Office      | Team
    Aid  | recovery | Office      | Team
    """)
    assert [{"response", "recovery"}] == [set(one.values) for one in found.dimensions]
    assert set(letters(found)) == {
        "Gate@response",
        "Gate@recovery",
        "Food@response",
        "Aid@recovery",
    }
    assert any("`all` is every stage" in note for note in found.notes)
    assert not any(key.startswith("twice/") for key in keys(found))


def test_a_summary_with_lists_of_short_names() -> None:
    found = draft("""
    esf | function  | coordinators | primaries | supports
    1   | Transport | DOT          | DOT       | USDA/FS DOD DHS State GSA TVA USPS
    6   | Mass Care | FEMA         | FEMA ARC  | USDA DOD HHS HUD VA GSA USPS
    """)
    assert letters(found)["Mass Care"]["ARC"] == "R"
    assert letters(found)["Transport"]["State"] == "S"


def test_the_same_table_as_a_list_and_as_a_summary_says_the_same(shared_data: Path) -> None:
    def read(name: str) -> dict[str, dict[str, str]]:
        with (shared_data / "us" / name).open(encoding="utf-8-sig", newline="") as stream:
            rows = tuple(tuple(row) for row in csv.reader(stream))
        found = read_sheets([Sheet(name, rows)], Answers())
        assert found is not None
        return letters(found)

    summary = read("esf_summary.csv")
    assert len(summary) == 36
    assert read("esf_matrix.csv") == summary


def test_the_tasks_of_a_community_are_read_whole(shared_data: Path) -> None:
    with (shared_data / "cn" / "community_tasks.csv").open(encoding="utf-8-sig") as stream:
        rows = tuple(tuple(row) for row in csv.reader(stream))
    found = read_sheets([Sheet("tasks", rows)], Answers())
    assert found is not None
    assert 30 == len(found.activities)
    gate = letters(found)["body temperature check at the gate@response/early"]
    assert gate == {"SD": "A", "PM": "R", "RC": "S", "VO": "S", "CD": "S", "CH": "C", "RE": "I"}


def test_a_page_without_a_chart_is_none() -> None:
    assert read_sheets([sheet("Dear all\nplease find\n")], Answers()) is None
    assert read_sheets([sheet("a | b\n1 | 2\n3 | 4\n")], Answers()) is None
    assert read_sheets([], Answers()) is None
