"""Where options of `remit check` are from, and what is said of those that are none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from remit.cli.budgets import MOST_SECONDS, check_budget
from remit.cli.cache_folder import open_cache
from remit.cli.configuration import Settings, find_file, settle
from remit.cli.exits import UsageError
from remit.cli.options import FAIL_LEVELS, OPTIONS
from remit.cli.selection import selected
from remit.validators.finding import LEVELS
from remit.validators.registry import CHECKS
from tests.unit.engine.space_samples import duty, pack

WHOLE = """
[check]
output = ["text", "sarif:out/remit.sarif", "json:-"]
fail-level = "warning"
select = "ownership"
ignore = ["R204"]
seconds = 5
show-accepted = true
statistics = true
exit-zero = true
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a pack in it, which is the current folder."""
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "repository" / "policies" / "rf").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repository")
    return tmp_path / "repository"


def settled(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    named = {name.replace("_", "-"): value for name, value in given.items()}
    return settle("policies/rf", named, environment=environment or {})


def test_nothing_set_is_what_the_help_says(place: Path) -> None:
    assert place.is_dir()
    found = settled()
    assert found[:-1] == tuple(OPTIONS.values())
    assert found.seconds == MOST_SECONDS
    assert FAIL_LEVELS == LEVELS
    assert set(found.sources.values()) == {"default"}


@pytest.mark.parametrize("folder", [".", "policies", "policies/rf"])
@pytest.mark.parametrize("name", ["remit.toml", "pyproject.toml"])
def test_every_key_is_taken_from_the_nearest_file(place: Path, folder: str, name: str) -> None:
    text = WHOLE if name == "remit.toml" else WHOLE.replace("[check]", "[tool.remit.check]")
    (place / "remit.toml").write_text("[check]\nseconds = 1\n", "utf-8")
    if (folder, name) != (".", "pyproject.toml"):
        (place / folder / name).write_text(text, "utf-8")
    else:
        (place / "remit.toml").unlink()
        (place / name).write_text(text, "utf-8")
    found = settled()
    beside = os.path.normpath(f"{folder}/out/remit.sarif")
    assert found[:-1] == (
        ("text", f"sarif:{beside}", "json:-"), "warning", ("ownership",), ("R204",), 5.0,
        True, True, True,
    )  # fmt: skip
    assert found.sources["seconds"] == os.path.normpath(f"{folder}/{name}") + ":7"


def test_the_command_line_goes_before_the_environment_and_this_before_a_file(place: Path) -> None:
    (place / "remit.toml").write_text(WHOLE, "utf-8")
    environment = {"REMIT_CHECK_SECONDS": "7", "REMIT_CHECK_SELECT": "R201, V", "OTHER": "x"}
    found = settled(environment, seconds=9.0, exit_zero=False, output=())
    assert (found.seconds, found.select, found.exit_zero) == (9.0, ("R201", "V"), False)
    assert found.sources["seconds"] == "command line"
    assert found.sources["select"] == "REMIT_CHECK_SELECT"
    assert found.sources["output"] == "remit.toml:3"


def test_a_file_past_the_root_of_the_repository_is_not_ours(place: Path) -> None:
    (place.parent / "remit.toml").write_text(WHOLE, "utf-8")
    assert find_file("policies/rf") is None


def test_a_pack_elsewhere_is_checked_by_the_file_of_the_current_folder(place: Path) -> None:
    (place / "remit.toml").write_text(WHOLE, "utf-8")
    other = place.parent / "elsewhere"
    (other / ".git").mkdir(parents=True)
    assert find_file(str(other)) == str(place / "remit.toml")


@pytest.mark.parametrize(
    "text", ["[tool.other]\nx = 1\n", "# remit\n", '[project]\nname = "remit"']
)
def test_a_project_that_says_nothing_of_remit_is_passed_over(place: Path, text: str) -> None:
    (place / "policies" / "pyproject.toml").write_text(text, "utf-8")
    (place / "remit.toml").write_text(WHOLE, "utf-8")
    assert find_file("policies/rf") == str(place / "remit.toml")


@pytest.mark.parametrize(
    "text, told",
    [
        ("[check]\n\nselct = []\n", ":3: there is no setting `selct`; did you mean `select`?"),
        ("[chekc]\n", "remit.toml:1: there is no table `chekc`; did you mean `check`?"),
        ("check = 3\n", "remit.toml:1: `check` is a table"),
        ("[check]\nseconds = 0\n", ":2: the value of `seconds` cannot be used; expected a number"),
        ("[check]\nseconds = true\n", "remit.toml:2: the value of `seconds`"),
        ("[check]\nfail-level = 'bad'\n", "expected one of `error`, `warning`, `note`"),
        ("[check]\nexit-zero = 1\n", "expected `true` or `false`"),
        ("[check]\nselect = [1]\n", "expected a list of texts"),
        ("check.outptu = 'x'\n", ":1: there is no setting `outptu`; did you mean `output`?"),
        ("[check]\nselect = [\n", "remit.toml:"),
        ("[check\n", "remit.toml:1:7: this is not TOML: expected ']'"),
        (b"\xff", "`remit.toml` is not UTF-8"),
        (b"#" * 1_000_001, "`remit.toml` is too large"),
    ],
)  # fmt: skip
def test_every_mistake_has_its_place(place: Path, text: str | bytes, told: str) -> None:
    content = text if isinstance(text, bytes) else text.encode()
    (place / "remit.toml").write_bytes(content)
    with pytest.raises(UsageError) as caught:
        settled()
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "name, value, told",
    [
        ("REMIT_CHECK_SELEKT", "x", "did you mean `REMIT_CHECK_SELECT`?"),
        ("REMIT_CHECK_SECONDS", "soon", "expected a number above 0"),
        ("REMIT_CHECK_EXIT_ZERO", "maybe", "expected `true` or `false`"),
        ("REMIT_CHECK_FAIL_LEVEL", "all", "expected one of `error`"),
    ],
)
def test_a_variable_that_is_none_is_refused(place: Path, name: str, value: str, told: str) -> None:
    assert place.is_dir()
    with pytest.raises(UsageError) as caught:
        settled({name: value})
    assert told in str(caught.value)


def test_what_was_read_once_is_not_read_again(
    place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("REMIT_NO_CACHE", raising=False)
    monkeypatch.setenv("REMIT_CACHE_DIR", str(tmp_path / "cache"))
    cache = open_cache()
    (place / "remit.toml").write_text(WHOLE, "utf-8")
    first = settle("policies/rf", {}, environment={}, cache=cache)
    monkeypatch.setattr("remit.cli.configuration_file.read_settings", None)
    assert settle("policies/rf", {}, environment={}, cache=cache) == first
    (place / "remit.toml").write_text("[check]\n", "utf-8")
    with pytest.raises(TypeError):
        settle("policies/rf", {}, environment={}, cache=cache)


def codes(*select: str, ignore: tuple[str, ...] = ()) -> list[str]:
    return [check.code for check in selected(select, ignore)]


def test_checks_are_selected_by_code_beginning_name_and_family() -> None:
    assert codes("R201") == codes("unowned-event") == codes("r201") == ["R201"]
    assert codes("R") == codes("ownership") == codes("R2")
    assert codes("authority-and-duty") == codes("authority and duty") == codes("A")
    assert codes("R201,V901", "V902") == ["R201", "V901", "V902"]
    assert codes() == [check.code for check in CHECKS]
    assert "R201" not in codes("R", ignore=("unowned-event",))
    assert codes(ignore=("R,A,C",)) == codes("V", *{c.code[0] for c in CHECKS} - set("RACV"))


@pytest.mark.parametrize("word", ["R9", "unowned-evnt", "R2010", "owner"])
def test_a_word_that_means_no_check_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match=f"there is no check or family `{word}`"):
        codes("R201", ignore=(word,))


def test_to_ignore_everything_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="no check is left"):
        codes("R201", ignore=("ownership",))


@pytest.mark.parametrize("given, most", [({}, 30.003), ({"seconds": 9.0}, 9.0)])
def test_a_large_pack_has_more_time_unless_a_time_is_set(
    place: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, object], most: float
) -> None:
    assert place.is_dir()
    monkeypatch.setattr("remit.cli.budgets.seconds", lambda: 100.0)
    three = pack(duty("firm/a"), duty("firm/b"), duty("street/c"))
    assert check_budget(settled(**given), three).deadline == pytest.approx(100.0 + most)
