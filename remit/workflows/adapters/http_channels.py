"""Channels over plain HTTP: webhooks, and gateways for text messages. Both are signed.

A call is one JSON document. It is signed as "Standard Webhooks" has it: the receiver computes
HMAC-SHA256 over `id.timestamp.body` with the secret that both know, compares it with the header,
refuses old timestamps, and takes an id once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

from remit.engine.system_words import why_not
from remit.engine.wording import tell
from remit.workflows.messages import Message, short_text
from remit.workflows.ports import Clock, DeliveryError

__all__ = [
    "SCHEMES",
    "HttpChannel",
    "called",
    "signature",
    "sms_document",
    "webhook_document",
]

TIMEOUT_S = 10
"""Seconds that a receiver has to answer."""
LONGEST_ANSWER = 65536
"""Bytes of an answer that are read."""
SECRET_PREFIX = "whsec_"  # noqa: S105 - the mark of a secret, not one
Document = dict[str, object]


def signature(secret: str, identity: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a call, as its header has it.

    Args:
        secret: any text; after `whsec_` it is base64, as receivers hand such secrets out.
    """
    # SOURCE: Standard Webhooks, "Signature scheme": v1, over id, timestamp and body with dots.
    key = secret.encode()
    if secret.startswith(SECRET_PREFIX):
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{identity}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def webhook_document(message: Message) -> Document:
    """Return a message as a program wants it."""
    return {
        "type": "remit.message",
        "id": message.key,
        "incident": message.incident,
        "subject": message.subject,
        "person": message.person,
        "to": message.address,
        "title": message.title,
        "text": message.text,
        "item": message.item,
        "due": message.due,
        "language": message.language,
        "link": message.link,
        "repeat": message.repeat,
    }


def sms_document(message: Message) -> Document:
    """Return a message as a gateway for text messages wants it."""
    return {"id": message.key, "to": message.address, "text": short_text(message)}


SCHEMES: Mapping[str, tuple[str, Callable[[Message], Document]]] = {
    "webhook": ("https", webhook_document),
    "webhook+http": ("http", webhook_document),
    "webhook+https": ("https", webhook_document),
    "sms": ("https", sms_document),
    "sms+http": ("http", sms_document),
    "sms+https": ("https", sms_document),
}
"""By scheme of a channel's address how it is called, and what it is told."""


class HttpChannel:
    """One receiver over HTTP.

    Args:
        name: as the pack's contacts have it.
        url: with one of `SCHEMES`, and places `{to}` and `{key}`.
        secret: what calls are signed with; without it they are not signed.
    """

    is_keyed = True

    def __init__(self, name: str, url: str, clock: Clock, secret: str = "") -> None:
        scheme = urlsplit(url).scheme
        plain, self._document = SCHEMES[scheme]
        self.name = name
        self._url = plain + url.removeprefix(scheme)
        self._clock = clock
        self._secret = secret

    def send(self, message: Message) -> str:
        """Call the receiver; any answer from 200 to 299 means that it has the message.

        Raises:
            DeliveryError: if it did not answer so in time.
        """
        body = json.dumps(self._document(message), ensure_ascii=False).encode()
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "remit",
            "Idempotency-Key": message.key,
            "webhook-id": message.key,
            "webhook-timestamp": str(timestamp),
        }
        if self._secret:
            headers["webhook-signature"] = signature(self._secret, message.key, timestamp, body)
        url = self._url.replace("{to}", quote(message.address, safe=""))
        url = url.replace("{key}", quote(message.key, safe=""))
        request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 - see SCHEMES
        called(self.name, request)
        return self.name


def called(name: str, request: urllib.request.Request) -> bytes:
    """Return what a receiver answers, at most `LONGEST_ANSWER` of it.

    Args:
        name: the channel's, for the reason.

    Raises:
        DeliveryError: if it did not answer from 200 to 299 in time.
    """
    try:
        with _OPENER.open(request, timeout=TIMEOUT_S) as answer:
            return bytes(answer.read(LONGEST_ANSWER))
    except urllib.error.HTTPError as error:
        error.close()
        why = tell("it answered {code}", code=error.code)
    except urllib.error.URLError as error:
        why = why_not(error.reason) if isinstance(error.reason, OSError) else str(error.reason)
    except (OSError, ValueError, http.client.HTTPException) as error:
        why = why_not(error) if isinstance(error, OSError) else type(error).__name__
    raise DeliveryError(tell("`{name}` did not take it: {why}", name=name, why=why))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """WHY: a signed message goes where it was addressed, and nowhere else."""

    def redirect_request(self, *args: object, **more: object) -> None:
        """Follow nothing."""


# WHY no proxies: where a message goes is a setting, and the environment does not change it.
_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
