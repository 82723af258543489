"""Where the secrets of a new installation go that it does not keep: to files that the operator named, or on the screen.

The files are made, empty, before anything else, so that a full disk or a wrong path costs nothing; what was written is
read back; and when the installation fails they are taken away, for they would open nothing.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal.domain.errors import StartError


@dataclass(frozen=True, slots=True)
class Handover:
    """Files and a folder for what leaves the installation; None where it is shown instead."""

    root_key: Path | None
    recovery: Path | None  # a folder
    codes: Path | None
    _made: list[Path] = field(default_factory=list)

    def reserve(self, home: Path, shares: Iterable[str]) -> None:
        """Make every file; raises StartError for one inside the home, one that is there, one that cannot be made."""
        try:
            if self.recovery is not None:
                _outside(self.recovery, home)
                self.recovery.mkdir(mode=0o700, parents=True, exist_ok=True)
                for name in shares:
                    self._reserve(self.recovery / name, home)
            for path in (self.root_key, self.codes):
                if path is not None:
                    self._reserve(path, home)
        except StartError:
            self.withdraw()
            raise
        except OSError as error:
            self.withdraw()
            raise StartError(f"cannot write {error.filename}: {error.strerror}; name another place") from None

    def _reserve(self, path: Path, home: Path) -> None:
        _outside(path, home)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        self._made.append(path)

    def write(self, root_key: str, shares: Mapping[str, str], codes: Iterable[str]) -> tuple[Mapping[str, str], str]:
        """Write what has a file. Returns the shares as they read back, and the text that is to be shown instead."""
        shown: list[str] = []
        if self.root_key is None:
            shown += ["", "根钥匙 root key:", root_key]
        else:
            _write(self.root_key, root_key)
        if self.recovery is None:
            for name, words in shares.items():
                shown += ["", f"{name}:", words]
        if self.codes is None:
            shown += ["", "开通码 enrolment codes:", *codes]
        else:
            _write(self.codes, "\n".join(codes))
        return self.write_shares(shares), "\n".join(shown)

    def write_shares(self, shares: Mapping[str, str]) -> Mapping[str, str]:
        """Write the shares, where they have a folder. Returns them as they read back."""
        if self.recovery is None:
            return dict(shares)
        for name, words in shares.items():
            _write(self.recovery / name, words)
        return {name: (self.recovery / name).read_text("utf-8").strip() for name in shares}

    def withdraw(self) -> None:
        """Take away what was made."""
        for path in self._made:
            path.unlink(missing_ok=True)


def _outside(path: Path, home: Path) -> None:
    """What the installation must not keep must not lie in it: every backup would carry it."""
    if path.resolve().is_relative_to(home.resolve()):
        raise StartError(f"{path} lies inside PORTAL_HOME, and so in every backup; name a place outside")


def _write(path: Path, text: str) -> None:
    try:
        with path.open("w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StartError(f"cannot write {path}: {error.strerror}; nothing was made") from None
