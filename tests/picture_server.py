"""A server on 127.0.0.1 that misbehaves in a way named by the path. Each way is a function of the request's handler."""

from __future__ import annotations

import gzip
import io
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.posts import PNG

PATIENCE = 8.0
"""Seconds after which a slow answer gives up by itself, so that a failing test does not wait for ever."""


def connect_here(address: str, port: int, timeout: float) -> socket.socket:
    """The door of the tests' own fetchers: whatever they are led to, no connection leaves this machine."""
    if address != "127.0.0.1":
        raise AssertionError(f"a connection to {address}")
    return socket.create_connection((address, port), timeout)


@dataclass
class PictureServer:
    """Where the server listens, and the requests that it met: path and headers."""

    port: int
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [path for path, _ in self.requests]


@contextmanager
def serving() -> Iterator[PictureServer]:
    """A running server; its threads end with it."""
    server = _Server(("127.0.0.1", 0), _Handler)
    state = PictureServer(server.server_address[1])
    server.state = state  # type: ignore[attr-defined]  # how the standard library's handlers find what they share
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.ended.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what is tested; nothing is printed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20

    @property
    def state(self) -> PictureServer:
        found = self.server.state  # type: ignore[attr-defined]  # see above
        assert isinstance(found, PictureServer)
        return found

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the standard library's name
        pass

    def do_GET(self) -> None:  # the standard library's name
        self.state.requests.append((self.path, dict(self.headers)))
        name = self.path.lstrip("/").split("?")[0]
        try:
            if name in self.state.files:
                self.reply(self.state.files[name])
            else:
                WAYS[name.split(".")[0]](self)
        except (OSError, ValueError):  # the client had enough
            self.close_connection = True

    def reply(self, body: bytes = PNG, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self, data: bytes) -> None:
        """One byte at a time, each soon enough for a limit on silence."""
        end = time.monotonic() + PATIENCE
        for byte in data:
            if time.monotonic() > end or self.state.ended.wait(0.05):
                break
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
        self.close_connection = True

    def raw(self, data: bytes) -> None:
        self.wfile.write(data)
        self.close_connection = True


def _reset(handler: _Handler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def _endless(handler: _Handler) -> None:
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    for _ in range(64):
        handler.wfile.write(b"\0" * (1 << 20))
    handler.close_connection = True


def _once(status: int, **headers: str) -> Callable[[_Handler], None]:
    def answer(handler: _Handler) -> None:
        if handler.state.paths.count(handler.path) > 1:
            handler.reply()
        else:
            handler.reply(b"later", status, **headers)

    return answer


def _bomb() -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        for _ in range(8):
            file.write(b"\0" * (1 << 20))
    return packed.getvalue()


def _silent(handler: _Handler) -> None:
    handler.state.ended.wait(PATIENCE)
    handler.close_connection = True


WAYS: dict[str, Callable[[_Handler], None]] = {
    "ok": lambda handler: handler.reply(),
    "wrong_type": lambda handler: handler.reply(Content_Type="text/html"),
    "html": lambda handler: handler.reply(b"<html><script>alert(1)</script></html>", Content_Type="image/png"),
    "empty": lambda handler: handler.reply(b""),
    "loop": lambda handler: handler.reply(b"", 302, Location=handler.path),
    "long": lambda handler: handler.reply(b"", 301, Location=f"{handler.path}x"),
    "hop": lambda handler: handler.reply(b"", 302, Location="/ok.png"),
    "to_metadata": lambda handler: handler.reply(b"", 302, Location="http://169.254.169.254/latest/meta-data/"),
    "to_file": lambda handler: handler.reply(b"", 302, Location="file:///etc/passwd"),
    "to_script": lambda handler: handler.reply(b"", 302, Location="javascript:alert(1)"),
    "to_nowhere": lambda handler: handler.reply(b"", 302),
    "silent": _silent,
    "slow_header": lambda handler: handler.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX: " + b"y" * 500),
    "slow_body": lambda handler: handler.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"y" * 500),
    "endless": _endless,
    "huge_length": lambda handler: handler.reply(PNG, Content_Length=str(10**12)),
    "short": lambda handler: handler.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + PNG),
    "bomb": lambda handler: handler.reply(_bomb(), Content_Encoding="gzip"),
    "gzip": lambda handler: handler.reply(gzip.compress(PNG), Content_Encoding="gzip"),
    "half_gzip": lambda handler: handler.reply(gzip.compress(PNG)[:-12], Content_Encoding="gzip"),
    "nested_gzip": lambda handler: handler.reply(gzip.compress(gzip.compress(PNG)), Content_Encoding="gzip, gzip"),
    "e404": lambda handler: handler.reply(b"no", 404),
    "e500": lambda handler: handler.reply(b"no", 500),
    "e503_once": _once(503, Retry_After="2"),
    "e429": lambda handler: handler.reply(b"later", 429, Retry_After="3600"),
    "auth": lambda handler: handler.reply(b"", 401, WWW_Authenticate="Basic realm=x"),
    "cookie": lambda handler: handler.reply(Set_Cookie="a=b"),
    "reset": _reset,
    "hangs_up": lambda handler: handler.raw(b""),
    "many_headers": lambda handler: handler.reply(PNG, 200, **{f"X_{number}": "v" for number in range(1000)}),
    "long_header": lambda handler: handler.reply(X_Long="v" * 100_000),
    "bad_chunk": lambda handler: handler.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\nabc\r\n"),
    "no_status_line": lambda handler: handler.raw(PNG),
}
