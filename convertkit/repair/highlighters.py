"""What highlighters write into code, told by class and style: hljs, Prism, Pygments, Rouge, Chroma, Shiki and others.

A `<span>` in code is a highlighter's if its class is one of theirs or its style sets a look. Everything else in code
that looks like a tag is code.
"""

from __future__ import annotations

import re

from convertkit.repair.names import names

_PREFIXES = r"""
    hljs | token | pl- | cm- | ace_ | mtk | code- | line | ec- | enlighter | crayon- | sh_ | syntax | lineno
  | linenodiv | highlight | prettyprint | number[0-9] | index[0-9] | alt[0-9] | copy | toolbar | gutter | rouge
  | sc- | css- | twoslash | function_ | class_ | inherited__ | constant_ | invoke__ | dynamic | language- | lang-
  | marker- | view-line | diff | pre\Z | code\Z | docutils | literal | notranslate | std | xref | n-code | code_
"""
_SCOPES = """
    addition annotation attr attribute attr_value built_in builtin bullet cdata char class comment comments
    constant constants decorator deletion doctag doctype emphasis entity envvar filename formula function
    functions hexcolor important indent keyword label link literal meta module name namespace newline number operator
    params parameter phpdoc plain preprocessor prolog prompt property pseudo punctuation quote regex regexp
    reserved rule script section selector selector-attr selector-class selector-id selector-pseudo selector-tag
    setting shebang string strong subst symbol tag template-tag template-variable template_comment title type url
    value variable variables xml css javascript html php bash json yaml java ruby python actionscript perl
    vbscript color1 color2 color3 input output stdin stdout kwd pln str typ lit pun atn atv com dec var fun opn
    clo nocode atrule
"""
"""Names of token kinds, as hljs wrote them before its prefix, SyntaxHighlighter and prettify still do."""
_PYGMENTS = """
    hll linenos linenospecial special normal c ch cm cpf cp cs c1 cd err esc ex g gd ge ges gr gh gi go gp gs gu
    gt gl k kc kd kn kp kr kt kv l ld m mb mf mh mi mo il mx n na nb nc nd ne nf ni nl nn no nt nv nx o ow ox p pm
    pi s s1 s2 sa sb sc sd se sh si sr ss sx bp fm vc vg vi vm w x py ln lnt cl lntd lnlinks hl dl filename lineno
    gl gutter
"""
"""The short names of Pygments (`pygments.token.STANDARD_TYPES`), which Rouge and Chroma share, and of their lines."""
_NAMES = names(_SCOPES) | names(_PYGMENTS)

_CLASS = re.compile(r"""\sclass=(?:"([^"]*)"|'([^']*)')""")
_PREFIX = re.compile(_PREFIXES, re.VERBOSE)
_LOOKS = re.compile(
    r"""\sstyle=["'][^"']*(?:color|font-|text-|background|--|display|width|user-select|white-space|padding|margin|border|line-height)"""
)
_MARKED = re.compile(r"\s(?:aria-hidden|data-line(?:-number|s)?|data-lang|leaf|id|name|lang|data-[a-z-]+)(?:=|\s|\Z)")

LINE_PARTS = names("div ol ul li table thead tbody colgroup col tr td th p pre code figure section")
"""Elements that some highlighters lay lines out with, under a class that says so."""
MARKS = names("""
    span a b i em strong u mark br font del ins s sub sup small code kbd var img input wbr button
""")
"""Elements that may stand in code without a line of their own."""


def has_kind(attributes: str) -> bool:
    """Whether the class of a tag is a highlighter's."""
    found = _CLASS.search(attributes)
    if found is None:
        return False
    return any(name in _NAMES or _PREFIX.match(name) for name in (found[1] or found[2] or "").lower().split())


def is_highlighting(attributes: str) -> bool:
    """Whether a `<span>` with these attributes is a highlighter's."""
    return has_kind(attributes) or _LOOKS.search(attributes) is not None or _MARKED.search(attributes) is not None


def has_class(attributes: str) -> bool:
    """Whether a tag has a class at all."""
    return _CLASS.search(attributes) is not None
