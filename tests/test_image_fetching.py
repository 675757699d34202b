"""Images of a post that lie on the web: only when asked for, wherever they may be, and the post survives all of it."""

from __future__ import annotations

import io
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

import convertkit
from convertkit.cli import commands
from convertkit.errors import UsageError
from convertkit.fetching import Client, Limits
from convertkit.images import web_addresses
from convertkit.losses import ImageNotEmbedded, Loss
from convertkit.options import ImagesFrom
from tests.picture_server import WAYS, PictureServer, connect_here, serving
from tests.posts import PNG

WITHOUT_THE_WEB: tuple[ImagesFrom, ...] = ("local", "none")
FAST = Limits(idle=0.3, total=0.8, interval=0.0, backoff=0.01, size=1 << 20)
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><script>x</script><rect width="8" height="8"/></svg>'
)


@pytest.fixture
def server() -> Iterator[PictureServer]:
    with serving() as running:
        yield running


def fetched(html: str, server: PictureServer, to: str = "html") -> tuple[convertkit.Result, list[str]]:
    """A post converted with a fetcher that may go to 127.0.0.1, and why images are missing."""
    with Client(allow_private=True, limits=FAST, connect=connect_here) as client:
        result = convertkit.convert(html, to, from_="html", images="fetch", fetch=client.fetch)
    return result, [loss.reason for loss in result.losses if isinstance(loss, ImageNotEmbedded)]


@pytest.mark.parametrize("images", WITHOUT_THE_WEB)
def test_without_being_asked_no_socket_is_opened(
    images: ImagesFrom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a socket")

    monkeypatch.setattr(socket, "socket", never)
    monkeypatch.setattr(socket, "getaddrinfo", never)
    (tmp_path / "post.html").write_text('<p><img src="http://127.0.0.1/a.png" alt="A cat"> words', encoding="utf-8")
    for to in ("epub", "html", "markdown", "text"):
        result = convertkit.convert(tmp_path / "post.html", to, images=images)
        assert not result.document.resources


def test_an_image_on_the_web_travels_when_asked_for(server: PictureServer) -> None:
    result, reasons = fetched(f'<p><img src="{server.url("ok.png")}" alt="A cat"> words', server, "epub")
    assert reasons == []
    book = zipfile.ZipFile(io.BytesIO(result.content))
    assert PNG in [book.read(name) for name in book.namelist()]


def test_every_misdeed_of_a_server_leaves_a_link_and_a_reason(server: PictureServer) -> None:
    good = {"ok", "hop", "wrong_type", "gzip", "cookie"}
    slow = {"silent", "slow_header", "slow_body"}
    for way in sorted(set(WAYS) - good - {"e503_once"}):
        url = server.url(f"{way}.png")
        result, reasons = fetched(f'<p>Before <img src="{url}" alt="A cat"> after', server)
        assert len(reasons) == 1, way
        assert f'<a href="{url}">A cat</a>' in result.text
        assert way not in slow or "long" in reasons[0] or "silent" in reasons[0]


def test_a_proxy_that_fails_is_gone_around(server: PictureServer) -> None:
    proxied = f"{server.url('e500.png')}?{server.url('ok.png')}"
    result, reasons = fetched(f'<img src="{proxied}" alt="A cat">', server)
    assert reasons == []
    assert len(result.document.resources) == 1
    assert server.paths[-1] == "/ok.png"


def test_when_the_best_source_fails_the_others_are_tried(server: PictureServer) -> None:
    bad, good = server.url("e404.png"), server.url("ok.png")
    for html in (
        f'<img src="{bad}" srcset="{good} 2x" alt="A cat">',
        f'<img src="{good}" data-src="{bad}" alt="A cat">',
        f'<picture><source srcset="{good} 300w"><img src="{bad}" alt="A cat"></picture>',
        f'<img src="x.png" data-src="{bad}" alt="A cat"><noscript><img src="{good}"></noscript>',
    ):
        result, reasons = fetched(f"<p>{html}", server)
        assert reasons == []
        assert len(result.document.resources) == 1
        assert good not in result.text
    result, reasons = fetched(f'<p><img src="{bad}" srcset="{server.url("html.png")} 2x" alt="A cat">', server)
    assert reasons == ["the server said 404; elsewhere: not an image of a known type"]
    assert f'<a href="{bad}">A cat</a>' in result.text


def test_other_sources_leave_no_trace_in_any_output() -> None:
    html = '<p><img src="https://e.example/a.png" srcset="https://e.example/b.png 2x" alt="A cat"> words'
    for to in ("markdown", "html", "text", "json", "pandoc:html", "pandoc:rst"):
        for images in WITHOUT_THE_WEB:
            result = convertkit.convert(html, to, from_="html", images=images)
            assert "b.png" not in result.text


def test_a_local_picture_among_the_others_is_found_without_the_web(tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(PNG)
    post = tmp_path / "post.html"
    post.write_text('<p><img src="https://e.example/a.png" srcset="b.png 2x" alt="A cat">', encoding="utf-8")
    assert len(convertkit.read(post).resources) == 1


@pytest.mark.parametrize(
    ("target", "page", "others"),
    [
        ("https://cors.example/?http://a.example/x.png", "", ("http://a.example/x.png",)),
        ("https://images.weserv.nl/?url=http%3A%2F%2Fa.example%2Fx.png&w=9", "", ("http://a.example/x.png",)),
        ("https://web.archive.org/web/2020im_/http://a.example/x.png", "", ("http://a.example/x.png",)),
        ("https://i0.wp.com/a.example/x.png?w=9", "", ("https://a.example/x.png",)),
        ("https://a.example/x.png", "", ()),
    ],
)
def test_the_address_inside_an_address_is_known(target: str, page: str, others: tuple[str, ...]) -> None:
    assert web_addresses(target, page) == (target, *others)


def test_a_relative_image_is_looked_for_where_the_post_was_published() -> None:
    assert web_addresses("img/a.png", "https://a.example/2020/post.html") == ("https://a.example/2020/img/a.png",)
    assert web_addresses("img/a.png") == ()
    assert web_addresses("//a.example/a.png") == ("https://a.example/a.png",)


def test_equal_images_of_many_addresses_are_kept_once(server: PictureServer) -> None:
    html = "".join(f'<img src="{server.url(f"ok.png?{number}")}" alt="">' for number in range(4))
    result, _ = fetched(html, server)
    assert len(result.document.resources) == 1


def test_a_drawing_is_made_safe_for_books_and_drawn_for_word(server: PictureServer) -> None:
    server.files["a.svg"] = DRAWING
    html = f'<p>A <img src="{server.url("a.svg")}" alt="A square">'
    book = zipfile.ZipFile(io.BytesIO(fetched(html, server, "epub")[0].content))
    (drawing,) = (book.read(name) for name in book.namelist() if name.endswith(".svg"))
    assert b"<rect" in drawing
    assert b"script" not in drawing
    word = zipfile.ZipFile(io.BytesIO(fetched(html, server, "docx")[0].content))
    (picture,) = (word.read(name) for name in word.namelist() if name.startswith("word/media/"))
    assert Image.open(io.BytesIO(picture)).size == (16, 16)
    assert b'cx="76200"' in word.read("word/document.xml")  # 8 CSS pixels


def test_webp_is_converted_for_word_and_by_option(tmp_path: Path) -> None:
    Image.new("RGB", (9, 9), "red").save(tmp_path / "a.webp")
    post = tmp_path / "post.html"
    post.write_text('<p>A <img src="a.webp" alt="square">', encoding="utf-8")
    assert {item.media_type for item in convertkit.read(post).resources.values()} == {"image/webp"}
    assert {item.media_type for item in convertkit.read(post, convert_webp=True).resources.values()} == {"image/jpeg"}
    word = zipfile.ZipFile(io.BytesIO(convertkit.convert(post, "docx").content))
    assert any(name.endswith((".jpg", ".jpeg")) for name in word.namelist())


def test_no_images_means_none_and_strict_lets_it_pass(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    post = tmp_path / "post.html"
    post.write_text('<p>A <img src="a.png" alt="square"> here', encoding="utf-8")
    result = convertkit.convert(post, "html", images="none", strict=True)
    assert "<img" not in result.text
    assert "square" in result.text
    assert [loss.kind for loss in result.losses] == ["Removed"]


@pytest.mark.parametrize("options", [{"images": "all"}, {"max_image": -1}])
def test_options_that_cannot_be_are_told(options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        convertkit.read("words", from_="html", **options)  # type: ignore[arg-type]  # wrong on purpose


def test_a_cover_on_the_web_is_fetched_too(server: PictureServer) -> None:
    losses: list[Loss] = []
    post = f"---\ntitle: t\ncover: {server.url('ok.png')}\n---\nWords.\n"
    with Client(allow_private=True, limits=FAST, connect=connect_here) as client:
        document = convertkit.read(post, images="fetch", fetch=client.fetch, report=losses.append)
    assert document.metadata.cover in document.resources
    assert losses == []


def test_the_command_fetches_once_and_then_offline(server: PictureServer, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.html").write_text(f'<p>A <img src="{server.url("ok.png")}" alt="b">', encoding="utf-8")
    inputs = [str(tmp_path / "one.html"), str(tmp_path / "two.html")]
    options = ["--images", "fetch", "--allow-private", "--cache", str(tmp_path / "cache")]
    for more in ([], ["--offline"]):
        arguments = ["convert", *inputs, "-t", "html", "-o", str(tmp_path / "out"), *options, *more]
        outcome = CliRunner().invoke(commands, arguments, standalone_mode=False)
        assert outcome.return_value == 0, outcome.output
        assert "data:image/png" in (tmp_path / "out" / "one.html").read_text(encoding="utf-8")
    assert server.paths == ["/ok.png"]


def test_offline_needs_a_cache() -> None:
    outcome = CliRunner().invoke(commands, ["convert", "-", "-t", "html", "--images", "fetch", "--offline"])
    assert isinstance(outcome.exception, UsageError)
