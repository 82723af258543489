"""What a file is, by its first bytes: every kind on the list, and the word for what is on none."""

import struct
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import filetypes
from portal.domain.errors import UnfitFileError
from portal.domain.evidence import Unfit
from portal.domain.filetypes import HEAD, TYPES, recognise

pytestmark = pytest.mark.sqlite


def zipped(*names, body=b"x", packed=zipfile.ZIP_DEFLATED):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", packed) as archive:
        for name in names:
            archive.writestr(name, body)
    return out.getvalue()


def ole(stream="", directory=0):
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(22)
        + struct.pack("<H", 9)
        + bytes(16)
        + struct.pack("<I", directory)
    )
    return (head.ljust(512, b"\0") + stream.encode("utf-16-le")).ljust(HEAD + 9, b"\0")


def box(brand, *others):
    brands = brand + bytes(4) + b"".join(others)
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + b"\0\0\0\x08free"


WORD = b'<Types><Override PartName="/word/document.xml"/></Types>'
KNOWN = [
    (filetypes.JPEG, b"\xff\xd8\xff\xe1"),
    (filetypes.PNG, b"\x89PNG\r\n\x1a\n"),
    (filetypes.GIF, b"GIF89a"),
    (filetypes.WEBP, b"RIFF\x10\0\0\0WEBPVP8 "),
    (filetypes.HEIC, box(b"heic", b"mif1")),
    (filetypes.HEIC, box(b"mif1", b"miaf", b"heic")),
    (filetypes.AVIF, box(b"avif", b"mif1")),
    (filetypes.AVIF, box(b"mif1", b"avif")),
    (filetypes.PDF, b"%PDF-1.7\n"),
    (filetypes.MP3, b"ID3\x04\0"),
    (filetypes.MP3, b"\xff\xfb\x90\x64"),
    (filetypes.AAC, b"\xff\xf1\x50\x80"),
    (filetypes.AMR, b"#!AMR\n"),
    (filetypes.AMR, b"#!AMR-WB\n"),
    (filetypes.M4A, box(b"M4A ", b"isom")),
    (filetypes.WAV, b"RIFF\x10\0\0\0WAVEfmt "),
    (filetypes.FLAC, b"fLaC\0\0\0\x22"),
    (filetypes.OGG, b"OggS\0\x02" + bytes(22) + b"OpusHead"),
    (filetypes.OGV, b"OggS\0\x02" + bytes(22) + b"\x80theora"),
    (filetypes.MP4, box(b"isom", b"mp42")),
    (filetypes.MP4, box(b"mp42")),
    (filetypes.MOV, box(b"qt  ")),
    (filetypes.MOV, b"\0\0\0\x08wide\0\0\0\0mdat"),
    (filetypes.THREE_GP, box(b"3gp4")),
    (filetypes.WEBM, b"\x1aE\xdf\xa3\x9fB\x82\x84webm"),
    (filetypes.MKV, b"\x1aE\xdf\xa3\x9fB\x82\x88matroska"),
    (filetypes.AVI, b"RIFF\x10\0\0\0AVI LIST"),
    (filetypes.DOCX, zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")),
    (filetypes.DOCX, zipped("[Content_Types].xml", "docProps/app.xml", body=WORD)),
    (filetypes.DOCX, zipped("[Content_Types].xml", "docProps/app.xml", body=WORD, packed=zipfile.ZIP_STORED)),
    (filetypes.XLSX, zipped("_rels/.rels", "xl/workbook.xml")),
    (filetypes.PPTX, zipped("[Content_Types].xml", "ppt/presentation.xml")),
    (filetypes.OFD, zipped("OFD.xml", "Doc_0/Document.xml")),
    (filetypes.DOC, ole("WordDocument\0")),
    (filetypes.XLS, ole("Workbook\0")),
    (filetypes.PPT, ole("PowerPoint Document\0")),
    (filetypes.OLE, ole(directory=4000)),
]
UNFIT = [
    (Unfit.EMPTY, b""),
    (Unfit.WEB_PAGE, b"<!DOCTYPE html><p>"),
    (Unfit.WEB_PAGE, b"\xef\xbb\xbf  \n<script>alert(1)</script>"),
    (Unfit.WEB_PAGE, b"<?xml version='1.0'?><a/>"),
    (Unfit.DRAWING, b"<svg onload='alert(1)'>"),
    (Unfit.DRAWING, b"<?xml version='1.0'?><!-- x --><SVG>"),
    (Unfit.PROGRAM, b"MZ\x90\0"),
    (Unfit.PROGRAM, b"\x7fELF\x02\x01"),
    (Unfit.PROGRAM, b"#!/bin/sh\nrm -rf /"),
    (Unfit.PROGRAM, b"<?php echo 1;"),
    (Unfit.PROGRAM, b"@echo off\r\n"),
    (Unfit.PROGRAM, b"L\0\0\0\x01\x14\x02\0"),
    (Unfit.PROGRAM, zipped("AndroidManifest.xml", "classes.dex")),
    (Unfit.PROGRAM, zipped("META-INF/MANIFEST.MF", "A.class")),
    (Unfit.ARCHIVE, zipped("a.txt")),
    (Unfit.ARCHIVE, zipped("word/document.xml")),
    (Unfit.ARCHIVE, zipped("[Content_Types].xml", "a.txt")),
    (Unfit.ARCHIVE, b"Rar!\x1a\x07"),
    (Unfit.ARCHIVE, b"7z\xbc\xaf\x27\x1c"),
    (Unfit.ARCHIVE, bytes(257) + b"ustar"),
    (Unfit.TEXT, "七号楼地下室的安全出口锁着。".encode()),
    (Unfit.TEXT, "七号楼地下室的安全出口锁着。".encode("gb18030")),
    (Unfit.TEXT, "七".encode() * 9000),
    (Unfit.TEXT, "七".encode("utf-16")),
    (Unfit.UNKNOWN, b"II*\0\x08\0\0\0"),
    (Unfit.UNKNOWN, b"RIFF\x10\0\0\0ACON"),
    (Unfit.UNKNOWN, box(b"crx ")),
    (Unfit.UNKNOWN, ole("Root Entry\0", directory=1)),
    (Unfit.UNKNOWN, b"\xff\xe0\0\0"),
    (Unfit.UNKNOWN, b"\0" * 20),
]


@pytest.mark.parametrize(("told", "head"), KNOWN, ids=[told.media for told, _ in KNOWN])
def test_every_kind_on_the_list_is_told(told, head):
    assert recognise(head.ljust(64, b"\0")) == told
    assert TYPES[told.media] == told


@pytest.mark.parametrize(("why", "head"), UNFIT, ids=[why.value for why, _ in UNFIT])
def test_what_is_on_no_list_is_refused_with_a_word(why, head):
    with pytest.raises(UnfitFileError) as refused:
        recognise(head)
    assert refused.value.why is why


def test_every_type_has_an_example_and_an_ending_of_its_own():
    assert {told for told, _ in KNOWN} == set(TYPES.values())
    assert {one for one in TYPES.values() if not one.ending.isalnum()} == set()


def test_two_files_in_one_are_what_their_first_bytes_say():
    page = b"<html><script>alert(1)</script>"
    assert recognise(b"GIF89a/*" + page) == filetypes.GIF
    assert recognise(b"\xff\xd8\xff\xfe\0\x40%PDF-1.4" + page) == filetypes.JPEG
    assert recognise(b"%PDF-1.4\n" + zipped("a.class")) == filetypes.PDF


def test_a_list_of_contents_that_swells_is_read_no_further_than_it_may():
    swollen = zipped("[Content_Types].xml", body=b"\0" * 5_000_000 + WORD)
    with pytest.raises(UnfitFileError) as refused:
        recognise(swollen)
    assert refused.value.why is Unfit.ARCHIVE


@given(st.binary(max_size=HEAD), st.sampled_from([head for _, head in KNOWN + UNFIT]))
def test_whatever_comes_is_a_type_or_a_word(noise, start):
    for head in (noise, start[:40] + noise):
        try:
            told = recognise(head)
        except UnfitFileError as error:
            told = error.why
        assert told in {*TYPES.values(), *Unfit}
