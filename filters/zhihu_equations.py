"""Pictures of formulas (知乎's `equation?tex=…` and its kin) become formulas in documents that no HTML reader has read.

The reader of HTML does so by itself; a DOCX or EPUB made from a web page still holds the pictures.
"""

from __future__ import annotations

import turbohtml

from convertkit.losses import Report
from convertkit.metadata import Metadata
from convertkit.readers.html.formula_images import mark_formula_images


def edit_html(body: turbohtml.Element, metadata: Metadata, report: Report) -> Metadata:  # noqa: ARG001  # nothing is lost
    """Replace each formula's picture."""
    mark_formula_images(body)
    return metadata
