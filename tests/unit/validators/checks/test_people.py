"""unstaffed-duty, roster-gap and unreachable-subject: who is there, and can be reached."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.unit.validators.written import PACK, found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, late]}
  shift: {values: [day, night], derive: {from: time, day: "07:00..<19:00", night: else}}
activities:
  watch: {needed: {stage: early}}
  clean: {}
"""


def subject(name: str, when: str = "{}", more: str = "", duty: str = "") -> str:
    """Return a subject that is accountable and responsible for the watch."""
    return (
        f"subject: {name}\n{more}duties:\n"
        "  - {id: watch, activity: watch, role: [accountable, responsible],"
        f" when: {when}{duty}}}\n"
    )


def files(options: str = "", **subjects: str) -> dict[str, str]:
    """Return a pack with the files of its subjects, and other files by `folder__name`."""
    return {
        "pack.yaml": PACK + options,
        "vocabulary.yaml": VOCABULARY,
        **{
            (f"{name.replace('__', '/')}.yaml" if "__" in name else f"subjects/{name}.yaml"): text
            for name, text in subjects.items()
        },
    }


STAFFED = subject("office", more="staff: {officer: 2}\n")


def test_a_subject_without_people_is_found_where_it_must_answer(tmp_path: Path) -> None:
    report = report_on(tmp_path, files(office=STAFFED, firm=subject("firm", "{shift: night}")))
    finding = the_one(report, "unstaffed-duty")
    assert (finding.level, finding.subjects) == ("warning", ("firm",))
    assert finding.region == {"stage": "early", "shift": "night"}
    assert text_at(finding) == "firm"


@pytest.mark.parametrize(
    "firm",
    [
        subject("firm", more="staff: {guard: 1}\n"),
        subject("firm", more="members: [office]\n"),
        subject("firm", duty=", valid: {until: 2026-01-31}"),
        "subject: firm\nduties:\n  - {id: a, activity: watch, role: informed}\n",
    ],
    ids=["staff", "members", "over", "only informed"],
)
def test_a_subject_with_people_or_without_such_duties_is_not_found(
    tmp_path: Path, firm: str
) -> None:
    assert not found(report_on(tmp_path, files(office=STAFFED, firm=firm)), "unstaffed-duty")


def test_a_pack_that_tells_people_of_few_is_not_accused_but_of_what_it_says(
    tmp_path: Path,
) -> None:
    few = {f"s{n}": subject(f"s{n}") for n in range(3)}
    assert not found(report_on(tmp_path / "few", files(office=STAFFED, **few)), "unstaffed-duty")
    none = subject("firm", more="staff: {guard: 0}\n")
    report = report_on(tmp_path / "none", files(office=STAFFED, firm=none, **few))
    assert the_one(report, "unstaffed-duty").subjects == ("firm",)
    options = "checks: {unstaffed-duty: {share: 25}}\n"
    report = report_on(tmp_path / "share", files(options, office=STAFFED, **few))
    assert len(found(report, "unstaffed-duty")) == len(few)


def test_a_pack_that_tells_people_of_none_that_must_answer_is_not_accused(tmp_path: Path) -> None:
    options = "checks: {unstaffed-duty: {share: 0}}\n"
    written = files(options, office=subject("office"), crew="subject: crew\nstaff: {driver: 1}\n")
    assert not found(report_on(tmp_path, written), "unstaffed-duty")


def roster(shifts: str, more: str = "", zone: str = "Asia/Shanghai") -> str:
    """Return a roster of the office."""
    return (
        f"roster: duty\nsubject: office\nzone: {zone}\n{more}"
        "people: {li: {contacts: [{channel: phone, to: '1'}]}}\n"
        f"shifts: [{shifts}]\n"
    )


DAYS = "{days: every, from: '07:00', to: '19:00', people: [li]}"
NIGHTS = "{days: [mon, tue, wed, thu, fri, sat], from: '19:00', to: '07:00', people: [li]}"


def test_the_first_hole_is_shown_in_local_time_and_in_utc(tmp_path: Path) -> None:
    written = files(office=subject("office"), rosters__duty=roster(f"{DAYS}, {NIGHTS}"))
    # 2026-11-23 is a Monday; its first hours belong to the night of Sunday.
    finding = the_one(report_on(tmp_path, written), "roster-gap")
    assert finding.notes[0] == (
        "the first gap: 2026-11-23 00:00 to 2026-11-23 07:00 (Asia/Shanghai),"
        " that is 2026-11-22 16:00 to 2026-11-22 23:00 UTC"
    )
    # Twelve whole nights of Sunday, and the end of the one before.
    assert finding.notes[1] == "13 gaps, `6d7h` in all"


@pytest.mark.parametrize(
    "when, more, options",
    [
        ("{shift: day}", "", ""),
        ("{}", "covers: [{days: every, from: '07:00', to: '19:00'}]\n", ""),
        ("{}", "", "checks: {roster-gap: {shortest: 13h}}\n"),
        ("{stage: late}", "", ""),
    ],
    ids=["no duty by night", "not meant for it", "too short", "never needed"],
)
def test_hours_in_which_nobody_need_be_there_are_no_hole(
    tmp_path: Path, when: str, more: str, options: str
) -> None:
    written = files(options, office=subject("office", when), rosters__duty=roster(DAYS, more))
    assert not found(report_on(tmp_path, written), "roster-gap")


def test_days_on_which_no_duty_is_in_force_are_no_hole(tmp_path: Path) -> None:
    duty = ", valid: {from: 2026-12-01, until: 2026-12-02}"
    written = files(office=subject("office", duty=duty), rosters__duty=roster(DAYS))
    finding = the_one(report_on(tmp_path, written), "roster-gap")
    assert "2026-12-01 00:00 to 2026-12-01 07:00" in finding.notes[0]
    assert finding.notes[1] == "3 gaps, `1d` in all"


def test_the_pack_says_how_many_days_are_looked_at(tmp_path: Path) -> None:
    options = "checks: {roster-gap: {days: 1}}\n"
    written = files(options, office=subject("office"), rosters__duty=roster(DAYS))
    finding = the_one(report_on(tmp_path, written), "roster-gap")
    assert finding.notes[1] == "2 gaps, `12h` in all"


def test_a_gap_in_the_hour_the_clock_skips_is_none_that_day(tmp_path: Path) -> None:
    options = "checks: {roster-gap: {days: 2}}\n"
    shifts = "{days: every, from: '03:00', to: '02:00', people: [li]}"
    written = files(
        options, office=subject("office"), rosters__duty=roster(shifts, zone="Europe/Berlin")
    )
    report = report_on(tmp_path, written, today=dt.date(2026, 3, 28))
    finding = the_one(report, "roster-gap")
    assert finding.notes[1] == "it is the only one, `1h`"
    assert "2026-03-28 02:00 to 2026-03-28 03:00" in finding.notes[0]


REACHED = subject("office", more="contacts: [{channel: phone, to: '1'}]\n")


def test_a_subject_without_contact_is_found(tmp_path: Path) -> None:
    firm = subject("firm", "{shift: night}", duty=", acknowledge: 15m")
    finding = the_one(report_on(tmp_path, files(office=REACHED, firm=firm)), "unreachable-subject")
    assert finding.subjects == ("firm",)
    assert finding.region == {"stage": "early", "shift": "night"}


@pytest.mark.parametrize(
    "firm, more",
    [
        (subject("firm", more="members: [office]\nlead: office\n"), {}),
        (
            subject("firm"),
            {"rosters__firm": roster(f"{DAYS}, {NIGHTS}").replace("t: office", "t: firm")},
        ),
        ("subject: firm\nduties:\n  - {id: a, activity: clean, role: responsible}\n", {}),
    ],
    ids=["members", "roster", "no time and not accountable"],
)
def test_a_subject_reached_through_others_or_without_need_is_not_found(
    tmp_path: Path, firm: str, more: dict[str, str]
) -> None:
    report = report_on(tmp_path, files(office=REACHED, firm=firm, **more))
    assert not found(report, "unreachable-subject")


def test_a_person_on_duty_without_contact_is_found(tmp_path: Path) -> None:
    people = roster(DAYS).replace("{li: {contacts: [{channel: phone, to: '1'}]}}", "{li: {}}")
    finding = the_one(
        report_on(tmp_path, files(office=REACHED, rosters__duty=people)), "unreachable-subject"
    )
    assert "`li` is on duty by `duty`" in finding.message
    assert text_at(finding) == "li"


def test_a_channel_is_held_against_those_of_the_pack_or_against_a_slip(tmp_path: Path) -> None:
    slip = REACHED.replace("phone", "phnoe")
    finding = the_one(report_on(tmp_path / "slip", files(office=slip)), "unreachable-subject")
    assert (finding.level, finding.help) == ("note", "did you mean `phone`?")
    own = REACHED.replace("phone", "wchet")
    assert not found(report_on(tmp_path / "own", files(office=own)), "unreachable-subject")
    options = "checks: {unreachable-subject: {channels: [phone, radio], share: 0}}\n"
    report = report_on(
        tmp_path / "listed", files(options, office=own, firm=REACHED.replace("office", "firm"))
    )
    lost, channel = sorted(
        found(report, "unreachable-subject"), key=lambda one: one.subjects != ("office",)
    )
    assert lost.subjects == ("office",)
    assert (channel.level, channel.help) == ("warning", "there are `phone` and `radio`")
