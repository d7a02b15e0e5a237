"""What figures were taken on, and how they grow: the same for every benchmark."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

import remit

__all__ = ["exponents", "machine", "sentence", "table"]


def machine() -> dict[str, object]:
    """Return what the figures are taken on, with the load at this moment."""
    load = os.getloadavg() if hasattr(os, "getloadavg") else ()
    return {
        "remit": remit.__version__,
        "Python": platform.python_version(),
        "system": platform.platform(),
        "processor": _processor(),
        "processors": os.cpu_count(),
        "load": [round(figure, 1) for figure in load],
        "day": dt.datetime.now(dt.UTC).date().isoformat(),
    }


def sentence(found: Mapping[str, object]) -> str:
    """Return a machine as one line of text."""
    load = found["load"]
    average = f"; load average {load[0]} at the start" if isinstance(load, list) and load else ""
    return (
        f"{found['processors']} x {found['processor']}, {found['system']}, "
        f"Python {found['Python']}, remit {found['remit']}, {found['day']}{average}."
    )


def exponents(sizes: Sequence[int], figures: Sequence[float | None]) -> list[float | None]:
    """Return between neighbouring sizes the exponent of growth: 1 is in proportion."""
    found: list[float | None] = []
    pairs = list(zip(sizes, figures, strict=True))
    for (small, before), (large, after) in itertools.pairwise(pairs):
        known = before is not None and after is not None and before > 0 and after > 0
        found.append(math.log(after / before) / math.log(large / small) if known else None)
    return found


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a Markdown table, its first column to the left and the others to the right."""
    rule = "|".join([":---", *["---:"] * (len(header) - 1)])
    return [f"| {' | '.join(header)} |", f"|{rule}|", *(f"| {' | '.join(row)} |" for row in rows)]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
