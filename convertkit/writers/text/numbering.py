"""The numbers of ordered lists, in figures, letters or Roman numerals."""

from __future__ import annotations

from convertkit.tree import OrderedList

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def markers(node: OrderedList) -> list[str]:
    """A marker an item, as long as the longest and flush right: `" 9."`, `"10."`."""
    before, after = {"OneParen": ("", ")"), "TwoParens": ("(", ")")}.get(node.delimiter, ("", "."))
    plain = [f"{before}{_number(node.start + index, node.style)}{after}" for index in range(len(node.items))]
    longest = max(map(len, plain), default=0)
    return [marker.rjust(longest) for marker in plain]


def _number(number: int, style: str) -> str:
    """Letters begin again with `aa` after `z`; what a style cannot count is in figures."""
    match style:
        case "LowerAlpha" | "UpperAlpha" if number > 0:
            written = _letters(number)
        case "LowerRoman" | "UpperRoman" if 0 < number < 4000:
            written = _roman(number)
        case _:
            return str(number)
    return written.upper() if style.startswith("Upper") else written


def _letters(number: int) -> str:
    written = ""
    while number:
        number, letter = divmod(number - 1, 26)
        written = chr(ord("a") + letter) + written
    return written


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written
