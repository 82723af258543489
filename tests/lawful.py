"""What stays Chinese on a page of any language: articles of law, sources and lists, and the languages' own names."""

from portal.domain.vocabulary import EditionKind
from portal.policy.loader import carried, load_policies
from portal.web.i18n import NAMES
from tests.walking import PLAIN


def articles() -> set[str]:
    """What law and lists say, which is Chinese in every language; and the language one can switch to."""
    policies = load_policies()
    said = {rule.basis for rule in policies.clocks.rules.values()} | set(NAMES.values())
    given = policies.reasons
    lists = (given.decline, given.disclosure, given.extension, given.referral)
    reasons = [reason for each in lists for reason in each.values()]
    said |= {rule.basis for rule in policies.oversight.rules}
    rules = [edition.rules for edition in policies.every_rewards.values()]
    said |= {one.basis for each in rules for one in (*each.rows.values(), *each.provisions.values())}
    return said | files() | {reason.basis for reason in reasons} | {f"{PLAIN['respondent']}："}


def files() -> set[str]:
    """What editions say of themselves, and the lines of those whose files are shown."""
    lines = {line for one in carried() if one.kind is EditionKind.HOLIDAYS for line in one.data.decode().splitlines()}
    return {one.heading.source for one in carried()} | {line for line in lines if line}
