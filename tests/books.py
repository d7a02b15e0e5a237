"""Keeps the books of a ledger from its entries alone, and says where they do not balance.

It shares no code with the program: what each kind of entry means for people, stock and money is
written down here once more, so that a fault in the one is seen by the other.

    python -m tests.books ENTRIES.jsonl

reads one entry a line, as a JSON object with `number`, `incident`, `kind`, `actor` and `payload`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

__all__ = ["Books", "problems_of"]

Pool = tuple[str, str, str, str]
Step = tuple[str, str, str]


@dataclass
class Call:
    """A request for people or stock to one subject."""

    kind: str
    name: str
    quantity: int
    granted: int = 0
    pool: Pool | None = None
    given: int = 0


@dataclass
class Request:
    """A request for money, and who took part in it."""

    fund: str
    amount: Decimal
    asked: set[str]
    approved: Decimal | None = None
    approvers: set[str] = field(default_factory=set)
    left: Decimal = Decimal(0)


@dataclass
class Books:
    """What there is and what each step holds, entry by entry."""

    there: dict[Pool, Decimal] = field(default_factory=dict)
    held: dict[Step, dict[Pool, Decimal]] = field(default_factory=dict)
    calls: dict[Step, list[Call]] = field(default_factory=dict)
    requests: dict[Step, list[Request]] = field(default_factory=dict)
    packs: dict[str, str] = field(default_factory=dict)
    items: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    def promised(self, pool: Pool) -> Decimal:
        """Return what all steps hold of a pool."""
        return sum((each.get(pool, Decimal(0)) for each in self.held.values()), Decimal(0))

    def add(self, entry: dict[str, Any]) -> Iterator[str]:
        """Book one entry, and yield what is wrong after it."""
        before = {pool: self.promised(pool) for pool in self.there}
        book = getattr(self, f"_{entry['kind'].replace('-', '_')}", None)
        if book is not None:
            yield from book(entry, entry["payload"]) or ()
        for pool, there in self.there.items():
            promised = self.promised(pool)
            if promised < 0 or there < 0:
                yield f"{pool} is below nothing: {promised} of {there}"
            if promised > there and promised > before.get(pool, Decimal(0)):
                yield f"{pool} is promised twice: {promised} of {there}"

    def at_the_end(self) -> Iterator[str]:
        """Yield what incidents that are closed still hold."""
        for (incident, part, step), pools in self.held.items():
            for pool, amount in pools.items():
                if incident in self.closed and amount:
                    yield f"{incident} {part}/{step} still holds {amount} of {pool}"

    def _opened(self, entry: dict[str, Any], node: dict[str, Any]) -> None:
        pack = node["pack"]["name"]
        self.packs[entry["incident"]] = pack
        for row in node.get("counts", []):
            pool = (pack, row["means"], row["name"], row["holder"])
            scale = 1000 if row["means"] == "money" else 1
            self.there[pool] = Decimal(row["quantity"]) / scale

    def _stocked(self, _: dict[str, Any], node: dict[str, Any]) -> None:
        self.there[node["pack"], "stock", node["stock"], ""] += node["quantity"]

    def _asked(self, entry: dict[str, Any], node: dict[str, Any]) -> None:
        self.items[entry["incident"], node["item"]] = node

    _escalated = _asked

    def _sought(self, entry: dict[str, Any], node: dict[str, Any]) -> None:
        call = Call(node["means"], node["name"], node["quantity"])
        self.calls.setdefault(self._step(entry, node), []).append(call)

    def _posted(self, entry: dict[str, Any], node: dict[str, Any]) -> None:
        pool = (self._pack(entry), "staff", node["staff"], node["holder"])
        self._hold(entry, node, pool, Decimal(node["quantity"]))
        if node.get("call") is not None:
            call = self.calls[self._step(entry, node)][node["call"] - 1]
            call.pool, call.given = pool, node["quantity"]

    def _drawn(self, entry: dict[str, Any], node: dict[str, Any]) -> None:
        pool = (self._pack(entry), "stock", node["stock"], "")
        self._hold(entry, node, pool, Decimal(node["quantity"]))

    def _used(self, entry: dict[str, Any], node: dict[str, Any]) -> None:
        pool = (self._pack(entry), "stock", node["stock"], "")
        self._hold(entry, node, pool, -Decimal(node["quantity"]))
        self.there[pool] -= node["quantity"]

    def _answered(self, entry: dict[str, Any], node: dict[str, Any]) -> Iterator[str]:
        item = self.items.get((entry["incident"], node["item"]))
        if item is None or not item["step"]:
            return
        step, last = self._step(entry, item), item["ask"].partition("#")[0].rpartition("/")[2]
        amount, outcome = node.get("amount"), node["outcome"]
        if item["purpose"] == "approve" and outcome == "approved":
            number = int(last.removeprefix("request:")) if last.startswith("request:") else 1
            request = self.requests[step][number - 1]
            request.approved = request.amount if amount is None else Decimal(amount)
            request.approvers = {entry["actor"], item["subject"]}
            if request.approvers & request.asked:
                yield f"{request.approvers} approve what {request.asked} asked for"
            if request.approved > request.amount:
                yield f"{request.approved} is approved, {request.amount} was asked for"
        elif item["purpose"] in {"supply", "spare"} and outcome in {"granted", "sent"}:
            call = self.calls[step][int(last) - 1]
            call.granted = call.granted or (call.quantity if amount is None else int(amount))
        elif item["purpose"] == "receive":
            self._come(entry, item, self.calls[step][int(last) - 1], outcome, amount)

    def _come(
        self,
        entry: dict[str, Any],
        item: dict[str, Any],
        call: Call,
        outcome: str,
        amount: str | None,
    ) -> None:
        came = 0 if outcome == "missing" else None if amount is None else int(amount)
        if call.kind == "staff":
            assert call.pool is not None
            self._hold(entry, item, call.pool, (call.given if came is None else came) - call.given)
        else:
            pool = (self._pack(entry), "stock", call.name, "")
            more = call.granted if came is None else came
            self.there[pool] += more
            self._hold(entry, item, pool, Decimal(more))

    def _requested(self, entry: dict[str, Any], node: dict[str, Any]) -> None:
        request = Request(
            node["fund"], Decimal(node["amount"]), {node["by"], node.get("for", node["by"])}
        )
        self.requests.setdefault(self._step(entry, node), []).append(request)

    def _reserved(self, entry: dict[str, Any], node: dict[str, Any]) -> Iterator[str]:
        request = self.requests[self._step(entry, node)][node["request"] - 1]
        amount = Decimal(node["amount"])
        if request.approved is None or amount > request.approved:
            yield f"{amount} is set aside, {request.approved} was approved"
        request.left = amount
        self._hold(entry, node, (self._pack(entry), "money", request.fund, ""), amount)

    def _spent(self, entry: dict[str, Any], node: dict[str, Any]) -> Iterator[str]:
        request = self.requests[self._step(entry, node)][node["request"] - 1]
        amount = Decimal(node["amount"])
        payers = {entry["actor"], node["for"]}
        if payers & (request.asked | request.approvers):
            yield f"{payers} pay what {request.asked} asked for and {request.approvers} approved"
        if amount > request.left:
            yield f"{amount} is paid, {request.left} was left"
        request.left -= amount
        pool = (self._pack(entry), "money", request.fund, "")
        self._hold(entry, node, pool, -amount)
        self.there[pool] -= amount

    def _released(self, entry: dict[str, Any], node: dict[str, Any]) -> Iterator[str]:
        pack = self._pack(entry)
        for row in node["staff"]:
            pool = (pack, "staff", row["staff"], row["holder"])
            self._hold(entry, node, pool, -Decimal(row["quantity"]))
        for row in node["stock"]:
            pool = (pack, "stock", row["stock"], "")
            self._hold(entry, node, pool, -Decimal(row["back"] + row["used"]))
            self.there[pool] -= row["used"]
        for row in node["money"]:
            self.requests[self._step(entry, node)][row["request"] - 1].left -= Decimal(
                row["amount"]
            )
            pool = (pack, "money", row["fund"], "")
            self._hold(entry, node, pool, -Decimal(row["amount"]))
        left = {
            pool: amount
            for pool, amount in self.held.get(self._step(entry, node), {}).items()
            if amount
        }
        if left:
            yield f"gave everything back and still holds {left}"

    def _closed(self, entry: dict[str, Any], _: dict[str, Any]) -> None:
        self.closed.add(entry["incident"])

    def _reopened(self, entry: dict[str, Any], _: dict[str, Any]) -> None:
        self.closed.discard(entry["incident"])

    def _hold(
        self, entry: dict[str, Any], node: dict[str, Any], pool: Pool, amount: Decimal | int
    ) -> None:
        step = self.held.setdefault(self._step(entry, node), {})
        step[pool] = step.get(pool, Decimal(0)) + amount

    def _pack(self, entry: dict[str, Any]) -> str:
        return self.packs[entry["incident"]]

    def _step(self, entry: dict[str, Any], node: dict[str, Any]) -> Step:
        return entry["incident"], node["part"], node["step"]


def problems_of(entries: Iterable[dict[str, Any]]) -> list[str]:
    """Return what does not balance in the books of some entries."""
    books, found = Books(), []
    for entry in entries:
        found += [f"entry {entry['number']} {entry['kind']}: {one}" for one in books.add(entry)]
    return found + list(books.at_the_end())


def main() -> int:
    """Check the entries of a file."""
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    found = problems_of(json.loads(line) for line in lines if line.strip())
    sys.stdout.write("".join(f"{problem}\n" for problem in found) or "the books balance\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
