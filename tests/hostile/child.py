"""Converts the inputs named on its standard input, a JSON line each, under limits, and says what it cost.

    python -m tests.hostile.child OUT

An audit hook notes every socket and every file that is opened. Peak memory is the kernel's (`VmHWM`, reset before each
conversion), so that what C libraries take counts.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import TypedDict

MEMORY = 512 * 2**20
"""Bytes that a conversion may take."""
RESERVED = 960 * 2**20
"""Address space that is no memory: pandoc reserves 689 MiB at its start, the interpreter and its libraries 240."""


class Order(TypedDict):
    """One input to convert."""

    name: str
    path: str
    assets: str | None
    formats: list[str]


class Answer(TypedDict):
    """What became of an input in one format."""

    format: str
    reason: str
    """The error's, empty for a success; `escaped` if the error is none of ours."""
    message: str
    losses: list[str]
    """The kinds of the losses that were not on purpose."""
    seconds: float
    """CPU of this process."""
    wall: float
    grown: int
    """KiB of memory at the peak above those before."""
    sockets: list[str]
    opened: list[str]
    output: str


_sockets: list[str] = []
_opened: list[str] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith("socket."):
        _sockets.append(event)
    elif event == "open" and isinstance(arguments[0], str | bytes):
        _opened.append(os.fsdecode(arguments[0]))


def _memory(field: str) -> int:
    """KiB of this process's memory, now (`VmRSS`) or at most since the last reset (`VmHWM`)."""
    with Path("/proc/self/status").open() as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field))


def _convert(order: Order, to: str, out: Path) -> Answer:
    import convertkit

    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    before = _memory("VmRSS")
    _sockets.clear()
    _opened.clear()
    cpu, wall = time.process_time(), time.perf_counter()
    reason = message = output = ""
    losses: list[str] = []
    assets = Path(order["assets"]) if order["assets"] else None
    try:
        result = convertkit.convert(Path(order["path"]), to, assets=assets, files_dir="files")
    except convertkit.ConvertkitError as error:
        reason, message = error.reason, str(error)
    except BaseException as error:  # noqa: BLE001  # the finding that this process is for
        reason, message = "escaped", f"{type(error).__name__}: {error}"[:300]
    else:
        losses = [loss.kind for loss in result.losses if not loss.on_purpose]
        output = str(out / f"{order['name']}.{to}")
    seconds, passed = time.process_time() - cpu, time.perf_counter() - wall
    grown, opened, sockets = _memory("VmHWM") - before, list(_opened), list(_sockets)
    if output:
        Path(output).write_bytes(result.content)
        for name, content in result.files.items():
            (out / f"{order['name']}.{to}.{Path(name).name}").write_bytes(content)
    return Answer(
        format=to,
        reason=reason,
        message=message,
        losses=losses,
        seconds=seconds,
        wall=passed,
        grown=grown,
        sockets=sockets,
        opened=opened,
        output=output,
    )


def main() -> None:
    """Answer each order with a JSON line a format."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY + RESERVED, MEMORY + RESERVED))
    out = Path(sys.argv[1])
    import convertkit

    for to in ("markdown", "text", "html", "epub", "docx"):
        convertkit.convert("<p>everything that is loaded once, is</p><table><tr><td>x</table>", to, from_="html")
    sys.addaudithook(_watch)
    for line in sys.stdin:
        order: Order = json.loads(line)
        for to in order["formats"]:
            sys.stdout.write(json.dumps(_convert(order, to, out)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
