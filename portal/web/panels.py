"""Panels of forms that nobody typed into, drawn once: what a page has of its own is put into its places.

Only a macro of an imported file is kept, which sees what it is given and nothing else of the page: the address, the
step that was seen last and the token are put in anew each time, and whatever more it is given is part of what it is
known by.
"""

import re
from collections.abc import Callable, Hashable
from functools import lru_cache

from flask import Flask
from markupsafe import Markup, escape

from portal.web.forms import PortalForm, csrf_token
from portal.web.i18n import current

MOST = 512  # panels kept: those of two languages, and of each choice of places a case may go to
ADDRESS, SEEN, TOKEN = "\x00", "\x01", "\x02"  # no text has them: what people type is cleaned
_PLACES = re.compile(f"([{ADDRESS}{SEEN}{TOKEN}])")
Panel = Callable[..., str]


def kept(panel: Panel, form: PortalForm, address: str, seen: int, *more: Hashable) -> Markup:
    """A panel with its form; as it was drawn before where nobody has typed into it and it is given the same."""
    if not form.blank:
        return Markup(panel(form, address, seen, *more))  # noqa: S704 — drawn by a template
    pieces = _drawn(panel, form, current().tag, more)
    filled = {ADDRESS: str(escape(address)), SEEN: str(seen), TOKEN: csrf_token()}
    return Markup("".join([filled.get(piece, piece) for piece in pieces]))  # noqa: S704 — so were they


@lru_cache(maxsize=MOST)
def _drawn(panel: Panel, form: PortalForm, language: str, more: tuple[Hashable, ...]) -> list[str]:
    """Its pieces, three of which stand for what a page puts in."""
    del language  # the reader's: a panel in another is another
    drawn = str(panel(form, ADDRESS, SEEN, *more)).replace(csrf_token(), TOKEN)
    return [piece for piece in _PLACES.split(drawn) if piece]


def install(app: Flask) -> None:
    """Put it into Jinja."""
    app.jinja_env.globals.update(kept=kept)
