"""Ruby: text with its reading, paired as the HTML standard pairs them (4.5.10), `rb` and `rtc` included.

White space at the edges of a base is the sentence's (`<ruby>New<rt>…</rt> York<rt>…</rt></ruby>`); the normaliser puts
it beside the pair. Only what the source's layout leaves between a base and its reading shows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import turbohtml

from convertkit.readers.block_tags import BLOCK_TAGS
from convertkit.readers.html.flow import SPACE, Flow, Reader, children_only, is_blank, read_nested
from convertkit.tree import Inline, Para, Ruby, Text

_READINGS = "rt, rtc"
_BLOCKS = ", ".join(sorted(BLOCK_TAGS))
_LAYOUT = re.compile(r"[ \t\f]*[\r\n][ \t\n\f\r]*\Z")


class _Pairing:
    """Bases waiting for their readings."""

    def __init__(self) -> None:
        self.done: list[Inline] = []
        self.bases: list[tuple[Inline, ...]] = []
        self.texts: list[tuple[Inline, ...]] = []
        self.over_all: list[tuple[Inline, ...]] = []
        """Readings of the whole segment, from `rtc`."""
        self.own = False
        """Whether the last base is an `rb`."""
        self.spaced = False
        """Whether white space stands behind the last reading."""

    def base(self, inlines: tuple[Inline, ...], *, own: bool) -> None:
        """A base (`own`: an `rb`), or more of the one before; readings before it close their segment."""
        if not inlines:
            return
        if self.texts or self.over_all:
            self.flush()
        self._space()
        if self.bases and not own:
            self.bases[-1] += inlines
        else:
            self.bases.append(inlines)
        self.own = own

    def blank(self, inlines: tuple[Inline, ...]) -> None:
        """White space alone: a space behind a reading or before all bases; nothing among `rb`s."""
        if self.texts or self.over_all or not self.bases:
            self.spaced = True
        elif not self.own:
            self.bases[-1] += inlines

    def _space(self) -> None:
        if self.spaced:
            self.done.append(Text(" "))
            self.spaced = False

    def finish(self) -> list[Inline]:
        """All pairs."""
        self.flush()
        self._space()
        return self.done

    def flush(self) -> None:
        """Pair what waits, one reading a base; what is left over reads or is read by all the rest."""
        pairs: list[Inline] = []
        bases, texts = self.bases, self.texts
        if len(texts) > len(bases) or (len(texts) == 1 and len(bases) > 1):
            bases = [_joined(bases)] if bases else bases
            texts = [_joined(texts)]
        if bases and texts and isinstance(last := bases[-1][-1], Text):
            bases[-1] = (*bases[-1][:-1], Text(_LAYOUT.sub("", last.text)))
        for index, base in enumerate(bases):
            text = texts[index] if index < len(texts) else ()
            pairs += [Ruby(base, text)] if text else base
        if not bases:
            pairs += [inline for text in texts for inline in text]
        for text in self.over_all:
            pairs = [Ruby(tuple(pairs), text)] if pairs and text else pairs + list(text)
        self.done += pairs
        self.bases, self.texts, self.over_all = [], [], []


def read_ruby(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`ruby`; one without a reading, or that holds blocks, is no ruby, whatever it is called."""
    if element.select_one(_READINGS) is None or element.select_one(_BLOCKS) is not None:
        read_nested(element, flow, reader)
        return
    reader.depth += 1
    pairs = _pair(element, reader)
    reader.depth -= 1
    if pairs is None:
        read_nested(element, flow, reader)
    else:
        flow.run.extend(pairs)


def _pair(element: turbohtml.Element, reader: Reader) -> list[Inline] | None:
    pairing = _Pairing()
    for part, kind in _parts(element):
        inlines = _inlines(part, kind, reader)
        if inlines is None:
            return None
        if kind in ("rt", "rtc"):
            (pairing.texts if kind == "rt" else pairing.over_all).append(_stripped(inlines))
            pairing.spaced = False
        elif is_blank(inlines):
            pairing.blank(inlines)
        else:
            pairing.base(inlines, own=kind == "rb")
    return pairing.finish()


def _parts(element: turbohtml.Element) -> Iterator[tuple[turbohtml.Node, str]]:
    """The segments of a ruby: each child that is a base, `rt`, `rtc`; the parentheses of `rp` are left out.

    An `rtc` whose `rt`s are the only readings so far holds the readings themselves.
    """
    has_texts = False
    for child in element:
        tag = child.tag if isinstance(child, turbohtml.Element) else ""
        if tag == "rp" or not isinstance(child, turbohtml.Element | turbohtml.Text):
            continue
        if tag == "rtc" and not has_texts and isinstance(child, turbohtml.Element) and child.find("rt") is not None:
            yield from ((inner, "rt") for inner in child.find_all("rt"))
        else:
            yield child, tag
        has_texts = tag in ("rt", "rtc") or (has_texts and tag == "")


def _inlines(part: turbohtml.Node, tag: str, reader: Reader) -> tuple[Inline, ...] | None:
    """A segment's inlines; None if it holds blocks, such as a film, that are no paragraphs."""
    inner = Flow(Para, None)
    if isinstance(part, turbohtml.Text):
        inner.run.append(Text(part.data))
    elif isinstance(part, turbohtml.Element):
        handler = children_only if tag in ("rb", "rt", "rtc") else reader.handlers.get(tag, children_only)
        handler(part, inner, reader)
    return tuple(inner.run) if inner.lead is None else None


def _stripped(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """A reading without the white space at its edges, which does not show (CSS Ruby 3.3)."""
    if inlines and isinstance(first := inlines[0], Text):
        inlines = (Text(first.text.lstrip(SPACE)), *inlines[1:])
    if inlines and isinstance(last := inlines[-1], Text):
        inlines = (*inlines[:-1], Text(last.text.rstrip(SPACE)))
    return tuple(inline for inline in inlines if not (isinstance(inline, Text) and not inline.text))


def _joined(parts: list[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    return tuple(inline for part in parts for inline in part)
