"""Checks a boundary certificate against a pack, without the map that made it.

The proof is a walk: a claim's tree is followed from its root, one dimension at a time, through
every stretch of values that the tree or a rule of the pack tells apart. With each node goes the set
of rules that hold so far; so at a leaf it is known exactly which rules hold in all events that lead
there, and the answer follows. Pairs of node and rules are walked once.
Cost: the pairs met, times the stretches of each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from remit.engine.intervals import Cut
from remit.engine.pack import Pack
from remit.engine.verifier.form import CERTIFIED, Refuted, Unchecked, as_list, as_whole, read, same
from remit.engine.verifier.meaning import Book, Claim
from remit.engine.verifier.tree import Axis, Tree, axes_of, value_words
from remit.engine.wording import tell

__all__ = ["MOST_STEPS", "verify"]

MOST_STEPS = 20_000_000
"""Stretches walked for all claims together, well under a minute; past it nothing is said."""
_CLAIM_KEYS = {"accepted", "activity", "letter", "needed", "nobody", "root", "several"}


def verify(text: bytes, pack: Pack) -> dict[str, object]:
    """Return a certificate as plain values, all of it checked against the pack.

    Raises:
        Refuted: with the first thing that is wrong; `Unchecked` where it would take too long.
    """
    found = read(text)
    same(found["pack"], pack.name, "pack")
    same(found["version"], pack.version, "version")
    same(found["digest"], pack.digest, "digest")
    book = Book(pack, _day(found["day"]))
    if found["duties"] != [duty.name for duty in book.duties]:
        raise Refuted("duties", tell("they are not those of the pack"))
    axes = axes_of(found["dimensions"], pack.vocabulary)
    tree = Tree(axes, found["answers"], found["nodes"], book.duties)
    possible = _prove_all(found["claims"], tree, book)
    same(found["possible"], possible, "possible")
    tree.refuse_unused()
    return found


class _Path(NamedTuple):
    """The first event that leads to a node, as the starts of stretches, the last one first."""

    before: _Path | None
    start: Cut


def _day(found: object) -> dt.date:
    try:
        return dt.date.fromisoformat(str(found))
    except ValueError as error:
        raise Refuted("day", tell("it is no day")) from error


def _prove_all(claims: object, tree: Tree, book: Book) -> int:
    """Prove every claim, none missing and none twice; return how many cells are possible."""
    wanted = [(activity, letter) for activity in book.of for letter in CERTIFIED]
    found = as_list(claims, "claims")
    if len(found) != len(wanted):
        raise Refuted(
            "claims",
            tell("there are {number}, and must be {wanted}", number=len(found), wanted=len(wanted)),
        )
    left, possible = MOST_STEPS, 0
    for number, (said, (activity, letter)) in enumerate(zip(found, wanted, strict=True)):
        place = f"claims[{number}]"
        if not isinstance(said, dict) or set(said) != _CLAIM_KEYS:
            raise Refuted(place, tell("it is no claim"))
        same(said["activity"], activity, f"{place}.activity")
        same(said["letter"], letter, f"{place}.letter")
        root = as_whole(said["root"], f"{place}.root")
        tree.depth(root, f"{place}.root")
        left -= _prove(
            root,
            tree,
            Claim(book, activity, letter),
            tell("{place}, {letter} for {activity}", place=place, letter=letter, activity=activity),
            left,
        )
        counts = tree.counts(root)
        for key in ("needed", "nobody", "several", "accepted"):
            same(said[key], getattr(counts, key), f"{place}.{key}")
        possible = counts.possible
    return possible


def _prove(root: int, tree: Tree, claim: Claim, place: str, most: int) -> int:
    """Walk the tree from a root; return how many stretches that took.

    Raises:
        Refuted: at a leaf that says something else than the rules.
        Unchecked: past `most` stretches.
    """
    names = [axis.dimension.name for axis in tree.axes]
    frontier: dict[tuple[int, int], _Path | None] = {(root, claim.everything()): None}
    tree.used.add(root)
    taken = 0
    for at in range(len(names)):
        walk = _Walk(tree, claim, at, claim.open_after(names[at + 1 :]))
        following: dict[tuple[int, int], _Path | None] = {}
        for (child, live), path in frontier.items():
            steps = walk.steps(child, live)
            taken += len(steps)
            if taken + walk.examined > most:
                raise Unchecked(
                    place,
                    tell("it takes more than {most_steps:,} steps to check", most_steps=MOST_STEPS),
                )
            for pair, start in steps:
                if pair not in following:
                    following[pair] = _Path(path, start)
        frontier = following
        taken += walk.examined
    for (child, live), path in frontier.items():
        said, expected = tree.answers[-1 - child], claim.answer(live)
        if said != expected:
            words = tell(
                "it says {said}; it is {expected}",
                said=claim.words(said),
                expected=claim.words(expected),
            )
            raise Refuted(
                place, tell("at {event} {words}", event=_event(path, tree.axes), words=words)
            )
    return taken


class _Walk:
    """One dimension of a claim's walk; `examined` counts the stretches looked at so far."""

    def __init__(self, tree: Tree, claim: Claim, at: int, open_after: int) -> None:
        self._tree, self._claim, self._at, self._open = tree, claim, at, open_after
        self._flips, self._careless = _flips(claim, tree.axes[at])
        self._stretches: dict[int, list[tuple[int, int, Cut]]] = {}
        self._kept: dict[int, int] = {}
        self.examined = 0

    def steps(self, child: int, live: int) -> list[tuple[tuple[int, int], Cut]]:
        """Return where a node leads with some rules, each pair with the start of a stretch."""
        if child not in self._stretches:
            self._stretches[child] = self._parts(child)
        found = []
        for below, inside, start in self._stretches[child]:
            rest = live & inside
            if rest not in self._kept:
                self._kept[rest] = self._claim.kept(rest, rest & self._open)
            found.append(((below, self._kept[rest]), start))
        return found

    def _parts(self, child: int) -> list[tuple[int, int, Cut]]:
        """Return a node's stretches: where each leads, which rules hold in it, its start."""
        tree, axis = self._tree, self._tree.axes[self._at]
        leads = {axis.starts[0]: child}
        if tree.depth(child, "") == self._at:
            node = tree.nodes[child]
            pairs = zip(node.starts, node.children, strict=True)
            leads = {axis.starts[start]: below for start, below in pairs}
            tree.used.update(node.children)
        found: dict[tuple[int, int], Cut] = {}
        self.examined += len(self._flips) + len(leads)
        inside, below = self._careless, child
        for start in sorted({*self._flips, *leads}):
            inside ^= self._flips.get(start, 0)
            below = leads.get(start, below)
            found.setdefault((below, inside), start)
        return [(below, inside, start) for (below, inside), start in found.items()]


def _flips(claim: Claim, axis: Axis) -> tuple[Mapping[Cut, int], int]:
    """Return which rules begin or end to hold at each cut, and those that ask for nothing here."""
    flips: dict[Cut, int] = {}
    careless = 0
    ((_, end),) = axis.dimension.everything().stretches
    for number, rule in enumerate(claim.rules):
        allowed = rule.allowed.get(axis.dimension.name)
        if allowed is None:
            careless |= 1 << number
            continue
        for cut in allowed.cuts():
            if cut < end:
                flips[cut] = flips.get(cut, 0) ^ 1 << number
    return flips, careless


def _event(path: _Path | None, axes: tuple[Axis, ...]) -> str:
    """Return the first event of a path, as `hazard=flood cases=10`."""
    cuts: list[Cut] = []
    while path is not None:
        cuts.append(path.start)
        path = path.before
    pairs = zip((axis.dimension for axis in axes), reversed(cuts), strict=True)
    return " ".join(f"{dimension.name}={value_words(dimension, cut)}" for dimension, cut in pairs)
