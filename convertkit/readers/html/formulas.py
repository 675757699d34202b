"""Formulas: TeX where the page still has it (KaTeX, MathJax, MathML's annotations), MathML turned into TeX otherwise.

`mark_formulas` runs before the reading and puts a `<convertkit-math>` with the TeX in place of each renderer's markup,
which shows a formula twice: once for the eye, once for assistive technology.
"""

from __future__ import annotations

import re

import turbohtml

from convertkit.readers.html.flow import Flow, Reader
from convertkit.readers.html.mathml import tex_of_mathml
from convertkit.tree import Math

FORMULA = "convertkit-math"
_RENDERED = (
    ".katex-display, .katex, .MathJax_Preview, .MathJax_Display, .MathJax, .MathJax_SVG, .MathJax_CHTML, mjx-container"
)
_TEX_ENCODINGS = ("application/x-tex", "application/x-latex", "tex", "latex", "text/tex", "TeX", "LaTeX")
_DELIMITED = re.compile(
    r"\s*(?:\\\((?P<inline>.*)\\\)|\\\[(?P<display>.*)\\\]|\$\$(?P<dollars>.*)\$\$)\s*\Z", re.DOTALL
)

_ANY = f"script[type^='math/tex'], span.math, div.math, {_RENDERED}"


def mark_formulas(body: turbohtml.Element) -> None:
    """Put one `<convertkit-math>` in place of what KaTeX and MathJax made of each formula.

    So too for `<span class="math inline">\\(…\\)</span>`, as pandoc (and our Markdown reader) writes formulas.
    """
    if body.select_one(_ANY) is None:
        return
    _drop_previews(body)
    for element in body.select(_RENDERED):
        if element.parent is None or element.closest(FORMULA) is not None:
            continue
        tex = _tex_within(element)
        if tex:
            element.replace_with(_formula(tex, display=_is_display(element)))
    for element in body.select("span.math, div.math"):
        found = _DELIMITED.match(element.text)
        if found is not None and found.lastgroup is not None:
            element.replace_with(_formula(found[found.lastgroup], display=found.lastgroup != "inline"))


def _drop_previews(body: turbohtml.Element) -> None:
    """MathJax 2 keeps the TeX in a script behind what it drew."""
    for script in body.select("script[type^='math/tex']"):
        drawn = script.previous_sibling
        while isinstance(drawn, turbohtml.Element) and drawn.matches(_RENDERED):
            before = drawn.previous_sibling
            drawn.extract()
            drawn = before
        script.replace_with(_formula(script.text, display="display" in (script.attr("type") or "")))


def _formula(tex: str, *, display: bool) -> turbohtml.Element:
    return turbohtml.Element(FORMULA, {"display": "block"} if display else {}, [turbohtml.Text(tex)])


def _is_display(element: turbohtml.Element) -> bool:
    return (
        element.has_class("katex-display")
        or element.has_class("MathJax_Display")
        or element.attr("display") == "true"
        or element.select_one("math[display=block]") is not None
    )


def _tex_within(element: turbohtml.Element) -> str:
    """The TeX that a renderer left: an annotation, an attribute; else what its MathML says."""
    math = element.select_one("math")
    if math is not None:
        return _tex(math)
    for holder in (element, *element.select("[data-mathml], [data-tex], [data-latex]")):
        written = holder.attr("data-tex") or holder.attr("data-latex")
        if written:
            return written
        markup = holder.attr("data-mathml")
        if markup and (inside := turbohtml.parse(markup, positions=False).find("math")) is not None:
            return _tex(inside)
    return ""


def _tex(math: turbohtml.Element) -> str:
    for annotation in math.select("annotation"):
        if (annotation.attr("encoding") or "").strip() in _TEX_ENCODINGS and annotation.text.strip():
            return annotation.text
    alternative = math.attr("alttext") or ""
    return alternative if "\\" in alternative else tex_of_mathml(math) or alternative


# ---------------------------------------------------------------- handlers


def read_formula(element: turbohtml.Element, flow: Flow, _reader: Reader) -> None:
    """A formula that `mark_formulas` found."""
    _add(element.text, flow, display=element.attr("display") == "block")


def read_mathml(element: turbohtml.Element, flow: Flow, _reader: Reader) -> None:
    """`math`."""
    display = element.attr("display") == "block" or element.attr("mode") == "display"
    _add(_tex(element), flow, display=display)


def _add(tex: str, flow: Flow, *, display: bool) -> None:
    text = _without_style(tex.strip())
    if text:
        flow.run.append(Math(text, "DisplayMath" if display else "InlineMath"))


def _without_style(tex: str) -> str:
    """TeX without the `{\\displaystyle …}` that MediaWiki puts around every formula."""
    inner = tex.removeprefix("{\\displaystyle").strip()
    if inner == tex or not inner.endswith("}") or _unbalanced(inner[:-1]):
        return tex
    return inner[:-1].strip()


def _unbalanced(tex: str) -> bool:
    depth = 0
    for brace in re.findall(r"\\.|[{}]", tex):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            return True
    return depth != 0
