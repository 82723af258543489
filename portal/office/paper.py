"""One-time codes on paper (RFC 4226), for offices where no telephone may be: used in order, each struck out.

They come from the officer's secret by a label of their own, so that a sheet says nothing of the codes on a telephone.
Eight digits: whoever tries one of those that are good next guesses right once in ten million.
"""

import base64
from dataclasses import dataclass

import pyotp
from sqlalchemy.orm import Session

from crypto.primitives import derive, same
from portal.domain.access import Actor
from portal.domain.errors import SignInError
from portal.store.officers import OtpStep

DIGITS = 8
SHEET = 40  # codes on one sheet
AHEAD = 10  # codes that may have been skipped


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """One line of the sheet."""

    number: int  # from 1
    code: str


def sheet(otp: bytes, first: int = 0) -> tuple[PrintedCode, ...]:
    """The codes from a number on (0 is the first)."""
    return tuple(PrintedCode(at + 1, _hotp(otp).at(at)) for at in range(first, first + SHEET))


def next_of(session: Session, actor: Actor) -> int:
    """Which code comes next for an officer."""
    row = session.get(OtpStep, actor.officer_id)
    return row.printed if row else 0


def number_of(otp: bytes, code: str, first: int) -> int:
    """Which of the next codes this is. Raises SignInError for none."""
    for at in range(first, first + AHEAD):
        if same(_hotp(otp).at(at).encode(), code.encode()):
            return at
    raise SignInError("name, password or code")


def _hotp(otp: bytes) -> pyotp.HOTP:
    secret = derive(otp, "printed-codes", length=20)
    return pyotp.HOTP(base64.b32encode(secret).decode(), digits=DIGITS)
