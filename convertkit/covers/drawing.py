"""The cover as a picture: a layout a theme, over a pattern and a palette that the book's identity chooses."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

from convertkit.covers.facts import Cover, author_line, date_line, volume_line, without_emoji
from convertkit.covers.lines import ELLIPSIS, Align, largest, placed
from convertkit.covers.palettes import PALETTES, Colour, Dice, Palette, mixed
from convertkit.covers.patterns import PATTERNS, draw_pattern, rosette
from convertkit.covers.setting import Line, Setter
from convertkit.losses import CoverTextLeftOut, Report, ignore
from convertkit.options import THEME, ThemeName
from convertkit.resources import Resource
from convertkit.writers.wording import is_right_to_left, wording

WIDTH, HEIGHT = 1600, 2400
"""Pixels: what bookshops ask for, 1:1.5."""
MARGIN = 150
MAX_BYTES = 500_000
_QUALITIES = (90, 84, 76, 68, 60)


@dataclass(frozen=True, slots=True)
class Words:
    """What is written on the cover; each may be ""."""

    title: str
    subtitle: str
    authors: str
    dates: str
    volume: str


@dataclass(slots=True)
class Sheet:
    """A cover being drawn."""

    picture: Image.Image
    palette: Palette
    dice: Dice
    bold: Setter
    plain: Setter
    written: list[tuple[Setter, Line, Colour]]

    def write(
        self, text: str, setter: Setter, room: tuple[float, float, float, float], most: int, colour: Colour, *,
        align: Align, low: bool = False,
    ) -> float:  # fmt: skip
        """Write into a room (left, top, width, height), at its foot if `low`; the height that the text takes."""
        if not text:
            return 0.0
        left, top, width, height = room
        block = largest(text, setter, (width, height), most)
        if low:
            top += height - block.height
        self.written += [(setter, line, colour) for line in placed(block, setter, left, top, width, align)]
        return block.height


def draw_cover(cover: Cover, theme: ThemeName = THEME, report: Report = ignore) -> Resource:
    """The cover as a JPEG in RGB, 1600 x 2400 pixels, of less than half a megabyte.

    A text with letters that no font of the machine has is left out, and reported: never a box in its place.
    """
    sheet = _sheet(cover, theme, report)
    draw = ImageDraw.Draw(sheet.picture)
    for setter, line, colour in sheet.written:
        setter.draw(draw, line, colour)
    content = _encoded(sheet.picture)
    return Resource(f"{hashlib.sha256(content).hexdigest()[:16]}.jpg", "image/jpeg", content)


def lines_of(cover: Cover, theme: ThemeName = THEME) -> list[Line]:
    """The lines that `draw_cover` writes, where it writes them."""
    return [line for _, line, _ in _sheet(cover, theme, ignore).written]


def _sheet(cover: Cover, theme: ThemeName, report: Report) -> Sheet:
    dice = Dice(f"{cover.identity or cover.title}")
    palette = dice.pick(PALETTES)
    style = "Serif" if theme == "serif" else "Sans"
    right_to_left = is_right_to_left(cover.language)
    sheet = Sheet(
        Image.new("RGB", (WIDTH, HEIGHT), palette.paper),
        palette,
        dice,
        Setter(cover.language, style, 700, right_to_left),
        Setter(cover.language, style, 400, right_to_left),
        [],
    )
    words = _words(cover, sheet.bold, report)
    _LAYOUTS[theme](sheet, words, "right" if right_to_left else "left")
    _report_cuts(sheet, report)
    return sheet


def _words(cover: Cover, setter: Setter, report: Report) -> Words:
    """What can be shown of what the cover says."""
    shown = []
    for text in (
        without_emoji(cover.title) or wording(cover.language).untitled,
        without_emoji(cover.subtitle),
        author_line(cover.authors, cover.language),
        date_line(cover.dates, cover.language),
        volume_line(cover),
    ):
        kept, missing = setter.showable(text)
        if missing:
            report(CoverTextLeftOut("cover", text, missing))
        shown.append(kept)
    return Words(*shown)


def _report_cuts(sheet: Sheet, report: Report) -> None:
    for _, line, _ in sheet.written:
        text = "".join(part for _, part in line.runs)
        if text.endswith(ELLIPSIS) and line.size <= 26:
            report(CoverTextLeftOut("cover", text, ""))


def _plain(sheet: Sheet, words: Words, align: Align) -> None:
    """A pattern above, words below on paper."""
    palette, panel = sheet.palette, 1080
    colours = (palette.deep, *palette.accents, palette.paper)
    sheet.picture.paste(draw_pattern(sheet.dice.pick(PATTERNS), (WIDTH, panel), colours, sheet.dice), (0, 0))
    ImageDraw.Draw(sheet.picture).rectangle((0, panel, WIDTH, panel + 24), fill=palette.deep)
    soft = mixed(palette.deep, palette.paper, 0.22)
    _front(sheet, words, (panel + 100, 2010), (palette.deep, soft), align)
    _foot(sheet, words, (2030, 2270), (palette.deep, soft), align)


def _modern(sheet: Sheet, words: Words, align: Align) -> None:
    """Large letters on a deep ground, shapes below."""
    palette, start, end = sheet.palette, 1330, 2030
    sheet.picture.paste(palette.deep, (0, 0, WIDTH, HEIGHT))
    light = mixed(palette.deep, palette.paper, 0.78)
    colours = (palette.deep, *palette.accents, mixed(palette.deep, palette.paper, 0.2))
    sheet.picture.paste(draw_pattern(sheet.dice.pick(PATTERNS), (WIDTH, end - start), colours, sheet.dice), (0, start))
    edge = WIDTH - MARGIN - 180 if align == "right" else MARGIN
    ImageDraw.Draw(sheet.picture).rectangle((edge, 170, edge + 180, 188), fill=palette.accents[0])
    _front(sheet, words, (240, start - 60), (palette.paper, light), align)
    _foot(sheet, words, (end + 30, 2270), (palette.paper, light), align)


def _serif(sheet: Sheet, words: Words, _: Align) -> None:
    """A binding of one colour: frames, words in the middle, an ornament."""
    palette, side, middle = sheet.palette, 440, WIDTH / 2
    sheet.picture.paste(palette.deep, (0, 0, WIDTH, HEIGHT))
    draw = ImageDraw.Draw(sheet.picture)
    gold = mixed(palette.accents[2], palette.paper, 0.35)
    for edge, thick in ((80, 8), (104, 3)):
        draw.rectangle((edge, edge, WIDTH - edge, HEIGHT - edge), outline=gold, width=thick)
    shades = (palette.deep, gold, palette.accents[0])
    sheet.picture.paste(draw_pattern(rosette, (side, side), shades, sheet.dice), ((WIDTH - side) // 2, 1490))
    first, top, below = len(sheet.written), 220, 1370
    used = _front(sheet, words, (top, below), (palette.paper, gold), "center")
    down = (below - top - used) * 0.45  # the optical middle
    sheet.written[first:] = [
        (setter, replace(line, base=line.base + down), colour) for setter, line, colour in sheet.written[first:]
    ]
    draw.line((middle - 110, 1430, middle + 110, 1430), fill=gold, width=4)
    _foot(sheet, words, (1950, 2240), (palette.paper, gold), "center")


def _front(
    sheet: Sheet, words: Words, room: tuple[float, float], colours: tuple[Colour, Colour], align: Align
) -> float:
    """Volume, title and subtitle between two heights; how far down they come."""
    (top, below), (strong, soft), width = room, colours, WIDTH - 2 * MARGIN
    start = top
    if words.volume:
        top += sheet.write(words.volume, sheet.bold, (MARGIN, top, width, 90), 58, soft, align=align) + 24
    share = 0.68 if words.subtitle else 1
    top += sheet.write(words.title, sheet.bold, (MARGIN, top, width, (below - top) * share), 280, strong, align=align)
    if words.subtitle:
        top += 24
        top += sheet.write(words.subtitle, sheet.plain, (MARGIN, top, width, below - top), 70, soft, align=align)
    return top - start


def _foot(sheet: Sheet, words: Words, room: tuple[float, float], colours: tuple[Colour, Colour], align: Align) -> None:
    """Authors and dates, at the lower of two heights."""
    (top, below), (strong, soft), width = room, colours, WIDTH - 2 * MARGIN
    dates = 82 if words.dates else 0
    people = (MARGIN, top, width, below - top - dates)
    sheet.write(words.authors, sheet.bold, people, 64, strong, align=align, low=True)
    sheet.write(words.dates, sheet.plain, (MARGIN, below - dates, width, dates), 52, soft, align=align, low=True)


_LAYOUTS: Mapping[ThemeName, Callable[[Sheet, Words, Align], None]] = {
    "plain": _plain,
    "serif": _serif,
    "modern": _modern,
}


def _encoded(picture: Image.Image) -> bytes:
    """The picture as a JPEG that is as good as half a megabyte allows."""
    for quality in _QUALITIES:
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=quality, subsampling=0, optimize=True, progressive=False)
        if file.tell() < MAX_BYTES:
            break
    return file.getvalue()
