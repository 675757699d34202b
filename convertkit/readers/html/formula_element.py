"""The element that stands for a formula until the reader comes to it: `<convertkit-math>`, its text the TeX."""

from __future__ import annotations

import turbohtml

FORMULA = "convertkit-math"


def formula(tex: str, *, display: bool) -> turbohtml.Element:
    """The element of a formula, in a line or set apart."""
    return turbohtml.Element(FORMULA, {"display": "block"} if display else {}, [turbohtml.Text(tex)])
