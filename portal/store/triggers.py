"""Triggers that keep the ledger append-only, and staff from changing what an entry says.

They bind the portal and its mistakes; who owns the database can drop them, and is found by `portal audit verify`.
"""

from collections.abc import Mapping
from types import MappingProxyType

SQLITE: tuple[str, ...] = (
    """CREATE TRIGGER leaves_no_update BEFORE UPDATE ON leaves
       BEGIN SELECT RAISE(ABORT, 'leaves never change'); END""",
    """CREATE TRIGGER leaves_no_delete BEFORE DELETE ON leaves
       BEGIN SELECT RAISE(ABORT, 'leaves never go'); END""",
    # INSERT OR REPLACE would delete without firing the delete trigger.
    """CREATE TRIGGER leaves_no_replace BEFORE INSERT ON leaves
       WHEN EXISTS (SELECT 1 FROM leaves WHERE "index" = NEW."index")
         OR NEW."index" <> (SELECT COALESCE(MAX("index") + 1, 0) FROM leaves)
       BEGIN SELECT RAISE(ABORT, 'leaves are dense and written once'); END""",
    """CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
       BEGIN SELECT RAISE(ABORT, 'entries never go'); END""",
    """CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries
       WHEN EXISTS (SELECT 1 FROM entries WHERE "index" = NEW."index" OR id = NEW.id)
       BEGIN SELECT RAISE(ABORT, 'entries are written once'); END""",
    """CREATE TRIGGER entries_only_closed BEFORE UPDATE ON entries
       WHEN NEW.salt IS NOT NULL OR NEW.opening IS NOT NULL
         OR NEW."index" IS NOT OLD."index" OR NEW.id IS NOT OLD.id OR NEW.mac IS NOT OLD.mac
         OR NEW.mac_key_id IS NOT OLD.mac_key_id OR NEW.event IS NOT OLD.event
         OR NEW.object_id IS NOT OLD.object_id OR NEW.actor IS NOT OLD.actor
         OR NEW.actor_id IS NOT OLD.actor_id OR NEW.authority_id IS NOT OLD.authority_id OR NEW.at IS NOT OLD.at
       BEGIN SELECT RAISE(ABORT, 'only salt and opening of an entry may go'); END""",
    """CREATE TRIGGER letters_sealed
       BEFORE UPDATE OF id, report_id, content_key_id, kind, sender, position, sent_at, body ON letters
       BEGIN SELECT RAISE(ABORT, 'letters are never edited'); END""",
)

_CLOSED = " OR ".join(
    f'NEW."{name}" IS DISTINCT FROM OLD."{name}"'
    for name in ("index", "id", "mac", "mac_key_id", "event", "object_id", "actor", "actor_id", "authority_id", "at")
)
# The head's row is locked until the commit, so that MAX is what this transaction and those before it wrote.
_DENSE = """(SELECT COALESCE(MAX("index") + 1, 0) FROM leaves)"""
_LETTER = "id, report_id, content_key_id, kind, sender, position, sent_at, body"


def _refuse(name: str, when: str, sentence: str, *, of: str, unless: str = "") -> tuple[str, str]:
    """A function that raises, unless a condition holds, and the trigger that calls it."""
    body = f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation';"
    if unless:
        body = f"IF {unless} THEN RETURN NEW; END IF; {body}"
    level = "STATEMENT" if when.endswith("TRUNCATE") else "ROW"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
        f"CREATE TRIGGER {name} {when} ON {of} FOR EACH {level} EXECUTE FUNCTION {name}()",
    )


POSTGRESQL: tuple[str, ...] = (
    *_refuse("leaves_no_update", "BEFORE UPDATE", "leaves never change", of="leaves"),
    *_refuse("leaves_no_delete", "BEFORE DELETE", "leaves never go", of="leaves"),
    *_refuse("leaves_no_truncate", "BEFORE TRUNCATE", "leaves never go", of="leaves"),
    *_refuse("leaves_no_replace", "BEFORE INSERT", "leaves are dense", of="leaves", unless=f'NEW."index" = {_DENSE}'),
    *_refuse("entries_no_delete", "BEFORE DELETE", "entries never go", of="entries"),
    *_refuse("entries_no_truncate", "BEFORE TRUNCATE", "entries never go", of="entries"),
    *_refuse(
        "entries_only_closed",
        "BEFORE UPDATE",
        "only salt and opening of an entry may go",
        of="entries",
        unless=f"NEW.salt IS NULL AND NEW.opening IS NULL AND NOT ({_CLOSED})",
    ),
    *_refuse("letters_sealed", f"BEFORE UPDATE OF {_LETTER}", "letters are never edited", of="letters"),
)

FOR: Mapping[str, tuple[str, ...]] = MappingProxyType({"sqlite": SQLITE, "postgresql": POSTGRESQL})
