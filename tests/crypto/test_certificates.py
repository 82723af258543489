from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import certificates
from crypto.certificates import Certificate, cosign, fingerprint, issue, verify
from crypto.errors import CertificateError, CryptoError, SuiteError
from crypto.keys import SigningKey
from crypto.primitives import fields, with_suite

JILIN = b"jilin-installation"
UUID = "0190c4a2-7e5b-7c3d-8a1f-2b4c6d8e0f12"
ROOT = SigningKey(b"the root's seed, kept off-line..")
QIN, WU, SHEN = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))
OFFICERS = {b"qin": QIN.public, b"wu": WU.public}
DESK = Certificate("desk", JILIN, f"desk/{UUID}/3", bytes(1216), b"", 1_790_000_000)
OFFICER = Certificate("officer", JILIN, f"officer/{UUID}", bytes(1216), SHEN.public.raw, 1_790_000_000)
RECOVERY = Certificate("recovery", JILIN, "recovery/all-else/1", bytes(1216), b"", 1_790_000_000)
PROMISE = Certificate("promise", JILIN, "promise/intake-1", b"", SHEN.public.raw, 0)
LOG = Certificate("log", JILIN, "log", b"", SHEN.public.raw, 0)


def check(blob, **changes):
    arguments = {"installation": JILIN, "root": ROOT.public, "officers": OFFICERS} | changes
    return verify(blob, **arguments)


@pytest.mark.parametrize("certificate", [DESK, OFFICER, RECOVERY, PROMISE, LOG], ids=lambda c: c.kind)
def test_what_the_root_signs_is_verified(certificate):
    assert verify(issue(certificate, ROOT), installation=JILIN, root=ROOT.public) == certificate
    assert certificates.read(issue(certificate)) == certificate


def test_what_two_officers_sign_is_verified_whoever_is_first():
    for signers in ((QIN, WU), (WU, QIN), (SHEN, WU, QIN)):
        assert check(issue(DESK, *signers)) == DESK
    assert check(cosign(issue(DESK, QIN), WU)) == DESK


@pytest.mark.parametrize(
    "signers", [(), (QIN,), (QIN, QIN), (QIN, SHEN), (SHEN,)], ids=["none", "one", "twice", "stranger", "only"]
)
def test_one_person_certifies_nothing(signers):
    with pytest.raises(CertificateError):
        check(issue(DESK, *signers))


def test_one_key_under_two_names_is_one_person():
    with pytest.raises(CertificateError):
        check(issue(DESK, QIN, QIN), officers={b"qin": QIN.public, b"twin": QIN.public})


def test_nobody_vouches_for_their_own_key():
    officers = OFFICERS | {b"shen": SHEN.public}
    assert check(issue(DESK, SHEN, WU), officers=officers) == DESK
    with pytest.raises(CertificateError):
        check(issue(OFFICER, SHEN, WU), officers=officers)


def test_two_officers_do_not_suffice_where_none_are_known():
    with pytest.raises(CertificateError):
        check(issue(DESK, QIN, WU), officers={})


def test_another_installation_or_root_is_refused():
    with pytest.raises(CertificateError):
        check(issue(DESK, ROOT), installation=b"another")
    with pytest.raises(CertificateError):
        check(issue(DESK, ROOT), root=SHEN.public)


@pytest.mark.parametrize(
    "changed",
    [
        replace(DESK, subject=f"desk/{UUID}/4"),
        replace(DESK, subject=f"desk/{UUID[:-1]}3/3"),
        replace(DESK, encryption_key=b"\1" + bytes(1215)),
        replace(DESK, issued_at=DESK.issued_at + 1),
    ],
    ids=["epoch", "desk", "key", "time"],
)
def test_a_signature_holds_for_its_certificate_only(changed):
    _, signatures = certificates._split(issue(DESK, ROOT))
    with pytest.raises(CertificateError):
        check(with_suite(fields(changed.body(), *signatures)))


def test_every_altered_byte_is_refused():
    blob = issue(PROMISE, ROOT)
    for at in range(1, len(blob)):
        altered = bytearray(blob)
        altered[at] ^= 1
        with pytest.raises(CertificateError):
            check(bytes(altered))


def test_every_cut_is_refused():
    blob = issue(PROMISE, ROOT)
    for length in range(1, len(blob)):
        with pytest.raises(CertificateError):
            check(blob[:length])


@pytest.mark.parametrize("version", [b"", b"\0", b"\2"])
def test_another_suite_is_refused(version):
    with pytest.raises(SuiteError):
        check(version + issue(DESK, ROOT)[1:] if version else b"")


def test_a_known_signer_with_a_wrong_signature_spoils_the_whole():
    body, signatures = certificates._split(issue(DESK, ROOT))
    forged = QIN.public.id + bytes(64)
    with pytest.raises(CertificateError):
        check(with_suite(fields(body, *signatures, forged)))
    assert check(with_suite(fields(body, *signatures, SHEN.public.id + bytes(64)))) == DESK


def test_more_signatures_than_people_is_refused():
    assert check(issue(DESK, *[ROOT] * 8)) == DESK
    with pytest.raises(CertificateError):
        check(issue(DESK, *[ROOT] * 9))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        fields(b"desk"),
        fields(b"\xff", JILIN, b"log", b"", SHEN.public.raw, bytes(8)),
        fields(b"log", JILIN, b"log", b"", SHEN.public.raw, bytes(9)),
        fields(b"log", JILIN, b"log", b"", SHEN.public.raw, b"\xff" * 8),
        fields(b"log", JILIN, b"log", b"", SHEN.public.raw, bytes(8), b""),
        fields(b"log", JILIN, b"log", b"", SHEN.public.raw, bytes(8)) + b"\0",
    ],
)
def test_a_body_of_another_shape_is_refused_even_signed(body):
    signature = ROOT.public.id + ROOT.sign(fields(b"shaoyin/1/certificate", body))
    with pytest.raises(CertificateError):
        check(with_suite(fields(body, signature)))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "root"},
        {"subject": f"desk/{UUID}"},
        {"subject": f"desk/{UUID}/03"},
        {"subject": f"desk/{UUID.upper()}/3"},
        {"subject": f"desk/{UUID}/3\n"},
        {"subject": f"officer/{UUID}"},
        {"encryption_key": b""},
        {"signing_key": bytes(32)},
        {"installation": b""},
        {"issued_at": -1},
        {"issued_at": 1 << 63},
    ],
    ids=str,
)
def test_what_does_not_hold_together_can_not_be_certified(change):
    with pytest.raises(CertificateError):
        replace(DESK, **change)


def test_a_fingerprint_is_of_keys_and_subject_not_of_signatures_or_time():
    assert fingerprint(issue(DESK, ROOT)) == fingerprint(issue(replace(DESK, issued_at=7), QIN, WU))
    assert fingerprint(issue(DESK)) != fingerprint(issue(replace(DESK, subject=f"desk/{UUID}/4")))
    assert fingerprint(issue(DESK)) != fingerprint(issue(replace(DESK, installation=b"another")))
    groups = fingerprint(issue(DESK)).split(" ")
    assert [len(group) for group in groups] == [4] * 10


@given(st.binary(max_size=300))
def test_noise_raises_typed_errors_only(noise):
    for blob in (noise, b"\x01" + noise):
        with pytest.raises(CryptoError):
            check(blob)
