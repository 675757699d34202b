"""Formulas that 知乎 shows as pictures (`equation?tex=…`) become formulas again.

The TeX is in the picture's `alt`, or else percent-encoded in its URL. The picture is replaced by the HTML that pandoc
writes for mathematics: `<span class="math inline">\\(…\\)</span>`.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import turbohtml

from convertkit.losses import Report
from convertkit.metadata import Metadata
from convertkit.readers.html.sources import addresses

ADDRESS = "equation?tex="


def edit_html(body: turbohtml.Element, metadata: Metadata, report: Report) -> Metadata:  # noqa: ARG001  # nothing is lost
    """Replace each formula's picture."""
    for image in body.select("img"):
        if tex := _tex(image):
            _replace(image, tex)
    return metadata


def _tex(image: turbohtml.Element) -> str:
    """The TeX of a formula's picture, empty for any other.

    `alt` has it as typed, the URL's `+` may be a plus that was never encoded.
    """
    address = next((address for address in addresses(image) if ADDRESS in address), "")
    if not address:
        return ""
    alt = (image.attr("alt") or "").strip()
    if alt and alt not in ("[公式]", "公式"):
        return alt
    return parse_qs(urlsplit(address).query).get("tex", [""])[0].strip()


def _replace(image: turbohtml.Element, tex: str) -> None:
    """A formula that stands alone in its paragraph is set apart, as on the site; there it ends in an idle `\\\\`."""
    display = tex.endswith("\\\\") or _is_alone(image)
    formula = turbohtml.Element("span", {"class": "math display" if display else "math inline"})
    tex = tex.removesuffix("\\\\").rstrip()
    formula.set_text(f"\\[{tex}\\]" if display else f"\\({tex}\\)")
    image.replace_with(formula)


def _is_alone(image: turbohtml.Element) -> bool:
    parent = image.parent
    return (
        isinstance(parent, turbohtml.Element)
        and parent.tag in ("p", "div", "figure")
        and _is_blank(image.previous_sibling)
        and _is_blank(image.next_sibling)
    )


def _is_blank(neighbour: turbohtml.Node | None) -> bool:
    """Nothing, or white space with nothing on its other side."""
    if neighbour is None:
        return True
    alone = neighbour.previous_sibling is None or neighbour.next_sibling is None
    return isinstance(neighbour, turbohtml.Text) and not neighbour.data.strip() and alone
