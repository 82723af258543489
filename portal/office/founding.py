"""Making an installation: the founding entry, the tree of authorities, officers, desks and seats.

Used by `portal demo` and `portal init`; every certificate is made by the root key, whose private half exists only while
this runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crypto import certificates, envelope
from crypto.certificates import Certificate
from crypto.cosignature import CosignerKey
from crypto.enrolment import EnrolmentCode, lock_keys
from crypto.keys import OfficerKeys, PublicKey, SecretKey, SigningKey, VerifyKey, lock_officer
from crypto.primitives import SUITE, Binding, random_bytes, sha256
from portal.domain.audit import SYSTEM, written
from portal.domain.staff_vocabulary import RecoveryName
from portal.domain.vocabulary import Duty, OfficerState
from portal.office.certifying import desk_subject
from portal.office.directory import READ
from portal.office.recording import Draft, EntryKey, record
from portal.policy.editions import AuthorityTemplate, DatedName
from portal.store import authorities as rows
from portal.store.ledger import LedgerHead
from portal.store.officers import Desk, DeskEpoch, Enrolment, Officer, RecoveryGrant, Seat

OTP_BYTES = 20  # RFC 4226 §4


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """A recovery key that the root vouches for: its public half."""

    certificate_id: UUID
    public: PublicKey


@dataclass(frozen=True, slots=True)
class Founder:
    """What founding needs: the session, the keys and the moment."""

    session: Session
    installation: bytes
    root: SigningKey = field(repr=False)
    entry_key: EntryKey
    pepper: bytes = field(repr=False)
    now: datetime

    def draft(self, event: str, table: str, row_id: UUID, **facts: object) -> Draft:
        """An entry of the installation's own."""
        return Draft(event, self.now, SYSTEM, (table, row_id), facts=facts)

    def record(self, *drafts: Draft) -> None:
        """Store entries."""
        record(self.session, self.entry_key, *drafts)

    def certify(
        self, draft: Draft, kind: str, subject: str, *, encryption: bytes = b"", signing: bytes = b""
    ) -> rows.Certificate:
        """A certificate by the root."""
        issued = int(self.now.timestamp())
        body = certificates.issue(Certificate(kind, self.installation, subject, encryption, signing, issued), self.root)
        row = rows.Certificate(id=uuid4(), digest=sha256(body), kind=kind, subject=subject, body=body)
        draft.names(row)
        self.session.add(row)
        return row


def found(founder: Founder, *, name: str, origin: str, demo: bool) -> None:
    """The first entry: who runs this, under which root."""
    installation_id = UUID(bytes=founder.installation)
    founder.session.add(LedgerHead(one=1, size=0, origin=origin))
    row = rows.Installation(id=installation_id, one=1, name=name, demo=demo, founded_at=founder.now, generation=1)
    draft = founder.draft(
        "founded",
        "installation",
        installation_id,
        demo=demo,
        origin=origin,
        root_key=founder.root.public.raw.hex(),
        suite=SUITE,
    )
    draft.names(row)
    founder.session.add(row)
    founder.record(draft)


def certify_service_keys(founder: Founder, *, promise: VerifyKey, log: SigningKey) -> None:
    """The root vouches for the keys that sign promises and checkpoints, the log's cosigner among them."""
    keys = {"promise": promise.raw, "log": log.public.raw, "cosigner": CosignerKey.beside(log).public}
    for kind, key in keys.items():
        draft = founder.draft("key_certified", "certificates", uuid4(), kind=kind)
        row = founder.certify(draft, kind, kind, signing=key)
        draft.subject = ("certificates", row.id)
        founder.record(draft)


def add_authorities(founder: Founder, template: AuthorityTemplate) -> dict[str, UUID]:
    """The tree; returns code → id."""
    ids: dict[str, UUID] = {}
    for seed in template.seeds:
        authority_id = ids[seed.code] = uuid4()
        draft = founder.draft("authority_added", "authorities", authority_id, code=seed.code)
        superior = ids[seed.superior_code] if seed.superior_code else None
        if superior is not None:
            draft.facts = {**draft.facts, "superior": str(superior)}
        authority = rows.Authority(
            id=authority_id, code=seed.code, kind=seed.kind, superior_id=superior, division=seed.division
        )
        names = [_name(authority_id, one) for one in seed.names]
        draft.names(authority, *names)
        founder.session.add_all([authority, *names])
        founder.record(draft)
    return ids


def _name(authority_id: UUID, name: DatedName) -> rows.AuthorityName:
    return rows.AuthorityName(
        id=uuid4(), authority_id=authority_id, since=name.since, zh=name.zh, en=name.en, ko=name.ko
    )


def certify_recovery(founder: Founder, name: RecoveryName, public: PublicKey) -> RecoveryKey:
    """The root vouches for the first of this recovery key."""
    draft = founder.draft("key_certified", "certificates", uuid4(), kind=f"recovery/{name}")
    row = founder.certify(draft, "recovery", f"recovery/{name}/1", encryption=public.raw)
    draft.subject = ("certificates", row.id)
    founder.record(draft)
    return RecoveryKey(row.id, public)


def enrol(founder: Founder, authority_id: UUID, username: str, password: str) -> tuple[UUID, OfficerKeys]:
    """An officer with new keys, locked under a password."""
    officer_id = uuid4()
    keys = OfficerKeys(SecretKey.generate(), SigningKey.generate(), random_bytes(OTP_BYTES))
    binding = Binding(founder.installation, "officers", officer_id.bytes, "locked_keys", b"")
    draft = founder.draft("officer_enrolled", "officers", officer_id)
    locked = lock_officer(keys, password, pepper=founder.pepper, binding=binding)
    _officer(founder, draft, officer_id, authority_id, username, keys.secret, keys.signing, locked)
    founder.record(draft)
    return officer_id, keys


def invite(
    founder: Founder, authority_id: UUID, username: str, *, expires_at: datetime
) -> tuple[UUID, PublicKey, EnrolmentCode]:
    """An officer who is still to enrol: their keys lie under a code, which goes to them alone."""
    officer_id, enrolment_id, code = uuid4(), uuid4(), EnrolmentCode.draw()
    secret, signing = SecretKey.generate(), SigningKey.generate()
    binding = Binding(founder.installation, "enrolments", enrolment_id.bytes, "locked_keys", officer_id.bytes)
    draft = founder.draft("invited", "officers", officer_id, expires=written(expires_at))
    _officer(founder, draft, officer_id, authority_id, username, secret, signing)
    enrolment = Enrolment(
        id=enrolment_id,
        officer_id=officer_id,
        lookup=code.lookup(founder.installation),
        locked_keys=lock_keys(secret, signing, code, binding),
        expires_at=expires_at,
        used_at=None,
    )
    draft.names(enrolment)
    founder.session.add(enrolment)
    founder.record(draft)
    return officer_id, secret.public, code


def _officer(
    founder: Founder,
    draft: Draft,
    officer_id: UUID,
    authority_id: UUID,
    username: str,
    secret: SecretKey,
    signing: SigningKey,
    locked: bytes | None = None,
) -> None:
    """The row with its certificate; without locked keys the officer is still to enrol."""
    public, verify = secret.public.raw, signing.public.raw
    certificate = founder.certify(draft, "officer", f"officer/{officer_id}", encryption=public, signing=verify)
    officer = Officer(
        id=officer_id,
        username=username,
        authority_id=authority_id,
        state=OfficerState.ACTIVE if locked else OfficerState.ENROLLING,
        locked_keys=locked,
        public_key=public,
        verify_key=verify,
        certificate_id=certificate.id,
    )
    draft.facts = {**draft.facts, "fingerprint": certificates.fingerprint(certificate.body)}
    draft.authority_id = authority_id
    draft.names(officer)
    founder.session.add(officer)
    founder.session.flush()  # what refers to the officer comes after


def open_desk(
    founder: Founder,
    authority_id: UUID,
    duty: Duty,
    officers: Mapping[UUID, PublicKey],
    recovery: RecoveryKey | None = None,
) -> UUID:
    """A desk with its first epoch, and a seat for each officer; a demonstration has no recovery."""
    desk_id, epoch_id, secret = uuid4(), uuid4(), SecretKey.generate()
    draft = founder.draft("desk_opened", "desks", desk_id, duty=str(duty), epoch=1)
    draft.authority_id = authority_id
    certificate = founder.certify(draft, "desk", desk_subject(authority_id, duty, 1), encryption=secret.public.raw)
    desk = Desk(id=desk_id, authority_id=authority_id, duty=duty)
    epoch = DeskEpoch(
        id=epoch_id,
        desk_id=desk_id,
        epoch=1,
        public_key=secret.public.raw,
        certificate_id=certificate.id,
        previous=None,
        opened_at=founder.now,
        closed_at=None,
    )
    draft.facts = {**draft.facts, "fingerprint": certificates.fingerprint(certificate.body)}
    draft.names(desk, epoch)
    founder.session.add_all([desk, epoch])
    founder.session.flush()  # what refers to the epoch comes after
    if recovery is not None:
        grant = recoverable(founder.installation, epoch, secret, recovery)
        draft.names(grant)
        founder.session.add(grant)
    founder.record(draft)
    for officer_id, public in officers.items():
        _seat(founder, authority_id, duty, epoch, secret, officer_id, public)
    touch(founder.session)
    return desk_id


def recoverable(installation: bytes, epoch: DeskEpoch, secret: SecretKey, recovery: RecoveryKey) -> RecoveryGrant:
    """The desk's key for those who hold shares of the recovery key."""
    grant_id = uuid4()
    binding = Binding(installation, "recovery_grants", grant_id.bytes, "wrapped", epoch.id.bytes)
    wrapped = envelope.wrap(secret.seed, recovery.public, binding)
    return RecoveryGrant(id=grant_id, desk_epoch_id=epoch.id, certificate_id=recovery.certificate_id, wrapped=wrapped)


def _seat(
    founder: Founder,
    authority_id: UUID,
    duty: Duty,
    epoch: DeskEpoch,
    secret: SecretKey,
    officer_id: UUID,
    public: PublicKey,
) -> None:
    seat_id = uuid4()
    binding = Binding(founder.installation, "seats", seat_id.bytes, "wrapped", epoch.id.bytes)
    seat = Seat(
        id=seat_id,
        desk_epoch_id=epoch.id,
        officer_id=officer_id,
        wrapped=envelope.wrap(secret.seed, public, binding),
        seated_at=founder.now,
        left_at=None,
    )
    draft = founder.draft("seated", "seats", seat_id, officer=str(officer_id), duty=str(duty), epoch=epoch.epoch)
    draft.authority_id = authority_id
    draft.names(seat)
    founder.session.add(seat)
    founder.record(draft)


def touch(session: Session) -> None:
    """Tell every process that desks or seats changed."""
    session.info.pop(READ, None)
    raised = update(rows.Installation).values(generation=rows.Installation.generation + 1)
    session.execute(raised, execution_options={"synchronize_session": False})  # nobody reads it from a row held here


def origin_of(session: Session) -> str:
    """The ledger's name."""
    return session.get_one(LedgerHead, 1).origin


def installation_of(session: Session) -> rows.Installation:
    """The row that says which installation this is."""
    return session.scalars(select(rows.Installation)).one()
