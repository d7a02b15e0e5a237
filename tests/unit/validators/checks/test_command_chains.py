"""wide-span, split-command, thin-succession and overloaded-subject: what command can bear."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.unit.validators.written import PACK, found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  shift: {values: [day, night]}
activities:
  fetch: {needed: {shift: day}}
  carry: {}
"""


def subject(name: str, lines: str, *duties: str) -> dict[str, str]:
    written = "".join(f"  - {duty}\n" for duty in duties)
    text = f"subject: {name}\n{lines}{'duties:' if duties else ''}\n{written}"
    return {f"subjects/{name}.yaml": text}


def test_eight_beneath_one_are_too_many_and_seven_are_not(tmp_path: Path) -> None:
    def pack(count: int, lines: str = "") -> dict[str, str]:
        beneath = [
            subject(f"s{n}", "under: chief\n", "{id: a, activity: carry, role: supports}")
            for n in range(count)
        ]
        chief = subject("chief", lines, "{id: a, activity: carry, role: accountable}")
        return {
            "vocabulary.yaml": VOCABULARY,
            **chief,
            **{k: v for b in beneath for k, v in b.items()},
        }

    assert not found(report_on(tmp_path / "seven", pack(7)), "wide-span")
    finding = the_one(report_on(tmp_path / "eight", pack(8)), "wide-span")
    assert finding.message == "`chief` commands 8 subjects with duties, more than 7"
    assert text_at(finding) == "chief"
    small = {**pack(2), "pack.yaml": f"{PACK}checks: {{wide-span: {{min: 3}}}}\n"}
    finding = the_one(report_on(tmp_path / "few", small), "wide-span")
    assert (finding.level, finding.subjects) == ("note", ("chief",))


def test_a_joint_body_under_its_lead_is_no_further_subordinate(tmp_path: Path) -> None:
    duty = "{id: a, activity: carry, role: supports}"
    written = {
        "pack.yaml": f"{PACK}checks: {{wide-span: {{max: 1}}}}\n",
        "vocabulary.yaml": VOCABULARY,
        **subject("chief", "", duty),
        **subject("one", "under: chief\n", duty),
        **subject("joint", "members: [chief, one]\nlead: chief\n", duty),
    }
    assert not found(report_on(tmp_path, written), "wide-span")


def two_superiors(
    second: str, plan: str = "{activity: fetch}\n  - {activity: carry}"
) -> dict[str, str]:
    return {
        "vocabulary.yaml": VOCABULARY,
        "plans/p.yaml": f"plan: p\nsteps:\n  - {plan}\n",
        **subject("chief", "", "{id: f, activity: fetch, role: accountable}"),
        **subject("other", second, "{id: c, activity: carry, role: accountable}"),
        **subject(
            "team",
            "under: chief\n",
            "{id: f, activity: fetch, role: responsible}",
            "{id: c, activity: carry, role: responsible}",
        ),
    }


def test_a_team_under_two_superiors_is_found_just_where_both_call(tmp_path: Path) -> None:
    finding = the_one(report_on(tmp_path, two_superiors("")), "split-command")
    assert (finding.region, finding.share) == ({"shift": "day"}, Fraction(1, 2))
    assert finding.subjects == ("team", "chief", "other")
    assert text_at(finding) == "carry"


@pytest.mark.parametrize("line", ["under: chief\n", "members: [chief, team]\nlead: chief\n"])
def test_superiors_in_one_line_speak_with_one_voice(tmp_path: Path, line: str) -> None:
    assert not found(report_on(tmp_path, two_superiors(line)), "split-command")


def test_two_activities_of_two_plans_are_no_split(tmp_path: Path) -> None:
    written = two_superiors("", "{activity: fetch}")
    written["plans/q.yaml"] = "plan: q\nsteps:\n  - {activity: carry}\n"
    assert not found(report_on(tmp_path, written), "split-command")


def succession(options: str, first: str, second: str) -> dict[str, str]:
    return {
        "pack.yaml": f"{PACK}checks: {{thin-succession: {options}}}\n",
        "vocabulary.yaml": VOCABULARY,
        **subject("one", first, "{id: f, activity: fetch, role: accountable}"),
        **subject("two", second, "{id: c, activity: carry, role: accountable}"),
    }


@pytest.mark.parametrize(
    "options, first, second, thin",
    [
        ("{}", "deputies: [two]\n", "", ["two"]),
        ("{}", "", "", []),
        ("{depth: 1}", "", "", ["one", "two"]),
        ("{depth: 1}", "deputies: [two]\n", "deputies: [two]\n", ["two"]),
        ("{depth: 2}", "deputies: [two]\n", "deputies: [one]\n", ["one", "two"]),
        ("{depth: 1}", "staff: {clerk: 2}\n", "deputies: [one]\n", []),
        ("{depth: 1, staff: false}", "staff: {clerk: 2}\n", "deputies: [one]\n", ["one"]),
        ("{depth: 1}", "staff: {clerk: 1}\n", "deputies: [one]\n", ["one"]),
    ],
)
def test_who_nobody_can_stand_in_for_is_found(
    tmp_path: Path, options: str, first: str, second: str, thin: list[str]
) -> None:
    report = report_on(tmp_path, succession(options, first, second))
    assert [one.subjects[0] for one in found(report, "thin-succession")] == thin


def roster(name: str, people: str, *shifts: str) -> dict[str, str]:
    listed = "".join(f"  - {shift}\n" for shift in shifts)
    named = ", ".join(f"{one}: {{}}" for one in people.split())
    return {
        f"rosters/{name}.yaml": f"roster: {name}\nsubject: {name}\nzone: Asia/Shanghai\n"
        f"people: {{{named}}}\nshifts:\n{listed}"
    }


def test_the_person_whose_absence_leaves_nobody_is_named_with_the_hour(tmp_path: Path) -> None:
    written = {
        **succession("{depth: 0, absent: 1}", "deputies: [two]\n", "staff: {clerk: 9}\n"),
        **roster(
            "one",
            "li wang",
            '{days: weekdays, from: "08:00", to: "20:00", people: [li, wang]}',
            '{days: sun, from: "20:00", to: "08:00", people: [wang]}',
        ),
        **roster("two", "wang", '{days: sun, from: "00:00", to: "23:00", people: [wang]}'),
    }
    one, two = found(report_on(tmp_path, written), "thin-succession")
    assert one.message == "without `wang` nobody is left to answer as `one`"
    assert one.notes[0] == "from Sun 00:00 to Sun 20:00 nobody else is there"
    assert two.subjects == ("two",)


def test_a_second_person_at_any_hour_is_enough(tmp_path: Path) -> None:
    shift = '{days: every, from: "08:00", to: "20:00", people: [li, wang]}'
    written = {
        **succession("{depth: 0, absent: 1}", "", "staff: {clerk: 2}\n"),
        **roster("one", "li wang", shift),
    }
    assert not found(report_on(tmp_path, written), "thin-succession")


def test_more_activities_at_once_than_allowed_are_found_and_listed(tmp_path: Path) -> None:
    both = (
        "{id: f, activity: fetch, role: accountable}",
        "{id: c, activity: carry, role: accountable}",
    )
    written = {
        "pack.yaml": f"{PACK}checks: {{overloaded-subject: {{accountable: 1}}}}\n",
        "vocabulary.yaml": VOCABULARY,
        **subject("chief", "", *both),
    }
    finding = the_one(report_on(tmp_path / "one", written), "overloaded-subject")
    assert (finding.region, finding.share) == ({"shift": "day"}, Fraction(1, 2))
    assert finding.notes[1] == "at the witness they are 2: `fetch` and `carry`"
    del written["pack.yaml"]
    assert not found(report_on(tmp_path / "usual", written), "overloaded-subject")
