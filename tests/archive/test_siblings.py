"""Pictures beside posts are found wherever the posts lie: in a ZIP, in a tar, behind a URL."""

from __future__ import annotations

import tarfile
import uuid
import zipfile
from pathlib import Path

import fsspec
import pytest

from convertkit.archive.contents import open_content
from convertkit.archive.siblings import open_siblings
from convertkit.archive.sources import open_source
from convertkit.archive.units import Beside, Carried, Located, Member
from convertkit.images import ImageError
from convertkit.pipeline import Opened

FILES = {
    "site/posts/a.md": b"text",
    "site/posts/near.png": b"near",
    "site/posts/a/own.png": b"own",
    "site/pics/up.png": b"up",
    "site/static/root.png": b"root",
    "top.png": b"top",
    "site/posts/\u8336 1.png": b"tea",
}
FOUND = {
    "near.png": b"near",
    "./near.png?v=1#x": b"near",
    "own.png": b"own",
    "../pics/up.png": b"up",
    "/root.png": b"root",
    "/pics/up.png": b"up",
    "/top.png": b"top",
    "%E8%8C%B6%201.png": b"tea",
}
MISSING = ["none.png", "../../../etc/passwd", "/../../etc/passwd", ""]


def check(place: str) -> str:
    """Looks for the pictures beside the only post of a source; where they were looked for."""
    with open_source(place) as source:
        (unit,) = source.units()
        assert isinstance(unit.content, Carried | Located | Member)
        post, _, _ = open_content(unit.content, unit.name, source.root)
        assert isinstance(post, Opened)
        opened = post.siblings
        assert opened is not None
        assert {target: opened(target) for target in FOUND} == FOUND
        for target in MISSING:
            with pytest.raises(ImageError):
                opened(target)
        beside = unit.content.beside if isinstance(unit.content, Carried) else None
        return beside.address if beside else ""


def test_pictures_in_a_zip_are_found(tmp_path: Path) -> None:
    path = tmp_path / "site.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    check(str(path))


@pytest.mark.parametrize("packing", ["w", "w:gz"])
def test_pictures_in_a_tar_are_kept_as_long_as_the_source_is_open(tmp_path: Path, packing: str) -> None:
    for name, data in FILES.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(data)
    path = tmp_path / "site.tar.gz"
    with tarfile.open(path, "w:gz" if packing == "w:gz" else "w") as archive:
        archive.add(tmp_path / "in", "")
    address = check(str(path))
    assert not Path(address).exists()


def test_pictures_behind_a_url_are_found() -> None:
    url = f"memory://{uuid.uuid4().hex}"
    system, path = fsspec.core.url_to_fs(url)
    for name, data in FILES.items():
        system.pipe_file(f"{path}/{name}", data)
    check(url)
    system.rm(path, recursive=True)


def test_a_zip_that_is_elsewhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot be opened here"):
        open_siblings(Beside(str(tmp_path / "none.zip"), "a.md"))("a.png")


def test_a_picture_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "site.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", bytes(21 * 2**20))
    with pytest.raises(ImageError, match="larger than"):
        open_siblings(Beside(str(path), "a.md"))("a.png")
