"""What the server can see, table by table, read from the schema's privacy classes: never written by hand."""

from collections.abc import Mapping

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
    "blobs": N_("您传的文件，和给办公室重做的那份"),
    "identity_fields": N_("举报人身份"),
    "identity_shares": N_("身份的两半钥匙"),
    "disclosures": N_("申请看您身份的人和理由"),
    "disclosure_fields": N_("申请看的每一项"),
    "consents": N_("要您同意的申请，您怎么答的"),
    "receipts": N_("查询码"),
    "content_keys": N_("内容的钥匙"),
    "key_grants": N_("钥匙给了谁"),
    "cases": N_("案件"),
    "assignments": N_("分给谁核查，摘要"),
    "papers": N_("案卷：方案、检查、认定、处罚、结论"),
    "referrals": N_("移送给了哪个机关（没有您的身份，没有您写的话）"),
    "disputes": N_("由哪个单位办理的争议"),
    "recusals": N_("哪位工作人员在这一件里回避"),
    "decisions": N_("请您补充、不予受理的决定"),
    "rehomings": N_("身份的钥匙，正在移交给现在办理的单位"),
    "rehoming_shares": N_("移交中的一半钥匙"),
    "transfers": N_("从哪个单位转到哪个单位"),
    "clocks": N_("办理期限"),
    "objections": N_("您提的异议，复查得怎么样"),
    "index_marks": N_("查找、查重用的记号"),
    "indexed_cases": N_("记号里的号码是哪一件"),
    "index_waits": N_("还没编进索引的"),
    "match_keys": N_("查重的钥匙"),
    "alarms": N_("警报：种类紧急的，马上通知值班人员"),
    "mailbox_sessions": N_("打开着的查询箱"),
    "entries": N_("审计台账"),
}

# What the schema says of a column to whoever builds it, as readers are told.
REASONS: Mapping[str, str] = {
    "over a limit, or the trap field filled": N_("发得太多，或者像机器填的"),
    "the hour of arrival": N_("收到的钟点，只到小时"),
    "which desk received it": N_("哪个岗位收的"),
    "only when the reporter ticked that they may be phoned": N_("您同意打电话才有"),
    "keyed by the code, which is not kept": N_("用您的查询码算的，查询码没有存"),
    "on which request to learn who they are": N_("您的陈述，是对哪一份知悉申请说的"),
    "order within the report": N_("第几封"),
    "reporters: the hour; officers: the moment": N_("您写的只记到小时；工作人员写的记到分"),
    "the hour the reporter first opened it": N_("您第一次打开的钟点"),
    "padded to buckets": N_("补齐了长度，看不出写了多少"),
    "which of the report's files": N_("这件举报的第几个文件"),
    "as it was sent, the office's copy, or a page of it": N_("原件、重做的一份，或者其中一页"),
    "which page": N_("第几页"),
    "of the sealed file, padded": N_("密文的大小，补齐过"),
    "of the sealed file": N_("密文的摘要，用来发现被换"),
    "of the file itself, with a random number that is sealed": N_("文件的摘要，混进了一个封存着的随机数"),
    "which field was given, not what it says": N_("留了哪一项，不是内容"),
    "the hour it was given": N_("留下的钟点"),
    "under both shares together": N_("要两半钥匙合起来才打得开"),
    "one half of the field's key": N_("这一项钥匙的一半"),
    "of the code, salted by the installation": N_("由查询码算出，倒推不回去"),
    "which part, not what it says": N_("是哪一部分，不是内容"),
    "the content key wrapped to the reader": N_("内容的钥匙，只有写明的那一方打得开"),
    "the key of what is on its way, wrapped to the custody desk": N_("移交途中的钥匙，只有保密专员打得开"),
    "one half, wrapped to the new lead desk and closed until custody agrees": N_("一半钥匙，两个人都交了才换手"),
    "the lead desk that still holds the first shares, after a transfer": N_("转办以后，身份的一半钥匙还在哪个岗位"),
    "which office handles it": N_("哪个单位办理"),
    "the intake desk that works it": N_("受理的岗位"),
    "the lead desk above it": N_("分管领导的岗位"),
    "the lead desk above, once it was escalated": N_("超期以后提到的上一级"),
    "kind of hazard, as the reporter chose": N_("您选的种类"),
    "受理编号": N_("受理编号，受理以后才有"),
    "one line for the queue; from acceptance on the 案由": N_("待办里的一行字；受理以后是案由"),
    "the lead desk that reviews": N_("由哪个岗位复查"),
    "the hour of the objection": N_("提异议的钟点"),
    "the next time limit": N_("下一个期限"),
    "the hour of a letter that intake has not opened yet": N_("您写了信、受理员还没打开时，那封信的钟点"),
    "the case it was merged into": N_("并到哪一件里办"),
    "urgent, or put aside as spam": N_("紧急，或者放在疑似垃圾信息里"),
    "since when it is under supervision": N_("从什么时候起督办"),
    "what is alarming, which the kind of hazard says too": N_("是哪一种紧急，跟您选的种类一样"),
    "the desk that was rung last": N_("最后通知的岗位"),
    "how many desks above the first": N_("往上通知了几级"),
    "the moment it was raised: its time limit counts from there": N_(
        "拉响的时刻：这几种紧急的，收到的时间记到秒，期限从这里起算"
    ),
    "when that desk was rung": N_("什么时候通知的"),
    "a code: why there was nothing to come out for": N_("解除的，为什么"),
    "C01 to C31": N_("哪一条期限"),
    "of the clock policy": N_("期限规定的版本"),
    "the stricter aim officers see": N_("工作人员看到的、更早的目标"),
    "counted over days not yet gazetted": N_("节假日安排还没公布，可能调整"),
    "content, unit or place": N_("是内容、单位还是地点的记号"),
    "keyed, 16 bits of it": N_("每两个字用岗位的钥匙算成一个 16 位的数，许多字共一个数"),
    "in which cases, by their numbers": N_("在哪几件里，是索引里的号码"),
    "in the order of indexing": N_("编进索引的先后"),
    "how many pieces the names of unit and place have": N_("单位和地点有几个记号，就是大约几个字"),
    "for comparing, or for searching": N_("等着查重，还是等着查找"),
    "the key of comparing, wrapped to the desk": N_("查重的钥匙，只有受理和分管领导的岗位打得开"),
    "of the cookie": N_("由浏览器里的 Cookie 算出"),
    "the reporter's key under the cookie's key": N_("您的钥匙，只有您的浏览器打得开"),
    "minute a mailbox was opened; gone within an hour": N_("打开的时间，一小时内删除"),
    "minute a mailbox was used; gone within an hour": N_("用过的时间，一小时内删除"),
    "who did what, when: ids, codes, dates, digests": N_("谁在什么时候做了什么：编号、代码、日期、摘要"),
    "an officer; reporters have none": N_("工作人员；举报人没有编号"),
    "reporters: the hour": N_("举报人的只记到小时"),
    "whether they review what others concluded": N_("是不是复查别人的结论"),
    "by how many of its units it was extended": N_("延了多久"),
    "since when it stands still": N_("从什么时候起中止计时"),
    "for how many of its units it stood still": N_("中止以后补回多久"),
    "order within the case file": N_("案卷第几份"),
    "the paper that it supersedes, or belongs to": N_("代替哪一份，或者附在哪一份后面"),
    "whether they read the report, or the summary alone": N_("看得到您写的，还是只看摘要"),
    "the summary they work from": N_("给核查员的摘要"),
    "as the ledger calls the step": N_("是哪一步"),
    "the transfer that is objected to": N_("对哪一次转办有争议"),
    "the lead desk that decides": N_("由上级哪个岗位决定"),
    "why it is not theirs; the reporter never sees it": N_("为什么不归它管，您看不到"),
    "who handles it": N_("决定由谁办理"),
    "code of the list of bodies": N_("移送给哪个机关"),
    "whether the case ended with it": N_("是不是整件移送"),
    "what was answered, or why it was refused": N_("对方怎么答的，或者为什么不移送"),
    "code of the list of reasons": N_("理由的代码"),
    "of that list": N_("理由清单的版本"),
    "for how long it may be read once it is released": N_("放行以后能看几个小时"),
    "when it lapses by itself": N_("到什么时候自己作废"),
    "the officer's words on why": N_("申请的人写的为什么"),
    "the key of these words, wrapped to who asked": N_("这些话的钥匙，给申请的人"),
    "the same, to the lead desk": N_("同一把钥匙，给分管领导"),
    "the same, to the custody desk": N_("同一把钥匙，给保密专员"),
    "for how many days the reporter is not to be told": N_("依法暂不告知几天；没有就是马上告知"),
    "until when the reporter may agree, where they must": N_("要您同意的，可以答到什么时候"),
    "the first word, or the second": N_("第几次答"),
    "whether the reporter agreed": N_("同意还是不同意"),
    "what was given then; the row may be gone": N_("当时留的是哪一份；那一份可能已经删了"),
    "which field, not what it says": N_("哪一项，不是内容"),
    "the lead's half of the field's key, wrapped to the custody desk": N_("领导那一半钥匙，开锁以后才有，办完就销毁"),
    "the value, for who asked alone": N_("内容，放行以后才有，只有申请的人打得开，到时销毁"),
    "what the person at the counter said, to be compared": N_("有人来补办查询码时自己报的，只用来核对，办完就销毁"),
    "its key, wrapped to the custody desk": N_("这份内容的钥匙，给保密专员"),
    "its key, wrapped to who asked": N_("这份内容的钥匙，给申请的人"),
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
            gettext(REASONS[column.info["why"]]) if column.info["why"] else "",
        )
        for column in Base.metadata.tables[name].columns
        if column.name != "entry_id"
    ]
