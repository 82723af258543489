"""The part of the walk in which a reward is refused, contested, granted, claimed and paid."""

import re
from typing import TYPE_CHECKING

from tests.rewards import AT_COUNTER, CLAIM, FORM, staffed
from tests.staffing import MOTION, Staff
from tests.visitor import PICTURE, Visitor

if TYPE_CHECKING:
    from tests.walking import Walk

PROPOSAL = {**FORM, "shown": "The register of reports.", "words": "There was a chain, and a fine."}
DESK = re.compile(r'name="desk" value="([0-9a-f-]{36})"')
AWARD, PAYOUT = (re.compile(rf"/review/{kind}/[0-9a-f-]{{36}}") for kind in ("rewards", "payouts"))
PLAINLY = {"holder": "Zhou", "bank": "Bank of Jilin"}
REFUSAL = {"step": "refuse", "words": "Somebody reported it earlier.", "sure": "y"}
REVOKED = {"reason": "collusion", "words": "An inspector gave the tip."}
GRANT = {"step": "approve", "words": "As the rule says.", "sure": "y"}
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}(?=<)")
SEEN = {"letter": "y", "document": "id_card", "second": "y"}
WRONG = {"code": "0000-0000-0000"}


def reward(walk: "Walk", zhou: Visitor, case: str) -> None:
    """Of a case that was checked and closed."""
    song, qian = walk.person("song"), walk.person("qian")
    zhou.get("/mailbox")
    walk.keep_redirect(zhou.post("/mailbox/identity", {"name": "Zhou", "action": "replace"}))
    walk.keep("no rewards", song.get("/review/rewards"))
    walk.keep("no payouts", qian.get("/review/payouts"))
    _refused(walk, zhou, _proposed(walk, case, {**PROPOSAL, "earlier_named_report": "y"}))
    award = _proposed(walk, case, PROPOSAL)
    song.get(award)
    walk.keep("grant refused", song.post(f"{award}/decide", REFUSAL), 422)
    song.get(award)
    walk.keep_redirect(song.post(f"{award}/decide", GRANT))
    walk.keep("reward granted", song.get(f"{award}?done=judged"))
    walk.keep("approval form", song.get(f"{award}/form"))
    walk.keep("public notice", song.get(f"{award}/notice"))
    walk.keep("revoking without words", song.post(f"{award}/revoke", {}), 422)
    song.get(award)
    walk.keep_redirect(song.post(f"{award}/file", {}))
    _unread(walk, song, award)
    _taken_back(walk, zhou, award)
    _budget(walk, song)
    _claimed(walk, zhou)
    walk.keep("reward claimed", song.get(award))
    payout = _sent_back(walk, qian)
    _ended(walk, qian, payout)
    _paid(walk, qian, payout, _corrected(walk, zhou))
    walk.keep("reward paid", zhou.get("/mailbox/reward"))
    zhou.get("/mailbox")
    walk.keep("claimed twice", zhou.post("/mailbox/claim", {**CLAIM, **PLAINLY}), 409)
    walk.keep("rewards filtered", song.get("/review/rewards?view=all&state=approved"))
    walk.keep("rewards filtered away", song.get("/review/rewards?view=late&state=refused"))
    walk.keep("payouts that are over", qian.get("/review/payouts?view=done"))


def _proposed(walk: "Walk", case: str, said: dict[str, str]) -> str:
    """Chen proposes, Gao agrees; the address for the award desk."""
    chen, gao, song = (walk.person(who) for who in ("chen", "gao", "song"))
    form = f"{case}/reward"
    walk.keep("reward to propose", chen.get(form))
    walk.keep("reward on trial", chen.post(form, {**said, "excluded": "duty", "try": "y"}))
    walk.keep("reward errors", chen.post(form, {"deaths": "x"}), 422)
    chen.get(form)
    walk.keep_redirect(chen.post(form, said))
    walk.keep("file with a reward proposed", chen.get(f"{case.replace('cases', 'assigned')}?done=reward-proposed"))
    motion = MOTION.search(gao.get("/review/motions").text)[0]
    walk.keep("reward to agree to", gao.get(motion))
    walk.keep_redirect(gao.post(f"{motion}/confirm", {"sure": "y"}))
    walk.keep("rewards", song.get("/review/rewards"))
    award = AWARD.search(song.last)[0]
    walk.keep("reward to judge", song.get(award))
    walk.keep("reward of one's own", chen.get(award))
    return award


def _refused(walk: "Walk", zhou: Visitor, award: str) -> None:
    """Refused by Song, contested, refused by Sun again."""
    staffed(Staff(walk.world))
    song, sun = walk.person("song"), walk.person("sun")
    song.get(award)
    walk.keep("judgement errors", song.post(f"{award}/decide", {"amount": "x"}), 422)
    walk.keep("refusal granted", song.post(f"{award}/decide", GRANT), 422)
    song.get(award)
    walk.keep_redirect(song.post(f"{award}/decide", REFUSAL))
    walk.keep("mailbox with a reward refused", zhou.get("/mailbox"))
    walk.keep("reward refused", zhou.get("/mailbox/reward"))
    walk.keep("contest errors", zhou.post("/mailbox/reward/contest", {}), 422)
    walk.keep_redirect(zhou.post("/mailbox/reward/contest", {"text": "I was the first."}))
    walk.keep("reward contested", zhou.get("/mailbox/reward?done=contested"))
    walk.keep("contested twice", zhou.post("/mailbox/reward/contest", {"text": "Again."}), 422)
    walk.keep("contest to judge", sun.get(award))
    walk.keep_redirect(sun.post(f"{award}/decide", REFUSAL))
    zhou.get("/mailbox")
    walk.keep("refusal upheld", zhou.get("/mailbox/reward"))


def _unread(walk: "Walk", song: Visitor, award: str) -> None:
    """Nobody has opened it yet: a notice is put up."""
    walk.keep("notice not put up", song.post(f"{award}/announce", {}), 422)
    song.get(award)
    walk.keep_redirect(song.post(f"{award}/announce", {"sure": "y"}))
    walk.keep("notice put up", song.get(award))


def _taken_back(walk: "Walk", zhou: Visitor, award: str) -> None:
    """Proposed by Song, agreed to by Sun, contested, given back by Yan."""
    staffed(Staff(walk.world), "yan")
    song, sun, yan = (walk.person(who) for who in ("song", "sun", "yan"))
    song.get(award)
    walk.keep_redirect(song.post(f"{award}/revoke", REVOKED))
    walk.keep("revocation proposed", song.get(f"{award}?done=revoke-proposed"))
    walk.keep("revoking twice", song.post(f"{award}/revoke", REVOKED), 422)
    motion = MOTION.search(sun.get("/review/motions").text)[0]
    walk.keep("revocation to agree to", sun.get(motion))
    walk.keep("revocation not looked at", sun.post(f"{motion}/confirm", {}), 422)
    sun.get(motion)
    walk.keep_redirect(sun.post(f"{motion}/confirm", {"sure": "y"}))
    walk.keep("reward revoked", sun.get(award))
    walk.keep("mailbox with a reward revoked", zhou.get("/mailbox"))
    walk.keep("revocation", zhou.get("/mailbox/reward"))
    walk.keep_redirect(zhou.post("/mailbox/reward/contest", {"text": "I know nobody there."}))
    walk.keep("revocation contested", zhou.get("/mailbox/reward?done=contested"))
    walk.keep("revocation to hear", yan.get(award))
    walk.keep("ruling errors", yan.post(f"{award}/rule", {}), 422)
    yan.get(award)
    walk.keep_redirect(yan.post(f"{award}/rule", {"step": "reinstate", "words": "Nothing was found.", "sure": "y"}))
    walk.keep("reward given back", yan.get(award))
    zhou.get("/mailbox")


def _budget(walk: "Walk", song: Visitor) -> None:
    walk.keep("budget not set", song.get("/review/budget"))
    walk.keep("budget errors", song.post("/review/budget", {"amount": "x"}), 422)
    walk.keep_redirect(song.post("/review/budget", {"amount": "600"}))
    walk.keep("budget", song.get("/review/budget?done=noted"))


def _claimed(walk: "Walk", zhou: Visitor) -> None:
    """By bank."""
    walk.keep("mailbox with a reward", zhou.get("/mailbox"))
    walk.keep("printed reward", zhou.get("/mailbox/reward/print"))
    walk.keep("reward to claim", zhou.get("/mailbox/reward"))
    walk.keep("claim errors", zhou.post("/mailbox/claim", {}), 422)
    walk.keep("claim mistyped", zhou.post("/mailbox/claim", {**CLAIM, **PLAINLY, "account": "6222"}), 422)
    other = {**CLAIM, **PLAINLY, "holder": "Chou"}
    walk.keep("claim under another name", zhou.post("/mailbox/claim", other), 422)
    walk.keep("giving up, unsure", zhou.post("/mailbox/reward/give-up", {}), 422)
    walk.keep_redirect(zhou.post("/mailbox/claim", {**CLAIM, **PLAINLY}))
    walk.keep("claimed", zhou.get("/mailbox/reward"))


def _sent_back(walk: "Walk", qian: Visitor) -> str:
    """Released by two, and sent back by the bank; the address of the payment."""
    walk.keep("payouts", qian.get("/review/payouts"))
    payout = PAYOUT.search(qian.last)[0]
    walk.keep("payout", qian.get(payout))
    walk.keep("payment sheet", qian.get(f"{payout}/sheet"))
    walk.keep("release errors", qian.post(f"{payout}/release", {}), 422)
    _released(walk, qian, payout)
    walk.keep("payouts released", qian.get("/review/payouts"))
    walk.keep("bank list missing", qian.post("/review/payouts/lists", {}), 422)
    _recalled(walk, qian)
    walk.lin.get("/review/account")  # whose session is idle meanwhile
    bank = _listed(walk, qian)
    walk.keep("payout to book", qian.get(payout))
    walk.keep("book errors", qian.post(f"{payout}/book", {}), 422)
    walk.keep("answers missing", qian.post(f"{bank}/answers", {}), 422)
    said = {"step": "fail", "on": f"{walk.world.clock():%Y-%m-%d}", "sure": "y"}
    walk.keep("answers of none", qian.post(f"{bank}/answers", said), 422)
    walk.keep_redirect(qian.post(f"{bank}/answers", {**said, "everything": "y"}))
    walk.keep("bank list settled", qian.get(f"{bank}?done=booked"))
    walk.keep("bank lists", qian.get("/review/payouts/lists"))
    walk.keep("payout booked", qian.get(payout))
    return payout


def _listed(walk: "Walk", qian: Visitor) -> str:
    """A list for the bank of what was released, its file taken; the address of the list."""
    desk = DESK.search(qian.get("/review/payouts").text)[1]
    made = qian.post("/review/payouts/lists", {"desk": desk, "otp": walk.code("qian")["otp"]})
    walk.keep_redirect(made)
    bank = made.headers["Location"].partition("?")[0]
    walk.keep("bank list", qian.get(f"{bank}?done=list-made"))
    walk.keep("bank file missing", qian.post(f"{bank}/file", {"kind": "xlsm"}), 422)
    assert qian.post(f"{bank}/file", {"kind": "csv", "otp": walk.code("qian")["otp"]}).status_code == 200
    walk.keep("bank list taken once", qian.get(bank))
    return bank


def _recalled(walk: "Walk", qian: Visitor) -> None:
    """A list that was never handed in."""
    bank = _listed(walk, qian)
    walk.keep("recall missing", qian.post(f"{bank}/recall", {}), 422)
    walk.keep_redirect(qian.post(f"{bank}/recall", {"sure": "y", "otp": walk.code("qian")["otp"]}))
    walk.keep("bank list to recall", qian.get(f"{bank}?done=recall-proposed"))
    zhao = walk.person("zhao")
    motion = MOTION.search(zhao.get("/review/motions").text)[0]
    walk.keep("recall to agree to", zhao.get(motion))
    walk.keep_redirect(zhao.post(f"{motion}/confirm", {"sure": "y", "otp": walk.code("zhao")["otp"]}))
    walk.keep("bank list recalled", qian.get(bank))


def _released(walk: "Walk", qian: Visitor, payout: str) -> None:
    walk.keep_redirect(qian.post(f"{payout}/release", {"sure": "y", "otp": walk.code("qian")["otp"]}))
    walk.keep("payout that waits", qian.get(payout))
    zhao = walk.person("zhao")
    motion = MOTION.search(zhao.get("/review/motions").text)[0]
    walk.keep("payout to agree to", zhao.get(motion))
    walk.keep_redirect(zhao.post(f"{motion}/confirm", {"sure": "y", "otp": walk.code("zhao")["otp"]}))


def _ended(walk: "Walk", qian: Visitor, payout: str) -> None:
    """Two end what the bank sent back."""
    walk.keep("end errors", qian.post(f"{payout}/cancel", {}), 422)
    said = {"why": "account", "sure": "y", "otp": walk.code("qian")["otp"]}
    walk.keep_redirect(qian.post(f"{payout}/cancel", said))
    walk.keep("payout to be ended", qian.get(f"{payout}?done=cancel-proposed"))
    zhao = walk.person("zhao")
    motion = MOTION.search(zhao.get("/review/motions").text)[0]
    walk.keep("end to agree to", zhao.get(motion))
    walk.keep_redirect(zhao.post(f"{motion}/confirm", {"sure": "y", "otp": walk.code("zhao")["otp"]}))
    walk.keep("payout ended", qian.get(payout))


def _corrected(walk: "Walk", zhou: Visitor) -> str:
    """Claimed anew, taken back, claimed at the counter; the first code is lost, and this is the second."""
    walk.keep("mailbox with a payment that ended", zhou.get("/mailbox"))
    walk.keep("claim that ended", zhou.get("/mailbox/reward"))
    walk.keep_redirect(zhou.post("/mailbox/claim", {**CLAIM, **PLAINLY}))
    walk.keep("claim to correct", zhou.get("/mailbox/reward"))
    walk.keep("correction mistyped", zhou.post("/mailbox/claim", {**CLAIM, **PLAINLY, "account": "6222"}), 422)
    walk.keep("taking back, unsure", zhou.post("/mailbox/reward/withdraw", {}), 422)
    walk.keep_redirect(zhou.post("/mailbox/reward/withdraw", {"sure": "y"}))
    walk.keep("claim taken back", zhou.get("/mailbox/reward?done=claim-withdrawn"))
    zhou.get("/mailbox")
    walk.keep_redirect(zhou.post("/mailbox/identity", {"name": "Chou", "action": "replace"}))
    walk.keep("reward whose name was corrected", zhou.get("/mailbox/reward"))
    delegate = {**AT_COUNTER, "holder": "Zhao", "delegate": "y", "signatory": "Chou"}
    walk.keep("letter of no kind", zhou.post("/mailbox/claim", {**delegate, "pictures": (b"words", "a.txt")}), 422)
    walk.keep("claim code", zhou.post("/mailbox/claim", {**delegate, "pictures": PICTURE}))
    zhou.get("/mailbox/reward")
    walk.keep("another claim code", zhou.post("/mailbox/reward/code", {}))
    return CODE.search(zhou.last)[0]


def _paid(walk: "Walk", qian: Visitor, payout: str, code: str) -> None:
    """Released anew; a wrong code slows the right one, which books it."""
    qian.get(payout)
    _released(walk, qian, payout)
    walk.keep("payout at the counter", qian.get(payout))
    walk.keep("letter of a delegate", qian.get(f"{payout}/letter"))
    qian.get(payout)
    walk.keep("code missing", qian.post(f"{payout}/code", {}), 422)
    walk.keep("document missing", qian.post(f"{payout}/code", {**WRONG, "letter": "y"}), 422)
    wrong = {**WRONG, **SEEN}
    walk.keep("code wrong", qian.post(f"{payout}/code", wrong), 422)
    walk.keep("code too soon", qian.post(f"{payout}/code", wrong), 422)
    walk.world.clock.forward(seconds=31)
    walk.keep_redirect(qian.post(f"{payout}/code", {"code": code, **SEEN}))
    walk.keep("code right", qian.get(f"{payout}?done=code-right"))
