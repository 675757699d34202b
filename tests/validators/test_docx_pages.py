"""DOCX before Microsoft's own validator, and as pages: what LibreOffice makes of it, read back as text."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from convertkit import build_book
from convertkit.context import WriteContext
from convertkit.metadata import Contributor, Metadata
from convertkit.options import WriteOptions
from convertkit.tree import (
    Attr,
    Block,
    BlockQuote,
    BulletList,
    Caption,
    Cell,
    CodeBlock,
    ColSpec,
    DefinitionItem,
    DefinitionList,
    Document,
    Emph,
    Figure,
    Header,
    HorizontalRule,
    Image,
    LineBlock,
    Link,
    Math,
    Note,
    OrderedList,
    Plain,
    Quoted,
    Row,
    Ruby,
    Strong,
    Table,
    TableBody,
    TableFoot,
    TableHead,
    Text,
)
from convertkit.writers.docx import write_docx
from tests.strategies import documents
from tests.test_book import POSTS
from tests.test_docx import para, png
from tests.validators.tools import node_program, program

pytestmark = pytest.mark.validators

SMALL, LARGE, TALL = png(40, 20), png(1600, 900), png(200, 4000)


def item(text: str) -> tuple[Block, ...]:
    return (Plain((Text(text),)),)


def cell(text: str, row_span: int = 1, col_span: int = 1) -> Cell:
    return Cell(item(text) if text else (), "AlignDefault", row_span, col_span)


TABLE = Table(
    (ColSpec("AlignLeft"), ColSpec("AlignCenter"), ColSpec("AlignRight")),
    (TableBody((Row((cell("甲", 2), cell("b"), cell("1"))), Row((cell(""), cell("2"))))),),
    TableHead((Row((cell("head"), cell("wide head", 1, 2))),)),
    TableFoot((Row((cell("sum"), cell(""), cell("3"))),)),
    Caption((para("A table"),)),
)
EVERYTHING = (
    para("李强出席疫情防控工作例会。", indent=True),
    para("Some ", Emph((Text("着重 words"),)), " and ", Strong((Ruby((Text("漢字"),), (Text("かんじ"),)),)), "."),
    Header(1, (Text("First heading"),), Attr("first")),
    para(Quoted((Text("quoted"),)), Note((para("The note.", indent=True),)), Math("x^2", "DisplayMath")),
    OrderedList((item("three"), (*item("four"), BulletList((item("dot"), (CodeBlock("x\n\ty"),))))), 3),
    DefinitionList((DefinitionItem((Text("Term"),), (item("Meaning"),)),)),
    BlockQuote((para("引文", indent=True), TABLE)),
    CodeBlock("def f():\n\treturn 1", Attr(classes=("python",))),
    TABLE,
    para(Image((Text("small"),), SMALL.name, "", Attr(attributes=(("width", "100%"),)))),
    Figure((Plain((Image((), LARGE.name),)),), Caption((para("A picture"),))),
    Figure((TABLE, para("more")), Caption((para("A figure of a table"),))),
    para(Image((), TALL.name), Image((), "https://example.org/x.png")),
    HorizontalRule(),
    LineBlock(((Text("line one"),), (Text("line two"),))),
    para(Link((Text("up"),), "#first"), Link((Text("out"),), "https://例子.测试/路 径?a=1&b=(2)")),
)
METADATA = Metadata(
    title="A rich & <dirty> title",
    subtitle="Under it",
    authors=("Ann", "Bob"),
    contributors=(Contributor("Ed", "editor"),),
    date=datetime.datetime(2022, 4, 15, 23, 22, 12, tzinfo=datetime.UTC),
    language="zh-CN",
    categories=("金融",),
    extra={"comments": False, "n": 3, "r": 0.5},
)
RICH = Document(EVERYTHING, METADATA, {image.name: image for image in (SMALL, LARGE, TALL)})


def problems(content: bytes, folder: Path) -> list[str]:
    """What the validator of the Open XML SDK finds. It is given a copy: it rewrites addresses that it dislikes."""
    path = folder / "validated.docx"
    path.write_bytes(content)
    command = [str(node_program("ooxml-validator")), str(path), "--officeVersion", "Microsoft365"]
    found = subprocess.run(command, check=False, capture_output=True, timeout=120)
    kept = path.read_bytes() == content
    errors = [f"{error['description']} {error['xPath']}" for error in json.loads(found.stdout)["errors"]]
    return errors if kept else [*errors, "an address in the document is not well-formed"]


def pages(content: bytes, folder: Path) -> list[str]:
    """The text of each page that LibreOffice lays out."""
    office, reader = program("soffice", "libreoffice"), program("pdftotext")
    (folder / "page.docx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(office), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(folder / "page.docx")], check=True, capture_output=True, timeout=180)
    shutil.rmtree(folder / "profile", ignore_errors=True)
    read = subprocess.run([str(reader), str(folder / "page.pdf"), "-"], check=True, capture_output=True, timeout=60)
    return read.stdout.decode().split("\f")[:-1]


def test_a_document_with_everything_is_valid(tmp_path: Path) -> None:
    assert problems(write_docx(RICH, WriteContext()), tmp_path) == []


@pytest.mark.parametrize("language", ["", "ja", "ar"])
def test_a_document_is_valid_in_any_language(language: str, tmp_path: Path) -> None:
    source = Document((para("x", indent=True), TABLE), Metadata(language=language))
    assert problems(write_docx(source, WriteContext()), tmp_path) == []


def test_a_document_with_a_reference_document_is_valid(tmp_path: Path) -> None:
    reference = tmp_path / "reference.docx"
    reference.write_bytes(write_docx(Document((para("x"),)), WriteContext()))
    options = WriteOptions(reference_doc=reference)
    assert problems(write_docx(RICH, WriteContext(options=options)), tmp_path) == []


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink, at a second a try, takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(documents())
def test_any_document_is_valid(tmp_path: Path, source: Document) -> None:
    assert problems(write_docx(source, WriteContext()), tmp_path) == []


def test_the_pages_hold_the_words(tmp_path: Path) -> None:
    found = pages(write_docx(RICH, WriteContext()), tmp_path)
    text = "".join("".join(found).split())
    assert len(found) >= 3
    for words in (
        "Arich&<dirty>title",
        "2022年4月15日",
        "李强出席疫情防控工作例会",
        "Thenote.",
        "3.three",
        "A table",
        "“quoted”",
    ):
        assert words.replace(" ", "") in text


def test_a_book_is_valid_and_its_chapters_begin_pages(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    for name, text in POSTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    build_book(folder, tmp_path / "book.docx", title="Tea", group_by="year,month")
    content = (tmp_path / "book.docx").read_bytes()
    assert problems(content, tmp_path) == []
    first_lines = [page.split("\n")[0] for page in pages(content, tmp_path)]
    assert first_lines == [
        "", "Tea", "Contents", "2021", "March 2021", "A cup of tea", "2022", "April 2022", "雨中的路", "May 2022",
        "The road",
    ]  # fmt: skip
