"""The page of every check: there, whole, and true."""

from __future__ import annotations

import re

import pytest

from remit.validators.check import Check
from remit.validators.pages import SECTIONS, page_of
from remit.validators.registry import CHECKS


@pytest.fixture(params=CHECKS, ids=lambda check: check.name)
def check(request: pytest.FixtureRequest) -> Check:
    found: Check = request.param
    return found


def test_it_has_every_section_in_order_and_none_is_empty(check: Check) -> None:
    page = page_of(check)
    assert tuple(re.findall(r"^## (.*)$", page, re.MULTILINE)) == SECTIONS
    assert not re.search(r"^## .*\n+(?=## |\Z)", page, re.MULTILINE)


def test_its_facts_are_those_of_the_check(check: Check) -> None:
    page = page_of(check)
    assert page.startswith(f"# {check.code} {check.name}\n")
    facts = dict(re.findall(r"^\| (\w[^|]*) \| ([^|]*) \|$", page, re.MULTILINE))
    assert facts["Code"] == check.code
    assert facts["Family"] == check.family
    assert facts["Level"] == check.level
    assert {"Since", "Looks at", "Proof", "Fix", "Source"} < set(facts)


def test_it_names_just_the_options_the_check_has(check: Check) -> None:
    options = page_of(check).partition("## Options\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^- `([\w-]+)`", options, re.MULTILINE)) == set(check.options)


def test_it_refers_only_to_checks_there_are(check: Check) -> None:
    names = {each.name for each in CHECKS}
    see_also = page_of(check).partition("## See also\n")[2]
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", see_also))
    assert named <= names - {check.name}


def test_its_failing_sample_is_found_and_its_passing_sample_is_not(check: Check) -> None:
    page = page_of(check)
    fails = page.partition("## Fails\n")[2].partition("\n## ")[0]
    passes = page.partition("## Passes\n")[2].partition("\n## ")[0]
    assert f"{check.level}[{check.code} {check.name}]: " in fails
    assert "$ remit check" in passes
    assert check.code not in passes.partition("$ remit check")[2]
