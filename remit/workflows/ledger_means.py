"""Tables about means, and what the database itself refuses about them.

INVARIANT: never more is promised of people, stock or money than there is, and who requests money is
not who approves it is not who pays it. The rules decide so; these tables refuse it once more, by
whatever code, on SQLite and on Postgres.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
)
from sqlalchemy.types import TypeEngine

__all__ = ["POSTGRES", "POSTGRES_FUNCTIONS", "SQLITE", "add_tables"]

PROMISED = "more is promised than there is"
PAID = "more is paid than was approved"

APART = """
approved_by NOT IN (requested_by, requested_for)
AND approved_for NOT IN (requested_by, requested_for)
"""
PAID_APART = """
paid_by NOT IN (requested_by, requested_for, approved_by, approved_for)
AND paid_for NOT IN (requested_by, requested_for, approved_by, approved_for)
"""


def add_tables(tables: MetaData, text: TypeEngine[str], follows: dict[str, bool]) -> None:
    """Declare the tables about means among the others of a ledger.

    Args:
        text: the type of texts.
        follows: marks a table whose rows follow from the entries of one incident each.
    """
    _add_supplies(tables, text, follows)
    _add_wants(tables, text, follows)
    _add_money(tables, text, follows)


def _add_supplies(tables: MetaData, text: TypeEngine[str], follows: dict[str, bool]) -> None:
    Table(
        "reservations",
        tables,
        Column("incident", text, primary_key=True),
        Column("step", text, primary_key=True),
        Column("kind", text, primary_key=True),
        Column("name", text, primary_key=True),
        Column("holder", text, primary_key=True),
        Column("work", text, primary_key=True),
        Column("pack", text, nullable=False),
        Column("amount", text, nullable=False),
        Column("held", BigInteger, CheckConstraint("held >= 0"), nullable=False),
        Column("used", BigInteger, nullable=False),
        Column("lent", BigInteger, CheckConstraint("lent >= 0"), nullable=False),
        Column("status", text, nullable=False),
        Index("reservations_by_pool", "pack", "kind", "name", "holder"),
        info=follows,
    )
    Table(
        "pools",
        tables,
        Column("pack", text, primary_key=True),
        Column("kind", text, primary_key=True),
        Column("name", text, primary_key=True),
        Column("holder", text, primary_key=True),
        Column("figure", BigInteger, nullable=False),
        Column("base", BigInteger, nullable=False),
        Column("promised", BigInteger, CheckConstraint("promised >= 0"), nullable=False),
        Column("used", BigInteger, nullable=False),
    )


def _add_wants(tables: MetaData, text: TypeEngine[str], follows: dict[str, bool]) -> None:
    Table(
        "wants",
        tables,
        Column("incident", text, primary_key=True),
        Column("step", text, primary_key=True),
        Column("kind", text, primary_key=True),
        Column("name", text, primary_key=True),
        Column("pack", text, nullable=False),
        Column("missing", Integer, CheckConstraint("missing > 0"), nullable=False),
        Column("level", Integer, nullable=False),
        Column("since", text, nullable=False),
        Column("holders", text, nullable=False),
        Index("wants_by_pack", "pack", "kind", "name"),
        info=follows,
    )


def _add_money(tables: MetaData, text: TypeEngine[str], follows: dict[str, bool]) -> None:
    Table(
        "approvals",
        tables,
        Column("incident", text, primary_key=True),
        Column("step", text, primary_key=True),
        Column("request", Integer, primary_key=True),
        Column("fund", text, nullable=False),
        Column("units", BigInteger, nullable=False),
        Column("requested_by", text, nullable=False),
        Column("requested_for", text, nullable=False),
        Column("approved_by", text, nullable=False),
        Column("approved_for", text, nullable=False),
        CheckConstraint(APART, name="approver_is_not_requester"),
        info=follows,
    )
    Table(
        "payments",
        tables,
        Column("incident", text, primary_key=True),
        Column("entry", Integer, primary_key=True),
        Column("step", text, nullable=False),
        Column("request", Integer, nullable=False),
        Column("fund", text, nullable=False),
        Column("units", BigInteger, CheckConstraint("units >= 0"), nullable=False),
        Column("payee", text, nullable=False),
        Column("requested_by", text, nullable=False),
        Column("requested_for", text, nullable=False),
        Column("approved_by", text, nullable=False),
        Column("approved_for", text, nullable=False),
        Column("paid_by", text, nullable=False),
        Column("paid_for", text, nullable=False),
        CheckConstraint(APART, name="approver_is_not_requester_of_payment"),
        CheckConstraint(PAID_APART, name="payer_is_neither"),
        Index("payments_by_request", "incident", "step", "request"),
        info=follows,
    )


_SPENT = """(SELECT COALESCE(SUM(units), 0) FROM payments
 WHERE incident = NEW.incident AND step = NEW.step AND request = NEW.request)"""
_APPROVED = """(SELECT COALESCE(SUM(units), 0) FROM approvals
 WHERE incident = NEW.incident AND step = NEW.step AND request = NEW.request)"""

SQLITE = {
    "reservations_added": """AFTER INSERT ON reservations
       BEGIN UPDATE pools SET promised = promised + NEW.held, used = used + NEW.used
       WHERE pack = NEW.pack AND kind = NEW.kind AND name = NEW.name AND holder = NEW.holder;
       END""",
    "reservations_changed": """AFTER UPDATE ON reservations
       BEGIN UPDATE pools SET promised = promised + NEW.held - OLD.held,
       used = used + NEW.used - OLD.used
       WHERE pack = NEW.pack AND kind = NEW.kind AND name = NEW.name AND holder = NEW.holder;
       END""",
    "reservations_gone": """AFTER DELETE ON reservations
       BEGIN UPDATE pools SET promised = promised - OLD.held, used = used - OLD.used
       WHERE pack = OLD.pack AND kind = OLD.kind AND name = OLD.name AND holder = OLD.holder;
       END""",
    "pools_suffice": f"""BEFORE UPDATE ON pools
       WHEN NEW.promised > OLD.promised AND NEW.promised + NEW.used > NEW.base
       BEGIN SELECT RAISE(ABORT, '{PROMISED}'); END""",
    "payments_fit": f"""BEFORE INSERT ON payments WHEN {_SPENT} + NEW.units > {_APPROVED}
       BEGIN SELECT RAISE(ABORT, '{PAID}'); END""",
}
"""What SQLite refuses, and the pools that follow from the reservations."""

POSTGRES_FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION remit_pools_follow() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'INSERT' THEN
           UPDATE pools SET promised = promised + NEW.held, used = used + NEW.used
            WHERE pack = NEW.pack AND kind = NEW.kind AND name = NEW.name
              AND holder = NEW.holder;
         ELSIF TG_OP = 'UPDATE' THEN
           UPDATE pools SET promised = promised + NEW.held - OLD.held,
                  used = used + NEW.used - OLD.used
            WHERE pack = NEW.pack AND kind = NEW.kind AND name = NEW.name
              AND holder = NEW.holder;
         ELSE
           UPDATE pools SET promised = promised - OLD.held, used = used - OLD.used
            WHERE pack = OLD.pack AND kind = OLD.kind AND name = OLD.name
              AND holder = OLD.holder;
         END IF;
         RETURN NULL;
       END $$""",
    f"""CREATE OR REPLACE FUNCTION remit_payments_fit() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         PERFORM 1 FROM approvals WHERE incident = NEW.incident AND step = NEW.step
           AND request = NEW.request FOR UPDATE;
         IF {_SPENT} + NEW.units > {_APPROVED} THEN RAISE EXCEPTION '{PAID}'; END IF;
         RETURN NEW;
       END $$""",
)
POSTGRES = {
    "reservations_follow": (
        "AFTER INSERT OR UPDATE OR DELETE ON reservations FOR EACH ROW",
        "remit_pools_follow()",
    ),
    "pools_suffice": (
        """BEFORE UPDATE ON pools FOR EACH ROW
           WHEN (NEW.promised > OLD.promised AND NEW.promised + NEW.used > NEW.base)""",
        f"remit_refuse('{PROMISED}')",
    ),
    "payments_fit": ("BEFORE INSERT ON payments FOR EACH ROW", "remit_payments_fit()"),
}
"""The same for Postgres. The first change of a pool locks its row, so that two transactions that
promise from it come one after the other."""
