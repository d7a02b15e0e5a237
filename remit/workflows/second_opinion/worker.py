"""The worker process: rulesets in once, then facts in and names of rules out, a JSON line each way.

`python -P -m remit.workflows.second_opinion.worker` with a socket as standard input. It decides
nothing and does nothing with what it finds; when the other end closes, it ends.

First line in: `{"rulesets": [TEXT, ...]}`. Out: `{"ready": true}`, `{"refused": [...]}`,
`{"missing": REASON}` or `{"unusable": REASON}`. Every further line in:
`{"facts": [[RULESET, FACT], ...]}`. Out, in order:
`{"matched": [[NAME, ...] or {"refused": [...]} or {"failed": REASON}, ...]}`.
"""

from __future__ import annotations

import json
import resource
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

from remit.engine.second_opinion.refusals import RefusedError
from remit.workflows.second_opinion.library import LibraryError, Rules

__all__ = ["main", "serve"]

LARGEST_MEMORY = 2**30
"""Bytes of address space; a thousand rules take some 40 MB."""
LONGEST_CPU_S = 600
"""Seconds of processor time after which the kernel ends a worker whose parent is gone."""


def main() -> None:
    """Serve one parent until it hangs up."""
    _limit(resource.RLIMIT_AS, LARGEST_MEMORY)
    _limit(resource.RLIMIT_CPU, LONGEST_CPU_S)
    # WHY: the parent is told of Ctrl-C too, and ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=sys.stdin.fileno()) as connection:
        serve(connection)


def serve(connection: socket.socket) -> None:
    """Answer line by line."""
    rulesets: list[Rules] = []
    with connection.makefile("rw", encoding="utf-8", newline="\n") as stream:
        for line in stream:
            data = json.loads(line)
            reply = _loaded(data, rulesets) if "rulesets" in data else _matched(data, rulesets)
            stream.write(json.dumps(reply) + "\n")
            stream.flush()


def _loaded(data: Mapping[str, Sequence[str]], rulesets: list[Rules]) -> Mapping[str, object]:
    try:
        rulesets += [Rules(f"s{at}", text) for at, text in enumerate(data["rulesets"])]
    except RefusedError as error:
        return _refused(error)
    except LibraryError as error:
        return {"refused": [["S00", str(error)]]}
    except ModuleNotFoundError as error:
        return {"missing": str(error)}
    except ImportError as error:
        return {"unusable": str(error)}
    return {"ready": True}


def _matched(
    data: Mapping[str, Sequence[tuple[int, Mapping[str, object]]]], rulesets: list[Rules]
) -> Mapping[str, object]:
    return {"matched": [_one(rulesets[at], fact) for at, fact in data["facts"]]}


def _one(rules: Rules, fact: Mapping[str, object]) -> object:
    try:
        return rules.matching(fact)
    except RefusedError as error:
        return _refused(error)
    except LibraryError as error:
        return {"failed": str(error)}


def _refused(error: RefusedError) -> Mapping[str, object]:
    return {"refused": [[one.code, one.message] for one in error.refusals]}


def _limit(what: int, most: int) -> None:
    """Lower a limit of this process; what is lower already stays."""
    set_already = [one for one in resource.getrlimit(what) if one != resource.RLIM_INFINITY]
    lowest = min([most, *set_already])
    # WHY: macOS refuses some limits; the deadline holds there all the same.
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (lowest, lowest))


if __name__ == "__main__":
    main()
