"""The demonstration's tour: what to try, who is who with live codes, and the same report on disk and on screen."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.vocabulary import Duty, LetterKind
from portal.office.demo import ACCOUNTS, TOUR
from portal.settings import Settings
from portal.store.reports import Letter
from portal.web.i18n import N_, gettext

SHOWN = 600  # characters of a ciphertext
MAILBOXES: Mapping[str, str] = {
    "seen": N_("有人申请看举报人的身份，看过，到期销毁了"),
    "consent": N_("单位想看举报人的身份，要举报人同意，等着回答"),
    "agreed": N_("举报人同意了，姓名和电话被看过"),
    "withheld": N_("有一次知悉依法暂不告知，写着哪天告诉举报人"),
    "files": N_("传过照片和 PDF，写着办公室看得到什么、去掉了什么"),
    "original": N_("传过一段录音，像姓名一样封存；公安机关要调原件，还没有人同意"),
    "result": N_("核查有了结果，责令整改，四项都写着；奖金已经付了"),
    "objected": N_("对结果提了异议，等上一级复查"),
    "reward": N_("批准了奖励，写着怎么算的，等举报人领取"),
    "contested": N_("没有留姓名，不予奖励；举报人提了异议，等上一级再看"),
    "revoked": N_("奖励批准以后撤销了，写着理由；举报人提了异议，等没有参与过的人再看"),
    "retaliated": N_("说自己因为举报被辞退，写着怎么保护"),
    "asked": N_("单位请举报人补充，等着回答"),
    "declined": N_("不予受理，写着理由和依据"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the cast."""

    username: str
    password: str
    code: str
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """The cast of one authority."""

    name: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows beside the steps."""

    offices: tuple[Office, ...]
    disk: str
    seen: str
    mailboxes: tuple[tuple[str, str], ...]  # what there is to see, and the code


def show(session: Session, settings: Settings, *, now: datetime) -> Shown:
    """Read the demonstration's own files and one sealed row."""
    accounts = json.loads((settings.home / ACCOUNTS).read_text(encoding="utf-8"))
    tour = json.loads((settings.home / TOUR).read_text(encoding="utf-8"))
    body = session.scalars(
        select(Letter.body).where(Letter.report_id == UUID(tour["report"]), Letter.kind == LetterKind.NARRATIVE)
    ).one()
    offices = tuple(
        Office(name, tuple(_member(one, now) for one in group))
        for name, group in groupby(accounts, key=itemgetter("authority"))
    )
    codes = tour["mailboxes"]  # a demonstration made by an earlier version has fewer
    mailboxes = tuple((gettext(said), codes[what]) for what, said in MAILBOXES.items() if what in codes)
    return Shown(offices, base64.b64encode(body).decode()[:SHOWN] + "…", tour["text"], mailboxes)


def _member(account: Mapping[str, Any], now: datetime) -> Member:
    duties = tuple(Duty(duty) for duty in account["duties"])
    return Member(account["username"], account["password"], pyotp.TOTP(account["totp_secret"]).at(now), duties)


def steps() -> list[str]:
    """What to try, in order."""
    return [
        gettext("在首页点“我要举报”，选长春或者四平的一个地方，写一件编出来的事，留姓名和电话。"),
        gettext("抄下查询码，打开查询箱：看到“至今无人看过您的身份 · 0 次”。"),
        gettext(
            "用下面的受理员账号登录办理端（选接收单位的那一个），看看“超期”“等举报人补充”“有新来信”，再打开您那一件：看得到内容，看不到姓名。"
        ),
        gettext("写一句案由，点“受理”，再给举报人写一封信，退出登录。"),
        gettext("回到查询箱：看到受理编号、办结期限和来信，也看到谁在什么时候做了什么。"),
        gettext("用分管领导的账号打开这一件，分给一位核查员，写一句摘要；再用那位核查员的账号登录：只看得到摘要。"),
        gettext(
            "用下面写着“批准了奖励”的查询码打开查询箱，点“奖励”，到柜台领取；再用省里两名发放人员的账号登录：看得到发给谁、发多少，看不到为哪一件。"
        ),
        gettext("用审计员的账号登录：谁在什么时候看过、办过，条条都在；举报内容和举报人，一个字也没有。"),
    ]
