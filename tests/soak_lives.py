"""Lead many random lives of incidents, and tell of each that breaks a law.

Run it from the root: `python -m tests.soak_lives --from 0 --to 10000`. A life is told by its seed:
`--from 17 --to 18 --turns` shows what happened in it.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from random import Random

from remit.workflows.entries import Entry
from tests.life_laws import all_broken, broken
from tests.life_scenes import PLACES, scene
from tests.random_lives import Life

LONGEST = 90
"""Turns of the longest life."""


def main() -> int:
    """Return 1 if any life breaks a law."""
    options = _options()
    began, wrong, kinds = time.monotonic(), 0, Counter[str]()
    for seed in range(options.start, options.end):
        if options.only is not None and PLACES[seed % len(PLACES)] != options.only:
            continue
        said = lead(seed, shown=options.turns)
        if seed % 500 == 499:
            _say(f"... {seed + 1}")
        if said:
            wrong += 1
            kinds[_kind(said[0])] += 1
            _say(f"seed {seed} {PLACES[seed % len(PLACES)]}: {said[0]}")
    _say(f"{options.end - options.start} lives, {wrong} wrong, {time.monotonic() - began:.0f} s")
    for kind, count in kinds.most_common():
        _say(f"{count:6d} {kind}")
    return 1 if wrong else 0


def lead(seed: int, *, shown: bool = False) -> list[str]:
    """Return what is wrong in one life: the first moment at which something is."""
    chance = Random(seed)  # noqa: S311 -- a draw that can be repeated
    try:
        place = scene(seed)
        life = Life(
            place.desk, chance, chance.randint(0, 6), chance.randint(0, 2), changing=place.change
        )
        for turn in range(chance.randint(5, LONGEST)):
            before = len(place.desk.entries)
            life.turn()
            if shown:
                _show(turn, place.desk.entries[before:])
            said = list(broken(place.desk)) or (
                list(all_broken(place.desk)) if chance.random() < 0.04 else []
            )
            if said:
                return [f"turn {turn}: {one}" for one in said]
        return list(all_broken(place.desk))
    except Exception as error:  # noqa: BLE001  a life that breaks off is a result like any other
        if shown:
            traceback.print_exc()
        where = traceback.extract_tb(error.__traceback__)[-1]
        return [f"{type(error).__name__}: {error} ({where.name}:{where.lineno})"]


def _show(turn: int, entries: list[Entry]) -> None:
    for entry in entries:
        payload = {key: value for key, value in entry.payload.items() if key != "response"}
        _say(f"{turn} {entry.number} {entry.time:%d %H:%M} {entry.kind} {entry.actor} {payload}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="start", type=int, default=0, help="first seed")
    parser.add_argument("--to", dest="end", type=int, default=200, help="seed to stop before")
    parser.add_argument("--only", choices=sorted(set(PLACES)), help="one kind of place")
    parser.add_argument("--turns", action="store_true", help="show every entry")
    return parser.parse_args()


def _kind(sentence: str) -> str:
    return " ".join(sentence.partition(": ")[2].split()[:6] or sentence.split()[:6])


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
