"""What every use case needs and no request changes: the installation, its keys and its rules, in one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import MappingProxyType
from typing import Self
from urllib.parse import urlsplit

from crypto.keys import SigningKey, VerifyKey
from crypto.primitives import Binding
from portal.domain.files import Allowance
from portal.environment import is_loopback
from portal.office.directory import DirectoryCache
from portal.office.kdf import KdfGate
from portal.office.log_keys import LogRoll
from portal.office.newest import NewestBook
from portal.office.recording import EntryKey
from portal.office.scanning import Scanner
from portal.policy.editions import Policies
from portal.store.blobs import Blobs

PORTS = MappingProxyType({"http": 80, "https": 443})


@dataclass(frozen=True, slots=True)
class Site:
    """What browsers call the portal: passkeys belong to this host, and are asked for on pages of this origin."""

    origin: str
    host: str  # "" where it is an address of digits: browsers make no passkeys for one

    @classmethod
    def of(cls, public_url: str) -> Self:
        """As PORTAL_PUBLIC_URL says; this machine alone is `localhost`, whatever its digits."""
        public = urlsplit(public_url)
        host = "localhost" if is_loopback(public.hostname or "") else public.hostname or ""
        port = f":{public.port}" if public.port and public.port != PORTS.get(public.scheme) else ""
        return cls(f"{public.scheme}://{host}{port}", "" if _is_address(host) else host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class House:
    """Passed to every use case; made once by the factory."""

    installation: bytes  # 16 bytes, the installation's id
    origin: str  # the ledger's name
    demo: bool
    directories: DirectoryCache
    entry_key: EntryKey
    entry_keys: Mapping[bytes, EntryKey]  # those of older entries too, by their ids
    newest: NewestBook
    log: LogRoll  # certified: who may sign checkpoints, and from when on
    log_hour: int  # of the day, at which the public checkpoint moves
    kdf: KdfGate
    blobs: Blobs  # sealed files; rows say which
    allowance: Allowance  # of files, for each report
    scanner: Scanner | None  # that looks at files for viruses
    site: Site
    secret: bytes = field(repr=False)
    pepper: bytes = field(repr=False)
    promise_key: SigningKey = field(repr=False)

    @property
    def log_keys(self) -> tuple[VerifyKey, ...]:
        """Every key that ever signed checkpoints, oldest first."""
        return self.log.keys

    @property
    def policies(self) -> Policies:
        """The editions in force when this process read the directory last."""
        return self.directories.editions.policies

    def binding(self, table: str, row: bytes, part: str, key_id: bytes = b"") -> Binding:
        """Where a ciphertext of this installation stands."""
        return Binding(self.installation, table, row, part, key_id)
