"""The style sheets that outputs carry: what all themes share, the theme's own rules, then a person's."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from convertkit.errors import UsageError
from convertkit.options import THEME, ThemeName, WriteOptions

MAX_CSS_BYTES = 1_000_000

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_CHARSET = re.compile(r"\A\ufeff?\s*@charset[^;]*;", re.IGNORECASE)
_LOADS = re.compile(
    r"@import|@namespace\b.*?\burl|(?:url|src|image|image-set)\s*\(\s*(?![\s\"']*(?:data:|#))", re.IGNORECASE
)
_BREAKS_OUT = re.compile(r"</?\s*(?:style|script)|<!--|\]\]>", re.IGNORECASE)


@cache
def style_sheet(theme: ThemeName = THEME) -> str:
    """The style sheet of a theme, for chapters and pages alike."""
    return _sheet("base") + "\n" + _sheet(theme)


def document_style(options: WriteOptions, *, in_browser: bool = False, fonts: str = "") -> str:
    """The style sheet that the options ask for: the theme's, the rules of its fonts, and after them one's own.

    In a browser a page needs rules besides, since nobody has set a measure. Raises `UsageError`.
    """
    page = _sheet("page") if in_browser else ""
    return style_sheet(options.theme) + page + fonts + (f"\n{own_style(options.css)}" if options.css else "")


def own_style(path: Path) -> str:
    """A person's style sheet, which may load nothing: no `@import`, no `url()` but of `data:`. Raises `UsageError`."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8")
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", source=str(path), advice="give a CSS file") from error
    except UnicodeDecodeError as error:
        raise UsageError("is no style sheet in UTF-8", source=str(path), advice="save it as UTF-8") from error
    if len(content) > MAX_CSS_BYTES:
        raise UsageError(f"a style sheet larger than {MAX_CSS_BYTES // 1_000_000} MB", source=str(path))
    read = _ESCAPE.sub(_unescaped, _COMMENT.sub(" ", text))
    if found := _LOADS.search(read):
        raise UsageError(
            f"the style sheet loads something from elsewhere: {read[found.start() : found.start() + 60]!r}",
            source=str(path),
            advice="put it into the style sheet as a data: URI; fonts can be given with --font",
        )
    if _BREAKS_OUT.search(text):
        raise UsageError("the style sheet holds tags of HTML", source=str(path), advice="give CSS alone")
    return _CHARSET.sub("", text).strip() + "\n"


def _unescaped(found: re.Match[str]) -> str:
    """An escape as browsers read it (CSS Syntax 3, 4.3.7): `\\75rl(` is `url(`."""
    if found[1] is None:
        return found[2]
    code = int(found[1], 16)
    return chr(code) if 0 < code < 0x110000 else "\ufffd"


@cache
def _sheet(name: str) -> str:
    return files("convertkit.writers").joinpath("themes", f"{name}.css").read_text(encoding="utf-8")
