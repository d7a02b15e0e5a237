"""What the pages of the checks and the golden files show is what the commands print."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.cli import main
from tests.golden.samples import PACK, blocks_of, file_of, output_of, regenerating, written_with

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "remit" / "validators" / "checks").glob("*.md"))
GOLDEN = sorted(Path(__file__).parent.glob("*.md"))


@pytest.mark.parametrize("page", [*PAGES, *GOLDEN], ids=lambda page: page.stem)
def test_the_commands_of_a_page_print_what_it_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    shown, printed = {}, {}
    if page in PAGES:
        Path("pack.yaml").write_text(PACK, encoding="utf-8")

    def run(arguments: list[str]) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(arguments)
        return code, *capfd.readouterr()

    for block in blocks_of(page.read_text(encoding="utf-8")):
        file = file_of(block)
        if file is not None:
            Path(file[0]).parent.mkdir(parents=True, exist_ok=True)
            Path(file[0]).write_text(file[1], encoding="utf-8")
        elif block.kind == "console":
            shown[block.start] = block.body
            printed[block.start] = output_of(block, run)
    assert shown, "the page shows no command"
    if regenerating():
        written_with(page, printed)
    else:
        assert printed == shown
