"""Files that are packed as a whole: gzip, bzip2, xz, and zstd where a library for it is installed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from convertkit.errors import UsageError

if TYPE_CHECKING:
    from typing_extensions import Buffer

UNPACKING = (
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the modules of the standard library raise for what is broken."""

MAX_RATIO = 1_000
"""How many times its packed size something may have: deflate packs no better than 1,032 to 1, and no post so well."""
_SMALL = 64 * 2**20
"""Bytes of which the ratio says nothing."""
_BUFFER = 2**17


def unpacked(file: BinaryIO) -> BinaryIO:
    """The file's bytes unpacked, by its signature; as they are if it has none.

    Reading raises one of `UNPACKING` for what is broken, `ValueError` for what unpacks to more than `MAX_RATIO` times
    its size. Raises `UsageError` where nothing is installed for zstd.
    """
    start = file.read(6)
    file.seek(0)
    if start.startswith(b"\x1f\x8b"):
        return _bounded(gzip.GzipFile(fileobj=file), file)
    if start.startswith(b"BZh"):
        return _bounded(bz2.BZ2File(file), file)
    if start.startswith(b"\xfd7zXZ\x00"):
        return _bounded(lzma.LZMAFile(file), file)
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        return _bounded(_zstd(file), file)
    return file


def _zstd(file: BinaryIO) -> IO[bytes]:
    try:
        import zstandard
    except ImportError as error:
        advice = "pip install 'convertkit[zstd]', or unpack it"
        raise UsageError("is packed with zstd, and nothing that is installed reads it", advice=advice) from error
    return cast("IO[bytes]", zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True))


def _bounded(source: object, file: BinaryIO) -> BinaryIO:
    return io.BufferedReader(_Bounded(cast("IO[bytes]", source), file), _BUFFER)


class _Bounded(io.RawIOBase):
    """What is unpacked, as long as it is not too much for what it was packed in."""

    def __init__(self, source: IO[bytes], packed: BinaryIO) -> None:
        self._source = source
        self._packed = packed
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._source.read(len(view))
        except UNPACKING:
            raise
        except Exception as error:
            raise ValueError(str(error)) from error  # zstandard has an error of its own
        self._count += len(data)
        if self._count > _SMALL and self._count > MAX_RATIO * self._packed.tell():
            raise ValueError(f"unpacks to more than {MAX_RATIO:,} times its size")
        view[: len(data)] = data
        return len(data)
