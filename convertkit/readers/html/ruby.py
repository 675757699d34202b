"""Ruby: text with its reading, paired as the HTML standard pairs them (4.5.10), `rb` and `rtc` included."""

from __future__ import annotations

from collections.abc import Iterator

import turbohtml

from convertkit.readers.html.flow import SPACE, Flow, Reader, block_flow, children_only, read_nested
from convertkit.readers.html.headings import split_inlines
from convertkit.tree import Inline, Ruby, Text


class _Pairing:
    """Bases waiting for their readings."""

    def __init__(self) -> None:
        self.done: list[Inline] = []
        self.bases: list[tuple[Inline, ...]] = []
        self.texts: list[tuple[Inline, ...]] = []
        self.over_all: list[tuple[Inline, ...]] = []
        """Readings of the whole segment, from `rtc`."""

    def base(self, inlines: tuple[Inline, ...], *, own: bool) -> None:
        """A base (`own`: an `rb`), or more of the one before; readings before it close their segment."""
        if not inlines:
            return
        if self.texts or self.over_all:
            self.flush()
        if self.bases and not own:
            self.bases[-1] += inlines
        else:
            self.bases.append(inlines)

    def flush(self) -> None:
        """Pair what waits, one reading a base; what is left over reads or is read by all the rest."""
        pairs: list[Inline] = []
        bases, texts = self.bases, self.texts
        if len(texts) > len(bases) or (len(texts) == 1 and len(bases) > 1):
            bases = [_joined(bases)] if bases else bases
            texts = [_joined(texts)]
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
    """`ruby`; one that holds lists or tables is no ruby, whatever it is called."""
    reader.depth += 1
    pairing = _pair(element, reader)
    reader.depth -= 1
    if pairing is None:
        read_nested(element, flow, reader)
    else:
        flow.run.extend(pairing.done)


def _pair(element: turbohtml.Element, reader: Reader) -> _Pairing | None:
    pairing = _Pairing()
    for part, kind in _parts(element):
        inlines = _inlines(part, kind, reader)
        if inlines is None:
            return None
        if kind == "rt":
            pairing.texts.append(inlines)
        elif kind == "rtc":
            pairing.over_all.append(inlines)
        else:
            pairing.base(inlines, own=kind == "rb")
    pairing.flush()
    return pairing


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
    """A segment's inlines without the white space at its edges, which ruby does not show (CSS Ruby 3.3).

    None if it holds blocks that are no paragraphs.
    """
    inner = block_flow()
    if isinstance(part, turbohtml.Text):
        inner.run.append(Text(part.data))
    elif isinstance(part, turbohtml.Element):
        handler = children_only if tag in ("rb", "rt", "rtc") else reader.handlers.get(tag, children_only)
        handler(part, inner, reader)
    inlines, rest = split_inlines(inner.finish())
    return None if rest else _stripped(inlines)


def _stripped(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    if inlines and isinstance(first := inlines[0], Text):
        inlines = (Text(first.text.lstrip(SPACE)), *inlines[1:])
    if inlines and isinstance(last := inlines[-1], Text):
        inlines = (*inlines[:-1], Text(last.text.rstrip(SPACE)))
    return tuple(inline for inline in inlines if not (isinstance(inline, Text) and not inline.text))


def _joined(parts: list[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    return tuple(inline for part in parts for inline in part)
