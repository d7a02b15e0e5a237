"""A new check: writes its module, its page and its test, and enters it in the registry.

    python tools/new_check.py CODE NAME [--family FAMILY] [--level LEVEL]

CODE is a family's letter and a number nobody has used (`R209`), NAME the pattern it finds
(`owned-by-nobody`), so that "allow owned-by-nobody" reads well. What is written finds nothing yet;
its test says so by failing.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REGISTRY = Path("remit/validators/registry.py")

FAMILIES = {
    "A": "authority and duty",
    "C": "command",
    "D": "prevention",
    "F": "money",
    "K": "people and reserves",
    "P": "plans and time",
    "R": "ownership",
    "T": "prevention",
    "V": "the pack",
}
WITHOUT_LETTER = ("participation",)
"""Families whose codes begin with the letter of another."""
LEVELS = ("error", "warning", "note")

MODULE = '''"""{name}: {summary}."""

from __future__ import annotations

from collections.abc import Iterator

from remit.validators.check import Check, Context, Fault

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each place where the pattern is found."""
    yield from ()


CHECK = Check(
    code="{code}",
    name="{name}",
    level="{level}",
    family="{family}",
    summary="{summary}",
    faults=faults,
)
'''

PAGE = """# {code} {name}

| | |
|---|---|
| Code | {code} |
| Family | {family} |
| Level | {level} |
| Since | {since} |
| Looks at | the pack |
| Proof | the whole event space, every cell; each witness is replayed through a second, slow path |
| Fix | none yet |
| Source | |

## What it checks
{sentence}.

## Why it matters

## Fails

## Passes

## How it is decided, and what it costs

## Options
None.

## When to silence it

## See also
"""

TEST = '''"""{name}: {summary}."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import remit

TODAY = dt.date(2026, 1, 1)

VOCABULARY = """
dimensions:
  stage: {{values: [early, late]}}
activities:
  watch:
"""
SUBJECT = """
subject: office
duties:
  - {{id: watch, activity: watch, role: [accountable, responsible]}}
"""


def test_the_pattern_is_found_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "subjects").mkdir()
    (tmp_path / "pack.yaml").write_text("remit: 1\\npack: sample\\nversion: '1'\\n", "utf-8")
    (tmp_path / "vocabulary.yaml").write_text(VOCABULARY, "utf-8")
    (tmp_path / "subjects" / "office.yaml").write_text(SUBJECT, "utf-8")
    report = remit.check(remit.load(tmp_path), today=TODAY)
    assert [finding.code for finding in report.findings] == ["{code}"]
'''


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Write the files under `root`; return 2 where there can be no such check."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("code")
    parser.add_argument("name")
    parser.add_argument("--family", choices=sorted({*FAMILIES.values(), *WITHOUT_LETTER}))
    parser.add_argument("--level", choices=LEVELS, default="error")
    chosen = parser.parse_args(arguments)
    family = chosen.family or FAMILIES.get(chosen.code[:1], "")
    reason = refusal(root, chosen.code, chosen.name, family)
    if reason:
        print(f"new_check: {reason}", file=sys.stderr)
        return 2
    words = {
        "code": chosen.code,
        "name": chosen.name,
        "level": chosen.level,
        "family": family,
        "summary": chosen.name.replace("-", " "),
        "sentence": chosen.name.replace("-", " ").capitalize(),
        "since": next_version(root),
    }
    write(root, chosen.name.replace("-", "_"), words)
    return 0


def refusal(root: Path, code: str, name: str, family: str) -> str:
    """Return why there can be no such check, or nothing."""
    registry = (root / REGISTRY).parent / "checks"
    taken = {
        found
        for path in registry.glob("*.py")
        for found in re.findall(r'(?:code|name)="([^"]+)"', path.read_text(encoding="utf-8"))
    }
    if not re.fullmatch(r"[A-Z][1-9]\d\d", code):
        return f"`{code}` is no code: a family's letter and three digits, as R209"
    if not re.fullmatch(r"[a-z]+(?:-[a-z]+)+", name) or name.startswith("no-"):
        return f"`{name}` is no name: two or more lower-case words with hyphens, not no-..."
    if not family:
        return f"`{code[0]}` is no family's letter: give --family"
    if taken & {code, name}:
        return f"`{' '.join(sorted(taken & {code, name}))}` is taken"
    return ""


def next_version(root: Path) -> str:
    """Return major and minor of the version in pyproject.toml."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'^version = "(\d+\.\d+)', text, re.MULTILINE)
    return found[1] if found else ""


def write(root: Path, module: str, words: Mapping[str, str]) -> None:
    """Write module, page and test, enter the check in the registry, and print what was written."""
    checks = root / "remit" / "validators" / "checks"
    tests = root / "tests" / "unit" / "validators" / "checks"
    texts = {
        checks / f"{module}.py": MODULE,
        checks / f"{module}.md": PAGE,
        tests / f"test_{module}.py": TEST,
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(**words), encoding="utf-8")
        print(path.relative_to(root))
    registry = root / REGISTRY
    registry.write_text(entered(registry.read_text(encoding="utf-8"), module), encoding="utf-8")
    print(REGISTRY)


def entered(registry: str, module: str) -> str:
    """Return the registry's source with one more check: imported in order, and last in the list.

    Raises:
        ValueError: if the source no longer has the two lists this looks for.
    """
    imports = re.search(r"(?<=checks import \(\n)(?:    \w+,\n)+", registry)
    listed = re.search(
        r"(?<=^CHECKS: tuple\[Check, \.\.\.\] = \(\n)(?:    \w+\.CHECK,\n)+", registry, re.MULTILINE
    )
    if imports is None or listed is None:
        raise ValueError("the registry has no list of imports or of checks in the usual form")
    names = sorted([*imports[0].splitlines(), f"    {module},"])
    grown = listed[0] + f"    {module}.CHECK,\n"
    return (
        registry[: imports.start()]
        + "\n".join(names)
        + "\n"
        + registry[imports.end() : listed.start()]
        + grown
        + registry[listed.end() :]
    )


if __name__ == "__main__":
    sys.exit(main())
