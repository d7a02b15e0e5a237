"""What the database itself refuses, whoever asks: a changed, removed or misplaced entry.

A new entry follows the head, and moves it on: number and hash of the last entry are never apart
from it. Whoever may alter the tables can take the triggers away; that is what hashes are for.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from remit.workflows import ledger_means as means

__all__ = ["put_triggers"]

CHANGED = "entries of a ledger are never changed"
REMOVED = "entries of a ledger are never removed"
HEAD_REMOVED = "the head of a ledger is never removed"
HEAD_BACK = "the head of a ledger only moves on"

SQLITE = {
    "entries_keep": f"""BEFORE UPDATE ON entries
       BEGIN SELECT RAISE(ABORT, '{CHANGED}'); END""",
    "entries_stay": f"""BEFORE DELETE ON entries
       BEGIN SELECT RAISE(ABORT, '{REMOVED}'); END""",
    "entries_follow": """BEFORE INSERT ON entries
       BEGIN
         SELECT RAISE(ABORT, 'entries of a ledger are written in order') WHERE NOT EXISTS (
           SELECT 1 FROM chain WHERE id = 1 AND number = NEW.number - 1 AND hash = NEW.previous);
         UPDATE chain SET number = NEW.number, hash = NEW.hash WHERE id = 1;
       END""",
    "chain_stays": f"""BEFORE DELETE ON chain
       BEGIN SELECT RAISE(ABORT, '{HEAD_REMOVED}'); END""",
    "chain_grows": f"""BEFORE UPDATE ON chain WHEN NEW.number < OLD.number
       BEGIN SELECT RAISE(ABORT, '{HEAD_BACK}'); END""",
}

POSTGRES_FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION remit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$""",
    """CREATE OR REPLACE FUNCTION remit_follow() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         UPDATE chain SET number = NEW.number, hash = NEW.hash
          WHERE id = 1 AND number = NEW.number - 1 AND hash = NEW.previous;
         IF NOT FOUND THEN RAISE EXCEPTION 'entries of a ledger are written in order'; END IF;
         RETURN NEW;
       END $$""",
)
POSTGRES = {
    "entries_keep": ("BEFORE UPDATE ON entries FOR EACH ROW", f"remit_refuse('{CHANGED}')"),
    "entries_stay": ("BEFORE DELETE ON entries FOR EACH ROW", f"remit_refuse('{REMOVED}')"),
    "entries_full": ("BEFORE TRUNCATE ON entries", f"remit_refuse('{REMOVED}')"),
    "entries_follow": ("BEFORE INSERT ON entries FOR EACH ROW", "remit_follow()"),
    "chain_stays": ("BEFORE DELETE ON chain FOR EACH ROW", f"remit_refuse('{HEAD_REMOVED}')"),
    "chain_full": ("BEFORE TRUNCATE ON chain", f"remit_refuse('{HEAD_REMOVED}')"),
    "chain_grows": (
        "BEFORE UPDATE ON chain FOR EACH ROW WHEN (NEW.number < OLD.number)",
        f"remit_refuse('{HEAD_BACK}')",
    ),
}


def put_triggers(connection: Connection) -> None:
    """Put the triggers of this format in place of whatever stands there under their names."""
    if connection.dialect.name == "sqlite":
        for name, body in {**SQLITE, **means.SQLITE}.items():
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(text(f"CREATE TRIGGER {name} {body}"))
        return
    for function in (*POSTGRES_FUNCTIONS, *means.POSTGRES_FUNCTIONS):
        connection.execute(text(function))
    for name, (moment, call) in {**POSTGRES, **means.POSTGRES}.items():
        table = name.partition("_")[0]
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
        connection.execute(text(f"CREATE TRIGGER {name} {moment} EXECUTE FUNCTION {call}"))
