"""What decides an output besides its source, as one digest: see `Settings.fingerprint`.

A filter in Python may import other modules of its owner's, which nobody can know beforehand: of such a filter its own
file counts. Neither counted are images beside posts; `force` converts again what they changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from hashlib import blake2b
from pathlib import Path

import convertkit
from convertkit.archive.settings import Settings
from convertkit.errors import ConvertkitError, UnreadableDocument
from convertkit.pandoc.program import pandoc_program
from convertkit.plugins import installed_versions

_NOT_DECIDING = frozenset({"cache", "offline", "allow_private", "timeout", "files_dir"})
"""Options that say how something is fetched or how long it may take, not what becomes of it."""
_FILES = frozenset({"reference_doc", "css", "cover"})
"""Options that name a file whose bytes count, and not its name."""
_ENVIRONMENT = ("SOURCE_DATE_EPOCH",)
_WITHOUT_BYTES = (".pyc", ".pyo")


def fingerprint(settings: Settings) -> str:
    """The digest (BLAKE2b, 16 bytes, hexadecimal) of all that decides the outputs of a run besides its sources.

    Raises `UnreadableDocument` for a file that an option names and nobody can read.
    """
    digest = blake2b(digest_size=16)
    for part in _parts(settings):
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


def _parts(settings: Settings) -> Iterator[bytes]:
    yield repr((settings.to, settings.from_, settings.no_filters, settings.strict, settings.fail_on_loss)).encode()
    yield repr((settings.ledger, sorted(settings.columns))).encode()
    for options in (settings.read, settings.write):
        for name, value in sorted(asdict(options).items()):
            if name not in _NOT_DECIDING:
                yield name.encode()
                yield from _option(name, value)
    for name in settings.filters:
        yield from _filter(name)
    yield from (os.environ.get(name, "").encode() for name in _ENVIRONMENT)
    yield convertkit.__version__.encode()
    yield _own_source()
    yield _pandoc()
    yield from (installed.encode() for installed in installed_versions())


def _option(name: str, value: object) -> Iterator[bytes]:
    if name == "fonts" and isinstance(value, tuple):
        yield from (_content(Path(font)) for font in value)
    elif name in _FILES and value is not None and value not in ("auto", "none"):
        yield _content(Path(str(value)))
    else:
        yield str(value).encode()


def _filter(name: str) -> Iterator[bytes]:
    """A filter's file; one of ours or a plug-in's by its name, since versions are counted anyhow."""
    path = Path(name)
    yield path.name.encode()
    if path.is_file():
        yield _content(path)


def _content(path: Path) -> bytes:
    try:
        return blake2b(path.read_bytes()).digest()
    except OSError as error:
        raise UnreadableDocument(f"cannot be read: {error.strerror}", source=str(path), advice="check the path") from (
            error
        )


@cache
def _own_source() -> bytes:
    """convertkit's own files: what somebody edits in place has no new version."""
    digest = blake2b()
    folder = Path(convertkit.__file__).parent
    for root in (folder, *_filter_folders(folder)):
        for name in sorted(_files_below(str(root))):
            digest.update(name[len(str(root)) :].encode() + b"\0" + Path(name).read_bytes())
    return digest.digest()


def _filter_folders(folder: Path) -> Iterator[Path]:
    """Where the filters that ship are, if it is not in the package: an editable installation has them beside it."""
    beside = folder.parent / "filters"
    if not (folder / "filters").is_dir() and beside.is_dir():
        yield beside


def _files_below(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _files_below(entry.path)
        elif not entry.name.endswith(_WITHOUT_BYTES):
            yield entry.path


def _pandoc() -> bytes:
    """pandoc's own file, as far as a look at it tells: asking it for its version takes longer than a hundred posts."""
    try:
        program = Path(pandoc_program()).resolve()
        status = program.stat()
    except (ConvertkitError, OSError):  # whoever needs it says what is wrong
        return b""
    return f"{program} {status.st_size} {status.st_mtime_ns}".encode()
