"""What paths in reports for other programs are relative to."""

from __future__ import annotations

import os
from collections.abc import Mapping

__all__ = ["source_root"]

VARIABLES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Where GitHub Actions and GitLab CI say that the checkout is."""


def source_root(folder: str, environment: Mapping[str, str]) -> str:
    """Return the root of the files that are checked: the checkout's in CI, else the folder itself.

    Args:
        folder: the current one, absolute and without links.
    """
    for name in VARIABLES:
        told = environment.get(name, "")
        root = os.path.realpath(told) if told else ""
        if root and (folder == root or folder.startswith(root.rstrip("/") + "/")):
            return root
    return folder
