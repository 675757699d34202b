"""The figures of a run over the set: how many cases ended how, by group and format."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.hostile.cases import Case
from tests.hostile.child import Answer
from tests.hostile.judging import Fault

Counts = dict[str, int]


@dataclass
class Table:
    """Rows by group, a cell a format."""

    cells: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    faults: list[Fault] = field(default_factory=list)
    slowest: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    largest: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, case: Case, answer: Answer, faults: Iterable[Fault]) -> None:
        """Count one answer: `clean`, its error's reason, or what is wrong with it."""
        cell, found = self.cells[case.group, answer["format"]], list(faults)
        wrong: set[str] = {fault.wrong for fault in found}
        cell.update(wrong or {answer["reason"] or "clean"})
        cell["cases"] += 1
        self.faults += found
        self.slowest[case.group] = max(self.slowest[case.group], answer["seconds"])
        self.largest[case.group] = max(self.largest[case.group], answer["grown"])

    def totals(self) -> dict[str, Counts]:
        """The counts of each format over all groups."""
        totals: dict[str, Counter[str]] = defaultdict(Counter)
        for (_, to), cell in self.cells.items():
            totals[to].update(cell)
        return {to: dict(sorted(counts.items())) for to, counts in totals.items()}

    def lines(self) -> list[str]:
        """The table for people: clean + named errors of cases, and whatever is wrong."""
        formats = list(dict.fromkeys(to for _, to in self.cells))
        groups = list(dict.fromkeys(group for group, _ in self.cells))
        rows = [("group", *formats, "slowest", "most memory")]
        for group in groups:
            cells = [_cell(self.cells[group, to]) for to in formats]
            rows.append((group, *cells, f"{self.slowest[group]:.2f} s", f"{self.largest[group] // 1024} MiB"))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def _cell(counts: Counter[str]) -> str:
    wrong = [f"{count} {what}" for what, count in sorted(counts.items()) if what not in ("cases", "clean")]
    return f"{counts['clean']}/{counts['cases']}" + (f" ({', '.join(wrong)})" if wrong else "")
