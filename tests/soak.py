"""Compare the engine with the slow reference on many random packs.

Run it from the root: `python -m tests.soak --to 2000`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from tests.agreement import Sample, map_disagreements, partial_disagreements, random_sample
from tests.agreement_ask import ask_disagreements
from tests.agreement_checks import check_disagreements
from tests.agreement_cli import cli_disagreements
from tests.agreement_edits import edit_disagreements
from tests.agreement_nearest import nearest_disagreements
from tests.pack_writer import write_pack
from tests.plain_packs import Plain
from tests.shrink import shrink

COMPARISONS: dict[str, Callable[[Sample], Iterator[str]]] = {
    "map": map_disagreements,
    "partial": partial_disagreements,
    "checks": check_disagreements,
    "cli": cli_disagreements,
    "ask": ask_disagreements,
    "nearest": nearest_disagreements,
    "edits": edit_disagreements,
}
USUAL = ("map", "partial", "checks")
"""All but the command line, which starts two processes a pack."""


def main() -> int:
    """Return 1 if any pack shows a disagreement; `--keep` keeps each one, made small."""
    options = _options()
    began = time.monotonic()
    wrong = 0
    for seed in range(options.start, options.end):
        for name in options.only or USUAL:
            said = _disagreements(name, seed)
            if said:
                wrong += 1
                _say(f"seed {seed} {name}: {len(said)}, as: {said[0]}")
                if options.keep:
                    _keep(options.keep / f"{seed}-{name}", name, seed)
    _say(f"{options.end - options.start} packs, {wrong} disagree, {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="start", type=int, default=0, help="first seed")
    parser.add_argument("--to", dest="end", type=int, default=200, help="seed to stop before")
    parser.add_argument(
        "--only",
        action="append",
        choices=sorted(COMPARISONS),
        help="one comparison; may come again",
    )
    parser.add_argument("--keep", type=Path, help="folder for packs that disagree, made small")
    return parser.parse_args()


def _disagreements(name: str, seed: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        return _compare(name, random_sample(seed, Path(folder)))


def _compare(name: str, sample: Sample) -> list[str]:
    try:
        return list(COMPARISONS[name](sample))
    except Exception as error:  # noqa: BLE001  a crash on one pack is a result like any other
        return [f"{type(error).__name__}: {error}"]


def _keep(folder: Path, name: str, seed: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        whole = random_sample(seed, Path(scratch))
        kind = _kind(_compare(name, whole)[0])

    def fails(plain: Plain) -> bool:
        said = _written(plain, name, seed)
        return any(_kind(one) == kind for one in said)

    small = shrink(whole.plain, fails)
    folder.mkdir(parents=True)
    write_pack(small, folder, _spelling())
    (folder / "note.txt").write_text(
        "\n".join(_written(small, name, seed)) + "\n", encoding="utf-8"
    )


def _written(plain: Plain, name: str, seed: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            sample = Sample(plain, write_pack(plain, Path(folder), _spelling()), seed)
            return _compare(name, sample)
        except Exception:  # noqa: BLE001  a pack that lost a needed part shows nothing
            return []


def _spelling() -> Random:
    return Random(1)  # noqa: S311  reproducible on purpose


def _kind(sentence: str) -> str:
    return " ".join(sentence.split()[:2])


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
