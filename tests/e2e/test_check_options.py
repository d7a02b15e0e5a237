"""`remit check` with its options, as the command: formats, selection, baselines, settings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.test_check_again import QUICK, environment
from tests.terminal import run_command

PACK = "remit: 1\npack: sample\nversion: '1'\n"
VOCABULARY = """
dimensions:
  stage: {values: [early, mid, late]}
  shift: {values: [day, night]}
  place: {values: [a, b, c]}
activities: {supply: , gate: }
"""
OFFICE = """subject: office
duties:
  - {id: s, activity: supply, role: [accountable, responsible], when: {stage: early}}
  - {id: t, activity: supply, role: [accountable, responsible], when: {stage: mid, shift: day}}
  - {id: g, activity: gate, role: [accountable, responsible]}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "sample"
    (folder / "subjects").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    (folder / "vocabulary.yaml").write_text(VOCABULARY, "utf-8")
    (folder / "subjects" / "office.yaml").write_text(OFFICE, "utf-8")
    return folder


def check(pack: Path, *options: str, **more: str) -> tuple[int, str, str]:
    """Run it in the folder above the pack."""
    arguments = ("check", pack.name, "--today", "2026-11-24", *options)
    environ = environment(pack, **more)
    said = run_command(*arguments, folder=pack.parent, environment=environ)
    return said.code, said.out, said.err


def started(pack: Path, *options: str, code: str = "", **more: str) -> tuple[int, str, str]:
    """Run it in a process of its own, which may run `code` in the command's place."""
    start = ["-c", code] if code else ["-m", "remit"]
    done = subprocess.run(
        [sys.executable, *start, "check", pack.name, "--today", "2026-11-24", *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=pack.parent,
        env=environment(pack, **more),
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
def test_a_quick_run_honours_every_option_and_loads_nothing(pack: Path) -> None:
    (pack.parent / "remit.toml").write_text('[check]\noutput = ["text", "junit:j.xml"]\n', "utf-8")
    # WHY: a warning is a failure at one level only.
    (pack / "baseline.yaml").write_text("accept: [{code: R207, reason: x}]\n", "utf-8")
    calls: list[tuple[tuple[str, ...], dict[str, str]]] = [
        (("--output", "github", "--output", "sarif:r.sarif", "--fail-level", "note"), {}),
        (("--output", "gitlab", "--select", "R201", "--ignore", "V"), {}),
        (("--statistics", "--seconds", "12", "--exit-zero"), {}),
        (("--output=markdown",), {"GITHUB_WORKSPACE": str(pack.parent.parent)}),
        (("--output=markdown",), {}),
        (("--output=junit",), {}),
        (("--output=junit", "--fail-level=warning"), {}),
        (("--no-show-accepted",), {"REMIT_CHECK_SELECT": "dead-duty"}),
    ]
    outcomes = []
    for options, more in calls:
        whole = check(pack, *options, "--no-cache", **more)
        written = {one.name: one.read_bytes() for one in pack.parent.glob("[jr].*")}
        assert check(pack, *options, **more) == whole
        for one in pack.parent.glob("[jr].*"):
            one.unlink()
        assert started(pack, *options, code=QUICK, **more) == whole
        again = {one.name: one.read_bytes() for one in pack.parent.glob("[jr].*")}
        assert again.items() <= written.items()
        assert again or "--output" in " ".join(options)
        outcomes.append(whole)
    assert len({(code, out) for code, out, _ in outcomes}) == len(calls)
    assert [code for code, _, _ in outcomes] == [1, 1, 0, 1, 1, 1, 1, 0]
    assert f"{pack.parent.name}/sample/subjects" in outcomes[3][1]


@pytest.mark.slow
def test_a_pack_error_is_told_in_every_format_and_ends_with_4(pack: Path) -> None:
    (pack / "pack.yaml").write_text(PACK + "vresion: 2\n", "utf-8")
    names = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")
    code, out, told = started(pack, *(f"--output={name}:{name}.out" for name in names))
    assert (code, out, "no key `vresion`" in told) == (4, "", True)
    for name in names:
        assert "vresion" in (pack.parent / f"{name}.out").read_text("utf-8")


@pytest.mark.slow
def test_after_a_baseline_only_what_is_new_is_shown(pack: Path) -> None:
    assert check(pack)[0] == 1
    code, out, _ = check(pack, "--write-baseline")
    assert code == 0
    assert "+ - code: unowned-event" in out
    assert "until: 2027-02-22" in (pack / "baseline.yaml").read_text("utf-8")
    assert check(pack, "--fail-level", "note")[0] == 0
    office = pack / "subjects" / "office.yaml"
    office.write_text(OFFICE.replace("shift: day}", "shift: day, place: [a, b]}"), "utf-8")
    told = json.loads(check(pack, "--output", "json", "--select", "R201")[1])
    opened = [one for one in told["findings"] if not one["accepted"]]
    assert [one["region"] for one in opened] == [{"stage": "mid", "shift": "day", "place": "c"}]


@pytest.mark.slow
def test_a_baseline_is_renewed_and_comments_stay(pack: Path) -> None:
    (pack / "baseline.yaml").write_text(
        "# ours\naccept:  # by the office\n"
        "  # the letter of May\n"
        "  - code: unowned-event\n    when: {stage: late}\n"
        "    reason: known\n    until: 2026-05-01\n"
        "  - {code: missing-doer, when: {stage: late}, reason: kept}  # so it is\n"
        "# the end\n",
        "utf-8",
    )
    code, out, _ = check(pack, "--write-baseline", "--until", "2026-12-01")
    text = (pack / "baseline.yaml").read_text("utf-8")
    assert (code, "- reason: known" in out.replace("-     reason", "- reason")) == (0, True)
    comments = ("# the letter of May", "# so it is", "# the end")
    for kept in ("# ours\naccept:  # by the office\n", *comments):
        assert kept in text
    assert "2026-05-01" not in text
    assert text.count("until: 2026-12-01") == 2
    nothing = check(pack, "--write-baseline")
    assert (nothing[0], "nothing to accept" in nothing[1]) == (0, True)
    assert (pack / "baseline.yaml").read_text("utf-8") == text


@pytest.mark.slow
def test_a_baseline_keeps_the_line_ends_of_its_file(pack: Path) -> None:
    (pack / "baseline.yaml").write_bytes(b"# ours\r\naccept: []  # none yet\r\n# the end\r\n")
    assert check(pack, "--write-baseline")[0] == 0
    written = (pack / "baseline.yaml").read_bytes()
    assert written.startswith(b"# ours\r\naccept: # none yet\r\n  - code: unowned-event\r\n")
    assert written.endswith(b"# the end\r\n")
    assert written.count(b"\n") == written.count(b"\r\n")


@pytest.mark.slow
def test_what_nobody_may_accept_is_left_open_by_a_baseline(pack: Path) -> None:
    (pack / "pack.yaml").write_text(PACK + "mandatory: [R201]\n", "utf-8")
    code, out, _ = check(pack, "--write-baseline")
    assert (code, "R201 unowned-event" in out) == (1, True)
    text = (pack / "baseline.yaml").read_text("utf-8")
    assert ("missing-doer" in text, "unowned-event" in text) == (True, False)


@pytest.mark.parametrize(
    "options, told",
    [
        (("--write-baseline", "../x.yaml"), "`../x.yaml` is no file of the pack"),
        (("--write-baseline", ".x.yaml"), "is no file of the pack"),
        (("--write-baseline", "--watch"), "do not go together"),
        (("--write-baseline", "--until", "2026-01-01"), "is over today"),
        (("--until", "2027-01-01"), "`--until` is about a baseline"),
        (("--write-baseline", "pack.yaml"), "has no line `accept:`"),
        (("--list-accepted", "--output", "json"), "writes text to the terminal alone"),
        (("--select", "ownershp"), "did you mean `ownership`?"),
        (("--output", "serif"), "did you mean `sarif`?"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_and_nothing_is_written(
    pack: Path, options: tuple[str, ...], told: str
) -> None:
    before = sorted(pack.parent.rglob("*.yaml"))
    code, out, said = check(pack, *options)
    assert (code, out, told in said) == (2, "", True), said
    assert sorted(pack.parent.rglob("*.yaml")) == before


@pytest.mark.slow
def test_accepted_findings_are_listed_with_the_days_left(pack: Path) -> None:
    assert "nothing is accepted" in check(pack, "--list-accepted")[1]
    entries = (
        "accept:\n- {code: R201, activity: supply, when: [{stage: late}, {stage: mid}], "
        "reason: {zh: 函商, en: by letter}, by: street-office, until: 2026-12-01}\n"
        "- {code: R203, reason: x, until: 2026-11-23}\n- {code: R203, reason: open}\n"
    )
    (pack / "pack.yaml").write_text(PACK + entries, "utf-8")
    head, *rows = check(pack, "--list-accepted")[1].splitlines()
    assert head.split() == ["code", "where", "reason", "by", "until", "days", "left"]
    assert [row.split()[0] + row.split()[-1] for row in rows] == ["R203over", "R2017", "R203-"]
    assert "supply; stage: late or stage: mid" in rows[1]


@pytest.mark.slow
def test_where_each_setting_is_from_is_shown(pack: Path) -> None:
    (pack.parent / "remit.toml").write_text("[check]\n# less\nignore = ['R205']\n", "utf-8")
    code, out, _ = check(pack, "--show-config", "--select", "R", REMIT_CHECK_SECONDS="4")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert code == 0
    assert 'ignore = ["R205"] # remit.toml:3' in lines
    assert 'select = ["R"] # command line' in lines
    assert "seconds = 4 # REMIT_CHECK_SECONDS" in lines
    assert 'fail-level = "error" # default' in lines


@pytest.mark.slow
def test_a_mistake_in_the_settings_ends_with_2_and_its_place(pack: Path) -> None:
    (pack.parent / "remit.toml").write_text("[check]\nselct = ['R']\n", "utf-8")
    code, out, told = check(pack)
    assert (code, out) == (2, "")
    assert "remit.toml:2: there is no setting `selct`" in told
    assert "did you mean `select`?" in told
