"""Covers: the picture that stands for a book on a shelf, drawn from what the book says of itself.

`draw_cover` is pure but for the fonts of the machine: the same cover, fonts and Pillow give the same bytes.
"""

from convertkit.covers.choosing import read_cover, with_cover
from convertkit.covers.drawing import draw_cover
from convertkit.covers.facts import Cover, cover_alternative

__all__ = ["Cover", "cover_alternative", "draw_cover", "read_cover", "with_cover"]
