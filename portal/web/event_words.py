"""What the ledger's events are called on a page, and what a page says was done a moment ago.

They are msgids of the catalogue; `portal.web.display` translates them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from portal.web.i18n import N_

# Events of the ledger (portal.domain.audit), as a step of a case is shown.
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "founded": N_("系统建立"),
        "key_certified": N_("签发密钥证书"),
        "authority_added": N_("增加主管部门"),
        "desk_opened": N_("设岗"),
        "officer_enrolled": N_("人员登记"),
        "invited": N_("发开通码"),
        "enrolled": N_("开通账号"),
        "password_changed": N_("改了密码"),
        "enrolment_lapsed": N_("开通码过期"),
        "upgraded": N_("升级数据库"),
        "recovery_drilled": N_("演练恢复钥匙"),
        "recovery_replaced": N_("换了恢复钥匙"),
        "seated": N_("上岗"),
        "unseated": N_("离岗"),
        "desk_turned": N_("换了岗位钥匙"),
        "desk_recovered": N_("用份额恢复了岗位钥匙"),
        "code_given": N_("补发开通码"),
        "officer_certified": N_("认证了人员密钥"),
        "officer_suspended": N_("停用账号"),
        "officer_resumed": N_("恢复账号"),
        "officer_left": N_("人员离开"),
        "sessions_ended": N_("结束登录"),
        "inquiry_registered": N_("登记了过问"),
        "inquiry_read": N_("看了过问登记"),
        "motion_proposed": N_("提出，待复核"),
        "motion_confirmed": N_("复核通过"),
        "motion_refused": N_("复核没有通过"),
        "motion_withdrawn": N_("提出的人收回"),
        "motion_lapsed": N_("过期没有复核，作废"),
        "submitted": N_("提交举报"),
        "added": N_("补充情况"),
        "replied": N_("举报人来信"),
        "resumed": N_("补充完毕"),
        "identity_given": N_("留下身份信息"),
        "identity_replaced": N_("更换身份信息"),
        "phone_closed": N_("不再同意打电话"),
        "erased": N_("删除身份信息"),
        "withdrawn": N_("撤回了举报"),
        "served": N_("打开信件"),
        "signed_in": N_("登录系统"),
        "signed_out": N_("退出系统"),
        "listed": N_("看了待办"),
        "opened": N_("打开阅读"),
        "phone_read": N_("看了电话号码"),
        "accepted": N_("决定受理"),
        "asked": N_("请举报人补充情况"),
        "declined": N_("作出不予受理决定"),
        "wrote": N_("给举报人写了信"),
        "identity_requested": N_("申请知悉身份"),
        "identity_lifted": N_("分管领导同意，开了第一道锁"),
        "identity_released": N_("保密专员放行"),
        "identity_answered": N_("核对了身份，没有人看"),
        "identity_settled": N_("核对以后换发了查询码"),
        "code_reissued": N_("换发了查询码，旧的作废"),
        "code_replaced": N_("换成了本人自己的查询码"),
        "identity_refused": N_("没有同意"),
        "identity_read": N_("看了身份信息"),
        "identity_closed": N_("申请撤销"),
        "identity_lapsed": N_("到期，内容已销毁"),
        "request_shown": N_("看了知悉申请"),
        "late": N_("超过期限"),
        "escalated": N_("提级"),
        "refused": N_("有一步没有办成"),
        "refusals_counted": N_("拒绝次数汇总"),
    }
)

# What was done a moment ago, said once on top of the page one is led to.
NOTICES: Mapping[str, str] = MappingProxyType(
    {
        "sent": N_("已发出。"),
        "sealed": N_("已封存。"),
        "erased": N_("已删除。"),
        "accepted": N_("已受理。"),
        "asked": N_("已请举报人补充。"),
        "declined": N_("已告诉举报人不予受理。"),
        "requested": N_("申请已提出，等分管领导。"),
        "lifted": N_("已同意，等保密专员。"),
        "released": N_("已放行。"),
        "refused": N_("已告诉申请的人不同意。"),
        "closed": N_("申请已撤销。"),
        "answered": N_("已核对，结果见下面各项。"),
        "renewed": N_("新查询码已生效，窗口给您的临时查询码已作废。"),
        "enrolled": N_("账号已开通，您已登录。"),
        "registered": N_("已封存，只有审计和纪检打得开。"),
        "proposed": N_("已提出，等第二个人复核。"),
        "confirmed": N_("已复核，生效了。"),
        "motion-refused": N_("已记下：没有通过。"),
        "withdrawn": N_("已收回。"),
        "suspended": N_("已停用，这个人的登录都已结束。"),
        "left": N_("已办离开。这个人坐过的岗位，请在岗的人换钥匙。"),
        "unseated": N_("已离岗。请在岗的人换钥匙。"),
        "sessions": N_("这个人的登录都已结束。"),
        "password": N_("密码已改。别处的登录都已退出。"),
    }
)
