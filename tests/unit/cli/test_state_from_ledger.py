"""`remit resolve --ledger`: the state is what was declared last, where the event is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from remit.cli import main
from remit.workflows.entries import Draft, Json
from remit.workflows.ledger import Ledger
from tests.authority_town import CHANGES
from tests.desk import NOON, SPILL, harbour

VOCABULARY = CHANGES["vocabulary.yaml"].replace(
    "watch: {needed: {phase: response}}", "watch: {needed: {tide: high}}"
)


def _declared(value: str, **scope: Json) -> Draft:
    payload: dict[str, Json] = {
        "dimension": "tide", "from": None, "to": value, "power": "rule", "reason": "seen",
        "basis": "", "scope": scope, "pack": "harbour",
    }  # fmt: skip
    return Draft("declared", payload, actor="council")


@pytest.mark.parametrize(
    "more, is_needed",
    [
        ((), False),
        (("--ledger", "l.db"), True),
        (("--ledger", "l.db", "--state", "tide=low"), False),
    ],
)
def test_the_state_is_that_of_the_ledger_where_none_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    is_needed: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    home = harbour(tmp_path, {**CHANGES, "vocabulary.yaml": VOCABULARY})
    monkeypatch.chdir(tmp_path)
    Path("event.json").write_text(json.dumps(SPILL), encoding="utf-8")
    with Ledger.at("l.db") as ledger, ledger.write() as writing:
        writing.append([_declared("high", pier="north"), _declared("low", pier="south")], time=NOON)
    main(["resolve", str(home), "event.json", "--activity", "watch", "--format", "json", *more])
    found = json.loads(capsys.readouterr().out)
    assert ("watch" in found["activities"]) is is_needed, found


def test_a_batch_has_no_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = harbour(tmp_path, CHANGES)
    assert 2 == main(["resolve", str(home), "--batch", "x.jsonl", "--ledger", "l.db"])
    assert "`--ledger` is for one event" in capsys.readouterr().err
