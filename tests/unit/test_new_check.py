"""The generator of checks writes what a reviewer would otherwise have to ask for."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def new_check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("new_check", ROOT / "tools" / "new_check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the generator reads and changes."""
    validators = tmp_path / "remit" / "validators"
    shutil.copytree(ROOT / "remit" / "validators", validators)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_check_page_and_test_are_written_and_the_registry_knows_the_check(
    new_check: ModuleType, tree: Path
) -> None:
    assert new_check.main(["R299", "owned-in-name-only", "--level", "note"], tree) == 0
    checks = tree / "remit" / "validators" / "checks"
    module = (checks / "owned_in_name_only.py").read_text(encoding="utf-8")
    assert 'code="R299"' in module
    assert 'family="ownership"' in module
    assert 'level="note"' in module
    assert (
        (checks / "owned_in_name_only.md")
        .read_text("utf-8")
        .startswith("# R299 owned-in-name-only\n")
    )
    test = tree / "tests" / "unit" / "validators" / "checks" / "test_owned_in_name_only.py"
    assert '["R299"]' in test.read_text(encoding="utf-8")
    registry = (tree / "remit" / "validators" / "registry.py").read_text(encoding="utf-8")
    assert "    owned_by_default,\n    owned_in_name_only,\n" in registry
    assert "    owned_in_name_only.CHECK,\n)" in registry


def test_what_is_written_is_python_and_has_every_section(new_check: ModuleType, tree: Path) -> None:
    from remit.validators.pages import SECTIONS

    new_check.main(["R299", "owned-in-name-only"], tree)
    for path in tree.rglob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
    page = tree / "remit" / "validators" / "checks" / "owned_in_name_only.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    assert [line[3:] for line in lines if line.startswith("## ")] == list(SECTIONS)


@pytest.mark.parametrize(
    "code, name, reason",
    [
        ("R1", "some-pattern", "`R1` is no code"),
        ("R299", "pattern", "`pattern` is no name"),
        ("R299", "no-owner", "`no-owner` is no name"),
        ("Z299", "some-pattern", "`Z` is no family's letter"),
        ("R299", "unowned-event", "`unowned-event` is taken"),
    ],
)
def test_a_check_that_cannot_be_is_refused_and_nothing_is_written(
    new_check: ModuleType,
    tree: Path,
    capsys: pytest.CaptureFixture[str],
    code: str,
    name: str,
    reason: str,
) -> None:
    before = sorted(tree.rglob("*"))
    assert new_check.main([code, name], tree) == 2
    assert capsys.readouterr().err.startswith(f"new_check: {reason}")
    assert sorted(tree.rglob("*")) == before
