"""The rivals' own environment: built from their lock, one rival after the other.

A rival that cannot be installed keeps none of the others out: its reason is kept for the table.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from rivals.peer import Listed

__all__ = ["FOLDER", "LOCK", "build"]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv-rivals"
LOCK = Path(__file__).resolve().with_name("requirements.lock")
LONGEST_S = 600
"""Seconds after which an installation is given up."""


def build(peers: Iterable[Listed], folder: Path = FOLDER) -> tuple[Path, dict[str, str]]:
    """Return the environment's Python, and why each rival is missing that is.

    Nothing that was installed by hand is taken away, so that a rival chosen elsewhere stays.

    Raises:
        RuntimeError: if not even remit and what it needs can be installed.
    """
    python = folder / "bin" / "python"
    if not python.exists():
        _uv("venv", "--quiet", "--python", sys.executable, str(folder))
    packages = _locked()
    rivals = {name for listed in peers for name in listed.packages}
    base = [name for name in packages if name not in rivals or name == "numpy"]
    wrong = _install(python, packages, base) or _uv(
        "pip", "install", "--quiet", "--python", str(python), "--no-deps", "--editable", str(ROOT)
    )
    if wrong:
        raise RuntimeError(wrong)
    reasons = {}
    for listed in peers:
        wrong = _install(python, packages, listed.packages) if listed.packages else ""
        if wrong:
            reasons[listed.name] = f"cannot be installed: {wrong}"
    return python, reasons


def _locked() -> dict[str, str]:
    """Return the lock's entries by package: version, marker and hashes."""
    found: dict[str, str] = {}
    name = ""
    for line in LOCK.read_text(encoding="utf-8").splitlines(keepends=True):
        if line[0].isalpha():
            name = line.partition("==")[0]
        found[name] = found.get(name, "") + line
    return found


def _install(python: Path, packages: dict[str, str], names: Iterable[str]) -> str:
    """Return why some packages cannot be installed, or nothing."""
    text = "".join(packages[name] for name in names)
    chosen = python.parent.parent / "chosen.txt"
    chosen.write_text(text, encoding="utf-8")
    return _uv(
        "pip",
        "install",
        "--quiet",
        "--python",
        str(python),
        "--no-deps",
        "--require-hashes",
        "--config-settings-package",
        "durable-rules:macro=PyEval_CallObject",
        "--requirement",
        str(chosen),
    )


def _uv(*arguments: str) -> str:
    """Run uv and return its last words if it fails, or nothing."""
    # WHY the macro: CPython 3.13 removed PyEval_CallObject, which durable-rules still names.
    macro = "-DPyEval_CallObject=PyObject_CallObject"
    environment = {**os.environ, "CPPFLAGS": f"{os.environ.get('CPPFLAGS', '')} {macro}"}
    environment.pop("VIRTUAL_ENV", None)
    if not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & environment.keys():
        # uv asks only its own settings; a mirror that pip was told of must serve it too.
        asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
        mirror = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        mirror = os.environ.get("PIP_INDEX_URL", mirror)
        if mirror:
            environment["UV_DEFAULT_INDEX"] = mirror
    command = [str(Path(sys.executable).with_name("uv")), *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, timeout=LONGEST_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return " ".join(said[-2:])[:300] if done.returncode else ""
