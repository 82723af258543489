"""The sentences of a language, read from its `portal.po`.

It knows the shape in which this project keeps the files (what tests hold them to) and no more: messages and their
forms by number, in the quotation that JSON shares. Babel's reader keeps comments, places and flags of each message,
and took a tenth of a start.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

FIELD = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[[01]\])?) (".*"(?:\n".*")*)$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a language says for a sentence of the source: one form, or one for 1 and one for every other number."""

    said: Mapping[str, tuple[str, ...]]

    def gettext(self, message: str) -> str:
        """Translate; what is not said stays as it is."""
        found = self.said.get(message)
        return found[0] if found else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Translate by number."""
        found = self.said.get(msgid1)
        if not found:
            return msgid1 if n == 1 else msgid2
        return found[0] if n == 1 else found[-1]


def read(path: Path) -> Catalogue:
    """Read a catalogue."""
    return Catalogue(
        MappingProxyType({message: forms for message, forms in _entries(path.read_text("utf-8")) if message})
    )


def _entries(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    message = ""
    forms: tuple[str, ...] = ()
    for key, quoted in FIELD.findall(text):
        value = "".join(json.loads(line) for line in quoted.split("\n"))
        if key == "msgid":
            if any(forms):
                yield message, forms
            message, forms = value, ()
        elif key != "msgid_plural":
            forms = (*forms, value)
    if any(forms):
        yield message, forms
