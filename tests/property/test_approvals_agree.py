"""Who approves which amount of a fund is what asking for every amount finds."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.engine.approval import bands_for
from remit.engine.pack import ApprovalBand, Fund
from remit.engine.spans import Span
from remit.validators.checks.unapproved_amount import stretches

HERE = Span("sample.yaml", 1, 1, 1, 2)


@st.composite
def funds(draw: st.DrawFn) -> Fund:
    """Draw a fund of up to 12 whose ceilings rise, the last perhaps without one."""
    ceilings = sorted(draw(st.sets(st.integers(0, 15), max_size=4)))
    bands = [ApprovalBand(Decimal(one), f"s{one}", HERE) for one in ceilings]
    if not bands or draw(st.booleans()):
        bands.append(ApprovalBand(None, "top", HERE))
    return Fund("relief", Decimal(draw(st.integers(0, 12))), "CNY", tuple(bands), HERE)


@given(funds())
@settings(max_examples=150, deadline=None)
def test_every_amount_has_the_first_approval_that_reaches_it(fund: Fund) -> None:
    found = stretches(fund)
    halves = [Decimal(n) / 2 for n in range(1, int(fund.amount) * 2 + 1)]
    for amount in halves:
        (band,) = [band for low, high, band in found if low < amount <= high]
        able = [one for one in fund.approve if one.up_to is None or amount <= one.up_to]
        assert band == (able[0] if able else None)
        assert tuple(able) == bands_for(fund, amount)
    used = {band.by for _, _, band in found if band is not None}
    asked = {bands_for(fund, amount)[0].by for amount in halves if bands_for(fund, amount)}
    assert asked == used
