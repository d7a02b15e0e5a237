"""`remit ask`: the dialogue on the terminal, and one step of it for programs."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import remit
from remit.cli import main
from tests.loading import write_pack

VOCABULARY = """\
dimensions:
  hazard:
    tree: {water: [flood, burst-pipe], fire: }
    label: {en: What happened, zh: 发生了什么}
    labels: {flood: {en: Flood, zh: 内涝}, fire: {en: Fire, zh: 火灾}}
  stage: {values: [early, late], state: true}
  cases: {integer: {min: 0, max: 100}, unit: persons}
  shift: {values: [day, night], derive: {from: time, day: "07:00..<19:00", night: else}}
activities:
  supply: {}
  guard: {needed: {hazard: fire}}
impossible:
  - {hazard: burst-pipe, cases: ">= 50"}
"""
OFFICE = """\
subject: office
label: {en: The office, zh: 办事处}
duties:
  - {id: water, activity: supply, role: accountable, when: {hazard: water}, basis: "Rules, 1"}
  - {id: guard, activity: guard, role: accountable}
"""
BRIGADE = """\
subject: brigade
duties:
  - id: many
    activity: supply
    role: accountable
    when: {hazard: water, cases: ">= 10"}
    exception_to: [office/water]
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(
        tmp_path / "pack",
        {
            "vocabulary.yaml": VOCABULARY,
            "subjects/office.yaml": OFFICE,
            "subjects/brigade.yaml": BRIGADE,
        },
    )


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def answer(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return answer


def step(pack: Path, event: Mapping[str, object], *options: str) -> tuple[int, dict[str, object]]:
    file = pack.parent / "event.json"
    file.write_text(json.dumps(event), encoding="utf-8")
    return main(["ask", str(pack), str(file), "--format", "json", *options]), {}


def json_of(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_the_dialogue_goes_on_until_it_is_certain_and_tells_why(
    pack: Path, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answer("1", "2")
    assert main(["ask", str(pack)]) == 0
    out = capsys.readouterr().out
    assert "What happened  hazard  3 answers are possible" in out
    assert "brigade answers for `supply`" in out
    assert "by the duty `brigade/many`, at" in out
    assert "hazard: water, cases: 10.." in out


def test_a_number_may_be_given_as_it_is(
    pack: Path, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answer("water", "=7")
    assert main(["ask", str(pack)]) == 0
    out = capsys.readouterr().out
    assert "The office answers for `supply`" in out
    assert "cases: 7" in out


def test_a_label_of_any_language_and_a_node_below_are_understood(
    pack: Path, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answer("内涝", "1")
    assert main(["ask", str(pack), "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert "发生了什么" in out
    assert "“supply”由办事处负责" in out
    assert "hazard: flood" in out


def test_what_cannot_be_understood_is_told_and_asked_again(
    pack: Path, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answer("3", "0", "flod", "flood", "=101", "= x", "2")
    assert main(["ask", str(pack)]) == 0
    out = capsys.readouterr().out
    assert out.count("there is no choice") == 2
    assert "did you mean `flood`?" in out
    assert "out of bounds" in out
    assert "brigade answers" in out


def test_an_answer_that_cannot_be_after_what_was_known_is_refused(
    pack: Path, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    (pack.parent / "e.json").write_text('{"hazard": "water", "cases": "5..20"}', "utf-8")
    answer("=30", "=12")
    assert main(["ask", str(pack), str(pack.parent / "e.json")]) == 0
    out = capsys.readouterr().out
    assert "`30` cannot be, after what was said before" in out
    assert "cases: 12" in out


def test_the_last_answer_can_be_taken_back_and_the_reason_for_a_question_asked(
    pack: Path, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answer("b", "1", "b", "?", "1", "1")
    assert main(["ask", str(pack)]) == 0
    out = capsys.readouterr().out
    assert "there is no answer to take back" in out
    assert "taken back: `hazard`" in out
    assert "because it bears on who answers; of 3 possible answers, it leaves:" in out
    assert "water: brigade or The office" in out


def test_what_is_not_known_is_not_asked_again(
    pack: Path, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answer("water", "u")
    assert main(["ask", str(pack)]) == 1
    out = capsys.readouterr().out
    assert "it stays open who answers for `supply`: brigade or The office" in out
    assert "it depends on cases" in out


def test_the_end_of_the_answers_tells_what_is_known(
    pack: Path, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answer("water")
    assert main(["ask", str(pack)]) == 1
    out = capsys.readouterr().out
    assert "stopped before it was certain" in out
    assert "what is known: hazard: water" in out


def test_a_gap_and_a_need_that_is_not_there_are_told_apart(
    pack: Path, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answer("fire")
    assert main(["ask", str(pack)]) == 1
    assert "nobody answers for `supply`: the pack has a gap here" in capsys.readouterr().out
    answer("water")
    assert main(["ask", str(pack), "--activity", "guard"]) == 0
    assert "`guard` is not needed in this event" in capsys.readouterr().out


def test_a_program_gets_one_question(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = step(pack, {"hazard": "flood", "time": "2026-01-01T08:00:00Z"})
    found = json_of(capsys)
    assert code == 0
    assert (found["decided"], found["ask"], found["unit"]) == (False, "cases", "persons")
    assert [c["constraint"] for c in found["choices"]] == ["..9", "10.."]  # type: ignore[attr-defined]
    assert found["possible"] == [["brigade"], ["office"]]
    assert found["event"]["shift"] == "day"  # type: ignore[index]


def test_an_answer_goes_back_into_the_event_as_its_constraint(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = step(pack, {"hazard": "flood", "cases": "10.."})
    found = json_of(capsys)
    assert code == 0
    assert (found["decided"], found["owner"], found["duties"]) == (
        True,
        ["brigade"],
        ["brigade/many"],
    )


def test_what_cannot_be_is_not_offered(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    step(pack, {"cases": 60})
    found = json_of(capsys)
    assert [c["constraint"] for c in found["choices"]] == ["flood", "fire"]  # type: ignore[attr-defined]


def test_an_event_that_cannot_happen_is_refused(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = step(pack, {"hazard": "burst-pipe", "cases": 60})
    assert code == 2
    assert "no event that can happen is like this" in capsys.readouterr().err


@pytest.mark.parametrize(
    "event, options, said",
    [
        ({"hazrd": "flood"}, (), "did you mean `hazard`?"),
        ({"hazard": "flod"}, (), "did you mean `flood`?"),
        ({"cases": "20..10"}, (), "the range `20..10` is reversed"),
        ([], (), "an event is a JSON object"),
        ({}, ("--unknown", "cass"), "did you mean `cases`?"),
        ({}, ("--activity", "suply"), "did you mean `supply`?"),
    ],
)
def test_a_mistake_is_told_with_what_was_meant(
    pack: Path,
    capsys: pytest.CaptureFixture[str],
    event: dict[str, object],
    options: tuple[str, ...],
    said: str,
) -> None:
    code, _ = step(pack, event, *options)
    assert code == 2
    assert said in capsys.readouterr().err


def test_a_pack_without_a_lead_needs_an_activity(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pack / "pack.yaml").write_text("remit: 1\npack: small\nversion: 1\n", encoding="utf-8")
    assert main(["ask", str(pack)]) == 2
    assert "say which one, with `--activity`" in capsys.readouterr().err
    with pytest.raises(ValueError, match="name an activity"):
        remit.ask(remit.compile(remit.load(pack)), {})


def test_two_answers_that_count_only_together_are_both_asked(tmp_path: Path) -> None:
    duty = "  - {{id: {0}-{1}, activity: supply, role: accountable, when: {{x: {0}, y: {1}}}}}"
    office = "\n".join(["subject: office", "duties:", *(duty.format(a, a) for a in "ab")]) + "\n"
    other = [duty.format(*pair) for pair in ("ab", "ba")]
    pack = write_pack(
        tmp_path,
        {
            "vocabulary.yaml": "dimensions: {x: {values: [a, b]}, y: {values: [a, b]}, "
            "z: {values: [a, b]}}\nactivities: {supply: {}}\n",
            "subjects/office.yaml": office,
            "subjects/other.yaml": "\n".join(["subject: other", "duties:", *other]) + "\n",
        },
    )
    found = remit.ask(remit.compile(remit.load(pack)), {})
    assert isinstance(found, remit.Question)
    assert found.dimension.name == "x"
    compiled = remit.compile(remit.load(pack))
    second = remit.ask(compiled, {"x": "a"})
    assert isinstance(second, remit.Question)
    assert [c.owners for c in second.choices] == [
        (remit.Owner(("office",)),),
        (remit.Owner(("other",)),),
    ]
    # With one of them not known, the other could not help.
    end = remit.ask(compiled, {}, unknown=["y"])
    assert isinstance(end, remit.Decided)
    assert (end.owner, end.missing) == (None, ("y",))


def test_a_question_that_can_rule_somebody_out_comes_before_one_that_cannot(tmp_path: Path) -> None:
    # Which of x and y decides depends on s, so asking s would lead on, and yet rules nobody out.
    vocabulary = (
        "dimensions: {s: {values: [a, b]}, x: {values: [a, b]}, y: {values: [a, b]}, "
        "cases: {integer: {min: 0, max: 99}}}\nactivities: {supply: {}}\n"
    )
    duty = "  - {{id: {0}, activity: supply, role: accountable, when: {1}}}"
    office = [
        duty.format("few", "{cases: 0}"),
        duty.format("x", "{s: a, x: a, cases: 1..}"),
        duty.format("y", "{s: b, y: a, cases: 1..}"),
    ]
    other = [
        duty.format("x", "{s: a, x: b, cases: 1..}"),
        duty.format("y", "{s: b, y: b, cases: 1..}"),
    ]
    pack = write_pack(
        tmp_path,
        {
            "vocabulary.yaml": vocabulary,
            "subjects/office.yaml": "\n".join(["subject: office", "duties:", *office]) + "\n",
            "subjects/other.yaml": "\n".join(["subject: other", "duties:", *other]) + "\n",
        },
    )
    compiled = remit.compile(remit.load(pack))
    first = remit.ask(compiled, {})
    assert isinstance(first, remit.Question)
    assert first.dimension.name == "cases"
    second = remit.ask(compiled, {"cases": 5})
    assert isinstance(second, remit.Question)
    assert second.dimension.name == "s"
