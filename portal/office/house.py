"""What every use case needs and no request changes: the installation, its keys and its rules, in one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crypto.keys import SigningKey, VerifyKey
from crypto.primitives import Binding
from portal.office.directory import DirectoryCache
from portal.office.kdf import KdfGate
from portal.office.newest import NewestBook
from portal.office.recording import EntryKey
from portal.policy.editions import Policies


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
    log_keys: tuple[VerifyKey, ...]  # certified: who may sign checkpoints
    kdf: KdfGate
    secret: bytes = field(repr=False)
    pepper: bytes = field(repr=False)
    promise_key: SigningKey = field(repr=False)

    @property
    def policies(self) -> Policies:
        """The editions in force when this process read the directory last."""
        return self.directories.editions.policies

    def binding(self, table: str, row: bytes, part: str, key_id: bytes = b"") -> Binding:
        """Where a ciphertext of this installation stands."""
        return Binding(self.installation, table, row, part, key_id)
