"""The floor: the least a Flask page can do that seals a report, commits it durably and writes an audit row."""

import os
import secrets
import sqlite3
import threading
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite
from flask import Flask, request

SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
KEY = MLKEM768X25519PublicKey(MLKEM768PrivateKey.generate().public_key(), X25519PrivateKey.generate().public_key())
PATH = Path(os.environ["FLOOR_HOME"]) / "floor.sqlite"
local = threading.local()
app = Flask(__name__)


def connection() -> sqlite3.Connection:
    """One per thread: WAL, FULL."""
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(PATH, timeout=10, isolation_level=None)
        local.connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE IF NOT EXISTS reports (id BLOB PRIMARY KEY, body BLOB, who BLOB);"
            "CREATE TABLE IF NOT EXISTS audit (id INTEGER PRIMARY KEY, what TEXT);"
        )
    return local.connection


@app.get("/")
@app.get("/report")
def form():
    """A form of the size of a form."""
    return "<form method=post>" + "<option>" * 1500 + "</form>"


@app.post("/report")
def report():
    """Seal, commit."""
    body = SUITE.encrypt(request.form["description"].encode(), KEY, info=b"body")
    who = SUITE.encrypt(request.form["name"].encode(), KEY, info=b"who")
    database = connection()
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO reports VALUES (?, ?, ?)", (secrets.token_bytes(16), body, who))
    database.execute("INSERT INTO audit (what) VALUES ('submitted')")
    database.execute("COMMIT")
    return '<output id="receipt">' + secrets.token_hex(12) + "</output>"
