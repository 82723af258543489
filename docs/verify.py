"""Check an exported ledger of a Shaoyin (哨音) portal without a line of the portal's own code.

    python verify.py DIR [--root-key FILE] [--since FILE]

DIR is what `portal audit export DIR` wrote; needed are Python 3.11, `cryptography` 50, and no network.
--root-key: the root's public key as you were handed it; without it compare the one printed. --since: a checkpoint that
you or a witness kept; the ledger must still begin with what it signed. Exit status 1: does not hold.

 1. Certificates of the log's keys: 0x01 ‖ fields(claim, signature, …), claim = fields(kind, installation, subject, –,
    key, time), signature = key id(16) ‖ Ed25519 over fields("shaoyin/1/certificate", claim), by the root or the log's
    key before; fields(a, …): each behind its length as u32-BE. A key counts after the entry that names its certificate.
 2. Checkpoints (C2SP signed-note, tlog-checkpoint): Ed25519 by the log's key that counts at that size and, once there
    is one, ML-DSA-44 by its cosigner (tlog-cosignature). Lines of witnesses are passed over.
 3. Entries: indices without gap; canonical JSON (RFC 8785); leaf = SHA-256(0x00 ‖ 0x01 ‖ SHA-256(salt ‖ opening)) as
    the tiles (C2SP tlog-tiles) have it; the spreadsheet says the same. What was not exported leaves its leaf there.
 4. The tree (RFC 9162) has each checkpoint's root; the manifest, signed by the log, the SHA-256 of every file there is.
"""

import argparse
import base64
import csv
import json
import sys
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

WIDTH, PART, HASH = 256, 1 << 16, 32  # nodes of a tile, entries of a file, bytes
HEAD = "index at event actor duty officer authority trail object object_id reason facts rows"  # of the spreadsheet


def same(what, expected, found):
    """Raise ValueError unless both are equal; says both."""
    if expected != found:
        expected, found = (one.hex() if isinstance(one, bytes) else one for one in (expected, found))
        raise ValueError(f"{what}: expected {expected}, found {found}")


def fields(*parts):
    """Return parts, each behind its length."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def unfields(data):
    """Undo `fields`."""
    size = 4 + int.from_bytes(data[:4], "big")
    return [data[4:size], *unfields(data[size:])] if data else []


def signed(key, signature, message):
    """Return whether a key made a signature."""
    try:
        (Ed25519PublicKey if len(key) == HASH else MLDSA44PublicKey).from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical(value):
    """Return the one encoding of a value (all keys here are ASCII, so code points sort as RFC 8785 asks)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_json(what, line):
    """Return what a line says; ValueError unless it is in the one encoding of that."""
    try:
        value = json.loads(line, parse_float=int, parse_constant=int)
    except ValueError as error:
        raise ValueError(f"{what}: {'not canonical JSON' if line else 'not there'} ({error})") from error
    if canonical(value) + b"\n" != line:
        raise ValueError(f"{what}: not canonical JSON: expected {canonical(value)[:200]!r}, found {line[:200]!r}")
    return value


def read_lines(path):
    """Return what each line of a file says, behind what to call it."""
    lines = enumerate(path.read_bytes().splitlines(keepends=True), 1)
    return [(f"{path.name}, line {number}", read_json(f"{path.name}, line {number}", line)) for number, line in lines]


def counting(terms, size):
    """Return the key that counts for a tree of so many leaves, or none."""
    return next((key for since, key in reversed(terms) if since < size), None)


def log_keys(folder, root):
    """Return installations; by kind, after which entry which key counts; and what those entries must name."""
    terms, named, installations = {b"log": [], b"cosigner": []}, {}, set()
    for what, said in read_lines(folder / "certificates.jsonl"):
        body, entry, row_id = bytes.fromhex(said["body"]), said["entry"], bytes.fromhex(said["id"].replace("-", ""))
        claim, *signatures = unfields(body[1:])
        kind, installation, subject, _, key, _ = unfields(claim)
        message, vouched = fields(b"shaoyin/1/certificate", claim), False
        for voucher in filter(None, (root, counting(terms[b"log"], entry))):
            known = sha256(b"shaoyin/1/key-id/sign" + voucher).digest()[:16]
            vouched |= any(one[:16] == known and signed(voucher, one[16:], message) for one in signatures)
        if not vouched:
            raise ValueError(f"{what}, certificate of {subject.decode()}: neither the root nor the log's key signed it")
        digest = sha256(body).digest()
        columns = (b"body", b"b" + digest, b"digest", b"b" + sha256(digest).digest(), b"id", b"u" + row_id)
        row = sha256(fields(b"certificates", *columns, b"kind", b"s" + kind, b"subject", b"s" + subject)).hexdigest()
        named.setdefault(entry, []).append(["certificates", said["id"], row])
        terms[kind].append((entry, key))
        installations.add(installation.hex())
    return sorted(installations), terms, named


def require_signed(what, text, origin, mark, key, before, after=b""):
    """Raise ValueError unless a key signed a note's message; a cosigner puts the time into it, and in front."""
    who, end = ("key", 4) if mark == b"\x01" else ("cosigner", 12)
    known = sha256(f"{origin}\n".encode() + mark + (key or b"")).digest()[:4]
    lines = [one for one in text.rpartition("\n\n")[2].splitlines() if key and one.startswith(f"\u2014 {origin} ")]
    found = [base64.b64decode(one.rpartition(" ")[2], validate=True) for one in lines]
    if not any(one[:4] == known and signed(key, one[end:], before + one[4:end] + after) for one in found):
        raise ValueError(f"{what}: not signed by the log's {who} that counts there")


def checkpoint(what, text, origin, terms):
    """Return size and root of a checkpoint that the keys of its size signed."""
    body = text.rpartition("\n\n")[0]
    same(f"{what}: its origin", origin, body.partition("\n")[0])
    _, size, root = body.split("\n")
    size, root = int(size), base64.b64decode(root, validate=True)
    require_signed(what, text, origin, b"\x01", counting(terms[b"log"], size), f"{body}\n".encode())
    if cosigner := counting(terms[b"cosigner"], size):
        name = bytes([len(origin.encode())]) + origin.encode()
        end = name + bytes(8) + size.to_bytes(8, "big") + root
        require_signed(what, text, origin, b"\x06", cosigner, b"subtree/v1\n\0" + name, end)
    return size, root


def tree(leaves):
    """Return the roots of whole subtrees by their height, leaves first."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        levels.append(
            [sha256(b"\x01" + b"".join(pair)).digest() for pair in zip(*[iter(levels[-1])] * 2, strict=False)]
        )
    return levels


def root_of(levels, size):
    """Return the root of the tree of so many leaves."""
    node = b""
    for height in (one for one in range(size.bit_length()) if size >> one & 1):
        left = levels[height][(size >> height) - 1]
        node = sha256(b"\x01" + left + node).digest() if node else left
    return node


def tile(folder, index, size):
    """Return the leaves of one tile of a tree of so many."""
    width, path, rest = min(WIDTH, size - WIDTH * index), f"{index % 1000:03}", index // 1000
    while rest:
        path, rest = f"x{rest % 1000:03}/{path}", rest // 1000
    path = f"tile/0/{path}{'' if width == WIDTH else f'.p/{width}'}"
    data = (folder / path).read_bytes()
    same(f"{path}: its length", width * HASH, len(data))
    return [data[at : at + HASH] for at in range(0, len(data), HASH)]


def row_of(index, said):
    """Return an entry as the spreadsheet has it: text, nothing for null."""
    who, facts = said["actor"], canonical(said["facts"]).decode()
    cells = [index, said["at"], said["event"], who["kind"], who["duty"], who["officer"], who["authority"]]
    cells += [said["authority"], *(said["object"] or ("", "")), said["reason"], facts, len(said["rows"])]
    return ["" if cell is None else str(cell) for cell in cells]


def entries(folder, size):
    """Yield index, leaf and opening of each entry, as tile and spreadsheet have it."""
    for first in range(0, size, PART):
        name, text = f"entries/{first:010}", {"newline": "", "encoding": "utf-8"}
        with (folder / f"{name}.jsonl").open("rb") as lines, (folder / f"{name}.csv").open(**text) as file:
            sheet = csv.reader(file)
            same(f"{name}.csv, line 1", HEAD.split(), next(sheet, []))
            for index in range(first, min(size, first + PART)):
                if index % WIDTH == 0:
                    leaves = tile(folder, index // WIDTH, size)
                said = read_json(f"entry {index}", lines.readline())
                same(f"entry {index}: its index", index, said["index"])
                if said["opening"] is not None:
                    record = sha256(bytes.fromhex(said["salt"]) + canonical(said["opening"])).digest()
                    same(f"entry {index}: its leaf", leaves[index % WIDTH], sha256(b"\x00\x01" + record).digest())
                    same(f"entry {index} in {name}.csv", row_of(index, said["opening"]), next(sheet, []))
                yield index, leaves[index % WIDTH], said["opening"]
            same(f"{name}: what follows its last entry", (b"", []), (lines.readline(), next(sheet, [])))


def walk(folder, size, roots, root, installations, named):
    """Check entries and tree; return how many openings there are."""
    opened, leaves = 0, []
    for index, leaf, opening in entries(folder, size):
        if index == 0:
            same("entry 0: the root key of the installation", root.hex(), opening["facts"]["root_key"])
            same("entry 0: the installation", installations, [opening["object"][1].replace("-", "")])
        for row in named.pop(index, ()):
            same(f"entry {index}: naming a certificate", row, row if opening and row in opening["rows"] else None)
        opened += opening is not None
        leaves.append(leaf)
    same("entries that certificates count from and that are not here", [], sorted(named))
    levels = tree(leaves)
    for what, at, expected in roots:
        same(f"entries that {what} signed and that are not here", 0, max(0, at - size))
        same(f"the root of the first {at} entries, which {what} signed", expected, root_of(levels, at))
    return opened


def verify(folder, root_key, since):
    """Check a bundle; return what to say. Raises ValueError naming the first thing that does not hold."""
    root = bytes.fromhex((root_key or folder / "root.pub").read_text("utf-8").strip())
    installations, terms, named = log_keys(folder, root)
    notes = [("checkpoint", (folder / "checkpoint").read_text("utf-8"))]
    notes += [(what, said["note"]) for what, said in read_lines(folder / "checkpoints.jsonl")]
    notes += [(f"--since {since}", since.read_text("utf-8"))] if since else []
    origin = notes[0][1].partition("\n")[0]
    roots = [(what, *checkpoint(what, text, origin, terms)) for what, text in notes]
    _, size, top = roots[0]
    opened = walk(folder, size, roots, root, installations, named)
    text, sums = (folder / "manifest").read_text("utf-8"), (folder / "SHA256SUMS").read_bytes()
    body = text.rpartition("\n\n")[0] + "\n"
    require_signed("manifest", text, origin, b"\x01", counting(terms[b"log"], size), body.encode())
    first, said = body.splitlines()[0], dict(line.split(" ", 1) for line in body.splitlines()[1:])
    same("manifest", ["shaoyin/1/export", str(size), top.hex()], [first, said["size"], said["root"]])
    same("SHA256SUMS, which the manifest names", said["sums"], sha256(sums).hexdigest())
    listed = dict(reversed(line.split("  ", 1)) for line in sums.decode().splitlines())
    there = {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()} - {"manifest", "SHA256SUMS"}
    same("files of the bundle that are listed or there and not both", [], sorted(there ^ listed.keys()))
    for name, digest in listed.items():
        same(f"{name}: its SHA-256", digest, sha256((folder / name).read_bytes()).hexdigest())
    same("entries that are opened", size if said["authority"] == "*" else opened, opened)
    notes = len({at for _, at, _ in roots})  # the newest stands in two files
    scope = f"{size} entries, of which {opened} are opened (authority {said['authority']}), {notes} checkpoints"
    hint = "" if root_key else ", compare it with yours"
    return f"holds: {origin}, {scope}\nroot: {top.hex()}\nroot key{hint}: {root.hex()}"


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="Check an exported ledger; the head of this file says how.")
    asked.add_argument("folder", type=Path, metavar="DIR")
    asked.add_argument("--root-key", type=Path, metavar="FILE", help="the root's public key, in hex, as you have it")
    asked.add_argument("--since", type=Path, metavar="FILE", help="an older checkpoint that was kept elsewhere")
    try:
        print(verify(**vars(asked.parse_args())))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, csv.Error) as error:
        sys.exit(f"does not hold: {'cannot be read: ' if isinstance(error, OSError) else ''}{error}")
