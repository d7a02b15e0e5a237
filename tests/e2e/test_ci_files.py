"""The files for CI: right by their own linters, and run as a runner runs them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.documents import blocks
from tests.e2e.test_check_options import OFFICE, PACK, VOCABULARY

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
GH = """#!{python}
import json, os, pathlib, sys
store = pathlib.Path(os.environ["GH_STORE"])
comments = json.loads(store.read_text()) if store.exists() else {{}}
words = sys.argv[1:]
assert words[0] == "api" and os.environ["GH_TOKEN"] == "token", words
if os.environ.get("GH_REFUSES"):
    sys.exit("HTTP 403")
path = next(word for word in words if word.startswith("repos/"))
if "--method" not in words:
    assert words[words.index("--jq") + 1] == ".[] | select(.body | startswith(env.MARKER)) | .id"
    print(*(k for k, v in comments.items() if v.startswith(os.environ["MARKER"])), sep="\\n")
    sys.exit()
field = words[words.index("--field") + 1]
body = pathlib.Path(field.removeprefix("body=@")).read_text()
made = str(len(comments) + 1)
key = path.rpartition("/")[2] if words[words.index("--method") + 1] == "PATCH" else made
assert key == made or key in comments
store.write_text(json.dumps({{**comments, key: body}}))
"""
"""Stands for GitHub's command: keeps the comments of one pull request in a file."""


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Lin", "-c", "user.email=lin@harbour.example")
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a pack in `my packs/rf`, changed since its first revision."""
    pack = tmp_path / "repository" / "my packs" / "rf"
    (pack / "subjects").mkdir(parents=True)
    (pack / "pack.yaml").write_text(PACK, "utf-8")
    (pack / "vocabulary.yaml").write_text(VOCABULARY, "utf-8")
    office = pack / "subjects" / "office.yaml"
    office.write_text(OFFICE, "utf-8")
    folder = tmp_path / "repository"
    git(folder, "init", "--quiet", ".")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "first")
    office.write_text(OFFICE.replace("stage: early", "stage: [early, late]"), "utf-8")
    return folder


class Runner:
    """Runs the steps of the action, as GitHub does, with a command of its own."""

    def __init__(self, repository: Path, **inputs: str) -> None:
        self.repository = repository
        self.temporary = repository.parent / "runner"
        (self.temporary / "remit" / "bin").mkdir(parents=True, exist_ok=True)
        self.programs = repository.parent / "programs"
        self.programs.mkdir(exist_ok=True)
        self._program("gh", GH.format(python=sys.executable))
        self.store = repository.parent / "comments.json"
        self.summary = repository.parent / "summary.md"
        self.outputs = repository.parent / "outputs"
        given = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()}
        self.inputs = {**given, "token": "token", **inputs}
        self.number = "7"

    def _program(self, name: str, text: str) -> None:
        (self.programs / name).write_text(text, "utf-8")
        (self.programs / name).chmod(0o755)

    def install(self) -> subprocess.CompletedProcess[str]:
        """Run the first step with a Python that only tells what it is asked for."""
        asked = self.repository.parent / "asked"
        stub = f'#!/bin/sh\nprintf "%s\\n" "$*" >>{shlex.quote(str(asked))}\n'
        self._program("python3", stub)
        (self.temporary / "remit" / "bin" / "python").write_text(stub, "utf-8")
        (self.temporary / "remit" / "bin" / "python").chmod(0o755)
        done = self._run(STEPS[0])
        (self.programs / "python3").unlink()
        done.stdout += asked.read_text("utf-8")
        (self.temporary / "remit" / "bin" / "remit").symlink_to(BIN / "remit")
        return done

    def step(self, name: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run one step by the beginning of its name."""
        return self._run(next(one for one in STEPS if one["name"].startswith(name)), **more)

    def _value(self, written: str) -> str:
        told = EXPRESSION.fullmatch(written)
        if told is None:
            return written
        known: Mapping[str, str] = {
            **{f"inputs.{name}": value for name, value in self.inputs.items()},
            "github.event.pull_request.number": self.number,
            "steps.check.outputs.status": self.status,
        }
        return known[told[1]]

    @property
    def status(self) -> str:
        """What the check left in its outputs."""
        text = self.outputs.read_text("utf-8") if self.outputs.exists() else ""
        return "".join(re.findall(r"^status=(\d+)$", text, re.MULTILINE)[-1:])

    def _run(self, step: Mapping[str, Any], **more: str) -> subprocess.CompletedProcess[str]:
        script = self.temporary / "step.sh"
        script.write_text(step["run"], "utf-8")
        names = ("HOME", "PYTHONPYCACHEPREFIX", "REMIT_NO_CACHE")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        environment = {
            **kept,
            "LC_ALL": "C.UTF-8",
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(self.outputs),
            "GITHUB_REPOSITORY": "rf/policies",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_WORKSPACE": str(self.repository),
            "RUNNER_TEMP": str(self.temporary),
            "GH_STORE": str(self.store),
            **{name: self._value(str(value)) for name, value in (step.get("env") or {}).items()},
            **more,
        }
        # SOURCE: GitHub documentation, `shell: bash` of a step.
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.repository,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


def test_every_input_comes_by_the_environment_and_none_into_a_script() -> None:
    for step in STEPS:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text("utf-8")))
    assert used == set(ACTION["inputs"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "file, schema, document",
    [("action.yml", "vendor.github-actions", 0), ("templates/check.yml", "vendor.gitlab-ci", 1)],
)
def test_the_files_fit_the_schemas_of_their_readers(
    file: str, schema: str, document: int, tmp_path: Path
) -> None:
    # WHY one document: the head of a component, `spec`, is no part of GitLab's schema.
    part = (ROOT / file).read_text("utf-8").split("\n---\n")[document]
    (tmp_path / "part.yml").write_text(part, "utf-8")
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", schema, "part.yml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "key, schema", [("jobs:", "vendor.github-workflows"), ("include:", "vendor.gitlab-ci")]
)
def test_what_the_guide_has_for_pasting_fits_too(key: str, schema: str, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "guide" / "ci.md").read_text("utf-8")
    (snippet,) = (
        one.body for one in blocks(page) if one.language == "yaml" and f"\n{key}" in f"\n{one.body}"
    )
    (tmp_path / "part.yml").write_text(snippet, "utf-8")
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", schema, "part.yml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_the_action_has_nothing_that_an_auditor_finds() -> None:
    command = [str(BIN / "zizmor"), "--offline", "--no-progress", "--persona", "pedantic"]
    done = subprocess.run(
        [*command, str(ROOT / "action.yml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_action_checks_compares_and_tells_once(repository: Path) -> None:
    base = git(repository, "rev-parse", "HEAD")
    runner = Runner(repository, pack="my packs/rf", base=base, ignore="R205,R206")
    installed = runner.install()
    assert installed.returncode == 0, installed.stderr
    assert installed.stdout.splitlines()[0] == f"-m venv {runner.temporary}/remit"
    assert installed.stdout.rstrip().endswith(f" {ROOT}")

    checked = runner.step("Check")
    assert (checked.returncode, runner.status) == (0, "1"), checked.stderr
    assert "::error file=my packs/rf/subjects/office.yaml,line=4," in checked.stdout
    log = json.loads((repository / "remit.sarif").read_text("utf-8"))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20packs/rf/subjects/office.yaml"
    compared = runner.step("Compare")
    assert compared.returncode == 0, compared.stderr
    told = runner.step("Tell")
    assert (told.returncode, told.stdout) == (0, ""), told.stderr
    again = runner.step("Tell")
    assert (again.returncode, again.stdout) == (0, "")
    comments = json.loads(runner.store.read_text("utf-8"))
    assert list(comments) == ["1"]
    assert comments["1"].startswith("<!-- remit: my packs/rf -->\n")
    assert "| `supply` | accountable, responsible |" in comments["1"]
    assert comments["1"].rstrip().endswith("**sample 1: 2 errors; checks left out: 2**")
    summary = runner.summary.read_text("utf-8")
    assert "| error | R201 unowned-event |" in summary
    assert "<!--" not in summary
    assert runner.step("End").returncode == 1


@pytest.mark.slow
def test_the_action_of_a_pack_with_mistakes_still_leaves_its_files(repository: Path) -> None:
    base = git(repository, "rev-parse", "HEAD")
    (repository / "my packs" / "rf" / "pack.yaml").write_text(PACK + "vresion: 1\n", "utf-8")
    runner = Runner(repository, pack="my packs/rf", base=base)
    runner.install()
    assert runner.step("Check").returncode == 0
    assert runner.status == "4"
    assert "vresion" in (repository / "remit.sarif").read_text("utf-8")
    assert "vresion" in runner.summary.read_text("utf-8")
    assert runner.step("Compare").returncode == 0
    told = runner.step("Tell", GH_REFUSES="1")
    assert (told.returncode, told.stdout[:10]) == (0, "::notice::")
    assert "cannot be compared" in runner.summary.read_text("utf-8")
    assert runner.step("End").returncode == 4


@pytest.mark.slow
def test_the_action_of_a_wrong_call_ends_as_the_call_did(repository: Path) -> None:
    runner = Runner(repository, pack="my packs/rf", select="nonsense; touch pwned")
    runner.install()
    assert runner.step("Check").returncode == 0
    assert runner.step("End").returncode == 2
    assert not (repository / "pwned").exists()


def run_hook(repository: Path, name: str, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a hook as it is declared."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (hook,) = (one for one in hooks if one["id"] == name)
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    assert re.search(hook["files"], "policies/rf/subjects/x.yaml")
    assert not re.search(hook["files"], "README.md")
    return subprocess.run(
        [*shlex.split(hook["entry"]), *arguments],
        cwd=repository,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments, code", [(["my packs/rf"], 1), (["--exit-zero", "my packs/rf"], 0)]
)
def test_the_hook_runs_as_it_is_declared(repository: Path, arguments: list[str], code: int) -> None:
    done = run_hook(repository, "remit-check", arguments)
    assert done.returncode == code, done.stderr
    assert "R201 unowned-event" in done.stdout


@pytest.mark.slow
def test_the_hook_of_the_layout_changes_files_once(repository: Path) -> None:
    file = repository / "my packs" / "rf" / "pack.yaml"
    written = file.read_text("utf-8")
    file.write_text(written.replace("remit: 1", "remit:    1"), "utf-8")
    first = run_hook(repository, "remit-fmt", ["my packs/rf"])
    laid_out = file.read_text("utf-8")
    assert (first.returncode, "remit: 1" in laid_out) == (0, True), first.stderr
    again = run_hook(repository, "remit-fmt", ["my packs/rf"])
    assert (again.returncode, file.read_text("utf-8")) == (0, laid_out)


@pytest.mark.slow
def test_the_template_runs_line_by_line_and_leaves_its_reports(repository: Path) -> None:
    head, body = yaml.safe_load_all((ROOT / "templates" / "check.yml").read_text("utf-8"))
    (job,) = body.values()
    inputs = {name: str(one.get("default", "")) for name, one in head["spec"]["inputs"].items()}
    inputs["pack"] = "my packs/rf"
    variables = {
        name: inputs[re.fullmatch(r"\$\[\[ inputs\.([\w-]+) \]\]", value)[1]]  # type: ignore[index]
        for name, value in job["variables"].items()
    }
    assert all("$[[" not in line for line in (*job["before_script"], *job["script"]))
    (repository / ".remit" / "bin").mkdir(parents=True)
    (repository / ".remit" / "bin" / "remit").symlink_to(BIN / "remit")
    shell = shutil.which("sh") or "sh"
    done = subprocess.run(
        [shell, "-ec", "\n".join(job["script"])],
        cwd=repository,
        env={"PATH": os.environ["PATH"], "CI_PROJECT_DIR": str(repository), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "R201 unowned-event" in done.stdout
    reports = job["artifacts"]["reports"]
    entries = json.loads((repository / reports["codequality"]).read_text("utf-8"))
    assert {one["location"]["path"] for one in entries} == {"my packs/rf/subjects/office.yaml"}
    assert "<failure" in (repository / reports["junit"]).read_text("utf-8")
