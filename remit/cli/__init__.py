"""The command line: `remit <command>`."""

from __future__ import annotations

from remit.cli.run import main

__all__ = ["main"]
