"""The limited rich text of officers' notices: bleach's one job. What reporters write is plain text and escaped."""

from collections.abc import Mapping

import bleach
from markupsafe import Markup

TAGS = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "a"})
ATTRIBUTES: Mapping[str, list[str]] = {"a": ["href"]}
SCHEMES = frozenset({"https"})


def notice(text: str) -> Markup:
    """Markup of a notice: eight tags, links to https alone; everything else loses its tags and keeps its words."""
    cleaned = bleach.clean(text, tags=TAGS, attributes=dict(ATTRIBUTES), protocols=SCHEMES, strip=True)
    return Markup(cleaned)  # noqa: S704 — bleach has just cleaned it
