"""`/mailbox/proof/…`: what a reporter takes along, to show years later what was reported and when."""

import json

from flask import redirect
from flask.typing import ResponseReturnValue

from portal.domain.errors import UnprovenError
from portal.intake.blueprints import box
from portal.office import mailbox as mailboxes
from portal.web import handing
from portal.web.requests import house, mailbox, now, reading


@box.get("/mailbox/proof/<int(max=9007199254740991):index>")
def proof(index: int) -> ResponseReturnValue:
    """The proof of an entry that this reporter is told of; before it is signed, the mailbox, which says so."""
    try:
        with reading() as session:
            text = mailboxes.proof(session, house(), mailbox().reporter, index, now=now())
    except UnprovenError:
        return redirect("/mailbox", code=303)
    return handing.text(text, f"{index}.tlog-proof")


@box.get("/mailbox/promise/<int(max=9007199254740991):index>")
def promise(index: int) -> ResponseReturnValue:
    """Our signed word on an entry that this reporter is told of, as a file."""
    with reading() as session:
        text = mailboxes.promised(session, house(), mailbox().reporter, index, now=now())
    return handing.text(text, f"{index}.promise.txt")


@box.get("/mailbox/proof/text")
def told_text() -> ResponseReturnValue:
    """What the reporter sent, byte for byte as the ledger's entry stands for it, as a file."""
    with reading() as session:
        narrative = mailboxes.narrative(session, house(), mailbox().reporter)
    return handing.text(json.dumps(narrative.as_json(), ensure_ascii=False, indent=1) + "\n", "text.json")


@box.get("/mailbox/proof/keys")
def keys() -> ResponseReturnValue:
    """The public keys that proofs and promises are checked with, as a file."""
    return handing.text("".join(f"{line}\n" for line in mailboxes.keys(house())), "keys.txt")
