"""Random small towns: packs whose incidents meet everything that can happen to a piece of work.

Joint subjects, several who answer together, quorums, empty staff, rosters with holes, advice,
orders, money, support, hand-over to another activity, limits, steps that wait for steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from remit.workflows.response import Response
from tests.desk import response_of

__all__ = ["EVENT", "random_town", "town_response"]

EVENT: Mapping[str, object] = {"hazard": "flood", "phase": "response"}
SUBJECTS = 7
ACTIVITIES = ("dig", "carry", "guard", "feed")
TIMES = ("5m", "20m", "1h")


@lru_cache(maxsize=400)
def town_response(seed: int) -> Response:
    """Return what the event calls for in one random town; the same seed gives the same."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / "town"
        for name, text in random_town(seed).items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text, encoding="utf-8")
        return response_of(home, EVENT)


def random_town(seed: int) -> dict[str, str]:
    """Return the files of one random town."""
    chance = Random(seed)  # noqa: S311 -- a draw that can be repeated
    names = [f"s{at}" for at in range(SUBJECTS)]
    duties = _duties(chance, [*names, "pair"])
    files = {
        "pack.yaml": "remit: 1\npack: town\nversion: '1'\nlead: command\n",
        "vocabulary.yaml": _vocabulary(chance),
        "plans/flood.yaml": _plan(chance),
        "plans/mend.yaml": "plan: mend\nwhen: {phase: recovery}\nsteps: [{activity: mend}]\n",
        "funds/till.yaml": "fund: till\namount: 1000\ncurrency: CNY\napprove: [{up_to: 500, by: "
        f"{chance.choice(names)}}}, {{by: {chance.choice(names)}}}]\n",
        "subjects/pair.yaml": "subject: pair\nmembers: [s1, s2]\nlead: s1\nunder: s0\n"
        + _block(duties["pair"]),
    }
    for at, name in enumerate(names):
        files[f"subjects/{name}.yaml"] = _subject(chance, name, at, names) + _block(duties[name])
        if chance.random() < 0.15:
            files[f"rosters/{name}.yaml"] = _roster(chance, name)
    return files


def _vocabulary(chance: Random) -> str:
    requires = ", requires: [close]" if chance.random() < 0.5 else ""
    lines = [
        "dimensions: {hazard: {values: [flood]}, phase: {values: [response, recovery]}}",
        "powers: {close: }",
        "activities:",
        "  command: {}",
        *(f"  {name}: {{needed: {{phase: response}}}}" for name in ACTIVITIES[1:]),
        f"  dig: {{needed: {{phase: response}}{requires}}}",
        "  mend: {needed: {phase: recovery}}",
    ]
    return "\n".join(lines) + "\n"


def _plan(chance: Random) -> str:
    lines = ["plan: flood", "when: {phase: response}", "steps:"]
    for at, name in enumerate(ACTIVITIES[: chance.randint(1, 4)]):
        keys = [f"activity: {name}"]
        if at and chance.random() < 0.5:
            keys.append(f"after: [{chance.choice(ACTIVITIES[:at])}]")
        if chance.random() < 0.5:
            keys.append("consult_first: true")
        if at and chance.random() < 0.3:
            keys.append(f"hand_over_to: [{chance.choice(ACTIVITIES[:at])}]")
        if chance.random() < 0.3:
            keys.append(f"needs: {{money: {chance.choice((100, 700))}}}")
        lines.append(f"  - {{{', '.join(keys)}}}")
    return "\n".join(lines) + "\n"


def _duties(chance: Random, names: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in names}

    def give(activity: str, letter: str, several: float) -> None:
        holders = chance.sample(names, 2 if chance.random() < several else 1)
        quorum = chance.choice(("", "", ", ack: all", ", ack: 2", ", ack: any"))
        times = f", acknowledge: {chance.choice(TIMES)}" if chance.random() < 0.7 else ""
        times += f", complete: {chance.choice(('1h', '3h'))}" if chance.random() < 0.5 else ""
        for holder in holders:
            number = len(found[holder])
            found[holder].append(
                f"  - {{id: d{number}, activity: {activity}, role: {letter}, when: {{}}"
                f"{times}{quorum}}}"
            )

    give("command", "accountable", 0.3)
    for activity in (*ACTIVITIES, "mend"):
        give(activity, "accountable", 0.2)
        give(activity, "responsible", 0.3)
        for letter in ("supports", "consulted", "informed"):
            if chance.random() < 0.5:
                give(activity, letter, 0.3)
    return found


def _subject(chance: Random, name: str, at: int, names: list[str]) -> str:
    lines = [f"subject: {name}"]
    if at:
        lines.append(f"under: {chance.choice(names[:at])}")
    others = [other for other in names if other != name]
    lines.append(f"deputies: [{', '.join(chance.sample(others, chance.randint(0, 2)))}]")
    if chance.random() < 0.15:
        lines.append("staff: {officer: 0}")
    if chance.random() < 0.4:
        lines.append("authority: [{id: close, power: close, when: {}}]")
    return "\n".join(lines) + "\n"


def _block(duties: list[str]) -> str:
    return "duties:\n" + "\n".join(duties) + "\n" if duties else ""


def _roster(chance: Random, name: str) -> str:
    days = chance.choice(("[mon, tue, wed]", "[sat, sun]"))
    return (
        f"roster: {name}\nsubject: {name}\nzone: Asia/Shanghai\npeople: {{ann: }}\n"
        f"shifts: [{{days: {days}, from: '08:00', to: '20:00', people: [ann]}}]\n"
    )
