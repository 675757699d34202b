"""A volume as a folder of Markdown: `README.md` with the contents, a file a chapter, each picture once."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from convertkit.book.arranging import Volume
from convertkit.book.back_matter import BackPage
from convertkit.book.cards import Card
from convertkit.book.edition import Edition, Made
from convertkit.book.folder_list import list_files, listed, remove
from convertkit.book.markdown import back_blocks, context_of, opening, save_pictures, standing, writing
from convertkit.book.pieces import Line, Piece, back_matter, chapter, contents
from convertkit.context import WriteContext
from convertkit.errors import WriteError
from convertkit.losses import ignore
from convertkit.saving import save
from convertkit.tree import Document, Header, Text
from convertkit.writers.markdown import write_piece
from convertkit.writers.markdown.front_matter import with_front_matter
from convertkit.writers.utf8 import encode_utf8

INDEX, CHAPTERS, IMAGES = "README.md", "chapters", "images"
LONGEST = 60
"""Characters of a name that is made of a post's: a name of more than 255 bytes can be saved nowhere."""

_NOT_IN_NAMES = re.compile(r'[<>:"\\|?*\x00-\x1f\x7f\ud800-\udfff]+')
"""What no file's name may hold on one system or another."""
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def write_markdown_folder(path: Path, volume: Volume, edition: Edition) -> Made:
    """Write a volume into a folder, its index last; what an earlier edition left there goes.

    Raises `WriteError`, also where another index is there.
    """
    if (path / INDEX).exists() and not (path / CHAPTERS).is_dir():
        problem = f"holds a {INDEX} that is not of a book"
        raise WriteError(problem, source=str(path), advice="choose another folder with -o")
    files = chapter_files(list(volume.all_chapters()))
    back = list(back_matter(volume, edition))
    before, texts = listed(path), {INDEX, *files.values(), *(f"{page.name}.md" for page in back)}
    list_files(path, before | texts)  # first: an edition that is interrupted is tidied up by the next
    pictures: dict[str, int] = {}
    size = 0
    for card in volume.all_chapters():
        text = _chapter(card, edition, files, path, pictures)
        save(path / files[card.key], text, {})
        size += len(text)
        edition.on_chapter()
    for page in back:
        text = _back_page(page, edition, files)
        save(path / f"{page.name}.md", text, {})
        size += len(text)
    index = _index(volume, edition, files, path, pictures)
    save(path / INDEX, index, {})
    made = texts | {f"{IMAGES}/{name}" for name in pictures}
    remove(path, before - made)
    list_files(path, made)
    return Made(size + len(index) + sum(pictures.values()), len(pictures))


def chapter_files(cards: Sequence[Card]) -> dict[str, str]:
    """The file of each post, by its key: named as the post was, and by its key too where two would share a name."""
    names = {card.key: "/".join(_harmless(part) for part in card.path.with_suffix("").parts) for card in cards}
    count = Counter(name.casefold() for name in names.values())
    return {
        key: f"{CHAPTERS}/{name if count[name.casefold()] == 1 else f'{name}-{key}'}.md" for key, name in names.items()
    }


def _harmless(part: str) -> str:
    """A part of a path that every file system takes."""
    name = _NOT_IN_NAMES.sub("-", part)[:LONGEST].strip(" .") or "_"
    return f"_{name}" if _DEVICES.fullmatch(name) else name


def _chapter(card: Card, edition: Edition, files: Mapping[str, str], path: Path, pictures: dict[str, int]) -> bytes:
    own = files[card.key]
    here = posixpath.dirname(own)
    images = posixpath.relpath(IMAGES, here)

    def address(key: str, anchor: str) -> str:
        fragment = f"#{anchor}" if anchor else ""
        return fragment if key == card.key and fragment else _quoted(posixpath.relpath(files[key], here)) + fragment

    piece = chapter(card, edition, 1, rename=lambda _key, name: name, address=address)
    piece = replace(piece, heading=replace(piece.heading, attr=replace(piece.heading.attr, id="")))
    document = standing(piece, edition)
    save_pictures(document, path / IMAGES, pictures)
    return _text(document, piece, edition, images)


def _text(document: Document, piece: Piece, edition: Edition, images: str) -> bytes:
    context = context_of(piece, edition, images)
    wanted = edition.linker.anchors.wanted(piece.card.key) if piece.card else ()
    text, _ = write_piece(document, context, anchors=frozenset(wanted))
    return encode_utf8(with_front_matter(document, text, images) + "\n", context.report)


def _index(volume: Volume, edition: Edition, files: Mapping[str, str], path: Path, pictures: dict[str, int]) -> bytes:
    lines = (
        *map(_unlinked_parts, contents(volume, edition.language, lambda card: _quoted(files[card.key]))),
        *(Line(page.title, f"{page.name}.md") for page in back_matter(volume, edition)),
    )
    document = opening(volume, edition, lines, [f"../{name}/{INDEX}" for name in edition.files])
    save_pictures(document, path / IMAGES, pictures)
    text, _ = write_piece(document, WriteContext(options=writing(edition, IMAGES)), anchors=frozenset())
    return encode_utf8(with_front_matter(document, text, IMAGES) + "\n", ignore)


def _back_page(page: BackPage, edition: Edition, files: Mapping[str, str]) -> bytes:
    below = back_blocks(page, edition, lambda card: _quoted(files[card.key]), 2)
    document = Document((Header(1, (Text(page.title),)), *below))
    text, _ = write_piece(document, WriteContext(options=writing(edition, IMAGES)), anchors=frozenset())
    return encode_utf8(text + "\n", ignore)


def _unlinked_parts(line: Line) -> Line:
    """Parts have no file of their own."""
    target = "" if line.target.startswith("#") else line.target
    return Line(line.title, target, tuple(map(_unlinked_parts, line.children)))


def _quoted(path: str) -> str:
    return quote(path, safe="/~!$&'()*+,;=@")
