"""How much of a damaged archive the repair gives back, and what it does to undamaged posts.

    python -m benchmarks.repair [--every N]     a table, a row a collection

For each post of `damaged/` and its twin in `undamaged/` the body behind the front matter is taken. Compared is the text
that the parsed body shows (without `script`, `style`, `template` and `title`), white space left out: of the damaged
body as it stands, and of the repaired one, each with that of the undamaged body as it stands. No filter runs. A false
alarm is an undamaged body that the repair changes in a single character, which is the source of both text and tree;
`changed` counts the damaged posts that it changes, and the time is its own, per damaged post and in milliseconds.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from pathlib import Path

import turbohtml

from convertkit.losses import ignore
from convertkit.repair import repair_html
from tests.corpus import archive, corpus

_UNSEEN = frozenset(["script", "style", "template", "title", "noscript"])


def body_of(post: Path) -> str:
    """A post behind its front matter."""
    return re.split(r"^---[ \t]*$", post.read_text(encoding="utf-8"), maxsplit=2, flags=re.MULTILINE)[-1]


def visible(html: str) -> str:
    """The text that a body shows, without white space."""
    root = turbohtml.parse(html, positions=False).root
    if root is None:
        return ""
    shown = [
        node.data
        for node in root.descendants
        if isinstance(node, turbohtml.Text)
        and not (isinstance(node.parent, turbohtml.Element) and node.parent.tag in _UNSEEN)
    ]
    return "".join("".join(shown).split())


def measure(damaged: Path, undamaged: Path, counts: Counter[str]) -> None:
    """Add one pair of posts to the counts."""
    broken, whole = body_of(damaged), body_of(undamaged)
    start = time.process_time()
    mended = repair_html(broken, ignore)
    counts["microseconds"] += round((time.process_time() - start) * 1e6)
    expected = visible(whole)
    counts["posts"] += 1
    counts["parsed"] += visible(broken) == expected
    counts["repaired"] += visible(mended) == expected
    counts["changed"] += mended != broken
    counts["false alarms"] += repair_html(whole, ignore) != whole


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take each n-th post")
    root = corpus("archive")
    collections: dict[str, Counter[str]] = {}
    for post in archive(every=parser.parse_args().every):
        path = post.relative_to(root / "damaged")
        counts = collections.setdefault("/".join(path.parts[2:4]), Counter())
        measure(post, root / "undamaged" / path, counts)
    print("| collection | posts | as browsers parse | repaired | changed | false alarms | ms a post |")
    print("|---|---|---|---|---|---|---|")
    for name, counts in collections.items():
        posts = counts["posts"]
        shares = " | ".join(f"{counts[key] / posts:.1%}" for key in ("parsed", "repaired"))
        took = counts["microseconds"] / posts / 1000
        print(f"| {name} | {posts} | {shares} | {counts['changed']} | {counts['false alarms']} | {took:.2f} |")


if __name__ == "__main__":
    main()
