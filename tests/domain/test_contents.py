"""What two people sign reads back as it was, whatever it says, and no two contents share their bytes."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.contents import NewEdition, NewName, NewOffice
from portal.domain.vocabulary import EditionKind

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.builds(NewName, st.dates(), WORDS, WORDS, WORDS)
OFFICES = st.builds(NewOffice, WORDS, NAMES)
EDITIONS = st.builds(NewEdition, st.sampled_from(EditionKind), WORDS)


@given(NAMES, OFFICES, EDITIONS)
def test_a_content_reads_back_as_it_was(name: NewName, office: NewOffice, edition: NewEdition) -> None:
    assert NewName.decode(name.encoded()) == name
    assert NewOffice.decode(office.encoded()) == office
    assert NewEdition.decode(edition.encoded()) == edition


@given(NAMES, NAMES)
def test_different_names_have_different_bytes(one: NewName, other: NewName) -> None:
    assert (one.encoded() == other.encoded()) == (one == other)


def test_an_office_is_called_by_its_division() -> None:
    assert NewOffice("X-CBS", NewName(date(2026, 3, 2), "x", "", "")).code == "office-X-CBS"
