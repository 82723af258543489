"""Options of a list as markup."""

from collections.abc import Iterable

from markupsafe import Markup, escape


def drawn(options: Iterable[tuple[object, str]], chosen: str | None) -> Markup:
    """Options of a list: (value, words)."""
    return Markup("\n".join(option(str(value), label, chosen) for value, label in options))  # noqa: S704 — escaped


def option(code: str, name: str, chosen: str | None) -> str:
    """One of them."""
    mark = " selected" if code == chosen else ""
    return f'<option value="{escape(code)}"{mark}>{escape(name)}</option>'
