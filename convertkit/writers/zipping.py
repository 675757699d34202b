"""ZIP files that come out the same every time: no clock, no order of a folder, no machine's own permissions."""

from __future__ import annotations

import datetime
import os
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import SizedBuffer

EPOCH = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""The build time where nobody sets one: the first that a ZIP file can hold."""
_LATEST = datetime.datetime(2107, 12, 31, 23, 59, 58, tzinfo=datetime.UTC)

_STORED_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""Compressed already."""


def build_time() -> datetime.datetime:
    """The time of building, in UTC: `SOURCE_DATE_EPOCH` (reproducible-builds.org) within what ZIP can hold."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not (seconds.isascii() and seconds.isdigit()):
        return EPOCH
    latest = int(_LATEST.timestamp())
    return max(EPOCH, datetime.datetime.fromtimestamp(min(int(seconds[:12]), latest), datetime.UTC))


class RepeatableZip(zipfile.ZipFile):
    """A `ZipFile` to write whose entries carry the build time, plain permissions and no trace of the machine."""

    def writestr(
        self,
        zinfo_or_arcname: str | zipfile.ZipInfo,
        data: SizedBuffer | str,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add one entry; images, compressed already, are stored. A `ZipInfo` gives its name only."""
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        info = zipfile.ZipInfo(name, build_time().timetuple()[:6])
        info.create_system = 3  # Unix, wherever this runs
        info.external_attr = 0o100644 << 16
        if compress_type is None:
            compress_type = zipfile.ZIP_STORED if name.endswith(_STORED_SUFFIXES) else zipfile.ZIP_DEFLATED
        super().writestr(info, data, compress_type, compresslevel)
