"""Whatever stands in the files of a pack, a load ends with a pack or with errors."""

from __future__ import annotations

import shutil
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.loading import errors_of, told

KEPT = Path(__file__).resolve().parents[1] / "packs" / "kept"
FILES = sorted(path.relative_to(KEPT) for path in (KEPT / "harbour").rglob("*.yaml"))
TOKENS = (
    *(": ", "- ", "[", "]", "{", "}", ",", "\n", "\n  ", "  ", "'", '"', "|\n", ">\n", "# ", "? "),
    *(
        "&a ",
        "*a",
        "!!str ",
        "<<: ",
        "---\n",
        "...\n",
        "%YAML 9\n",
        "\t",
        "\r",
        "\0",
        "\ufeff",
        "~",
    ),
    *(
        "..",
        "<",
        ">= ",
        "not: ",
        "else",
        "true",
        "null",
        "1e9",
        "-1",
        "0.5",
        "2020-02-30",
        "07:00..",
    ),
    *(
        "hazard",
        "storm",
        "place",
        "quay",
        "harbour-office",
        "command",
        "街道",
        "\u2028",
        "\ufeff",
        "x" * 99,
    ),
)
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 30),
        st.sampled_from(TOKENS) | st.binary(max_size=4).map(lambda b: b.decode("latin-1")),
    ),
    min_size=1,
    max_size=4,
)


def edited(text: str, edits: list[tuple[float, int, str]]) -> str:
    for place, length, new in edits:
        start = int(place * (len(text) + 1))
        text = text[:start] + new + text[start + length :]
    return text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(FILES), EDITS, st.sampled_from(["utf-8", "latin-1", "utf-16", "gb18030"]))
def test_a_load_ends_with_a_pack_or_with_errors(
    tmp_path: Path, name: Path, edits: list[tuple[float, int, str]], encoding: str
) -> None:
    folder = tmp_path / "packs"
    if not folder.exists():
        shutil.copytree(KEPT, folder)
    good = (KEPT / name).read_text(encoding="utf-8")
    try:
        (folder / name).write_bytes(edited(good, edits).encode(encoding, "replace"))
        errors = errors_of(folder / "harbour")
    finally:
        (folder / name).write_text(good, encoding="utf-8")
    for error in errors:
        assert error.message
        assert "\n" not in error.message
        if error.excerpt and error.span is not None:
            assert error.span.column <= len(error.excerpt[0]) + 1
            assert error.span.line <= error.span.end_line
    told(errors, folder).encode()
