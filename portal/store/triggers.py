"""Triggers that keep the ledger append-only, and staff from changing what an entry says.

They bind the portal and its mistakes; who owns the database can drop them, and is found by `portal audit verify`.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.seating import NEVER_AFTER, PAIRS

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

# Of schema 0014, where a letter may be a statement on a request: neither does that change.
STATEMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sqlite": (
            f"""CREATE TRIGGER letters_sealed BEFORE UPDATE OF {_LETTER}, disclosure_id ON letters
                BEGIN SELECT RAISE(ABORT, 'letters are never edited'); END""",
        ),
        "postgresql": (
            "DROP TRIGGER letters_sealed ON letters",
            f"""CREATE TRIGGER letters_sealed BEFORE UPDATE OF {_LETTER}, disclosure_id ON letters
                FOR EACH ROW EXECUTE FUNCTION letters_sealed()""",
        ),
    }
)

# Of schema 0015. Of two signers at once, the second finds its checkpoint there already.
_NEXT_TILE = """(SELECT COALESCE(MAX("index") + 1, 0) FROM tile_hashes WHERE level = NEW.level)"""
TILES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sqlite": (
            """CREATE TRIGGER tiles_no_update BEFORE UPDATE ON tile_hashes
               BEGIN SELECT RAISE(ABORT, 'nodes of the tree never change'); END""",
            """CREATE TRIGGER tiles_no_delete BEFORE DELETE ON tile_hashes
               BEGIN SELECT RAISE(ABORT, 'nodes of the tree never go'); END""",
            f"""CREATE TRIGGER tiles_no_replace BEFORE INSERT ON tile_hashes WHEN NEW."index" <> {_NEXT_TILE}
               BEGIN SELECT RAISE(ABORT, 'nodes of the tree are dense and written once'); END""",
        ),
        "postgresql": (
            *_refuse("tiles_no_update", "BEFORE UPDATE", "nodes of the tree never change", of="tile_hashes"),
            *_refuse("tiles_no_delete", "BEFORE DELETE", "nodes of the tree never go", of="tile_hashes"),
            *_refuse("tiles_no_truncate", "BEFORE TRUNCATE", "nodes of the tree never go", of="tile_hashes"),
            *_refuse(
                "tiles_no_replace",
                "BEFORE INSERT",
                "nodes of the tree are dense",
                of="tile_hashes",
                unless=f'NEW."index" = {_NEXT_TILE}',
            ),
        ),
    }
)

# Of schema 0016. What a request asked for, and until when its reporter is not told of it, never changes: nothing is
# prolonged. Where the reporter must agree nothing is lifted or released unless that is the last they said.
_REQUEST = "id, report_id, case_id, requester_id, reason, edition, asked_at, withheld_days, consent_by"
_AGREED = """(SELECT c.agreed FROM consents c WHERE c.disclosure_id = NEW.id ORDER BY c.position DESC LIMIT 1)"""
_OPENED = "NEW.state IN ('lifted', 'released') AND NEW.consent_by IS NOT NULL"
_SAID_OF = {
    "disclosures_fixed": "what was asked is never edited",
    "disclosures_agreed": "the reporter has not agreed",
    "consents_fixed": "what the reporter said is never edited",
    "consents_stay": "what the reporter said never goes",
}
DISCLOSURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sqlite": (
            f"""CREATE TRIGGER disclosures_fixed BEFORE UPDATE OF {_REQUEST} ON disclosures
                BEGIN SELECT RAISE(ABORT, '{_SAID_OF["disclosures_fixed"]}'); END""",
            f"""CREATE TRIGGER disclosures_agreed BEFORE UPDATE OF state ON disclosures
                WHEN {_OPENED} AND NOT COALESCE({_AGREED}, 0)
                BEGIN SELECT RAISE(ABORT, '{_SAID_OF["disclosures_agreed"]}'); END""",
            f"""CREATE TRIGGER consents_fixed BEFORE UPDATE OF id, disclosure_id, position, agreed, said_at ON consents
                BEGIN SELECT RAISE(ABORT, '{_SAID_OF["consents_fixed"]}'); END""",
            f"""CREATE TRIGGER consents_stay BEFORE DELETE ON consents
                BEGIN SELECT RAISE(ABORT, '{_SAID_OF["consents_stay"]}'); END""",
        ),
        "postgresql": (
            *_refuse(
                "disclosures_fixed", f"BEFORE UPDATE OF {_REQUEST}", _SAID_OF["disclosures_fixed"], of="disclosures"
            ),
            *_refuse(
                "disclosures_agreed",
                "BEFORE UPDATE OF state",
                _SAID_OF["disclosures_agreed"],
                of="disclosures",
                unless=f"NOT ({_OPENED}) OR COALESCE({_AGREED}, FALSE)",
            ),
            *_refuse(
                "consents_fixed",
                "BEFORE UPDATE OF id, disclosure_id, position, agreed, said_at",
                _SAID_OF["consents_fixed"],
                of="consents",
            ),
            *_refuse("consents_stay", "BEFORE DELETE", _SAID_OF["consents_stay"], of="consents"),
        ),
    }
)

# Of schema 0017, where entries repeat more of their openings: filled once, and closed like the rest.
_REPEATED = ("effect", "duty", "reason")
OPENED_FOR_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sqlite": ("DROP TRIGGER entries_only_closed",),
        "postgresql": ("ALTER TABLE entries DISABLE TRIGGER entries_only_closed",),
    }
)
CLOSED_WITH_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sqlite": (
            next(one for one in SQLITE if "entries_only_closed" in one).replace(
                "NEW.at IS NOT OLD.at",
                "NEW.at IS NOT OLD.at " + " ".join(f"OR NEW.{name} IS NOT OLD.{name}" for name in _REPEATED),
            ),
        ),
        "postgresql": (
            _refuse(
                "entries_only_closed",
                "BEFORE UPDATE",
                "only salt and opening of an entry may go",
                of="entries",
                unless=f"NEW.salt IS NULL AND NEW.opening IS NULL AND NOT ({_CLOSED} OR "
                + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _REPEATED)
                + ")",
            )[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
            "ALTER TABLE entries ENABLE TRIGGER entries_only_closed",
        ),
    }
)

FOR: Mapping[str, tuple[str, ...]] = MappingProxyType({"sqlite": SQLITE, "postgresql": POSTGRESQL})


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return " OR ".join(f"(d.duty = '{one}' AND nd.duty = '{other}')" for one, other in pairs)


# Every seat that the officer holds, or ever held, beside the desk of the new one.
_BESIDE = """SELECT 1 FROM seats s
    JOIN desk_epochs e ON e.id = s.desk_epoch_id JOIN desks d ON d.id = e.desk_id
    JOIN desk_epochs ne ON ne.id = NEW.desk_epoch_id JOIN desks nd ON nd.id = ne.desk_id
    WHERE s.officer_id = NEW.officer_id"""
_APART = f"EXISTS ({_BESIDE} AND s.left_at IS NULL AND e.closed_at IS NULL AND ({_pairs(PAIRS)}))"
_AFTER = f"""EXISTS ({_BESIDE} AND ({_pairs(NEVER_AFTER)}) AND EXISTS (SELECT 1 FROM authority_chains c
    WHERE (c.authority_id = d.authority_id AND c.above_id = nd.authority_id)
       OR (c.authority_id = nd.authority_id AND c.above_id = d.authority_id)))"""  # noqa: S608 — our own words
_CHAINS = """CREATE VIEW authority_chains AS WITH RECURSIVE chain (authority_id, above_id) AS (
    SELECT id, id FROM authorities
    UNION SELECT chain.authority_id, authorities.superior_id FROM chain
    JOIN authorities ON authorities.id = chain.above_id WHERE authorities.superior_id IS NOT NULL
) SELECT authority_id, above_id FROM chain"""
_SEAT = "id, desk_epoch_id, officer_id, wrapped, seated_at"
_SAID = {
    "seats_apart": "these two duties are never one person",
    "seats_after": "who held the one share never holds the other",
    "seats_fixed": "seats are never edited",
    "seats_left": "who has left a seat gets another",
}

# Of schema 0006, where the table is made anew.
SEATS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sqlite": (
            _CHAINS,
            f"""CREATE TRIGGER seats_apart BEFORE INSERT ON seats WHEN {_APART}
                BEGIN SELECT RAISE(ABORT, '{_SAID["seats_apart"]}'); END""",
            f"""CREATE TRIGGER seats_after BEFORE INSERT ON seats WHEN {_AFTER}
                BEGIN SELECT RAISE(ABORT, '{_SAID["seats_after"]}'); END""",
            f"""CREATE TRIGGER seats_fixed BEFORE UPDATE OF {_SEAT} ON seats
                BEGIN SELECT RAISE(ABORT, '{_SAID["seats_fixed"]}'); END""",
            f"""CREATE TRIGGER seats_left BEFORE UPDATE OF left_at ON seats WHEN OLD.left_at IS NOT NULL
                BEGIN SELECT RAISE(ABORT, '{_SAID["seats_left"]}'); END""",
        ),
        "postgresql": (
            _CHAINS,
            *_refuse("seats_apart", "BEFORE INSERT", _SAID["seats_apart"], of="seats", unless=f"NOT {_APART}"),
            *_refuse("seats_after", "BEFORE INSERT", _SAID["seats_after"], of="seats", unless=f"NOT {_AFTER}"),
            *_refuse("seats_fixed", f"BEFORE UPDATE OF {_SEAT}", _SAID["seats_fixed"], of="seats"),
            *_refuse(
                "seats_left", "BEFORE UPDATE OF left_at", _SAID["seats_left"], of="seats", unless="OLD.left_at IS NULL"
            ),
        ),
    }
)

_ALL = (FOR, SEATS, STATEMENTS, TILES, DISCLOSURES, CLOSED_WITH_COLUMNS)
_STANDING: Mapping[str, str] = MappingProxyType(
    {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }
)


def missing(session: Session) -> tuple[str, ...]:
    """The names of triggers that the newest schema has and this database has not, or has switched off."""
    engine = session.get_bind().dialect.name
    named = {name for each in _ALL for one in each[engine] for name in re.findall(r"CREATE TRIGGER (\w+)", one)}
    return tuple(sorted(named.difference(session.scalars(text(_STANDING[engine])))))
