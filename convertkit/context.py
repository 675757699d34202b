"""What readers and writers are given besides their input: options, a report, and the doors to the outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from convertkit.losses import Report, ignore
from convertkit.options import ReadOptions, WriteOptions

if TYPE_CHECKING:
    import turbohtml

    from convertkit.metadata import Metadata
    from convertkit.pandoc.worker import Worker


class HtmlFilter(Protocol):
    """A filter that works on a post's HTML before it is read: it edits `body` in place.

    It is given the metadata known so far (front matter, or the page's head) and returns it, perhaps with fields
    that it took from the body. What it removes it reports as `losses.Removed` with its own name as the rule.
    """

    @property
    def name(self) -> str: ...

    def edit_html(self, body: turbohtml.Element, metadata: Metadata, report: Report) -> Metadata: ...


def shared_worker() -> Worker:
    """The process's own pandoc worker, started at the first call."""
    from convertkit.pandoc import worker

    return worker.shared()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """What a reader is given besides the bytes. `source` names the input in losses and errors."""

    source: str = ""
    options: ReadOptions = field(default_factory=ReadOptions)
    report: Report = ignore
    html_filters: tuple[HtmlFilter, ...] = ()
    pandoc: Callable[[], Worker] = shared_worker


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteContext:
    """What a writer is given besides the document."""

    options: WriteOptions = field(default_factory=WriteOptions)
    report: Report = ignore
    pandoc: Callable[[], Worker] = shared_worker
