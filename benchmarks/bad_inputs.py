"""Every hostile input through the library, in every format, held to what is demanded of its output.

    python -m benchmarks.bad_inputs [--scale small|full] [--epubcheck]     prints a table, writes bad_inputs.json

Each conversion runs in a guarded process: 512 MiB beyond what is reserved at its start, 30 seconds. A cell says how
many cases gave a clean output, of how many; in brackets how many ended in a named error, by reason, and what is wrong.
Clean is an output that holds what a reader sees in a browser, nothing that could act, nothing from a file that is not
the post's, and that is whole (EPUB parts and DOCX parts well-formed, python-docx opens it, Markdown without controls,
rendered by two engines with their filters off). No process of ours may open a socket, nor a file elsewhere.

The peers' figures are those of the corpus's `reliability.md` (section 2), which measured them on the same 245 ordinary
inputs, one format each, with the same demands.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.corpus import ROOT
from tests.hostile.cases import build, cases
from tests.hostile.judging import judge
from tests.hostile.running import run
from tests.hostile.table import Table

FORMATS = ("markdown", "text", "html", "epub", "docx")
PEERS = {
    "pandoc EPUB": 110,
    "pandoc --sandbox EPUB": 85,
    "pandoc DOCX": 183,
    "pandoc gfm": 166,
    "markdownify": 149,
    "html2text": 171,
    "html-to-markdown": 194,
    "bs4 + EbookLib": 103,
}
"""Clean outputs of 245, as reliability.md has them."""
ORDINARY = frozenset(["broken", "fuzz", "chars", "enc", "active", "img"])
"""The groups that those 245 are (the set has grown by a few since)."""


def readable(bad: Path, out: Path) -> tuple[Path, ...]:
    """Where a conversion may open files: its code, its input, temporary files, the system's fonts and time zones."""
    system = ("/usr/share/zoneinfo", "/usr/share/fonts", "/proc/self", "/dev/null")
    return (ROOT, Path(sys.prefix), Path(sys.base_prefix), bad, out, Path(tempfile.gettempdir()), *map(Path, system))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=("small", "full"), default="small")
    parser.add_argument("--epubcheck", action="store_true", help="judge every EPUB, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        bad, out = Path(name, "bad"), Path(name, "out")
        out.mkdir()
        build(bad, given.scale)
        table = Table()
        for case, answer in run(cases(bad), FORMATS, out, bad / "img"):
            table.add(case, answer, judge(case, answer, readable(bad, out)))
        invalid = judged(out) if given.epubcheck else None
    print("\n".join(table.lines()))
    for fault in table.faults:
        print(f"{fault.case} {fault.format} {fault.wrong}: {fault.what[:100]}")
    ordinary = {
        to: [
            sum(cell[what] for (group, found), cell in table.cells.items() if group in ORDINARY and found == to)
            for what in ("clean", "cases")
        ]
        for to in FORMATS
    }
    print("ordinary inputs, clean of all:", {to: f"{clean} of {of}" for to, (clean, of) in ordinary.items()})
    print("peers, of 245:", PEERS)
    if invalid is not None:
        print(f"EPUBCheck: {len(invalid)} EPUBs with an error or warning", invalid[:5])
    figures = {
        "scale": given.scale,
        "totals": table.totals(),
        "faults": [f"{fault.case} {fault.format} {fault.wrong}" for fault in table.faults],
        "ordinary": ordinary,
        "epubcheck": None if invalid is None else len(invalid),
        "slowest": max(table.slowest.values()),
        "most_memory_mib": max(table.largest.values()) // 1024,
        "peers": PEERS,
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n")


def judged(out: Path) -> list[str]:
    """The EPUBs of which EPUBCheck says that something is wrong."""
    from tests.validators.tools import epubcheck

    books = [path.rename(path.with_name(f"{path.stem}-.epub")) for path in sorted(out.glob("*.epub"))]
    found = epubcheck(books, out)
    return [
        f"{book.name}: {message}"
        for book, messages in found.items()
        for message in messages
        if message.severity in ("FATAL", "ERROR", "WARNING")
    ]


if __name__ == "__main__":
    main()
