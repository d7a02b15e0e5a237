"""The outer form of a certificate: one canonical JSON text, and what refutes one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from remit.engine.errors import RemitError
from remit.engine.pack import Letter
from remit.engine.wording import tell

__all__ = [
    "CERTIFIED",
    "FAULTS",
    "FORMAT",
    "LARGEST",
    "STATES",
    "Refuted",
    "Unchecked",
    "as_list",
    "as_whole",
    "canonical",
    "checksum",
    "read",
    "same",
]

FORMAT = 1
"""Version of the form."""
LARGEST = 200_000_000
"""Bytes of a certificate; a larger one is refused unread."""
CERTIFIED: tuple[Letter, ...] = ("accountable", "responsible")
"""The letters that rule 6 speaks of."""
FAULTS: Mapping[tuple[Letter, bool], frozenset[str]] = {
    ("accountable", False): frozenset({"R201", "unowned-event"}),
    ("accountable", True): frozenset({"R202", "contested-event"}),
    ("responsible", False): frozenset({"R203", "missing-doer"}),
}
"""What an acceptance calls a fault, by letter, and by whether there are several holders or none."""
STATES = ("impossible", "unneeded", "needed", "accepted")
"""What a leaf says of its cells; `accepted` is needed, with a fault that the pack accepts."""
_KEYS = frozenset(
    {
        "answers",
        "checksum",
        "claims",
        "day",
        "digest",
        "dimensions",
        "duties",
        "nodes",
        "pack",
        "possible",
        "remit-certificate",
        "version",
    }
)


class Refuted(RemitError):  # noqa: N818 -- an outcome a caller plans for
    """A certificate does not prove what it claims.

    Args:
        place: where in the certificate.
        reason: what is wrong there, as a phrase.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place = place
        self.reason = reason

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.place}: {self.reason}"


class Unchecked(Refuted):
    """A certificate takes too long to check: nothing is said about it."""


def canonical(value: object) -> str:
    """Return the one text of a certificate: keys sorted, no space, a line end."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def checksum(certificate: Mapping[str, object]) -> str:
    """Return the SHA-256 of a certificate without its checksum, in hexadecimal.

    It finds accidents early; it proves nothing, for whoever changes a file can write it anew.
    """
    rest = {key: value for key, value in certificate.items() if key != "checksum"}
    return hashlib.sha256(canonical(rest).encode("utf-8", "surrogatepass")).hexdigest()


def read(text: bytes) -> dict[str, object]:
    """Return a certificate as plain values, complete and unharmed.

    Raises:
        Refuted: if it is too large, cut short, garbled, or of another form.
    """
    if len(text) > LARGEST:
        raise Refuted(
            tell("the file"), tell("it is larger than {largest:,} bytes", largest=LARGEST)
        )
    try:
        found = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refuted(tell("the file"), tell("it is no JSON, or cut short")) from error
    if not isinstance(found, dict) or set(found) != _KEYS:
        raise Refuted(tell("the file"), tell("it is no certificate of this form"))
    try:
        is_canonical = canonical(found).encode() == text
    except (ValueError, RecursionError):
        is_canonical = False
    if not is_canonical:
        raise Refuted(tell("the file"), tell("it is not written in the one canonical way"))
    same(found["remit-certificate"], FORMAT, "remit-certificate")
    same(found["checksum"], checksum(found), "checksum")
    return found


def same(found: object, expected: object, place: str) -> None:
    """Refuse what is not as expected, another type included."""
    if type(found) is not type(expected) or found != expected:
        said = repr(found)
        raise Refuted(
            place,
            tell(
                "it is {expected!r}, not {said}",
                expected=expected,
                said=said[:80] + "…" * (len(said) > 80),  # noqa: PLR2004
            ),
        )


def as_list(found: object, place: str) -> list[object]:
    """Return a list, or refuse what is none."""
    if not isinstance(found, list):
        raise Refuted(place, tell("it is no list"))
    return found


def as_whole(found: object, place: str) -> int:
    """Return a whole number, or refuse what is none."""
    if type(found) is not int:
        raise Refuted(place, tell("it is no whole number"))
    return found
