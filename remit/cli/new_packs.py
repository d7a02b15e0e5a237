"""A small complete pack made of a few answers: who leads, who else there is, what must be done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from remit.cli.yaml_words import label_of, name
from remit.engine.charts.chart import Answers, GivenName
from remit.engine.charts.names import Names, name_all
from remit.engine.wording import Language

__all__ = ["DEFAULTS", "Plan", "new_pack_files"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a new pack is made of; names may be written `label=id`.

    Args:
        title: the name of the place or organisation.
        lead: the body that leads.
        subjects: the other bodies.
        activities: what must be done, besides command.
        stages: stages of an event, in order; none at all is no dimension.
    """

    title: str
    language: Language
    lead: str
    subjects: tuple[str, ...]
    activities: tuple[str, ...]
    stages: tuple[str, ...]


DEFAULTS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "lead": "Street office",
        "subjects": "Residents' committee, Property company",
        "activities": "Gate check, Deliver supplies",
        "stages": "early, normal",
        "command": "Command",
    },
    "zh": {
        "lead": "街道办=street-office",
        "subjects": "居委会=residents-committee, 物业公司=property-company",
        "activities": "出入口测温=gate-check, 物资配送=deliver-supplies",
        "stages": "早期=early, 常态化=normal",
        "command": "统一指挥",
    },
}
"""What a question offers, by language."""


def new_pack_files(plan: Plan, pack: str) -> dict[str, str]:
    """Return the text of each file of a new pack, by its path within it.

    Args:
        pack: the name of the pack.
    """
    command = DEFAULTS[plan.language]["command"]
    activities = _names((f"{command}=command", *plan.activities), "activity")
    subjects = _names((plan.lead, *plan.subjects), "subject")
    stages = _names(plan.stages, "stage")
    lead, *others = subjects.labels
    doers = others or [lead]
    done_by = {one: doers[at % len(doers)] for at, one in enumerate(list(activities.labels)[1:])}
    files = {
        "pack.yaml": _pack(plan, pack),
        "vocabulary.yaml": _vocabulary(activities, stages),
        f"subjects/{lead}.yaml": _lead(lead, subjects.labels[lead], done_by),
    }
    for one in others:
        files[f"subjects/{one}.yaml"] = _other(one, subjects.labels[one], lead, done_by)
    files["tests/first.yaml"] = _tests(lead, done_by, list(stages.labels))
    return files


def _names(written: Sequence[str], kind: str) -> Names:
    labels: list[str] = []
    given: dict[str, GivenName] = {}
    for one in written:
        label, _, own = (part.strip() for part in one.partition("="))
        labels.append(label)
        if own:
            given[label] = GivenName(own)
    return name_all(labels, kind, Answers(names=given))


def _pack(plan: Plan, pack: str) -> str:
    return (
        f"remit: 1\npack: {name(pack)}\nversion: 1\nlabel: {label_of(plan.title)}\n"
        "# Who is accountable for this activity owns the whole incident.\nlead: command\n"
    )


def _vocabulary(activities: Names, stages: Names) -> str:
    lines: list[str] = []
    if stages.labels:
        values = ", ".join(map(name, stages.labels))
        lines += [
            "# The ways in which events differ; places, hazards and levels are dimensions too.",
            "dimensions:",
            "  stage:",
            f"    values: [{values}]",
            "    labels:",
            *(f"      {name(one)}: {label_of(label)}" for one, label in stages.labels.items()),
            "",
        ]
    lines += ["# The rows of the responsibility chart.", "activities:"]
    for one, label in activities.labels.items():
        lines += [f"  {name(one)}:", f"    label: {label_of(label)}"]
    return "\n".join(lines) + "\n"


def _lead(lead: str, label: str, done_by: Mapping[str, str]) -> str:
    lines = [f"subject: {name(lead)}", f"label: {label_of(label)}", "duties:"]
    lines += _duty("command", "[accountable, responsible]")
    for activity, doer in done_by.items():
        role = "[accountable, responsible]" if doer == lead else "accountable"
        lines += _duty(activity, role)
    return "\n".join(lines) + "\n"


def _other(one: str, label: str, lead: str, done_by: Mapping[str, str]) -> str:
    lines = [
        f"subject: {name(one)}",
        f"label: {label_of(label)}",
        f"under: {name(lead)}",
        "duties:",
        *_duty("command", "informed"),
    ]
    for activity, doer in done_by.items():
        if doer == one:
            lines += _duty(activity, "responsible")
    return "\n".join(lines) + "\n"


def _duty(activity: str, role: str) -> list[str]:
    return [f"  - id: {name(activity)}", f"    activity: {name(activity)}", f"    role: {role}"]


def _tests(lead: str, done_by: Mapping[str, str], stages: Sequence[str]) -> str:
    given = f"{{stage: {name(stages[0])}}}" if stages else "{}"
    lines = [
        "# What the pack must never lose: events and the answers expected.",
        f"- name: {json.dumps(f'{lead} owns an incident', ensure_ascii=False)}",
        f"  given: {given}",
        "  expect:",
        f"    owner: {name(lead)}",
    ]
    for activity, doer in done_by.items():
        lines.append(
            f"    {name(activity)}: {{accountable: {name(lead)}, responsible: [{name(doer)}]}}"
        )
    return "\n".join(lines) + "\n"
