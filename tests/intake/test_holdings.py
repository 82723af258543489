"""What the server keeps is told in the reader's words, column by column, whatever the schema grows."""

from portal.intake import holdings
from portal.store.models import Base


def test_every_note_on_a_column_that_is_shown_has_words_for_readers_and_none_is_left_over() -> None:
    notes = {
        column.info["why"]
        for name in holdings.TABLES
        for column in Base.metadata.tables[name].columns
        if column.name != "entry_id" and column.info["why"]
    }
    assert set(holdings.REASONS) == notes


def test_every_table_that_refers_to_a_report_is_told_to_its_reporter() -> None:
    """A table added later can't be forgotten: whatever hangs on a report, directly or by another such table."""
    about = {"reports"}
    while found := {
        table.name
        for table in Base.metadata.sorted_tables
        if table.name not in about and {key.column.table.name for key in table.foreign_keys} & about
    }:
        about |= found
    assert about - set(holdings.TABLES) == set()
