"""Who may release money from a fund: one reading for the checks and for the response."""

from __future__ import annotations

from decimal import Decimal

from remit.engine.means import Needs
from remit.engine.pack import ApprovalBand, Fund, Pack

__all__ = [
    "USUAL_WAIT_S",
    "approvers",
    "bands_for",
    "deputies_of",
    "fund_of",
    "hands_of",
    "wait_of",
]

USUAL_WAIT_S = 3600
"""Seconds that each approver in line has to answer where its band says nothing."""


def fund_of(pack: Pack, needs: Needs) -> Fund | None:
    """Return the fund that pays: the one named, else the only one of the pack."""
    if needs.fund is not None:
        return pack.funds.get(needs.fund)
    return next(iter(pack.funds.values())) if len(pack.funds) == 1 else None


def bands_for(fund: Fund, amount: Decimal) -> tuple[ApprovalBand, ...]:
    """Return the bands that reach an amount; who stands in the lowest is asked first."""
    return tuple(band for band in fund.approve if band.up_to is None or band.up_to >= amount)


def approvers(pack: Pack, fund: Fund, amount: Decimal) -> tuple[str, ...]:
    """Return who is asked in turn to release an amount: each band's approver and its deputies."""
    bands = bands_for(fund, amount)
    return tuple(dict.fromkeys(name for band in bands for name, _ in hands_of(pack, band)))


def hands_of(pack: Pack, band: ApprovalBand) -> tuple[tuple[str, str], ...]:
    """Return who approves for a band, each with the subject in whose place it does."""
    return tuple((name, band.by) for name in (band.by, *deputies_of(pack, band.by)))


def wait_of(fund: Fund, amount: Decimal) -> int:
    """Return the seconds that each of the approvers has to answer."""
    bands = bands_for(fund, amount)
    return USUAL_WAIT_S if not bands or bands[0].within is None else bands[0].within


def deputies_of(pack: Pack, subject: str) -> tuple[str, ...]:
    """Return the deputies of a subject, by the nearest pack that names any."""
    accounts = pack.accounts_of(subject)
    return next((account.deputies for account in accounts if account.deputies), ())
