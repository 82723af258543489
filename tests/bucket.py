"""An S3 server of the tests' own: SeaweedFS, one binary from the locked test dependencies, on ports that are free."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Self

import pytest

from bench.server import free_port
from portal.store.blobs import Blobs
from portal.store.blobs_s3 import open_bucket

BINARY = Path(sys.executable).with_name("weed")
MISSING = "no S3 server for the tests: make installs it, or pip install --require-hashes -r requirements/dev.txt"
PATIENCE = 30.0  # seconds
KEYS = {"AWS_ACCESS_KEY_ID": "shaoyin", "AWS_SECRET_ACCESS_KEY": "opens-nothing-else"}
PORTS = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc")
S3_PORTS = ("s3.port", "s3.port.grpc")
PLAIN = (
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-s3",
    "-s3.iam=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-master.peers=none",
    "-master.telemetry=false",
    "-master.volumeSizeLimitMB=64",
    "-volume.max=20",
)


@dataclass
class Bucket:
    """A server, and what it was started with."""

    folder: Path
    ports: dict[str, int]
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @classmethod
    def start(cls, folder: Path, binary: Path = BINARY) -> Self:
        """One that takes files; a machine without any is told so."""
        if not binary.exists():
            pytest.fail(MISSING, pytrace=False)
        identity = {"name": "tests", "credentials": [dict(zip(("accessKey", "secretKey"), KEYS.values(), strict=True))]}
        actions = ["Admin", "Read", "Write", "List"]
        (folder / "keys.json").write_text(json.dumps({"identities": [{**identity, "actions": actions}]}))
        (folder / "data").mkdir()
        server = cls(folder, {name: free_port() for name in (*PORTS, *S3_PORTS)})
        server.up()
        return server

    def up(self) -> None:
        """Start it, again."""
        given = [f"-{name}={port}" for name, port in self.ports.items()]
        places = [f"-dir={self.folder / 'data'}", f"-s3.config={self.folder / 'keys.json'}"]
        with (self.folder / "log").open("ab") as log:
            command = [BINARY, "-logtostderr=true", "server", *PLAIN, *places, *given]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        blobs, until = self.blobs("ready"), time.monotonic() + PATIENCE
        while not _answers(blobs):
            if time.monotonic() > until or self.process.poll() is not None:
                self.down()
                pytest.fail(f"the S3 server does not start; see {self.folder / 'log'}", pytrace=False)
            time.sleep(0.05)

    def down(self) -> None:
        """Kill it, and take the sockets away that it leaves outside its folder."""
        ends = tuple(f"-{port}.sock" for port in self.ports.values())
        open_ones = {Path(line.rpartition(" ")[2]) for line in Path("/proc/net/unix").read_text().splitlines()}
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        for path in open_ones:
            if path.name.startswith("seaweedfs-") and path.name.endswith(ends):
                path.unlink(missing_ok=True)

    stop = down

    def url(self, prefix: str, **asked: str) -> str:
        """For PORTAL_BLOB_URL."""
        more = "".join(f"&{name}={value}" for name, value in asked.items())
        return f"s3://files/{prefix}?endpoint=http://127.0.0.1:{self.ports['s3.port']}{more}"

    def blobs(self, prefix: str, **environ: str) -> Blobs:
        """A store of its own in it."""
        return open_bucket(self.url(prefix), {**KEYS, **environ})

    def unfinished(self) -> int:
        """How many uploads lie there in parts, as the server's own folder tells."""
        filer = HTTPConnection("127.0.0.1", self.ports["filer.port"], timeout=PATIENCE)
        filer.request("GET", "/buckets/files/.uploads/", headers={"Accept": "application/json"})
        answer = filer.getresponse()
        body = answer.read()
        filer.close()
        return len(json.loads(body)["Entries"] or ()) if answer.status == HTTPStatus.OK else 0


def _answers(blobs: Blobs) -> bool:
    try:
        blobs.ready()
    except Exception:  # noqa: BLE001 — whatever it is, it is not up
        return False
    return True
