"""How often one network may do what: only POSTs count, no address is kept, a text report is never refused.

The key is HMAC(secret and a salt of the day, /24 or /48); counters live in a file that may be lost.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from limits.strategies import RateLimiter

from crypto.primitives import mac
from portal.domain.errors import PortalError
from portal.environment import Network
from portal.settings import Settings
from portal.web.counters import FileCounters

log = logging.getLogger("portal.limits")

REPORTS, MAILBOXES, SIGN_INS = "20 per hour", "10 per minute", "10 per minute"
PER_RECEIPT = "30 per 10 minutes"
GIVINGS = "20 per hour"  # of who one is, for one report
FRESH_CODES = "20 per 10 minutes"  # one-time codes tried by an officer who is signed in: as many as there are
DECODING = "120000 per 10 minutes"  # milliseconds that a decoder works for one network: a fifth of one's time
PREFIX = {4: 24, 6: 48}

Address = IPv4Address | IPv6Address


class TooOftenError(PortalError):
    """One network, or one code, was tried too often (429)."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"try again in {minutes} minutes")
        self.minutes = minutes


@dataclass(slots=True)
class Limits:
    """The limiter of one application, with the salt of the day."""

    limiter: Limiter
    secret: bytes
    trusted: Sequence[Network]
    _salt: tuple[date, bytes] | None = None

    def over(self, what: str, limit: str, who: bytes) -> bool:
        """Count one and say whether it was one too many; a broken counter stops nobody."""
        return not self.asked(lambda counters: counters.hit(parse(limit), what, self._key(who)))

    def asked(self, question: Callable[[RateLimiter], bool]) -> bool:
        """Answer a question whether something may be; yes where the counters are broken."""
        try:
            return question(self.limiter.limiter)
        except self.limiter.storage.base_exceptions as error:
            log.warning("the counters cannot be used, nothing is limited: %s", type(error).__name__)
            return True

    def require(self, what: str, limit: str, who: bytes) -> None:
        """Count one, or raise TooOftenError."""
        if self.over(what, limit, who):
            raise TooOftenError(max(1, parse(limit).get_expiry() // 60))

    def seconds(self, what: str, limit: str, who: bytes) -> "Seconds":
        """Time that may be spent on somebody; the limit counts milliseconds."""
        return Seconds(self, parse(limit), what, self._key(who))

    def network(self) -> bytes:
        """The network a request came from, /24 or /48; lives for this request."""
        address = _peer(self.trusted)
        network = ip_network((address, PREFIX[address.version]), strict=False)
        return network.network_address.packed

    def _key(self, who: bytes) -> str:
        today = datetime.now(UTC).date()
        if self._salt is None or self._salt[0] != today:
            storage = self.limiter.storage
            self._salt = (today, storage.daily_salt() if isinstance(storage, FileCounters) else b"")
        day = today.isoformat().encode()
        return mac(self.secret, b"limit", day, self._salt[1], who).hex()[:32]


@dataclass(frozen=True, slots=True)
class Seconds:
    """What is left of the time that may be spent on somebody; lives for a request."""

    limits: Limits
    limit: RateLimitItem
    what: str
    key: str

    def left(self) -> bool:
        """Whether some is."""
        return self.limits.asked(lambda counters: counters.test(self.limit, self.what, self.key))

    def spend(self, seconds: float) -> None:
        """Take so much of it; the last piece may be longer than what is left."""
        cost = max(1, round(1000 * seconds))
        self.limits.asked(lambda counters: counters.hit(self.limit, self.what, self.key, cost=cost))


def install(app: Flask, settings: Settings) -> None:
    """Make the limiter; nothing is limited by default, each view says what counts."""
    uri = settings.limits_url.replace("sqlite:///", "portal-sqlite:///")
    limiter = Limiter(
        key_func=lambda: "",
        app=Flask(app.name),  # not ours, where it would look for limits of a route before and after each request
        storage_uri=uri,
        strategy="fixed-window",
        swallow_errors=True,
        headers_enabled=False,
    )
    app.extensions["portal.limits"] = Limits(limiter, settings.secret, settings.trusted_proxies)


def limits() -> Limits:
    """The limits of this application."""
    found: Limits = current_app.extensions["portal.limits"]
    return found


def _peer(trusted: Sequence[Network]) -> Address:
    """Who is asking: the peer, or whom a trusted proxy speaks for."""
    peer = _plain(ip_address(request.remote_addr or "127.0.0.1"))
    if not any(peer in network for network in trusted):
        return peer
    for said in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        try:
            address = _plain(ip_address(said.strip()))
        except ValueError:
            break
        if not any(address in network for network in trusted):
            return address
    return peer


def _plain(address: Address) -> Address:
    """An IPv4 address that came in by an IPv6 socket is an IPv4 address: all of them share one IPv6 network."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
