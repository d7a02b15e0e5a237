"""SARIF 2.1.0, for code scanning: one result a finding, accepted ones with their justification.

SOURCE: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01;
sections are named where they are obeyed. Bounds are those of GitHub's code scanning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from remit.engine.errors import PackError, PackErrors
from remit.engine.spans import Related, Span
from remit.engine.vocabulary import plain
from remit.engine.wording import tell
from remit.validators.check import Check
from remit.validators.finding import Finding, Fix, Level, Report
from remit.validators.pages import page_of
from remit.validators.printable import clean
from remit.validators.telling import (
    Scene,
    acceptance_words,
    error_lines,
    facts_of,
    fingerprints,
    most_serious,
    unproved_words,
)

__all__ = ["MOST_RESULTS", "errors_sarif", "report_sarif"]

Json = dict[str, object]

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"
MOST_RESULTS = 5_000
"""Results of a run; code scanning shows no more, and refuses a file with five times as many."""
MOST_PLACES = 100
"""Places of one result."""
PACK_ERROR = "pack-error"
"""The rule of what is no finding: the pack cannot be read."""


def report_sarif(report: Report, scene: Scene) -> Json:
    """Return the log of one run; what could not be proved is a notification of the tool."""
    # WHY before the cut: a fingerprint may depend on how many like it came before.
    marks = dict(
        zip(map(id, report.findings), fingerprints(report.pack, report.findings), strict=True)
    )
    found = most_serious(report.findings, MOST_RESULTS)
    rules = [check for check in scene.checks if any(one.code == check.code for one in found)]
    position = {check.code: at for at, check in enumerate(rules)}
    notes = [_notification("warning", unproved_words(one)) for one in report.unproved]
    left = len(report.findings) - len(found)
    if left:
        told = tell("{number} findings more, the least serious, are left out", number=left)
        notes.append(_notification("warning", told))
    results = [_result(one, position[one.code], marks[id(one)], scene) for one in found]
    # SOURCE: 3.17.3: the parts of an identifier are parted by slashes, and the last is of one run.
    name = {"id": f"remit/{report.pack}/"}
    properties = {"version": report.version, "digest": report.digest, "proved": report.proved}
    return _log(
        [_rule(check) for check in rules],
        results,
        notes,
        scene,
        automationDetails=name,
        properties=properties,
    )


def errors_sarif(errors: PackErrors, scene: Scene) -> Json:
    """Return the log of a run that could not read the pack: one result an error."""
    message = tell("the pack `{path}` cannot be loaded", path=errors.path)
    rule: Json = {
        "id": PACK_ERROR,
        "name": "PackError",
        "shortDescription": {"text": tell("the pack cannot be loaded")},
        "help": {"text": tell("Correct the file at the place that is shown; nothing was checked.")},
        "defaultConfiguration": {"level": "error"},
    }
    results = [_error(error, scene) for error in errors.errors[:MOST_RESULTS]]
    return _log([rule], results, [_notification("error", message)], scene, is_whole=False)


def _log(
    rules: list[Json],
    results: list[Json],
    notes: list[Json],
    scene: Scene,
    *,
    is_whole: bool = True,
    **more: Mapping[str, object],
) -> Json:
    # SOURCE: 3.20.14: whether the tool ran to its end, whatever it found.
    invocation: Json = {"executionSuccessful": is_whole}
    if notes:
        invocation["toolExecutionNotifications"] = notes
    driver: Json = {"name": "remit", "version": scene.program, "rules": rules}
    run: Json = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        # SOURCE: 3.14.14: the root may be left for the reader to fill in.
        "originalUriBaseIds": {
            ROOT: {"description": {"text": "The root of the files that were checked."}}
        },
        "columnKind": "unicodeCodePoints",
        **more,
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _notification(level: Level, text: str) -> Json:
    return {"level": level, "message": {"text": text}}


def _rule(check: Check) -> Json:
    page = page_of(check)
    words = check.name.split("-")
    return {
        "id": check.code,
        # SOURCE: 3.49.7 and 3.5.4: a name for people, here as most tools write it.
        "name": "".join(word.capitalize() for word in words),
        "shortDescription": {"text": check.name.replace("-", " ")},
        "fullDescription": {"text": check.summary},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": check.level},
        "properties": {"tags": [check.family, check.name]},
    }


def _result(finding: Finding, rule: int, mark: str, scene: Scene) -> Json:
    told = [finding.message, *(f"{word}: {said}" for word, said in facts_of(finding))]
    place = {**_location(finding.span, scene), "logicalLocations": _logical(finding)}
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.level,
        "message": {"text": "\n".join(clean(line) for line in told)},
        "locations": [place if place["logicalLocations"] else _location(finding.span, scene)],
        "partialFingerprints": {"remitFinding/v1": mark},
    }
    if finding.related:
        result["relatedLocations"] = _related(finding.related, scene)
    # SOURCE: 3.27.23: an empty list says that it is known to be open.
    result["suppressions"] = (
        [
            {
                "kind": "external",
                "status": "accepted",
                "justification": acceptance_words(finding),
            }
        ]
        if finding.accepted
        else []
    )
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix, scene)]
    result["properties"] = _properties(finding)
    return result


def _properties(finding: Finding) -> Json:
    found: Json = {}
    if finding.share is not None:
        found["region"] = {name: _plain(value) for name, value in finding.region.items()}
        found["share"] = float(finding.share)
    if finding.witness is not None:
        found["witness"] = {name: plain(value) for name, value in finding.witness.items()}
    return found


def _plain(written: object) -> object:
    if isinstance(written, list | tuple):
        return [_plain(each) for each in written]
    if isinstance(written, Mapping):
        return {str(key): _plain(value) for key, value in written.items()}
    return written if isinstance(written, int | str) else str(written)


def _logical(finding: Finding) -> list[Json]:
    """Return what the place is, beyond a stretch of a file: a duty, an activity, subjects."""
    names = [
        ("duty", finding.duty),
        ("activity", finding.activity),
        *(("subject", one) for one in finding.subjects),
    ]
    return [
        {"name": name.rpartition("/")[2], "fullyQualifiedName": name, "kind": kind}
        for kind, name in names[:MOST_PLACES]
        if name
    ]


def _error(error: PackError, scene: Scene) -> Json:
    result: Json = {
        "ruleId": PACK_ERROR,
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "\n".join(clean(line) for line in error_lines(error))},
        "locations": [_location(error.span or scene.home, scene)],
    }
    if error.related:
        result["relatedLocations"] = _related(error.related, scene)
    return result


def _related(related: Sequence[Related], scene: Scene) -> list[Json]:
    return [
        {"id": at, **_location(each.span, scene), "message": {"text": clean(each.message)}}
        for at, each in enumerate(related[:MOST_PLACES])
    ]


def _location(span: Span, scene: Scene) -> Json:
    return {"physicalLocation": {"artifactLocation": _file(span, scene), "region": _region(span)}}


def _file(span: Span, scene: Scene) -> Json:
    uri = scene.uri(span.file)
    return {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": ROOT}


def _region(span: Span) -> Json:
    # SOURCE: 3.30.5 to 3.30.8: from 1, and the end column is the one behind the last letter.
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _fix(fix: Fix, scene: Scene) -> Json:
    files: dict[str, list[Json]] = {}
    places: dict[str, Span] = {}
    for edit in fix.edits:
        places.setdefault(edit.span.file, edit.span)
        files.setdefault(edit.span.file, []).append(
            {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
        )
    return {
        "description": {"text": clean(fix.description)},
        "artifactChanges": [
            {"artifactLocation": _file(places[file], scene), "replacements": replacements}
            for file, replacements in files.items()
        ],
    }
