"""Every rival on the same rules and events, each in a process of its own: `make bench-rivals`.

python benchmarks/rivals/run.py [--sizes 10 100 1000 10000] [--only NAME ...]
    [--peer module:Class ...] [--rounds 5] [--folder build] [--no-install]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machine import machine

from rivals.environment import FOLDER, build
from rivals.peer import PEERS, Listed
from rivals.report import markdown
from rivals.workload import make, write

HERE = Path(__file__).resolve().parent
EVENTS = 10_000
LONGEST_S = 600
"""Seconds a peer may take for one size, loading and all rounds."""


def main() -> int:
    """Measure, print the tables, and write them with the raw figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1_000, 10_000])
    parser.add_argument("--only", nargs="+", default=[], help="names of listed peers")
    parser.add_argument("--peer", action="append", default=[], metavar="MODULE:CLASS")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--longest", type=float, default=LONGEST_S, help="seconds a peer and size")
    parser.add_argument("--folder", type=Path, default=Path("build"), help="where results go")
    parser.add_argument("--no-install", action="store_true", help="use what this Python has")
    chosen = parser.parse_args()
    listed = [peer for peer in PEERS if not chosen.only or peer.name in chosen.only]
    unknown = set(chosen.only) - {peer.name for peer in PEERS}
    if unknown:
        parser.error(f"no such peer: {', '.join(sorted(unknown))}")
    python, missing = Path(sys.executable), {}
    if not chosen.no_install:
        print(f"installing rivals in {FOLDER.name}", file=sys.stderr)
        python, missing = build(listed)
    listed += [Listed(place.partition(":")[2], place) for place in chosen.peer]
    data: dict[str, object] = {
        "machine": machine(),
        "sizes": chosen.sizes,
        "rounds": chosen.rounds,
        "peers": _measured(listed, missing, python, chosen),
    }
    told = markdown(data)
    print(told, end="")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    (chosen.folder / "rivals.md").write_text(told, encoding="utf-8")
    (chosen.folder / "rivals.json").write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    return 0


def _measured(
    listed: list[Listed], missing: dict[str, str], python: Path, chosen: argparse.Namespace
) -> list[dict[str, object]]:
    by_size: dict[str, dict[str, dict[str, object]]] = {peer.name: {} for peer in listed}
    with tempfile.TemporaryDirectory() as folder:
        for size in chosen.sizes:
            workload = Path(folder) / f"{size}.json"
            write(make(size, EVENTS), workload)
            for peer in listed:
                print(f"{peer.name}, {size:,} rules", file=sys.stderr)
                found = (
                    {"reason": missing[peer.name]}
                    if peer.name in missing
                    else _one(python, peer, workload, chosen)
                )
                if peer.absent and str(found.get("reason", "")).startswith("not installed"):
                    found = {"reason": peer.absent}
                by_size[peer.name][str(size)] = found
    return [
        {"title": _title(peer, by_size[peer.name]), "by_size": by_size[peer.name]}
        for peer in listed
    ]


def _title(peer: Listed, by_size: dict[str, dict[str, object]]) -> str:
    titles = [str(found["title"]) for found in by_size.values() if found.get("title")]
    return titles[0] if titles else peer.name


def _one(
    python: Path, peer: Listed, workload: Path, chosen: argparse.Namespace
) -> dict[str, object]:
    """Return what a process of its own found of one peer at one size."""
    result = workload.with_name("result.json")
    result.unlink(missing_ok=True)
    paths = [str(HERE.parent), str(Path.cwd()), os.environ.get("PYTHONPATH", "")]
    command = [str(python), "-m", "rivals.measure", peer.place, str(workload), str(result)]
    try:
        done = subprocess.run(
            [*command, "--rounds", str(chosen.rounds)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=chosen.longest,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"reason": f"took longer than {chosen.longest:g} s"}
    if not result.exists():
        last = done.stderr.strip().splitlines()[-1:]
        return {"reason": f"its process ended with {done.returncode}: {' '.join(last)}"[:300]}
    found: dict[str, object] = json.loads(result.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    sys.exit(main())
