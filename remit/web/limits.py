"""How much, and how often: the size of what is sent, and buckets that fill with time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from fastapi import Request

from remit.engine.wording import tell
from remit.web.problems import Problem

__all__ = ["LARGEST_EVENT", "LARGEST_WORD", "Buckets", "Rate", "body_of"]

LARGEST_EVENT = 4_000_000
"""Bytes of one event or alert; a larger one is a mistake or an attack."""
LARGEST_WORD = 64_000
"""Bytes of an answer to an item."""
KEPT = 10_000
"""Callers whose buckets are kept; past it the one that was quiet longest begins anew."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something may be done.

    Args:
        per_s: in the long run.
        burst: at once, at least 1.
    """

    per_s: float
    burst: int


class Buckets:
    """A bucket for each caller, which fills with time and from which each request takes one."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, now_s: float) -> float:
        """Take one, and return 0; or return in how many seconds there will be one.

        Args:
            now_s: of a clock that never goes back.
        """
        with self._lock:
            left, then = self._left.pop(caller, (float(self._rate.burst), now_s))
            left = min(float(self._rate.burst), left + (now_s - then) * self._rate.per_s)
            wait_s = 0.0 if left >= 1 else (1 - left) / self._rate.per_s
            self._left[caller] = (left - 1 if left >= 1 else left, now_s)
            while len(self._left) > KEPT:
                self._left.popitem(last=False)
        return wait_s


async def body_of(request: Request, largest: int) -> bytes:
    """Return the content of a request, and read no more of it than is taken.

    Raises:
        Problem: 413 if it is larger.
    """
    told = request.headers.get("content-length", "")
    too_large = Problem(
        413, "too-large", tell("at most {largest} bytes are taken", largest=largest)
    )
    if told.isdigit() and int(told[:15]) > largest:
        raise too_large
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > largest:
            raise too_large
    return bytes(found)
