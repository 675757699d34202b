"""The markers of numbered lists in pandoc's `fancy_lists` (User's Guide, "Extension: fancy_lists")."""

from __future__ import annotations

from convertkit.tree import OrderedList

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_LARGEST_ROMAN = 3999
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def fancy_markers(node: OrderedList) -> list[str] | None:
    """A marker for each item, None if pandoc would read others: `i.` begins Roman numerals, `v.` letters."""
    numbers = range(node.start, node.start + len(node.items))
    match node.style:
        case "LowerAlpha" | "UpperAlpha":
            if numbers.start == _LETTERS.index("i") + 1 or numbers.start < 1 or numbers.stop - 1 > len(_LETTERS):
                return None
            names = [_LETTERS[number - 1] for number in numbers]
        case "LowerRoman" | "UpperRoman":
            if numbers.start < 1 or numbers.stop - 1 > _LARGEST_ROMAN:
                return None
            if numbers.start > 1 and len(_roman(numbers.start)) == 1:
                return None
            names = [_roman(number) for number in numbers]
        case _:
            if numbers.start < 0:
                return None
            names = [str(number) for number in numbers]
    if node.style.startswith("Upper"):
        names = [name.upper() for name in names]
    return [_delimited(name, node) for name in names]


def _delimited(name: str, node: OrderedList) -> str:
    match node.delimiter:
        case "OneParen":
            return f"{name})"
        case "TwoParens":
            return f"({name})"
        case _:
            # a capital letter and one space would be a person's initial
            return f"{name}. " if node.style.startswith("Upper") else f"{name}."


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written
