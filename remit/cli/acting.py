"""Saying something to an item: what all commands that answer have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from remit.cli.diagnostics import message_text
from remit.cli.exits import Exit
from remit.cli.glass import is_glass, judged
from remit.cli.live import completed_driver, find_item, note, open_ledger, state_word
from remit.cli.screen import say, show
from remit.engine.wording import tell
from remit.workflows.answers import Refusal, Word
from remit.workflows.entries import Draft
from remit.workflows.incident import Incident
from remit.workflows.wiring import ExecutorName, executor_for

__all__ = ["acted"]


def acted(
    name: str,
    judged_by: Callable[[Incident, int], Draft | Refusal] | Word,
    place: str | None,
    executor: ExecutorName,
) -> int:
    """Write what is said to an item, do what follows, and tell how the incident stands.

    Args:
        judged_by: judges it, given the incident and the number of the item; or what is said to it,
            by the subject that was asked where it names none.
        place: the ledger, as named.
    """
    with open_ledger(place) as ledger:
        if isinstance(judged_by, Word) and is_glass(ledger, name):
            return judged(ledger, name, judged_by)
        incident, number = find_item(ledger, name)
        driver = completed_driver(ledger)
        if isinstance(judged_by, Word):
            word = replace(judged_by, by=judged_by.by or incident.items[number].subject)
            answer = driver.answer(incident.id, number, word)
        else:
            judge = judged_by
            answer = driver.put(incident.id, lambda found: judge(found, number))
        if isinstance(answer, Refusal):
            say(message_text("error", answer.reason, answer.help))
            return Exit.FINDINGS
        runner = executor_for(executor, note, private=False)
        try:
            runner.run(driver, incident.id)
        finally:
            runner.close()
        after = ledger.incident(incident.id) or incident
    show(_standing(after))
    return Exit.CLEAN


def _standing(incident: Incident) -> str:
    count = len(incident.open_items())
    parts = {"incident": incident.id, "state": state_word(incident.state)}
    if not count:
        return tell("incident {incident} is {state}; nothing waits in it", **parts)
    return tell(
        "incident {incident} is {state}; {count} items wait in it: `remit inbox` lists them",
        count=count,
        **parts,
    )
