"""Limits: what counts, for whom, that no address is kept, and that no report is ever refused."""

from contextlib import closing

import pytest
from limits import parse

from portal.web.limits import DECODING, REPORTS
from tests.faults import count
from tests.handing_in import PATH, told
from tests.visitor import PICTURE, Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite

HERE, THERE = "198.51.100.7", "203.0.113.9"
ALLOWED = int(REPORTS.split()[0])


@pytest.fixture
def proxied(template, tmp_path):
    """A portal behind a proxy at 10.0.0.1."""
    world = World.copy(template, tmp_path / "proxied", PORTAL_TRUSTED_PROXIES="10.0.0.0/24")
    yield world
    world.close()


def send(visitor: Visitor, address: str = HERE) -> int:
    visitor.client.environ_base["REMOTE_ADDR"] = address
    return visitor.report(mode="anonymous").status_code


def hit(world: World, times: int, address: str = HERE, **headers: str) -> list[bool]:
    """Whether each of some requests from one address is one too many."""
    limits = world.app.extensions["portal.limits"]
    over = []
    for _ in range(times):
        with world.app.test_request_context("/", environ_base={"REMOTE_ADDR": address}, headers=headers):
            over.append(limits.over("test", "2 per minute", limits.network()))
    return over


def test_the_twenty_first_report_of_an_hour_is_received_and_marked(world: World, zhou: Visitor) -> None:
    assert [send(zhou) for _ in range(ALLOWED + 1)] == [200] * (ALLOWED + 1)
    assert zhou.receipt
    assert count(world, "reports") == ALLOWED + 1
    assert count(world, "reports", "marked") == 1
    assert send(zhou, THERE) == 200
    assert count(world, "reports", "marked") == 1
    assert "疑似机器提交" in world.officer("lin").get("/review/").text


def test_what_was_counted_while_the_clock_was_ahead_counts_no_more(world: World) -> None:
    world.clock.forward(hours=3)
    assert hit(world, 3) == [False, False, True]
    world.clock.forward(hours=-3)
    assert hit(world, 3) == [False, False, True]
    world.clock.forward(minutes=1)
    assert hit(world, 2) == [False, False]


def test_looking_counts_for_nothing(world: World, zhou: Visitor) -> None:
    for _ in range(50):
        zhou.get("/report")
        zhou.get("/mailbox")
    assert send(zhou) == 200
    assert count(world, "reports", "marked") == 0


def test_a_refused_form_counts_for_nothing(world: World, zhou: Visitor) -> None:
    for _ in range(ALLOWED + 1):
        assert zhou.report(place="").status_code == 422
    zhou.report()
    assert count(world, "reports", "marked") == 0


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("198.51.100.7", "198.51.100.250", True),
        ("198.51.100.7", "198.51.101.7", False),
        ("2001:db8:1:2::1", "2001:db8:1:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:2:2::1", False),
    ],
)
def test_a_network_is_counted_and_not_an_address(world: World, first: str, second: str, *, same: bool) -> None:
    assert hit(world, 2, first) == [False, False]
    assert hit(world, 1, second) == [same]


def test_what_a_stranger_says_of_the_address_is_not_believed(world: World) -> None:
    over = [hit(world, 1, HERE, **{"X-Forwarded-For": f"192.0.2.{n}"})[0] for n in range(3)]
    assert over == [False, False, True]


def test_what_the_proxy_says_is_believed(proxied: World) -> None:
    assert hit(proxied, 3, "10.0.0.1", **{"X-Forwarded-For": HERE}) == [False, False, True]
    assert hit(proxied, 1, "10.0.0.1", **{"X-Forwarded-For": THERE}) == [False]
    assert hit(proxied, 1, "10.0.0.1", **{"X-Forwarded-For": f"{THERE}, {HERE}, 10.0.0.2"}) == [True]
    assert hit(proxied, 1, HERE) == [True]  # the same network, come without the proxy


def test_an_ipv4_address_that_comes_by_an_ipv6_socket_is_itself(proxied: World) -> None:
    """All of them lie in one IPv6 /48: taken as they come, ten visitors would use up everybody's tries."""
    assert hit(proxied, 2, f"::ffff:{HERE}") == [False, False]
    assert hit(proxied, 1, f"::ffff:{THERE}") == [False]
    assert hit(proxied, 1, HERE) == [True]
    assert hit(proxied, 1, "::ffff:10.0.0.1", **{"X-Forwarded-For": f"::ffff:{HERE}"}) == [True]


@pytest.mark.parametrize("said", ["", "nonsense", "unknown, ", "1.2.3.4.5", "\t", "[::1]:80"])
def test_nonsense_of_the_proxy_counts_for_the_proxy(proxied: World, said: str) -> None:
    assert hit(proxied, 3, "10.0.0.1", **{"X-Forwarded-For": said}) == [False, False, True]


@pytest.mark.parametrize("address", ["", None])
def test_a_peer_without_an_address_is_no_fault(world: World, address: str | None) -> None:
    limits = world.app.extensions["portal.limits"]
    with world.app.test_request_context("/", environ_overrides={"REMOTE_ADDR": address or ""}):
        assert limits.over("test", "1 per minute", limits.network()) is False


def test_no_address_is_kept_anywhere(world: World, zhou: Visitor) -> None:
    for address in (HERE, THERE):
        assert send(zhou, address) == 200
    zhou.get("/mailbox")
    zhou.post("/mailbox", {"receipt": "7KQ4M"})
    with closing(world.app.extensions["portal.limits"].limiter.storage._connection()):
        kept = b"".join(file.read_bytes() for file in world.home.rglob("*") if file.is_file())
    for address in (HERE, THERE):
        assert address.encode() not in kept
        assert address.rpartition(".")[0].encode() not in kept


def test_windows_end_on_the_clock_and_tell_nothing_of_when_somebody_came(world: World) -> None:
    world.clock.forward(minutes=7, seconds=13)
    hit(world, 3)
    storage = world.app.extensions["portal.limits"].limiter.storage
    ((expires,),) = storage._connection().execute("SELECT expires FROM counters").fetchall()
    assert expires % 60 == 0
    assert 0 < expires - world.clock().timestamp() <= 60
    world.clock.forward(minutes=2)
    assert hit(world, 1, THERE) == [False]
    assert storage._connection().execute("SELECT count(*) FROM counters").fetchall() == [(1,)]  # the first is gone


def test_two_installations_count_under_different_names(world: World) -> None:
    limits = world.app.extensions["portal.limits"]
    assert limits._key(b"one") != limits._key(b"two")
    first = limits._key(b"one")
    limits._salt = None
    assert limits._key(b"one") == first  # the salt of the day is shared by all workers
    limits.limiter.storage._connection().execute("DELETE FROM salts")
    limits._salt = None
    assert limits._key(b"one") != first  # and gone with the day


def test_a_network_that_kept_the_decoder_too_long_waits_and_others_do_not(world: World, zhou: Visitor) -> None:
    limits = world.app.extensions["portal.limits"]
    with world.app.test_request_context("/"):
        limits.seconds("decoding", DECODING, limits.network()).spend(121)
    zhou.report()
    zhou.get(PATH)
    zhou.post(PATH, {"files": [PICTURE], "harmless": "y"})
    assert "同一个网络" in told(zhou)[0]
    assert "再传一次" in told(zhou)[0]
    zhou.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    zhou.post(PATH, {"files": [PICTURE]})
    assert "重做的一份" in told(zhou)[0]
    with world.app.test_request_context("/", environ_base={"REMOTE_ADDR": "203.0.113.9"}):
        assert limits.limiter.storage.get(parse(DECODING).key_for("decoding", limits._key(limits.network()))) > 50
