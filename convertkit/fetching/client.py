"""The one fetcher: pictures from the web, within limits, politely, each URL once.

It sends no cookies, no passwords and no referrer, reads no proxy from the environment, and follows redirects itself,
so that every hop is checked like the first.
"""

from __future__ import annotations

import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from urllib.parse import urljoin

from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Urllib3Timeout

from convertkit.fetching.addresses import WebAddress, parse_url
from convertkit.fetching.cache import Cache
from convertkit.fetching.failures import FetchError, Reason
from convertkit.fetching.network import (
    Connect,
    Connection,
    Connections,
    Deadline,
    Dialler,
    Resolve,
    system_connect,
    system_resolve,
)
from convertkit.fetching.pace import Pace

REDIRECTS = frozenset({301, 302, 303, 307, 308})
WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})
_CHUNK = 64 * 1024
_STRIPES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a fetcher will bear. Times are in seconds, sizes in bytes."""

    idle: float = 10.0
    """The longest silence of a server."""
    total: float = 30.0
    """The longest time for one picture, with its redirects and retries, but without waiting for its turn."""
    size: int = 20 * 1024 * 1024
    """The largest answer, decoded or not."""
    redirects: int = 5
    """Redirects followed for one picture."""
    tries: int = 3
    """Requests for one URL, where a failure may pass."""
    backoff: float = 1.0
    """The wait before the second try; it doubles. A server's `Retry-After` goes before it."""
    interval: float = 0.2
    """The least time between two requests to one host."""
    pictures: int = 20_000
    """URLs asked for in one run."""


class Client:
    """Fetches pictures. One client serves a whole run and many threads; `close` it, or use it in a `with`.

    `cache` is a folder for what was fetched; without one a temporary folder serves this run. `offline` answers from the
    cache only. `allow_private` lets URLs lead into private networks, for intranets. The rest are doors and clocks, for
    tests.
    """

    def __init__(
        self,
        cache: Path | None = None,
        *,
        offline: bool = False,
        allow_private: bool = False,
        limits: Limits | None = None,
        resolve: Resolve = system_resolve,
        connect: Connect = system_connect,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._own_folder = (
            None if cache else tempfile.TemporaryDirectory(prefix="convertkit-", ignore_cleanup_errors=True)
        )
        self._cache = Cache(Path(self._own_folder.name) if self._own_folder else Path(cache or ""), now)
        self._offline = offline
        self._allow_private = allow_private
        self._limits = limits or Limits()
        self._sleep = sleep
        self._pace = Pace(self._limits.interval, clock, sleep)
        self._connections = Connections(Dialler(resolve, connect, allow_private=allow_private))
        self._stripes = tuple(threading.Lock() for _ in range(_STRIPES))
        self._count = 0
        self._counting = threading.Lock()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open, and remove the run's own folder."""
        self._connections.close()
        if self._own_folder is not None:
            self._own_folder.cleanup()

    def fetch(self, url: str) -> bytes:
        """The content at a URL. Raises `FetchError`. A URL is asked for once a run, whatever it gave."""
        address = parse_url(url, allow_private=self._allow_private)
        with self._stripes[hash(address.url) % _STRIPES]:
            kept = self._cache.get(address.url, offline=self._offline)
            if kept is not None:
                return kept
            if self._offline:
                raise FetchError(Reason.OFFLINE, "not in the cache, and offline")
            self._count_one()
            try:
                content = self._with_retries(address)
            except FetchError as failure:
                self._note(address, failure)
                raise
            self._pace.answered(address.host)
            self._cache.put(address.url, content)
            return content

    def _note(self, address: WebAddress, failure: FetchError) -> None:
        """Keep a failure, and count it against the host if that did not answer."""
        self._cache.put_failure(address.url, failure)
        if failure.reason in (Reason.TIMEOUT, Reason.NETWORK, Reason.NAME):
            self._pace.failed(address.host)
        elif failure.reason is not Reason.GIVEN_UP:
            self._pace.answered(address.host)

    def _count_one(self) -> None:
        with self._counting:
            if self._count >= self._limits.pictures:
                raise FetchError(Reason.LIMIT, f"{self._count} pictures were asked for in this run, and no more may be")
            self._count += 1

    def _with_retries(self, address: WebAddress) -> bytes:
        deadline = Deadline(self._limits.total, self._limits.idle)
        for tried in range(1, self._limits.tries + 1):
            try:
                return self._followed(address, deadline)
            except FetchError as failure:
                wait = self._limits.backoff * 2 ** (tried - 1)
                if failure.retry_after is not None:
                    wait = max(wait, failure.retry_after)
                if not failure.temporary or tried == self._limits.tries or not deadline.allows(wait):
                    raise
            self._sleep(wait)
        raise AssertionError("unreachable: the last try returns or raises")

    def _followed(self, address: WebAddress, deadline: Deadline) -> bytes:
        for _ in range(self._limits.redirects + 1):
            self._pace.wait(address.host)
            answer = self._asked(address, deadline)
            if isinstance(answer, bytes):
                return answer
            address = self._next(address, answer.location)
        raise FetchError(Reason.REDIRECTS, f"more than {self._limits.redirects} redirects")

    def _next(self, address: WebAddress, location: str) -> WebAddress:
        with suppress(UnicodeError):  # http.client reads headers as Latin-1; addresses are sent in UTF-8
            location = location.encode("latin-1").decode("utf-8")
        if not location:
            raise FetchError(Reason.REDIRECTS, "a redirect that leads nowhere")
        try:
            url = urljoin(address.url, location)
        except ValueError:
            raise FetchError(Reason.REDIRECTS, "a redirect that leads nowhere") from None
        return parse_url(url, allow_private=self._allow_private)

    def _asked(self, address: WebAddress, deadline: Deadline) -> bytes | _Redirect:
        connection: Connection | None = None
        try:
            connection = self._connections.lend(address, deadline)
            connection.request("GET", address.target, headers=_HEADERS, preload_content=False, decode_content=False)
            with closing(connection.getresponse()) as response:
                answer = self._judged(response)
            if isinstance(answer, bytes):
                self._connections.keep(address, connection)
                connection = None
        except (TimeoutError, Urllib3Timeout):
            why = f"{address.host} fell silent" if deadline.allows(0) else "it took too long in all"
            raise FetchError(Reason.TIMEOUT, why, temporary=True) from None
        except OSError:  # before HTTPException: a server that hangs up is both
            raise FetchError(Reason.NETWORK, f"the connection to {address.host} broke", temporary=True) from None
        except (HTTPException, HTTPError, ValueError) as error:
            reason = Reason.NETWORK if isinstance(error.__context__, OSError) else Reason.PROTOCOL
            raise FetchError(reason, f"{address.host} gave a broken answer", temporary=True) from None
        finally:
            if connection is not None:
                connection.close()
        return answer

    def _judged(self, response: HTTPResponse) -> bytes | _Redirect:
        status, headers = response.status, response.headers
        if status in REDIRECTS:
            return _Redirect(headers.get("location", ""))
        if status != 200:
            raise FetchError(
                Reason.STATUS,
                f"the server said {status}",
                temporary=status in WORTH_ANOTHER_TRY,
                retry_after=_seconds(headers.get("retry-after", "")),
            )
        coding = headers.get("content-encoding", "").strip().lower()
        if coding not in _WINDOWS:
            raise FetchError(Reason.ENCODING, f"sent in an unknown coding: {coding[:40]}")
        body = self._body(response)
        return body if _WINDOWS[coding] is None else self._decoded(body, coding)

    def _body(self, response: HTTPResponse) -> bytes:
        length = response.headers.get("content-length", "")
        too_large = FetchError(Reason.SIZE, f"larger than {self._limits.size // 2**20} MiB")
        if length.isdecimal() and len(length) < 20 and int(length) > self._limits.size:
            raise too_large
        body = bytearray()
        while chunk := response.read1(_CHUNK):
            body += chunk
            if len(body) > self._limits.size:
                raise too_large
        return bytes(body)

    def _decoded(self, body: bytes, coding: str) -> bytes:
        """What gzip or deflate holds: some servers send it unasked. A bomb is left off at the limit."""
        decoder = zlib.decompressobj(_WINDOWS[coding] or 0)
        try:
            content = decoder.decompress(body, self._limits.size + 1)
        except zlib.error:
            raise FetchError(Reason.ENCODING, f"broken {coding} data") from None
        if len(content) > self._limits.size:
            raise FetchError(Reason.SIZE, f"larger than {self._limits.size // 2**20} MiB when unpacked")
        if not decoder.eof:
            raise FetchError(Reason.ENCODING, f"{coding} data that ends early")
        return content


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str


_WINDOWS = {"": None, "identity": None, "gzip": 31, "x-gzip": 31, "deflate": 15}
"""zlib's `wbits` for each content coding (RFC 9110, 8.4.1)."""

_HEADERS = {
    "User-Agent": f"convertkit/{version('convertkit')}",
    "Accept": "image/png,image/jpeg,image/gif,image/svg+xml,image/webp;q=0.8,image/*;q=0.6,*/*;q=0.2",
    "Accept-Encoding": "identity",
}


def _seconds(retry_after: str) -> float | None:
    """`Retry-After` in seconds; a date there is answered by our own backoff."""
    text = retry_after.strip()
    return float(text) if text.isdecimal() and len(text) < 9 else None
