"""Whatever an entry may say has a word on the pages of auditors."""

from portal.domain.audit import EVENTS, Effect
from portal.domain.facts import FACTS
from portal.domain.oversight import Sign
from portal.web import event_words, ledger_words


def test_every_fact_effect_and_sign_has_a_word() -> None:
    assert ledger_words.FACTS.keys() == FACTS.keys()
    assert ledger_words.EFFECTS.keys() == set(Effect)
    assert ledger_words.THRESHOLDS.keys() == set(Sign)
    assert event_words.EVENTS.keys() == EVENTS.keys()
