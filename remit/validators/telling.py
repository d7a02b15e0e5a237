"""What the formats for other programs share: paths, what makes a finding the same one, its facts.

INVARIANT: a path is made by its text alone; nothing here looks at a disk.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from remit.engine.errors import PackError
from remit.engine.spans import Span
from remit.engine.wording import tell, tell_count
from remit.validators.check import Check
from remit.validators.finding import LEVELS, Finding, Level, Report, Unproved
from remit.validators.words import listed, names_words, region_words, witness_words

__all__ = [
    "Scene",
    "acceptance_words",
    "counts_of",
    "error_lines",
    "facts_of",
    "fingerprints",
    "level_word",
    "most_serious",
    "unproved_words",
    "verdict",
]

PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
"""Bytes of a path that a URI shows as they are (RFC 3986, section 2.3, and the slash)."""
MOST_NAMED = 5
"""Activities named where one thing could not be proved for many."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and for whom a report is told.

    Args:
        folder: absolute; paths of the report are relative to it.
        root: absolute; paths are told relative to it, those outside of it as absolute ones.
        pack: the folder of the pack as given.
        program: version of this program.
        checks: those that ran.
        fail_level: least serious level that counts as a failure.
    """

    folder: str
    root: str
    pack: str
    program: str
    checks: tuple[Check, ...]
    fail_level: Level = "error"

    @property
    def home(self) -> Span:
        """A place for what is about the whole pack: the start of its `pack.yaml`."""
        return Span(posixpath.join(self.pack, "pack.yaml"), 1, 1, 1, 1)

    def path(self, file: str) -> str:
        """Return the path of a file relative to the root; absolute if it is not below."""
        whole = posixpath.normpath(posixpath.join(self.folder, file))
        below = self.root.rstrip("/") + "/"
        return whole.removeprefix(below)

    def uri(self, file: str) -> str:
        """Return the same as a reference of RFC 3986; one that is not relative begins `file://`."""
        path = self.path(file)
        quoted = "".join(
            chr(byte) if byte in PLAIN else f"%{byte:02X}"
            for byte in path.encode("utf-8", "surrogateescape")
        )
        return f"file://{quoted}" if path.startswith("/") else quoted

    def fails(self, level: Level) -> bool:
        """Return whether an open finding of a level is a failure."""
        return LEVELS.index(level) <= LEVELS.index(self.fail_level)


def fingerprints(pack: str, findings: Sequence[Finding]) -> list[str]:
    """Return what stays the same of each finding while files are moved and lines added.

    It is made of the check, whom and what the finding is about, and its region; of findings that
    share all this, the later ones by place are numbered.
    """
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        parts = [
            pack,
            finding.code,
            finding.activity,
            finding.letter,
            sorted(finding.subjects),
            finding.duty,
            finding.power,
            _canonical(finding.region),
        ]
        text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
        seen[text] += 1
        again = f"#{seen[text]}" if seen[text] > 1 else ""
        content = (text + again).encode("utf-8", "surrogatepass")
        found.append(hashlib.sha256(content).hexdigest())
    return found


def _canonical(written: object) -> object:
    """Return a region with the values of each list in one order."""
    if isinstance(written, list | tuple):
        return sorted((_canonical(each) for each in written), key=str)
    if hasattr(written, "items"):
        return {str(key): _canonical(value) for key, value in written.items()}
    return str(written)


def most_serious(findings: Sequence[Finding], most: int) -> list[Finding]:
    """Return all findings as they come, or of too many the most serious, each level by place."""
    if len(findings) <= most:
        return list(findings)
    return sorted(findings, key=lambda one: (one.accepted, LEVELS.index(one.level)))[:most]


def facts_of(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield what a finding has to say beyond its message: a word, and what it says."""
    if finding.share is not None:
        yield tell("region"), region_words(finding.region)
    if finding.witness is not None:
        yield tell("witness"), witness_words(finding.witness) or tell("any event")
    for note in finding.notes:
        yield tell("note"), note
    if finding.help:
        yield tell("help"), finding.help


def error_lines(error: PackError) -> list[str]:
    """Return what a pack error has to say, the message first."""
    said = (
        (tell("expected"), error.expected),
        (tell("found"), error.found),
        (tell("help"), error.help),
    )
    return [error.message, *(word + tell(": ") + text for word, text in said if text)]


def acceptance_words(finding: Finding) -> str:
    """Return why an accepted finding is accepted, by whom and until when."""
    told = []
    for entry in finding.acceptances:
        words = str(entry.reason)
        if entry.by:
            words = tell("{reason}; by {name}", reason=words, name=entry.by)
        if entry.until:
            words = tell("{reason}; until {day}", reason=words, day=entry.until)
        told.append(words)
    return " / ".join(told)


def unproved_words(one: Unproved) -> str:
    """Return what could not be proved, and why, in one line."""
    if not one.activities:
        return tell("not proved: {reason}", reason=one.reason)
    few = names_words(one.activities[:MOST_NAMED])
    more = len(one.activities) - MOST_NAMED
    if more > 0:
        few = tell("{names} and {number} more", names=few, number=more)
    return tell("not proved for {names}: {reason}", names=few, reason=one.reason)


def counts_of(report: Report) -> dict[Level, int]:
    """Return how many open findings there are of each level."""
    levels = [finding.level for finding in report.open_findings()]
    return {level: levels.count(level) for level in LEVELS}


def verdict(report: Report) -> str:
    """Return what came out, in one line."""
    counts = counts_of(report)
    found = [_count(level, number) for level, number in counts.items() if number]
    accepted = len(report.findings) - sum(counts.values())
    if accepted:
        found.append(tell("{number} accepted", number=accepted))
    told = listed(found) or tell("no findings")
    if not report.proved:
        told = tell("{found}; not all of it proved", found=told)
    if report.left_out:
        more = len(report.left_out)
        told = tell("{found}; checks left out: {number}", found=told, number=more)
    return tell("{pack} {version}: {found}", pack=report.pack, version=report.version, found=told)


def _count(level: Level, number: int) -> str:
    if level == "error":
        return tell_count("{number} error", "{number} errors", number)
    if level == "warning":
        return tell_count("{number} warning", "{number} warnings", number)
    return tell_count("{number} note", "{number} notes", number)


def level_word(level: str) -> str:
    """Return what a level of findings is called, or that one is accepted."""
    words = {
        "error": tell("error"),
        "warning": tell("warning"),
        "note": tell("note"),
        "accepted": tell("accepted"),
    }
    return words[level]
