"""The words for files: kinds, what a copy has not, why there is none, why a file was not taken in.

`portal.web.words` holds them with those of every other list.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.domain.evidence import BackReason, Flaw, Kept, Kind, Removed, Snag, Unfit
from portal.web.i18n import N_

FILE_WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = MappingProxyType(
    {
        Kind: {
            Kind.IMAGE: N_("图片"),
            Kind.PDF: N_("PDF 文件"),
            Kind.AUDIO: N_("录音"),
            Kind.VIDEO: N_("录像"),
            Kind.OFFICE: N_("办公文档"),
        },
        BackReason: {
            BackReason.MISTAKEN: N_("传错了，不是这一件的"),
            BackReason.DOUBLE: N_("已经有同样的一份"),
            BackReason.SHOWS: N_("看得出举报人是谁"),
        },
        Unfit: {
            Unfit.EMPTY: N_("这个文件是空的。"),
            Unfit.WEB_PAGE: N_("网页文件不收，请传截图。"),
            Unfit.DRAWING: N_("矢量图（SVG）不收，请传截图。"),
            Unfit.PROGRAM: N_("程序文件不收。"),
            Unfit.ARCHIVE: N_("压缩包不收，请解开后一个一个传。"),
            Unfit.TEXT: N_("纯文字的文件不收，请把内容直接写给我们。"),
            Unfit.UNKNOWN: N_("这种文件不收。收的是图片、录音、录像、PDF 和办公文档。"),
        },
        Removed: {
            Removed.PLACE: N_("拍摄地点"),
            Removed.TIME: N_("拍摄或编写时间"),
            Removed.CAMERA: N_("手机或相机的型号、编号和设置"),
            Removed.AUTHOR: N_("作者"),
            Removed.WORDS: N_("附带的说明和标签"),
            Removed.SOFTWARE: N_("用过的软件"),
            Removed.PREVIEW: N_("内嵌的缩略图"),
            Removed.PROFILE: N_("设备的颜色档案"),
            Removed.TRANSPARENCY: N_("透明部分下面的内容"),
            Removed.FRAMES: N_("第一幅以外的画面"),
            Removed.DETAIL: N_("过大的尺寸，已缩小"),
            Removed.EXTRA: N_("夹在文件后面的数据"),
            Removed.TEXT: N_("可以选取的和看不见的文字，每页都改成了图片"),
            Removed.ACTIONS: N_("链接和脚本"),
            Removed.ATTACHED: N_("文件里夹带的文件"),
            Removed.UNREAD: N_("读不出来的附加信息"),
        },
        Kept: {
            Kept.UNCLEANABLE: N_("这种文件里能看出是谁的信息去不干净。"),
            Kept.TOO_LARGE: N_("文件太大，或者尺寸、页数太多。"),
            Kept.PROTECTED: N_("文件有密码。"),
            Kept.BROKEN: N_("文件打不开，可能坏了。"),
            Kept.CRASHED: N_("打开文件时程序出了错。"),
            Kept.SLOW: N_("打开文件用的时间太长。"),
            Kept.GARBLED: N_("做出来的副本不可靠，没有采用。"),
            Kept.BUSY: N_("当时要处理的文件太多，没有轮到。"),
            Kept.SPENT: N_("同一个网络送来的文件占用了太多处理时间，十分钟内轮不到。"),
            Kept.UNAVAILABLE: N_("本系统打不开这种文件。"),
        },
        Snag: {
            Snag.LOST: N_("这个文件接不上了。请再选一次，从头传。"),
            Snag.PIECE: N_("传来的这一段不对，请再选一次这个文件。"),
            Snag.MISSING: N_("还缺一段，没有传完。"),
        },
        Flaw: {
            Flaw.TOO_LARGE: N_("太大了，超过了这件举报还能传的大小。可以剪短、压小，或者分开传。"),
            Flaw.TOO_MANY: N_("这件举报的文件已经满了，不能再加。"),
            Flaw.AT_ONCE: N_("一次选的文件太多，一个也没有收。还能传几个，这一页写着；请少选一些再传。"),
            Flaw.CROWDED: N_("现在同时传文件的人太多，没有轮到，一个也没有收。请过一两分钟再传，举报和以前传的都在。"),
            Flaw.TWICE: N_("这个文件已经传过了，没有重复收。"),
            Flaw.NO_ROOM: N_("我们这边暂时没有地方放，没有收下。请过一会儿再传，举报和别的文件都在。"),
            Flaw.NOT_STORED: N_("没有存上。请过一会儿再传一次，举报和别的文件都在。"),
        },
    }
)

# Why a file stays that somebody would take back.
NEEDED: Mapping[str, str] = MappingProxyType(
    {
        "concluded": N_("两个人已经同意的结论凭着它，不能收回。"),
        "proposed": N_("有一步正在等第二个人复核，有了结果才能收回。"),
        "asked": N_("有人申请看它的原件，还没有办完，办完才能收回。"),
        "over": N_("这一件已经不在这里办，不能收回。"),
    }
)
