"""Acts past the policy that concern a community, as the commands show and judge them."""

from __future__ import annotations

from rich.text import Text

from remit.cli.diagnostics import message_text
from remit.cli.exits import Exit
from remit.cli.screen import clean, say, show
from remit.engine.wording import tell
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.answers import Word
from remit.workflows.community_glass import GLASS_KINDS, GlassAct, is_glass, say_glass
from remit.workflows.community_glass import open_glass as not_judged
from remit.workflows.gate import Denied
from remit.workflows.ledger import Ledger

__all__ = ["glass_line", "glass_record", "is_glass", "judged", "open_glass"]


def open_glass(ledger: Ledger, pack: str | None = None) -> list[GlassAct]:
    """Return those that nobody has judged yet."""
    return list(not_judged(ledger.entries_of(GLASS_KINDS), pack))


def judged(ledger: Ledger, name: str, word: Word) -> int:
    """Write what a reviewer says of one; end with 1 if it does not count."""
    now = SystemClock().now()
    found = say_glass(ledger, name, word.by or None, word.note, word.verb, now)
    if isinstance(found, Denied):
        say(message_text("error", clean(found.reason), clean(found.help)))
        return Exit.FINDINGS
    show(tell("it is written what you say of `{name}`", name=name))
    return Exit.CLEAN


def glass_line(one: GlassAct) -> Text:
    """Return one as a line."""
    until = one.until.astimezone().strftime("%Y-%m-%d %H:%M")
    names = tell(", ").join(f"`{name}`" for name in one.reviewers) or tell("nobody")
    parts = {"name": one.name, "by": one.by, "act": one.act, "reason": one.reason}
    told = (
        tell("{name}: `{by}` did `{act}` past the policy: {reason}; over", **parts)
        if one.is_over
        else tell(
            "{name}: `{by}` did `{act}` past the policy: {reason}; until {until}",
            until=until,
            **parts,
        )
    )
    return Text(clean(told), "yellow").append(
        clean(tell("; to be judged by {names}: `remit approve {name}`", names=names, name=one.name))
    )


def glass_record(one: GlassAct) -> dict[str, object]:
    """Return one as JSON."""
    return {
        "id": one.name,
        "act": one.act,
        "by": one.by,
        "reason": one.reason,
        "at": one.at.isoformat(),
        "until": one.until.isoformat(),
        "over": one.is_over,
        "kept": one.kept,
        "reviewers": list(one.reviewers),
    }
