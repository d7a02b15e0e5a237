"""Kill processes by the hundred, and hold what is left against runs in which nobody died.

Run it from the root: `python -m tests.kills --role worker --backend postgres --kills 200`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.databases import Places
from tests.kills.checks import Outcome, deaths_of, faults
from tests.kills.relay import Kills, RelayError
from tests.kills.roles import PLACES
from tests.kills.runs import Run
from tests.kills.scenes import Scene, demo_scene, small_scene
from tests.kills.stage import StuckError

__all__ = ["Matrix", "main", "scene_for"]

DEMO = ("driver", "flow")
"""Roles that play the demo; the others drive several incidents of a small pack."""


MOST_IDLE = 5
"""Runs one after the other in which nobody died; then the places are never passed."""


@dataclass
class Matrix:
    """Runs of one role on one kind of database.

    Args:
        places: makes ledgers.
        folder: for everything that the runs leave.
    """

    role: str
    places: Places
    folder: Path
    scene: Scene
    deaths: Counter[str] = field(default_factory=Counter)
    runs: int = 0

    def kill(self, seed: int, most: int, span: int, only: tuple[str, ...] = ()) -> list[str]:
        """Run until so many have died; return what is wrong, a sentence each."""
        undisturbed, _ = self._run("undisturbed", Kills(seed))
        found, idle = list(undisturbed.faults), 0
        while self.deaths.total() < most:
            name = f"{seed}-{self.runs}"
            left = most - self.deaths.total()
            kills = Kills(seed * 10_000 + self.runs, only or PLACES[self.role], left, span)
            try:
                outcome, deaths = self._run(name, kills)
                wrong = faults(outcome, undisturbed)
            except (RelayError, StuckError) as error:
                deaths, wrong = 1, (str(error),)
            found += [f"{self.role} {name}: {fault}" for fault in wrong]
            self.deaths += deaths_of(self.folder / name)
            self.runs += 1
            idle = 0 if deaths else idle + 1
            if idle == MOST_IDLE:
                found.append(f"{self.role} {name}: nobody died")
                break
        return found

    def _run(self, name: str, kills: Kills) -> tuple[Outcome, int]:
        folder = self.folder / name
        folder.mkdir(parents=True)
        # WHY by turns: with keys several messages go out between two writes, without them only one.
        is_keyed = kills.seed % 2 == 0
        return Run(self.role, self.scene, self.places.at(folder), folder, is_keyed)(kills)


def scene_for(role: str, folder: Path, *, incidents: int = 3) -> Scene:
    """Return what is played for a role."""
    return demo_scene() if role in DEMO else small_scene(folder, incidents)


def main() -> int:
    """Return 1 if anything was lost, doubled, or told otherwise."""
    options = _options()
    wrong = 0
    for backend in options.backend or ("sqlite", "postgres"):
        for role in options.role or ("driver", "worker", "sweep", "web", "server"):
            with ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                places = Places(on_postgres=backend == "postgres")
                stack.callback(places.clear)
                if role == "flow":
                    _prefect(stack)
                matrix = Matrix(role, places, folder, scene_for(role, folder))
                began = time.monotonic()
                found = matrix.kill(options.seed, options.kills, options.span, tuple(options.place))
                took = time.monotonic() - began
                where = ", ".join(f"{name} {n}" for name, n in sorted(matrix.deaths.items()))
                _say(
                    f"{backend} {role}: {matrix.deaths.total()} kills in {matrix.runs} runs,"
                    f" {len(found)} faults, {took:.0f} s ({where})"
                )
                for fault in found:
                    _say(f"  {fault}")
                wrong += len(found)
    return 1 if wrong else 0


def _prefect(stack: ExitStack) -> None:
    """Start a Prefect server for the flows, and name it in the environment."""
    import os

    from remit.workflows.flows.server import start_server

    server = start_server()
    stack.callback(server.stop)
    if not server.wait(120):
        sys.exit("Prefect does not start")
    os.environ.update(server.settings())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of which process dies where")
    parser.add_argument("--kills", type=int, default=60, help="deaths of each role")
    parser.add_argument("--span", type=int, default=12, help="a death within so many passes")
    parser.add_argument("--backend", action="append", choices=("sqlite", "postgres"))
    parser.add_argument("--role", action="append", choices=sorted(PLACES))
    parser.add_argument("--place", action="append", default=[], help="die only there")
    return parser.parse_args()


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
