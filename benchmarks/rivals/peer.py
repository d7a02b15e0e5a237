"""What is measured: the protocol of a peer, and the list of those that are measured."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rivals.workload import SEVERITIES, TREES, Event, Rule, path_of

__all__ = ["PEERS", "Listed", "Peer", "conditions_of", "facts", "load_peer"]

Facts = dict[str, str | int]


class Peer:
    """One way to decide: a class made without arguments, for `--peer module:Class` too.

    Each method but `load` and `decide` may be left as it is here.
    """

    title = ""
    """How the tables name it, where that is not the name it is listed under."""
    distribution = ""
    """The package whose version is shown."""
    imports: tuple[str, ...] = ()
    """Modules to be imported before the load is timed."""
    batch_only = False
    """Whether single events are not what it is made for, so that only batches are measured."""

    def before_load(self, rules: Sequence[Rule]) -> None:
        """Write what `load` reads, where rules come in files. Not timed."""

    def load(self, rules: Sequence[Rule]) -> None:
        """Take the rules, all activities', the first to decide first. Timed as `load`."""
        raise NotImplementedError

    def prepare(self, event: Event, activity: str) -> object:  # noqa: ARG002 -- some need it
        """Return an event as `decide` wants it. Timed apart, so keep to what must be spelt out."""
        return event

    def decide(self, event: object, activity: str) -> str:
        """Return the id of the rule that decides a prepared event."""
        raise NotImplementedError

    def parts_of_load(self) -> Mapping[str, float]:
        """Return seconds of parts of the load that are worth a line of their own."""
        return {}

    # A peer with a batch interface of its own has a method more:
    # decide_batch(events: Sequence[object], activities: Sequence[str]) -> Sequence[str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A peer of the list, and the packages of the lock that it needs."""

    name: str
    place: str
    packages: tuple[str, ...] = ()
    absent: str = ""
    """Why it cannot be had from the package index, where it cannot."""


PEERS = (
    Listed("remit", "rivals.remit_peer:Remit"),
    Listed("bitmap", "rivals.hand:Bitmap"),
    Listed("indexed", "rivals.hand:Indexed"),
    Listed("linear", "rivals.hand:Linear"),
    Listed("zen-engine", "rivals.zen:Zen", ("zen-engine",)),
    Listed("cedarpy", "rivals.cedar:Cedar", ("cedarpy",)),
    Listed("durable-rules", "rivals.durable:Durable", ("durable-rules",)),
    Listed("clipspy", "rivals.clips:Clips", ("clipspy", "cffi", "pycparser")),
    Listed(
        "rule-engine", "rivals.ruleengine:RuleEngine", ("rule-engine", "python-dateutil", "six")
    ),
    Listed("regopy", "rivals.rego:Regopy", ("regopy",)),
    Listed(
        "regorus",
        "rivals.rego:Regorus",
        absent="not in the package index; build its Python binding from source and install it",
    ),
    Listed("business-rules", "rivals.business:BusinessRules", ("business-rules", "six")),
    Listed("datalogic-py", "rivals.jsonlogic:DataLogic", ("datalogic-py",)),
    Listed("blazerules", "rivals.blaze:Blaze", ("blazerules", "numpy", "pyarrow")),
    Listed("sqlite3", "rivals.sql:Sqlite"),
    Listed("duckdb", "rivals.sql:Duck", ("duckdb", "numpy", "pyarrow")),
)
"""All that are measured when none is named, and with them those that cannot be had."""


def load_peer(place: str) -> Peer:
    """Return the peer at `module:Class`."""
    module, _, name = place.partition(":")
    found: Peer = getattr(importlib.import_module(module), name)()
    return found


def facts(event: Event) -> Facts:
    """Return an event with trees spelt out as three nodes and the level as a number.

    For engines that compare fields and know no tree: `hazard1` to `hazard3`, and so for places.
    """
    top, middle, leaf = path_of(str(event["hazard"]))
    district, street, block = path_of(str(event["place"]))
    return {
        "hazard1": top,
        "hazard2": middle,
        "hazard3": leaf,
        "place1": district,
        "place2": street,
        "place3": block,
        "phase": event["phase"],
        "stage": event["stage"],
        "severity": SEVERITIES.index(str(event["severity"])),
        "cases": event["cases"],
    }


def conditions_of(rule: Rule) -> Iterator[tuple[str, str | tuple[int, int]]]:
    """Yield what a rule asks of the `facts`: a field with its value, or the lowest and highest."""
    for name, wanted in rule.conditions.items():
        if name in TREES and isinstance(wanted, str):
            yield f"{name}{wanted.count('-') + 1}", wanted
        else:
            yield name, wanted
