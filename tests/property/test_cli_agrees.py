"""The commands give the answers of the slow reference, as text on stdout and as an exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agreement import Sample, random_sample
from tests.agreement_cli import check_command_disagreements, resolve_command_disagreements

SEEDS = (3, 11, 29, 42, 57)


@pytest.fixture(params=SEEDS)
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Sample:
    return random_sample(request.param, tmp_path)


@pytest.mark.slow
def test_resolve_batch_answers_each_line_as_the_reference_does(sample: Sample) -> None:
    assert not list(resolve_command_disagreements(sample))


@pytest.mark.slow
def test_check_prints_the_references_findings_and_exits_by_their_level(sample: Sample) -> None:
    assert not list(check_command_disagreements(sample))
