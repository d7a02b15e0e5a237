"""Where random lives take place: small random towns, towns whose stage changes, packs that ship.

A scene is one incident on a desk, with all that its pack counts, and what may change under it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import yaml

from remit.engine.completion import complete_event
from remit.engine.errors import RemitError
from remit.engine.language.incoming import parse_event
from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.workflows.changing import Rules, propose
from remit.workflows.event_json import event_to_json
from remit.workflows.ledger_pools import counts_since
from remit.workflows.planning import plan_response
from remit.workflows.response import Response
from remit.workflows.stores import Stores
from tests.changing_town import STAGES, write_stages
from tests.desk import NOON, Desk
from tests.means_town import write_means_town
from tests.random_towns import EVENT, random_town

__all__ = ["PLACES", "Scene", "desk_of", "scene"]

PLACES = ("town", "town", "stages", "means", "shipped")
POLICIES = Path(__file__).parents[1] / "policies"
SHIPPED = ("rf-community", "incident-team", "j-city")
MEANS_EVENTS = tuple(
    {"hazard": hazard, "severity": severity}
    for hazard in ("flood", "fire")
    for severity in ("low", "high")
)


@dataclass
class Scene:
    """One incident, and the rules it may be put under.

    Args:
        values: of each dimension that may be declared anew.
    """

    desk: Desk
    rules: Rules
    values: Mapping[str, tuple[str, ...]]

    def change(self, chance: Random) -> None:
        """Declare something, if nobody would lose work that no other is given."""
        if not self.values:
            return
        name = chance.choice(sorted(self.values))
        entering = {name: chance.choice(self.values[name])}
        try:
            change = propose(self.desk.incident, self.rules, self.rules, entering=entering)
        except RemitError:
            return
        if change.payload and not change.is_refused:
            more = {"because": "declared", "values": {}, "reason": "said"}
            by = self.desk.incident.commander or "remit"
            self.desk.write(change.draft(more, actor=by, cause=None))
            self.desk.settle()


def scene(seed: int) -> Scene:
    """Return where one life takes place; the same seed gives the same."""
    place = PLACES[seed % len(PLACES)]
    chance = Random(seed)  # noqa: S311 -- a draw that can be repeated
    if place == "shipped":
        pack = chance.choice(SHIPPED)
        return _scene(_rules(pack, 0), chance.choice(_events(pack)))
    town = chance.randrange(300)
    if place == "town":
        return _scene(_rules(place, town), EVENT)
    if place == "stages":
        return _scene(_rules(place, town), {"phase": "response"}, {"stage": STAGES})
    return _scene(_rules(place, 0), chance.choice(MEANS_EVENTS))


def desk_of(response: Response, event: Mapping[str, object] | None = None) -> Desk:
    """Return an incident with all that its response counts of people, stock and money."""
    means = response.means
    stores = Stores(
        {name: purse.amount for name, purse in means.purses.items()},
        {name: store.quantity for name, store in means.stock.items()},
        {(by, kind): count for kind, row in means.people.items() for by, count in row.items()},
    )
    counts = counts_since({}, means)
    return Desk(response, stores=stores, event=event or {}, counts=counts)  # type: ignore[arg-type]


def _scene(
    rules: Rules, given: Mapping[str, object], values: Mapping[str, tuple[str, ...]] | None = None
) -> Scene:
    pack = rules.pack
    found = parse_event(given, pack.vocabulary)
    event = complete_event(found, pack.vocabulary, state=pack.state, today=NOON.date())
    response = plan_response(pack, rules.map.resolve, event)
    if values is None:
        values = {
            name: tuple(pack.vocabulary.dimensions[name].values)
            for name in pack.state
        }  # fmt: skip
    return Scene(desk_of(response, event_to_json(event)), rules, values)


@lru_cache(maxsize=400)
def _rules(place: str, seed: int) -> Rules:
    with TemporaryDirectory() as folder:
        home = POLICIES / place if place in SHIPPED else Path(folder)
        if place == "town":
            for name, text in random_town(seed).items():
                (home / name).parent.mkdir(parents=True, exist_ok=True)
                (home / name).write_text(text, encoding="utf-8")
        elif place == "stages":
            write_stages(home, Random(seed))  # noqa: S311 -- a draw that can be repeated
        elif place == "means":
            write_means_town(home)
        pack = load(home)
        return Rules(pack, compile_pack(pack))


@lru_cache
def _events(pack: str) -> tuple[Mapping[str, object], ...]:
    return tuple(_given(POLICIES / pack))


def _given(home: Path) -> Iterator[Mapping[str, object]]:
    for path in sorted(home.glob("tests/*.yaml")):
        for test in yaml.safe_load(path.read_text(encoding="utf-8")):
            given = test.get("given", {})
            if not any(isinstance(value, float) for value in given.values()):
                yield {key: str(v) if not isinstance(v, int) else v for key, v in given.items()}
