"""`portal init`: a real installation, its first officers invited, its desks open and recoverable.

The private half of the root key and those of the recovery keys exist while this runs, and then where the operator put
them. The officers' keys lie under their codes; whoever is to be trusted with the codes is said in decision 017.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from crypto.enrolment import EnrolmentCode
from crypto.keys import PublicKey, SecretKey, SigningKey
from portal.domain.jurisdiction import OPENING_DUTIES
from portal.domain.staff_vocabulary import RecoveryName
from portal.domain.vocabulary import Duty
from portal.office import founding, installing, match_keys, recovery
from portal.office.founding import Founder, RecoveryKey
from portal.office.handover import Handover
from portal.office.recovery import Scheme
from portal.office.roster import Invitee
from portal.policy.editions import AuthorityTemplate
from portal.policy.loader import load_policies
from portal.settings import Settings, home_of
from portal.store.session import Store

CODE_LIFE = timedelta(hours=72)
PROVINCE = "office-220000"


@dataclass(frozen=True, slots=True)
class Order:
    """What the operator asked for."""

    officers: tuple[Invitee, ...]
    name: str  # who runs it; the province's office where it is empty
    shares: Scheme
    handover: Handover


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it."""

    home: Path
    origin: str
    public_url: str
    root_key: str  # its public half
    expires_at: datetime
    shown: str  # the secrets that have no file, to be shown once
    lacking: tuple[Duty, ...]  # duties that the province needs before `/report` opens, and nobody was named for


def install(environ: Mapping[str, str], order: Order, *, now: datetime) -> Made:
    """Make it in an empty home and an empty database. Raises StartError, and then leaves nothing behind."""
    home = home_of(environ)
    installing.require_empty(home)
    made: list[Made] = []
    order.handover.reserve(home, [one for name in RecoveryName for one in recovery.share_names(name, order.shares)])
    try:
        home = installing.install(environ, lambda settings, store: made.append(_fill(settings, store, order, now=now)))
    except BaseException:
        order.handover.withdraw()
        raise
    return replace(made[0], home=home)


def _fill(settings: Settings, store: Store, order: Order, *, now: datetime) -> Made:
    root = SigningKey.generate()
    recoveries = {name: SecretKey.generate() for name in RecoveryName}
    template = load_policies().authorities
    name = order.name or template.by_code[PROVINCE].name_on(now.date()).zh
    origin = f"{urlsplit(settings.public_url).netloc}/ledger/{{id}}"
    with store.transaction() as session:
        founder = installing.begin(settings, session, root, name=name, origin=origin, demo=False, now=now)
        certified = {name: founding.certify_recovery(founder, name, key.public) for name, key in recoveries.items()}
        codes = _staff(founder, template, order.officers, certified)
        match_keys.found(founder)
        shown = _hand_over(order, root, recoveries, codes)
        origin = founding.origin_of(session)
    installing.sign(settings, store, now=now)
    seated = {duty for one in order.officers if one.authority == PROVINCE for duty in one.duties}
    return Made(
        home=settings.home,
        origin=origin,
        public_url=settings.public_url,
        root_key=root.public.raw.hex(),
        expires_at=now + CODE_LIFE,
        shown=shown,
        lacking=tuple(duty for duty in OPENING_DUTIES if duty not in seated),
    )


def _staff(
    founder: Founder,
    template: AuthorityTemplate,
    officers: tuple[Invitee, ...],
    recoveries: Mapping[RecoveryName, RecoveryKey],
) -> list[str]:
    """The tree, the officers and their desks; returns a line with the code for each officer."""
    ids = founding.add_authorities(founder, template)
    lines = ["# 用户名 username\t单位 office\t岗位 duties\t开通码 code"]
    desks: dict[tuple[UUID, Duty], dict[UUID, PublicKey]] = {}
    for one in officers:
        officer_id, public, code = founding.invite(
            founder, ids[one.authority], one.username, expires_at=founder.now + CODE_LIFE
        )
        for duty in one.duties:
            desks.setdefault((ids[one.authority], duty), {})[officer_id] = public
        lines.append(_line(one, template.by_code[one.authority].name_on(founder.now.date()).zh, code))
    for (authority_id, duty), seated in desks.items():
        founding.open_desk(founder, authority_id, duty, seated, recoveries[recovery.name_for(duty)])
    return lines


def _line(one: Invitee, authority: str, code: EnrolmentCode) -> str:
    return "\t".join((one.username, authority, ",".join(one.duties), str(code)))


def _hand_over(order: Order, root: SigningKey, recoveries: Mapping[RecoveryName, SecretKey], codes: list[str]) -> str:
    """Give the secrets away, before the commit, and prove the shares as they were written."""
    shares = {name: recovery.split(key, order.shares) for name, key in recoveries.items()}
    files = {name: recovery.share_names(name, order.shares) for name in shares}
    written = {file: words for name in shares for file, words in zip(files[name], shares[name], strict=True)}
    kept, shown = order.handover.write(root.seed.hex(), written, codes)
    for name, key in recoveries.items():
        recovery.prove([kept[file] for file in files[name]], order.shares, key.public)
    return shown
