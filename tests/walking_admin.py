"""The part of the walk in which administrators add an office, give a name and adopt an edition."""

from typing import TYPE_CHECKING

from werkzeug.test import TestResponse

from tests.countering import COUNTER
from tests.editions import NOTICE
from tests.staffing import Staff

if TYPE_CHECKING:
    from tests.walking import Walk

AUTHORITIES, EDITIONS = "/review/admin/authorities", "/review/admin/editions"
NAME = {"zh": "Changchun Mobilisation Office", "since": "2027-01-01"}
PLAINLY = {"place": "Window 3", "address": "1 Sample Street", "hours": "8:30-11:30"}


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
    motion = proposed(walk, sheng.post(AUTHORITIES, office))
    walk.keep("office to confirm", walk.person("sheng-cui").get(motion))
    page = f"{AUTHORITIES}/{staff.authority()}"
    walk.keep("authority", guan.get(page))
    walk.keep("name errors", guan.post(f"{page}/name", {"since": "soon"}), 422)
    guan.get(page)
    motion = proposed(walk, guan.post(f"{page}/name", {**NAME, **walk.code("guan")}))
    walk.keep("name to confirm", walk.person("cui").get(motion))
    guan.get(page)
    walk.keep("counter errors", guan.post(f"{page}/counter", {"since": "soon"}), 422)
    motion = proposed(walk, guan.post(f"{page}/counter", {**COUNTER, **PLAINLY, **walk.code("guan")}))
    walk.keep("counter to confirm", walk.person("cui").get(motion))


def proposed(walk: "Walk", answer: TestResponse) -> str:
    """The page of what was proposed."""
    walk.keep_redirect(answer)
    return answer.headers["Location"].partition("?")[0]


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
    motion = proposed(walk, sheng.post(EDITIONS, {"kind": "holidays", "text": text, **walk.code("sheng-guan")}))
    walk.keep("edition to confirm", cui.get(motion))
    walk.keep_redirect(cui.post(f"{motion}/confirm", {"sure": "y", **walk.code("sheng-cui")}))
    walk.keep("edition adopted", cui.get(f"{motion}?done=confirmed"))
    walk.keep("editions with one more", sheng.get(EDITIONS))
