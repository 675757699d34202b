"""Fonts: the faces found on a machine and what they show, and pieces of fonts that travel inside a document."""

from convertkit.typefaces.finding import Face, all_faces, faces, region_of
from convertkit.typefaces.subsetting import FontFile, face_rule, subset_font

__all__ = ["Face", "FontFile", "all_faces", "face_rule", "faces", "region_of", "subset_font"]
