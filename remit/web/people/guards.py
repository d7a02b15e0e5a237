"""What stands before every page: headers, whence forms may come, how often, in what language."""

from __future__ import annotations

import base64
import hashlib
from collections import OrderedDict
from threading import Lock
from urllib.parse import urlsplit

from starlette.requests import Request

from remit.engine.wording import LANGUAGES, Language

__all__ = ["LARGEST_FORM", "Limit", "comes_from_here", "headers", "language_of"]

LARGEST_FORM = 20_000
"""Bytes of a form; a longer one is no note of a person."""
MOST_ADDRESSES = 10_000
"""Addresses that are counted at once; the longest silent is forgotten."""


def headers(style: str) -> dict[str, str]:
    """Return the headers of every page; it allows the one style sheet inside it, and no script."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self';"
            " base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def comes_from_here(request: Request, public: str) -> bool:
    """Return whether a form was sent from one of our own pages.

    A browser says where a form was, in `Sec-Fetch-Site` and in `Origin`; what is no browser says
    neither, and needs the link itself.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    host = urlsplit(origin).netloc
    known = {request.headers.get("host", ""), urlsplit(public).netloc}
    return bool(host) and host in known


class Limit:
    """Counts calls by address, minute by minute.

    Args:
        most: calls of one address in a minute.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = Lock()

    def allows(self, address: str, now_s: float) -> bool:
        """Count a call and return whether it may be answered."""
        minute = int(now_s // 60)
        with self._lock:
            before, count = self._counts.pop(address, (minute, 0))
            count = count + 1 if before == minute else 1
            self._counts[address] = (minute, count)
            if len(self._counts) > MOST_ADDRESSES:
                self._counts.popitem(last=False)
        return count <= self._most


def language_of(request: Request, own: str | None) -> Language:
    """Return the language of a page: the one switched to, the person's own, the browser's.

    Args:
        own: of the person, if it is known.
    """
    accepted = (
        part.partition(";")[0].strip().partition("-")[0].lower()
        for part in request.headers.get("accept-language", "").split(",")
    )
    for name in (request.query_params.get("lang"), own and own.partition("-")[0], *accepted):
        if name in LANGUAGES:
            return name
    return "en"
