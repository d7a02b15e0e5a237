"""The line of command of a pack: who stands under whom."""

from __future__ import annotations

from remit.engine.pack import Pack
from remit.validators.entitlement import named_subjects

__all__ = ["superiors"]


def superiors(pack: Pack) -> dict[str, str | None]:
    """Return the subject above each one, higher packs' included; `None` for one under nobody.

    The nearest pack that says it counts. A joint subject that names none stands where its lead
    stands.
    """
    return {name: _superior(name, pack) for name in named_subjects(pack)}


def _superior(name: str, pack: Pack) -> str | None:
    accounts = pack.accounts_of(name)
    for account in accounts:
        if account.under is not None:
            return account.under
    return next((account.lead for account in accounts if account.members), None)
