"""The container of a DOCX: parts by name (ECMA-376 part 2), and a reference document as bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from convertkit.errors import UsageError
from convertkit.writers.zipping import RepeatableZip

CONTENT_TYPES = "[Content_Types].xml"
NEEDED = (CONTENT_TYPES, "word/document.xml", "word/styles.xml")


def read_parts(docx: bytes) -> dict[str, bytes]:
    """The parts of a DOCX, by name."""
    with zipfile.ZipFile(io.BytesIO(docx)) as container:
        return {entry.filename: container.read(entry) for entry in container.infolist() if not entry.is_dir()}


def write_parts(parts: Mapping[str, bytes]) -> bytes:
    """A DOCX of these parts, the content types first as Word has them, and the same bytes every time."""
    names = sorted(parts, key=lambda name: (name != CONTENT_TYPES, name))
    saved = io.BytesIO()
    with RepeatableZip(saved, "w") as container:
        for name in names:
            container.writestr(name, parts[name])
    return saved.getvalue()


def read_reference(path: Path | None) -> bytes | None:
    """A reference document's bytes. Raises `UsageError` if there is no such file or it is no DOCX."""
    if path is None:
        return None
    advice = "give a .docx file, such as one that Word saved"
    try:
        content = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            damaged = container.testzip()
            missing = [part for part in NEEDED if part not in container.namelist()]
    except OSError as error:
        raise UsageError(
            f"reference document cannot be read: {error.strerror}", source=str(path), advice=advice
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UsageError("reference document is not a DOCX", source=str(path), advice=advice) from error
    if damaged or missing:
        raise UsageError("reference document is not a DOCX, or a damaged one", source=str(path), advice=advice)
    return content
