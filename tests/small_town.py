"""A small pack with a gap, an overlap, a plan, and labels that try to be more than text."""

from __future__ import annotations

from pathlib import Path

__all__ = ["write_town"]

FILES = {
    "pack.yaml": (
        "remit: 1\npack: town\nversion: 1\nlead: command\n"
        "label: {en: Town <b>, zh: 小镇}\nstate: {stage: early}\n"
    ),
    "vocabulary.yaml": """
dimensions:
  stage:
    label: {en: Stage, zh: 阶段}
    values: [early, late]
    state: true
    labels: {early: {en: Early, zh: 早期}, late: {en: Late, zh: 后期}}
  place: {tree: {north: [n1, n2], south: }}
  cases: {integer: {min: 0, max: 99}, unit: persons}
activities:
  command: {label: {en: "=1+1", zh: 统一指挥}}
  gate: {label: {en: "Gate & check", zh: 出入口测温登记}, needed: {cases: 10..}}
  report: {}
powers:
  close: {label: {en: Close <gates>, zh: 封闭}}
impossible:
  - {stage: late, cases: 50..}
""",
    "subjects/street.yaml": """
subject: street
label: {en: 'Street "office"', zh: 街道办}
kind: {en: public body, zh: 政府机关}
deputies: [guard]
contacts: [{channel: phone, to: "+86-10-5550-0100"}]
authority: [{id: close, power: close, when: {place: north}, basis: Act 1}]
prohibitions: [{power: close, when: {stage: late}}]
duties:
  - id: command
    activity: command
    role: [accountable, responsible]
    basis: <i>Act</i> 2
    acknowledge: 15m
    complete: 12h
  - {id: gate, activity: gate, role: accountable, when: {place: north}}
  - {id: gate-told, activity: gate, role: informed, when: {place: south}}
""",
    "subjects/guard.yaml": """
subject: guard
label: {en: Guard, zh: 保安公司}
under: street
duties:
  - {id: gate, activity: gate, role: [accountable, responsible], when: {place: n1, cases: 20..}}
  - {id: report, activity: report, role: supports, when: {stage: late}}
""",
    "subjects/team.yaml": """
subject: team
members: [street, guard]
lead: street
duties:
  - {id: report, activity: report, role: [accountable, responsible], valid: {from: 2026-01-01}}
""",
    "plans/alarm.yaml": """
plan: alarm
label: {en: Alarm, zh: 警报}
when: {cases: 10..}
steps:
  - {activity: command, complete: 2h}
  - {activity: gate, after: [command], consult_first: true}
  - {activity: report, after: [command, gate], hand_over_to: [command]}
""",
    "funds/aid.yaml": """
fund: aid
amount: 30000
currency: CNY
approve:
  - {up_to: 5000, by: guard}
  - {by: street}
""",
    "reserves.yaml": "stock: {mask: {quantity: 1200, floor: 100, unit: piece, holder: guard}}\n",
    "signals/fever.yaml": """
signal: fever
from: report
when: {symptom: [fever, cough], heat: ">= 38"}
count: 3
within: 24h
by: [place]
distinct: reporter
raise: {stage: early, cases: 10}
""",
}


def write_town(folder: Path) -> Path:
    """Write the pack and return its folder."""
    home = folder / "town"
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return home
