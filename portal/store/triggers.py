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

FOR: Mapping[str, tuple[str, ...]] = MappingProxyType({"sqlite": SQLITE})
