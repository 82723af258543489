"""What pages of casework say about its values: investigators of another area, allegations, sums."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from flask import Flask
from markupsafe import Markup

from portal.domain.case_vocabulary import PaperKind
from portal.domain.money import yuan
from portal.office.sheets import Investigator
from portal.web.choices import drawn
from portal.web.i18n import N_, gettext

# What a button to write a paper says.
WRITE: Mapping[PaperKind, str] = MappingProxyType(
    {
        PaperKind.NOTE: N_("写办案记录"),
        PaperKind.PLAN: N_("写核查方案"),
        PaperKind.VISIT: N_("记现场检查"),
        PaperKind.FINDING: N_("逐项认定"),
        PaperKind.PENALTY: N_("记处罚"),
        PaperKind.CONCLUSION: N_("提出核查结论"),
        PaperKind.ORDER: N_("责令整改"),
        PaperKind.REVIEW: N_("提出复查结论"),
    }
)


def officer_choices(options: Iterable[Investigator], chosen: str | None) -> Markup:
    """Investigators as options; those of another area say so, with their office."""
    return drawn([(one.id, _across(one)) for one in options], chosen)


def write_word(kind: PaperKind) -> str:
    """What a button to write such a paper says."""
    return gettext(WRITE[kind])


def install(app: Flask) -> None:
    """Put them into Jinja."""
    app.jinja_env.filters.update(yuan=yuan, write_word=write_word)
    app.jinja_env.globals.update(choices=drawn, officer_choices=officer_choices, item_choices=item_choices)


def item_choices(items: Iterable[str], chosen: Any) -> Markup:
    """The allegations of a plan as options, by their numbers."""
    return drawn([(number, f"{number}. {said}") for number, said in enumerate(items, 1)], chosen)


def _across(one: Investigator) -> str:
    return gettext("%(name)s（跨区：%(office)s）", name=one.name, office=one.across) if one.across else one.name
