"""A load with a store reads again what may mean something else, and nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.engine.language import yaml_reader
from remit.engine.language.loader import load
from remit.engine.language.problems import Problems
from remit.engine.language.sources import Source
from tests.loading import VOCABULARY, errors_of, write_pack
from tests.memory import Memory

WHEN = "{id: supply, activity: supply, role: accountable, when: {level: low..mid}}"
IN_YAML = {"subjects/office.yaml": f"subject: office\nduties:\n  - {WHEN}\n"}
IN_TABLE = {
    "subjects/office.yaml": "subject: office\nduties: {table: office.csv}\n",
    "subjects/office.csv": "id,activity,role,level\nsupply,supply,accountable,low..mid\n",
}


@pytest.mark.parametrize("files", [IN_YAML, IN_TABLE], ids=["yaml", "table"])
def test_words_that_mean_something_else_now_are_read_again(
    files: dict[str, str | bytes | None], tmp_path: Path
) -> None:
    memory = Memory()
    folder = write_pack(tmp_path, files)
    first = load(folder, memory)
    more = VOCABULARY.replace("[low, mid, high]", "[lowest, low, mid, high]")
    write_pack(folder, {**files, "vocabulary.yaml": more})
    second = load(folder, memory)
    assert load(folder) == second
    assert (
        first.duties()[0].when.boxes[0].constraints["level"].allowed
        != second.duties()[0].when.boxes[0].constraints["level"].allowed
    )


@pytest.mark.parametrize("files", [IN_YAML, IN_TABLE], ids=["yaml", "table"])
def test_a_word_of_a_higher_pack_that_is_gone_is_told_where_it_is_used(
    files: dict[str, str | bytes | None], tmp_path: Path
) -> None:
    memory = Memory()
    high = write_pack(tmp_path / "high", {"subjects/office.yaml": "subject: office\n"})
    low = "remit: 1\npack: low\nversion: 1\nextends: [../high]\n"
    folder = write_pack(tmp_path / "low", {**files, "pack.yaml": low, "vocabulary.yaml": None})
    load(folder, memory)
    (high / "vocabulary.yaml").write_text(VOCABULARY.replace("mid, high", "high"), encoding="utf-8")
    expected = errors_of(folder)
    assert expected
    assert expected == errors_of(folder, memory)


def test_after_one_edit_one_subject_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = {f"subjects/s{n}.yaml": f"subject: s{n}\nunder: office\n" for n in range(5)}
    folder = write_pack(tmp_path, more)
    memory = Memory()
    load(folder, memory)
    parsed: list[str] = []
    builder = yaml_reader._Builder

    def counted(source: Source, problems: Problems) -> object:
        parsed.append(Path(source.file).name)
        return builder(source, problems)

    monkeypatch.setattr(yaml_reader, "_Builder", counted)
    load(folder, memory)
    assert [] == parsed
    (folder / "subjects" / "s3.yaml").write_text("subject: s3\n", encoding="utf-8")
    load(folder, memory)
    assert ["pack.yaml", "s3.yaml", "vocabulary.yaml"] == sorted(parsed)
