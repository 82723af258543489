"""The limited rich text of officers' notices: bleach's one job. What reporters write is plain text and escaped."""

import bleach
from markupsafe import Markup

TAGS = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "a"})
SCHEME = "https"


def notice(text: str) -> Markup:
    """Markup of a notice: eight tags, links to https alone; everything else loses its tags and keeps its words."""
    cleaned = bleach.clean(text, tags=TAGS, attributes=_allowed, protocols={SCHEME}, strip=True)
    return Markup(cleaned)  # noqa: S704 — bleach has just cleaned it


def _allowed(tag: str, name: str, value: str) -> bool:
    return tag == "a" and name == "href" and value.startswith(f"{SCHEME}://")
