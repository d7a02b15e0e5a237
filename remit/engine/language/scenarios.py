"""What scenarios say of other files: the steps of their plans, the people that subjects lend."""

from __future__ import annotations

from remit.engine.language.problems import Problems, one_of
from remit.engine.means import Loan, Run
from remit.engine.pack import Pack
from remit.engine.wording import tell

__all__ = ["check_means", "check_scenarios"]


def check_scenarios(pack: Pack, problems: Problems) -> None:
    """Record an error for each step that its plan lacks, and each loan of people not there.

    A plan or a subject that is not known is told where names are looked up.
    """
    for scenario in pack.scenarios.values():
        for run in scenario.runs:
            _check_run(run, pack, problems)
        for loan in scenario.lends:
            _check_loan(loan, pack, problems)


def check_means(pack: Pack, problems: Problems) -> None:
    """Record an error for each loan of people not there, and each fund that leads to no other."""
    for subject in pack.subjects.values():
        for loan in subject.lends:
            _check_loan(loan, pack, problems)
    for name, fund in pack.funds.items():
        after = pack.funds.get(fund.following or "")
        span = fund.spans.get("next", fund.span)
        if after is not None and after.currency != fund.currency:
            parts = {"fund": name, "other": after.name, "currency": after.currency}
            problems.at_span(
                span,
                tell("`{fund}` cannot pass on to `{other}`, which holds {currency}", **parts),
                expected=tell("a fund in {currency}", currency=fund.currency),
            )
        elif after is not None and _comes_back(pack, name):
            problems.at_span(span, tell("`{fund}` passes on to itself in the end", fund=name))


def _comes_back(pack: Pack, name: str) -> bool:
    """Return whether what a fund passes on comes back to it."""
    seen: set[str] = set()
    fund = pack.funds.get(pack.funds[name].following or "")
    while fund is not None and fund.name not in seen:
        seen.add(fund.name)
        fund = pack.funds.get(fund.following or "")
    return name in seen


def _check_run(run: Run, pack: Pack, problems: Problems) -> None:
    plan = pack.plans.get(run.plan)
    if plan is None:
        return
    ids = [step.id for step in plan.steps]
    for name in run.steps:
        if name not in ids:
            problems.at_span(
                run.span,
                tell("the plan `{plan}` has no step `{step}`", plan=run.plan, step=name),
                expected=one_of(ids),
                help=problems.suggestion(name, ids, f"step of {run.plan}"),
            )


def _check_loan(loan: Loan, pack: Pack, problems: Problems) -> None:
    accounts = pack.accounts_of(loan.subject)
    kinds = sorted({kind for account in accounts for kind in account.staff})
    if accounts and loan.staff not in kinds:
        problems.at_span(
            loan.span,
            tell("`{subject}` has no `{kind}` to lend", subject=loan.subject, kind=loan.staff),
            expected=one_of(kinds) if kinds else "",
            help=problems.suggestion(loan.staff, kinds, f"staff of {loan.subject}"),
        )
