"""Geometric patterns, drawn at twice their size and made smaller, so that edges are smooth."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

from convertkit.covers.palettes import Colour, Dice

SCALE = 2

Pattern = Callable[[ImageDraw.ImageDraw, int, int, Sequence[Colour], Dice], None]
"""Draws on a ground of the first colour, so wide and high, with the other colours."""


def draw_pattern(pattern: Pattern, size: tuple[int, int], colours: Sequence[Colour], dice: Dice) -> Image.Image:
    """The pattern as a picture of a size in pixels."""
    width, height = size[0] * SCALE, size[1] * SCALE
    picture = Image.new("RGB", (width, height), colours[0])
    pattern(ImageDraw.Draw(picture), width, height, colours, dice)
    return picture.resize(size, Image.Resampling.BOX)


def tiles(draw: ImageDraw.ImageDraw, width: int, height: int, colours: Sequence[Colour], dice: Dice) -> None:
    """Squares that hold a quarter, a half or a whole disc, or a triangle."""
    across = 5 + dice.throw(2)
    side = width / across
    for row in range(math.ceil(height / side)):
        for column in range(across):
            _tile(draw, (column * side, row * side), side, colours, dice)


def _tile(
    draw: ImageDraw.ImageDraw, corner: tuple[float, float], side: float, colours: Sequence[Colour], dice: Dice
) -> None:
    ground = dice.pick(colours)
    shape = dice.pick([colour for colour in colours if colour != ground])
    (x, y), kind, turn = corner, dice.throw(5), dice.throw(4)
    draw.rectangle((x, y, x + side, y + side), fill=ground)
    right, low = turn in (1, 2), turn in (2, 3)
    match kind:
        case 0 | 1:  # a quarter of a disc around one corner
            cx, cy = x + side * right, y + side * low
            start = {(False, False): 0, (True, False): 90, (True, True): 180, (False, True): 270}[right, low]
            draw.pieslice((cx - side, cy - side, cx + side, cy + side), start, start + 90, fill=shape)
        case 2:  # half a disc on one edge
            cx, cy = ((x + side / 2, y), (x + side, y + side / 2), (x + side / 2, y + side), (x, y + side / 2))[turn]
            half = side / 2
            draw.pieslice((cx - half, cy - half, cx + half, cy + half), 90 * turn, 90 * turn + 180, fill=shape)
        case 3:
            inset = side * 0.2
            draw.ellipse((x + inset, y + inset, x + side - inset, y + side - inset), fill=shape)
        case _:
            corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
            del corners[turn]
            draw.polygon(corners, fill=shape)


def hills(draw: ImageDraw.ImageDraw, width: int, height: int, colours: Sequence[Colour], dice: Dice) -> None:
    """Waves one before the other, and a sun."""
    radius = width * (0.09 + dice.throw(6) / 100)
    x, y = width * (0.2 + dice.throw(60) / 100), height * (0.26 + dice.throw(10) / 100)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colours[3])
    count = 5
    for wave in range(count):
        base, phase = height * (0.42 + 0.13 * wave), dice.throw(628) / 100
        swing, length = height * (0.05 + dice.throw(5) / 100), width * (0.5 + dice.throw(40) / 100)
        step = max(1, width // 400)
        crest = [
            (px, base + swing * math.sin(phase + px * 2 * math.pi / length)) for px in range(0, width + step, step)
        ]
        draw.polygon([(0, height), *crest, (width + step, height)], fill=colours[1 + wave % (len(colours) - 1)])


def rings(draw: ImageDraw.ImageDraw, width: int, height: int, colours: Sequence[Colour], dice: Dice) -> None:
    """Discs around a few centres, ring within ring."""
    for _ in range(3 + dice.throw(3)):
        x, y = width * dice.throw(101) / 100, height * dice.throw(101) / 100
        largest, shift = width * (0.2 + dice.throw(22) / 100), dice.throw(len(colours))
        for ring in range(6):
            radius = largest * (1 - ring / 6)
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colours[(ring + shift) % len(colours)])


def triangles(draw: ImageDraw.ImageDraw, width: int, height: int, colours: Sequence[Colour], dice: Dice) -> None:
    """Rows of triangles that fill the ground."""
    side = width / (6 + dice.throw(3))
    rise = side * math.sqrt(3) / 2
    for row in range(math.ceil(height / rise)):
        for column in range(-1, 2 * math.ceil(width / side) + 1):
            x, y, up = column * side / 2, row * rise, (row + column) % 2 == 0
            points = [(x, y + rise), (x + side, y + rise), (x + side / 2, y)]
            draw.polygon(points if up else [(px, 2 * y + rise - py) for px, py in points], fill=dice.pick(colours))


def dots(draw: ImageDraw.ImageDraw, width: int, height: int, colours: Sequence[Colour], dice: Dice) -> None:
    """Discs that grow towards one side."""
    across, falling, tint = 13 + dice.throw(4), dice.throw(2), dice.throw(len(colours) - 1)
    step = width / across
    rows = math.ceil(height / step)
    for row in range(rows + 1):
        share = row / rows if falling else 1 - row / rows
        radius = step * (0.1 + 0.38 * share)
        for column in range(across + 1):
            x, y = (column + 0.5 * (row % 2)) * step, (row + 0.5) * step
            colour = colours[1 + (tint + (dice.throw(7) == 0)) % (len(colours) - 1)]
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def rosette(draw: ImageDraw.ImageDraw, width: int, height: int, colours: Sequence[Colour], dice: Dice) -> None:
    """One ornament of turned curves, as on old bindings and bank notes."""
    petals, waist = 6 + dice.throw(7), 0.45 + dice.throw(20) / 100
    largest, middle = min(width, height) * 0.49, (width / 2, height / 2)
    for ring in range(7):
        radius, turn = largest * (1 - ring * 0.115), math.pi / petals * (ring % 2)
        points = []
        for step in range(721):
            angle = step * math.pi / 360
            reach = radius * (waist + (1 - waist) * abs(math.cos(petals * (angle + turn) / 2)))
            points.append((middle[0] + reach * math.cos(angle), middle[1] + reach * math.sin(angle)))
        draw.line(points, fill=colours[1 + ring % (len(colours) - 1)], width=5 * SCALE, joint="curve")


PATTERNS: tuple[Pattern, ...] = (tiles, hills, rings, triangles, dots)
