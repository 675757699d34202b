"""What a worker's process may take, set by the process itself once it has started.

| limit | Linux | macOS | Windows |
|---|---|---|---|
| time a post, by the clock on the wall | yes | yes | yes |
| memory (`RLIMIT_DATA`: heap and private mappings) | yes | no: the system does not keep it | no |
| size of a file (`RLIMIT_FSIZE`) | yes | yes | no; outputs are measured before they are written |
| no process is left | yes | those of the worker's process group | the worker itself |

Memory is RLIMIT_DATA and not RLIMIT_AS, which counts the address space that libraries reserve and nobody uses.
"""

from __future__ import annotations

import sys
from pathlib import Path

from convertkit.archive.settings import Limits

if sys.platform != "win32":
    import resource

_ROOM_TO_WRITE = 2**20
"""Bytes beyond the largest output that a file may have: a container is a little larger than what it holds."""


def limit_this_process(limits: Limits) -> None:
    """Set the soft limits; whoever starts a process of another kind (pandoc) may lift them for it."""
    if sys.platform != "win32":
        _set(resource.RLIMIT_DATA, limits.memory)
        _set(resource.RLIMIT_FSIZE, limits.output + _ROOM_TO_WRITE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash is expected here, and its image of no use


def _set(kind: int, limit: int) -> None:
    _, hard = resource.getrlimit(kind)
    within = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(kind, (within, hard))


def resident_memory() -> int:
    """Bytes of memory that this process has; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/statm").read_bytes().split()[1]) * resource.getpagesize()
