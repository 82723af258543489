"""What becomes of a file of which there is no copy."""

import pytest

from portal.domain.evidence import ANOTHER_TIME, Fate, Kept, Kind, fate_without_copy


@pytest.mark.parametrize("why", Kept)
def test_a_picture_is_never_shown_as_it_came(why: Kept) -> None:
    assert fate_without_copy(Kind.IMAGE, why, harmless=True) is Fate.KEPT


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.IMAGE])
@pytest.mark.parametrize("why", Kept)
def test_else_it_is_when_its_sender_says_so_and_not_because_a_decoder_was_busy(kind: Kind, why: Kept) -> None:
    assert fate_without_copy(kind, why, harmless=True) is (Fate.KEPT if why in ANOTHER_TIME else Fate.AS_IS)
    assert fate_without_copy(kind, why, harmless=False) is Fate.KEPT
