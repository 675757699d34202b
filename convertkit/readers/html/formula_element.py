"""The element that stands for a formula until the reader comes to it: `<convertkit-math>`, its text the TeX."""

from __future__ import annotations

import turbohtml

FORMULA = "convertkit-math"


def formula(tex: str, *, display: bool, block: bool = False) -> turbohtml.Element:
    """The element of a formula, in a line or set apart; as a `block` it also ends the paragraph that it stands in."""
    attributes = {"display": "block"} if display else {}
    return turbohtml.Element(FORMULA, attributes | {"block": ""} if block else attributes, [turbohtml.Text(tex)])
