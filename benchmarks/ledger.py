"""The ledger of every post of both collections in every format: nothing may be missing or added without a rule.

    python -m benchmarks.ledger [--every N] [--worst N]

A line a collection and format: posts, posts with something unexplained; then these, worst first. Exit code 1 if any.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from convertkit.ledger import COUNTED, Balance
from convertkit.losses import Loss
from convertkit.options import WRITE
from convertkit.pipeline import entering, read, write_result
from tests.corpus import archive

SIDES = ("damaged", "undamaged")
PROCESSES = 2


def balances(post: Path) -> list[Balance]:
    """The balance of one post in each format."""
    losses: list[Loss] = []
    document, source = read(post, report=losses.append), entering(post)
    results = [write_result(document, name, WRITE, losses, lambda: source) for name in COUNTED]
    return [result.balance for result in results if result.balance is not None]


def check(side: str, posts: Sequence[Path], worst: int) -> int:
    """Print what was found in one collection; how many balances do not balance."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        found = list(zip(posts, pool.map(balances, posts, chunksize=16), strict=True))
    total = 0
    for index, name in enumerate(COUNTED):
        of_format = [(post, balance) for post, all_of_post in found for balance in all_of_post[index : index + 1]]
        wrong = sorted((entry for entry in of_format if entry[1].size), key=lambda entry: -entry[1].size)
        total += len(wrong)
        print(f"{side:10} {name:9} {len(of_format):5} posts, {len(wrong)} with something unexplained")
        for post, balance in wrong[:worst]:
            print(f"    {balance.size} {post.name}")
            for difference in balance.unexplained[:worst]:
                print(f"        {difference}")
    return total


def main() -> None:
    """Check both collections."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="take each n-th post")
    parser.add_argument("--worst", type=int, default=10, help="posts and differences shown of each")
    arguments = parser.parse_args()
    total = sum(check(side, archive(side, arguments.every), arguments.worst) for side in SIDES)
    sys.exit(1 if total else 0)


if __name__ == "__main__":
    main()
