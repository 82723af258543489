"""The part of the walk in which administrators add an office, give a name and adopt an edition."""

import re
from typing import TYPE_CHECKING

from tests.editions import NOTICE
from tests.staffing import Staff

if TYPE_CHECKING:
    from tests.walking import Walk

AUTHORITIES, EDITIONS = "/review/admin/authorities", "/review/admin/editions"
NAME = {"zh": "Changchun Mobilisation Office", "since": "2027-01-01"}


def administer(walk: "Walk") -> None:
    """Guan renames 长春; the province adds an office and adopts the holidays that were announced."""
    establish(walk)
    adopt(walk)


def establish(walk: "Walk") -> None:
    staff, guan, sheng = Staff(walk.world), walk.person("guan"), walk.person("sheng-guan")
    walk.keep("authorities of a city", guan.get(AUTHORITIES))
    walk.keep("authorities", sheng.get(AUTHORITIES))
    walk.keep("office errors", sheng.post(AUTHORITIES, {"zh": "X"}), 422)
    office = {"superior": str(staff.authority()), "division": "X-CBS", **NAME, **walk.code("sheng-guan")}
    sheng.get(AUTHORITIES)
    walk.keep("office below another", sheng.post(AUTHORITIES, office), 422)
    office |= {"superior": str(staff.authority("office-220000")), **walk.code("sheng-guan")}
    sheng.get(AUTHORITIES)
    walk.keep_redirect(sheng.post(AUTHORITIES, office))
    cui = walk.person("sheng-cui")
    motion = re.search(r"/review/motions/[0-9a-f-]{36}", cui.get("/review/motions").text)[0]
    walk.keep("office to confirm", cui.get(motion))
    page = f"{AUTHORITIES}/{staff.authority()}"
    walk.keep("authority", guan.get(page))
    walk.keep("name errors", guan.post(f"{page}/name", {"since": "soon"}), 422)
    guan.get(page)
    walk.keep_redirect(guan.post(f"{page}/name", {**NAME, **walk.code("guan")}))
    motion = re.search(r"/review/motions/[0-9a-f-]{36}", walk.person("cui").get("/review/motions").text)[0]
    walk.keep("name to confirm", walk.person("cui").get(motion))


def adopt(walk: "Walk") -> None:
    sheng, cui = walk.person("sheng-guan"), walk.person("sheng-cui")
    walk.keep("editions of a city", walk.person("guan").get(EDITIONS))
    walk.keep("editions", sheng.get(EDITIONS))
    walk.keep("edition", sheng.get(f"{EDITIONS}/holidays/2027-provisional"))
    walk.keep("edition errors", sheng.post(EDITIONS, {}), 422)
    sheng.get(EDITIONS)
    bad = {"kind": "holidays", "text": "year = \n", **walk.code("sheng-guan")}
    walk.keep("edition that cannot be read", sheng.post(EDITIONS, bad), 422)
    sheng.get(EDITIONS)
    text = NOTICE.replace("国务院办公厅关于2027年部分节假日安排的通知", "Notice").replace("春节", "New Year")
    walk.keep_redirect(sheng.post(EDITIONS, {"kind": "holidays", "text": text, **walk.code("sheng-guan")}))
    cui.get("/review/motions")
    motions = re.findall(r"/review/motions/[0-9a-f-]{36}", cui.last)
    walk.keep("edition to confirm", cui.get(motions[-1]))
    walk.keep_redirect(cui.post(f"{motions[-1]}/confirm", {"sure": "y", **walk.code("sheng-cui")}))
    walk.keep("edition adopted", cui.get(f"{motions[-1]}?done=confirmed"))
    walk.keep("editions with one more", sheng.get(EDITIONS))
