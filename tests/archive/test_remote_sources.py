"""Sources and outputs by URL, through fsspec: in memory, and in an S3 that is served on this machine."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from convertkit.archive.addresses import is_url, settled
from convertkit.archive.sources import open_source
from convertkit.archive.stores import open_store
from convertkit.archive.units import Located
from convertkit.errors import UnreadableDocument, UsageError
from tests.archive.test_sources import FEED, names_of, units_of


@pytest.fixture
def memory() -> Iterator[str]:
    """A URL that nothing else uses, gone afterwards."""
    url = f"memory://{uuid.uuid4().hex}"
    yield url
    system, path = fsspec.core.url_to_fs(url)
    if system.exists(path):
        system.rm(path, recursive=True)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The URL of a bucket in an S3 on 127.0.0.1, ended with the tests of this file."""
    moto = pytest.importorskip("moto.server", reason="moto is not installed: pip install 'moto[s3,server]'")
    pytest.importorskip("s3fs", reason="s3fs is not installed: pip install 'convertkit[s3]'")
    server = moto.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    told = {
        "FSSPEC_S3_ENDPOINT_URL": f"http://{host}:{port}",
        "FSSPEC_S3_KEY": "key",
        "FSSPEC_S3_SECRET": "secret",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(fsspec.config.conf, "s3", {})
        fsspec.config.set_conf_env(fsspec.config.conf, told)
        bucket = f"posts-{uuid.uuid4().hex}"
        fsspec.filesystem("s3").mkdir(bucket)
        yield f"s3://{bucket}"
        fsspec.get_filesystem_class("s3").clear_instance_cache()
    server.stop()


def lay(url: str, files: dict[str, bytes]) -> None:
    system, path = fsspec.core.url_to_fs(url)
    for name, data in files.items():
        system.makedirs(f"{path}/{name}".rpartition("/")[0], exist_ok=True)
        system.pipe_file(f"{path}/{name}", data)


POSTS = dict.fromkeys(("b.md", "a/c.md", ".git/d.md", "a/e.png", "out/f.md", "drafts/g.md", "茶/h.md"), b"text")


@pytest.mark.parametrize("place", ["memory", "s3"])
def test_a_url_is_listed_as_a_folder_is(place: str, request: pytest.FixtureRequest) -> None:
    url = f"{request.getfixturevalue(place)}/site"
    lay(url, {**POSTS, "feed.xml": FEED.encode()})
    units = units_of(url, out=f"{url}/out", exclude=["drafts"])
    assert [(unit.name, unit.path) for unit in units] == [("b.md", "b"), ("a/c.md", "a/c"), ("茶/h.md", "茶/h")]
    for unit in units:
        assert isinstance(unit.content, Located)
        with fsspec.open(unit.content.address) as file:
            assert file.read() == b"text"
    assert [unit.stamp for unit in units_of(url, include=["b.md"])] == [units[0].stamp]
    assert names_of(f"{url}/feed.xml")[-1] == "feed.xml#two"
    assert names_of(f"{url}/b.md") == ["b.md"]


@pytest.mark.parametrize("place", ["memory", "s3"])
def test_files_land_at_a_url(place: str, request: pytest.FixtureRequest) -> None:
    url = f"{request.getfixturevalue(place)}/out"
    store = open_store(url)
    store.put([("a/b.md", b"one"), ("茶.md", b"two")])
    store.put([("a/b.md", b"three")])
    assert store.get("a/b.md") == b"three"
    assert (store.size("a/b.md"), store.size("茶.md"), store.size("none.md")) == (5, 3, None)
    store.remove("a/b.md")
    store.remove("a/b.md")
    store.sweep(["a/b.md"])
    assert store.size("a/b.md") is None
    with pytest.raises(UnreadableDocument, match=r"a/b\.md"):
        store.get("a/b.md")


def test_an_object_that_was_written_again_has_another_stamp(s3: str) -> None:
    lay(f"{s3}/stamps", {"a.md": b"text"})
    (before,) = units_of(f"{s3}/stamps")
    lay(f"{s3}/stamps", {"a.md": b"next"})
    (after,) = units_of(f"{s3}/stamps")
    assert before.stamp
    assert before.stamp != after.stamp


def test_what_is_not_there_is_told(memory: str) -> None:
    with pytest.raises(UnreadableDocument, match="is not there"):
        units_of(f"{memory}/none")


def test_an_address_that_nothing_reaches_is_refused() -> None:
    with pytest.raises(UsageError, match="nosuch"):
        units_of("nosuch://host/folder")


ADDRESSES: dict[str, Any] = {
    "/a/b": (False, "/a/b"),
    "file:///a/b%20c": (False, "/a/b c"),
    "file://localhost/a": (False, "/a"),
    "file:///tmp/a%2541": (False, "/tmp/a%41"),
    "file:///a?b#c": (False, "/a?b#c"),
    "file:///a%E9": (False, "/a\udce9"),
    "s3://bucket/a/": (True, "s3://bucket/a"),
    "memory://": (True, "memory://"),
    "C:\\posts": (False, None),
    "zip::s3://bucket/a.zip": (True, "zip::s3://bucket/a.zip"),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_a_path_or_a_url(address: str) -> None:
    url, text = ADDRESSES[address]
    assert is_url(settled(address)) == url
    assert text is None or settled(address) == text


def test_a_relative_path_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert settled("a") == os.fspath(tmp_path / "a")
    with pytest.raises(UsageError, match="another machine"), open_source("file://host/a"):
        pass
