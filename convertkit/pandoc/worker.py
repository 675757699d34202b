"""One long-lived `pandoc lua` process, fed over pipes: a pandoc start (40 ms) is paid once, not for each document.

What comes from a document cannot make it open a file or a connection:

- readers run in pandoc's own sandbox, with an empty file system (`worker.lua`, `pandoc.read` with a `read_env`);
- before a writer that embeds files runs, whatever names a file that was not handed over is taken out of the tree;
- on Linux the process may moreover hold no descriptor besides its three standard streams (`RLIMIT_NOFILE` is 3), so
  neither `open` nor `socket` can succeed; the limit is lifted for a reference document and for Lua filters, which
  are the user's own code;
- its environment holds nothing of ours: no home, no locale, a dead proxy.

Memory is limited by pandoc's run-time system, which reserves no more address space than that (`-xr`) and ends the
process when it is full; its soft limit (`-M`) raises an exception that is lost inside Lua, and the process hangs.
Wall-clock time is limited by killing the process.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from convertkit.errors import FilterError, PandocError, PandocMemory, PandocTimeout, PandocUnreadable
from convertkit.options import READ, WRITE
from convertkit.pandoc.ast import API_VERSION
from convertkit.pandoc.process import receive, send, start
from convertkit.resources import Resource

if sys.platform == "linux":
    import resource

OPEN_FILES = 3
HEAP_EXHAUSTED = 251  # GHC's EXIT_HEAPOVERFLOW


@dataclass(frozen=True, slots=True)
class Message:
    """Something that pandoc had to say while it worked: its own type name (`SkippedContent`) and sentence."""

    type: str
    text: str


Heard = Callable[[Message], None]


def _unheard(message: Message) -> None:
    """For callers that do not ask for messages."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What pandoc read: its AST as JSON, and the media it took out of a container, by the target that names them."""

    ast: bytes
    media: Mapping[str, bytes]


class Worker:
    """A pandoc process that is started at the first request and again after it died. Safe to share between threads.

    `memory` is pandoc's limit in MiB. After `max_requests` a fresh process takes over, so that nothing builds up.
    """

    def __init__(self, *, memory: int = 512, max_requests: int = 5000) -> None:
        self._memory = memory
        self._max_requests = max_requests
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._requests = 0
        self._open_files = OPEN_FILES
        _workers.add(self)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def read(self, data: bytes, format: str, *, timeout: float = READ.timeout, heard: Heard = _unheard) -> Reading:  # noqa: A002 pandoc's word, and ours everywhere
        """Read a document. Text formats want UTF-8. Raises `PandocUnreadable`, or another `PandocError`."""
        request = {"operation": "read", "format": format}
        ast, media, *contents = self._answer(request, [data], timeout, heard)
        names = [path for path, _ in json.loads(media)]
        return Reading(ast, dict(zip(names, contents, strict=True)))

    def write(
        self,
        ast: Mapping[str, object] | bytes,
        to: str,
        *,
        options: Mapping[str, object] = {},
        resources: Mapping[str, Resource] = {},
        reference_doc: bytes | None = None,
        timeout: float = WRITE.timeout,
        heard: Heard = _unheard,
    ) -> bytes:
        """Write pandoc's AST in a format.

        `options` are the fields of pandoc's Lua `WriterOptions`, besides `standalone`, which takes the format's own
        template. An image whose target is not among `resources` is replaced by its alternative text in formats that
        embed images. `reference_doc` is a DOCX, ODT or PPTX whose styles the output takes.
        """
        request: dict[str, object] = {
            "operation": "write",
            "format": to,
            "options": dict(options),
            "resources": [(name, item.media_type) for name, item in resources.items()],
        }
        parts = [_encoded(ast), *(item.content for item in resources.values())]
        if reference_doc is None:
            return self._answer(request, parts, timeout, heard)[0]
        with _saved(reference_doc) as path:
            request["options"] = {**options, "reference_doc": path}
            return self._answer(request, parts, timeout, heard, trusted=True)[0]

    def lua_filter(
        self,
        ast: Mapping[str, object] | bytes,
        source: str,
        name: str,
        *,
        timeout: float = READ.timeout,
        heard: Heard = _unheard,
    ) -> bytes:
        """Run a Lua filter, the user's own code, over pandoc's AST and give the AST that it made, as JSON.

        `name`, such as its path, is the source of its errors. What it prints goes to `heard`. Raises `FilterError`.
        """
        request = {"operation": "filter", "name": name}
        try:
            return self._answer(request, [_encoded(ast), source.encode()], timeout, heard, trusted=True)[0]
        except PandocError as error:
            problem = re.sub(r"\Afilter:(?=\d+:)", "line ", error.problem)
            raise FilterError(problem, source=name, advice=error.advice) from error

    def close(self) -> None:
        """End the process; a later request starts another."""
        with self._lock:
            self._end()

    def _answer(
        self,
        request: Mapping[str, object],
        parts: Sequence[bytes],
        timeout: float,
        heard: Heard,
        *,
        trusted: bool = False,
    ) -> list[bytes]:
        with self._lock:
            status, *answer = self._exchange([json.dumps(request).encode(), *parts], timeout, trusted=trusted)
        if status != b"ok":
            refused = PandocUnreadable if request["operation"] == "read" else PandocError
            raise refused(" ".join(answer[0].decode(errors="replace").split()))
        for message in json.loads(answer[0]):
            heard(Message(message["type"], message["pretty"]))
        return answer[1:]

    def _exchange(self, parts: Sequence[bytes], timeout: float, *, trusted: bool = False) -> list[bytes]:
        """Send a request and wait for its answer; a process that gives none is ended."""
        process = self._running()
        expired = threading.Event()
        timer = threading.Timer(timeout, _expire, (process, expired))
        timer.daemon = True
        timer.start()
        whole = False
        try:
            if trusted:
                self._limit_open_files(process, self._open_files)
            send(process, parts)
            answer = receive(process)
            if trusted:
                self._limit_open_files(process, OPEN_FILES)
        except (OSError, EOFError) as error:
            raise _failure(process, timeout if expired.is_set() else None) from error
        else:
            self._requests += 1
            whole = True
            return answer
        finally:
            timer.cancel()
            if not whole:  # it cannot be known what still comes
                self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._requests >= self._max_requests or self._process.poll() is not None):
            self._end()
        if self._process is None:
            self._start()
        return cast("subprocess.Popen[bytes]", self._process)

    def _start(self) -> None:
        self._process = start(self._memory)
        self._requests = -1
        hello = json.loads(self._exchange([b'{"operation": "hello"}'], READ.timeout)[2])
        if tuple(hello["api_version"][:2]) != API_VERSION[:2]:
            self._end()
            raise PandocError(
                f"pandoc {hello['version']} has another document type",
                advice="install the pypandoc_binary that we name",
            )
        for litter in Path(tempfile.gettempdir()).glob(f"pandoc-hist{self._process.pid}-*"):
            litter.unlink(missing_ok=True)  # the empty file that its Lua console makes: a killed pandoc leaves it
        if sys.platform == "linux":
            self._open_files, _ = resource.prlimit(self._process.pid, resource.RLIMIT_NOFILE)
            self._limit_open_files(self._process, OPEN_FILES)

    def _limit_open_files(self, process: subprocess.Popen[bytes], limit: int) -> None:
        """Allow descriptors below `limit` only: with three taken and a limit of three there is none to be had."""
        if sys.platform == "linux":
            _, hard = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (limit, hard))

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait()

    def _forget(self) -> None:
        """In a forked child: the process is the parent's. Only our copies of its pipes are closed."""
        self._lock = threading.Lock()
        process, self._process = self._process, None
        if process is not None:
            process.returncode = 0  # or the interpreter would warn of, and wait for, a child that is not ours
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


_workers: weakref.WeakSet[Worker] = weakref.WeakSet()
_shared_lock = threading.Lock()
_shared: list[Worker] = []


def shared() -> Worker:
    """The process's own worker."""
    with _shared_lock:
        if not _shared:
            _shared.append(Worker())
        return _shared[0]


@atexit.register
def _close_all() -> None:
    for worker in list(_workers):
        worker.close()


def _forget_all() -> None:
    global _shared_lock  # noqa: PLW0603 a lock that was held at the fork is never released in the child
    _shared_lock = threading.Lock()
    for worker in list(_workers):
        worker._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


def _encoded(ast: Mapping[str, object] | bytes) -> bytes:
    return ast if isinstance(ast, bytes) else json.dumps(ast, ensure_ascii=False).encode()


@contextlib.contextmanager
def _saved(content: bytes) -> Iterator[str]:
    """The path of a file with this content, for as long as the context lasts."""
    descriptor, path = tempfile.mkstemp(prefix="convertkit-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        yield path
    finally:
        Path(path).unlink()


def _expire(process: subprocess.Popen[bytes], expired: threading.Event) -> None:
    expired.set()
    process.kill()


def _failure(process: subprocess.Popen[bytes], timeout: float | None) -> PandocError:
    process.kill()
    code = process.wait()
    if timeout is not None:
        return PandocTimeout(f"pandoc took longer than {timeout:g} seconds", advice="allow more with a longer timeout")
    if code == HEAP_EXHAUSTED:
        return PandocMemory("pandoc ran out of memory", advice="the document is too big or too deep for it")
    return PandocError(f"pandoc died (exit code {code})")
