"""What the commands that change a state or a version share: the version, the list, the question."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.text import Text

from remit.cli.destinations import Destination, write_json
from remit.cli.diagnostics import message_text
from remit.cli.exits import Exit, UsageError
from remit.cli.handover_words import handover_json, handover_text
from remit.cli.live import Format, completed_driver, note
from remit.cli.packs import load_or_tell
from remit.cli.screen import clean, say, show
from remit.engine.language.documents import PACK_FILES
from remit.engine.vocabulary import Value
from remit.engine.wording import current_language, tell, tell_count
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.adapters.shelves import Shelf, in_force, load_version, version_in_force
from remit.workflows.enacting import Office, Read
from remit.workflows.glass_ending import end_glass
from remit.workflows.ledger import Ledger
from remit.workflows.proposals import Proposal
from remit.workflows.wiring import ExecutorName, executor_for

__all__ = ["carry_out", "office_of", "pairs_of"]

Proposing = Callable[[Office, Read], Proposal]


def office_of(ledger: Ledger, named: str | None, *, as_json: bool = False) -> Office:
    """Return where a community's acts are done, under the version in force.

    Args:
        named: folder of the pack; the version activated in the ledger where left out, else the
            pack of this folder, else that of the latest incident.

    Raises:
        PackErrors: if the pack cannot be loaded.
        UsageError: if it is not known which one is meant.
    """
    shelf = Shelf(ledger)
    version = None if named else version_in_force(ledger)
    if version is not None:
        pack = load_version(version)
    else:
        pack = load_or_tell(named or _folder(ledger), as_json=as_json)
        active = in_force(ledger, pack)
        if active.digest != pack.digest:
            note(
                tell(
                    "version {version} of `{pack}` is in force, not what is in the folder",
                    version=active.version,
                    pack=pack.name,
                )
            )
        pack = active
    found = Office(ledger, shelf.put(pack), shelf.rules_of, SystemClock().now())
    # WHY here: what was done past the policy counts no more when its time is over, whoever looks.
    if not end_glass(found):
        return found
    active = in_force(ledger, pack)
    return Office(ledger, shelf.put(active), shelf.rules_of, found.now)


def _folder(ledger: Ledger) -> str:
    if any(Path(name).is_file() for name in PACK_FILES):
        return "."
    for summary in ledger.incidents():
        incident = ledger.incident(summary.id)
        if incident is not None and Path(incident.pack_path).is_dir():
            return incident.pack_path
    raise UsageError(
        tell("it is not known which pack holds here"),
        tell("name its folder with `--pack`, or activate it: `remit activate PACK --as SUBJECT`"),
    )


def carry_out(
    office: Office,
    proposing: Proposing,
    question: str,
    *,
    values: Mapping[str, Value],
    dry_run: bool,
    yes: bool,
    format: Format,  # noqa: A002 -- the name of the option
    executor: ExecutorName,
) -> int:
    """Show what an act would do, ask for a yes on a terminal, do it, and run what follows.

    Returns:
        0 if it was done or could be, 1 if it is refused.

    Raises:
        UsageError: if nobody could be asked, and no `--yes` was given.
    """
    found = office.look(proposing)
    if format == "text":
        _show(found)
    if dry_run:
        return _end(found, format, values, done=False)
    if found.denied is None and not yes and not _agreed(question):
        say(tell("nothing was done"))
        return Exit.CLEAN
    done = office.enact(proposing)
    if done.denied is None:
        _run(office, done, executor, quiet=format == "json")
    return _end(done, format, values, done=True)


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(
            tell("nobody can be asked here whether to do it"),
            tell("look at the list, and add `--yes` to do it or `--dry-run` not to"),
        )
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes", "是"}


def _run(office: Office, done: Proposal, executor: ExecutorName, *, quiet: bool) -> None:
    driver = completed_driver(office.ledger, language=current_language(), quiet=quiet)
    runner = executor_for(executor, note, private=False)
    try:
        for one in done.planned:
            runner.run(driver, one.change.incident)
    finally:
        runner.close()


def _show(found: Proposal) -> None:
    if found.planned or (found.denied is None and found.act not in {"activate", "agree"}):
        for part in handover_text(found.handover):
            show(part)
    for one in found.planned:
        for name in one.change.ends:
            show(_line(tell("ends"), f"{one.change.incident}/{name}"))
        for name in one.change.added:
            show(_line(tell("new"), f"{one.change.incident}/{name}"))


def _line(word: str, name: str) -> Text:
    return Text().append(word, "bold").append(f"{tell(': ')}{clean(name)}")


def _end(found: Proposal, format: Format, values: Mapping[str, Value], *, done: bool) -> int:  # noqa: A002
    if format == "json":
        write_json(Destination("json"), _record(found, values, done=done))
    elif found.denied is not None:
        say(message_text("error", clean(found.denied.reason), clean(found.denied.help)))
    elif done:
        show(_done(found))
    return Exit.CLEAN if found.denied is None else Exit.FINDINGS


def _done(found: Proposal) -> str:
    if found.act == "activate":
        return tell("it is in force; open incidents keep their version until they are moved")
    if found.act == "agree":
        return tell("it is written that `{by}` agrees", by=found.by)
    return tell_count(
        "done: {number} incident is decided anew",
        "done: {number} incidents are decided anew",
        len(found.planned),
    )


def _record(found: Proposal, values: Mapping[str, Value], *, done: bool) -> dict[str, object]:
    denied = found.denied
    return {
        "act": found.act,
        "by": found.by,
        "done": done and denied is None,
        "denied": None if denied is None else {"reason": denied.reason, "help": denied.help},
        "incidents": [one.change.incident for one in found.planned],
        "left": dict(found.left),
        "ends": [f"{p.change.incident}/{name}" for p in found.planned for name in p.change.ends],
        "new": [f"{p.change.incident}/{name}" for p in found.planned for name in p.change.added],
        **handover_json(found.handover, {}, values),
    }


def pairs_of(words: tuple[str, ...]) -> str:
    """Return `a=b` words as one text.

    Raises:
        UsageError: if there are none.
    """
    if not words:
        raise UsageError(tell("nothing would change"), tell("say what, as `stage=mid-term`"))
    return ",".join(words)
