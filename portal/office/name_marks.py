"""Name marks: by which a payee is known to be called as whoever reported, while nobody reads that name (decision 056).

    mark = seal(key of the receipt, MAC(server's secret, name) ‖ which secret ‖ since when ‖ through whose hands)
Whoever has a copy of the database, and every desk, sees a sealed text of one length; with a copy and the receipt, but
without the server's secret, no name can be tried. It is kept exactly as long as the name itself is.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from struct import Struct
from uuid import UUID

from crypto import envelope
from crypto.errors import CryptoError
from crypto.primitives import Binding, derive, mac, same
from portal.domain.payee_names import NameCheck, normal
from portal.office.house import House
from portal.office.keyring import ReporterKey

_FORM = Struct(">32s8sQ?")
log = logging.getLogger("portal.name_marks")


@dataclass(frozen=True, slots=True)
class Weighed:
    """How a report's name stands beside a grant: what a name that fits comes to, and which name does."""

    check: NameCheck
    mark: "_Mark | None" = None

    @property
    def comparable(self) -> bool:
        """Whether a name can be compared."""
        return self.mark is not None

    def fits(self, house: House, report_id: UUID, name: str) -> bool:
        """Whether this is the name. Only where one can be compared."""
        return self.mark is not None and same(self.mark.digest, _digest(house, report_id, name))


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark, open."""

    digest: bytes
    secret_id: bytes
    since: int  # seconds
    hands: bool

    def as_bytes(self) -> bytes:
        return _FORM.pack(self.digest, self.secret_id, self.since, self.hands)


def made(house: House, reporter: ReporterKey, name: str, *, now: datetime, hands: bool = False) -> bytes:
    """The mark of a name, for the receipt of whoever gave it; `hands`: an officer has drawn a code for this report."""
    said = _Mark(_digest(house, reporter.report_id, name), _secret_id(house), int(now.timestamp()), hands)
    return _seal(house, reporter, said)


def again(house: House, reporter: ReporterKey, before: bytes | None, name: str, *, now: datetime, hands: bool) -> bytes:
    """The mark of a name that was given anew: of the same name the one before stands, with its day."""
    known = _opened(house, reporter, before)
    if known is not None and same(known.digest, _digest(house, reporter.report_id, name)):
        return _seal(house, reporter, known)
    return made(house, reporter, name, now=now, hands=hands)


def carried(house: House, before: ReporterKey, after: ReporterKey, mark: bytes | None) -> bytes | None:
    """The same mark for the code that takes the place of another: whoever changes it holds both in that moment."""
    known = _opened(house, before, mark)
    return None if known is None else _seal(house, after, known)


def weigh(house: House, reporter: ReporterKey, mark: bytes | None, granted_at: datetime) -> Weighed:
    """How the name stands beside a grant."""
    known = _opened(house, reporter, mark)
    if known is None or not same(known.secret_id, _secret_id(house)):
        return Weighed(NameCheck.UNKNOWN)
    if known.hands:
        return Weighed(NameCheck.HANDS, known)
    given_at = datetime.fromtimestamp(known.since, UTC)
    return Weighed(NameCheck.SAME if given_at <= granted_at else NameCheck.LATE, known)


def _seal(house: House, reporter: ReporterKey, said: _Mark) -> bytes:
    return envelope.seal(_key(house, reporter), said.as_bytes(), _place(house, reporter))


def _opened(house: House, reporter: ReporterKey, mark: bytes | None) -> _Mark | None:
    if mark is None:
        return None
    try:
        return _Mark(*_FORM.unpack(envelope.unseal(_key(house, reporter), mark, _place(house, reporter))))
    except CryptoError as error:
        log.error("a name mark does not open: %s", type(error).__name__)  # noqa: TRY400 — no values
        return None


def _key(house: House, reporter: ReporterKey) -> bytes:
    """From the receipt alone; each sealing draws a salt of its own, so that several may share it."""
    return derive(reporter.secret.seed, "name-mark", salt=house.installation)


def _place(house: House, reporter: ReporterKey) -> Binding:
    return house.binding("reports", reporter.report_id.bytes, "name_mark", reporter.receipt_id.bytes)


def _digest(house: House, report_id: UUID, name: str) -> bytes:
    return mac(
        house.secret, b"payee-name", house.installation, report_id.bytes, normal(name).encode("utf-8", "replace")
    )


def _secret_id(house: House) -> bytes:
    """Which secret made a digest: a mark of another cannot be compared, and says nothing of the name."""
    return mac(house.secret, b"payee-name-id", house.installation)[:8]
