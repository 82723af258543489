"""`/review/admin/editions`: which editions (版本) of policy files count and when; proposing another."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.domain.errors import StrangerError
from portal.domain.vocabulary import EditionKind, MotionKind
from portal.office import authority_sheets, motions
from portal.office.acting import Act
from portal.office.proposals import Wanted
from portal.policy.adopting import ADOPTABLE
from portal.review.admin_forms import FILE_LIMIT, EditionForm
from portal.review.blueprints import review
from portal.review.staff_forms import StaffForm
from portal.review.views.staff import acting, hand, step
from portal.web.requests import desk, reading


@review.get("/review/admin/editions")
def list_editions() -> ResponseReturnValue:
    """The editions of each kind: in force, coming, earlier."""
    return _list()


@review.post("/review/admin/editions")
def propose_edition() -> ResponseReturnValue:
    """Propose one; the file stays in memory."""
    form = EditionForm()
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        form.take(upload.stream.read(4 * FILE_LIMIT))

    def work(act: Act) -> str:
        wanted = Wanted(MotionKind.ADOPT, act.tree().province, content=form.edition().encoded())
        return f"/review/motions/{motions.propose(act, hand(form), wanted)}"

    return step(form, _list, work)


@review.get("/review/admin/editions/<kind>/<name>")
def show_edition(kind: str, name: str) -> ResponseReturnValue:
    """The file of one edition, as text."""
    if kind not in set(EditionKind):
        raise StrangerError("no such kind")
    with reading() as session:
        volume = authority_sheets.file_of(acting(session), EditionKind(kind), name)
    return render_template(
        "review/edition.html", officer=desk().sheet, volume=volume, text=volume.data.decode(errors="replace")
    )


def _list(typed: StaffForm | None = None) -> str:
    with reading() as session:
        act = acting(session)
        shelves, may_adopt = authority_sheets.shelves(act), authority_sheets.may_adopt(act)
    form = typed if isinstance(typed, EditionForm) else EditionForm(formdata=None)
    return render_template(
        "review/editions.html",
        officer=desk().sheet,
        shelves=shelves,
        may_adopt=may_adopt,
        kinds=ADOPTABLE,
        form=form,
    )
