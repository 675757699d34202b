"""Starting `pandoc lua`, and the messages that go to and fro.

A message is a count of parts and the parts, each after its length (big-endian, 4 and 8 bytes); an answer begins with
`MAGIC`. `worker.lua` is the other end.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from convertkit.errors import PandocError
from convertkit.pandoc.program import pandoc_program

if sys.platform != "win32":
    import resource

DEFAULT_EPOCH = "315532800"
"""1980-01-01, the first time that a zip entry can have: the build time in outputs unless SOURCE_DATE_EPOCH says so."""

NURSERY = "-A64m"
"""GHC's allocation area: most documents are done before the first collection, a tenth to a fifth less CPU."""
MAGIC = b"ckp1"
"""Whatever else a filter's child process writes to our pipe is noticed at once."""


def start(memory: int) -> subprocess.Popen[bytes]:
    """A pandoc that runs our script, with a heap of at most `memory` MiB. Raises `PandocError` if there is none."""
    limits = (f"-xr{memory}M", NURSERY)
    script = Path(__file__).with_name("worker.lua")
    command = [pandoc_program(), "lua", "+RTS", *limits, "-RTS", "-E", str(script)]
    try:
        with _memory_unlimited():
            return subprocess.Popen(  # noqa: S603 our own program, no shell
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # as a pipe it would fill up and block
                bufsize=0,
                env=_environment(),
                cwd=os.path.sep,
                start_new_session=True,  # Ctrl-C is ours to handle
            )
    except OSError as error:
        raise PandocError(f"pandoc cannot be started: {error}", advice="reinstall pypandoc_binary") from error


@contextmanager
def _memory_unlimited() -> Iterator[None]:
    """What is started within inherits no soft limit of memory: that of a worker is its own, and pandoc has `-xr`."""
    if sys.platform == "win32":
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if soft == hard:
        yield
        return
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def send(process: subprocess.Popen[bytes], parts: Sequence[bytes]) -> None:
    """Write a message to the process."""
    pipe = cast("BinaryIO", process.stdin)
    frames = [struct.pack(">I", len(parts))]
    for part in parts:
        frames += (struct.pack(">Q", len(part)), part)
    rest = memoryview(b"".join(frames))
    while rest:  # a raw pipe may take less than it is given
        rest = rest[pipe.write(rest) :]


def receive(process: subprocess.Popen[bytes]) -> list[bytes]:
    """Read an answer. Raises `EOFError` when the process ended, `OSError` when something else wrote to the pipe."""
    pipe = cast("BinaryIO", process.stdout)
    if _exactly(pipe, len(MAGIC)) != MAGIC:
        raise OSError("something else than our script wrote to pandoc's output")
    (count,) = struct.unpack(">I", _exactly(pipe, 4))
    return [_exactly(pipe, struct.unpack(">Q", _exactly(pipe, 8))[0]) for _ in range(count)]


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    pieces: list[bytes] = []
    while size:
        piece = pipe.read(min(size, 1 << 20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _environment() -> dict[str, str]:
    """What pandoc may know of the machine: where programs are (for filters), and nothing that changes its output."""
    kept = {name: value for name in ("PATH", "SYSTEMROOT") if (value := os.environ.get(name))}
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), tempfile.gettempdir())
    nowhere = f"{os.path.sep}nonexistent"
    homes = dict.fromkeys(("HOME", "APPDATA", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), nowhere)
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return {
        **kept,
        **temporary,
        **homes,
        **proxies,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC0",
        "SOURCE_DATE_EPOCH": epoch if epoch.isdecimal() else DEFAULT_EPOCH,
    }
