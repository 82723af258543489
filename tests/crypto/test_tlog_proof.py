"""The file format of C2SP tlog-proof: the published forms, and that there is one text for each proof."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import ProofError
from crypto.tlog_proof import LogProof, parse

HASHES = (
    "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=",
    "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=",
    "EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=",
    "RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=",
    "AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=",
)
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
PUBLISHED = "\n".join(["c2sp.org/tlog-proof@v1", "index 73894", *HASHES, "", SOFA])


def test_the_hashes_index_and_checkpoint_of_the_published_examples_are_read_and_written_alike() -> None:
    proof = parse(PUBLISHED)
    assert (proof.index, len(proof.hashes), proof.checkpoint, proof.extra) == (73894, 5, SOFA, b"")
    assert proof.text() == PUBLISHED


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        (LogProof(0, (), "checkpoint\n"), "c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n"),
        (
            LogProof(10, (bytes(32),), "checkpoint data\n", b"extra information"),
            "c2sp.org/tlog-proof@v1\nextra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 10\n" + "A" * 43 + "=\n\ncheckpoint data\n",
        ),
    ],
)
def test_a_proof_is_written_as_other_implementations_write_it(proof: LogProof, text: str) -> None:
    assert proof.text() == text
    assert parse(text) == proof


@pytest.mark.parametrize(
    "alter",
    [
        lambda s: s[:0],
        lambda s: "\n" + s,
        lambda s: s.replace("@v1", "@v2"),
        lambda s: s.replace("index 73894\n", ""),
        lambda s: s.replace("index 73894", "index 073894"),
        lambda s: s.replace("index 73894", "index -1"),
        lambda s: s.replace("index 73894", "index 1e5"),
        lambda s: s.replace("index 73894", "index １"),
        lambda s: s.replace("index 73894", "index"),
        lambda s: s.replace("index 73894", f"index {'9' * 20}"),
        lambda s: s.replace("index 73894", "extra \nindex 73894"),
        lambda s: s.replace("index 73894", "extra AA\nindex 73894"),
        lambda s: s.replace("index 73894", "extra é\nindex 73894"),
        lambda s: s.replace("index 73894", "index 73894\nextra AAAA"),
        lambda s: s.replace("cXmA=", "cXmB="),  # a bit after the last
        lambda s: s.replace("cXmA=", "cXmA"),
        lambda s: s.replace("B95l", "B9 5l"),
        lambda s: s.replace(HASHES[1], "AAAA"),
        lambda s: s.replace("OAYQ8=", "OAYQ9="),  # a bit after the last, of a signature
        lambda s: s.partition("\n\n")[0],
        lambda s: s.replace("\n", "\r\n"),
        lambda s: s + "x" * (1 << 20),
    ],
)
def test_what_is_not_the_one_text_of_a_proof_is_refused(alter) -> None:
    with pytest.raises(ProofError):
        parse(alter(PUBLISHED))


@given(st.text(max_size=300), st.integers(0, 200))
def test_noise_raises_proof_errors_only(noise: str, at: int) -> None:
    for text in (noise, PUBLISHED[:at] + noise + PUBLISHED[at + 1 :]):
        try:
            proof = parse(text)
        except ProofError:
            continue
        assert proof.text() == text


@given(
    st.integers(0, (1 << 63) - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63), st.binary(max_size=99)
)
def test_text_and_parse_undo_each_other(index: int, hashes: list[bytes], extra: bytes) -> None:
    proof = LogProof(index, tuple(hashes), SOFA, extra)
    assert parse(proof.text()) == proof
