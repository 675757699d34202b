r"""TeX that a page left for a script to draw: `$$…$$`, `\(…\)`, `\[…\]`, `$…$`, `\begin{align}…\end{align}`.

Only what is plainly mathematics is taken, as prices, shell variables and escaped brackets look alike. Markdown that ran
over a formula before any script did has made emphasis of its underscores and breaks of its line ends: both are undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import turbohtml

from convertkit.readers.html.formula_element import FORMULA, formula

_BREAK, _EMPHASIS = "\ue000", "\ue001"
"""Stand-ins for `<br>` and for the edges of `<em>` in the text of a block."""
_ENVIRONMENTS = r"(?:equation|align|alignat|gather|multline|eqnarray|flalign|displaymath|math|cases|[bpvBV]?matrix)\*?"
_FORMULA = re.compile(
    r"(?<![\\$])\$\$(?P<dollars>(?:[^$\\]|\\.){1,8000}?)\$\$(?!\$)"
    r"|(?<!\\)\\\[(?P<brackets>(?:[^\\]|\\(?![\[\]]).){1,8000}?)\\\]"
    r"|(?<!\\)\\\((?P<parentheses>(?:[^\\]|\\(?![()]).){1,2000}?)\\\)"
    rf"|(?P<environment>\\begin\{{(?P<name>{_ENVIRONMENTS})\}}"
    r"(?:[^\\]|\\(?!begin\{(?P=name)\}).){1,8000}?\\end\{(?P=name)\})"
    r"|(?<![\\$A-Za-z0-9])\$(?P<dollar>(?![\s$])(?:[^$\\\n]|\\.){1,400}?(?<!\s))\$(?![A-Za-z0-9$])",
    re.DOTALL,
)
"""Delimiters as MathJax and pandoc know them; lengths are bounded, and none looks beyond where another of its
kind opens, so that a page that opens thousands and closes none costs one look at each."""
_COMMAND = re.compile(
    r"\\(?:[A-Za-z]{2,}|[,;!{}|%])|[\w)}\]]\^[\w{(\\+*'-]"
    r"|(?<![A-Za-z])[A-Za-z]'?_(?:\{|[A-Za-z0-9](?![A-Za-z0-9_]))|[)}\]]_[\w{]"
)
"""What prose has none of: a command, a power, a letter with an index."""
_PLAIN = re.compile(r"[A-Za-z0-9\s+\-−*/=<>≤≥≠≈∈∉⊂×·÷±→()\[\]{}|.,:!'′…%α-ωΑ-Ω∞∑∫√∂∇∼~]+\Z")
_SIGN = re.compile(r"[=<>≤≥≠≈∈×·÷±→+*/∞∑∫√∂∇α-ωΑ-Ω]|(?<=\w)\s*[-−]\s*(?=\w)|\A[A-Za-z]\([\w, ]+\)\Z|\A[A-Za-z]\Z")
_RELATION = re.compile(r"\w\)?\s*[=<>≤≥≠≈∈]\s*[\w(−-]")
_OPEN_EDGE = re.compile(r"\A\s*[=<>*/,:.]|[=<>+\-*/,:(\[{]\s*\Z")
_WORD = re.compile(r"[A-Za-z]{2,}")
_FUNCTIONS = frozenset(
    [
        "arg",
        "cos",
        "cot",
        "det",
        "dim",
        "exp",
        "gcd",
        "lg",
        "lim",
        "ln",
        "log",
        "max",
        "min",
        "mod",
        "sin",
        "sup",
        "tan",
    ]
)
_PROSE = re.compile(r"[A-Za-z]{3,}[ \n]+[A-Za-z]{2,}[ \n]+[A-Za-z]{2,}|[。，；]|\n\s*\n")
_TEXT_COMMAND = re.compile(r"\\(?:text\w*|mbox|mathrm|operatorname|tag)\*?\s*\{[^{}]*\}")
_SHELL = re.compile(r"\A\{[A-Za-z_]\w+\}|\A[A-Z_]{2,}(?:[/:\s]|\Z)|\A\(\w+[ )]")
_LOST_LINE_END = re.compile(r"(?<!\\)\\(?=[ \t]*\n)")
"""`\\\\` at the end of a row is one backslash where Markdown ran over it."""
_NO_PROSE = frozenset(
    ["pre", "code", "kbd", "samp", "tt", "var", "textarea", "script", "style", "svg", "math", FORMULA]
)
_FENCE_PARAGRAPHS = 30
"""Paragraphs that a formula between `$$` in paragraphs of their own may take."""


def may_hold_formulas(text: str) -> bool:
    """Whether there is anything at all that begins a formula."""
    return "$" in text or ("\\" in text and ("\\(" in text or "\\[" in text or "\\begin{" in text))


@dataclass(slots=True)
class _Run:
    """Neighbouring nodes that a formula may stretch over, and their text with stand-ins."""

    nodes: list[turbohtml.Node] = field(default_factory=list)
    text: str = ""
    spans: list[tuple[int, int]] = field(default_factory=list)

    def add(self, node: turbohtml.Node, text: str) -> None:
        self.nodes.append(node)
        self.spans.append((len(self.text), len(self.text) + len(text)))
        self.text += text


def mark_raw_formulas(body: turbohtml.Element) -> None:
    """Put a `<convertkit-math>` in place of each formula that is still TeX in the text."""
    _join_fenced(body)
    found = [(run, list(_FORMULA.finditer(run.text))) for parent in _holders(body) for run in _runs(parent)]
    sure = any(_is_sure(match) for _, matches in found for match in matches)
    for run, matches in found:
        taken = [match for match in matches if _is_sure(match) or _is_plain(match, sure)]
        if taken and _whole_emphasis(run, taken):
            _rebuild(run, taken)


def _holders(body: turbohtml.Element) -> list[turbohtml.Element]:
    """The elements directly in whose text there may be a formula, outside code."""
    held = body.xpath("descendant-or-self::*[text()[contains(., '$') or contains(., '\\')]]")
    parents: dict[turbohtml.Element, None] = {}
    for parent in held if isinstance(held, list) else ():
        if not isinstance(parent, turbohtml.Element):
            continue
        above = parent.parent
        parents[above if parent.tag in ("em", "i") and isinstance(above, turbohtml.Element) else parent] = None
    return [parent for parent in parents if parent.closest(", ".join(_NO_PROSE)) is None]


def _runs(parent: turbohtml.Element) -> Iterator[_Run]:
    run = _Run()
    for node in parent:
        if isinstance(node, turbohtml.Text):
            run.add(node, node.data)
        elif isinstance(node, turbohtml.Element) and node.tag == "br":
            run.add(node, _BREAK)
        elif isinstance(node, turbohtml.Element) and node.tag in ("em", "i") and _holds_text(node):
            run.add(node, f"{_EMPHASIS}{node.text}{_EMPHASIS}")
        else:
            yield run
            run = _Run()
    yield run


def _holds_text(element: turbohtml.Element) -> bool:
    return not element.attrs and all(isinstance(child, turbohtml.Text) for child in element)


# ---------------------------------------------------------------- what is plainly mathematics


def _tex(match: re.Match[str]) -> str:
    written = next(filter(None, match.group("dollars", "brackets", "parentheses", "environment", "dollar")), "")
    tex = written.replace(_EMPHASIS, "_").replace(f"{_BREAK}\n", "\n").replace(_BREAK, "\n").strip()
    return _LOST_LINE_END.sub(r"\\\\", tex) if "\\begin" in tex else tex


def _is_sure(match: re.Match[str]) -> bool:
    """Whether nothing but mathematics is written so."""
    if match["environment"]:
        return True
    tex = _tex(match)
    if _COMMAND.search(tex) is None or (match["dollar"] and _SHELL.search(tex)):
        return False
    return match["dollars"] is not None or _PROSE.search(_TEXT_COMMAND.sub("", tex)) is None


def _is_plain(match: re.Match[str], among_formulas: bool) -> bool:
    """Whether letters, numbers and signs are a formula: `$x$`, `$a + b$`; a number only where there are formulas."""
    tex = _tex(match)
    if _PLAIN.match(tex) is None or _OPEN_EDGE.search(tex) or _SHELL.search(tex):
        return False
    if any(word not in _FUNCTIONS and not (among_formulas and len(word) == 2) for word in _WORD.findall(tex)):
        return False
    if match["brackets"] and match.string.strip(f" \t\n{_BREAK}") != match[0]:
        return _RELATION.search(tex) is not None  # `\\[a-z\\]` in a sentence is an expression's, or Markdown's
    if among_formulas:
        return True
    return _SIGN.search(tex) is not None and re.search(r"[A-Za-zα-ωΑ-Ω=<>≤≥]", tex) is not None


# ---------------------------------------------------------------- putting them into the tree


def _whole_emphasis(run: _Run, taken: Sequence[re.Match[str]]) -> bool:
    """Whether every emphasis is in formulas with both its edges or with none: half of one is no underscore."""
    edges = [edge.start() for edge in re.finditer(_EMPHASIS, run.text)]
    inside = [any(match.start() <= edge < match.end() for match in taken) for edge in edges]
    return all(first == last for first, last in zip(inside[::2], inside[1::2], strict=True))


def _rebuild(run: _Run, taken: Sequence[re.Match[str]]) -> None:
    """Replace the nodes of a run by their pieces between the formulas, and the formulas."""
    made: list[turbohtml.Node] = []
    waiting = list(taken)
    for node, (start, end) in zip(run.nodes, run.spans, strict=True):
        at = start
        while waiting and waiting[0].start() < end:
            match = waiting[0]
            if match.start() >= at:
                made += _piece(node, run.text[at : match.start()], whole=False)
                made.append(formula(_tex(match), display=match["dollar"] is None and match["parentheses"] is None))
            at = min(match.end(), end)
            if match.end() > end:
                break
            waiting.pop(0)
        if at < end:
            made += _piece(node, run.text[at:end], whole=at == start)
    first, *rest = run.nodes
    first.replace_with(*made)
    for node in rest:
        if node not in made:
            node.extract()


def _piece(node: turbohtml.Node, text: str, *, whole: bool) -> list[turbohtml.Node]:
    """What of a node stands outside formulas: itself, or a part of its text."""
    if whole and not isinstance(node, turbohtml.Text):
        return [node]
    text = text.replace(_EMPHASIS, "").replace(_BREAK, "")
    return [turbohtml.Text(text)] if text else []


def _join_fenced(body: turbohtml.Element) -> None:
    """Put what stands between two paragraphs of a bare `$$` into one paragraph with them."""
    for opening in body.select("p"):
        if opening.parent is None or opening.text.strip() != "$$":
            continue
        between: list[turbohtml.Element] = []
        for node in opening.next_siblings:
            if not isinstance(node, turbohtml.Element):
                continue
            if node.tag != "p" or len(between) > _FENCE_PARAGRAPHS:
                break
            between.append(node)
            if node.text.strip() == "$$":
                lines = "\n".join(paragraph.text.strip() for paragraph in between[:-1])
                opening.set_text(f"$${lines}$$")
                for paragraph in between:
                    paragraph.extract()
                break
