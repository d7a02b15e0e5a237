"""Measures in the text form of Prometheus.

SOURCE: Prometheus text exposition format 0.0.4.
"""

from __future__ import annotations

import bisect
import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping

from remit.workflows.ledger_figures import Figures

__all__ = ["CONTENT_TYPE", "Measures", "figures_text"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the classes of request times."""


class Measures:
    """Counts requests and how long they took, by route."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: defaultdict[tuple[str, str, int], int] = defaultdict(int)
        self._times: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS_S) + 1))
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request.

        Args:
            route: with the names of its parts, not what stood there: the number of routes is small.
        """
        with self._lock:
            self._requests[method, route, status] += 1
            self._times[route][bisect.bisect_left(BOUNDS_S, seconds)] += 1
            self._seconds[route] += seconds

    def text(self) -> str:
        """Return what was counted."""
        with self._lock:
            return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield "# HELP remit_requests_total Requests answered."
        yield "# TYPE remit_requests_total counter"
        for (method, route, status), count in sorted(self._requests.items()):
            labels = f'method="{method}",route="{route}",status="{status}"'
            yield f"remit_requests_total{{{labels}}} {count}"
        yield "# HELP remit_request_seconds How long requests took."
        yield "# TYPE remit_request_seconds histogram"
        for route, counts in sorted(self._times.items()):
            below = 0
            for bound, count in zip((*map(str, BOUNDS_S), "+Inf"), counts, strict=True):
                below += count
                yield f'remit_request_seconds_bucket{{route="{route}",le="{bound}"}} {below}'
            yield f'remit_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}'
            yield f'remit_request_seconds_count{{route="{route}"}} {below}'


def figures_text(figures: Figures, now: dt.datetime, *, prefect: bool | None) -> str:
    """Return the figures of a ledger.

    Args:
        prefect: whether Prefect answers; `None` where it is not wanted.
    """
    oldest = figures.oldest_passed
    age = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
    lines = [
        *_gauge("remit_incidents", "Incidents, by state.", "state", figures.incidents),
        *_gauge("remit_open_incidents", "Incidents not closed.", "", {"": figures.open_incidents}),
        *_gauge("remit_waiting_items", "Items open or in hand.", "status", figures.waiting),
        *_gauge("remit_passed_deadlines", "Deadlines not seen to.", "", {"": figures.passed}),
        *_gauge("remit_oldest_passed_deadline_seconds", "Age of the oldest.", "", {"": age}),
        *_gauge("remit_outbox_messages", "Messages, by status.", "status", figures.outbox),
        *_gauge("remit_sends_tried", "Tries to send a message.", "", {"": figures.sends}),
        *_gauge("remit_claimed_messages", "Messages about to go out.", "", {"": figures.claimed}),
        *_gauge("remit_ledger_entries", "Number of the last entry.", "", {"": figures.head}),
    ]
    if prefect is not None:
        lines += _gauge("remit_prefect_up", "Whether Prefect answers.", "", {"": int(prefect)})
    return "".join(f"{line}\n" for line in lines)


def _gauge(
    name: str, told: str, label: str, values: Mapping[str, int | float] | Mapping[str, int]
) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} gauge"
    for key, value in sorted(values.items()):
        named = f'{{{label}="{key}"}}' if label else ""
        yield f"{name}{named} {value}"
