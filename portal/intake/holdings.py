"""What the server can see, table by table, read from the schema's privacy classes: never written by hand."""

from portal.store.base import Privacy
from portal.store.models import Base
from portal.web.i18n import N_, gettext

CLASSES = {
    Privacy.RANDOM: N_("随机编号，看不出什么"),
    Privacy.CLEAR: N_("明文，办理要用"),
    Privacy.STAFF: N_("明文，工作人员自己的操作"),
    Privacy.SEALED: N_("密文，只有有钥匙的人能打开"),
    Privacy.DIGEST: N_("摘要，倒推不回去"),
    Privacy.KEY: N_("公钥、证书，或者包好的钥匙"),
}
TABLES = {
    "reports": N_("举报件"),
    "letters": N_("举报内容和来往信件"),
    "identity_fields": N_("举报人身份"),
    "identity_shares": N_("身份的两半钥匙"),
    "receipts": N_("查询码"),
    "content_keys": N_("内容的钥匙"),
    "key_grants": N_("钥匙给了谁"),
    "cases": N_("案件"),
    "clocks": N_("办理期限"),
    "mailbox_sessions": N_("打开着的查询箱"),
    "entries": N_("审计台账"),
}

Row = tuple[str, str, str]


def tables() -> list[tuple[str, list[Row]]]:
    """Each table that concerns a reporter: (title, [(column, how it is kept, what it says)])."""
    return [(gettext(title), _rows(name)) for name, title in TABLES.items()]


def _rows(name: str) -> list[Row]:
    return [
        (
            column.name,
            gettext(CLASSES[column.info["privacy"]]),
            gettext(column.info["why"]) if column.info["why"] else "",
        )
        for column in Base.metadata.tables[name].columns
        if column.name != "entry_id"
    ]
