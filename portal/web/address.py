"""The address that people know the portal by: PORTAL_PUBLIC_URL decides it, no header does.

Behind a proxy that ends TLS the server sees http and whatever Host a client sends; redirects, HSTS and the printed
address follow the setting, also when the proxy was not named as trusted.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from portal.environment import is_loopback
from portal.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ASKED_HOST = "portal.asked_host"  # in the WSGI environment: the host as the client named it


class PublicAddress:
    """WSGI: says https and the public host to the application where the setting says so."""

    def __init__(self, application: "WSGIApplication", settings: Settings) -> None:
        public = urlsplit(settings.public_url)
        self._application = application
        self._public = None if is_loopback(public.hostname or "") else public

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer as the public host."""
        environ[ASKED_HOST] = environ.get("HTTP_HOST", "")
        if self._public is not None:
            environ["wsgi.url_scheme"] = self._public.scheme
            environ["HTTP_HOST"] = self._public.netloc
        return self._application(environ, start_response)
