"""Why a picture cannot be had or used."""

from __future__ import annotations


class PictureError(Exception):
    """A picture that cannot be had, or cannot be shown; the message says why, for people."""


CUT_SHORT = "the picture is cut short"
DAMAGED = "the picture is damaged"
