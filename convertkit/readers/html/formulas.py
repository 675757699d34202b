"""Formulas: TeX where the page still has it (KaTeX, MathJax, MathML's annotations), MathML turned into TeX otherwise.

`mark_formulas` runs before the reading and puts a `<convertkit-math>` with the TeX in place of each renderer's markup,
which shows a formula twice: once for the eye, once for assistive technology.
"""

from __future__ import annotations

import json
import re
import unicodedata

import turbohtml

from convertkit.losses import ElementDropped
from convertkit.readers.block_tags import BLOCK_TAGS
from convertkit.readers.html.flow import Flow, Reader
from convertkit.readers.html.formula_element import FORMULA, formula
from convertkit.readers.html.formula_images import mark_formula_images
from convertkit.readers.html.mathml import tex_of_mathml
from convertkit.readers.html.place import place_of
from convertkit.tree import Math, Text

_RENDERED = (
    ".mwe-math-element, .katex-display, .katex, .MathJax_Preview, .MathJax_Display, .MathJax, .MathJax_SVG_Display, "
    ".MathJax_SVG, .MathJax_CHTML, .mjx-chtml, mjx-container"
)
_SAID = "[data-tex], [data-latex], [data-formula], .ql-formula[data-value], .latex-rendered[data-attrs]"
"""Elements with an attribute that holds the TeX (知乎, MathJax 4, mdnice, Quill, Substack)."""
_DELIMITING = "span.math, div.math, math-renderer, .arithmatex, .math-tex, .js-render-math, code.language-math"
"""Elements whose text is TeX, most between delimiters (pandoc, Sphinx, GitHub, Material, CKEditor, GitLab, remark)."""
_ERRORS = ".MathJax_Error, .MathJax_Processing, #MathJax_Message"
_TEX_ENCODINGS = ("application/x-tex", "application/x-latex", "tex", "latex", "text/tex", "TeX", "LaTeX")
_DELIMITED = re.compile(
    r"\s*(?:\\\((?P<inline>.*)\\\)|\\\[(?P<display>.*)\\\]|\$\$(?P<dollars>.*)\$\$|\$(?P<dollar>.*)\$)\s*\Z", re.DOTALL
)
_INLINE = ("inline", "dollar")
_LOOKS_LIKE_TEX = re.compile(r"[\\^_=<>]|\A\s*[A-Za-z0-9]\s*\Z")
_GLYPH = re.compile(r"\bmjx-c([0-9A-F]{2,5})\b")
_CDATA = re.compile(r"\A\s*%\s*<!\[CDATA\[\s*|\s*%?\s*\]\]>\s*\Z")
"""What kramdown puts around the TeX in a script."""
_DISPLAY = (
    ".katex-display, .MathJax_Display, .MathJax_SVG_Display, .MJXc-display, mjx-container[display=true], "
    ".mwe-math-fallback-image-display, .mwe-math-mathml-display, math[display=block]"
)
_BLOCK = ".katex-display, mjx-container[display=true]"

_DRESSED = "[class], [id], [data-tex], [data-latex], [data-formula], script, math-renderer, mjx-container"
"""A quick look that is enough for most posts: one of these is in everything of `_ANY`."""
_ANY = f"script[type^='math/'], {_DELIMITING}, {_SAID}, {_RENDERED}"


def mark_formulas(body: turbohtml.Element) -> None:
    """Put one `<convertkit-math>` in place of what KaTeX, MathJax and their kin made of each formula.

    So too for `<span class="math inline">\\(…\\)</span>`, as pandoc (and our Markdown reader) writes formulas, and for
    pictures of formulas whose TeX is in their address or stands in for them.
    """
    mark_formula_images(body)
    if body.select_one(_DRESSED) is None or body.select_one(_ANY) is None:
        return
    _mark_scripts(body)
    for element in body.select(_SAID):
        whole = _outermost(element)
        if _is_unread(whole) and element.tag not in ("td", "th") and (tex := _said(element)):
            display = tex.endswith("\\\\") or _is_display(whole)
            whole.replace_with(formula(tex.removesuffix("\\\\"), display=display, block=_is_block(whole)))
    for element in body.select(_RENDERED):
        if _is_unread(element) and (tex := _tex_within(element)):
            element.replace_with(formula(tex, display=_is_display(element), block=_is_block(element)))
    mark_written_formulas(body)


def mark_written_formulas(body: turbohtml.Element) -> None:
    """The same for formulas as pandoc writes them, which is how a filter does."""
    if body.select_one(_DRESSED) is None:
        return
    for element in body.select(_DELIMITING):
        if element.parent is not None and element.select_one(FORMULA) is None:
            _mark_delimited(element)


def _is_unread(element: turbohtml.Element) -> bool:
    return element.parent is not None and element.closest(FORMULA) is None and element.select_one(FORMULA) is None


def _outermost(element: turbohtml.Element) -> turbohtml.Element:
    """The renderer's whole markup around an element that holds the TeX."""
    found = element
    while isinstance(found.parent, turbohtml.Element) and (above := found.parent.closest(_RENDERED)) is not None:
        found = above
    return found


def _mark_scripts(body: turbohtml.Element) -> None:
    """MathJax 2 keeps the TeX in a script behind what it drew, and before that a preview of it."""
    for script in body.select("script[type^='math/']"):
        kind = script.attr("type") or ""
        if "mml" in kind:
            math = turbohtml.parse(script.text, positions=False).find("math")
            tex = _tex(math) if math is not None else ""
        else:
            tex = _CDATA.sub("", script.text)
        drawn, block = script.previous_sibling, False
        while isinstance(drawn, turbohtml.Element) and drawn.matches(f"{_RENDERED}, {_ERRORS}"):
            before, block = drawn.previous_sibling, block or _is_block(drawn)
            drawn.extract()
            drawn = before
        script.replace_with(formula(tex, display="display" in kind, block=block))
    for preview in body.select(".MathJax_Preview"):  # a feed dropped the script
        drawn = preview.next_sibling
        if isinstance(drawn, turbohtml.Element) and drawn.matches(f"{_RENDERED}, {FORMULA}"):
            preview.extract()


def _mark_delimited(element: turbohtml.Element) -> None:
    number = element.select_one(".eqno")
    tag = f" \\tag{{{number.text.strip('()¶# ')}}}" if number is not None else ""
    if number is not None:
        number.extract()
    text = element.text
    found = _DELIMITED.match(text)
    if found is not None and found.lastgroup is not None:
        tex, display = found[found.lastgroup].strip(), found.lastgroup not in _INLINE
    elif all(isinstance(child, turbohtml.Text) for child in element) and _LOOKS_LIKE_TEX.search(text):
        tex, display = text.strip(), _says_display(element)
    else:
        return
    outermost = element
    while isinstance(parent := outermost.parent, turbohtml.Element) and parent.tag in ("pre", "code"):
        outermost = parent
    outermost.replace_with(formula(tex + tag, display=display, block=display and _is_block(outermost)))


def _says_display(element: turbohtml.Element) -> bool:
    classes = (element.attr("class") or "").split()
    return (
        element.tag == "div"
        or "display" in classes
        or "math-display" in classes
        or element.attr("data-math-style") == "display"
        or (
            "math-inline" not in classes
            and isinstance(element.parent, turbohtml.Element)
            and element.parent.tag == "pre"
        )
    )


def _is_display(element: turbohtml.Element) -> bool:
    return (
        element.closest(_DISPLAY) is not None
        or element.select_one(_DISPLAY) is not None
        or (element.tag in ("div", "section", "figure"))
    )


def _is_block(element: turbohtml.Element) -> bool:
    """Whether a formula's markup is a block by its kind, or by its renderer's style sheet (KaTeX, MathJax 3)."""
    return element.tag in BLOCK_TAGS or element.matches(_BLOCK)


def _said(element: turbohtml.Element) -> str:
    """The TeX in an attribute."""
    for name in ("data-tex", "data-latex", "data-formula", "data-value"):
        if (written := (element.attr(name) or "").strip()) and (
            name != "data-value" or element.has_class("ql-formula")
        ):
            return written
    try:
        attributes = json.loads(element.attr("data-attrs") or "{}")
    except ValueError:
        return ""
    expression = attributes.get("persistentExpression") if isinstance(attributes, dict) else ""
    return expression if isinstance(expression, str) else ""


def _tex_within(element: turbohtml.Element) -> str:
    """The TeX that a renderer left: an annotation, an attribute; else what its MathML says."""
    math = element.select_one("math")
    if math is not None:
        return _tex(math)
    for holder in (element, *element.select("[data-mathml]")):
        markup = holder.attr("data-mathml")
        if markup and (inside := turbohtml.parse(markup, positions=False).find("math")) is not None:
            return _tex(inside)
    image = element.select_one("img[alt]") if element.has_class("mwe-math-element") else None
    if image is not None:
        return image.attr("alt") or ""
    source = element.select_one(".katex-mathml")
    if source is not None:  # CSDN: the MathML without its tags, the annotation last, after a blank line
        return re.split(r"\n\s*\n", source.text.strip())[-1].strip()
    if element.has_class("MathJax_Preview"):
        found = _DELIMITED.match(element.text)
        return (found[found.lastgroup] if found and found.lastgroup else element.text).strip()
    return ""


def _tex(math: turbohtml.Element) -> str:
    if written := (math.attr("data-latex") or "").strip():
        return written
    for annotation in math.select("annotation"):
        if (annotation.attr("encoding") or "").strip() in _TEX_ENCODINGS and annotation.text.strip():
            return annotation.text
    alternative = math.attr("alttext") or ""
    return alternative if "\\" in alternative else tex_of_mathml(math) or alternative


# ---------------------------------------------------------------- handlers


def read_formula(element: turbohtml.Element, flow: Flow, _reader: Reader) -> None:
    """A formula that `mark_formulas` found."""
    block = element.attr("block") is not None
    if block:
        flow.close()
    _add(element.text, flow, display=element.attr("display") == "block")
    if block:
        flow.close()


def read_mathml(element: turbohtml.Element, flow: Flow, _reader: Reader) -> None:
    """`math`."""
    display = element.attr("display") == "block" or element.attr("mode") == "display"
    _add(_tex(element), flow, display=display)


def read_drawn_formula(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """A formula that MathJax 3 drew without keeping its TeX or MathML: its name, else its characters, with a loss.

    The characters are in the classes of CHTML (`mjx-c1D465` is 𝑥) or the attributes of SVG (`data-c="1D465"`).
    """
    shown = (element.attr("aria-label") or "").strip()
    if not shown:
        glyphs = element.select("mjx-c, [data-c]")
        codes = [glyph.attr("data-c") or (_GLYPH.search(glyph.attr("class") or "") or [""] * 2)[1] for glyph in glyphs]
        points = [int(code, 16) for code in codes if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code)]
        shown = unicodedata.normalize("NFKC", "".join(map(chr, points))) or element.text.strip()
    reader.report(ElementDropped(place_of(element), element.tag, shown or "[formula]"))
    if shown:
        flow.run.append(Text(shown))


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
