"""What the owner of the database does, and what `portal audit verify` says of it: statements for both engines."""

from portal.store.ledger import Entry

LAST = '(SELECT MAX("index") FROM entries)'
AT_LAST = f'WHERE "index" = {LAST}'


def others(table: str, column: str) -> str:
    """The value of entry 6 for 5, and the reverse."""
    return f'(SELECT {column} FROM {table} AS other WHERE other."index" = 11 - {table}."index")'


def first(table: str, column: str) -> str:
    return f"(SELECT {column} FROM {table} ORDER BY id LIMIT 1)"


NAMES = [f'"{column.name}"' for column in Entry.__table__.columns]
OTHERWISE = {'"index"': '"index" + 1', '"id"': "randomblob(16)"}
COPY = f"INSERT INTO entries ({', '.join(NAMES)}) SELECT {', '.join(OTHERWISE.get(name, name) for name in NAMES)}"
SWAP = ", ".join(f"{name} = {others('entries', name)}" for name in NAMES if name not in OTHERWISE)
REWORD = "opening = CAST(replace(CAST(opening AS TEXT), 'listed', 'opened') AS BLOB)"
QIN, SHEN = (f"(SELECT id FROM officers WHERE username = '{name}')" for name in ("qin", "shen"))
Done = tuple[tuple[str, ...], str]

ENTRIES: dict[str, Done] = {
    "an opening changed": (
        (f"UPDATE entries SET {REWORD} {AT_LAST}",),
        r"entry \d+ does not open its leaf: expected \w{64}, found \w{64}",
    ),
    "an opening that is no longer bytes": ((f"UPDATE entries SET opening = 'x' {AT_LAST}",), "opening|form|open"),
    "a column changed": (
        (f"UPDATE entries SET event = 'opened' {AT_LAST}",),
        r"entry \d+: event .* expected \w+, found opened",
    ),
    "a time changed": (
        (f"UPDATE entries SET at = '2026-01-01 00:00:00.000000' {AT_LAST}",),
        r"entry \d+: at .* found 2026-01-01T00:00:00Z",
    ),
    "a leaf blanked": ((f"UPDATE leaves SET hash = zeroblob(32) {AT_LAST}",), r"entry \d+ was not written"),
    "a MAC changed": ((f"UPDATE entries SET mac = zeroblob(32) {AT_LAST}",), r"entry \d+ was not written"),
    "an entry deleted": (('DELETE FROM entries WHERE "index" = 7',), "entry 7 is missing"),
    "an entry deleted with its leaf": (
        ('DELETE FROM entries WHERE "index" = 7', 'DELETE FROM leaves WHERE "index" = 7'),
        "entry 7 is missing",
    ),
    "the last entry deleted": ((f"DELETE FROM entries {AT_LAST}",), r"entry \d+ is missing"),
    "an entry inserted": (
        (
            f'INSERT INTO leaves SELECT "index" + 1, hash FROM leaves {AT_LAST}',
            f"{COPY} FROM entries {AT_LAST}",
            "UPDATE ledger_head SET size = size + 1",
        ),
        r"entry \d+ was not written by this portal",
    ),
    "two entries reordered, with all that is theirs": (
        (
            f'UPDATE leaves SET hash = {others("leaves", "hash")} WHERE "index" IN (5, 6)',
            f'UPDATE entries SET {SWAP} WHERE "index" IN (5, 6)',
        ),
        "entry 5 was not written by this portal",
    ),
    "two leaves swapped": (
        (f'UPDATE leaves SET hash = {others("leaves", "hash")} WHERE "index" IN (5, 6)',),
        "entry 5 was not written by this portal",
    ),
    "the tail truncated": (
        (f"DELETE FROM leaves {AT_LAST}", f"DELETE FROM entries {AT_LAST}", "UPDATE ledger_head SET size = size - 1"),
        r"entries \d+ to \d+ were signed and are gone",
    ),
    "the ledger under another name": (
        ("UPDATE ledger_head SET origin = 'test.invalid/other'",),
        "ledger_head: origin .* expected test.invalid/ledger, found test.invalid/other",
    ),
    "the head set back": (("UPDATE ledger_head SET size = size - 1",), "should have"),
}

SIGNED: dict[str, Done] = {
    "a checkpoint's root changed": (("UPDATE checkpoints SET root = zeroblob(32)",), r"checkpoint \d+"),
    "a checkpoint's note changed": (("UPDATE checkpoints SET note = upper(note)",), r"checkpoint \d+"),
    "a checkpoint replaced by an older one": (
        ("UPDATE checkpoints SET note = (SELECT note FROM checkpoints ORDER BY size LIMIT 1)",),
        r"checkpoint \d+ does not say what its note says",
    ),
    "a certificate's body changed": (("UPDATE certificates SET body = zeroblob(length(body))",), "certificate of"),
    "a certificate swapped": (
        (f"UPDATE certificates SET body = {first('certificates', 'body')}",),
        "certificate of .* is for|the key of the log is not",
    ),
}

ROWS: dict[str, Done] = {
    "a grant turned on": (
        ("UPDATE key_grants SET state = 'active' WHERE state = 'standby'",),
        "key_grants .* is not as",
    ),
    "a grant's key replaced": (("UPDATE key_grants SET wrapped = zeroblob(1169)",), "key_grants .* is not as"),
    "grants swapped": (
        (f"UPDATE key_grants SET wrapped = {first('key_grants', 'wrapped')}",),
        "key_grants .* is not as",
    ),
    "a grant given to another desk": (
        (f"UPDATE key_grants SET desk_epoch_id = {first('desk_epochs', 'id')} WHERE desk_epoch_id IS NOT NULL",),
        "key_grants .* is not as",
    ),
    "a desk key swapped": (
        (f"UPDATE desk_epochs SET public_key = {first('officers', 'public_key')}",),
        "desk_epochs .* is not as",
    ),
    "a receipt's key swapped": (
        (f"UPDATE receipts SET public_key = {first('officers', 'public_key')}",),
        "receipts .* is not as",
    ),
    "a seat given without an entry": (
        (f"UPDATE seats SET officer_id = {QIN} WHERE officer_id = {SHEN}",),
        r"seats .* is not as entry \d+ says: expected \w{64}, found \w{64}",
    ),
    "a case moved to another state": (("UPDATE cases SET state = 'awaiting'",), "cases .* is not as entry"),
    "a clock put off": (("UPDATE clocks SET due_at = '2030-01-01 00:00:00.000000'",), "clocks .* is not as entry"),
    "a report lost": (("DELETE FROM letters",), "letters .* is gone"),
    "an identity share lost": (("DELETE FROM identity_shares WHERE holder = 'lead'",), "identity_shares .* is gone"),
    "a letter under another entry": (
        ('UPDATE letters SET entry_id = (SELECT id FROM entries ORDER BY "index" LIMIT 1)',),
        "letters .* is not as entry .* expected to carry",
    ),
}

TAMPERINGS = ENTRIES | SIGNED | ROWS

# Found with `--deep`; without it these rows are said to be counted and not read (decision 027).
OF_TEXTS: dict[str, Done] = {
    "a letter's ciphertext replaced": (("UPDATE letters SET body = zeroblob(200)",), "letters .* is not as entry"),
    "an identity field replaced": (("UPDATE identity_fields SET body = zeroblob(100)",), "identity_fields .* is not"),
    "a signature in the middle of a day": (
        ("UPDATE checkpoints SET note = replace(note, '— ', '— x') WHERE size = (SELECT min(size) FROM checkpoints)",),
        r"checkpoint \d+: not signed",
    ),
    "a letter in another place": (("UPDATE letters SET position = position + 1",), "letters .* is not as entry"),
}
