"""The pages of what a response draws on: plans, money and stock, signals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from remit.cli.drawings.picture import picture
from remit.cli.drawings.sketches import plan_sketch
from remit.cli.pages.markup import Markup, joined, tag, trusted
from remit.cli.pages.phrases import (
    condition_phrases,
    duration_phrase,
    label_of,
    listed,
    witness_phrase,
)
from remit.cli.site.duties import lines
from remit.cli.site.frame import Site
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import FieldTest, Fund, Plan, Signal, Step
from remit.engine.wording import tell, tell_count

__all__ = ["means_page", "plans_page", "signals_page"]


def plans_page(site: Site, map_: ResponsibilityMap | None) -> str:
    """Return the plans: when each applies, its steps as a picture and as a table."""
    here = "plans.html"
    parts: list[Markup | None] = []
    for number, plan in enumerate(site.pack.plans.values(), 1):
        sketch = plan_sketch(site.pack, plan, map_)
        title = label_of(plan.label, plan.name)
        when = lines(condition_phrases(plan.when, site.pack.vocabulary), tell("always"))
        parts += [
            tag("h2", title, attributes={"id": f"plan-{plan.name}"}),
            tag("p.soft", when),
            # WHY trusted: the picture escapes every text.
            tag("figure.scroll.low", trusted(picture(sketch, name=f"plan-{number}"))),
            _steps(site, here, plan),
        ]
    return site.page(here, tell("Plans"), *parts, wide=True)


def _steps(site: Site, here: str, plan: Plan) -> Markup:
    labels = {step.id: step.activity for step in plan.steps}
    rows = [
        tag(
            "tr",
            tag("th", site.activity(here, step.activity), attributes={"scope": "row"}),
            tag("td", site.linked(site.activity(here, labels.get(s, s)) for s in step.after)),
            tag("td", lines(_terms(step), "")),
            tag("td", lines(_needs(step), "")),
            tag("td", site.linked(site.activity(here, each) for each in step.hand_over_to)),
        )
        for step in plan.steps
    ]
    heads = (tell("Step"), tell("After"), tell("By when"), tell("Needs"), tell("Handed over to"))
    return _table(heads, rows)


def _terms(step: Step) -> Iterator[str]:
    if step.acknowledge is not None:
        yield tell("accepted within {time}", time=duration_phrase(step.acknowledge))
    if step.complete is not None:
        yield tell("done within {time}", time=duration_phrase(step.complete))
    if step.consult_first:
        yield tell("consult first")


def _needs(step: Step) -> Iterator[str]:
    if step.needs is None:
        return
    for kind, number in (*step.needs.staff.items(), *step.needs.stock.items()):
        yield tell("{number} × {what}", number=f"{number:,}", what=kind)
    if step.needs.money:
        money = _amount(step.needs.money)
        if step.needs.fund:
            yield tell("{money} from {fund}", money=money, fund=step.needs.fund)
        else:
            yield money


def means_page(site: Site) -> str:
    """Return funds with who approves how much, and stock with its floors."""
    here = "means.html"
    parts: list[Markup] = []
    for fund in site.pack.funds.values():
        title = label_of(fund.label, fund.name)
        parts.append(tag("h2", title, attributes={"id": f"fund-{fund.name}"}))
        basis = label_of(fund.basis, "") if fund.basis is not None else ""
        parts.append(tag("p", f"{_amount(fund.amount)} {fund.currency}", tag("span.why", basis)))
        bands = (tell("Up to"), tell("Approved by"))
        parts.append(_table(bands, [_band(site, here, fund, n) for n in range(len(fund.approve))]))
    if site.pack.reserves:
        parts.append(tag("h2", tell("Stock")))
        heads = (tell("What"), tell("Quantity"), tell("Not below"), tell("Held by"))
        rows = []
        for stock in site.pack.reserves.values():
            unit = f" {stock.unit}" if stock.unit else ""
            holder = site.subject(here, stock.holder) if stock.holder else ""
            rows.append(
                tag(
                    "tr",
                    tag("th", label_of(stock.label, stock.name), attributes={"scope": "row"}),
                    tag("td.number", f"{stock.quantity:,}{unit}"),
                    tag("td.number", f"{stock.floor:,}{unit}"),
                    tag("td", holder),
                )
            )
        parts.append(_table(heads, rows))
    return site.page(here, tell("Means"), *parts)


def _band(site: Site, here: str, fund: Fund, number: int) -> Markup:
    band = fund.approve[number]
    limit = tell("any amount") if band.up_to is None else f"{_amount(band.up_to)} {fund.currency}"
    return tag("tr", tag("td.number", limit), tag("td", site.subject(here, band.by)))


def signals_page(site: Site) -> str:
    """Return which incoming messages raise a warning or an incident."""
    parts: list[Markup] = []
    for signal in site.pack.signals.values():
        parts.append(
            tag(
                "h2",
                label_of(signal.label, signal.name),
                attributes={"id": f"signal-{signal.name}"},
            )
        )
        pairs = list(_signal(site, signal))
        parts.append(tag("dl.facts", *(joined((tag("dt", a), tag("dd", b))) for a, b in pairs)))
    return site.page("signals.html", tell("Signals"), *parts)


def _signal(site: Site, signal: Signal) -> Iterator[tuple[str, Markup | str]]:
    yield tell("From messages of the kind"), tag("code", signal.source)
    yield tell("In which"), lines(map(_test, signal.when), tell("anything stands"))
    if signal.count > 1 or signal.within is not None:
        told = tell_count("{number} message", "{number} messages", signal.count)
        if signal.within is not None:
            told = tell("{count} within {time}", count=told, time=duration_phrase(signal.within))
        yield tell("How many"), told
    if signal.by:
        yield tell("That agree in"), listed(signal.by)
    if signal.distinct is not None:
        yield tell("That differ in"), signal.distinct
    yield tell("Raises"), witness_phrase(signal.raises.values, site.pack.vocabulary)


def _test(test: FieldTest) -> str:
    if test.texts:
        told = tell(" or ").join(test.texts)
    elif test.low is not None and test.high is not None:
        low = f"{'>' if test.low_open else '≥'} {test.low}"
        told = f"{low}, {'<' if test.high_open else '≤'} {test.high}"
    elif test.low is not None:
        told = f"{'>' if test.low_open else '≥'} {test.low}"
    else:
        told = f"{'<' if test.high_open else '≤'} {test.high}"
    if test.negated:
        return tell("{field} is not {value}", field=test.field, value=told)
    return tell("{field} is {value}", field=test.field, value=told)


def _table(heads: Sequence[str], rows: list[Markup]) -> Markup:
    head = tag("tr", *(tag("th", each, attributes={"scope": "col"}) for each in heads))
    return tag("div.scroll.low", tag("table", tag("thead", head), tag("tbody", *rows)))


def _amount(amount: Decimal) -> str:
    return f"{amount:,f}"
