"""The second opinion on a pack: full events in, who answers out, by way of the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Self

from remit.engine.events import Event
from remit.engine.pack import Pack
from remit.engine.second_opinion.grammar import ruleset_json
from remit.engine.second_opinion.judgement import Judge, Opinion
from remit.engine.second_opinion.translation import Translation, translate
from remit.workflows.second_opinion.process import Channel, WorkerProcess
from remit.workflows.second_opinion.supervision import Bounds, Fact, Quarantined, Supervisor

__all__ = ["SecondOpinion"]


class SecondOpinion:
    """A pack translated and handed to a worker, which starts with the first question.

    Use it in a `with` block, so that the worker ends.

    Raises:
        RefusedError: if the pack has a rule that is past a limit of the second engine.
    """

    def __init__(
        self,
        pack: Pack,
        *,
        start: Callable[[], Channel] = WorkerProcess,
        bounds: Bounds | None = None,
    ) -> None:
        self.translation: Translation = translate(pack)
        self._judge = Judge(self.translation)
        texts = tuple(ruleset_json(shard.ruleset) for shard in self.translation.shards)
        self.supervisor = Supervisor(texts, start, bounds or Bounds())

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the worker."""
        self.supervisor.close()

    def opinions(self, events: Iterable[Event]) -> list[Opinion | Quarantined]:
        """Return for each full event who answers, or the fact that there is no answer to.

        Raises:
            ValueError: if an event is not full.
        """
        shards = self.translation.shards
        questions = [self.translation.facts(event) for event in events]
        facts: list[Fact] = [pair for each in questions for pair in enumerate(each)]
        matched = self.supervisor.matching(facts)
        width = len(shards)
        return [
            self._opinion(matched[start * width : (start + 1) * width])
            for start in range(len(questions))
        ]

    def _opinion(self, matched: Sequence[frozenset[str] | Quarantined]) -> Opinion | Quarantined:
        holding: set[int] = set()
        for shard, names in zip(self.translation.shards, matched, strict=True):
            if isinstance(names, Quarantined):
                return names
            holding |= {shard.clauses[name] for name in names}
        return self._judge.opinion(holding)
