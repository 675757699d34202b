"""`json` and `pandoc:NAME` as readers and writers."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

import convertkit
from convertkit.context import ReadContext, WriteContext
from convertkit.errors import PandocError, UnknownFormat, UnreadableDocument, WriteError
from convertkit.formats import load_reader, load_writer, writer_format
from convertkit.losses import ImageNotEmbedded, Loss, NotExpressible, PandocWarned
from convertkit.metadata import Metadata
from convertkit.options import ReadOptions, WriteOptions
from convertkit.pandoc import names
from convertkit.pandoc.lua_filter import apply_lua
from convertkit.pandoc.names import WRITES, passes_raw
from convertkit.pandoc.worker import shared
from convertkit.pictures import pixel_size
from convertkit.readers.harmless import RAW_HTML
from convertkit.resources import image_resource
from convertkit.tree import Document, Emph, Header, Image, Para, RawInline, Ruby, Text
from convertkit.walk import plain_text, query
from tests.posts import PNG
from tests.test_pictures import SECRET, with_exif

FOUND = image_resource(PNG)
assert FOUND
RESOURCE = FOUND
PICTURED = Document(
    (Para((Text("一张图 "), Image((Text("点"),), RESOURCE.name))),),
    Metadata(title="图", authors=("林中路",), language="zh-CN"),
    {RESOURCE.name: RESOURCE},
)


def images(document: Document) -> list[str]:
    return list(query(document, lambda node: node.target if isinstance(node, Image) else None))


@pytest.mark.parametrize("name", ["pandoc:docx", "pandoc:odt", "pandoc:epub"])
def test_images_of_containers_become_resources(name: str) -> None:
    losses: list[Loss] = []
    data = load_writer(name)(PICTURED, WriteContext(report=losses.append))
    document = load_reader(name)(data, ReadContext(source="a", report=losses.append))
    assert images(document) == [RESOURCE.name]
    assert document.resources == PICTURED.resources
    assert "一张图" in plain_text(document.blocks)
    assert document.source == "a"
    assert not losses


def test_images_of_containers_are_prepared_as_all_are() -> None:
    telling = image_resource(with_exif("JPEG", 1))
    assert telling is not None
    document = Document((Para((Image((Text("a"),), telling.name),)),), resources={telling.name: telling})
    data = load_writer("pandoc:docx")(document, WriteContext())
    read = load_reader("pandoc:docx")(data, ReadContext(options=ReadOptions(max_image=32)))
    (resource,) = read.resources.values()
    assert pixel_size(resource.content) == (32, 16)
    assert SECRET.encode() not in resource.content


def test_json_is_complete() -> None:
    data = load_writer("json")(PICTURED, WriteContext())
    document = load_reader("json")(data, ReadContext())
    assert document.metadata == PICTURED.metadata
    assert images(document)[0].startswith("data:image/png;base64,")
    assert json.loads(data)["blocks"]


def test_pandoc_reads_our_json_and_we_read_pandocs() -> None:
    data = load_writer("json")(PICTURED, WriteContext())
    html = shared().write(shared().read(data, "json").ast, "html").decode()
    assert "一张图 <img" in html


def test_formats_that_cannot_embed_point_beside() -> None:
    options = WriteOptions(files_dir="post_files")
    text = load_writer("pandoc:rst")(PICTURED, WriteContext(options=options)).decode()
    assert f"post_files/{RESOURCE.name}" in text
    assert writer_format("pandoc:rst").files_beside
    assert not writer_format("pandoc:docx").files_beside


def test_images_that_do_not_travel_are_told() -> None:
    content = tuple(Image((Text("alt"),), target) for target in ("https://example.org/a.png", "/etc/x.png"))
    losses: list[Loss] = []
    data = load_writer("pandoc:odt")(Document((Para(content),)), WriteContext(report=losses.append))
    assert [type(loss) for loss in losses] == [ImageNotEmbedded]  # the local one was told when it was looked for
    text = zipfile.ZipFile(io.BytesIO(data)).read("content.xml").decode()
    assert "https://example.org/a.png" in text
    assert "/etc/x.png" not in text


def test_a_cover_is_found_or_told() -> None:
    covered = replace(PICTURED, metadata=Metadata(title="T", cover=RESOURCE.name))
    losses: list[Loss] = []
    beside = load_writer("pandoc:gfm")(covered, WriteContext(report=losses.append)).decode()
    assert f"cover-image: files/{RESOURCE.name}\n" in beside
    assert losses == []
    load_writer("pandoc:epub")(covered, WriteContext(report=losses.append))
    assert [loss.place for loss in losses] == ["cover"]
    again = convertkit.read(load_writer("json")(covered, WriteContext()), from_="json")
    assert again.metadata.cover == RESOURCE.name


TOKEN = "raw7f3a"
RAW_FORMATS = (
    "asciidoc",
    "docbook",
    "html",
    "html5",
    "jats",
    "latex",
    "markdown",
    "openxml",
    "opendocument",
    "revealjs",
    "tex",
)


@pytest.mark.parametrize("name", sorted(WRITES - {"bibtex", "biblatex", "csljson"}))
def test_raw_text_passes_or_is_told(name: str) -> None:
    """What the table says that pandoc passes arrives, what it says that pandoc does not is told; HTML as its words."""
    worker = shared()
    for raw in {*RAW_FORMATS, name}:
        losses: list[Loss] = []
        document = Document((Para((Text("a"), RawInline(raw, f"<i>{TOKEN}</i>"))),), Metadata(title="T"))
        data = load_writer(f"pandoc:{name}")(document, WriteContext(report=losses.append, pandoc=lambda: worker))
        parts = [data]
        if data[:2] == b"PK":
            book = zipfile.ZipFile(io.BytesIO(data))
            parts = [book.read(member) for member in book.namelist()]
        arrived = any(TOKEN.encode() in part for part in parts)
        live = any(f"<i>{TOKEN}</i>".encode() in part for part in parts)
        if passes_raw(name, raw):
            assert (arrived, losses) == (True, []), raw
        else:
            assert len(losses) == 1, raw
            assert not live, raw
            assert arrived == (raw in RAW_HTML and name != "opml"), raw


def test_what_pandoc_cannot_say_is_said_in_words() -> None:
    losses: list[Loss] = []
    ruby = Document((Para((Ruby((Text("漢字"),), (Text("かんじ"),)),), indent=True),), Metadata(title="T"))
    text = load_writer("pandoc:rst")(ruby, WriteContext(report=losses.append)).decode()
    assert text.endswith("\n漢字（かんじ）\n")
    assert losses == [NotExpressible("", "pandoc:rst", "ruby")]


@pytest.mark.parametrize("name", ["html", "revealjs", "latex", "epub", "chunkedhtml"])
def test_a_posts_own_keys_never_reach_a_template(name: str) -> None:
    evil = "evil-7f3a"
    keys = ("css", "header-includes", "include-before", "revealjs-url", "documentclass", "stylesheet", "math", "lot")
    document = replace(PICTURED, metadata=replace(PICTURED.metadata, extra=dict.fromkeys(keys, evil)))
    data = load_writer(f"pandoc:{name}")(document, WriteContext())
    parts = [data]
    if data[:2] == b"PK":
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = [archive.read(member) for member in archive.namelist()]
    assert not any(evil.encode() in part for part in parts)


def test_markdown_keeps_a_posts_own_keys() -> None:
    document = replace(PICTURED, metadata=replace(PICTURED.metadata, extra={"comments": False, "order": 3}))
    text = load_writer("pandoc:markdown")(document, WriteContext()).decode()
    assert "comments: false" in text
    assert "order: 3" in text


@pytest.mark.parametrize("name", sorted(names.WRITES - {"bibtex", "biblatex", "csljson"}))
def test_every_writer_gives_the_same_bytes_twice(name: str) -> None:
    write = load_writer(f"pandoc:{name}")
    first = write(PICTURED, WriteContext())
    assert first
    shared().close()
    assert write(PICTURED, WriteContext()) == first


@pytest.mark.parametrize("name", ["pandoc:docx", "pandoc:rst", "pandoc:latex", "pandoc:ipynb", "json"])
def test_bad_input_is_a_named_error(name: str) -> None:
    data = b"\\begin{" if name == "pandoc:latex" else b"PK\x03\x04nothing" if name == "pandoc:docx" else b"{"
    if name == "pandoc:rst":
        data = b".. csv-table:: t\n   :file: /etc/hostname\n"
    with pytest.raises((PandocError, UnreadableDocument)) as caught:
        load_reader(name)(data, ReadContext(source="bad.file"))
    assert str(caught.value).startswith("bad.file: ")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("markdwn", "did you mean markdown"),
        ("docx.lua", "pandoc does not write 'docx.lua'"),
        ("../x", "pandoc does not write"),
        ("pdf", "make the PDF from that"),
        ("", "pandoc does not write ''"),
    ],
)
def test_unknown_names(name: str, words: str) -> None:
    with pytest.raises(UnknownFormat, match=words):
        load_writer(f"pandoc:{name}")


def test_unknown_reader() -> None:
    with pytest.raises(UnknownFormat, match="pandoc does not read 'beamer'"):
        load_reader("pandoc:beamer")


def test_a_reference_document_that_is_not_there() -> None:
    options = WriteOptions(reference_doc=Path("nowhere/x.odt"))
    with pytest.raises(WriteError, match="cannot be read"):
        load_writer("pandoc:odt")(PICTURED, WriteContext(options=options))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pandoc:markdown", "text\n\n[^1]: a note that nothing refers to\n"),
        ("pandoc:rst", "text\n\n.. include:: /etc/hostname\n"),
        ("pandoc:latex", "text \\input{/etc/hostname}"),
    ],
)
def test_what_pandoc_leaves_out_is_told(name: str, text: str) -> None:
    losses: list[Loss] = []
    document = load_reader(name)(text.encode(), ReadContext(report=losses.append))
    assert [type(loss) for loss in losses] == [PandocWarned]
    assert plain_text(document.blocks).strip() == "text"


# ---------------------------------------------------------------- Lua filters on our tree

ORDERED = Document(
    (Header(1, (Text("第一 章"),)), Para((Emph((Text("x"),)),), indent=True)),
    Metadata(title="T", extra={"z": 1, "a": None, "m": 2.5}, origins={"title": "front matter"}),
    {RESOURCE.name: RESOURCE},
    "post.md",
)


def test_a_filter_that_changes_nothing_gives_the_very_document() -> None:
    assert apply_lua(ORDERED, "return {}", "nothing", shared()) is ORDERED


def test_a_filter_sees_and_changes_metadata_and_text() -> None:
    source = (
        "function Meta(m) m.title = pandoc.utils.stringify(m.title) .. ' 2' "
        "m.z = 7 m.a = nil m.date = '2024-02-03' m.new = 'x' return m end "
        "function Div(d) if d.classes:includes('indent') then return d.content end end"
    )
    changed = apply_lua(ORDERED, source, "change", shared())
    assert changed.metadata.extra == {"z": 7, "m": 2.5, "new": "x"}
    assert list(changed.metadata.extra) == ["z", "m", "new"]
    assert str(changed.metadata.date) == "2024-02-03"
    assert changed.blocks[1] == Para((Emph((Text("x"),)),))
    assert (changed.resources, changed.source) == (ORDERED.resources, "post.md")
    assert changed.metadata.origins == ORDERED.metadata.origins
