"""All forms of one incident: which there are, and which of them somebody wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from remit.workflows.forms.activity import activity_logs
from remit.workflows.forms.assignments import assignment_list, organisation_chart
from remit.workflows.forms.briefing import briefing
from remit.workflows.forms.form import Form
from remit.workflows.forms.requests import resource_requests
from remit.workflows.forms.source import Source

__all__ = ["FORMS", "FormName", "filled"]

FormName = Literal["201", "203", "207", "213RR", "214"]
FORMS: tuple[FormName, ...] = ("201", "203", "207", "213RR", "214")
"""The forms, in the order in which they are printed."""


def filled(source: Source, names: Iterable[FormName]) -> tuple[Form, ...]:
    """Return the forms that are wanted, filled."""
    wanted = set(names)
    return tuple(form for name in FORMS if name in wanted for form in _filled(source, name))


def _filled(source: Source, name: FormName) -> Iterator[Form]:
    if name == "201":
        yield briefing(source)
    elif name == "203":
        yield assignment_list(source)
    elif name == "207":
        yield organisation_chart(source)
    elif name == "213RR":
        yield from resource_requests(source)
    else:
        yield from activity_logs(source)
