"""From a parsed file of reasons to its edition.

It knows the keys of each list, and that a forbidden reason may not also be offered.
"""

from portal.domain.vocabulary import IdentityField
from portal.policy.build import by_code, heading
from portal.policy.reader import Table
from portal.policy.reason_lists import (
    DeclineReason,
    DisclosureReason,
    ExtensionEffect,
    ExtensionReason,
    FieldScope,
    ForbiddenReason,
    IdentityGoes,
    ReasonEdition,
    ReferralBody,
    RewardRefusal,
    Told,
)


def reasons(table: Table) -> ReasonEdition:
    """Build all lists of reasons."""
    edition = ReasonEdition(
        heading=heading(table),
        decline=by_code(table, "decline", table.rows("decline", _decline)),
        decline_forbidden=by_code(table, "decline_forbidden", table.rows("decline_forbidden", _forbidden)),
        referral=by_code(table, "referral", table.rows("referral", _referral)),
        extension=by_code(table, "extension", table.rows("extension", _extension)),
        extension_forbidden=by_code(table, "extension_forbidden", table.rows("extension_forbidden", _forbidden)),
        disclosure=by_code(table, "disclosure", table.rows("disclosure", _disclosure)),
        disclosure_forbidden=by_code(table, "disclosure_forbidden", table.rows("disclosure_forbidden", _forbidden)),
        reward_refusal=by_code(table, "reward_refusal", table.rows("reward_refusal", _reward_refusal)),
    )
    _refuse_both(table, edition)
    return edition


def _refuse_both(table: Table, edition: ReasonEdition) -> None:
    for key, offered, forbidden in (
        ("decline", edition.decline, edition.decline_forbidden),
        ("extension", edition.extension, edition.extension_forbidden),
        ("disclosure", edition.disclosure, edition.disclosure_forbidden),
    ):
        for code in offered.keys() & forbidden.keys():
            table.refuse(key, f"{code} is both offered and forbidden")


def _common(table: Table) -> tuple[str, str, str, str, str, str, str]:
    """Read what every reason has, in the order of Reason."""
    return (
        table.text("code"),
        table.text("zh"),
        table.text("en"),
        table.text("ko"),
        table.text("basis"),
        table.text("sure"),
        table.text("note", default=""),
    )


def _decline(table: Table) -> DeclineReason:
    return DeclineReason(
        *_common(table),
        ask_first=table.flag("ask_first"),
        review=table.flag("review"),
        two_people=table.flag("two_people"),
        closes_with_answer=table.flag("closes_with_answer"),
    )


def _referral(table: Table) -> ReferralBody:
    return ReferralBody(
        *_common(table),
        for_what_zh=table.text("for_what_zh"),
        identity=table.one_of("identity", IdentityGoes),
        clocks=table.texts("clocks"),
        two_officers=table.flag("two_officers"),
        refusal_reason_required=table.flag("refusal_reason_required"),
        no_discretion=table.flag("no_discretion"),
        invisible_to_others=table.flag("invisible_to_others"),
        off_line=table.flag("off_line"),
    )


def _extension(table: Table) -> ExtensionReason:
    return ExtensionReason(
        *_common(table),
        effect=table.one_of("effect", ExtensionEffect),
        max_days=table.number_or_none("max_days"),
        only=table.texts("only"),
        not_for=table.texts("not_for"),
        reporter_sees=table.text("reporter_sees", default=""),
    )


def _disclosure(table: Table) -> DisclosureReason:
    fields, scope = table.members("fields", IdentityField), table.one_of("scope", FieldScope)
    if bool(fields) != (scope is FieldScope.LISTED):
        table.refuse("fields", f"does not go with the scope {scope}")
    hours = table.number("max_hours")
    if not 1 <= hours <= 72:  # noqa: PLR2004 (the outer limit of every disclosure)
        table.refuse("max_hours", "lies between 1 and 72")
    return DisclosureReason(
        *_common(table),
        fields=fields,
        scope=scope,
        max_hours=hours,
        told=table.one_of("told", Told),
        urgent=table.flag("urgent"),
        needs=table.text("needs", default=""),
        prefer=table.text("prefer", default=""),
        after_withdrawal=table.flag("after_withdrawal"),
        own_procedure=table.flag("own_procedure"),
        unanswered_days=table.number_or_none("unanswered_days"),
        document=table.flag("document"),
    )


def _reward_refusal(table: Table) -> RewardRefusal:
    return RewardRefusal(*_common(table), law_rows=table.texts("law_rows"), remedy_zh=table.text("remedy_zh"))


def _forbidden(table: Table) -> ForbiddenReason:
    return ForbiddenReason(
        table.text("code"), table.text("zh"), table.text("en"), table.text("ko"), table.text("why_zh")
    )
