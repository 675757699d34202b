"""Images: which are embedded, which never are."""

from __future__ import annotations

import base64
import io
import os
import zipfile
from pathlib import Path

import pytest

import convertkit
from convertkit.images import ImageError, open_beside
from convertkit.losses import ImageNotEmbedded, Loss
from tests.posts import PNG


def embedded(folder: Path, target: str) -> tuple[int, list[str]]:
    """How many images travel with a post that shows `target`, and what was said of those that do not."""
    post = folder / "post.html"
    post.write_text(f'<p>Before <img src="{target}" alt="a dot"> after</p>', encoding="utf-8")
    result = convertkit.convert(post, "markdown")
    assert "a dot" in result.text
    assert "data:" not in result.text
    reasons = [loss.reason for loss in result.losses if isinstance(loss, ImageNotEmbedded)]
    return len(result.document.resources), reasons


def test_a_file_beside_the_post(tmp_path: Path) -> None:
    (tmp_path / "my dot.png").write_bytes(PNG)
    assert embedded(tmp_path, "my%20dot.png?v=1#x") == (1, [])


def test_a_file_in_the_asset_folder_named_like_the_post(tmp_path: Path) -> None:
    (tmp_path / "post").mkdir()
    (tmp_path / "post" / "dot.png").write_bytes(PNG)
    assert embedded(tmp_path, "dot.png") == (1, [])


def test_a_data_uri(tmp_path: Path) -> None:
    assert embedded(tmp_path, "data:image/png;base64," + base64.b64encode(PNG).decode()) == (1, [])


@pytest.mark.parametrize("target", ["data:image/png;base64,@@@", "data:image/png", "data:image/png,words"])
def test_a_data_uri_that_is_no_image(tmp_path: Path, target: str) -> None:
    count, reasons = embedded(tmp_path, target)
    assert count == 0
    assert len(reasons) == 1


def test_a_remote_image_is_never_fetched(tmp_path: Path) -> None:
    count, _ = embedded(tmp_path, "https://example.org/dot.png")
    assert count == 0


@pytest.mark.parametrize("target", ["../secret.png", "/etc/hostname", "a/../../secret.png", "missing.png", "%00.png"])
def test_nothing_outside_the_folder_is_opened(tmp_path: Path, target: str) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    inner = tmp_path / "inner"
    inner.mkdir()
    count, reasons = embedded(inner, target)
    assert count == 0
    assert len(reasons) == 1


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "dot.png").symlink_to(tmp_path / "secret.png")
    assert embedded(inner, "dot.png")[0] == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFOs")
def test_a_fifo_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "dot.png")
    assert embedded(tmp_path, "dot.png")[0] == 0


def test_a_file_that_is_no_image(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_text("not a picture", encoding="utf-8")
    assert embedded(tmp_path, "dot.png") == (0, ["not an image of a known type"])


def covered(folder: Path, cover: str) -> tuple[str, list[str]]:
    """The cover of a post that names this one and shows it too, and what was said of it."""
    losses: list[Loss] = []
    (folder / "post.md").write_text(f"---\ntitle: t\ncover: {cover}\n---\n![a]({cover})", encoding="utf-8")
    document = convertkit.read(folder / "post.md", report=losses.append)
    return document.metadata.cover, [str(loss) for loss in losses]


def test_a_local_cover_travels(tmp_path: Path) -> None:
    (tmp_path / "c.png").write_bytes(PNG)
    post = tmp_path / "post.md"
    post.write_text("---\ntitle: t\ncover: c.png\n---\nWords.", encoding="utf-8")
    result = convertkit.convert(post, "markdown", strict=True)
    (path,) = result.files
    assert result.files[path] == PNG
    assert f"cover: {path}\n" in result.text
    book = zipfile.ZipFile(io.BytesIO(convertkit.convert(post, "epub", strict=True).content))
    assert 'properties="cover-image"' in book.read("EPUB/content.opf").decode()


def test_a_missing_cover_stays_as_written_and_is_told_once(tmp_path: Path) -> None:
    cover, losses = covered(tmp_path, "none.png")
    assert cover == "none.png"
    assert len(losses) == 1


def test_a_remote_cover_stays_as_written(tmp_path: Path) -> None:
    assert covered(tmp_path, "https://example.org/c.png") == ("https://example.org/c.png", [])


@pytest.mark.parametrize("to", ["epub", "docx", "html", "text", "pandoc:odt"])
def test_a_missing_image_is_told_once(tmp_path: Path, to: str) -> None:
    (tmp_path / "post.html").write_text('<p>a <img src="none.png" alt="b"></p>', encoding="utf-8")
    losses = convertkit.convert(tmp_path / "post.html", to).losses
    assert [type(loss) for loss in losses] == [ImageNotEmbedded]


def test_equal_images_are_kept_once(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(PNG)
    (tmp_path / "post.md").write_text("![a](a.png) ![b](b.png)", encoding="utf-8")
    assert len(convertkit.read(tmp_path / "post.md").resources) == 1


def test_the_words_that_a_drawing_says_in_html_are_reported(tmp_path: Path) -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    inside = "<foreignObject><p>Tea <b>at</b> noon</p></foreignObject><script>x</script><rect/>"
    (tmp_path / "a.svg").write_text(f"{head}{inside}</svg>", encoding="utf-8")
    (tmp_path / "post.html").write_text('<p>A <img src="a.svg" alt="cup">', encoding="utf-8")
    losses: list[Loss] = []
    assert len(convertkit.read(tmp_path / "post.html", report=losses.append).resources) == 1
    assert [str(loss) for loss in losses] == ["image a.svg: <foreignObject> dropped: Tea at noon"]


def test_an_image_named_from_the_root_of_a_site_that_nobody_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="--assets"):
        open_beside(tmp_path)("/img/x.png")
