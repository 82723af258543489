"""Every table, imported once so that the metadata is whole."""

from portal.store.alarms import Alarm, DutyShift, Protection
from portal.store.authorities import Authority, AuthorityName, Certificate, Counter, Installation
from portal.store.awards import Award, Budget, Revocation
from portal.store.base import Base
from portal.store.cases import Assignment, Case, CaseNumber, Clock, Decision, Transfer
from portal.store.disclosures import Consent, DisclosedField, Disclosure
from portal.store.editions import Edition
from portal.store.files import Blob
from portal.store.identity import IdentityField, IdentityShare, Rehoming, RehomingShare
from portal.store.index import IndexedCase, IndexMark, IndexPart, IndexWait, MatchKey
from portal.store.inquiries import Inquiry, InquiryKey
from portal.store.ledger import Checkpoint, Entry, Leaf, LedgerHead, TileHash
from portal.store.motions import Motion
from portal.store.objections import Objection
from portal.store.officers import (
    Desk,
    DeskEpoch,
    Enrolment,
    MailboxSession,
    Officer,
    OfficerSession,
    OtpStep,
    RecoveryGrant,
    Seat,
    SignInDelay,
)
from portal.store.outbox import Outbox, RefusalCount, SignInFailure
from portal.store.papers import Paper
from portal.store.passkeys import Passkey, PasskeyUse, UsedChallenge
from portal.store.payouts import BankItem, BankList, Payout, PayoutFile
from portal.store.recusals import Declaration, DeclarationKey, Recusal
from portal.store.referrals import Dispute, Referral
from portal.store.reports import ContentKey, KeyGrant, Letter, Receipt, Report

__all__ = [
    "Alarm",
    "Assignment",
    "Authority",
    "AuthorityName",
    "Award",
    "BankItem",
    "BankList",
    "Base",
    "Blob",
    "Budget",
    "Case",
    "CaseNumber",
    "Certificate",
    "Checkpoint",
    "Clock",
    "Consent",
    "ContentKey",
    "Counter",
    "Decision",
    "Declaration",
    "DeclarationKey",
    "Desk",
    "DeskEpoch",
    "DisclosedField",
    "Disclosure",
    "Dispute",
    "DutyShift",
    "Edition",
    "Enrolment",
    "Entry",
    "IdentityField",
    "IdentityShare",
    "IndexMark",
    "IndexPart",
    "IndexWait",
    "IndexedCase",
    "Inquiry",
    "InquiryKey",
    "Installation",
    "KeyGrant",
    "Leaf",
    "LedgerHead",
    "Letter",
    "MailboxSession",
    "MatchKey",
    "Motion",
    "Objection",
    "Officer",
    "OfficerSession",
    "OtpStep",
    "Outbox",
    "Paper",
    "Passkey",
    "PasskeyUse",
    "Payout",
    "PayoutFile",
    "Protection",
    "Receipt",
    "RecoveryGrant",
    "Recusal",
    "Referral",
    "RefusalCount",
    "Rehoming",
    "RehomingShare",
    "Report",
    "Revocation",
    "Seat",
    "SignInDelay",
    "SignInFailure",
    "TileHash",
    "Transfer",
    "UsedChallenge",
]
