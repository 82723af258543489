"""Typed readers of environment variables: each returns a value that makes sense or refuses in one line.

It knows shapes (numbers, flags, addresses, networks), not what the portal does with them.
"""

import difflib
import re
from collections.abc import Collection, Mapping
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from portal.domain.errors import StartError
from portal.domain.mailing import ADDRESS

Network = IPv4Network | IPv6Network

FLAGS = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}
HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach the host (an address or `localhost`)."""
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return host == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None  # as an IPv6 socket names IPv4 peers
    return (mapped or address).is_loopback


class Environment:
    """Reads one process environment; a variable set to nothing counts as not set."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str) -> str | None:
        """Return the text without the blanks around it, or None."""
        return self._environ.get(name, "").strip() or None

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number between low and high, both included."""
        text = self.text(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise StartError(f"{name} must be a whole number from {low} to {high}, not {text!r}")
        return int(text)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a yes or a no."""
        text = self.text(name)
        if text is None:
            return default
        if text.lower() not in FLAGS:
            raise StartError(f"{name} must be yes or no, not {text!r}")
        return FLAGS[text.lower()]

    def path(self, name: str, default: Path) -> Path:
        """Return an absolute path; a relative one starts in the working directory."""
        text = self.text(name)
        return Path(text).expanduser().resolve() if text else default

    def chosen(self, name: str, allowed: frozenset[str]) -> frozenset[str]:
        """Return the words of a comma-separated list, all of them when it is not set."""
        text = self.text(name)
        if text is None:
            return allowed
        words = frozenset(word.strip() for word in text.split(","))
        if not words <= allowed:
            raise StartError(f"{name} may list {', '.join(sorted(allowed))}, not {text!r}")
        return words

    def word(self, name: str, allowed: Collection[str]) -> str | None:
        """Return one of these words, or None."""
        text = self.text(name)
        if text is not None and text not in allowed:
            raise StartError(f"{name} must be {' or '.join(allowed)}, not {text!r}")
        return text

    def url(self, name: str, default: str, schemes: Collection[str]) -> str:
        """Return an address with one of these schemes; a refusal does not repeat it, it may hold a password."""
        text = self.text(name) or default
        scheme, found, rest = text.partition("://")
        if not found or scheme not in schemes or not rest:
            raise StartError(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return text

    def origin(self, name: str, default: str) -> str:
        """Return `http(s)://host[:port]` without a slash at the end."""
        text = (self.text(name) or default).rstrip("/")
        try:
            parts = urlsplit(text)
            whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:
            whole = False
        if not whole or f"{parts.scheme}://{parts.netloc}" != text or "@" in parts.netloc:
            raise StartError(f"{name} must look like https://report.example.cn, not {text!r}")
        return text

    def host(self, name: str, default: str) -> str:
        """Return an IP address or a host name to listen on."""
        text = (self.text(name) or default).strip("[]")
        if HOST_NAME.fullmatch(text) is None:
            try:
                ip_address(text)
            except ValueError:
                raise StartError(f"{name} must be an IP address or a host name, not {text!r}") from None
        return text

    def addresses(self, name: str) -> tuple[str, ...]:
        """Return the mail addresses of a comma-separated list, none when it is not set."""
        text = self.text(name)
        found = tuple(part.strip() for part in text.split(",")) if text else ()
        if wrong := [one for one in found if ADDRESS.fullmatch(one) is None]:
            raise StartError(f"{name} must list mail addresses like seal@jiwei.example.cn, not {wrong[0]!r}")
        return found

    def networks(self, name: str) -> tuple[Network, ...]:
        """Return the networks of a comma-separated list, none when it is not set."""
        text = self.text(name)
        if text is None:
            return ()
        try:
            return tuple(ip_network(part.strip()) for part in text.split(","))
        except ValueError:
            raise StartError(f"{name} must list addresses or networks like 10.0.0.0/8, not {text!r}") from None

    def refuse_misspelt(self, prefix: str, known: Collection[str]) -> None:
        """Refuse a variable that is a known one but for a slip: it would be passed over in silence."""
        for name in sorted(self._environ):
            if name.startswith(prefix) and name not in known:
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.9)
                if near:
                    raise StartError(f"{name} is not a setting; {near[0]} is")
