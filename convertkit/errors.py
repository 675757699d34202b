"""What can go wrong, the exit code each failure gives the command, and the reason that an archive records.

ConvertkitError             crash: a bug of ours or a plug-in's
├── UsageError              unreadable: the caller asked for what cannot be (exit code 2)
│   ├── UnknownFormat       no reader or writer of that name
│   ├── UnknownEncoding     encoding: no encoding of that name
│   └── UnknownFilter       filter: no filter of that name or path
├── UnreadableDocument      unreadable: the input is missing, no file, or not what it says it is
│   ├── NotText             not_text: it is empty or binary
│   └── TooBig              too_big: it is larger than a document may be
├── FilterError             filter: a filter raised, or its file is not a filter
├── WriteError              writer: the output could not be made or saved
│   └── DiskFull            disk_full: there is no room for it
├── PandocError             writer: pandoc refused the document, or died
│   ├── PandocUnreadable    unreadable: what pandoc was to read
│   ├── PandocTimeout       timeout: it took too long
│   └── PandocMemory        memory: it ran out of its heap
└── LossError               loss: `strict` or `fail_on_loss` was asked for, and something would be lost
"""

from __future__ import annotations

from typing import ClassVar


class ConvertkitError(Exception):
    """A failure that convertkit names. `source` is the input (or output) it concerns, `advice` what to do next."""

    exit_code: ClassVar[int] = 1
    reason: ClassVar[str] = "crash"
    """The kind of failure in one word, as reports and `archive.records.Reason` have it."""

    def __init__(self, problem: str, *, source: str = "", advice: str = "") -> None:
        super().__init__(problem, source, advice)
        self.problem = problem
        self.source = source
        self.advice = advice

    def __str__(self) -> str:
        """One line: `source: problem; advice`."""
        line = f"{self.source}: {self.problem}" if self.source else self.problem
        return f"{line}; {self.advice}" if self.advice else line

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes with all fields."""
        return _rebuild, (type(self), self.problem, self.source, self.advice)


def _rebuild(kind: type[ConvertkitError], problem: str, source: str, advice: str) -> ConvertkitError:
    return kind(problem, source=source, advice=advice)


class UsageError(ConvertkitError):
    """The caller asked for what cannot be done."""

    exit_code = 2
    reason = "unreadable"


class UnknownFormat(UsageError):
    """No reader or writer of that name."""


class UnknownEncoding(UsageError):
    """No character encoding of that name."""

    reason = "encoding"


class UnknownFilter(UsageError):
    """No filter of that name or path."""

    reason = "filter"


class UnreadableDocument(ConvertkitError):
    """The input is missing, no file, or not what it says it is."""

    reason = "unreadable"


class NotText(UnreadableDocument):
    """The input is empty or binary."""

    reason = "not_text"


class TooBig(UnreadableDocument):
    """The input is larger than a document may be."""

    reason = "too_big"


class FilterError(ConvertkitError):
    """A filter raised, or its file is not a filter."""

    reason = "filter"


class WriteError(ConvertkitError):
    """The output could not be made or saved."""

    reason = "writer"


class DiskFull(WriteError):
    """There is no room for the output on its disk."""

    reason = "disk_full"


class PandocError(ConvertkitError):
    """pandoc refused the document, or died."""

    reason = "writer"


class PandocUnreadable(PandocError):
    """pandoc cannot read the document."""

    reason = "unreadable"


class PandocTimeout(PandocError):
    """pandoc took longer than it may."""

    reason = "timeout"


class PandocMemory(PandocError):
    """pandoc ran out of its heap."""

    reason = "memory"


class LossError(ConvertkitError):
    """`strict` or `fail_on_loss` was asked for, and something would be lost."""

    reason = "loss"
