"""`/mailbox/objection`: a reporter does not agree with what was decided; the level above looks again."""

from flask import redirect
from flask.typing import ResponseReturnValue

from portal.domain.errors import NotStoredError, ObjectionError, StaleError, UncertifiedKeyError
from portal.intake.blueprints import box
from portal.intake.objection_forms import ObjectionForm
from portal.intake.views.mailbox import TO_MAILBOX, mailbox_page
from portal.office import mailbox as office
from portal.office import objecting
from portal.web.i18n import gettext
from portal.web.requests import house, mailbox, now, reading, transaction


@box.post("/mailbox/objection")
def make_objection() -> ResponseReturnValue:
    """Seal it and hand it to the level above; too late, or made already, it says so and keeps what was typed."""
    with reading() as session:
        office.require_standing(session, mailbox().reporter)
    form = ObjectionForm()
    if not form.validate():
        return mailbox_page(objection_form=form), 422
    try:
        with reading() as session:
            prepared = objecting.prepare(session, house(), mailbox().reporter, form.text.data, now=now())
        with transaction() as session:
            objecting.object_to(session, house(), mailbox().reporter, prepared, now=now())
    except ObjectionError as refusal:
        form.say_why(refusal)
        return mailbox_page(objection_form=form), 422
    except StaleError:
        form.text.errors = [gettext("刚才同时有别的变化，异议没有交出去。请再点一次“提出异议”，写的内容都还在。")]
        return mailbox_page(objection_form=form), 409
    except (NotStoredError, UncertifiedKeyError):
        form.text.errors = [gettext("异议没有保存。请过一会儿再点“提出异议”，写的内容都还在。")]
        return mailbox_page(objection_form=form), 503
    return redirect(f"{TO_MAILBOX}?done=objected", code=303)
