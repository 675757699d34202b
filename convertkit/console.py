"""What people see of inspections and lists on a terminal: tables and a tree, by rich; plain when piped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from convertkit.dump import dump, dump_metadata
from convertkit.formats import PANDOC_PREFIX, PANDOC_READS, PANDOC_WRITES, CollectionFormat, ReaderFormat, WriterFormat

if TYPE_CHECKING:
    from convertkit.filtering import FilterInfo
    from convertkit.inspection import Inspection
    from convertkit.ledger import Balance
    from convertkit.losses import Loss
    from convertkit.options import FlavourName


def show_inspection(inspection: Inspection) -> None:
    """Metadata with its origins, the tree, what was removed, what was lost, what each format would lose."""
    console = Console(highlight=False, soft_wrap=True)
    document = inspection.document
    console.rule(Text(_printable(document.source or "input")))
    _heading(console, "Metadata")
    for line in dump_metadata(document.metadata).splitlines():
        name, _, value = line.partition(": ")
        origin = document.metadata.origins.get(name, "")
        console.print(
            Text.assemble((name, "bold"), ": ", _printable(value), (f"   ({origin})" if origin else "", "dim"))
        )
    _heading(console, "Tree")
    console.print(Text(dump(document).rstrip("\n")))
    _heading(console, "Removed")
    _show_losses(console, inspection.removed)
    _heading(console, "Mended or lost in reading")
    _show_losses(console, [loss for loss in inspection.losses if loss not in inspection.removed])
    for name, losses in inspection.by_format.items():
        _heading(console, f"Lost in {name}")
        _show_losses(console, losses)
    if inspection.balances:
        _heading(console, "Ledger")
        console.print(_ledger_table(inspection.balances))
        for balance in inspection.balances:
            _show_balance(console, balance)


def _ledger_table(balances: Sequence[Balance]) -> Table:
    """A row a kind: how many went in, how many each output holds; nothing where a format has no sign for it."""
    table = Table("", "source", *(balance.format for balance in balances), box=None, pad_edge=False)
    kinds = dict.fromkeys(kind for balance in balances for kind in (*balance.entering, *balance.leaving))
    for kind in kinds:
        counts = [balance.leaving.get(kind) for balance in balances]
        table.add_row(kind, str(balances[0].entering.get(kind, 0)), *("" if n is None else str(n) for n in counts))
    return table


def _show_balance(console: Console, balance: Balance) -> None:
    """What rules took out and put in, and what nobody accounts for."""
    lines = [f"{balance.format}: " + ("nothing unexplained" if not balance.size else f"{balance.size} unexplained")]
    lines += [f"  removed by {rule}: {count} words" for rule, count in balance.removed.items()]
    lines += [f"  added by {rule}: {count} words" for rule, count in balance.added.items()]
    lines += [f"  {difference}" for difference in balance.unexplained]
    console.print(Text(_printable("\n".join(lines))))


def show_formats(readers: Mapping[str, ReaderFormat | CollectionFormat], writers: Mapping[str, WriterFormat]) -> None:
    """A table of readers and one of writers, then what pandoc adds."""
    console = Console(highlight=False)
    for title, entries, pandoc in (("Read", readers, PANDOC_READS), ("Write", writers, PANDOC_WRITES)):
        table = Table("format", "suffixes", "", title=title, title_justify="left", box=None, pad_edge=False)
        for name, entry in entries.items():
            table.add_row(Text(name, "bold"), " ".join(entry.suffixes), entry.about)
        table.add_row(
            Text(f"{PANDOC_PREFIX}NAME", "bold"),
            " ".join(pandoc),
            f"every other format that pandoc {'reads' if pandoc is PANDOC_READS else 'writes'}",
        )
        console.print(table)
        console.print()


def show_flavours(name: str, flavours: Mapping[FlavourName, str]) -> None:
    """A table of a format's dialects."""
    table = Table("--flavour", "", title=f"Flavours of {name}", title_justify="left", box=None, pad_edge=False)
    for flavour, about in flavours.items():
        table.add_row(Text(flavour, "bold"), about)
    Console(highlight=False).print(table)


def show_filters(entries: Iterable[FilterInfo]) -> None:
    """A table of filters; those that run by themselves are marked."""
    table = Table("filter", "kind", "by itself", "", box=None, pad_edge=False)
    for entry in entries:
        table.add_row(Text(entry.name, "bold"), entry.kind, "yes" if entry.default else "", entry.about)
    Console(highlight=False).print(table)


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, "bold underline"))


def _show_losses(console: Console, losses: Iterable[Loss]) -> None:
    lines = [f"- {loss}" for loss in losses]
    console.print(Text(_printable("\n".join(lines) or "nothing")))


def _printable(text: str) -> str:
    """The text without control characters, which a hostile post could aim at the terminal."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
