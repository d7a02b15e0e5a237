"""The JSON of `remit check`: the keys and kinds that others rely on."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest

import remit
from remit.engine.vocabulary import Value, plain
from remit.validators.outputs.json import errors_json, report_json
from tests.unit.validators.written import report_on

VOCABULARY = """
dimensions:
  stage: {values: [early, late]}
  rain: {decimal: {min: 0, max: 10}}
activities:
  supply: {}
"""
OFFICE = """
subject: o
duties:
  - {id: s, activity: supply, role: accountable, when: {stage: early, rain: "> 2.5"}}
  - {id: d, activity: supply, role: responsible}
"""


def test_a_report_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    files = {"vocabulary.yaml": VOCABULARY, "subjects/o.yaml": OFFICE}
    answer = json.loads(json.dumps(report_json(report_on(tmp_path, files))))
    assert {"pack", "version", "digest", "proved", "summary", "findings"} <= set(answer)
    assert answer["summary"] == {"error": len(answer["findings"]), "warning": 0, "note": 0}
    contract = {
        "code", "name", "level", "message", "span", "related", "duty", "activity", "letter",
        "subjects", "region", "share", "witness", "help", "accepted",
    }  # fmt: skip
    place = {"file", "line", "column", "end_line", "end_column"}
    for finding in answer["findings"]:
        assert contract <= set(finding)
        assert set(finding["span"]) == place
        assert all(set(related) == place | {"message"} for related in finding["related"])
        assert isinstance(finding["share"], float)
        assert finding["accepted"] is False
        assert set(finding["region"]) <= {"stage", "rain"}


@pytest.mark.parametrize(
    "value, as_json",
    [
        ("early", "early"),
        (3, 3),
        (Decimal("2.50"), 2.5),
        (Decimal(7), 7),
        (Decimal("1E+2"), 100),
        (Decimal("0.1234567890123456789"), "0.1234567890123456789"),
        (dt.date(2026, 2, 1), "2026-02-01"),
    ],
)
def test_values_are_numbers_as_long_as_a_number_is_exact(value: Value, as_json: object) -> None:
    assert plain(value) == as_json
    assert type(plain(value)) is type(as_json)


def test_errors_have_places_and_advice(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("remit: 1\npak: x\n", "utf-8")
    with pytest.raises(remit.PackErrors) as caught:
        remit.load(tmp_path)
    answer = errors_json(caught.value)
    assert answer["path"] == str(tmp_path)
    errors = answer["errors"]
    assert isinstance(errors, list)
    assert {"message", "span", "expected", "found", "help", "related"} == set(errors[0])
