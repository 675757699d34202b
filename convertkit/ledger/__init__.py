"""The ledger: what went into a conversion against what the output holds, counted by reading the output itself.

`source` counts what enters, a file a format counts what leaves, `generated` knows what writers say by themselves, and
`balance` holds the one against the other. `docs/losses.md` says what is compared with what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from convertkit.ledger.balance import Balance, Difference, balance_of
from convertkit.ledger.counts import Counts
from convertkit.ledger.docx import count_docx
from convertkit.ledger.epub import count_epub
from convertkit.ledger.generated import (
    descriptions_by_caption,
    has_front,
    in_other_words,
    names_of_alerts,
    names_of_pictures,
    text_words,
    title_stands_apart,
)
from convertkit.ledger.html import count_html
from convertkit.ledger.markdown import count_markdown
from convertkit.ledger.order import words_out_of_order
from convertkit.ledger.source import Entering, Probe
from convertkit.ledger.structures import addresses_missing_in_text, lost_in_reading, lost_in_writing
from convertkit.ledger.text import count_text
from convertkit.ledger.words import words_of
from convertkit.losses import ElementDropped, Loss, Removed
from convertkit.options import WRITE, WriteOptions
from convertkit.tree import Document, Image, Link, Math, Note, Table
from convertkit.walk import Node, plain_text, query

__all__ = ["COUNTED", "Balance", "Difference", "Entering", "Probe", "balance"]

COUNTED = ("markdown", "text", "epub", "docx", "html")
"""The formats that can be read back."""

_Rules = Iterator[tuple[str, Iterable[str]]]
"""Rules, each with the words that it explains."""
_NO_WORDS = frozenset(["svg", "a", "iframe", "input"])
"""Elements whose loss tells of a drawing, an address, another page or a control's value: no words of this page."""


def balance(
    entering: Entering,
    document: Document,
    to: str,
    content: bytes,
    losses: Iterable[Loss],
    options: WriteOptions = WRITE,
) -> Balance:
    """The balance of a document that was written as `content` with `options`.

    `to` is one of `COUNTED`, `losses` are the writer's.
    """
    leaving, said = read_back(document, to, content)
    written = {**_said_in_all(document), **said}
    removals = [*_removals(entering), ("text that is a formula", words_of(" ".join(_formulas(document))))]
    additions = [*_additions(entering, written)]
    if to == "text":
        whole, parts = in_other_words(document)
        removals.append(("exponents, formulas, soft hyphens", whole))
        additions.append(("exponents, formulas, soft hyphens", parts))
    others = list(lost_in_reading(entering.read, document, entering.losses))
    if to == "text":
        others += addresses_missing_in_text(document, content) if options.links != "none" else ()
    else:
        others += lost_in_writing(document, to, leaving, losses)
    by_rule = chain.from_iterable(words for _, words in (*removals, *additions))
    others += words_out_of_order(entering.shown.words, leaving.words, {*_placed_apart(document, to), *by_rule})
    return balance_of(to, entering.shown, leaving, removals, additions, others)


def read_back(document: Document, to: str, content: bytes) -> tuple[Counts, Mapping[str, list[str]]]:
    """What an output holds, and the words that its writer says by itself, by rule."""
    apart = title_stands_apart(document)
    match to:
        case "markdown":
            alerts = {"names of alerts": words_of(" ".join(names_of_alerts(document)))}
            return count_markdown(content, document.metadata.url, _formulas(document)), alerts
        case "html":
            return count_html(content, has_title=apart), {}
        case "epub":
            return count_epub(content, has_title=apart or not document.metadata.title.strip()), {}
        case "docx":
            captions = {"pictures described by captions": words_of(" ".join(descriptions_by_caption(document)))}
            return count_docx(content), captions
        case "text":
            front, targets = has_front(document.metadata), frozenset(query(document, _target))
            counts, numbers = count_text(content, front=front, has_title=apart, targets=targets)
            return counts, {"numbers of links and notes": list(numbers.words), **text_words(document)}
        case _:
            raise ValueError(f"{to} cannot be read back")


def _target(node: Node) -> str | None:
    return node.target if isinstance(node, Link | Image) else None


def _formulas(document: Document) -> Iterator[str]:
    return query(document, lambda node: node.text if isinstance(node, Math) else None)


def _placed_apart(document: Document, to: str) -> Iterator[str]:
    """The words of notes, which stand at the end, and in text of tables, whose cells share lines."""

    def apart(node: Node) -> tuple[Node, ...] | None:
        if isinstance(node, Note):
            return node.content
        return (node,) if to == "text" and isinstance(node, Table) else None

    for nodes in query(document, apart):
        yield from words_of(plain_text(nodes))


def _said_in_all(document: Document) -> Mapping[str, list[str]]:
    return {"names of pictures": words_of(" ".join(names_of_pictures(document)))}


def _removals(entering: Entering) -> _Rules:
    for loss in entering.losses:
        match loss:
            case Removed(_, rule, text):
                yield rule, words_of(text)
            case ElementDropped(_, element, text) if element not in _NO_WORDS:
                yield f"<{element}> has no place", words_of(text)
    yield "pictures that filters removed", entering.pictures.words
    yield "marks of notes, numbers of lines", entering.marks.words


def _additions(entering: Entering, written: Mapping[str, list[str]]) -> _Rules:
    yield "filters", entering.added.words
    yield "hidden, but kept", entering.hidden.words
    yield from written.items()
