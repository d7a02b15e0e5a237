"""`remit cards`: what a subject must do, may do and must not do, in words without jargon."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from remit.cli import main
from tests.small_town import write_town

Captured = pytest.CaptureFixture[str]

INTERNAL = re.compile(
    r"\b(cells?|duty|duties|pack|digest|subject|box|region|needed|witness)\b", re.IGNORECASE
)
"""Words of the policy language, which no card has."""

STREET = """# Street "office"

- Stage: Early
- public body
- reached by phone +86-10-5550-0100

## You answer for

- **=1+1 (and carry it out)**
  - accepted within 15 minutes; done within 12 hours
  - source: &lt;i>Act&lt;/i> 2
- **Gate & check**
  - place: north; cases: 10 persons and above
  - in part also answering: Guard
  - carried out by: Guard

## You are told of

- **Gate & check**
  - place: south; cases: 10 persons and above

## You may

- **Close &lt;gates>**
  - place: north
  - source: Act 1

## Whom to call

- **Guard, your deputy**

From Town &lt;b>, version 1
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_town(tmp_path_factory.mktemp("cards")))


def cards(capsys: Captured, *arguments: str) -> str:
    assert main(["cards", *arguments]) == 0
    return capsys.readouterr().out


def test_a_card_tells_all_that_is_its_holders(town: str, capsys: Captured) -> None:
    """What it answers for and by when, what it may do and must not, and whom it calls."""
    found = cards(
        capsys, town, "--subject", "street", "--where", "stage=early", "--format", "markdown"
    )
    assert STREET == found


def test_there_is_a_card_for_each_subject_and_stage(town: str, capsys: Captured) -> None:
    """What is forbidden in one stage stands on that card alone."""
    found = cards(capsys, town, "--format", "markdown")
    heads = re.findall(r"^# (.+)\n\n- (.+)$", found, re.MULTILINE)
    assert [
        (name, f"Stage: {stage}")
        for name in ("Guard", 'Street "office"', "team")
        for stage in ("Early", "Late")
    ] == heads
    early, late = found.split('# Street "office"')[1:]
    assert "You must not" not in early
    assert "## You must not\n\n- **Close &lt;gates>**\n" in late


def test_no_card_has_a_word_of_the_policy_language(town: str, capsys: Captured) -> None:
    found = cards(capsys, town, "--format", "markdown")
    assert INTERNAL.findall(found) == []


def test_cards_can_be_by_another_dimension_or_by_none(town: str, capsys: Captured) -> None:
    by_place = cards(capsys, town, "--subject", "guard", "--by", "place", "--format", "markdown")
    assert re.findall(r"^- place: (\w+)", by_place, re.MULTILINE) == ["north", "south"]
    once = cards(capsys, town, "--subject", "guard", "--by", "none", "--format", "markdown")
    assert once.count("# Guard\n") == 1


def test_a_subject_without_work_has_a_card_only_if_it_is_named(town: str, capsys: Captured) -> None:
    where = ("--where", "stage=early", "--where", "place=south", "--format", "markdown")
    assert "# Guard" not in cards(capsys, town, *where)
    assert "no duty falls here" in cards(capsys, town, *where, "--subject", "guard")


def test_the_page_prints_a_card_a_sheet(town: str, tmp_path: Path) -> None:
    out = tmp_path / "cards.html"
    assert main(["cards", town, "--out", str(out), "--paper", "a6", "--lang", "zh"]) == 0
    found = out.read_text(encoding="utf-8")
    assert "@page { size: A6; }" in found
    assert "break-after: page" in found
    assert found.count("<article") == 6
    assert '<html lang="zh-Hans">' in found
    assert "街道办" in found


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--subject", "guad"), "there is no subject `guad`"),
        (("--by", "palce"), "there is no dimension `palce`"),
        (("--by", "cases", *("--subject", "guard") * 80), "these would be up to 320 cards"),
    ],
)
def test_what_cannot_be_made_is_refused(
    town: str, capsys: Captured, arguments: tuple[str, ...], message: str
) -> None:
    assert main(["cards", town, *arguments]) == 2
    assert message in capsys.readouterr().err
