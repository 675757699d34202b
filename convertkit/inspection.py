"""What is in a post, where it came from, what was removed, and what each format would lose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Unpack

from convertkit import formats
from convertkit.dump import dump, json_ready
from convertkit.losses import Loss, Removed
from convertkit.options import WRITE, WriteOptions
from convertkit.pipeline import Reading, Source, entering, read, write_result
from convertkit.tree import Document

if TYPE_CHECKING:
    from convertkit.ledger import Balance


@dataclass(frozen=True, slots=True)
class Inspection:
    """A document under the glass. `losses` were met in reading, `by_format` would be met in writing each format.

    A format that was asked for by its name stands in `by_format` once for each of its flavours, the default under its
    own name: `markdown`, `markdown --flavour pandoc`. `balances` has what went in against what each output holds, for
    the formats that can be read back.
    """

    document: Document
    losses: tuple[Loss, ...]
    by_format: Mapping[str, tuple[Loss, ...]]
    balances: tuple[Balance, ...] = ()

    @property
    def removed(self) -> tuple[Removed, ...]:
        """What filters took out, with the rule's name."""
        return tuple(loss for loss in self.losses if isinstance(loss, Removed))

    def to_json(self) -> dict[str, object]:
        """All of it in JSON's types."""
        metadata = self.document.metadata
        return {
            "source": self.document.source,
            "metadata": {name: json_ready(value) for name, value in metadata.present().items()},
            "extra": json_ready(dict(metadata.extra)),
            "origins": dict(metadata.origins),
            "tree": dump(self.document),
            "removed": [loss.to_json() for loss in self.removed],
            "losses": [loss.to_json() for loss in self.losses if not isinstance(loss, Removed)],
            "by_format": {name: [loss.to_json() for loss in losses] for name, losses in self.by_format.items()},
            "balances": [balance.to_json() for balance in self.balances],
        }


def inspect(source: Source, to: Iterable[str] = (), **reading: Unpack[Reading]) -> Inspection:
    """Read a post and write it into each format (default: all of ours), keeping what each of them loses.

    `source` and the named arguments are those of `convertkit.read`, and so are the errors.
    """
    losses: list[Loss] = []
    document = read(source, report=losses.append, **reading)
    asked = tuple(to)
    ways = [way for name in asked for way in _flavours(name)] or [(name, name, WRITE) for name in formats.WRITERS]
    count_source = cache(lambda: entering(source, **reading))
    results = {
        label: write_result(document, name, options, (), count_source if options is WRITE else None)
        for label, name, options in ways
    }
    return Inspection(
        document,
        tuple(dict.fromkeys(losses)),
        {label: result.losses for label, result in results.items()},
        tuple(result.balance for result in results.values() if result.balance is not None),
    )


def _flavours(name: str) -> Iterator[tuple[str, str, WriteOptions]]:
    """A format in each of its flavours: what to call it, its name, the options to try it with."""
    yield name, name, WRITE
    for flavour in formats.flavours(name):
        if flavour != WRITE.flavour:
            yield f"{name} --flavour {flavour}", name, replace(WRITE, flavour=flavour)
