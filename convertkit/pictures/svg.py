"""Drawings made safe: an SVG is read by an XML parser that expands nothing, and written anew from an allow-list.

What can act or reach out has no line in the lists: scripts, handlers, animations (which can set a link), frames and
foreign content, links, external pictures, fonts and style sheets. A document type with entities is refused.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from convertkit.pictures.failures import DAMAGED, PictureError
from convertkit.pictures.size import MAX_PIXELS, pixel_size
from convertkit.resources import image_type

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"

MAX_DEPTH = 200
MAX_ELEMENTS = 200_000
"""Elements drawn, those that `use` draws again counted each time: a few lines of `use` can mean millions."""

_DRAWING = """
    svg g defs desc title symbol use switch path rect circle ellipse line polyline polygon text tspan textPath style
    marker linearGradient radialGradient stop pattern clipPath mask image view filter feBlend feColorMatrix
    feComponentTransfer feComposite feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge
    feMergeNode feMorphology feOffset feTile
"""
_ELEMENTS = frozenset(_DRAWING.split())
"""Elements that draw (SVG 2, appendix F), without those that act."""

_TRANSPARENT = frozenset({"a"})
"""Elements that go, and leave what they hold."""

_LOOKS = """
    id class style transform viewBox preserveAspectRatio version width height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr d
    points pathLength dx dy rotate textLength lengthAdjust startOffset method spacing side offset gradientUnits
    gradientTransform spreadMethod patternUnits patternContentUnits patternTransform clipPathUnits maskUnits
    maskContentUnits markerUnits markerWidth markerHeight refX refY orient filterUnits primitiveUnits in in2 result
    mode type values tableValues slope intercept amplitude exponent operator k1 k2 k3 k4 stdDeviation edgeMode radius
    systemLanguage lang media
    alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation color-interpolation-filters
    color-rendering direction display dominant-baseline fill fill-opacity fill-rule filter flood-color flood-opacity
    font font-family font-size font-size-adjust font-stretch font-style font-variant font-weight image-rendering
    isolation letter-spacing marker marker-end marker-mid marker-start mask mask-type mix-blend-mode opacity overflow
    paint-order shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap
    stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration text-rendering
    transform-origin unicode-bidi vector-effect visibility word-spacing writing-mode aria-label aria-hidden role
"""
_ATTRIBUTES = frozenset(_LOOKS.split())
"""Geometry and presentation (SVG 2, appendices G and H)."""

_GRADIENTS = frozenset({"linearGradient", "radialGradient"})
_PAINT = _GRADIENTS | {"pattern"}
_USED = "svg g use path rect circle ellipse line polyline polygon text image switch symbol"
_REFERRED = {
    "use": frozenset(_USED.split()),
    "linearGradient": _GRADIENTS,
    "radialGradient": _GRADIENTS,
    "textPath": frozenset({"path"}),
}
"""What an element may refer to; others only to their own kind."""
_PAINTED = {
    "fill": _PAINT,
    "stroke": _PAINT,
    "clip-path": frozenset({"clipPath"}),
    "mask": frozenset({"mask"}),
    "filter": frozenset({"filter"}),
    **dict.fromkeys(("marker", "marker-start", "marker-mid", "marker-end"), frozenset({"marker"})),
}
"""What each attribute may refer to."""

_REFERENCE = re.compile(r"url\(\s*(['\"]?)(?!#)", re.IGNORECASE)
"""A `url()` of something other than a part of the drawing itself."""
_PART = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)")
_ACTIVE_STYLE = re.compile(
    r"@import|@font-face|@namespace|expression\s*\(|javascript:|-moz-binding|behavior\s*:|\\", re.IGNORECASE
)
"""What style can reach out with, or hide it with: a backslash spells any word."""
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_DATA_PICTURE = re.compile(r"\s*data:image/[\w.+-]+;base64,", re.IGNORECASE)


def clean_svg(content: bytes) -> tuple[bytes, str]:
    """The drawing without what could act, as UTF-8, and the words that went with it.

    Raises `PictureError` for what is no drawing, or too much of one.
    """
    cleaner = _Cleaner()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.EntityDeclHandler = _refuse_entities
    parser.StartElementHandler = cleaner.start
    parser.EndElementHandler = cleaner.end
    parser.CharacterDataHandler = cleaner.text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise PictureError(DAMAGED) from None
    cleaner.check()
    cleaner.drop_idle_references()
    return "".join(cleaner.written).encode("utf-8"), " ".join("".join(cleaner.foreign).split())


def _refuse_entities(*_: object) -> None:
    raise PictureError("a drawing that declares entities")


@dataclass(slots=True)
class _Drawn:
    """What one element with an id draws: elements of its own, and the ids that it draws again."""

    elements: int = 0
    uses: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Cleaner:
    """The drawing as it is written. `dropped` counts the elements open within one that goes with all it holds."""

    written: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    dropped: int = 0
    style: list[str] | None = None
    foreign: list[str] = field(default_factory=list)
    """The words of foreign content, which is HTML."""
    in_foreign: bool = False
    drawn: dict[str, _Drawn] = field(default_factory=lambda: {"": _Drawn()})
    within: list[str] = field(default_factory=lambda: [""])
    kinds: dict[str, str] = field(default_factory=dict)
    """The element that each id stands on."""
    referring: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    """Start tags that refer to ids: their place in `written`, element and attributes."""

    def start(self, name: str, attributes: list[str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if self.dropped or len(self.closing) > MAX_DEPTH:
            self.dropped += 1
            return
        if not self.closing and (namespace, local) != (SVG, "svg"):
            raise PictureError("an XML document that is no drawing")
        if namespace != SVG or not (local in _ELEMENTS or local in _TRANSPARENT):
            self.dropped = 1
            self.in_foreign = local == "foreignObject"
            return
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        kept = dict(filter(None, (_attribute(local, key, value) for key, value in pairs)))
        if local == "image" and "xlink:href" not in kept:
            self.dropped, self.in_foreign = 1, False
            return
        self._count(local, kept)
        if local in _TRANSPARENT:
            self.closing.append("")
            return
        if any("#" in value for value in kept.values()):
            self.referring.append((len(self.written), local, kept))
        self.written.append(_start_tag(local, kept, outermost=not self.closing))
        self.closing.append(f"</{local}>")
        self.style = [] if local == "style" else None

    def end(self, _name: str) -> None:
        if self.dropped:
            self.dropped -= 1
            return
        if self.style is not None:
            self.written.append(escape(_safe_sheet("".join(self.style))))
            self.style = None
        self.written.append(self.closing.pop())
        self.within.pop()

    def text(self, text: str) -> None:
        if self.dropped:
            if self.in_foreign:
                self.foreign.append(text)
            return
        if self.style is not None:
            self.style.append(text)
        else:
            self.written.append(escape(text))

    def _count(self, local: str, kept: dict[str, str]) -> None:
        """Note the element, under the nearest id around it, for what `use` would make of it."""
        around = self.drawn[self.within[-1]]
        own = kept.get("id", "")
        if own and own not in self.drawn:
            self.kinds[own] = local
            self.drawn[own] = _Drawn()
            around.uses.append(own)
            around = self.drawn[own]
            self.within.append(own)
        else:
            self.within.append(self.within[-1])
        around.elements += 1
        if around.elements > MAX_ELEMENTS:
            raise PictureError("a drawing of too many parts")
        if "xlink:href" in kept and local != "image":
            around.uses.append(kept["xlink:href"][1:])
        for value in kept.values():
            if "url(" in value:
                around.uses.extend(_PART.findall(value))

    def drop_idle_references(self) -> None:
        """Leave out references to what is not there, or is of a kind that cannot be meant: nothing is drawn by them."""
        for place, local, kept in self.referring:
            fit = {key: value for key, value in kept.items() if self._leads_somewhere(local, key, value)}
            if fit != kept:
                self.written[place] = _start_tag(local, fit, outermost=place == 0)

    def _leads_somewhere(self, local: str, key: str, value: str) -> bool:
        if key == "xlink:href" and value.startswith("#"):
            kind = self.kinds.get(value[1:])
            return kind is not None and kind in _REFERRED.get(local, frozenset({local}))
        part = _PART.search(value) if key in _PAINTED else None
        return part is None or self.kinds.get(part[1]) in _PAINTED[key]

    def check(self) -> None:
        """Raises `PictureError` for a drawing that `use` makes too large, or that draws itself within itself."""
        totals: dict[str, int] = {}
        open_ids: set[str] = set()
        todo = [("", False)]
        while todo:
            name, seen = todo.pop()
            drawn = self.drawn.get(name)
            if drawn is None or (name in totals and not seen):
                continue
            if seen:
                open_ids.discard(name)
                totals[name] = drawn.elements + sum(totals.get(used, 0) for used in drawn.uses)
                if totals[name] > MAX_ELEMENTS:
                    raise PictureError("a drawing of too many parts")
            elif name in open_ids:
                raise PictureError("a drawing that holds itself")
            else:
                open_ids.add(name)
                todo.append((name, True))
                todo.extend((used, False) for used in drawn.uses)


def _start_tag(local: str, attributes: dict[str, str], *, outermost: bool) -> str:
    spaces = f' xmlns="{SVG}" xmlns:xlink="{XLINK}"' if outermost else ""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{local}{spaces}{written}>"


def _attribute(element: str, name: str, value: str) -> tuple[str, str] | None:
    """An attribute as it is written; None for one that goes."""
    namespace, _, local = name.rpartition(" ")
    if local == "href" and namespace in ("", XLINK):
        return ("xlink:href", value.strip()) if _may_refer(element, value.strip()) else None
    if namespace == XML and local in ("space", "lang"):
        return f"xml:{local}", value
    if namespace or local not in _ATTRIBUTES:
        return None
    if local == "style":
        value = _safe_declarations(value)
    elif _REFERENCE.search(value) or "\\" in value:
        return None
    return (local, value) if value else None


def _may_refer(element: str, target: str) -> bool:
    """Whether a reference leads to a part of the drawing, or holds a picture of a harmless kind and size."""
    if element == "a":
        return False
    if target.startswith("#") and len(target) > 1:
        return element != "image"
    head = _DATA_PICTURE.match(target)
    if element != "image" or head is None:
        return False
    try:
        content = base64.b64decode("".join(target[head.end() :].split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    size = pixel_size(content) if image_type(content) else None
    return size is not None and size[0] * size[1] <= MAX_PIXELS


def _safe_declarations(style: str) -> str:
    """The declarations of a `style` attribute that refer to nothing outside."""
    declarations = _CSS_COMMENT.sub("", style).split(";")
    return ";".join(one.strip() for one in declarations if one.strip() and _is_inert(one))


def _safe_sheet(style: str) -> str:
    """A style sheet that refers to nothing outside, else nothing: what is left of one is no one's design."""
    sheet = _CSS_COMMENT.sub("", style)
    return sheet if _is_inert(sheet) and "<" not in sheet else ""


def _is_inert(style: str) -> bool:
    return not (_REFERENCE.search(style) or _ACTIVE_STYLE.search(style))
