"""What is left of HTML in Markdown: ours against pandoc and four libraries, rendered back by cmark-gfm.

    python -m benchmarks.fidelity               the table, printed and kept in benchmarks/fidelity.json
    python -m benchmarks.fidelity --ours        each example in which ours differs, with its Markdown

The input is the HTML of the examples of CommonMark's specification (`commonmark/spec.txt` of the shared corpus).
Each converter's Markdown is rendered by cmark-gfm, raw HTML passed, and both sides are compared by
`tests/html_dom.py`, which says what counts. The columns:

- `equal`: of all examples that show anything, those with the same DOM;
- `GFM says`: the same, of those in which GFM has a sign for every element and attribute where it stands, and whose
  links may stay (`gfm_can_say`, `addresses.safe_address`); the others hold raw HTML, such as `<responsive-image>`;
- `words`: of all examples, those with every visible character in order, white space aside.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import html2text
import html_to_markdown
import markdownify
import pypandoc
import turbohtml

from tests.commonmark_spec import can_be_equal, ours, spec_examples
from tests.gfm import rendered
from tests.html_dom import dom, words

RESULTS = Path(__file__).with_name("fidelity.json")

PANDOC = """
for file in io.lines(arg[1]) do
  local handle = io.open(file); local html = handle:read('a'); handle:close()
  local out = io.open(file .. '.md', 'w')
  out:write(pandoc.write(pandoc.read(html, 'html'), 'gfm'))
  out:close()
end
"""


@dataclass(frozen=True, slots=True)
class Score:
    """Shares in percent."""

    equal: float
    gfm_says: float
    words: float


def pandoc(examples: Sequence[str]) -> list[str]:
    """Pandoc's GFM of each, in one process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"{number}.html" for number in range(len(examples))]
        for file, html in zip(files, examples, strict=True):
            file.write_text(html, encoding="utf-8")
        script, listing = folder / "convert.lua", folder / "files.txt"
        script.write_text(PANDOC, encoding="utf-8")
        listing.write_text("".join(f"{file}\n" for file in files), encoding="utf-8")
        subprocess.run([pypandoc.get_pandoc_path(), "lua", str(script), str(listing)], check=True)
        return [Path(f"{file}.md").read_text(encoding="utf-8") for file in files]


def each(convert: Callable[[str], str]) -> Callable[[Sequence[str]], list[str]]:
    return lambda examples: [convert(html) for html in examples]


def by_html2text(html: str) -> str:
    converter = html2text.HTML2Text(bodywidth=0)
    return converter.handle(html)


CONVERTERS: dict[str, Callable[[Sequence[str]], list[str]]] = {
    "convertkit": each(ours),
    "pandoc gfm": pandoc,
    "turbohtml": each(lambda html: turbohtml.parse(html).to_markdown()),
    "markdownify": each(markdownify.markdownify),
    "html2text": each(by_html2text),
    "html-to-markdown": each(lambda html: html_to_markdown.convert(html).content or ""),
}


def score(examples: Sequence[str], written: Sequence[str]) -> Score:
    """How much of the examples the rendered Markdown gives back."""
    back = list(map(rendered, written))
    equal = [dom(html) == dom(other) for html, other in zip(examples, back, strict=True)]
    said = [same for html, same in zip(examples, equal, strict=True) if can_be_equal(html)]
    kept = [words(html) == words(other) for html, other in zip(examples, back, strict=True)]
    return Score(*(round(100 * sum(one) / len(one), 2) for one in (equal, said, kept)))


def differences(examples: Sequence[str]) -> str:
    """Each example that our Markdown changes, for people."""
    parts = []
    for number, (html, markdown) in enumerate(zip(examples, map(ours, examples), strict=True), 1):
        if dom(html) != dom(rendered(markdown)):
            kind = "GFM can say it" if can_be_equal(html) else "GFM cannot say it"
            parts.append(f"==== {number}: {kind}\n{html}---- Markdown\n{markdown}---- rendered\n{rendered(markdown)}")
    return "\n".join(parts)


def main() -> None:
    """Measure, print, keep."""
    examples = spec_examples()
    if "--ours" in sys.argv[1:]:
        print(differences(examples))
        return
    scores = {name: score(examples, convert(examples)) for name, convert in CONVERTERS.items()}
    sayable = sum(map(can_be_equal, examples))
    print(f"{len(examples)} examples, {sayable} of which GFM can say\n")
    print(f"{'':20}{'equal':>10}{'GFM says':>10}{'words':>10}")
    for name, one in scores.items():
        print(f"{name:20}{one.equal:9.1f}%{one.gfm_says:9.1f}%{one.words:9.1f}%")
    RESULTS.write_text(json.dumps({name: asdict(one) for name, one in scores.items()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
