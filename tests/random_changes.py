"""Random changes of plain packs, such as reviewers see: of duties, needs and the vocabulary."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from tests.plain_packs import Plain, roles_of
from tests.random_conditions import narrow_condition, random_condition, random_dimension
from tests.reference import LETTERS, Reference

__all__ = ["changed_pack", "edited_pack"]


def changed_pack(rng: Random, plain: Plain) -> dict[str, Any]:
    """Return another version of a pack, with up to four changes; it has no tests."""
    pack = copy.deepcopy(dict(plain))
    pack["tests"] = []
    for change in rng.choices(CHANGES, k=rng.randint(0, 4)):
        before = copy.deepcopy(pack)
        change(rng, pack)
        if not Reference(pack).cells():
            pack = before
    return pack


def edited_pack(pack: Plain, rng: Random) -> Plain:
    """Return the pack with one duty removed, copied, or given another's conditions or letters.

    One without duties stays as it is.
    """
    found = copy.deepcopy(dict(pack))
    found["tests"] = []
    choices = [(s, d) for s in found["subjects"] for d in s.get("duties") or ()]
    if not choices:
        return found
    subject, duty = rng.choice(choices)
    _, other = rng.choice(choices)
    kind = rng.choice(("remove", "copy", "when", "role", "unless", "exception"))
    excepted = {ref.partition("/")[2] for _, d in choices for ref in d.get("exception_to") or ()}
    if kind == "remove" and duty["id"] not in excepted and len(subject["duties"]) > 1:
        subject["duties"].remove(duty)
    elif kind == "copy":
        subject["duties"].append({**duty, "id": f"{duty['id']}-copy", "exception_to": []})
    elif kind == "when":
        duty["when"] = other.get("when", {})
        duty.pop("exception_to", None)
    elif kind == "role":
        duty["role"] = other["role"]
    elif kind == "unless":
        duty.pop("unless", None)
    else:
        duty.pop("exception_to", None)
    return found


def _duties(pack: Plain) -> list[dict[str, Any]]:
    return [duty for subject in pack["subjects"] for duty in subject.get("duties") or ()]


def _dimensions(pack: Plain) -> Plain:
    found = Reference(pack).dimensions
    return {name: spec for name, spec in found.items() if name != "date"}


def _drop(rng: Random, pack: Plain) -> None:
    subject = rng.choice(pack["subjects"])
    if not subject.get("duties"):
        return
    gone = subject["duties"].pop(rng.randrange(len(subject["duties"])))
    name = f"{subject['subject']}/{gone['id']}"
    for duty in _duties(pack):
        if name in (duty.get("exception_to") or ()):
            duty["exception_to"] = [one for one in duty["exception_to"] if one != name]
    for one in (*pack["subjects"], *_duties(pack)):
        for key in ("duties", "exception_to"):
            if key in one and not one[key]:
                del one[key]


def _add(rng: Random, pack: Plain) -> None:
    duty: dict[str, Any] = {
        "id": f"added-{len(_duties(pack))}",
        "activity": rng.choice(list(Reference(pack).activities)),
        "role": rng.sample(LETTERS, rng.randint(1, 3)),
        "when": random_condition(rng, _dimensions(pack)),
    }
    rng.choice(pack["subjects"]).setdefault("duties", []).append(duty)


def _rewrite(rng: Random, pack: Plain) -> None:
    duties = _duties(pack)
    if not duties:
        return
    duty = rng.choice(duties)
    key = rng.choice(("when", "unless", "role", "exception_to", "id"))
    if key == "when":
        duty["when"] = random_condition(rng, _dimensions(pack))
    elif key == "unless" and _dimensions(pack):
        duty["unless"] = narrow_condition(rng, _dimensions(pack))
    elif key == "role":
        duty["role"] = rng.sample(LETTERS, min(5, len(roles_of(duty)) + 1))
    elif key == "exception_to":
        duty.pop("exception_to", None)
    elif not any(duty["id"] in str(one.get("exception_to")) for one in duties):
        duty["id"] = f"renamed-{duty['id']}"


def _split(rng: Random, pack: Plain) -> None:
    """Say the same in two duties, where a duty has two letters."""
    subject = rng.choice(pack["subjects"])
    for duty in subject.get("duties") or ():
        if len(roles_of(duty)) > 1 and not duty.get("exception_to"):
            first, *rest = roles_of(duty)
            subject["duties"].append({**duty, "id": f"{duty['id']}-rest", "role": rest})
            duty["role"] = first
            return


def _need(rng: Random, pack: Plain) -> None:
    activities = pack["activities"]
    name = rng.choice(list(activities))
    activities[name] = {
        **(activities[name] or {}),
        "needed": random_condition(rng, _dimensions(pack), 0.3),
    }


def _impossible(rng: Random, pack: Plain) -> None:
    if pack.pop("impossible", None) is None and _dimensions(pack):
        pack["impossible"] = [narrow_condition(rng, _dimensions(pack))]
        if isinstance(pack["impossible"][0], list):
            pack["impossible"] = pack["impossible"][0]


def _precedence(rng: Random, pack: Plain) -> None:
    names = [*_dimensions(pack), "date"]
    pack["precedence"] = rng.sample(names, rng.randint(1, len(names)))


def _more_values(rng: Random, pack: Plain) -> None:
    if not pack["dimensions"]:
        return
    name = rng.choice(list(pack["dimensions"]))
    spec = pack["dimensions"][name]
    for kind in ("values", "scale"):
        if kind in spec:
            spec[kind].insert(rng.randint(0, len(spec[kind])), f"{name}-more-{len(spec[kind])}")
    for kind in ("integer", "decimal"):
        if kind in spec:
            end = rng.choice(("min", "max"))
            spec[kind][end] += rng.randint(1, 2) * (-1 if end == "min" else 1)
    if "tree" in spec:
        _grow(rng, name, spec["tree"])


def _grow(rng: Random, name: str, tree: dict[str, Any]) -> None:
    """Add a leaf, split a leaf, or move one under another node."""
    leaves = [node for node, below in tree.items() if not below]
    inner = [node for node, below in tree.items() if isinstance(below, dict)]
    what = rng.choice(("add", "split", "move"))
    if what == "split" and leaves:
        leaf = rng.choice(leaves)
        tree[leaf] = {f"{leaf}-x": None, f"{leaf}-y": None}
    elif what == "move" and leaves and inner and len(tree) > 2:
        leaf = rng.choice(leaves)
        del tree[leaf]
        tree[rng.choice(inner)][leaf] = None
    else:
        tree[f"{name}-more-{len(str(tree))}"] = None


def _dimension(rng: Random, pack: Plain) -> None:
    name = f"e{len(pack['dimensions'])}"
    pack["dimensions"][name] = rng.choice(
        ({"values": ["far", "near"]}, random_dimension(rng, name))
    )
    _add(rng, pack)


def _activity(rng: Random, pack: Plain) -> None:
    pack["activities"][f"act-more-{len(pack['activities'])}"] = None
    _add(rng, pack)


CHANGES: tuple[Callable[[Random, Plain], None], ...] = (
    _drop, _drop, _add, _add, _rewrite, _rewrite, _rewrite, _split, _need, _impossible,
    _precedence, _more_values, _more_values, _dimension, _activity,
)  # fmt: skip
