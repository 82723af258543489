"""What the codes in entries are called: the pages that auditors looked at, and why steps were refused.

They are msgids of the catalogue.
"""

from collections.abc import Mapping
from types import MappingProxyType

from portal.web.i18n import N_

PAGES: Mapping[str, str] = MappingProxyType(
    {
        "list": N_("台账列表"),
        "entry": N_("台账的一条"),
        "case": N_("一件的全程"),
        "officer": N_("一个人的一天"),
        "matrix": N_("谁看了什么"),
        "figures": N_("图表"),
        "signs": N_("值得看一看"),
        "inspection": N_("检查用表"),
        "export": N_("导出这一页"),
    }
)
# Why a step was refused, by the refusal's name; what is not here is shown by its name.
WHYS: Mapping[str, str] = MappingProxyType(
    {
        "NotAllowedError": N_("不由这个岗位办"),
        "StrangerError": N_("没有这一件，或者不归这个岗位"),
        "InterestError": N_("申报过本件涉及的单位或者场所"),
        "SamePersonError": N_("办过前面一步的人不能再办这一步"),
        "OwnMotionError": N_("不能复核自己的事"),
        "OwnAwardError": N_("提请、核查或者上次判过的人不能再判"),
        "AwardOpenError": N_("奖励已经提请过了"),
        "AwardSumError": N_("和规定算出来的不一样"),
        "BankListError": N_("付款批次这时候不能这样办"),
        "ClaimError": N_("这时候不能领取、延期、撤销"),
        "CodeError": N_("领取码现在不能核对"),
        "ConsentError": N_("举报人还没有同意"),
        "FactsError": N_("事实对不上"),
        "MergeError": N_("现在不能并案"),
        "MustReferError": N_("要先移送"),
        "RecusedError": N_("在这一件里要回避"),
        "StaleError": N_("页面不是最新的"),
        "WordsMissingError": N_("没有写理由"),
        "SignInError": N_("验证码不对"),
        "PasskeyRefusedError": N_("通行密钥没有通过"),
        "IllegalTransitionError": N_("这时候不能办这一步"),
        "LapsedError": N_("已经到期"),
        "SeatConflictError": N_("这两个岗位不能是同一个人"),
        "AskedAlreadyError": N_("同样的申请还没有办完"),
    }
)
