"""Converted posts whose files land together, because a commit waits for the disk, whatever it holds."""

from __future__ import annotations

import time

from convertkit.archive.converting import Converted, failed
from convertkit.archive.records import Record
from convertkit.archive.store import Store
from convertkit.errors import WriteError

MOST_FILES = 64
MOST_BYTES = 16 * 2**20
MOST_SECONDS = 0.25
"""A group is full when it has reached one of these."""


class Group:
    """Posts that wait for their files to be landed."""

    def __init__(self) -> None:
        self._converted: list[Converted] = []
        self._files = 0
        self._bytes = 0
        self._due = time.monotonic() + MOST_SECONDS

    def add(self, converted: Converted) -> None:
        """Put a post to the others."""
        self._converted.append(converted)
        self._files += len(converted.files)
        self._bytes += sum(len(data) for _, data in converted.files)

    @property
    def full(self) -> bool:
        """Whether it is time to land."""
        return self._files >= MOST_FILES or self._bytes >= MOST_BYTES or time.monotonic() >= self._due

    def land(self, store: Store) -> list[Record]:
        """Land the files, and give the records that are true then. Where not all can land, each post lands by itself.

        The group is empty afterwards.
        """
        converted, self._converted = self._converted, []
        files = [file for post in converted for file in post.files]
        self._files = self._bytes = 0
        try:
            if files:
                store.put(files)
        except WriteError:
            records = [_land_alone(post, store) for post in converted]
        else:
            records = [post.record for post in converted]
        self._due = time.monotonic() + MOST_SECONDS
        return records


def _land_alone(converted: Converted, store: Store) -> Record:
    try:
        if converted.files:
            store.put(converted.files)
    except WriteError as error:
        return failed(converted.record, error)
    return converted.record
