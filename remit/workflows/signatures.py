"""Signatures of webhooks: who sent a body, that nobody changed it, and that it is not an old one.

SOURCE: the Standard Webhooks specification 1.0.0: `webhook-signature` holds, separated by blanks,
`v1,` and the base64 of HMAC-SHA256 over `ID.TIMESTAMP.BODY`; secrets are written `whsec_BASE64`.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from remit.engine.errors import RemitError
from remit.engine.wording import tell

__all__ = ["TOLERANCE_S", "Secret", "SignatureError", "Signed", "sign", "signed_by"]

TOLERANCE_S = 300
"""Seconds by which a signature may be older or newer than now; past them it is a replay."""
SHORTEST_SECRET = 24
"""Bytes of a secret; a shorter one could be guessed."""
LONGEST_ID = 256
_PREFIX = "whsec_"


@dataclass(eq=True)
class SignatureError(RemitError):
    """A signature, or a secret, that does not hold, in one sentence."""

    message: str

    def __post_init__(self) -> None:
        """Keep the field as the exception's argument, so that it can be pickled."""
        super().__init__(self.message)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash(self.message)

    def __str__(self) -> str:
        """Return the sentence."""
        return self.message


@dataclass(frozen=True, slots=True)
class Secret:
    """What one sender signs with; two of the same name let it change from one to the other."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, name: str, text: str) -> Secret:
        """Return the secret that a text is.

        Raises:
            SignatureError: if it is no base64, or too short.
        """
        try:
            key = base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) < SHORTEST_SECRET:
            raise SignatureError(
                tell(
                    "the secret of `{name}` must be base64 of at least {bytes} bytes",
                    name=name,
                    bytes=SHORTEST_SECRET,
                )
            )
        return cls(name, key)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that holds: who sent it, and the sender's name for this message."""

    sender: str
    id: str

    @property
    def identity(self) -> str:
        """The same for every time that this message is sent, and for no other."""
        return f"webhook {len(self.sender)} {self.sender} {self.id}"


def sign(key: bytes, id_: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a body."""
    text = f"{id_}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, text, sha256)).decode()


def signed_by(
    headers: Mapping[str, str], body: bytes, secrets: tuple[Secret, ...], now: dt.datetime
) -> Signed:
    """Return who signed a body.

    Args:
        headers: by name in lower case.

    Raises:
        SignatureError: if nobody we know did, or not lately.
    """
    id_, time = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not id_ or len(id_) > LONGEST_ID or not time.isascii() or not time.isdigit():
        raise SignatureError(tell("the headers of the signature are not complete"))
    if abs(now.timestamp() - int(time[:15])) > TOLERANCE_S:
        raise SignatureError(tell("the signature is too old, or our clocks differ"))
    given = headers.get("webhook-signature", "").split()[:10]
    sender = None
    for secret in secrets:
        expected = sign(secret.key, id_, int(time), body).encode()
        for found in given:
            # WHY no end at the first that fits: how long it takes tells nothing.
            if hmac.compare_digest(expected, found.encode()):
                sender = secret.name
    if sender is None:
        raise SignatureError(tell("the signature does not fit"))
    return Signed(sender, id_)
