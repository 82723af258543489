"""What must be handed on first, without discretion: nobody ends the case by another way while such a limit runs.

An alleged death goes to the government (C07, 安全生产法 73(2)), a concealment to the committee (C10,
吉防办发〔2022〕42号 第27项).
"""

from collections.abc import Collection
from types import MappingProxyType
from typing import Final

from portal.domain.errors import MustReferError
from portal.domain.vocabulary import Action

# Rule → the steps that it holds up until somebody was told.
HOLDS: Final = MappingProxyType(
    {
        "C07": frozenset({Action.DECLINE, Action.BLOCK, Action.MERGE, Action.CONCLUDE, Action.CLOSE}),
        "C10": frozenset({Action.DECLINE, Action.BLOCK, Action.MERGE, Action.CONCLUDE, Action.CLOSE}),
    }
)


def require_free(running: Collection[str], action: Action) -> None:
    """Raise MustReferError while a rule of those that run holds a step up."""
    for rule, held in HOLDS.items():
        if rule in running and action in held:
            raise MustReferError(rule)
