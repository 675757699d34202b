"""The road from a file of XML to entries, whatever kind of feed it is; each kind says what an element means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from convertkit.context import ReadContext
from convertkit.errors import UnreadableDocument
from convertkit.losses import Loss
from convertkit.readers.encoding import decode
from convertkit.readers.feeds.elements import Fields, mended, read_element, read_head, root_tag
from convertkit.readers.feeds.entry import Entry, OpenSource
from convertkit.readers.feeds.splitting import LONGEST, Piece, Splitter, as_narrow

_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)""")


@dataclass(frozen=True, slots=True)
class Feed:
    """What all entries of a feed share."""

    head: Fields
    root: str
    """The root's start tag, which declares the namespaces."""
    declaration: bytes
    """An XML declaration that names the encoding, as the file's own does; put before each entry's bytes."""
    context: ReadContext

    def name_of(self, raw: RawEntry) -> str:
        """An entry's name in messages."""
        return f"{self.context.source}#{raw.number}"


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry's element. `number` counts from one, in the file's order."""

    fields: Fields
    number: int
    losses: list[Loss]


def raw_entries(
    source: OpenSource, context: ReadContext, only: re.Pattern[bytes] | None = None
) -> Iterator[tuple[Feed, RawEntry | Entry]]:
    """The elements of a feed's entries, of `only` those in which it is found, unparsed.

    An `Entry` with a `problem` stands for one that is beyond reading.
    """
    with source() as stream:
        splitter = Splitter(as_narrow(stream, context.options.encoding))
        feed = _feed(splitter.head, context)
        for number, piece in enumerate(splitter, 1):
            if only is None or only.search(piece.data):
                yield feed, _raw_entry(piece, number, feed)


def _feed(data: bytes, context: ReadContext) -> Feed:
    head = decode(data, _narrowed(context))
    root = root_tag(head)
    if not root:
        raise UnreadableDocument(
            "no feed: it has no element that feeds begin with", source=context.source, advice="name its format with -f"
        )
    declared = _DECLARED.match(data)
    declaration = b'<?xml version="1.0" encoding="' + declared[1] + b'"?>' if declared else b""
    return Feed(read_head(head), mended(root), declaration, context)


def _narrowed(context: ReadContext) -> ReadContext:
    """The context, with the encoding that the bytes have by now."""
    encoding = context.options.encoding
    if encoding is None or not encoding.lower().startswith(("utf-16", "utf-32")):
        return context
    return replace(context, options=replace(context.options, encoding="utf-8"))


def _raw_entry(piece: Piece, number: int, feed: Feed) -> RawEntry | Entry:
    losses: list[Loss] = []
    name = f"{feed.context.source}#{number}"
    context = replace(_narrowed(feed.context), source=name, report=losses.append)
    if not piece.data:
        return Entry(name, problem=f"longer than {LONGEST // 2**20} MiB")
    try:
        text = decode(feed.declaration + piece.data, context)[len(feed.declaration) :]
    except UnreadableDocument as error:
        return Entry(name, problem=error.problem)
    fields = read_element(text, feed.root, losses.append, whole=piece.whole)
    if fields is None:
        return Entry(name, problem="nothing in it can be read")
    return RawEntry(fields, number, losses)
