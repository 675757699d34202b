"""The doors to the network: asking for a name's addresses, and connecting to one of those that were checked."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from urllib3.connection import HTTPConnection, HTTPSConnection

from convertkit.fetching.addresses import WebAddress, literal_address, may_be_asked
from convertkit.fetching.failures import FetchError, Reason

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Resolve = Callable[[str, int, float], Sequence[str]]
"""A name's addresses for a port, within a time in seconds. Raises `OSError`."""

Connect = Callable[[str, int, float], socket.socket]
"""A connection to an address and a port, within a time in seconds. Raises `OSError`."""


def system_resolve(host: str, port: int, timeout: float) -> Sequence[str]:
    """The addresses that the system knows for a name. In a thread, as its own limit may be minutes."""
    found: list[str] = []
    failed: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            found.extend(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    thread = threading.Thread(target=ask, daemon=True, name="convertkit-resolve")
    thread.start()
    thread.join(timeout)
    if failed:
        raise OSError(str(failed[0]))
    if thread.is_alive():
        raise TimeoutError("no answer from the name server")
    return tuple(dict.fromkeys(found))


def system_connect(address: str, port: int, timeout: float) -> socket.socket:
    """A TCP connection to an IP address: no name is asked for, so what was checked is what is connected to."""
    return socket.create_connection((address, port), timeout)


class Deadline:
    """A moment by which an exchange must be over, and the longest silence before it, in seconds."""

    def __init__(self, seconds: float, idle: float) -> None:
        self._end = time.monotonic() + seconds
        self._idle = idle

    def left(self) -> float:
        """Seconds that the next step may take. Raises `TimeoutError` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("it took too long in all")
        return min(self._idle, left)

    def allows(self, seconds: float) -> bool:
        """Whether so long a wait leaves time to go on."""
        return time.monotonic() + seconds < self._end


class _TimedSocket(socket.socket):
    """A socket whose reads are bounded by a deadline too, or a server might drip for ever."""

    deadline: Deadline | None = None

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        if self.deadline is not None:
            self.settimeout(self.deadline.left())
        return super().recv_into(buffer, nbytes, flags)


class _TimedTlsSocket(ssl.SSLSocket):
    """The same under TLS; a handshake is bounded as a whole by Python's own `ssl`."""

    deadline: Deadline | None = None

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        if self.deadline is not None:
            self.settimeout(self.deadline.left())
        return super().recv_into(buffer, nbytes, flags)


def tls_context() -> ssl.SSLContext:
    """The system's trust, host names checked."""
    context = ssl.create_default_context()
    context.sslsocket_class = _TimedTlsSocket
    return context


class Dialler:
    """Connects to hosts whose every address is public, at one of the very addresses that were checked.

    A name whose addresses change between two questions (DNS rebinding) gains nothing: it is asked for once a
    connection, and what answers is what was checked. `allow_private` lets those of private networks pass too.
    """

    def __init__(self, resolve: Resolve, connect: Connect, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._connect = connect
        self._allow_private = allow_private

    def dial(self, host: str, port: int, deadline: Deadline) -> socket.socket:
        """A connection. Raises `FetchError`."""
        failure: OSError | None = None
        for address in self._addresses(host, port, deadline):
            try:
                found = self._connect(address, port, deadline.left())
                timed = _TimedSocket(found.family, found.type, found.proto, fileno=found.detach())
                timed.settimeout(deadline.left())
            except OSError as error:
                failure = error
            else:
                return timed
        if isinstance(failure, TimeoutError):
            raise FetchError(Reason.TIMEOUT, f"no connection to {host} in time", temporary=True)
        raise FetchError(Reason.NETWORK, f"no connection to {host}", temporary=True)

    def _addresses(self, host: str, port: int, deadline: Deadline) -> Sequence[str]:
        if literal_address(host) is not None:
            found: Sequence[str] = (host,)
        else:
            try:
                found = self._resolve(host, port, deadline.left())
            except TimeoutError:
                raise FetchError(Reason.TIMEOUT, f"no answer about {host} in time", temporary=True) from None
            except OSError:
                raise FetchError(Reason.NAME, f"{host} is not known") from None
        if not found:
            raise FetchError(Reason.NAME, f"{host} is not known")
        for text in found:
            address = literal_address(text)
            if address is None or not may_be_asked(address, allow_private=self._allow_private):
                raise FetchError(Reason.ADDRESS, f"{host} stands for {text[:60]}, no public address")
        return found


class _Dialled:
    """Mixed into urllib3's connections, which make their socket in `_new_conn` (as its SOCKS connections do too)."""

    dialler: Dialler
    deadline: Deadline

    def _new_conn(self: Any) -> socket.socket:
        return Dialler.dial(self.dialler, self.host, self.port, self.deadline)


class _Http(_Dialled, HTTPConnection):
    pass


class _Https(_Dialled, HTTPSConnection):
    pass


Connection = _Http | _Https

MAX_IDLE = 32
"""Connections kept open for the next picture of the same host."""


class Connections:
    """The connections of a run: lent to one exchange at a time, kept open for the next. Threads may share it."""

    def __init__(self, dialler: Dialler) -> None:
        self._dialler = dialler
        self._lock = threading.Lock()
        self._idle: list[tuple[tuple[str, str, int], Connection]] = []
        self._tls: ssl.SSLContext | None = None

    def lend(self, address: WebAddress, deadline: Deadline) -> Connection:
        """An open connection to the address's host, or one that opens at the first request."""
        key = (address.scheme, address.host, address.port)
        connection = self._taken(key)
        if connection is None:
            connection = self._new(address)
            connection.dialler = self._dialler
        connection.deadline = deadline
        connection.timeout = deadline.left()
        if connection.sock is None:
            try:
                connection.connect()
            except BaseException:
                connection.close()
                raise
        if isinstance(connection.sock, _TimedSocket | _TimedTlsSocket):
            connection.sock.deadline = deadline
        return connection

    def keep(self, address: WebAddress, connection: Connection) -> None:
        """Take back a connection whose answer was read to its end."""
        if connection.sock is None:  # the server closed it
            return
        with self._lock:
            self._idle.append(((address.scheme, address.host, address.port), connection))
            surplus = self._idle.pop(0)[1] if len(self._idle) > MAX_IDLE else None
        if surplus is not None:
            surplus.close()

    def close(self) -> None:
        """Close all that are open."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _taken(self, key: tuple[str, str, int]) -> Connection | None:
        with self._lock:
            place = next((place for place, (kept, _) in enumerate(self._idle) if kept == key), None)
            if place is None:
                return None
            connection = self._idle.pop(place)[1]
        if connection.is_connected:
            return connection
        connection.close()
        return None

    def _new(self, address: WebAddress) -> Connection:
        if address.scheme == "http":
            return _Http(address.host, address.port)
        with self._lock:
            if self._tls is None:
                self._tls = tls_context()
        return _Https(address.host, address.port, ssl_context=self._tls)
