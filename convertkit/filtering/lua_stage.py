"""pandoc's Lua filters (pandoc manual, "Lua filters"), run on the document as pandoc's AST."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convertkit.context import shared_worker
from convertkit.filtering.removals import report_removed
from convertkit.losses import Report, ignore
from convertkit.options import READ
from convertkit.readers.harmless import harmless
from convertkit.tree import Document

if TYPE_CHECKING:
    from convertkit.pandoc.worker import Worker


@dataclass(frozen=True, slots=True)
class LuaStage:
    """A Lua filter. Called as a `Transform`; what it removes goes to `report`."""

    name: str
    path: str
    """Of its file, for messages and the filter's own `PANDOC_SCRIPT_FILE`."""
    source: str
    timeout: float = READ.timeout
    pandoc: Callable[[], Worker] = shared_worker

    @property
    def kind(self) -> str:
        """What it is called in lists."""
        return "Lua filter"

    @property
    def about(self) -> str:
        """The text of its first line if that is a comment."""
        line = self.source.partition("\n")[0]
        return line.lstrip("-").strip() if line.startswith("--") else ""

    def __call__(self, document: Document, report: Report = ignore) -> Document:
        """The filtered document. Raises `FilterError` with the file's path and, if Lua raised it, the line."""
        from convertkit.pandoc.lua_filter import apply_lua

        changed = apply_lua(document, self.source, self.path, self.pandoc(), timeout=self.timeout)
        report_removed(self.name, document, changed, report)
        return harmless(changed, report, own_markup=True)
