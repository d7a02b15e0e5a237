"""What the door does where the library fails, with a library made up for the test."""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import Any

import pytest

from remit.workflows.second_opinion import worker
from remit.workflows.second_opinion.library import LibraryError, Rules

ONE = json.dumps({"r": {"all": [{"m": {"x": 1}}]}})


class FakeLibrary(ModuleType):
    """The functions of the C module that the door calls."""

    class error(Exception):  # noqa: N801, N818  the library's own name for it
        pass

    def __init__(self, code: int = 0, failing: str = "") -> None:
        super().__init__("durable_rules_engine")
        self.code, self.failing = code, failing
        self.said: list[dict[str, Any]] = []

    def fail_at(self, step: str) -> None:
        if step == self.failing:
            raise self.error(f"Could not {step}, error code: 303")

    def create_ruleset(self, _name: str, _text: str) -> int:
        self.fail_at("create ruleset")
        return 1

    def assert_fact(self, _handle: int, message: str) -> tuple[int, int]:
        self.fail_at("assert fact")
        self.said.append(json.loads(message))
        return self.code, 1

    def start_action_for_state(self, _handle: int, _context: int) -> tuple[str, str]:
        return "{}", json.dumps({"r": {"m": self.said[-1]}})

    def complete_and_start_action(self, _handle: int, _context: int) -> None:
        self.fail_at("complete action")

    def retract_fact(self, _handle: int, message: str) -> None:
        self.said.append({"retracted": json.loads(message)["id"]})


def use(library: FakeLibrary, patch: pytest.MonkeyPatch) -> FakeLibrary:
    patch.setitem(sys.modules, "durable_rules_engine", library)
    return library


def test_a_fact_is_asserted_under_an_id_of_its_own_and_retracted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = use(FakeLibrary(), monkeypatch)
    rules = Rules("s", ONE)
    assert ["r"] == rules.matching({"x": 1})
    assert ["r"] == rules.matching({"x": 1})
    assert [
        {"x": 1, "id": "f1"},
        {"retracted": "f1"},
        {"x": 1, "id": "f2"},
        {"retracted": "f2"},
    ] == library.said


@pytest.mark.parametrize("step", ["assert fact", "complete action"])
def test_a_failure_of_the_library_is_told_and_ends_nothing(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(FakeLibrary(failing=step), monkeypatch)
    rules = Rules("s", ONE)
    reply = worker._one(rules, {"x": 1})
    assert {"failed": f"Could not {step}, error code: 303"} == reply


def test_a_fact_the_library_takes_for_another_is_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(FakeLibrary(code=2), monkeypatch)
    with pytest.raises(LibraryError, match="2"):
        Rules("s", ONE).matching({"x": 1})


def test_a_ruleset_the_library_refuses_after_us_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(FakeLibrary(failing="create ruleset"), monkeypatch)
    reply = worker._loaded({"rulesets": [ONE]}, [])
    assert {"refused": [["S00", "Could not create ruleset, error code: 303"]]} == reply


def test_a_library_that_is_not_there_or_does_not_load_is_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    assert "missing" in worker._loaded({"rulesets": [ONE]}, [])

    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "durable_rules_engine":
                raise ImportError("undefined symbol: PyEval_CallObject")

    monkeypatch.delitem(sys.modules, "durable_rules_engine")
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    assert {"unusable": "undefined symbol: PyEval_CallObject"} == worker._loaded(
        {"rulesets": [ONE]}, []
    )
