"""The command as users meet it: a process with streams, signals and an exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import Said, run_command

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"fastapi", "jsonschema", "networkx", "numpy", "prefect", "sqlalchemy", "yaml"}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    (folder / "subjects").mkdir(parents=True)
    (folder / "pack.yaml").write_text(
        "remit: 1\npack: sample\nversion: '1'\nlead: supply\n", "utf-8"
    )
    vocabulary = (
        "dimensions: {stage: {values: [early, late]}}\nactivities: {supply: {label: 物资配送}}\n"
    )
    (folder / "vocabulary.yaml").write_text(vocabulary, "utf-8")
    duty = "{id: s, activity: supply, role: [accountable, responsible], when: {stage: early}}"
    office = f"subject: office\nduties:\n  - {duty}\n"
    (folder / "subjects" / "office.yaml").write_text(office, "utf-8")
    return folder


def environment(**more: str) -> dict[str, str]:
    without = {"NO_COLOR", "FORCE_COLOR", "REMIT_DEBUG", "TERM", "COLUMNS"}
    kept = {name: value for name, value in os.environ.items() if name not in without}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def remit(*arguments: str, stdin: bytes = b"", **more: str) -> Said:
    return run_command(*arguments, stdin=stdin, environment=environment(**more))


def started(*arguments: str, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "remit", *arguments]
    return subprocess.run(
        command, input=stdin, capture_output=True, check=False, timeout=60, env=environment(**more)
    )


def python(code: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        timeout=60,
        text=True,
        env=environment(**more),
    )


@pytest.mark.parametrize(
    "doing",
    [
        "import remit; assert remit.Span",
        "from remit.cli import main; assert main(['--help']) == 0",
        "from remit.cli import main; assert main(['--version']) == 0",
        "from remit.cli import main; assert main(['explain', 'R201']) == 0",
        "from remit.cli import main; assert main(['chekc']) == 2",
    ],
)
def test_nothing_heavy_is_loaded_without_need(doing: str) -> None:
    loaded = "{module.partition('.')[0] for module in sys.modules}"
    done = python(f"import sys; {doing}; print(sorted({loaded} & {HEAVY!r}), file=sys.stderr)")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"


def test_every_public_name_can_be_had() -> None:
    done = python("import remit; print([n for n in remit.__all__ if not hasattr(remit, n)])")
    assert done.stdout == "[]\n", done.stderr


def test_results_go_to_stdout_and_the_rest_to_stderr(pack: Path) -> None:
    found = started("check", str(pack))
    assert (found.returncode, found.stderr) == (1, b"")
    assert "物资配送" in found.stdout.decode()
    wrong = started("resolve", str(pack), "-", stdin=b'{"stage": "erly"}')
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert b"did you mean `early`?" in wrong.stderr


def test_an_event_may_come_on_standard_input(pack: Path) -> None:
    done = started("resolve", str(pack), "-", "--format", "json", stdin=b'{"stage": "early"}')
    assert done.returncode == 0
    assert json.loads(done.stdout)["owner"] == ["office"]


def test_an_unowned_event_ends_with_1(pack: Path) -> None:
    done = remit("resolve", str(pack), "-", "--format", "json", stdin=b'{"stage": "late"}')
    assert done.code == 1
    assert json.loads(done.out)["owner"] == []


def test_a_batch_answers_every_line_and_ends_with_2_if_one_was_bad(pack: Path) -> None:
    lines = b'\xef\xbb\xbf{"stage": "early"}\n\n{"stage": 1}\n\xff\n{"stage": "early"}'
    done = remit("resolve", str(pack), "--batch", "-", stdin=lines)
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert [answer.get("owner", answer.get("line")) for answer in answers] == [
        ["office"], 3, 4, ["office"],
    ]  # fmt: skip
    assert done.code == 2


@pytest.mark.parametrize(
    "text, reason",
    [
        (b'{"stage": "early", "stage": "late"}', b"the key `stage` is there twice"),
        (b'{"stage": NaN}', b"`NaN` is not a JSON number"),
        (b'{"stage": -Infinity}', b"`-Infinity` is not a JSON number"),
        (b'{"stage": "early"', b"is not JSON"),
        (b"[" * 100_000, b"nested too deep"),
        (b'{"stage": ' + b"9" * 5_000 + b"}", b"a number is too large"),
        (b'{"stage": 1e999999999}', b"a number is too large"),
        (b'{"stage": "\\ud800"}', b"has no value"),
        (b"\xff\xfe", b"is not UTF-8"),
        (b"x" * 1_000_001, b"longer than 1,000,000 characters"),
        (b"[]", b"an event is a JSON object"),
    ],
)
def test_hostile_json_is_refused_with_its_reason(pack: Path, text: bytes, reason: bytes) -> None:
    done = remit("resolve", str(pack), "-", stdin=text)
    assert done.code == 2
    assert reason.decode() in done.err
    assert "Traceback" not in done.err


def test_a_pack_that_cannot_be_loaded_ends_with_4_and_json_says_why(pack: Path) -> None:
    (pack / "pack.yaml").write_text("remit: [}", "utf-8")
    done = remit("check", str(pack), "--output", "json")
    assert done.code == 4
    assert json.loads(done.out)["errors"][0]["span"]["line"] == 1
    assert "cannot be loaded" in done.err


def test_outputs_go_to_the_files_they_name(pack: Path, tmp_path: Path) -> None:
    text, data = tmp_path / "out.txt", tmp_path / "out.json"
    done = remit("check", str(pack), "--output", f"text:{text}", "--output", f"json:{data}")
    assert (done.code, done.out) == (1, "")
    assert "R201" in text.read_text(encoding="utf-8")
    assert json.loads(data.read_text(encoding="utf-8"))["summary"]["error"] == 2


def test_a_file_that_cannot_be_written_is_told_without_a_traceback(
    pack: Path, tmp_path: Path
) -> None:
    done = remit("check", str(pack), "--output", f"json:{tmp_path}/no/such/folder.json")
    assert done.code == 2
    assert "cannot read or write" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments, more, colored",
    [
        ((), {}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color", "always"), {"TERM": "dumb"}, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_follows_the_option_and_then_the_environment(
    pack: Path, arguments: tuple[str, ...], more: dict[str, str], *, colored: bool
) -> None:
    done = remit("check", str(pack), *arguments, **more)
    assert ("\x1b[" in done.out) is colored
    assert "error[R201 unowned-event]" in done.out.replace("\x1b[1;31m", "").replace("\x1b[0m", "")


def test_a_reader_that_goes_away_is_no_error(pack: Path) -> None:
    writing = [sys.executable, "-m", "remit", "resolve", str(pack), "--batch", "-"]
    with subprocess.Popen(
        writing,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b'{"stage": "early"}\n')
        process.stdin.flush()
        assert process.stdout.readline()
        process.stdout.close()
        process.stdin.write(b'{"stage": "early"}\n' * 100)
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 141


def test_ctrl_c_ends_with_130_and_no_traceback(pack: Path) -> None:
    waiting = [sys.executable, "-m", "remit", "resolve", str(pack), "--batch", "-"]
    with subprocess.Popen(
        waiting,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b'{"stage": "early"}\n')
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert b"Traceback" not in process.stderr.read()


def test_a_library_of_an_extra_that_is_missing_ends_with_3_and_the_line_that_installs_it() -> None:
    blocked = "import sys; sys.modules['sqlalchemy'] = None; from remit.cli import main; "
    done = python(f"{blocked}sys.exit(main(['incidents']))")
    assert done.returncode == 3
    assert "there is no library `sqlalchemy`" in done.stderr
    assert "python -m pip install 'remit[run]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bug_ends_with_70_and_shows_its_traceback_only_when_asked() -> None:
    broken = (
        "import sys, remit.cli.commands.explain as e; from remit.cli import main; "
        "e.find_check = lambda code: 1 / 0; sys.exit(main(['explain', 'R201']))"
    )
    short = python(broken)
    assert short.returncode == 70
    assert "a fault in remit itself" in short.stderr
    assert "Traceback" not in short.stderr
    assert "Traceback" in python(broken, REMIT_DEBUG="1").stderr


def test_letters_the_terminal_cannot_show_end_nothing(pack: Path) -> None:
    done = started("check", str(pack), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 1
    assert b"\\u7269" in done.stdout
