"""Filters on the tree: a Python function from document to document."""

from __future__ import annotations

from dataclasses import dataclass

from convertkit.errors import FilterError
from convertkit.filtering.removals import report_removed
from convertkit.losses import Report, ignore
from convertkit.readers.harmless import harmless
from convertkit.tree import Document
from convertkit.walk import Transform


@dataclass(frozen=True, slots=True)
class TreeStage:
    """A filter that works on the tree. Called as a `Transform`; what it removes goes to `report`."""

    name: str
    kind: str
    about: str
    transform: Transform

    def __call__(self, document: Document, report: Report = ignore) -> Document:
        """The filtered document. Raises `FilterError` if its nodes do not stand where the tree's types allow them."""
        changed = self.transform(document)
        if changed is not document:
            changed = _checked(self.name, changed, report)
            report_removed(self.name, document, changed, report)
        return changed


def _checked(name: str, document: Document, report: Report) -> Document:
    """The document, made harmless. Raises `FilterError` for a tree that no writer could write.

    Types are checked by nobody in a user's filter, and what it makes an address of may come from a post.
    """
    try:
        if not isinstance(document.blocks, tuple):
            raise TypeError(f"its blocks are a {type(document.blocks).__name__}, not a tuple")
        return harmless(document, report, own_markup=True)
    except (AttributeError, TypeError) as error:
        problem = str(error).removeprefix("walk: ")
        advice = "blocks hold blocks, and a text is `Para((Text(...),))`: see convertkit.tree"
        raise FilterError(f"the filter {name} returned no document: {problem}", advice=advice) from error
    except RecursionError as error:
        raise FilterError(f"the filter {name} nests nodes too deep", advice="keep to tree.MAX_DEPTH levels") from error
