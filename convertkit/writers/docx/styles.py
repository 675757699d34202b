"""The look of a document: `word/styles.xml` of the reference document that pandoc is given."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from lxml import etree

from convertkit.writers.docx.languages import EastAsian, Fonts, east_asian
from convertkit.writers.docx.ooxml import element, name, parse, put_child, serialise
from convertkit.writers.wording import is_right_to_left

INDENTED = "Indented Paragraph"
"""The name of the style of a paragraph whose first line is indented; a reference document may define it."""

DEFAULT_HALF_POINTS = 20
"""Half points of text whose size no style gives (ECMA-376, 17.3.2.38)."""

DEFAULT_QUOTATION_INDENT = 480
"""Twips by which a quotation is set in where its style does not say it."""

RPR_ORDER = (
    "w:rStyle", "w:rFonts", "w:b", "w:bCs", "w:i", "w:iCs", "w:caps", "w:smallCaps", "w:strike", "w:dstrike",
    "w:outline", "w:shadow", "w:emboss", "w:imprint", "w:noProof", "w:snapToGrid", "w:vanish", "w:webHidden",
    "w:color", "w:spacing", "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:effect",
    "w:bdr", "w:shd", "w:fitText", "w:vertAlign", "w:rtl", "w:cs", "w:em", "w:lang", "w:eastAsianLayout",
    "w:specVanish", "w:oMath",
)  # fmt: skip
"""The sequence of a run's properties (ECMA-376, CT_RPr)."""


@lru_cache(maxsize=32)
def own_styles(part: bytes, language: str) -> bytes:
    """pandoc's `word/styles.xml` with our look and what the language asks for."""
    root = parse(part)
    asian = east_asian(language)
    _replace_styles(root)
    _set_fonts(root, asian)
    _set_language(_default_run_properties(root), language, asian)
    if is_right_to_left(language):  # pandoc turns paragraphs, but not the title's
        _descend(root, "w:docDefaults", "w:pPrDefault", "w:pPr").insert(0, element("w:bidi"))
    return serialise(root)


@lru_cache(maxsize=32)
def users_styles(part: bytes, own: bytes, language: str) -> bytes:
    """`word/styles.xml` from a user's reference document, whose styles win.

    Only what it leaves open is added: the language, an East Asian font, and the styles of `own` that it lacks
    (pandoc refers to them all the same, and a document saved by Word brings only those that it uses).
    """
    root = parse(part)
    asian = east_asian(language)
    defaults = _default_run_properties(root)
    if not _has_east_asian_font(defaults):
        _fonts_of(defaults).set(name("w:eastAsia"), asian.fonts.body)
    _set_language(defaults, language, asian)
    _add_missing(root, parse(own))
    return serialise(root)


@dataclass(frozen=True, slots=True)
class Quotation:
    """How quotations look: how far they are set in, in twips, and the bar beside them, so many points away, if any."""

    left: int
    bar: etree._Element | None
    space: int


@dataclass(frozen=True, slots=True)
class Styles:
    """What the finishing of a document needs to know of its `word/styles.xml`."""

    ids: dict[str, str]
    """Paragraph style ids by name: a localised reference document has ids of its own."""
    half_points: int
    """The size of body text, in half points."""
    quotation: Quotation


@lru_cache(maxsize=16)
def read_styles(part: bytes) -> Styles:
    """The ids and sizes in a `word/styles.xml`; the same few parts come by again and again."""
    root = parse(part)
    names = _names(root)
    return Styles(names, body_half_points(root), _quotation(root, names.get("Block Text", "")))


def _quotation(root: etree._Element, style_id: str) -> Quotation:
    found = root.find(f"{name('w:style')}[@{name('w:styleId')}='{style_id}']/{name('w:pPr')}")
    if found is None:
        return Quotation(DEFAULT_QUOTATION_INDENT, None, 0)
    indent, bar = found.find(name("w:ind")), found.find(name("w:pBdr"))
    left = "" if indent is None else indent.get(name("w:left"), "")
    side = None if bar is None else bar.find(name("w:left"))
    space = "" if side is None else side.get(name("w:space"), "")
    return Quotation(
        int(left) if left.isdecimal() and int(left) else DEFAULT_QUOTATION_INDENT,
        bar,
        int(space) if space.isdecimal() else 0,
    )


def body_half_points(root: etree._Element) -> int:
    """The size of body text in half points: the default paragraph style's, else the document's default."""
    size = root.find(f"{name('w:style')}[@{name('w:default')}='1']/{name('w:rPr')}/{name('w:sz')}")
    if size is None:
        size = _default_run_properties(root).find(name("w:sz"))
    value = size.get(name("w:val"), "") if size is not None else ""
    return int(value) if value.isdecimal() and int(value) else DEFAULT_HALF_POINTS


@cache
def _house_styles() -> tuple[etree._Element, ...]:
    part = files(__package__).joinpath("styles.xml").read_bytes()
    return tuple(parse(part).iterfind(name("w:style")))


def _replace_styles(root: etree._Element) -> None:
    """Put the house's styles in place of those of the same id, or at the end."""
    old = {style.get(name("w:styleId")): style for style in root.iterfind(name("w:style"))}
    for style in _house_styles():
        there = old.get(style.get(name("w:styleId")))
        if there is not None:
            root.remove(there)
        root.append(deepcopy(style))


def _set_fonts(root: etree._Element, asian: EastAsian) -> None:
    """Name every font: pandoc's theme fonts come with recent versions of Word only, and leave East Asian text open."""
    for fonts in root.iter(name("w:rFonts")):
        heading = "majorEastAsia" in fonts.values()
        themed = [key for key in fonts.attrib if str(key).endswith("Theme")]
        for key in themed:
            del fonts.attrib[key]
        if themed:
            _name_fonts(fonts, asian.fonts, heading=heading)
    if asian.main:  # Han, kana and hangul have no italics
        _remove_all(root, "w:i", "w:iCs")


def _name_fonts(fonts: etree._Element, names: Fonts, *, heading: bool) -> None:
    latin = names.latin_headings if heading else names.latin_body
    for key, value in (
        ("w:ascii", latin),
        ("w:hAnsi", latin),
        ("w:eastAsia", names.headings if heading else names.body),
        ("w:cs", "Times New Roman"),
    ):
        fonts.set(name(key), value)


def _set_language(defaults: etree._Element, language: str, asian: EastAsian) -> None:
    """`w:lang`: Latin text is in the document's language, East Asian and right-to-left text in theirs."""
    lang = defaults.find(name("w:lang"))
    if lang is None:
        lang = element("w:lang")
        put_child(defaults, lang, RPR_ORDER)
    if language:
        lang.set(name("w:val"), language)
    elif name("w:val") in lang.attrib:
        del lang.attrib[name("w:val")]
    lang.set(name("w:eastAsia"), asian.tag)
    if is_right_to_left(language):
        lang.set(name("w:bidi"), language)


def _add_missing(root: etree._Element, own: etree._Element) -> None:
    """Add the styles of `own` whose names are not there, without fonts but that of code, tied to those that are."""
    there = {label.casefold(): style_id for label, style_id in _names(root).items()}
    ids = {style.get(name("w:styleId")) for style in root.iterfind(name("w:style"))}
    names = {style_id: label.casefold() for label, style_id in _names(own).items()}
    added = {
        style_id: style
        for style in own.iterfind(name("w:style"))
        if names.get(style_id := style.get(name("w:styleId"), ""), "") not in there and style_id not in ids
    }
    for style_id, style in added.items():
        if name("w:default") in style.attrib:
            del style.attrib[name("w:default")]
        for tag in ("w:basedOn", "w:next", "w:link"):
            _retie(style.find(name(tag)), {**there, **{names[key]: key for key in added}}, names)
        if style_id != "VerbatimChar":
            _remove_all(style, "w:rFonts")
        root.append(style)
    if "IndentedParagraph" in added:
        for indent in added["IndentedParagraph"].iter(name("w:ind")):
            indent.set(name("w:firstLine"), str(_two_characters(body_half_points(root))))


def _retie(reference: etree._Element | None, ids: dict[str, str], names: dict[str, str]) -> None:
    """Let a style's reference to another name the id that the other has here, or go."""
    if reference is None:
        return
    target = ids.get(names.get(reference.get(name("w:val"), ""), ""))
    if target:
        reference.set(name("w:val"), target)
    else:
        _remove(reference)


def indentation(half_points: int) -> etree._Element:
    """`w:ind` of two characters, counted in hundredths, and in twips for programs that count no characters."""
    return element("w:ind", firstLineChars="200", firstLine=str(_two_characters(half_points)))


def _two_characters(half_points: int) -> int:
    """Their width in twips: a full-width character is as wide as high, and half a point is ten twips."""
    return 2 * half_points * 10


def _names(root: etree._Element) -> dict[str, str]:
    """Style ids by name."""
    found: dict[str, str] = {}
    for style in root.iterfind(name("w:style")):
        label = style.find(name("w:name"))
        if label is not None:
            found[label.get(name("w:val"), "")] = style.get(name("w:styleId"), "")
    return found


def _default_run_properties(root: etree._Element) -> etree._Element:
    return _descend(root, "w:docDefaults", "w:rPrDefault", "w:rPr")


def _descend(root: etree._Element, *path: str) -> etree._Element:
    """The element at the end of a path, what is missing on the way made as the first child."""
    parent = root
    for tag in path:
        child = parent.find(name(tag))
        if child is None:
            child = element(tag)
            parent.insert(0, child)
        parent = child
    return parent


def _has_east_asian_font(defaults: etree._Element) -> bool:
    fonts = defaults.find(name("w:rFonts"))
    return fonts is not None and (name("w:eastAsia") in fonts.attrib or name("w:eastAsiaTheme") in fonts.attrib)


def _fonts_of(defaults: etree._Element) -> etree._Element:
    fonts = defaults.find(name("w:rFonts"))
    if fonts is None:
        fonts = element("w:rFonts")
        put_child(defaults, fonts, RPR_ORDER)
    return fonts


def _remove_all(root: etree._Element, *tags: str) -> None:
    for node in list(root.iter(*map(name, tags))):
        _remove(node)


def _remove(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)
