"""What can go wrong, and the exit code each failure gives the command.

ConvertkitError
├── UsageError              the caller asked for what cannot be (exit code 2)
│   ├── UnknownFormat       no reader or writer of that name
│   └── UnknownFilter       no filter of that name or path
├── UnreadableDocument      the input is missing, empty, not text, too big, or not what it says it is
├── FilterError             a filter raised, or its file is not a filter
├── WriteError              the output could not be made or saved
├── PandocError             pandoc refused the document, ran out of its limits, or died
└── LossError               `strict` or `fail_on_loss` was asked for, and something would be lost
"""

from __future__ import annotations

from typing import ClassVar


class ConvertkitError(Exception):
    """A failure that convertkit names. `source` is the input (or output) it concerns, `advice` what to do next."""

    exit_code: ClassVar[int] = 1

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


class UnknownFormat(UsageError):
    """No reader or writer of that name."""


class UnknownFilter(UsageError):
    """No filter of that name or path."""


class UnreadableDocument(ConvertkitError):
    """The input is missing, empty, not text, too big, or not what it says it is."""


class FilterError(ConvertkitError):
    """A filter raised, or its file is not a filter."""


class WriteError(ConvertkitError):
    """The output could not be made or saved."""


class PandocError(ConvertkitError):
    """pandoc refused the document, ran out of its limits, or died."""


class LossError(ConvertkitError):
    """`strict` or `fail_on_loss` was asked for, and something would be lost."""
