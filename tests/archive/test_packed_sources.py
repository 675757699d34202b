"""Posts in a ZIP or a tar: none leads out, none unpacks to more than a post can be, a broken one costs itself alone."""

from __future__ import annotations

import binascii
import bz2
import gzip
import io
import lzma
import os
import stat
import sys
import tarfile
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path

import fsspec
import pytest

from convertkit.archive.contents import open_content
from convertkit.archive.records import Failure, Reason
from convertkit.archive.sources import packed, unpacking
from convertkit.archive.units import Carried, Member, Unit
from convertkit.errors import TooBig, UnreadableDocument, UsageError
from convertkit.pipeline import Opened
from tests.archive.test_sources import message_of, units_of


def zstd(data: bytes) -> bytes:
    zstandard = pytest.importorskip("zstandard", reason="zstandard is not installed: pip install 'convertkit[zstd]'")
    packed: bytes = zstandard.ZstdCompressor().compress(data)
    return packed


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd,
}
HOSTILE = ["../../up.md", "/abs.md", "a/../b.md", "c\\d.md", "line\nend.md"]
SHOWN = ["up.md", "abs.md", "a/b.md", "c/d.md", "line\\x0aend.md"]


def test_members_of_a_zip_are_units(tmp_path: Path) -> None:
    path = tmp_path / "site.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ["a.md", "posts/b.html", "posts/", ".hidden.md", "__MACOSX/._a.md", "a.png", *HOSTILE]:
            archive.writestr(name, name)
    units = units_of(path)
    assert [unit.name for unit in units] == ["a.md", "posts/b.html", *SHOWN]
    assert units[1].path == "posts/b"
    assert [opened(unit) for unit in units] == ["a.md", "posts/b.html", *HOSTILE]
    assert [unit.name for unit in units_of(path, include=["posts"])] == ["posts/b.html"]
    assert [unit.name for unit in units_of(tmp_path, include=["*.zip", "posts"])] == ["site.zip#posts/b.html"]


def test_members_of_one_name_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "site.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.md", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.md", "2")
    units = units_of(path)
    assert [(unit.name, unit.path) for unit in units] == [("a.md", "a"), ("a.md~2", "a")]
    assert [opened(unit) for unit in units] == ["1", "2"]


def test_a_zip_is_listed_without_unpacking_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "site.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.md", "tea")
    monkeypatch.delattr(zipfile.ZipFile, "open")
    (unit,) = units_of(path)
    assert unit.content == Member(str(path), 0, binascii.crc32(b"tea"), "a.md")


@pytest.mark.parametrize("place", ["here", "behind a URL"])
def test_a_zip_that_is_written_again_is_read_again(tmp_path: Path, place: str) -> None:
    path = tmp_path / "site.zip"
    url = f"memory://{uuid.uuid4().hex}/site.zip"

    def written(text: str) -> str:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.md", text)
        os.utime(path, ns=(0, len(text)))
        if place == "here":
            return str(path)
        system, inner = fsspec.core.url_to_fs(url)
        system.pipe_file(inner, path.read_bytes())
        return url

    (first,) = units_of(written("tea"))
    assert opened(first) == "tea"
    (second,) = units_of(written("more tea"))
    assert opened(second) == "more tea"
    with pytest.raises(UnreadableDocument, match="written again since it was listed"):
        opened(first)


def opened(unit: Unit) -> str:
    """What a worker gets of a unit."""
    assert isinstance(unit.content, Member), unit.content
    post, _, _ = open_content(unit.content, unit.name)
    assert isinstance(post, Opened)
    return post.data.decode()


def reason(content: object) -> Reason:
    assert isinstance(content, Failure), content
    return content.reason


def test_what_cannot_be_unpacked_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_SMALL", 1_000)
    path = tmp_path / "site.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.md", b"0" * 5_000_000)
        archive.writestr("broken.md", "broken" * 100)
        link = zipfile.ZipInfo("link.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("locked.md", "locked")
        archive.writestr("good.md", "good")
    data = bytearray(path.read_bytes())
    at = data.index(b"broken.md") + len(b"broken.md")
    data[at : at + 4] = b"\xff\xff\xff\xff"
    data[data.rindex(b"PK\x01\x02", 0, data.rindex(b"locked.md")) + 8] |= 1
    path.write_bytes(data)
    bomb, broken, linked, locked, good = units_of(path)
    assert reason(bomb.content) is Reason.TOO_BIG
    assert {reason(unit.content) for unit in (linked, locked)} == {Reason.UNREADABLE}
    with pytest.raises(UnreadableDocument, match=r"^broken\.md: cannot be unpacked: "):
        opened(broken)
    assert opened(good) == "good"


def test_a_member_is_opened_no_further_than_a_post_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "site.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.md", b"0" * 5_000)
    (unit,) = units_of(path)
    monkeypatch.setattr(packed, "MAX_MEMBER", 1_000)
    with pytest.raises(TooBig, match="unpacks to more than"):
        opened(unit)


def test_a_size_that_lies_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MAX_MEMBER", 1_000)
    path = tmp_path / "site.tar"
    with tarfile.open(path, "w") as archive:
        for name, size in (("big.md", 2_000), ("good.md", 4)):
            info = tarfile.TarInfo(name)
            info.size = size
            archive.addfile(info, io.BytesIO(b"x" * size))
    big, good = units_of(path)
    assert reason(big.content) is Reason.TOO_BIG
    assert good.content == Carried(b"xxxx", "good.md")


@pytest.mark.parametrize("packing", ["", "gz", "bz2", "xz", "zst"])
def test_members_of_a_tar_are_units(tmp_path: Path, packing: str) -> None:
    path = tmp_path / f"site.tar.{packing}".rstrip(".")
    with tarfile.open(tmp_path / "plain", "w") as archive:
        for name in ["a.md", "posts/b.html", "posts/" + "n" * 300 + ".md", *HOSTILE]:
            info = tarfile.TarInfo(name)
            info.size = len(name)
            archive.addfile(info, io.BytesIO(name.encode()))
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo(f"kind{kind.decode()}.md")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    path.write_bytes(PACKINGS[packing]((tmp_path / "plain").read_bytes()))
    units = {unit.name: unit for unit in units_of(path)}
    kinds = [f"kind{kind.decode()}.md" for kind in (b"2", b"1", b"6", b"3")]
    assert list(units) == ["a.md", "posts/b.html", "posts/" + "n" * 300 + ".md", *SHOWN, *kinds]
    assert all("not followed" in message_of(units[kind]) for kind in kinds)
    assert units["posts/b.html"].content == Carried(b"posts/b.html", "b.html")


@pytest.mark.parametrize("cut", [700, 1_200, 100])
def test_a_tar_that_ends_early_says_so(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "site.tar"
    with tarfile.open(path, "w") as archive:
        for name in ("a.md", "b.md"):
            info = tarfile.TarInfo(name)
            info.size = 400
            archive.addfile(info, io.BytesIO(b"x" * 400))
    path.write_bytes(path.read_bytes()[:cut])
    assert any(isinstance(unit.content, Failure) for unit in units_of(path))


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.jsonl.xz"])
@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"no archive at all", b"\x1f\x8b\x08", b"\xfd7zXZ\x00 x"])
def test_what_is_no_archive_is_a_failure_and_no_traceback(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    for unit in units_of(tmp_path / name):
        message_of(unit)


def test_names_in_utf_8_that_do_not_say_so_are_read(tmp_path: Path) -> None:
    path = tmp_path / "site.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x" * len("茶.md".encode()), "text")
    path.write_bytes(path.read_bytes().replace(b"x" * len("茶.md".encode()), "茶.md".encode()))
    assert [unit.name for unit in units_of(path)] == ["茶.md"]


@pytest.mark.parametrize("packing", ["bz2", "xz"])
def test_what_unpacks_to_too_much_ends_early_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packing: str
) -> None:
    monkeypatch.setattr(unpacking, "_SMALL", 2**20)
    with tarfile.open(tmp_path / "plain", "w") as archive:
        info = tarfile.TarInfo("a.md")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"text"))
        info = tarfile.TarInfo("a.bin")
        info.size = 2**27
        archive.addfile(info, io.BytesIO(bytes(info.size)))
    path = tmp_path / f"site.tar.{packing}"
    path.write_bytes(PACKINGS[packing]((tmp_path / "plain").read_bytes()))
    good, bomb = units_of(path)
    assert good.content == Carried(b"text", "a.md")
    assert "more than 1,000 times its size" in message_of(bomb)


def test_without_zstandard_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    (tmp_path / "site.tar.zst").write_bytes(b"\x28\xb5\x2f\xfd and more")
    with pytest.raises(UsageError, match=r"convertkit\[zstd\]"):
        units_of(tmp_path / "site.tar.zst")
