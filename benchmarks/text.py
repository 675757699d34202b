"""Characters a second that lines are filled with: ours against uniseg (UAX #14 in Python) and textwrap (spaces only).

    python -m benchmarks.text               the table, printed and kept in benchmarks/text.json

The paragraphs are those of a sample of the archive: English and Chinese ones, and Chinese ones that are a quarter
Latin letters or more. All are filled to 72 columns in one process, in turn; a figure is the best of the rounds. A
last row is the whole text writer, from the tree to bytes, in milliseconds a post.
"""

from __future__ import annotations

import json
import re
import textwrap
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from uniseg.wrap import tt_wrap

import convertkit
from convertkit.context import WriteContext
from convertkit.tree import Document, Para
from convertkit.walk import plain_text
from convertkit.writers.text import write_text
from convertkit.writers.text.width import measure_for
from convertkit.writers.text.wrapping import wrap
from tests.corpus import archive

ROUNDS = 3
EVERY = 24
WIDTH = 72
RESULTS = Path(__file__).with_name("text.json")
_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z]")


def paragraphs(documents: list[Document]) -> dict[str, list[str]]:
    """The documents' paragraphs by kind."""
    kinds: dict[str, list[str]] = {"English": [], "Chinese": [], "mixed": []}
    for document in documents:
        for block in document.blocks:
            if isinstance(block, Para):
                text = plain_text(block.content).replace("\n", " ")
                kinds[_kind(text)].append(text)
    return kinds


def _kind(text: str) -> str:
    if not _HAN.search(text):
        return "English"
    return "mixed" if 4 * len(_LATIN.findall(text)) > len(text) else "Chinese"


def speed(fill: Callable[[str], object], texts: list[str]) -> float:
    """Characters a second of CPU time, in millions."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for text in texts:
            fill(text)
        best = min(best, time.process_time() - start)
    return round(sum(map(len, texts)) / best / 1e6, 3)


def writing(documents: list[Document]) -> float:
    """Milliseconds a document, from the tree to bytes."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for document in documents:
            write_text(document, WriteContext())
        best = min(best, time.process_time() - start)
    return round(1000 * best / len(documents), 3)


def main() -> None:
    """Measure, print, keep."""
    documents = [convertkit.read(post) for post in archive(every=EVERY)]
    results: dict[str, dict[str, float]] = {}
    for kind, texts in paragraphs(documents).items():
        measure = measure_for("en" if kind == "English" else "zh")
        results[kind] = {
            "characters": sum(map(len, texts)),
            "convertkit": speed(partial(wrap, width=WIDTH, measure=measure), texts),
            "uniseg": speed(lambda text: list(tt_wrap(text, WIDTH)), texts[::20]),
            "textwrap": speed(partial(textwrap.wrap, width=WIDTH), texts),
        }
        print(f"{kind:8}", *(f"{name} {value:,}" for name, value in results[kind].items()), sep="   ")
    results["writer"] = {"milliseconds a post": writing(documents)}
    print(f"text writer   {results['writer']['milliseconds a post']} ms a post")
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
