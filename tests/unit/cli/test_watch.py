"""`remit check --watch` sees every change, once, and tells what is new and what is gone."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from remit.cli.check_watch import watch
from remit.cli.selection import selected
from remit.cli.watching import SETTLED_S, changes, look_at
from tests.loading import SUBJECT, write_pack

GAP = SUBJECT.replace("accountable}", "accountable, when: {stage: early}}")
DAY = dt.date(2026, 11, 24)


class Editor:
    """Stands for time: at each wait the next edit is made."""

    def __init__(self, *edits: Callable[[], object]) -> None:
        self.edits = list(edits)

    def __call__(self, seconds: float, /) -> None:
        if seconds != SETTLED_S:
            if not self.edits:
                raise KeyboardInterrupt
            self.edits.pop(0)()


def watched(folder: Path, *edits: Callable[[], object]) -> Iterator[None]:
    return watch(str(folder), with_accepted=False, today=lambda: DAY, sleep=Editor(*edits))


def write(folder: Path, text: str) -> Callable[[], object]:
    return lambda: (folder / "subjects" / "office.yaml").write_text(text, encoding="utf-8")


def test_only_what_is_new_and_what_is_gone_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_pack(tmp_path)
    runs = watched(
        folder, write(folder, GAP), write(folder, "# moved\n" + GAP), write(folder, SUBJECT)
    )
    next(runs)
    first = capsys.readouterr().out
    assert "unowned-event" in first
    next(runs)
    second = capsys.readouterr().out
    assert "no subject is accountable for `supply`" in second
    assert "`guard`" not in second
    assert "as before" in second
    next(runs)
    third = capsys.readouterr().out
    assert "error[" not in third
    assert "gone" not in third
    next(runs)
    fourth = capsys.readouterr().out
    assert "gone: R201 unowned-event: no subject is accountable for `supply`" in fourth
    with pytest.raises(KeyboardInterrupt):
        next(runs)


def test_a_half_written_file_and_a_folder_that_is_gone_are_told_and_survived(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_pack(tmp_path / "pack")
    away = tmp_path / "away"
    runs = watched(
        folder,
        write(folder, SUBJECT[:-10]),
        write(folder, SUBJECT),
        lambda: shutil.move(folder, away),
        lambda: shutil.move(away, folder),
    )
    expected = ("", "cannot be loaded", "nothing changed", "there is no folder", "nothing changed")
    for words in expected:
        next(runs)
        assert words in capsys.readouterr().err


def test_a_file_that_is_still_being_written_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    sizes = iter((10, 20, 30, 30))

    def sleep(_: float) -> None:
        size = next(sizes, None)
        if size is not None:
            path.write_text("x" * size, encoding="utf-8")

    path.write_text("", encoding="utf-8")
    seen = changes(lambda: look_at([str(tmp_path)]), sleep)
    next(seen)
    next(seen)
    assert len(path.read_text(encoding="utf-8")) == 30


def test_other_files_and_hidden_ones_are_not_looked_at(tmp_path: Path) -> None:
    before = look_at([str(tmp_path)])
    (tmp_path / ".a.yaml").write_text("", encoding="utf-8")
    (tmp_path / "a.yaml~").write_text("", encoding="utf-8")
    assert before == look_at([str(tmp_path), str(tmp_path / "gone")])
    (tmp_path / "a.csv").write_text("", encoding="utf-8")
    assert before != look_at([str(tmp_path)])


def test_watching_runs_only_what_is_selected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_pack(tmp_path)
    runs = watch(
        str(folder),
        with_accepted=False,
        today=lambda: DAY,
        sleep=Editor(write(folder, GAP)),
        checks=selected(("R201", "R203"), ("missing-doer",)),
    )
    next(runs)
    next(runs)
    out = capsys.readouterr().out
    assert "unowned-event" in out
    assert "missing-doer" not in out
    assert "checks left out" in out
