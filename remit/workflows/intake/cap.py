"""Reads CAP alerts 1.0, 1.1 and 1.2, strictly and safely; tells all problems at their places.

Steps: bytes to text (`decoding`), text to elements (`markup`), the parts there should be
(`cap_schema`), the texts inside as values (`cap_fields`), and last the rules that tie parts
together, which the XML schemas cannot say. A fault in an early step ends the reading, for what
comes after cannot be trusted.
"""

from __future__ import annotations

from remit.engine.wording import mark, tell, tell_marked
from remit.workflows.intake import cap_fields as fields
from remit.workflows.intake.cap_schema import NAMESPACES, Version, alert_parts, check_parts
from remit.workflows.intake.cap_values import CapAlert, CapArea, CapInfo, CapReference, CapResource
from remit.workflows.intake.decoding import decode_xml
from remit.workflows.intake.errors import Problems
from remit.workflows.intake.markup import SIGNATURES, Element, parse

__all__ = ["MAX_CORNERS", "read_cap"]

MAX_CORNERS = 200_000
"""Corners of all polygons of one alert. The most detailed real alerts have some 50,000; alerts with
more are refused."""
_FEEDS = frozenset({"feed", "rss", "EDXLDistribution"})
_ABOUT_OTHERS = frozenset({"Update", "Cancel", "Ack", "Error"})
_NOT_VERIFIED = mark("the alert is signed; the signature is noted, not verified")
_LIKELY = mark("`Very Likely` of CAP 1.0 is read as `Likely`")


def read_cap(data: bytes, *, source: str = "alert") -> CapAlert:
    """Return the one alert of a file.

    Args:
        data: the file as received.
        source: what errors call the file.

    Raises:
        IntakeErrors: if it is no CAP alert or a wrong one; all reasons, each with line and column.
    """
    root = parse(decode_xml(data, source), source)
    problems = Problems(source)
    version = _version(root, problems)
    check_parts(root, alert_parts(version), problems)
    _check_corners(root, problems)
    alert = _Alert(root, version, problems).read()
    problems.raise_if_any()
    if alert is None:
        # WHY: without `sent` there is no value; that it is missing or wrong has been told above.
        raise problems.errors()
    return alert


def _version(root: Element, problems: Problems) -> Version:
    """Return the version that the root's namespace names; raise where it names none."""
    version = NAMESPACES.get(root.namespace)
    if version is not None and root.name == "alert":
        return version
    expected = tell(
        "`alert` of {names}", names=", ".join(f"`{name}`" for name in reversed(tuple(NAMESPACES)))
    )
    reason = "wrong-namespace" if root.name == "alert" else "not-an-alert"
    message = (
        tell("the alert is of a namespace that is not CAP's")
        if root.name == "alert"
        else tell("this is no CAP alert")
    )
    advice = tell("a feed wraps alerts: send each `alert` by itself") if root.name in _FEEDS else ""
    problems.add(
        root.place,
        reason,
        message,
        expected=expected,
        found=tell("`{element}` of `{namespace}`", element=root.name, namespace=root.namespace)
        if root.namespace
        else tell("`{element}` of no namespace", element=root.name),
        advice=advice,
    )
    raise problems.errors()


def _check_corners(root: Element, problems: Problems) -> None:
    polygons = [
        p
        for info in root.named("info")
        for area in info.named("area")
        for p in area.named("polygon")
    ]
    corners = sum(polygon.text.count(",") for polygon in polygons)
    if corners > MAX_CORNERS:
        expected = tell("at most {max_corners} in all polygons together", max_corners=MAX_CORNERS)
        problems.add(
            root.place, "too-large", tell("too many corners"), expected=expected, found=str(corners)
        )
        raise problems.errors()


class _Alert:
    """Reads one alert whose parts have been checked, and goes on without what is wrong."""

    def __init__(self, root: Element, version: Version, problems: Problems) -> None:
        self._root = root
        self._version = version
        self._problems = problems

    def read(self) -> CapAlert | None:
        root, problems = self._root, self._problems
        sent = self._one(root, "sent")
        time = fields.read_time(sent, problems) if sent else None
        identifier, sender = (self._word(name) for name in ("identifier", "sender"))
        status, message_type, scope = (
            self._choice(root, name) for name in ("status", "msgType", "scope")
        )
        references = self._references()
        infos = tuple(self._info(info) for info in root.named("info"))
        self._check_distribution(scope)
        self._check_references(message_type, references)
        if time is None:
            return None
        signed = any(child.namespace == SIGNATURES for child in root.children)
        return CapAlert(
            version=self._version,
            identifier=identifier,
            sender=sender,
            sent=time,
            status=status,
            message_type=message_type,
            scope=scope,
            source=self._text(root, "source"),
            restriction=self._text(root, "restriction"),
            addresses=self._text(root, "addresses"),
            codes=tuple(child.text for child in root.named("code") if child.text),
            note=self._text(root, "note"),
            references=references,
            incidents=self._text(root, "incidents"),
            infos=infos,
            signed=signed,
            notes=self._notes(signed=signed),
        )

    def _notes(self, *, signed: bool) -> tuple[str, ...]:
        certainties = [
            part.text for info in self._root.named("info") for part in info.named("certainty")
        ]
        likely = [tell_marked(_LIKELY)] if "Very Likely" in certainties else []
        return (*([tell_marked(_NOT_VERIFIED)] if signed else []), *likely)

    def _info(self, info: Element) -> CapInfo:
        language = self._one(info, "language")
        times = {
            part.name: fields.read_time(part, self._problems)
            for name in ("effective", "onset", "expires")
            for part in info.named(name)
        }
        return CapInfo(
            language=fields.read_language(language, self._problems) if language else "en-US",
            event=self._text(info, "event"),
            urgency=self._choice(info, "urgency"),
            severity=self._choice(info, "severity"),
            certainty=self._choice(info, "certainty"),
            categories=self._choices(info, "category"),
            response_types=self._choices(info, "responseType") if self._version != "1.0" else (),
            audience=self._text(info, "audience"),
            event_codes=fields.read_pairs(info.named("eventCode"), self._version, self._problems),
            effective=times.get("effective"),
            onset=times.get("onset"),
            expires=times.get("expires"),
            sender_name=self._text(info, "senderName"),
            headline=self._text(info, "headline"),
            description=self._text(info, "description"),
            instruction=self._text(info, "instruction"),
            web=self._text(info, "web"),
            contact=self._text(info, "contact"),
            parameters=fields.read_pairs(info.named("parameter"), self._version, self._problems),
            resources=tuple(self._resource(resource) for resource in info.named("resource")),
            areas=tuple(self._area(area) for area in info.named("area")),
        )

    def _resource(self, resource: Element) -> CapResource:
        size = self._one(resource, "size")
        return CapResource(
            description=self._text(resource, "resourceDesc"),
            mime_type=self._text(resource, "mimeType"),
            size=fields.read_size(size, self._problems) if size else None,
            uri=self._text(resource, "uri"),
            embedded=bool(self._text(resource, "derefUri")),
        )

    def _area(self, area: Element) -> CapArea:
        problems = self._problems
        polygons = (fields.read_polygon(part, problems) for part in area.named("polygon"))
        circles = (fields.read_circle(part, problems) for part in area.named("circle"))
        altitude, ceiling = self._one(area, "altitude"), self._one(area, "ceiling")
        # SOURCE: CAP 1.2, section 3.2.4: `ceiling` must not be used except in combination with
        # `altitude`.
        if ceiling and ceiling.text and not (altitude and altitude.text):
            message = tell("`ceiling` is there without `altitude`")
            problems.add(
                ceiling.place,
                "ceiling-alone",
                message,
                expected=tell("`altitude` too"),
                found=tell("none"),
            )
        return CapArea(
            description=self._text(area, "areaDesc"),
            polygons=tuple(polygon for polygon in polygons if polygon),
            circles=tuple(circle for circle in circles if circle is not None),
            geocodes=fields.read_pairs(area.named("geocode"), self._version, problems),
            altitude=fields.read_number(altitude, problems) if altitude else None,
            ceiling=fields.read_number(ceiling, problems) if ceiling else None,
        )

    def _references(self) -> tuple[CapReference, ...]:
        part = self._one(self._root, "references")
        return fields.read_references(part, self._version, self._problems) if part else ()

    def _check_references(self, message_type: str, references: tuple[CapReference, ...]) -> None:
        # SOURCE: CAP 1.2, section 3.2.1: Update, Cancel, Ack and Error each speak of the messages
        # in `references`.
        if message_type not in _ABOUT_OTHERS or references:
            return
        part = self._one(self._root, "references")
        if part and part.text:
            return
        place = (part or self._root.named("msgType")[0]).place
        message = tell("`{message_type}` without `references`", message_type=message_type)
        expected = tell("the alerts it speaks of, as `sender,identifier,sent`")
        self._problems.add(
            place, "missing-references", message, expected=expected, found=tell("none")
        )

    def _check_distribution(self, scope: str) -> None:
        # SOURCE: CAP 1.2, section 3.2.1: `restriction` goes with scope Restricted, `addresses` with
        # Private.
        needed = {"Restricted": "restriction", "Private": "addresses"}.get(scope, "")
        if not needed or self._text(self._root, needed):
            return
        place = next(part.place for part in self._root.named("scope"))
        message = tell("scope `{scope}` without `{needed}`", scope=scope, needed=needed)
        self._problems.add(
            place, "missing-part", message, expected=f"`{needed}`", found=tell("none")
        )

    def _one(self, parent: Element, name: str) -> Element | None:
        return next(iter(parent.named(name)), None)

    def _text(self, parent: Element, name: str) -> str:
        part = self._one(parent, name)
        return part.text if part else ""

    def _word(self, name: str) -> str:
        part = self._one(self._root, name)
        return fields.read_word(part, self._problems) if part else ""

    def _choice(self, parent: Element, name: str) -> str:
        part = self._one(parent, name)
        return fields.read_choice(part, self._version, self._problems) if part else ""

    def _choices(self, parent: Element, name: str) -> tuple[str, ...]:
        return tuple(
            fields.read_choice(part, self._version, self._problems)
            for part in parent.named(name)
            if part.text
        )
