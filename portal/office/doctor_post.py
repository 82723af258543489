"""What an operator should know of messages: whether any can leave, how long the oldest waits, what was given up."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.office import delivering
from portal.office.delivering import Waiting
from portal.office.doctor_desks import Finding
from portal.outgoing import Outgoing

PATIENT = timedelta(hours=26)  # a day passes from one digest to the next
WEEK = timedelta(days=7)


def examine(session: Session, outgoing: Outgoing, *, now: datetime) -> Finding:
    """One finding: the worst there is, in one line."""
    if not outgoing:
        said = "no mail server is set (PORTAL_MAIL_URL): alarms ring nobody and are seen by who is signed in alone"
        return Finding("mail", "warning", said)
    through = f"mail leaves through {outgoing.mail.host}" if outgoing.mail else "no mail, only the gateway is rung"
    wrong = _wrong(delivering.waiting(session, since=now - WEEK), outgoing, now)
    if wrong:
        return Finding("mail", "warning", "; ".join([through, *wrong]))
    return Finding("mail", "ok", f"{through}; nothing waits")


def _wrong(state: Waiting, outgoing: Outgoing, now: datetime) -> list[str]:
    found = []
    if state.oldest is not None and now - state.oldest > PATIENT:
        hours = (now - state.oldest) // timedelta(hours=1)
        found.append(f"the oldest message has waited for {hours} hours: is a server running, does it take mail?")
    if state.given_up:
        messages = "1 message was" if state.given_up == 1 else f"{state.given_up} messages were"
        found.append(f"{messages} given up within a week, the last for {state.failure}")
    if outgoing.mail and state.unaddressed:
        found.append(f"{state.unaddressed} officers with a desk have no address")
    return found
