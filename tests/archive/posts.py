"""Posts for archives of tests, a filter that does to its worker what a post tells it to, and who is still alive."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from convertkit.archive.settings import Limits, Settings
from convertkit.archive.units import Located, Task, Unit

MARK = "CONVERTKIT_TEST_MARK"
"""In the environment of a test's processes, and of all that they start."""

BAD_FILTER = '''
"""Does to its worker what the title says."""
import ctypes, os, signal, subprocess, sys, time

hoard = []

def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(600)
        os._exit(0)
    os.wait()

def transform(document):
    match document.metadata.title:
        case "hang": time.sleep(600)
        case "spin":
            while True: pass
        case "deaf":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(600)
        case "allocate":
            while True: hoard.append(bytearray(2**24))
        case "segfault": ctypes.string_at(0)
        case "exit": os._exit(3)
        case "exit well": os._exit(0)
        case "leave": sys.exit(5)
        case "abort": os.abort()
        case "signal": os.kill(os.getpid(), 40)
        case "no memory": raise MemoryError
        case "slow": time.sleep(1)
        case "raise": raise ValueError("no")
        case "recurse": return transform(document)
        case "interrupt": raise KeyboardInterrupt
        case "daemon": daemon()
        case "daemon and die":
            daemon()
            os._exit(4)
        case "fork": os.fork()
        case "print":
            print("x" * 100_000)
            os.write(1, b"\\0" * 100_000)
            subprocess.run(["echo", "y" * 1000])
            print(sys.stdin.read(), file=sys.stderr)
        case "first time":
            mark = os.environ["CONVERTKIT_TEST_ONCE"]
            if not os.path.exists(mark):
                open(mark, "w").close()
                os._exit(9)
    return document
'''


def write_posts(folder: Path, titles: Mapping[str, str]) -> None:
    """A Markdown file for each name, with that title."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, title in titles.items():
        body = f"The post {name} speaks of tea.\n\n- leaves\n- water\n"
        (folder / f"{name}.md").write_text(f"---\ntitle: {title}\n---\n\n{body}")


def tasks_of(folder: Path, suffix: str = ".html") -> list[Task]:
    """A task for each post of a folder."""
    return [
        Task(Unit(path.name, path.stem, Located(str(path))), (f"{path.stem}{suffix}",))
        for path in sorted(folder.glob("*.md"))
    ]


def settings_of(
    folder: Path, *, filters: bool = True, timeout: float = 1.5, to: tuple[str, ...] = ("html",)
) -> Settings:
    """Settings with `folder/out` as OUT, and the filter that does what titles say."""
    bad = folder / "bad.py"
    bad.write_text(BAD_FILTER)
    limits = Limits(timeout=timeout, memory=256 * 2**20)
    return Settings(out=str(folder / "out"), to=to, filters=(str(bad),) if filters else (), limits=limits)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def living(mark: str) -> list[str]:
    """The command lines of processes, besides this one, whose environment holds the mark."""
    if sys.platform != "linux":
        return []
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid():
            try:
                environment = (folder / "environ").read_bytes().split(b"\0")
                if f"{MARK}={mark}".encode() in environment:
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:  # it has ended, or is another's
                continue
    return found


def wait_until(true: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether something comes true within a time that is long enough for a busy machine."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
