"""Databases as deciders: rules as rows under an index, or joined with a table of events at once."""

from __future__ import annotations

from collections.abc import Sequence

from rivals.peer import Facts, Peer
from rivals.workload import MOST_CASES, SEVERITIES, Event, Rule, path_of

__all__ = ["Duck", "Sqlite"]

COLUMNS = (
    "activity",
    "hazard",
    "place",
    "phase",
    "stage",
    "low",
    "high",
    "least",
    "most",
    "rank",
)
ANY = ""


def _rows(rules: Sequence[Rule]) -> list[tuple[object, ...]]:
    found = []
    for rule in rules:
        given = rule.conditions.get
        named = (given(name, ANY) for name in ("hazard", "place", "phase", "stage"))
        levels = given("severity", (0, len(SEVERITIES)))
        found.append((rule.activity, *named, *levels, *given("cases", (0, MOST_CASES)), rule.rank))
    return found


class _Table(Peer):
    def prepare(self, event: Event, activity: str) -> Facts:
        """Spell out the trees."""
        nodes = {
            f"{name[0]}{depth}": node
            for name in ("hazard", "place")
            for depth, node in enumerate((ANY, *path_of(str(event[name]))))
        }
        return {
            "activity": activity,
            **nodes,
            "phase": event["phase"],
            "stage": event["stage"],
            "severity": SEVERITIES.index(str(event["severity"])),
            "cases": event["cases"],
        }


class Sqlite(_Table):
    """sqlite3 of the standard library: a table without rowid keyed by activity, hazard, place."""

    title = "sqlite3"
    imports = ("sqlite3",)

    def load(self, rules: Sequence[Rule]) -> None:
        """Fill the table."""
        import sqlite3

        self._ids = {rule.rank: rule.id for rule in rules}
        connection = sqlite3.connect(":memory:")
        key = "PRIMARY KEY (activity, hazard, place, rank)"
        connection.execute(f"CREATE TABLE rules ({', '.join(COLUMNS)}, {key}) WITHOUT ROWID")
        marks = ", ".join("?" * len(COLUMNS))
        connection.executemany(f"INSERT INTO rules VALUES ({marks})", _rows(rules))  # noqa: S608
        self._execute = connection.execute

    def decide(self, event: Facts, activity: str) -> str:  # noqa: ARG002 -- the facts have it
        """Select the least rank that holds."""
        ((rank,),) = self._execute(ONE, event)
        return self._ids[rank]


ONE = """SELECT min(rank) FROM rules WHERE activity = :activity
AND hazard IN (:h0, :h1, :h2, :h3) AND place IN (:p0, :p1, :p2, :p3)
AND phase IN ('', :phase) AND stage IN ('', :stage)
AND low <= :severity AND high >= :severity AND least <= :cases AND most >= :cases"""


class Duck(_Table):
    """DuckDB: a hash join of the rules with all events on activity, hazard and place."""

    title = "DuckDB"
    distribution = "duckdb"
    imports = ("duckdb", "pyarrow")
    batch_only = True

    def load(self, rules: Sequence[Rule]) -> None:
        """Fill the table."""
        import duckdb
        import pyarrow as pa

        self._arrow = pa
        self._ids = {rule.rank: rule.id for rule in rules}
        self._database = duckdb.connect()
        self._database.execute("SET threads TO 1")
        columns = dict(zip(COLUMNS, zip(*_rows(rules), strict=True), strict=True))
        table = pa.table({name: list(values) for name, values in columns.items()})
        self._database.register("given", table)
        self._database.execute("CREATE TABLE rules AS SELECT * FROM given")

    def decide_batch(self, events: Sequence[Facts], activities: Sequence[str]) -> Sequence[str]:
        """Build the table of events, with one row a pair of nodes, and join."""
        names = [*events[0]]
        columns = {name: [event[name] for event in events] for name in names}
        columns["activity"] = list(activities)
        columns["number"] = list(range(len(events)))
        self._database.register("events", self._arrow.table(columns))
        ranks = self._database.execute(MANY).fetchnumpy()["rank"]
        return [self._ids[rank] for rank in ranks.tolist()]


MANY = """SELECT number, min(r.rank) AS rank FROM (
    SELECT *, unnest([h0, h1, h2, h3]) AS hazard FROM (
        SELECT *, unnest([p0, p1, p2, p3]) AS place FROM events)) e
JOIN rules r ON r.activity = e.activity AND r.hazard = e.hazard AND r.place = e.place
WHERE r.phase IN ('', e.phase) AND r.stage IN ('', e.stage)
AND r.low <= e.severity AND r.high >= e.severity AND r.least <= e.cases AND r.most >= e.cases
GROUP BY number ORDER BY number"""
