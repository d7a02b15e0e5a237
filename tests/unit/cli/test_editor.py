"""What the language server tells and edits, without the protocol: hovers, names, offers, fixes."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from pathlib import Path

import pytest

from remit.cli.editor.acting import actions
from remit.cli.editor.checking import Checked
from remit.cli.editor.completing import completions
from remit.cli.editor.desk import Desk
from remit.cli.editor.indexing import parsed
from remit.cli.editor.outlining import symbols
from remit.cli.editor.renaming import found_places, renamed
from remit.cli.editor.saying import remarks
from remit.cli.editor.telling import hover_text, lens_text
from remit.cli.exits import UsageError
from remit.engine.language.loader import load
from remit.engine.language.pack_schema import lexicon_of
from remit.engine.map.budget import Budget

DAY = dt.date(2026, 3, 2)
FILES = {
    "city/pack.yaml": 'remit: 1\npack: city\nversion: "1"\n',
    "city/vocabulary.yaml": """dimensions:
  hazard: {tree: {epidemic: [covid-19, influenza], flood: }, label: {en: Hazard, zh: 灾害},
    labels: {epidemic: {en: Epidemic, zh: 疫情}}}
  level: {scale: [iv, iii, ii, i]}
  shift: {values: [day, night], derive: {from: time, day: "07:00..<19:00", night: else}}
activities:
  command: {label: {en: Command, zh: 统一指挥}}
  gate-check: {needed: {hazard: epidemic}, requires: [close]}
powers: {close: {label: Close}}
""",
    "city/subjects/office.yaml": """subject: street-office
label: {en: Street office, zh: 街道办 🚒}
authority: [{power: close}]
""",
    "rf/pack.yaml": 'remit: 1\npack: rf\nversion: "1"\nextends: [../city]\nlead: command\n',
    "rf/subjects/office.yaml": """subject: street-office   # 街道办 🚒
duties:
  - {id: command, activity: command, role: [accountable, responsible]}
  - id: gate-check
    label: {zh: "🚒🚒 门岗"}
    activity: gate-check
    role: [accountable, responsible]
    when: {hazard: covid-19, level: iii.., shift: day}
""",
    "rf/subjects/firm.yaml": """subject: firm
under: street-office
staff: {guard: 3}
duties: {table: ../duties.csv}
""",
    "rf/duties.csv": "id,activity,role,exception_to,shift\n"
    "night,gate-check,supports,street-office/gate-check,night\n",
    "rf/plans/case.yaml": """plan: case
when: {hazard: [epidemic], level: {not: i}}
steps:
  - {activity: command}
  - {id: gate, activity: gate-check, after: [command], needs: {staff: {guard: 1}, fund: purse}}
  - {activity: gate-check, id: gate-2, after: gate}
""",
    "rf/funds/purse.yaml": """fund: purse
amount: 5
currency: CNY
approve: [{by: street-office}]
""",
    "rf/tests/t.yaml": """- name: 门岗
  given: {hazard: covid-19, level: ii, shift: day, date: 2026-01-01}
  expect: {owner: street-office, gate-check: {accountable: street-office}}
""",
    "other/pack.yaml": 'remit: 1\npack: other\nversion: "1"\n',
    "other/vocabulary.yaml": "dimensions: {hazard: {values: [covid-19]}}\n"
    "activities: {gate-check: }\n",
    "other/subjects/office.yaml": "subject: street-office\n",
}


@pytest.fixture(name="home")
def fixture_home(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Path(os.path.realpath(tmp_path))


@pytest.fixture(name="desk")
def fixture_desk(home: Path) -> Desk:
    return Desk([str(home)], lambda: DAY, Budget)


def renamed_files(home: Path, desk: Desk, name: str, word: str, new: str) -> dict[str, str]:
    """Rename what stands first at `word` of a file, and return the files that change."""
    file = desk.file(str(home / name))
    assert file is not None
    found = file.word_at(file.source.text.index(word))
    assert found is not None
    texts: dict[str, str] = {}
    folder = desk.pack_of(str(home / name)) or ""
    edits = renamed(found, new, folder, desk)
    for edit in sorted(edits, key=lambda one: -one.start):
        path = Path(edit.file.path).relative_to(home).as_posix()
        text = texts.get(path, edit.file.source.text)
        texts[path] = text[: edit.start] + edit.text + text[edit.end :]
    return texts


@pytest.mark.parametrize(
    "name, word, new, files, expected",
    [
        (
            "rf/subjects/office.yaml",
            "street-office",
            "town-office",
            {
                "city/subjects/office.yaml",
                "rf/subjects/office.yaml",
                "rf/subjects/firm.yaml",
                "rf/duties.csv",
                "rf/funds/purse.yaml",
                "rf/tests/t.yaml",
            },
            "town-office/gate-check",
        ),
        (
            "rf/tests/t.yaml",
            "gate-check",
            "door-check",
            {
                "city/vocabulary.yaml",
                "rf/subjects/office.yaml",
                "rf/duties.csv",
                "rf/plans/case.yaml",
                "rf/tests/t.yaml",
            },
            "activity: door-check",
        ),
        (
            "rf/subjects/office.yaml",
            "gate-check\n    label",
            "gate",
            {"rf/subjects/office.yaml", "rf/duties.csv"},
            "id: gate\n",
        ),
        (
            "city/vocabulary.yaml",
            "covid-19",
            "corona",
            {"city/vocabulary.yaml", "rf/subjects/office.yaml", "rf/tests/t.yaml"},
            "hazard: corona",
        ),
        (
            "city/vocabulary.yaml",
            "level",
            "grade",
            {
                "city/vocabulary.yaml",
                "rf/subjects/office.yaml",
                "rf/plans/case.yaml",
                "rf/tests/t.yaml",
            },
            "grade: iii..",
        ),
        (
            "rf/subjects/office.yaml",
            "iii..",
            "three",
            {"city/vocabulary.yaml", "rf/subjects/office.yaml"},
            "level: three..",
        ),
        (
            "city/vocabulary.yaml",
            "night], derive",
            "dark",
            {"city/vocabulary.yaml", "rf/duties.csv"},
            "dark: else",
        ),
        (
            "rf/plans/case.yaml",
            "purse",
            "wallet",
            {"rf/plans/case.yaml", "rf/funds/purse.yaml"},
            "fund: wallet",
        ),
        ("rf/plans/case.yaml", "gate,", "door", {"rf/plans/case.yaml"}, "after: door"),
        (
            "rf/plans/case.yaml",
            "guard",
            "watcher",
            {"rf/plans/case.yaml", "rf/subjects/firm.yaml"},
            "{watcher: 3}",
        ),
        (
            "city/vocabulary.yaml",
            "close]",
            "shut",
            {"city/vocabulary.yaml", "city/subjects/office.yaml"},
            "powers: {shut:",
        ),
    ],
)
def test_a_name_changes_in_every_file_that_means_it_and_in_no_other(
    home: Path, desk: Desk, name: str, word: str, new: str, files: set[str], expected: str
) -> None:
    texts = renamed_files(home, desk, name, word, new)
    assert set(texts) == files
    assert any(expected in text for text in texts.values()), texts
    before = load(home / "rf")
    for path, text in texts.items():
        (home / path).write_text(text, encoding="utf-8")
    after = load(home / "rf")
    assert len(after.duties()) == len(before.duties())
    again = Desk([str(home)], lambda: DAY, Budget)
    assert set(renamed_files(home, again, *place_of(texts, new), "back-again")) == files


def place_of(texts: dict[str, str], new: str) -> tuple[str, str]:
    """Return a file and what to look for there, so that it is found where it declares a name."""
    declared = next(
        (name for name in sorted(texts) if name.endswith("vocabulary.yaml")), min(texts)
    )
    text = texts[declared]
    found = re.search(rf"(?<![\w-]){new}(?![\w-])", text)
    assert found is not None
    return declared, text[found.start() : found.start() + 40]


@pytest.mark.parametrize(
    "name, word, new, reason",
    [
        ("rf/subjects/office.yaml", "street-office", "firm", "is the name of another subject"),
        ("rf/tests/t.yaml", "gate-check", "command", "is the name of another activity"),
        ("rf/subjects/office.yaml", "gate-check\n    label", "command", "another duty"),
        ("city/vocabulary.yaml", "covid-19", "flood", "is the name of another value"),
        ("city/vocabulary.yaml", "level", "Level!", "is no name"),
        ("city/vocabulary.yaml", "level", "date", "is a word of the language"),
        ("rf/subjects/office.yaml", "street-office", "12", "would be read as a number"),
        ("city/vocabulary.yaml", "covid-19", "true", "is a word of the language"),
    ],
)
def test_a_name_that_is_taken_or_none_is_refused(
    home: Path, desk: Desk, name: str, word: str, new: str, reason: str
) -> None:
    with pytest.raises(UsageError, match=reason):
        renamed_files(home, desk, name, word, new)


def test_a_pack_that_shares_only_the_spelling_is_left_alone(home: Path, desk: Desk) -> None:
    assert set(renamed_files(home, desk, "other/vocabulary.yaml", "gate-check", "x")) == {
        "other/vocabulary.yaml"
    }


def test_the_open_text_counts_and_not_the_file(home: Path, desk: Desk) -> None:
    path = home / "rf/subjects/office.yaml"
    desk.put(str(path), path.read_text().replace("street-office   #", "street-office #"))
    file = desk.file(str(path))
    assert file is not None
    word = file.word_at(file.source.text.index("street-office"))
    assert word is not None
    places = found_places(word, str(home / "rf"), desk)
    assert len({one.path for one, _ in places}) == 6
    declared = found_places(word, str(home / "rf"), desk, declarations_only=True)
    assert [Path(one.path).relative_to(home).as_posix() for one, _ in declared] == [
        "rf/subjects/office.yaml",
        "city/subjects/office.yaml",
    ]


def hover(home: Path, desk: Desk, name: str, word: str) -> str:
    file = desk.file(str(home / name))
    assert file is not None
    found = file.word_at(file.source.text.index(word) + 1)
    assert found is not None
    return hover_text(found, desk.checker(str(home / "rf")).check(desk.unsaved))


def test_a_hover_on_an_activity_says_who_owns_it_by_which_duty_and_where_nobody_does(
    home: Path, desk: Desk
) -> None:
    told = hover(home, desk, "rf/tests/t.yaml", "gate-check")
    assert "**gate-check** (activity)" in told
    assert "`street-office` (Street office / 街道办 🚒) by `street-office/gate-check`" in told
    assert "hazard: covid-19, level: iii.., shift: day" in told
    assert "**nobody** in " in told
    assert "must hold `close`" in told


@pytest.mark.parametrize(
    "name, word, parts",
    [
        (
            "rf/funds/purse.yaml",
            "street-office",
            ["(subject): Street office", "- `command` in 100 %"],
        ),
        ("rf/subjects/office.yaml", "gate-check\n    label", ["street-office/gate-check", "门岗"]),
        ("rf/plans/case.yaml", "epidemic", ["Epidemic / 疫情", "- `street-office` always"]),
        ("rf/subjects/office.yaml", "level", ["**level** (dimension)", "- `iv`"]),
        ("rf/plans/case.yaml", "purse", ["5 CNY"]),
        ("city/vocabulary.yaml", "close]", ["(power): Close", "- `street-office`"]),
    ],
)
def test_a_hover_tells_what_a_name_is(
    home: Path, desk: Desk, name: str, word: str, parts: list[str]
) -> None:
    told = hover(home, desk, name, word)
    assert all(part in told for part in parts), told


def test_a_lens_says_how_much_a_duty_decides(home: Path, desk: Desk) -> None:
    checked = desk.checker(str(home / "rf")).check({})
    assert checked.pack is not None
    duties = {duty.name: duty for duty in checked.pack.duties()}
    assert lens_text(duties["street-office/command"], checked).startswith(
        "decides 100 % of the event space"
    )


def offered(home: Path, text: str, inside: str = "subjects/x.yaml") -> list[str]:
    """Return what may stand where the text says `|`."""
    offset = text.index("|")
    lexicon = lexicon_of(load(home / "rf"))
    found = completions(text.replace("|", ""), offset, inside, lexicon)
    return [one.text for one in found.offers]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("subject: x\nduties:\n  - id: a\n    activity: |\n", ["command", "gate-check"]),
        (
            "subject: x\nduties:\n  - id: a\n    activity: ga|\n    role: x\n",
            ["command", "gate-check"],
        ),
        ("subject: x\nunder: |", ["street-office", "firm"]),
        ("subject: x\nduties:\n  - {id: a, when: {|", ["hazard", "level", "shift", "date"]),
        (
            "subject: x\nduties:\n  - {id: a, when: {hazard: flood, |}}\n",
            ["level", "shift", "date"],
        ),
        (
            "subject: x\nduties:\n  - {id: a, when: {hazard: [|\n",
            ["epidemic", "covid-19", "influenza", "flood"],
        ),
        ("subject: x\nduties:\n  - {id: a, when: {level: iii..|}}\n", ["iv", "iii", "ii", "i"]),
        (
            "subject: x\nduties:\n  - {id: a, exception_to: [|]}\n",
            ["firm/night", "street-office/command", "street-office/gate-check"],
        ),
        ("subject: x\nauthority: [{power: |}]\n", ["close"]),
        (
            "subject: x\nduties:\n  - role: |\n",
            ["accountable", "responsible", "supports", "consulted", "informed"],
        ),
    ],
)
def test_names_valid_at_a_place_are_offered_even_in_a_broken_line(
    home: Path, text: str, expected: list[str]
) -> None:
    assert offered(home, text) == expected


def test_keys_that_are_not_there_yet_are_offered(home: Path) -> None:
    found = offered(home, "subject: x\nduties:\n  - id: a\n    activity: command\n    |\n")
    assert "role" in found
    assert "when" in found
    assert not {"id", "activity"} & set(found)
    assert "label" in offered(home, "subject: x\n|")


def test_a_test_is_offered_activities_and_values(home: Path) -> None:
    text = "- name: x\n  given: {level: |}\n"
    assert offered(home, text, "tests/x.yaml") == ["iv", "iii", "ii", "i"]
    text = "- name: x\n  given: {}\n  expect: {|}\n"
    assert offered(home, text, "tests/x.yaml") == ["owner", "command", "gate-check"]


def test_findings_errors_and_their_places(home: Path, desk: Desk) -> None:
    folder = str(home / "rf")
    notes = list(remarks(folder, desk.checker(folder).check({}), desk))
    gap = next(note for note in notes if note.code == "R201")
    assert gap.name == "unowned-event"
    assert "witness: " in gap.message
    file = home / "rf/subjects/office.yaml"
    desk.put(str(file), file.read_text().replace("covid-19", "🚒x").replace("🚒x", "covd-19"))
    (note,) = remarks(folder, desk.checker(folder).check(desk.unsaved), desk)
    assert note.path == str(file)
    assert note.severity == "error"
    assert "did you mean `covid-19`?" in note.message
    text = desk.places(str(file))
    start, end = (text.offset(place) for place in note.range)
    assert text.source.text[start:end] == "covd-19"


def test_a_higher_pack_concerns_the_open_packs_below_it(home: Path, desk: Desk) -> None:
    desk.put(str(home / "rf/pack.yaml"), (home / "rf/pack.yaml").read_text())
    assert desk.concerned(str(home / "city/vocabulary.yaml")) == (
        str(home / "city"),
        str(home / "rf"),
    )
    assert desk.concerned(str(home / "rf/pack.yaml")) == (str(home / "rf"),)
    assert desk.concerned(str(home / "nothing.yaml")) == ()


def checked_with_findings(home: Path, desk: Desk) -> Checked:
    return desk.checker(str(home / "rf")).check(desk.unsaved)


def place_of_gap(home: Path, checked: Checked) -> str:
    assert checked.report is not None
    found = next(one for one in checked.report.open_findings() if one.code == "R201")
    assert Path(found.span.file).is_relative_to(home / "city")
    return found.span.file


def test_a_finding_can_be_fixed_or_accepted(home: Path, desk: Desk) -> None:
    checked = checked_with_findings(home, desk)
    found = list(actions(place_of_gap(home, checked), (0, 99), str(home / "rf"), checked, desk))
    acceptance = next(one for one in found if "accept this finding" in one.title)
    (edit,) = acceptance.replacements
    assert edit.path == str(home / "rf/pack.yaml")
    assert edit.text.startswith("accept:\n  - {code: ")
    (home / "rf/pack.yaml").write_text(FILES["rf/pack.yaml"] + edit.text)
    accepted = load(home / "rf").accept
    assert [one.code for one in accepted] == [acceptance.finding.code]


@pytest.mark.parametrize(
    "accept",
    [
        "accept: []\n",
        "accept: [{code: R201, reason: x, when: {hazard: flood}}]\n",
        "accept:\n  - {code: R201, reason: x, when: {hazard: flood}}\n# end\n",
    ],
)
def test_an_acceptance_joins_those_that_are_there(home: Path, desk: Desk, accept: str) -> None:
    pack = home / "rf/pack.yaml"
    pack.write_text(FILES["rf/pack.yaml"] + accept)
    before = len(load(home / "rf").accept)
    checked = checked_with_findings(home, desk)
    found = actions(place_of_gap(home, checked), (0, 99), str(home / "rf"), checked, desk)
    (edit,) = next(one for one in found if "accept" in one.title).replacements
    places = desk.places(str(pack))
    start, end = (places.offset(place) for place in edit.range)
    text = pack.read_text()
    pack.write_text(text[:start] + edit.text + text[end:])
    assert len(load(home / "rf").accept) == before + 1


def test_symbols_name_duties_within_their_subject(home: Path, desk: Desk) -> None:
    file = desk.file(str(home / "rf/subjects/office.yaml"))
    assert file is not None
    (subject,) = symbols(file)
    assert subject.name == "street-office"
    assert [one.name for one in subject.within] == ["command", "gate-check"]
    tests = desk.file(str(home / "rf/tests/t.yaml"))
    assert tests is not None
    assert [one.name for one in symbols(tests)] == ["门岗"]


def test_what_cannot_be_parsed_has_no_names_and_breaks_nothing(home: Path, desk: Desk) -> None:
    assert parsed("f", "subjects/f.yaml", b"subject: [") is None
    assert parsed("f", "subjects/f.yaml", b"\xff\xfe") is None
    file = home / "rf/subjects/office.yaml"
    assert desk.file(str(file)) is not None
    desk.put(str(file), "subject: [")
    kept = desk.file(str(file))
    assert kept is not None
    assert any(word.name == "gate-check" for word in kept.words)
    shutil.rmtree(home / "city")
    assert list(remarks(str(home / "rf"), desk.checker(str(home / "rf")).check({}), desk))
