"""Proving that a ledger is whole: every entry in its place, unchanged, none missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from remit.engine.wording import tell
from remit.workflows.entries import GENESIS, Entry, entry_hash

__all__ = ["Head", "Verdict", "entry_problems", "noted_problems", "verify_chain"]

EVERY = 5_000
"""Entries between two reports of progress."""
MOST_PROBLEMS = 20
"""Problems told of one ledger; one edit breaks one or two entries, more are not worth reading."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry's number and hash; 0 and `GENESIS` of an empty ledger."""

    number: int
    hash: str

    def __str__(self) -> str:
        """Return `NUMBER:HASH`, the form in which a head is noted elsewhere."""
        return f"{self.number}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Return the head that was noted as `NUMBER:HASH`.

        Raises:
            ValueError: if `text` is nothing of the kind.
        """
        number, _, digest = text.strip().partition(":")
        if not number.isdigit() or len(digest) != len(GENESIS):
            raise ValueError(text)
        return cls(int(number), digest.lower())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: nothing, or problems in order of place."""

    entries: int
    head: Head
    problems: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify_chain(
    entries: Iterable[Entry],
    kept: Head,
    noted: Sequence[Head] = (),
    progress: Callable[[int], None] | None = None,
) -> Verdict:
    """Return whether `entries` are the unbroken chain that ends in `kept`.

    An edit breaks the entry's own hash, a removed or moved entry the numbering and its neighbour's
    `previous`, a cut tail the kept head. Whoever can rewrite the whole file can also rewrite the
    kept head: that is what `noted` is for.

    Args:
        entries: by number.
        kept: the head the ledger keeps.
        noted: heads written down elsewhere, at any earlier times.
        progress: is told, now and then, how many entries are done.
    """
    problems: list[str] = []
    previous, number = GENESIS, 0
    hashes = {0: GENESIS}
    wanted = {head.number for head in noted}
    for entry in entries:
        number += 1
        problems += entry_problems(entry, number, previous)
        if entry.number in wanted:
            hashes[entry.number] = entry.hash
        if progress is not None and number % EVERY == 0:
            progress(number)
        previous, number = entry.hash, entry.number
    head = Head(number, previous)
    if head != kept:
        problems.append(
            tell(
                "the ledger ends with entry {number}, its head names entry {other}: the end"
                " was cut or changed",
                number=head.number,
                other=kept.number,
            )
        )
    problems += noted_problems(hashes, noted)
    return Verdict(number, head, tuple(problems[:MOST_PROBLEMS]))


def noted_problems(hashes: Mapping[int, str], noted: Sequence[Head]) -> list[str]:
    """Return which heads noted before the ledger no longer has.

    Args:
        hashes: of the entries it has, at least those whose numbers were noted.
    """
    problems = []
    for head in dict.fromkeys(noted):
        if head.number not in hashes:
            problems.append(tell("entry {number}, noted before, is missing", number=head.number))
        elif hashes[head.number] != head.hash:
            problems.append(
                tell(
                    "entry {number} is not the one that was noted before: history was rewritten",
                    number=head.number,
                )
            )
    return problems


def entry_problems(entry: Entry, number: int, previous: str) -> list[str]:
    """Return what is wrong with an entry that should have a number and follow a hash."""
    found: list[str] = []
    if entry.number != number:
        found.append(
            tell(
                "entry {number} is missing: entry {other} follows entry {number_b}",
                number=number,
                other=entry.number,
                number_b=number - 1,
            )
        )
    if entry.previous != previous:
        found.append(
            tell("entry {number} does not follow the entry before it", number=entry.number)
        )
    if entry_hash(entry) != entry.hash:
        found.append(
            tell(
                "entry {number} was changed: its hash does not fit its content", number=entry.number
            )
        )
    return found
