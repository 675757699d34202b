"""Converting what changes as it changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event as Stop

from convertkit.archive.addresses import is_url, settled
from convertkit.errors import UsageError

QUIET = 400
"""Milliseconds without a change after which a run begins: an editor saves in several steps, a copy in many."""
MOST = 5000
"""Milliseconds after which it begins even if changes never end."""
LOOK = 200
"""Milliseconds between two looks at `stop`."""


def watch_archive(source: str | Path, out: str | Path, run: Callable[[], object], stop: Stop | None = None) -> None:
    """Call `run` now, and whenever something in the folder `source` has changed, until `stop` is set.

    One run at a time; what changes during a run is done by the next. Changes in `out` and in hidden files count for
    nothing. Raises `UsageError` for what cannot be watched, and what `run` raises. An interrupt ends it at once.
    """
    place, where_out = settled(source), settled(out)
    if is_url(place) or not Path(place).exists():
        raise UsageError("cannot be watched", source=place, advice="name a folder or a file of this machine")
    from watchfiles import watch

    root, outputs = Path(place).resolve(), None if is_url(where_out) else Path(where_out).resolve()

    def counts(_change: object, path: str) -> bool:
        changed = Path(path)
        if is_file:
            return changed == root
        if outputs is not None and changed.is_relative_to(outputs) and outputs != root:
            return False
        below = changed.relative_to(root).parts if changed.is_relative_to(root) else ()
        return not any(part.startswith(".") for part in below)

    is_file = root.is_file()
    begun = False
    for changes in watch(
        root.parent if is_file else root,  # a file itself is another one after it was saved by renaming
        recursive=not is_file,
        watch_filter=counts,
        debounce=MOST,
        step=QUIET,
        stop_event=stop,
        rust_timeout=LOOK,
        yield_on_timeout=True,
    ):
        if changes or not begun:  # the first look says that from now on no change is missed
            begun = True
            run()
