"""Too much of anything: errors, names, files, packs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.bounds import load_within_bounds
from tests.loading import PACK, SUBJECT, errors_of, write_pack

pytestmark = pytest.mark.slow


def test_very_many_errors_are_cut_and_counted(tmp_path: Path) -> None:
    duties = "".join(f"  - {{id: d{n}, activity: suply, role: accountable}}\n" for n in range(3000))
    errors = errors_of(
        write_pack(tmp_path, {"subjects/office.yaml": "subject: office\nduties:\n" + duties})
    )
    assert 501 == len(errors)
    assert "2500 more errors are not shown" == errors[-1].message
    assert errors[-1].span is None
    assert [3 + n for n in range(500)] == [error.span.line for error in errors[:500] if error.span]


def test_errors_without_end_stop_the_reading(tmp_path: Path) -> None:
    words = ",".join(f"x{n}" for n in range(300_000))
    text = SUBJECT.replace("role: accountable", f"role: [{words}]")
    found = load_within_bounds(write_pack(tmp_path, {"subjects/office.yaml": text}))
    assert ("", "at least 20000 more errors are not shown") == found[-1]


def test_an_error_is_told_once(tmp_path: Path) -> None:
    duty = "&d {id: a, activity: suply, role: accountable, whne: {}}"
    text = f"subject: office\nduties:\n- {duty}\n- *d\n- *d\n"
    messages = [
        error.message for error in errors_of(write_pack(tmp_path, {"subjects/office.yaml": text}))
    ]
    assert len(messages) == len(set(messages))


def test_unknown_names_among_very_many_names_cost_little(tmp_path: Path) -> None:
    leaves = ", ".join(f"place-{n}" for n in range(60_000))
    vocabulary = (
        f"dimensions:\n  place: {{tree: {{town: [{leaves}]}}}}\nactivities: {{supply: {{}}}}\n"
    )
    near = ", ".join(f"plaec-{n}" for n in range(60_000))
    subject = SUBJECT.replace("role: accountable", f"role: accountable, when: {{place: [{near}]}}")
    files = {"vocabulary.yaml": vocabulary, "subjects/office.yaml": subject}
    found = load_within_bounds(write_pack(tmp_path, files))
    assert ("subjects/office.yaml:3:70", "`place` has no value `plaec-0`") == found[0]


def test_very_many_dimensions_activities_and_subjects_are_read_in_time(tmp_path: Path) -> None:
    many = range(20_000)
    vocabulary = "dimensions:\n" + "".join(f"  d{n}: {{values: [a, b]}}\n" for n in many)
    vocabulary += "activities:\n  supply: {}\n" + "".join(f"  a{n}: {{}}\n" for n in many)
    plan = "plan: p\nsteps:\n" + "".join(f"  - {{activity: a{n}, after: [b{n}]}}\n" for n in many)
    found = load_within_bounds(
        write_pack(tmp_path, {"vocabulary.yaml": vocabulary, "plan.yaml": plan})
    )
    assert ("plan.yaml:3:28", "there is no step `b0` in this plan") == found[0]


def test_a_long_chain_of_exceptions_is_followed_and_its_circle_found(tmp_path: Path) -> None:
    count = 5000
    duties = "".join(
        f"- {{id: d{n}, activity: supply, role: supports, exception_to: office/d{after}}}\n"
        for n, after in enumerate((*range(1, count), 0))
    )
    text = "subject: office\nduties:\n" + duties
    ((place, message),) = load_within_bounds(write_pack(tmp_path, {"subjects/office.yaml": text}))
    assert "subjects/office.yaml:3:60" == place
    assert message.startswith("these duties are exceptions to each other in a circle: `office/d0`")
    assert len(message) < 500


def test_a_long_chain_of_derived_dimensions_is_followed(tmp_path: Path) -> None:
    count = 2000
    dimensions = "".join(
        f"  d{n}: {{values: [a, b], derive: {{from: d{(n + 1) % count}, a: a, b: else}}}}\n"
        for n in range(count)
    )
    text = "dimensions:\n" + dimensions
    ((place, message),) = load_within_bounds(write_pack(tmp_path, {"more.yaml": text}))
    assert "more.yaml:2:32" == place
    assert message.startswith("these dimensions are derived from each other in a circle: `d0`")


def test_more_files_than_a_pack_may_have(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    for n in range(20_001):
        (folder / f"{n}.yaml").write_bytes(b"stock: {}\n")
    assert ("", "the pack has more than 20000 files") in [
        (place.removeprefix(f"{folder}:1:1"), message)
        for place, message in load_within_bounds(folder)
    ]


def test_more_packs_than_may_extend_each_other(tmp_path: Path) -> None:
    for n in range(70):
        extends = f"extends: [../p{n + 1}]\n" if n < 69 else ""
        files = {
            "pack.yaml": PACK.replace("small", f"p{n}").replace("lead: supply\n", "") + extends
        }
        write_pack(tmp_path / f"p{n}", files)
    messages = [error.message for error in errors_of(tmp_path / "p0")]
    assert "more than 64 packs extend each other" in messages
