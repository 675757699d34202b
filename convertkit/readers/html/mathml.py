"""MathML (Core and the presentation elements that archives hold) as TeX, for formulas whose TeX nobody kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import turbohtml

_NAMES = """
α alpha  β beta  γ gamma  δ delta  ε epsilon  ζ zeta  η eta  θ theta  ι iota  κ kappa  λ lambda  μ mu  ν nu  ξ xi
π pi  ρ rho  σ sigma  τ tau  υ upsilon  φ phi  χ chi  ψ psi  ω omega  Γ Gamma  Δ Delta  Θ Theta  Λ Lambda  Ξ Xi  Π Pi
Σ Sigma  Υ Upsilon  Φ Phi  Ψ Psi  Ω Omega  × times  ÷ div  ± pm  ∓ mp  ⋅ cdot  · cdot  ∗ ast  ∘ circ  ∙ bullet
⊕ oplus  ⊗ otimes  ∧ wedge  ∨ vee  ∩ cap  ∪ cup  ∖ setminus  ≤ le  ≥ ge  ≠ ne  ≈ approx  ≡ equiv  ∼ sim  ≃ simeq
≅ cong  ∝ propto  ≪ ll  ≫ gg  ∈ in  ∉ notin  ∋ ni  ⊂ subset  ⊃ supset  ⊆ subseteq  ⊇ supseteq  ⊥ perp  ∥ parallel
∣ mid  ← leftarrow  → rightarrow  ↔ leftrightarrow  ⇐ Leftarrow  ⇒ Rightarrow  ⇔ Leftrightarrow  ↦ mapsto
⟶ longrightarrow  ⟵ longleftarrow  ⟹ Longrightarrow  ⟺ Longleftrightarrow  ↑ uparrow  ↓ downarrow  ∑ sum  ∏ prod
∐ coprod  ∫ int  ∬ iint  ∭ iiint  ∮ oint  ⋂ bigcap  ⋃ bigcup  ∂ partial  ∇ nabla  ∞ infty  ∅ emptyset  ∀ forall
∃ exists  ¬ neg  √ surd  ℏ hbar  ℓ ell  ℜ Re  ℑ Im  ℵ aleph  … ldots  ⋯ cdots  ⋮ vdots  ⋱ ddots  ⟨ langle  ⟩ rangle
⌊ lfloor  ⌋ rfloor  ⌈ lceil  ⌉ rceil  ‖ Vert  ′ prime  ° degree  ϵ varepsilon  ϕ varphi  ϑ vartheta  − -
"""
_WORDS = _NAMES.split()
_SYMBOLS: Mapping[str, str] = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
"""Characters that TeX names; the minus sign is TeX's hyphen."""
_SPECIAL = {"{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_", "\\": r"\backslash "}
_INVISIBLE = re.compile("[\u2061-\u2064\u200b]")
_ACCENTS: Mapping[str, str] = {
    "^": "hat",
    "ˆ": "hat",
    "~": "tilde",
    "˜": "tilde",
    "¯": "bar",
    "‾": "overline",
    "―": "overline",
    "→": "vec",
    "⃗": "vec",
    "˙": "dot",
    "¨": "ddot",
    "ˇ": "check",
    "˘": "breve",
    "⏞": "overbrace",
}
_UNDER_ACCENTS: Mapping[str, str] = {"_": "underline", "―": "underline", "¯": "underline", "⏟": "underbrace"}
_VARIANTS: Mapping[str, str] = {
    "bold": "mathbf",
    "bold-italic": "boldsymbol",
    "double-struck": "mathbb",
    "fraktur": "mathfrak",
    "monospace": "mathtt",
    "normal": "mathrm",
    "sans-serif": "mathsf",
    "script": "mathcal",
}
_FUNCTION_NAMES = """
arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max min sec
sin sinh sup tan tanh
"""
_FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
_DEPTH = 60
"""Nested deeper, a formula is given as its text."""


def tex_of_mathml(math: turbohtml.Element) -> str:
    """A `math` element as TeX; its text where there is no better."""
    return re.sub(r"(\\[A-Za-z]+) (?![A-Za-z])", r"\1", _row(math, 0)).strip()


def _row(element: turbohtml.Element, depth: int) -> str:
    return "".join(_tex(child, depth + 1) for child in element if isinstance(child, turbohtml.Element))


def _tex(element: turbohtml.Element, depth: int) -> str:
    if depth > _DEPTH:
        return _escaped(element.text)
    return _HANDLERS.get(element.tag, _row)(element, depth)


def _arguments(element: turbohtml.Element, depth: int, count: int) -> list[str]:
    """The first `count` children, empty where there are fewer."""
    children = [_tex(child, depth + 1) for child in element if isinstance(child, turbohtml.Element)][:count]
    return children + [""] * (count - len(children))


def _group(tex: str) -> str:
    return tex if len(tex) == 1 else f"{{{tex.strip()}}}"


def _escaped(text: str) -> str:
    text = _INVISIBLE.sub("", " ".join(text.split()))
    return "".join(_SPECIAL.get(character) or _named(character) for character in text)


def _named(character: str) -> str:
    name = _SYMBOLS.get(character, character)
    return f"\\{name} " if len(name) > 1 else name


def _identifier(element: turbohtml.Element, _depth: int) -> str:
    text = _INVISIBLE.sub("", element.text.strip())
    variant = _VARIANTS.get(element.attr("mathvariant") or "")
    if text in _FUNCTIONS:
        return f"\\{text} "
    if variant and not (variant == "mathrm" and text in _SYMBOLS):
        return f"\\{variant}{{{_escaped(text)}}}"
    return f"\\mathrm{{{_escaped(text)}}}" if len(text) > 1 and text.isalpha() else _escaped(text)


def _token(element: turbohtml.Element, _depth: int) -> str:
    text = element.text.strip()
    return f"\\{text} " if text in _FUNCTIONS else _escaped(text)


def _text(element: turbohtml.Element, _depth: int) -> str:
    text = _INVISIBLE.sub("", " ".join(element.text.replace("\u00a0", " ").split(" ")))
    return (
        f"\\text{{{''.join(_SPECIAL.get(character, character) for character in text)}}}"
        if text.strip()
        else "\\ " * bool(text)
    )


def _fraction(element: turbohtml.Element, depth: int) -> str:
    above, below = _arguments(element, depth, 2)
    command = "binom" if (element.attr("linethickness") or "").strip() in ("0", "0px", "0pt") else "frac"
    return f"\\{command}{{{above.strip()}}}{{{below.strip()}}}"


def _root(element: turbohtml.Element, depth: int) -> str:
    if element.tag == "msqrt":
        return f"\\sqrt{{{_row(element, depth).strip()}}}"
    inside, index = _arguments(element, depth, 2)
    return f"\\sqrt[{index.strip()}]{{{inside.strip()}}}"


def _scripts(element: turbohtml.Element, depth: int) -> str:
    base, *rest = _arguments(element, depth, 3 if element.tag in ("msubsup", "munderover") else 2)
    if element.tag == "msup" and rest[0].strip() in ("\\prime", "'"):
        return f"{base}'"
    marks = {"msub": "_", "munder": "_", "msup": "^", "mover": "^"}.get(element.tag, "_^")
    scripts = "".join(mark + _group(script) for mark, script in zip(marks, rest, strict=True) if script.strip())
    return (base if len(base.strip()) == 1 or base.startswith("\\") else _group(base)).rstrip() + scripts


def _over(element: turbohtml.Element, depth: int) -> str:
    return _accent(element, depth, _ACCENTS, "overset")


def _under(element: turbohtml.Element, depth: int) -> str:
    return _accent(element, depth, _UNDER_ACCENTS, "underset")


def _accent(element: turbohtml.Element, depth: int, accents: Mapping[str, str], otherwise: str) -> str:
    """An accent by name; limits of a large operator as scripts; anything else set over or under its base."""
    children = [child for child in element if isinstance(child, turbohtml.Element)]
    if len(children) != 2:
        return _row(element, depth)
    base = _tex(children[0], depth + 1)
    accent = accents.get(children[1].text.strip())
    if accent is not None and children[1].tag == "mo":
        return f"\\{accent}{{{base.strip()}}}"
    if children[0].tag == "mo" or base.strip().removeprefix("\\") in _FUNCTIONS:
        return _scripts(element, depth)
    return f"\\{otherwise}{{{_tex(children[1], depth + 1).strip()}}}{{{base.strip()}}}"


def _fenced(element: turbohtml.Element, depth: int) -> str:
    children = [_tex(child, depth + 1) for child in element if isinstance(child, turbohtml.Element)]
    separator = (element.attr("separators") or ",").strip()[:1]
    left, right = element.attr("open", "("), element.attr("close", ")")
    return f"\\left{_escaped(left or '') or '.'}{separator.join(children)}\\right{_escaped(right or '') or '.'}"


def _matrix(element: turbohtml.Element, depth: int) -> str:
    rows = [row for row in element if isinstance(row, turbohtml.Element) and row.tag in ("mtr", "mlabeledtr")]
    lines = [
        " & ".join(_row(cell, depth + 2).strip() for cell in row if isinstance(cell, turbohtml.Element)) for row in rows
    ]
    return "\\begin{matrix}" + " \\\\ ".join(lines) + "\\end{matrix}"


def _space(_element: turbohtml.Element, _depth: int) -> str:
    return "\\ "


def _nothing(_element: turbohtml.Element, _depth: int) -> str:
    return ""


def _semantics(element: turbohtml.Element, depth: int) -> str:
    """The first child; annotations say the same in other words."""
    return _arguments(element, depth, 1)[0]


_HANDLERS: Mapping[str, Callable[[turbohtml.Element, int], str]] = {
    "mi": _identifier,
    "mn": _token,
    "mo": _token,
    "ms": _text,
    "mtext": _text,
    "mfrac": _fraction,
    "msqrt": _root,
    "mroot": _root,
    "msub": _scripts,
    "msup": _scripts,
    "msubsup": _scripts,
    "munderover": _scripts,
    "mover": _over,
    "munder": _under,
    "mfenced": _fenced,
    "mtable": _matrix,
    "mspace": _space,
    "semantics": _semantics,
    "annotation": _nothing,
    "annotation-xml": _nothing,
    "mphantom": _nothing,
    "maligngroup": _nothing,
    "malignmark": _nothing,
}
"""Elements that are more than the row of their children."""
