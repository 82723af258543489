"""Check an exported ledger of a Shaoyin (哨音) portal without a line of the portal's own code.

    python verify.py DIR [--root-key FILE] [--since FILE]

DIR is what `portal audit export DIR` wrote; needed are Python 3.11 and the package `cryptography`, and no network.
--root-key: the root's public key as you were handed it; without it compare the one printed. --since: a checkpoint that
you or a witness kept; the ledger must still begin with what it signed. Exit status 1: does not hold.

 1. Certificates: body = 0x01 ‖ fields(claim, signature, …), claim = fields(kind, installation, subject, encryption key,
    signing key, time), signature = key id(16) ‖ Ed25519 over fields("shaoyin/1/certificate", claim), where fields(a, b)
    is each part behind its length as u32-BE. The root signed, or two officers whose own certificates are believed.
 2. Checkpoints (C2SP signed-note, tlog-checkpoint) are signed by a key certified for the log. Cosignatures of witnesses
    (types 0x04 and 0x06, ML-DSA-44) are not the log's word: lines of other names or keys are passed over.
 3. Entries: indices without gap; canonical JSON (RFC 8785); leaf = SHA-256(0x00 ‖ 0x01 ‖ SHA-256(salt ‖ opening)) as
    the tiles (C2SP tlog-tiles) have it; the spreadsheet says the same. What was not exported leaves its leaf there.
 4. The tree (RFC 9162) has each checkpoint's root after as many leaves; upper tiles are those of the lower.
 5. The manifest, signed by the log, has the SHA-256 of every file there is, and no others.
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

SIGNER = b"shaoyin/1/key-id/sign"  # ‖ key, hashed: how a certificate's signature names its key
WIDTH, PART, HASH = 256, 1 << 16, 32  # nodes of a tile, entries of a file, bytes
HEAD = "index at event actor duty officer authority trail object object_id reason facts rows"  # of the spreadsheet


def same(what, expected, found):
    """Raise ValueError unless both are equal; says both."""
    if expected != found:
        expected, found = (one.hex() if isinstance(one, bytes) else one for one in (expected, found))
        raise ValueError(f"{what}: expected {expected}, found {found}")


def signed(key, signature, message):
    """Return whether an Ed25519 key made a signature."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def unfields(data):
    """Return parts, each behind its length."""
    size = 4 + int.from_bytes(data[:4], "big")
    if data and len(data) < size:
        raise ValueError("a field is cut off")
    return [data[4:size], *unfields(data[size:])] if data else []


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


def read_lines(folder, name):
    """Return what the lines of a file say."""
    lines = (folder / name).read_bytes().splitlines(keepends=True)
    return [read_json(f"{name}, line {number}", line) for number, line in enumerate(lines, 1)]


def believed(at, blobs, root, state):
    """Return whether the root or two believed officers signed: none vouches for their own key, or in a circle."""
    if at not in state:
        state[at], (claim, *signatures), people = False, blobs[at], {}
        message = b"".join(len(one).to_bytes(4, "big") + one for one in (b"shaoyin/1/certificate", claim))
        for entry in signatures:
            if entry[:16] == sha256(SIGNER + root).digest()[:16] and signed(root, entry[16:], message):
                state[at] = True
            for other, (kind, _, subject, _, key, _) in enumerate(unfields(one[0]) for one in blobs):
                if kind == b"officer" and entry[:16] == sha256(SIGNER + key).digest()[:16] and key not in claim:
                    if not signed(key, entry[16:], message):
                        return False
                    people |= {subject: key} if believed(other, blobs, root, state) else {}
        state[at] = state[at] or len(set(people.values())) > 1
    return state[at]


def log_keys(folder, root):
    """Return the installation, and the keys that may sign its log. ValueError unless every certificate is believed."""
    said, state = read_lines(folder, "certificates.jsonl"), {}
    blobs = [unfields(bytes.fromhex(one["body"])[1:]) for one in said]
    claims = [unfields(claim) for claim, *_ in blobs]
    for at, (_, _, subject, *_) in enumerate(claims):
        same(f"certificates.jsonl, line {at + 1}: whom it is for", subject.decode(), said[at]["subject"])
        if not believed(at, blobs, root, state):
            raise ValueError(f"certificate of {subject.decode()}: neither the root nor two officers vouch for it")
    same("installations that are certified", 1, len({one[1] for one in claims}))
    return claims[0][1], [one[4] for one in claims if one[0] == b"log"]


def open_note(what, text, origin, keys):
    """Return the signed lines of a note; ValueError unless one of these keys signed it under this name."""
    body, _, block = text.rpartition("\n\n")
    for line in (one for one in block.splitlines() if one.startswith(f"\u2014 {origin} ")):
        raw = base64.b64decode(line.rpartition(" ")[2], validate=True)
        for key in (one for one in keys if raw[:4] == sha256(f"{origin}\n\x01".encode() + one).digest()[:4]):
            if signed(key, raw[4:], f"{body}\n".encode()):
                return body.splitlines()
    raise ValueError(f"{what}: not signed by a certified key of the log")


def tree(leaves):
    """Return the roots of whole subtrees by their height, leaves first."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        pairs = zip(levels[-1][::2], levels[-1][1::2], strict=False)
        levels.append([sha256(b"\x01" + left + right).digest() for left, right in pairs])
    return levels


def root_of(levels, size):
    """Return the root of the tree of so many leaves."""
    node = b""
    for height in (one for one in range(size.bit_length()) if size >> one & 1):
        left = levels[height][(size >> height) - 1]
        node = sha256(b"\x01" + left + node).digest() if node else left
    return node


def tile(folder, level, index, size):
    """Return the nodes of one tile of a tree of so many leaves."""
    width, path, rest = min(WIDTH, (size >> 8 * level) - WIDTH * index), f"{index % 1000:03}", index // 1000
    while rest:
        path, rest = f"x{rest % 1000:03}/{path}", rest // 1000
    path = f"tile/{level}/{path}{'' if width == WIDTH else f'.p/{width}'}"
    data = (folder / path).read_bytes()
    same(f"{path}: its length", width * HASH, len(data))
    return [data[at : at + HASH] for at in range(0, len(data), HASH)]


def row(index, said):
    """Return an entry as the spreadsheet has it: text, nothing for null."""
    who, facts = said["actor"], canonical(said["facts"]).decode()
    cells = [index, said["at"], said["event"], who["kind"], who["duty"], who["officer"], who["authority"]]
    cells += [said["authority"], *(said["object"] or ("", "")), said["reason"], facts, len(said["rows"])]
    return ["" if cell is None else str(cell) for cell in cells]


def entries(folder, size):
    """Yield (index, opening) of each entry whose leaf is the tree's, and the leaf; and compare the spreadsheet."""
    for first in range(0, size, PART):
        name = f"entries/{first:010}"
        with (folder / f"{name}.jsonl").open("rb") as lines, (folder / f"{name}.csv").open(newline="") as file:
            sheet = csv.reader(file)
            same(f"{name}.csv, line 1", HEAD.split(), next(sheet, []))
            for index in range(first, min(size, first + PART)):
                if index % WIDTH == 0:
                    leaves = tile(folder, 0, index // WIDTH, size)
                said = read_json(f"entry {index}", lines.readline())
                same(f"entry {index}: its index", index, said["index"])
                if said["opening"] is not None:
                    record = sha256(bytes.fromhex(said["salt"]) + canonical(said["opening"])).digest()
                    same(f"entry {index}: its leaf", leaves[index % WIDTH], sha256(b"\x00\x01" + record).digest())
                    same(f"entry {index} in {name}.csv", row(index, said["opening"]), next(sheet, []))
                yield index, leaves[index % WIDTH], said["opening"]
            same(f"{name}.jsonl: what follows its last entry", b"", lines.readline())
            same(f"{name}.csv: what follows its last entry", [], next(sheet, []))


def walk(folder, size, roots, root, installation):
    """Check entries and tree; return how many openings there are."""
    opened, leaves = 0, []
    for index, leaf, opening in entries(folder, size):
        if index == 0 and opening is not None:
            same("entry 0: the root key of the installation", root.hex(), opening["facts"]["root_key"])
            same("entry 0: the installation", installation.hex(), opening["object"][1].replace("-", ""))
        opened += opening is not None
        leaves.append(leaf)
    levels = tree(leaves)
    for what, at, expected in roots:
        same(f"the root of the first {at} entries, which {what} signed", expected, root_of(levels, at))
    for level in range(1, (len(levels) + 7) // 8):
        for index in range(-(-len(levels[8 * level]) // WIDTH)):
            nodes = levels[8 * level][index * WIDTH : (index + 1) * WIDTH]
            same(f"tile {index} of level {level}", b"".join(nodes), b"".join(tile(folder, level, index, size)))
    return opened


def manifest(folder, origin, keys, size, root):
    """Check that the manifest names every file there is, as it is; return whose openings the bundle has."""
    first, *lines = open_note("manifest", (folder / "manifest").read_text("utf-8"), origin, keys)
    said, sums = dict(line.split(" ", 1) for line in lines), (folder / "SHA256SUMS").read_bytes()
    expected, found = f"shaoyin/1/export {size} {root.hex()}", f"{first} {said['size']} {said['root']}"
    same("manifest: form, size and root", expected, found)
    same("SHA256SUMS, which the manifest names", said["sums"], sha256(sums).hexdigest())
    listed = dict(reversed(line.split("  ", 1)) for line in sums.decode().splitlines())
    there = {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()} - {"manifest", "SHA256SUMS"}
    same("files of the bundle that are listed or there and not both", [], sorted(there ^ listed.keys()))
    for name, digest in listed.items():
        same(f"{name}: its SHA-256", digest, sha256((folder / name).read_bytes()).hexdigest())
    return said["authority"]


def verify(folder, root_key, since):
    """Check a bundle; return what to say. Raises ValueError naming the first thing that does not hold."""
    root = bytes.fromhex((root_key or folder / "root.pub").read_text().strip())
    installation, keys = log_keys(folder, root)
    notes = {"checkpoint": (folder / "checkpoint").read_text("utf-8")}
    for number, said in enumerate(read_lines(folder, "checkpoints.jsonl"), 1):
        notes[f"checkpoints.jsonl, line {number}"] = said["note"]
    if since:
        notes[f"--since {since}"] = since.read_text("utf-8")
    origin, roots, size, top = notes["checkpoint"].partition("\n")[0], [], None, b""
    for name, text in notes.items():
        lines = open_note(name, text, origin, keys)
        same(f"{name}: its origin", origin, lines[0])
        at, found = int(lines[1]), base64.b64decode(lines[2], validate=True)
        size, top = (at, found) if size is None else (size, top)
        if not 0 < at <= size:
            raise ValueError(f"{name}: entries {size} to {at - 1} were signed and are not in the bundle")
        roots.append((name, at, found))
    opened, authority = walk(folder, size, roots, root, installation), manifest(folder, origin, keys, size, top)
    same("entries that are opened", size if authority == "*" else opened, opened)
    return (
        f"holds: {origin}, {size} entries, of which {opened} are opened (authority {authority})\nroot: {top.hex()}\n"
        f"checkpoints: {len(notes)}\nroot key{'' if root_key else ', compare it with yours'}: {root.hex()}"
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="Check an exported ledger; the head of this file says how.")
    asked.add_argument("folder", type=Path, metavar="DIR")
    asked.add_argument("--root-key", type=Path, metavar="FILE", help="the root's public key, in hex, as you have it")
    asked.add_argument("--since", type=Path, metavar="FILE", help="an older checkpoint that was kept elsewhere")
    try:
        print(verify(**vars(asked.parse_args())))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        sys.exit(f"does not hold: {error}")
