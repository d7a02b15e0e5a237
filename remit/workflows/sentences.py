"""What each entry says in words: one sentence an entry, for timelines and messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from remit.workflows.entries import Entry, Json, from_stamp
from remit.workflows.incident import Incident, Item
from remit.workflows.means_sentences import MEANS_DETAIL, means_fields
from remit.workflows.phrases import PHRASES
from remit.workflows.response import COMMAND_STEP
from remit.workflows.times import shown

__all__ = ["sentence", "step_label"]


def sentence(entry: Entry, incident: Incident, language: str) -> str:
    """Return what `entry` says, with the names people use in `language`.

    Args:
        incident: as it is after the entry, or later.
    """
    return _Teller(incident, language).tell(entry)


def step_label(incident: Incident, part: str, step: str, language: str) -> str:
    """Return what people call a step; the lead activity's name for the incident as a whole."""
    response = incident.response
    activity = response.lead if step == COMMAND_STEP else response.part(part).step(step).activity
    return response.label("activity", activity, language)


@dataclass(frozen=True, slots=True)
class _Teller:
    incident: Incident
    language: str

    def tell(self, entry: Entry) -> str:
        phrases = PHRASES.get(self.language, PHRASES["en"])
        fields = self.fields(entry)
        text = phrases.get(self.key(entry), phrases["unknown"]).format_map(fields)
        note = fields["note"]
        return text + phrases["note"].format(note=note) if note else text

    def key(self, entry: Entry) -> str:
        """Return which phrase tells an entry."""
        node, kind = entry.payload, entry.kind
        if kind == "answered":
            item, outcome = self.item(node), cast("str", node["outcome"])
            if node.get("still"):
                return "answered.still"
            specific = f"{kind}.{item.purpose}.{outcome}"
            return specific if specific in PHRASES["en"] else f"{kind}.{outcome}"
        detail = _DETAIL.get(kind)
        if kind == "opened":
            return f"{kind}.{min(len(self.incident.response.parts[0].owners), 2)}"
        return kind if detail is None else kind + detail(node)

    def fields(self, entry: Entry) -> dict[str, str]:
        """Return all that a phrase may name."""
        node = entry.payload
        found = dict.fromkeys(_FIELDS, "")
        found |= {key: str(value) for key, value in node.items() if isinstance(value, str | int)}
        found |= {"kind": entry.kind, "actor": self.subject(entry.actor)}
        if (
            entry.kind not in {"asked", "escalated", "reassigned"}
            and node.get("item") in self.incident.items
        ):
            found |= self.of_item(self.item(node))
        for key in ("subject", "holder", "by", "to", "before"):
            if node.get(key):
                found[key] = self.subject(cast("str", node[key]))
        if node.get("person") and entry.kind in {"answered", "refused"}:
            found["actor"] = self.with_person(found["actor"], cast("str", node["person"]))
        elif node.get("person"):
            found["to"] = self.with_person(found["to"], cast("str", node["person"]))
        if "part" in node and "step" in node:
            found["step"] = self.step(cast("str", node["part"]), cast("str", node["step"]))
        if entry.kind == "opened":
            found |= self.opening()
        found |= self.of_waiting(entry) | self.of_means(node) | self.named(node)
        separator = self.listed(["", ""])
        return found | means_fields(self.incident, entry, self.label, separator)

    def of_item(self, item: Item) -> dict[str, str]:
        return {
            "subject": self.subject(item.subject),
            "holder": self.subject(item.holder),
            "step": self.step(item.part, item.step),
            "item": self.incident.item_id(item.number),
        }

    def of_waiting(self, entry: Entry) -> dict[str, str]:
        """Return until when somebody has time, and who was asked before."""
        node = entry.payload
        found: dict[str, str] = {}
        if "due" in node:
            found["due"] = self.until(from_stamp(cast("str", node["due"])), entry.time)
        if node.get("after") is not None:
            found["before"] = self.subject(self.incident.items[_number(node, "after")].subject)
        for key in ("again", "until"):
            if node.get(key):
                found[key] = self.until(from_stamp(cast("str", node[key])), entry.time)
        return found

    def named(self, node: Mapping[str, Json]) -> dict[str, str]:
        """Return the names of things other than subjects and steps."""
        found: dict[str, str] = {}
        for key, kind in (("fund", "fund"), ("stock", "stock"), ("about", "activity")):
            if key in node:
                name = cast("str", node[key])
                found[key] = self.incident.response.label(kind, name, self.language)
        if isinstance(node.get("values"), Mapping):
            values = cast("Mapping[str, Json]", node["values"])
            found["values"] = self.listed([f"{name}={value}" for name, value in values.items()])
        if isinstance(node.get("pack"), Mapping):
            found["version"] = str(cast("Mapping[str, Json]", node["pack"])["version"])
        if "people" in node:
            people = cast("list[str]", node["people"])
            found["people"] = self.listed([self.person(name) for name in people])
        if "subjects" in node:
            names = cast("list[str]", node["subjects"])
            found["subjects"] = self.listed([self.subject(name) for name in names])
        return found

    def until(self, due: dt.datetime, now: dt.datetime) -> str:
        """Return the time something is due, with the day where that is another."""
        text, today = shown(due, self.incident.offset), shown(now, self.incident.offset)
        return text[11:] if text[:10] == today[:10] else text[5:]

    def opening(self) -> dict[str, str]:
        title = self.incident.title
        owners = self.incident.response.parts[0].owners
        return {
            "incident": self.incident.id,
            "title": title.get(self.language) or title.get("en") or next(iter(title.values()), ""),
            "owners": self.listed([self.subject(name) for name in owners]),
        }

    def of_means(self, node: Mapping[str, Json]) -> dict[str, str]:
        """Return the powers and the money of the step an entry is about."""
        part, step = node.get("part"), node.get("step")
        if node.get("item") in self.incident.items:
            part, step = self.item(node).part, self.item(node).step
        if not isinstance(part, str) or not isinstance(step, str) or step == COMMAND_STEP:
            return {}
        found = self.incident.response.part(part).step(step)
        labels = [
            self.incident.response.label("power", power, self.language) for power in found.powers
        ]
        more = {"powers": self.listed(labels)}
        if found.money is not None:
            more |= {"amount": str(found.money.amount), "currency": found.money.currency}
            more["fund"] = self.incident.response.label("fund", found.money.fund, self.language)
        return more

    def item(self, node: Mapping[str, Json]) -> Item:
        return self.incident.items[_number(node, "item")]

    def label(self, kind: str, name: str) -> str:
        return self.incident.response.label(kind, name, self.language)

    def subject(self, name: str) -> str:
        return self.incident.response.label("subject", name, self.language)

    def person(self, name: str) -> str:
        return self.incident.response.label("person", name, self.language)

    def with_person(self, subject: str, person: str) -> str:
        """Return a subject with the person who stands for it."""
        name = self.person(person)
        return f"{subject}（{name}）" if self.language == "zh" else f"{subject} ({name})"

    def step(self, part: str, step: str) -> str:
        return step_label(self.incident, part, step, self.language)

    def listed(self, names: list[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(names)


_DETAIL: Mapping[str, Callable[[Mapping[str, Json]], str]] = {
    "asked": lambda node: f".{node['purpose']}{_more(node)}",
    "escalated": lambda node: f".{node['why']}",
    "informed": lambda node: f".{node['about']}",
    "drawn": lambda node: ".short" if node["short"] else "",
    "skipped": lambda node: f".{node['reason']}",
    "lapsed": lambda node: f".{node['reason']}",
    "delivered": lambda node: ".repeat" if node["repeat"] else "",
    **MEANS_DETAIL,
    "changed": lambda node: f".{node['because']}",
    "attempted": lambda node: ".later" if node.get("again") else "",
    "nobody-told": lambda node: ".others" if node["subjects"] else "",
}
"""What tells two phrases of one kind of entry apart."""

_FIELDS = (
    "about", "actor", "after", "again", "amount", "before", "by", "channel", "currency", "due",
    "fund", "have", "holder", "incident", "into", "item", "kind", "line", "means", "name", "need",
    "note", "owners", "payee", "people", "powers", "quantity", "reason", "short", "size", "source",
    "staff", "step", "stock", "subject", "subjects", "title", "to", "tries", "until", "values",
    "version", "what", "why", "work",
)  # fmt: skip
"""Everything a phrase may name; what an entry does not have is empty."""


def _more(node: Mapping[str, Json]) -> str:
    """Return what tells apart what somebody is asked: an offer of work, or a quarrel about one."""
    if node.get("offer_of") is not None:
        return ".offer"
    return ".hand-over" if str(node.get("about", "")).startswith("hand-over:") else ""


def _number(node: Mapping[str, Json], key: str) -> int:
    return cast("int", node[key])
