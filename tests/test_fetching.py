"""Fetching: which hosts may be asked, and what a server can do to us. Nothing connects to anything but 127.0.0.1."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from convertkit.fetching import Client, FetchError, Limits, Reason
from convertkit.fetching.addresses import parse_url
from tests.picture_server import PATIENCE, PictureServer, connect_here, serving
from tests.posts import PNG

FAST = Limits(idle=0.4, total=1.5, size=1 << 20, interval=0.0, backoff=0.01)
"""Limits that a test can wait for."""


@pytest.fixture
def server() -> Iterator[PictureServer]:
    with serving() as running:
        yield running


def client(cache: Path | None = None, **options: object) -> Client:
    """A client that may go to 127.0.0.1."""
    return Client(cache, **{"allow_private": True, "limits": FAST, "connect": connect_here, **options})  # type: ignore[arg-type]  # as given


def why(fetcher: Client, url: str) -> Reason:
    """Why a URL cannot be had."""
    with fetcher, pytest.raises(FetchError) as caught:
        fetcher.fetch(url)
    return caught.value.reason


# ---------------------------------------------------------------- who may be asked

PRIVATE = """
    127.0.0.1 127.1 127.0.1 0 0.0.0.0 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 127.0.0.1. %31%32%37.0.0.1
    \uff11\uff12\uff17.0.0.1 127\u30020\u30020\u30021 localhost localhost. LOCALHOST a.localhost
    [::1] [::] [::127.0.0.1] [::ffff:127.0.0.1] [::ffff:7f00:1] [fe80::1] [fd00::1] [fec0::1] [ff02::1] [2001:db8::1]
    [64:ff9b::7f00:1] [64:ff9b::808:808] [64:ff9b:1::808:808] [2002:7f00:1::] [2002:808:808::] [2001:0:808:808::1]
    [3fff::1] [5f00::1] [fe80::1%25eth0] 10.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254 100.64.0.1
    198.18.0.1 192.0.0.8 192.0.2.1 198.51.100.7 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255
    intranet printer.local db.internal x.onion router.home.arpa 127.0.0.1:8080 e.example:25
"""
MISSPELT = (
    *("http://user:pw@127.0.0.1/", "http://e.example@127.0.0.1/", "http://127.0.0.1%23@e.example/"),
    *("http:\\\\127.0.0.1", "http:127.0.0.1", "//127.0.0.1", "gopher://127.0.0.1", "ftp://127.0.0.1"),
    *("dict://127.0.0.1", "ldap://127.0.0.1", "jar:http://127.0.0.1", "file:///etc/passwd", "http://[::1"),
    *("http://e.example:99999999/", "http://e.example:0/", "http://%zz/", "http:///", "://", "", "http://a..example/"),
    *("http://1.2.3.4.5/", "http://256.1.1.1/", "http://08.1.1.1/", "http://e.example\\@127.0.0.1/"),
    *("http://e.example%00.org/", "http://e example/", "http://[::1%25lo]/", "http://xn--a/"),
    "http://e.example/" + "a" * 10_000,
)


def asking(host_knows: Sequence[str], tried: list[str]) -> Client:
    """A client whose name server knows these addresses for every name, and whose connections are only noted."""

    def connect(address: str, port: int, timeout: float) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    return Client(limits=FAST, resolve=lambda host, port, timeout: host_knows, connect=connect)


@pytest.mark.parametrize("url", [*(f"http://{host}/a.png" for host in PRIVATE.split()), *MISSPELT])
def test_a_host_that_is_not_public_is_never_connected_to(url: str) -> None:
    tried: list[str] = []
    assert why(asking(["127.0.0.1"], tried), url) in (Reason.ADDRESS, Reason.URL, Reason.SCHEME)
    assert tried == []


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "224.0.0.1", "::1", "::", "fe80::1%eth0", "fd00::1"),
        *("::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "fec0::1", "no address"),
    ],
)
def test_a_name_of_which_one_address_is_not_public_is_never_connected_to(address: str) -> None:
    tried: list[str] = []
    assert why(asking(["93.184.215.14", address], tried), "https://e.example/a.png") is Reason.ADDRESS
    assert tried == []


def test_what_is_connected_to_is_what_was_checked() -> None:
    """A name server that says something else the second time (rebinding) is not asked a second time."""
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    tried: list[str] = []

    def connect(address: str, port: int, timeout: float) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    rebinding = Client(limits=FAST, resolve=lambda *_: answers.pop(0), connect=connect, sleep=lambda _: None)
    assert why(rebinding, "http://e.example/a.png") is Reason.ADDRESS  # the second try, asked anew, is refused
    assert tried == ["93.184.215.14"]


def test_a_network_without_ipv4_reaches_its_hosts_through_its_own_translation() -> None:
    tried: list[str] = []
    assert why(asking(["64:ff9b::5db8:d70e"], tried), "http://e.example/") is Reason.NETWORK
    assert set(tried) == {"64:ff9b::5db8:d70e"}


def test_the_name_goes_with_the_request_though_the_address_is_connected_to(server: PictureServer) -> None:
    fetcher = client(resolve=lambda *_: ["127.0.0.1"])
    with fetcher:
        assert fetcher.fetch(f"http://pictures.example:{server.port}/ok.png") == PNG
    assert server.requests[0][1]["Host"] == f"pictures.example:{server.port}"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("HTTP://E.Example./a b?c d#e", "http://e.example/a%20b?c%20d"),
        ("https://e.example:443", "https://e.example/"),
        ("http://b\u00fccher.example/\u00fc?\u00fc=1%20", "http://xn--bcher-kva.example/%C3%BC?%C3%BC=1%20"),
        ("\n http://e.ex\tample/\u732b.png ", "http://e.example/%E7%8C%AB.png"),
        ("http://[2606:4700:0:0::1]:8080/", "http://[2606:4700::1]:8080/"),
        ("http://0x5db8d70e/", "http://93.184.215.14/"),
    ],
)
def test_a_url_has_one_spelling(written: str, url: str) -> None:
    assert parse_url(written).url == url


def test_a_redirect_is_checked_like_the_first_url(server: PictureServer) -> None:
    tried: list[str] = []

    def connect(address: str, port: int, timeout: float) -> socket.socket:
        tried.append(address)
        return socket.create_connection(("127.0.0.1", server.port), timeout)

    for path in ("to_metadata", "to_file", "to_script"):
        fetcher = Client(limits=FAST, resolve=lambda *_: ["93.184.215.14"], connect=connect)
        assert why(fetcher, f"http://e.example/{path}") in (Reason.ADDRESS, Reason.SCHEME)
    assert set(tried) == {"93.184.215.14"}


# ---------------------------------------------------------------- what a server can do


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("loop.png", Reason.REDIRECTS),
        ("long.png", Reason.REDIRECTS),
        ("to_nowhere.png", Reason.REDIRECTS),
        ("silent.png", Reason.TIMEOUT),
        ("slow_header.png", Reason.TIMEOUT),
        ("slow_body.png", Reason.TIMEOUT),
        ("endless.png", Reason.SIZE),
        ("huge_length.png", Reason.SIZE),
        ("short.png", Reason.PROTOCOL),
        ("bomb.png", Reason.SIZE),
        ("half_gzip.png", Reason.ENCODING),
        ("nested_gzip.png", Reason.ENCODING),
        ("e404.png", Reason.STATUS),
        ("e500.png", Reason.STATUS),
        ("e429.png", Reason.STATUS),
        ("auth.png", Reason.STATUS),
        ("reset.png", Reason.NETWORK),
        ("hangs_up.png", Reason.NETWORK),
        ("many_headers.png", Reason.PROTOCOL),
        ("long_header.png", Reason.PROTOCOL),
        ("bad_chunk.png", Reason.PROTOCOL),
        ("no_status_line.png", Reason.PROTOCOL),
    ],
)
def test_a_bad_server_is_a_named_failure_in_bounded_time(server: PictureServer, path: str, reason: Reason) -> None:
    begun = time.monotonic()
    assert why(client(), server.url(path)) is reason
    assert time.monotonic() - begun < PATIENCE - 1  # the client gave up, not the server
    assert len(server.requests) <= 6


@pytest.mark.parametrize("path", ["ok.png", "hop.png", "wrong_type.png", "gzip.png", "cookie.png", "e503_once.png"])
def test_a_picture_comes_through(server: PictureServer, path: str) -> None:
    with client(sleep=lambda _: None, limits=Limits(interval=0)) as fetcher:
        assert fetcher.fetch(server.url(path)) == PNG


def test_nobody_listens(server: PictureServer) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert why(client(), f"http://127.0.0.1:{port}/a.png") is Reason.NETWORK


def test_nothing_personal_is_sent(server: PictureServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # would fail
    with client() as fetcher:
        fetcher.fetch(server.url("cookie.png"))
        fetcher.fetch(server.url("cookie.png?again"))
    for _, headers in server.requests:
        assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding"}


def test_a_connection_serves_many_pictures(server: PictureServer) -> None:
    opened: list[str] = []

    def connect(address: str, port: int, timeout: float) -> socket.socket:
        opened.append(address)
        return socket.create_connection((address, port), timeout)

    with client(connect=connect) as fetcher:
        for number in range(5):
            fetcher.fetch(server.url(f"ok.png?{number}"))
    assert len(opened) == 1


# ---------------------------------------------------------------- manners


def test_a_retry_waits_as_the_server_asks(server: PictureServer) -> None:
    slept: list[float] = []
    with client(sleep=slept.append, limits=Limits(interval=0)) as fetcher:
        assert fetcher.fetch(server.url("e503_once.png")) == PNG
    assert slept == [2.0]


def test_a_wait_beyond_the_limit_is_not_begun(server: PictureServer) -> None:
    slept: list[float] = []
    assert why(client(sleep=slept.append, limits=Limits(interval=0)), server.url("e429.png")) is Reason.STATUS
    assert slept == []
    assert len(server.requests) == 1


def test_one_host_is_asked_at_a_polite_rate(server: PictureServer) -> None:
    now = 0.0
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    with client(limits=Limits(interval=0.5), clock=lambda: now, sleep=sleep) as fetcher:
        for number in range(4):
            fetcher.fetch(server.url(f"ok.png?{number}"))
    assert slept == [0.5, 0.5, 0.5]


def test_a_host_that_does_not_answer_is_given_up(server: PictureServer) -> None:
    with client(sleep=lambda _: None) as fetcher:
        for number in range(6):
            with pytest.raises(FetchError) as caught:
                fetcher.fetch(server.url(f"reset.png?{number}"))
    assert caught.value.reason is Reason.GIVEN_UP
    assert len(server.requests) == 3 * FAST.tries


def test_private_networks_may_be_allowed_but_not_where_clouds_keep_keys() -> None:
    tried: list[str] = []

    def connect(address: str, port: int, timeout: float) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    for host in ("10.0.0.1", "192.168.0.1", "[fd00::1]", "127.1", "intranet"):
        assert why(client(connect=connect, resolve=lambda *_: ["10.9.9.9"]), f"http://{host}/") is Reason.NETWORK
    assert set(tried) == {"10.0.0.1", "192.168.0.1", "fd00::1", "127.0.0.1", "10.9.9.9"}
    tried.clear()
    for host in ("169.254.169.254", "[fe80::1]", "224.0.0.1", "0.0.0.0", "[::ffff:169.254.169.254]"):
        assert why(client(connect=connect), f"http://{host}/") is Reason.ADDRESS
    assert why(client(connect=connect, resolve=lambda *_: ["169.254.169.254"]), "http://intranet/") is Reason.ADDRESS
    assert tried == []


def test_a_run_asks_for_so_many_pictures(server: PictureServer) -> None:
    with client(limits=Limits(interval=0, pictures=2)) as fetcher:
        fetcher.fetch(server.url("ok.png?1"))
        fetcher.fetch(server.url("ok.png?2"))
        with pytest.raises(FetchError, match="no more"):
            fetcher.fetch(server.url("ok.png?3"))


def test_threads_share_a_client(server: PictureServer) -> None:
    found: list[bytes] = []
    with client() as fetcher:
        threads = [
            threading.Thread(
                target=lambda number=number: found.append(fetcher.fetch(server.url(f"ok.png?{number % 4}")))
            )
            for number in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [PNG] * 12
    assert len(server.requests) == 4


# ---------------------------------------------------------------- the cache


def test_a_url_is_asked_for_once_a_run_whatever_it_gives(server: PictureServer) -> None:
    with client() as fetcher:
        fetcher.fetch(server.url("ok.png"))
        fetcher.fetch(server.url("ok.png#part"))
        for _ in range(2):
            with pytest.raises(FetchError):
                fetcher.fetch(server.url("e404.png"))
    assert server.paths == ["/ok.png", "/e404.png"]


def test_a_cache_serves_the_next_run_offline_too(server: PictureServer, tmp_path: Path) -> None:
    with client(tmp_path) as fetcher:
        fetcher.fetch(server.url("ok.png"))
    for offline in (False, True):
        with client(tmp_path, offline=offline) as fetcher:
            assert fetcher.fetch(server.url("ok.png")) == PNG
    assert server.paths == ["/ok.png"]
    assert why(client(tmp_path, offline=True), server.url("ok.png?other")) is Reason.OFFLINE


def test_a_kept_failure_expires(server: PictureServer, tmp_path: Path) -> None:
    now = 1000.0
    with client(tmp_path, now=lambda: now) as fetcher:
        for seconds, requests in ((0, 1), (6 * 86400, 1), (2 * 86400, 2)):
            now += seconds
            with pytest.raises(FetchError):
                fetcher.fetch(server.url("e404.png"))
            assert len(server.requests) == requests


def test_equal_pictures_lie_once_in_the_cache(server: PictureServer, tmp_path: Path) -> None:
    with client(tmp_path) as fetcher:
        for number in range(3):
            fetcher.fetch(server.url(f"ok.png?{number}"))
    assert len([path for path in (tmp_path / "contents").rglob("*") if path.is_file()]) == 1
    assert len(list((tmp_path / "urls").rglob("*.json"))) == 3


def test_a_damaged_cache_is_fetched_again(server: PictureServer, tmp_path: Path) -> None:
    with client(tmp_path) as fetcher:
        fetcher.fetch(server.url("ok.png"))
    (content,) = (path for path in (tmp_path / "contents").rglob("*") if path.is_file())
    content.write_bytes(b"cut sh")
    with client(tmp_path) as fetcher:
        assert fetcher.fetch(server.url("ok.png")) == PNG
    (entry,) = (tmp_path / "urls").rglob("*.json")
    for damage in ("{", "[]", json.dumps({"url": server.url("ok.png"), "sha256": "../../x"})):
        entry.write_text(damage, encoding="utf-8")
        with client(tmp_path) as fetcher:
            assert fetcher.fetch(server.url("ok.png")) == PNG
    assert len(server.requests) == 5


def test_nothing_is_left_behind(server: PictureServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with client() as fetcher:
        fetcher.fetch(server.url("ok.png"))
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []
