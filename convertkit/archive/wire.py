"""The messages between a worker and its starter: a kind, a number, and a payload after its length."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import BinaryIO, NamedTuple

OUT_OF_MEMORY = 77
"""The exit code of a worker that met a MemoryError."""

_HEAD = struct.Struct(">BIQ")


class Kind(IntEnum):
    """What a message is."""

    SETTINGS = 1
    READY = 2
    REFUSED = 3
    """A pickled `ConvertkitError`: with these settings no post can be converted."""
    TASKS = 4
    RECORDS = 5
    """Pickled records of the next `number` tasks, whose files stand."""
    END = 6
    """All tasks were answered. `number` is 1 if the worker wants to be replaced by a fresh one."""


class Message(NamedTuple):
    """A kind, a number, bytes."""

    kind: Kind
    number: int = 0
    payload: bytes = b""


def send(pipe: BinaryIO, message: Message) -> None:
    """Write a message. Raises `OSError` if nobody reads."""
    pipe.write(_HEAD.pack(message.kind, message.number, len(message.payload)) + message.payload)
    pipe.flush()


def receive(pipe: BinaryIO) -> Message | None:
    """The next message, None at the end, be it in the midst of one. Raises `ValueError` for what is none."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, number, size = _HEAD.unpack(head)
    payload = pipe.read(size)
    return Message(Kind(kind), number, payload) if len(payload) == size else None
