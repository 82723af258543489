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
