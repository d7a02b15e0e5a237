"""What no linter sees: machine paths, addresses of registries, and the form of commit subjects.

Run without arguments in a checkout; `make lint` does. Prints one line a fault and ends with 1 if
there is any.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

SUBJECT_LIMIT = 72
"""Characters of a commit's first line; longer ones are cut in most lists of commits."""

SUBJECT = re.compile(r"(?P<area>[a-z0-9][a-z0-9_./-]*(?:, ?[a-z0-9_./-]+)*): (?P<sentence>\S.*)")
NOT_IMPERATIVE = re.compile(
    r"(?:add|chang|fix|remov|updat|mak|writ|us|mov|renam)(?:s|es|ed|ing)", re.IGNORECASE
)
"""First words that tell what was done instead of what the commit does."""

LOCKS = re.compile(r"(?:^|/)(?:requirements[^/]*\.(?:lock|txt)|[^/]*-lock\.json|[^/]*\.lock)$")
LOCK_ADDRESS = re.compile(r"://|^--|find-links|index-url", re.MULTILINE)

# WHY the pairs and the bracket: this file is searched too and must not find itself.
REGISTRIES = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org"))
HOSTS = re.compile("|".join(re.escape(".".join(pair)) for pair in REGISTRIES), re.IGNORECASE)
HOMES = r"/(?:home|Users)/[A-Za-z][\w.-]*/|/roo[t]/"


def main() -> int:
    """Return 1 if anything is wrong, after printing it."""
    root = Path(__file__).resolve().parent.parent
    machine = machine_paths(root, Path.home())
    faults = [
        *file_faults(root, tracked_files(root), machine),
        *commit_faults(commits(root), machine),
    ]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def machine_paths(root: Path, home: Path) -> re.Pattern[str]:
    """Return what matches a path of this machine: the folder the checkout stands in, and homes."""
    here = {str(home), str(root.parent)} - {"/", "/opt", "/srv", "/usr", tempfile.gettempdir()}
    exact = "|".join(rf"(?<![\w.-]){re.escape(path)}/" for path in sorted(here))
    return re.compile(f"{HOMES}|{exact}" if exact else HOMES)


def file_faults(root: Path, names: Iterable[str], machine: re.Pattern[str]) -> Iterator[str]:
    """Yield a line for each machine path, registry host and address in a lock among `names`."""
    for name in names:
        path = root / name
        if path.is_symlink() or not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        yield from _matches(name, text, machine, "names a path of one machine")
        yield from _matches(name, text, HOSTS, "names a package registry")
        if LOCKS.search(name):
            yield from _matches(name, text, LOCK_ADDRESS, "holds an address")


def commit_faults(found: Iterable[tuple[str, str]], machine: re.Pattern[str]) -> Iterator[str]:
    """Yield a line for each fault of the messages in `found`, pairs of commit id and message."""
    for commit, message in found:
        subject = message.partition("\n")[0]
        for fault in subject_faults(subject):
            yield f"commit {commit[:10]}: {fault}: {subject!r}"
        if machine.search(message) or HOSTS.search(message):
            yield f"commit {commit[:10]}: its message names a machine's path or a registry"


def subject_faults(subject: str) -> Iterator[str]:
    """Yield what is wrong with the first line of a commit message."""
    form = SUBJECT.fullmatch(subject)
    if form is None:
        yield "wants the form `area: imperative sentence`"
        return
    if len(subject) > SUBJECT_LIMIT:
        yield f"is {len(subject)} characters long, of at most {SUBJECT_LIMIT}"
    if subject.endswith("."):
        yield "ends with a period"
    if NOT_IMPERATIVE.fullmatch(form["sentence"].split()[0]):
        yield "does not begin with an imperative"


def tracked_files(root: Path) -> list[str]:
    """Return the paths git tracks or would track, relative to `root`."""
    names = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return sorted({name for name in names if name})


def commits(root: Path) -> list[tuple[str, str]]:
    """Return id and message of every commit but merges; none where nothing is committed yet."""
    if not _git(root, "rev-list", "--max-count=1", "--all"):
        return []
    log = _git(root, "log", "--no-merges", "--format=%H%x1f%B%x1e")
    entries = (entry.strip().partition("\x1f") for entry in log.split("\x1e") if entry.strip())
    return [(commit, message) for commit, _, message in entries]


def _matches(name: str, text: str, pattern: re.Pattern[str], fault: str) -> Iterator[str]:
    for match in pattern.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield f"{name}:{line}: {fault}: {match[0]!r}"


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
