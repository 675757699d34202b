"""Pictures of formulas, which have their TeX in their address or in their alternative text."""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_plus

import turbohtml

from convertkit.readers.html.formula_element import formula
from convertkit.readers.html.sources import addresses

_SERVICE = re.compile(
    r"""//(?:[^/?#]*\.)?(?:
      (?P<tex>zhihu\.com|juejin\.cn|juejin\.im)/equation\?(?:[^#]*&)?tex=
    | (?P<latex>[^/?#]*)/latex\.php\?(?:[^#]*&)?latex=
    | (?P<math>githubusercontent\.com)/render/math\?(?:[^#]*&)?math=
    | (?P<from>math\.vercel\.app|math\.now\.sh)/?\?(?:[^#]*&)?(?:from|inline)=
    | (?P<chl>(?:googleapis|apis\.google|google)\.com)/chart\?(?:[^#]*&)?chl=
    | (?P<formula>jianshu\.com)/math\?(?:[^#]*&)?formula=
    | (?P<code>nlark\.com)/[^?#]*\#(?:[^#]*&)?code=
    | (?P<query>codecogs\.com/(?:[\w/.-]*/)?(?:gif|png|svg|pdf|emf|eq)\.(?:latex|image)
      | latex\.csdn\.net/(?:eq|gif\.latex|png\.latex|svg\.latex) | (?:g\.)?yuque\.com/[\w/]*latex
      | forkosh\.(?:com|dreamhost\.com)/math?tex\.cgi | [^/?#]*/(?:cgi-bin/)?(?:mathtex|mimetex)\.cgi)\?
    | (?P<path>(?:i\.upmath\.me|tex\.s2cms\.(?:ru|com))/(?:svg|png)/)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
"""Services that draw formulas, and what of the address is the TeX: one parameter, all of the query, or of the path.

知乎 and 掘金; WordPress and its kin; GitHub; math.vercel.app, once math.now.sh; Google's charts; 简书; 语雀;
CodeCogs and CSDN's copy of it, mathTeX and mimeTeX; Upmath.
"""
_STYLES = re.compile(
    r"\A(?:\s*(?:\\dpi\s*\{\d+\}|\\(?:bg|fg|fn)(?:_\w+|\s*\{[^}]*\})|\\(?:inline|tiny|small|large|Large|LARGE|huge)(?![A-Za-z])|\{\\color[^}]*\}(?=\s*\\)))+\s*"
)
"""CodeCogs' orders for how to draw, before the formula."""
_CANDIDATES = (
    'img[src*="tex"], img[src*="render/math"], img[src*="math.vercel"], img[src*="math.now.sh"], '
    'img[src*=".image?"], img[src*="chl="], '
    'img[src*="math?formula"], img[src*="upmath"], img[data-actualsrc*="tex="], img[data-src*="tex"], '
    "img[data-original*='tex='], img[src*='math&code='], img.latex, img.tex, img.math, img.formulaInl, img.formulaDsp, "
    'img[alt^="$"], img[alt^="\\\\("], img[alt^="\\\\["], img[alt^="{\\\\displaystyle"], img[eeimg], img.ee_img'
)
_ALT_CLASSES = ("latex", "tex", "math", "formulaInl", "formulaDsp", "ee_img")
"""Classes under which `alt` is TeX (WordPress, MediaWiki, Sphinx, Doxygen, 知乎)."""
_DELIMITED = re.compile(r"\s*(?:\$\$(.+)\$\$|\\\[(.+)\\\]|\$(.+)\$|\\\((.+)\\\))\s*\Z", re.DOTALL)
_BESIDE_ITS_TEX = ".mwe-math-element, [data-formula], [data-tex]"
"""What holds the picture and says its TeX itself."""
_NO_TEX = frozenset(["[公式]", "公式", "formula", "equation", "latex", "math", "image", "img", "\\"])


def mark_formula_images(body: turbohtml.Element) -> None:
    """Put one `<convertkit-math>` in place of each picture of a formula."""
    if body.select_one("img") is None:
        return
    for image in body.select(_CANDIDATES):
        tex, display = _tex(image)
        if tex and image.closest(_BESIDE_ITS_TEX) is None:
            image.replace_with(formula(tex, display=display or _is_alone(image)))


def _tex(image: turbohtml.Element) -> tuple[str, bool]:
    """The TeX of a picture, empty if it is none of a formula, and whether that says that it is set apart."""
    alt = (image.attr("alt") or "").strip()
    delimited = _DELIMITED.match(alt)
    apart = image.has_class("formulaDsp") or bool(delimited and (delimited[1] or delimited[2]))
    if delimited is not None:
        alt = next(filter(None, delimited.groups()))
    named = any(image.has_class(name) for name in _ALT_CLASSES) or alt.startswith("{\\displaystyle")
    for address in addresses(image):
        if found := _SERVICE.search(address):
            written = alt if _is_tex(alt) and found.lastgroup in ("tex", "latex") else _in_address(address, found)
            tex = written.strip() or alt
            display = apart or tex.endswith("\\\\") or "mode=display" in address
            return tex.removesuffix("\\\\").rstrip(), display
    if (named or (delimited is not None and re.search(r"[\\^_=]|\A.\Z", alt))) and _is_tex(alt):
        return alt, apart
    return "", False


def _is_tex(alt: str) -> bool:
    return bool(alt) and alt.lower() not in _NO_TEX and not alt.startswith(("http:", "https:"))


def _in_address(address: str, found: re.Match[str]) -> str:
    """The TeX in a service's address, decoded; a `+` that nobody encoded is a plus beside CodeCogs."""
    rest = address[found.end() :]
    match found.lastgroup:
        case "path":
            return unquote(rest)
        case "query":
            tex = unquote(rest.replace("&space;", " ").replace("&plus;", "+").replace("&nbsp;", " "))
            return _STYLES.sub("", tex)
        case "code":
            return unquote(re.split(r"&(?=\w+=)", rest)[0])
        case _:
            return unquote_plus(re.split(r"&(?=\w+=)|#", rest)[0])


def _is_alone(image: turbohtml.Element) -> bool:
    """Whether a formula stands alone in its paragraph, and so is set apart."""
    parent = image.parent
    return (
        isinstance(parent, turbohtml.Element)
        and parent.tag in ("p", "div", "figure", "center")
        and all(isinstance(node, turbohtml.Text) and not node.data.strip() for node in image.previous_siblings)
        and all(isinstance(node, turbohtml.Text) and not node.data.strip() for node in image.next_siblings)
    )
