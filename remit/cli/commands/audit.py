"""`remit audit`: what should have happened in the incidents of a ledger, and did not."""

from __future__ import annotations

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit
from remit.cli.live import Format, open_ledger
from remit.cli.screen import show
from remit.engine.wording import tell, tell_count
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.audit_sweep import audit_ledger, sweep
from remit.workflows.auditing import Omission
from remit.workflows.entries import stamp

__all__ = ["audit"]


def audit(
    *,
    ledger: str | None = None,
    record: bool = False,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """Look through the ledger for what should have happened and did not.

    The auditor reads the entries alone, by rules of its own, and trusts nothing that runs the
    response. It tells deadlines passed without anybody called, messages lost, work silent past its
    limit, incidents that stand still or of which nobody was told, money never released, and acts of
    subjects without a part. Ends with 0, 1 if it found anything.

    Args:
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        record: Write what is new into the ledger too, once each.
        format: How to print what was found.
    """
    now = SystemClock().now()
    with open_ledger(ledger) as opened:
        found = audit_ledger(opened, now)
        if record:
            sweep(opened, now)
    if format == "json":
        write_json(Destination("json"), {"omissions": [_record(one) for one in found]})
        return Exit.FINDINGS if found else Exit.CLEAN
    for omission in found:
        show(str(omission))
    if not found:
        show(tell("nothing was left undone"))
        return Exit.CLEAN
    show(
        tell_count(
            "1 thing should have happened and did not",
            "{number} things should have happened and did not",
            len(found),
        )
    )
    return Exit.FINDINGS


def _record(omission: Omission) -> dict[str, object]:
    return {
        "omission": omission.kind,
        "incident": omission.incident,
        "entry": omission.entry,
        "subject": omission.subject,
        "due": stamp(omission.due),
        "message": str(omission),
    }
