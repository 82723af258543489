"""A store of files in a bucket: addresses and keys that make no sense, a server that is away, full or refuses."""

import secrets
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from portal.domain.errors import NoRoomError, NotStoredError, StartError
from portal.store import blobs_s3
from portal.store.blobs import open_blobs
from portal.store.blobs_s3 import open_bucket
from tests.bucket import KEYS, MISSING, Bucket

NAME = f"files/{'5a' * 16}"
SECRET = "canary-of-the-secret"
WRONG = [
    ("s3://", "must look like"),
    ("s3://?endpoint=https://s3.example.cn", "must look like"),
    (f"s3://key:{SECRET}@files", "its keys are variables"),
    ("s3://files#part", "must look like"),
    ("s3://[files", "must look like"),
    ("s3://files?endpiont=https://s3.example.cn", "endpiont is none of ca, endpoint, region"),
    ("s3://files?endpoint=s3.example.cn", "endpoint must look like https"),
    ("s3://files?endpoint=ftp://s3.example.cn", "endpoint must look like https"),
    ("s3://files?endpoint=", "endpoint must look like https"),
    (f"s3://files?endpoint=https://key:{SECRET}@s3.example.cn", "endpoint must look like https"),
    ("s3://files?endpoint=https://[::1", "endpoint must look like https"),
    ("s3://files?endpoint=http://10.0.0.8:9000", "needs https"),
    ("s3://files?endpoint=https://s3.example.cn&ca=/nowhere/ca.pem", "cannot read /nowhere/ca.pem"),
]


def put(blobs, name=NAME, body=b"body"):
    with blobs.write(name) as sink:
        sink.write(body)


@pytest.fixture
def prefix():
    return secrets.token_hex(8)


@pytest.mark.parametrize(("url", "said"), WRONG)
def test_an_address_that_makes_no_sense_is_refused_in_one_line(url, said):
    with pytest.raises(StartError, match=said) as refusal:
        open_bucket(url, KEYS)
    assert "\n" not in str(refusal.value)
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize("missing", list(KEYS))
def test_without_keys_it_is_refused_and_no_cloud_is_asked(missing):
    with pytest.raises(StartError, match=f"{missing} is not set"):
        open_bucket("s3://files", {**KEYS, missing: ""})


def test_a_certificate_that_is_none_is_refused(tmp_path):
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n")
    with pytest.raises(StartError, match="makes no sense"):
        open_bucket(f"s3://files?endpoint=https://s3.example.cn&ca={tmp_path}/ca.pem", KEYS)


def test_an_address_is_opened_without_going_there(tmp_path, monkeypatch):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    assert open_blobs("s3://files/prefix?endpoint=https://s3.invalid&region=cn-northeast-1", tmp_path).room() is None


def test_without_the_driver_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "portal.store.blobs_s3", None)
    with pytest.raises(StartError, match=r"pip install .* -r requirements/s3\.txt"):
        open_blobs("s3://files", tmp_path)


def test_without_a_server_for_the_tests_they_fail_in_one_line(tmp_path):
    with pytest.raises(pytest.fail.Exception) as failed:
        Bucket.start(tmp_path, tmp_path / "weed")
    assert str(failed.value) == MISSING
    assert "\n" not in MISSING


def test_wrong_keys_are_said_in_one_line(bucket, prefix):
    blobs = bucket.blobs(prefix, AWS_SECRET_ACCESS_KEY=SECRET)
    with pytest.raises(StartError) as refusal:
        blobs.ready()
    assert str(refusal.value) == "files cannot be kept in the bucket files: the server refuses its keys"
    with pytest.raises(NotStoredError, match="the server refuses its keys"):
        put(blobs)


def test_two_prefixes_do_not_meet(bucket, prefix):
    one, other = bucket.blobs(f"{prefix}/a"), bucket.blobs(f"{prefix}/b")
    put(one)
    assert list(other.listed("files")) == []
    with pytest.raises(NotStoredError), other.read(NAME):
        pass


def test_parts_of_what_was_broken_off_are_taken_back_from_the_server(bucket, prefix):
    blobs, before = bucket.blobs(prefix), bucket.unfinished()  # others may have been killed
    with suppress(KeyError), blobs.write(NAME) as sink:
        sink.write(bytes(2 * blobs_s3.PART))
        assert bucket.unfinished() == before + 1
        raise KeyError
    assert bucket.unfinished() == before


def test_what_took_longer_than_a_file_may_is_not_kept(bucket, prefix, monkeypatch):
    blobs = bucket.blobs(prefix)
    monkeypatch.setattr(blobs_s3, "LONGEST", -1.0)
    with pytest.raises(NotStoredError, match="too long"):
        put(blobs, body=bytes(blobs_s3.PART + 1))
    assert list(blobs.listed("files")) == []


def test_a_server_that_goes_away_refuses_and_one_that_comes_back_has_what_it_took(bucket, prefix):
    blobs = bucket.blobs(prefix)
    put(blobs, body=b"before")
    bucket.down()
    try:
        with pytest.raises(StartError, match="files cannot be kept in the bucket files: the server does not answer"):
            blobs.ready()
        for ask in (lambda: put(blobs), lambda: list(blobs.listed("files")), lambda: blobs.delete(NAME)):
            with pytest.raises(NotStoredError, match="does not answer"):
                ask()
        with pytest.raises(NotStoredError), blobs.read(NAME):
            pass
    finally:
        bucket.up()
    with blobs.read(NAME) as file:
        assert file.read() == b"before"
    put(blobs, body=b"after")


class Full(BaseHTTPRequestHandler):
    """As some servers say that there is no room (MinIO; Ceph says it with a quota)."""

    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b"<Error><Code>XMinioStorageFull</Code></Error>"
        self.send_response(507)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_a_server_that_says_it_is_full_is_believed():
    with ThreadingHTTPServer(("127.0.0.1", 0), Full) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        blobs = open_bucket(f"s3://files?endpoint=http://127.0.0.1:{server.server_port}", KEYS)
        with pytest.raises(NoRoomError):
            put(blobs)
        server.shutdown()
