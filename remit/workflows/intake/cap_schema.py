"""Which parts a CAP alert has in each version, as tables, and the check that a file has these.

SOURCE: the XML schemas of CAP 1.0, 1.1 and 1.2 (OASIS, 2004, 2005, 2010). A part may be there and
blank, as senders' software writes it, unless a policy hangs on it; a blank part that may be left
out counts as left out.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from remit.engine.wording import tell
from remit.workflows.intake.errors import Problems
from remit.workflows.intake.markup import SIGNATURES, Element

__all__ = [
    "ENUMERATIONS",
    "NAMESPACES",
    "VERY_LIKELY",
    "Part",
    "Version",
    "alert_parts",
    "allowed_values",
    "check_parts",
]

Version = Literal["1.0", "1.1", "1.2"]

NAMESPACES: Mapping[str, Version] = {
    "http://www.incident.com/cap/1.0": "1.0",
    "urn:oasis:names:tc:emergency:cap:1.1": "1.1",
    "urn:oasis:names:tc:emergency:cap:1.2": "1.2",
}

ENUMERATIONS: Mapping[str, tuple[str, ...]] = {
    "status": ("Actual", "Exercise", "System", "Test", "Draft"),
    "msgType": ("Alert", "Update", "Cancel", "Ack", "Error"),
    "scope": ("Public", "Restricted", "Private"),
    "category": (
        *(
            "Geo",
            "Met",
            "Safety",
            "Security",
            "Rescue",
            "Fire",
            "Health",
            "Env",
            "Transport",
            "Infra",
        ),
        *("CBRNE", "Other"),
    ),
    "responseType": (
        *(
            "Shelter",
            "Evacuate",
            "Prepare",
            "Execute",
            "Avoid",
            "Monitor",
            "Assess",
            "AllClear",
            "None",
        ),
    ),
    "urgency": ("Immediate", "Expected", "Future", "Past", "Unknown"),
    "severity": ("Extreme", "Severe", "Moderate", "Minor", "Unknown"),
    "certainty": ("Observed", "Likely", "Possible", "Unlikely", "Unknown"),
}
"""Values by part, in CAP 1.2."""

_ABSENT: Mapping[str, Mapping[str, frozenset[str]]] = {
    "1.0": {
        "status": frozenset({"Draft"}),
        "category": frozenset({"CBRNE"}),
        "certainty": frozenset({"Observed"}),
    },
    "1.1": {"responseType": frozenset({"Avoid", "AllClear"})},
    "1.2": {},
}
VERY_LIKELY = "Very Likely"
_LONGEST_NAME = 40
"""Characters of an unknown name that are compared with the known ones."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a container.

    Args:
        required: whether it must be there.
        repeats: whether it may be there more than once.
        blank: whether it may be there without text.
        inside: its own parts in order, for a container.
    """

    name: str
    required: bool = False
    repeats: bool = False
    blank: bool = True
    inside: tuple[Part, ...] = ()


def allowed_values(part: str, version: Version) -> tuple[str, ...]:
    """Return the values a part may have in a version, as written there."""
    absent = _ABSENT[version].get(part, frozenset())
    older = (VERY_LIKELY,) if part == "certainty" and version == "1.0" else ()
    return older + tuple(value for value in ENUMERATIONS[part] if value not in absent)


def alert_parts(version: Version) -> tuple[Part, ...]:
    """Return the parts of `alert` in order."""
    oldest = version == "1.0"
    return (
        *(_needed(name) for name in ("identifier", "sender", "sent", "status", "msgType")),
        *([Part("password")] if oldest else []),
        Part("source"),
        replace(_needed("scope"), required=not oldest),
        Part("restriction"),
        Part("addresses"),
        Part("code", repeats=True),
        Part("note"),
        Part("references"),
        Part("incidents"),
        Part("info", repeats=True, inside=_info_parts(version)),
    )


def _needed(name: str) -> Part:
    return Part(name, required=True, blank=False)


def _info_parts(version: Version) -> tuple[Part, ...]:
    oldest = version == "1.0"
    return (
        Part("language"),
        Part("category", required=not oldest, repeats=True, blank=False),
        _needed("event"),
        *([] if oldest else [Part("responseType", repeats=True, blank=False)]),
        *(_needed(name) for name in ("urgency", "severity", "certainty")),
        Part("audience"),
        _pairs("eventCode", version),
        *(Part(name) for name in ("effective", "onset", "expires", "senderName", "headline")),
        *(Part(name) for name in ("description", "instruction", "web", "contact")),
        _pairs("parameter", version),
        Part("resource", repeats=True, inside=_resource_parts(version)),
        Part("area", repeats=True, inside=_area_parts(version)),
    )


def _pairs(name: str, version: Version) -> Part:
    """Return a name with a value: `NAME=value` in CAP 1.0, two parts since."""
    inside = (
        () if version == "1.0" else (Part("valueName", required=True), Part("value", required=True))
    )
    return Part(name, repeats=True, inside=inside)


def _resource_parts(version: Version) -> tuple[Part, ...]:
    return (
        Part("resourceDesc", required=True),
        Part("mimeType", required=version == "1.2"),
        Part("size"),
        Part("uri"),
        *([] if version == "1.0" else [Part("derefUri")]),
        Part("digest"),
    )


def _area_parts(version: Version) -> tuple[Part, ...]:
    return (
        _needed("areaDesc"),
        Part("polygon", repeats=True),
        Part("circle", repeats=True),
        _pairs("geocode", version),
        Part("altitude"),
        Part("ceiling"),
    )


def check_parts(element: Element, parts: tuple[Part, ...], problems: Problems) -> None:
    """Tell every unknown, missing, repeated, misplaced or blank part of a container.

    Args:
        element: the container; containers inside it are checked too.
        parts: what it may have, in order.
        problems: where faults are told.
    """
    if element.text:
        problems.add(
            element.text_place,
            "stray-text",
            tell("text between the parts of `{element}`", element=element.name),
            expected=tell("parts only"),
            found=f"`{element.text}`",
        )
    by_name = {part.name: part for part in parts}
    known = [child for child in element.children if _is_known(child, element, by_name, problems)]
    _check_missing(element, parts, problems)
    _check_order(known, [part.name for part in parts], problems)
    seen: set[str] = set()
    for child in known:
        part = by_name[child.name]
        if child.name in seen and not part.repeats:
            message = tell(
                "`{child}` is there twice in `{element}`", child=child.name, element=element.name
            )
            problems.add(
                child.place,
                "repeated-part",
                message,
                expected=tell("it once"),
                found=tell("another one"),
            )
        seen.add(child.name)
        _check_part(child, part, problems)


def _is_known(
    child: Element, parent: Element, by_name: Mapping[str, Part], problems: Problems
) -> bool:
    if child.namespace == SIGNATURES and parent.name == "alert":
        return False
    if child.namespace != parent.namespace:
        found = f"`{child.namespace}`" if child.namespace else tell("no namespace")
        message = tell(
            "`{child}` is of another namespace than `{parent}`",
            child=child.name,
            parent=parent.name,
        )
        problems.add(
            child.place, "wrong-namespace", message, expected=f"`{parent.namespace}`", found=found
        )
        return False
    if child.name in by_name:
        return True
    near = (
        []
        if problems.is_full
        else difflib.get_close_matches(child.name[:_LONGEST_NAME], by_name, n=1)
    )
    problems.add(
        child.place,
        "unknown-part",
        tell("`{parent}` has no part `{child}`", parent=parent.name, child=child.name),
        expected=tell("one of {names}", names=", ".join(by_name)),
        found=f"`{child.name}`",
        advice=tell("did you mean `{near}`?", near=near[0]) if near else "",
    )
    return False


def _check_missing(element: Element, parts: tuple[Part, ...], problems: Problems) -> None:
    there = {child.name for child in element.children}
    for part in parts:
        if part.required and part.name not in there:
            message = tell("`{element}` has no `{part}`", element=element.name, part=part.name)
            problems.add(
                element.place,
                "missing-part",
                message,
                expected=f"`{part.name}`",
                found=tell("none"),
            )


def _check_order(known: list[Element], order: list[str], problems: Problems) -> None:
    furthest = 0
    for child in known:
        index = order.index(child.name)
        if index < furthest:
            message = tell("`{child}` comes too late", child=child.name)
            expected = tell("it before `{order}`", order=order[furthest])
            problems.add(
                child.place, "wrong-order", message, expected=expected, found=tell("it after")
            )
        furthest = max(furthest, index)


def _check_part(child: Element, part: Part, problems: Problems) -> None:
    if part.inside:
        check_parts(child, part.inside, problems)
    elif child.children:
        inner = child.children[0]
        message = tell("`{child}` holds text, not elements", child=child.name)
        problems.add(
            inner.place, "unknown-part", message, expected=tell("text"), found=f"`<{inner.name}>`"
        )
    elif not child.text and not part.blank:
        message = tell("`{child}` is blank", child=child.name)
        problems.add(
            child.place, "blank-part", message, expected=tell("a value"), found=tell("nothing")
        )
