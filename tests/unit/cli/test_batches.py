"""Many events from tables: every row answered as it is alone, and told where it is wrong."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from remit.cli import main
from remit.cli.event_rows import BadRow, EventRow, csv_events
from remit.engine.language.loader import load
from remit.engine.vocabulary import Dimension
from tests.agreement import random_sample
from tests.loading import write_pack
from tests.machine import missing

SUBJECT = """\
subject: office
duties:
  - {id: a, activity: supply, role: accountable, when: {place: [b1, b2]}}
  - {id: b, activity: supply, role: responsible, when: {stage: early}}
"""
HEAD = "stage,level,place,cases,depth,id\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "pack", {"subjects/office.yaml": SUBJECT})


def run(pack: Path, events: Path, *options: str) -> int:
    return main(["resolve", str(pack), "--batch", str(events), *options])


def written(folder: Path, text: str | bytes, name: str = "events.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_bad_rows_are_told_with_their_place_and_the_rest_is_answered(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = 'early,low,b1,1,0.5,x\nealry,low,b1,1,0,\nlate,high,"b2",x,0,\nearly,low\n'
    rows += 'late,low,b2,3,0,"e\nf"\n'
    events = written(tmp_path, "\ufeff" + HEAD + rows)
    assert run(pack, events, "--format", "csv") == 2
    out, err = capsys.readouterr()
    table = list(csv.DictReader(io.StringIO(out)))
    assert ["2", "3", "4", "5", "6"] == [row["line"] for row in table]
    assert ["office", "", "", "", "office"] == [row["accountable"] for row in table]
    assert [False, True, True, True, False] == [bool(row["error"]) for row in table]
    assert f"{events}:3:1: `stage` has no value `ealry`" in err
    assert f"{events}:4:16: this is no value of `cases`" in err
    assert f"{events}:5:1: the row has 2 cells" in err


def test_json_answers_are_those_of_json_lines(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = written(tmp_path, "stage,place,cases\nearly,b1,1\nlate,,2\n")
    lines = '{"stage": "early", "place": "b1", "cases": 1}\n{"stage": "late", "cases": 2}\n'
    code = run(pack, table)
    from_table = capsys.readouterr().out
    assert code == run(pack, written(tmp_path, lines, "events.jsonl"))
    assert from_table == capsys.readouterr().out


@pytest.mark.parametrize(
    "text, told",
    [
        ("", "is empty"),
        ("stage,stage\n", "has the column `stage` twice"),
        ("stgae\nearly\n", "did you mean `stage`?"),
        ('"stage\n', "this quote is never closed"),
        ("stage\n".encode("utf-16"), "it is not UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_events_ends_with_2(
    text: str | bytes,
    told: str,
    pack: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(pack, written(tmp_path, text)) == 2
    assert told in capsys.readouterr().err


def test_a_table_of_answers_is_for_a_batch_and_one_activity(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = written(tmp_path, "{}\n", "event.json")
    assert main(["resolve", str(pack), str(events), "--format", "csv"]) == 2
    write_pack(
        pack, {"pack.yaml": "remit: 1\npack: small\nversion: 1\n", "subjects/office.yaml": SUBJECT}
    )
    capsys.readouterr()
    assert run(pack, events, "--format", "csv") == 2
    assert "name one with `--activity`" in capsys.readouterr().err
    assert run(pack, events, "--format", "csv", "--activity", "supply") == 0
    assert "1,supply,true,,,place," in capsys.readouterr().out


def test_a_stray_quote_costs_its_own_row_alone(pack: Path, tmp_path: Path) -> None:
    vocabulary = load(pack).vocabulary
    events = written(tmp_path, 'stage,id\nearly,a\nla"te,b\nlate,c\nlate,"d"\n')
    found = list(csv_events(str(events), vocabulary))
    assert [2, 3, 4, 5] == [row.number for row in found]
    assert [False, True, False, False] == [isinstance(row, BadRow) for row in found]


@pytest.mark.slow
def test_a_long_file_is_never_held_whole(pack: Path, tmp_path: Path) -> None:
    vocabulary = load(pack).vocabulary
    events = written(tmp_path, "stage,level,place,cases\n" + "early,low,b1,1\n" * 8_000)
    tracemalloc.start()
    count = sum(isinstance(row, EventRow) for row in csv_events(str(events), vocabulary))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 8_000
    assert peak < 200_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 11, 29])
def test_the_table_says_of_each_row_what_its_json_says(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = random_sample(seed, tmp_path)
    pack = load(sample.home)
    draw = Random(seed)  # noqa: S311 -- the same events every time, nothing secret
    full = [_event(pack.vocabulary.dimensions.values(), draw) for _ in range(60)]
    names = list(pack.vocabulary.dimensions)
    out = io.StringIO()
    csv.writer(out).writerows([names, *([event[name] for name in names] for event in full)])
    events = written(tmp_path, out.getvalue())
    for activity in pack.vocabulary.activities:
        options = ["--activity", activity, "--today", "2026-11-24"]
        code = run(sample.home, events, *options)
        answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert code == run(sample.home, events, *options, "--format", "csv")
        table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
        for answer, row in zip(answers, table, strict=True):
            assert row["error"] == answer.get("error", "")
            expected = answer["activities"].get(activity)
            assert row["needed"] == ("true" if expected else "false")
            if expected:
                assert _names(row["accountable"]) == expected["accountable"]["certain"]
                assert _names(row["responsible"]) == expected["responsible"]["certain"]
                assert row["ask"] == (answer["ask"] or "")


@pytest.mark.slow
def test_arrow_files_are_answered_as_their_csv(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        import pyarrow as pa
        import pyarrow.feather
        import pyarrow.parquet
    except ImportError:
        missing("pyarrow is not installed: it is in the extra `arrow`")
    columns = {"stage": ["early", None], "place": ["b1", "west"], "cases": [1, 2]}
    table = pa.table(columns)
    pa.parquet.write_table(table, tmp_path / "e.parquet")
    pa.feather.write_feather(table, tmp_path / "e.feather")
    with pa.ipc.new_stream(tmp_path / "e.arrow", table.schema) as stream:
        stream.write_table(table)
    code = run(pack, written(tmp_path, "stage,place,cases\nearly,b1,1\n,west,2\n"))
    expected = capsys.readouterr().out
    for name in ("e.parquet", "e.feather", "e.arrow"):
        assert code == run(pack, tmp_path / name)
        assert expected == capsys.readouterr().out
    assert run(pack, written(tmp_path, b"PAR1 nothing", "bad.parquet")) == 2
    assert run(pack, written(tmp_path, b"nothing at all", "bad.arrow")) == 2


def _names(cell: str) -> list[str]:
    return cell.split(" | ") if cell else []


def _event(dimensions: Iterable[Dimension], draw: Random) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in dimensions:
        if one.is_named:
            found[one.name] = draw.choice(one.values)
        else:
            found[one.name] = draw.choice([one.minimum, one.maximum])
    return found
