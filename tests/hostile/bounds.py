"""A load under limits of memory and of processor time, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

__all__ = ["load_within_bounds"]

MEMORY_MIB = 1024
SECONDS = 30
PROGRAM = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
from remit.engine.errors import PackErrors
from remit.engine.language.loader import load
try:
    load(sys.argv[1])
    print(json.dumps([]))
except PackErrors as errors:
    print(json.dumps([[str(error.span or ""), error.message] for error in errors.errors]))
"""


def load_within_bounds(folder: Path) -> list[tuple[str, str]]:
    """Return the place and message of each error; any other end of the process is a failure."""
    program = PROGRAM.format(memory=MEMORY_MIB * 2**20, seconds=SECONDS)
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [
        (place.removeprefix(f"{folder}/"), message) for place, message in json.loads(done.stdout)
    ]
