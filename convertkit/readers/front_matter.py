"""Front matter: what it says, in YAML, TOML or JSON, and what can be saved of it when it is broken."""

from __future__ import annotations

import json
import re
import tomllib
from textwrap import dedent
from typing import TYPE_CHECKING, cast

import yaml
from frontmatter.default_handlers import YAMLHandler

from convertkit.losses import CharactersReplaced, FieldUnreadable, FrontMatterRepaired, Report
from convertkit.readers.field_names import is_field
from convertkit.readers.front_matter_block import Block, Format, count_fields, find_block
from convertkit.readers.front_matter_repair import Syntax, save_fields
from convertkit.readers.yaml_lines import read_lines
from convertkit.readers.yaml_loader import MAX_DEPTH, FrontMatterLoader, Loaded, Plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

PLACE = "front matter"
"""Where losses stand that concern no single key."""

LONGEST = 131_072
"""Characters of front matter that are given to a format's own parser; what is longer is read key by key."""

_MOST_DOTS = 100
"""Dots in a line of TOML that tomllib is given: a dotted key costs it the square of their number."""

_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
_HANDLER = YAMLHandler()
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What an escape such as `\\0` or `\\uD800` can bring back after decoding took it out (XML 1.0, section 2.2)."""


def read_front_matter(text: str, report: Report) -> tuple[dict[str, object], str]:
    """The front matter's values by key, and the body; no values and the whole text where there is no front matter.

    Values are texts (`yaml_loader.Plain` where nothing says that they are texts), lists and mappings; TOML's dates
    and booleans are Python's. A list or a lone text between two lines of dashes is no front matter but the body's.
    """
    text = with_braces(text)
    block = find_block(text)
    values = _load(block, report) if block else None
    if block is None or values is None:
        return {}, text
    if not block.closed:
        report(FrontMatterRepaired(PLACE, "no line ends it; it ends with its last key"))
    if "\\" in block.text:
        values = _harmless_values(values, report)
    return _from_zola(values), block.body


_ZOLA = ("taxonomies", "extra")
"""The tables in which Zola's front matter has its tags, and what a theme asks for."""


def _from_zola(values: dict[str, object]) -> dict[str, object]:
    """The values with those of our fields that stand in Zola's tables, unless they are said above."""
    tables = {name: table for name in _ZOLA if isinstance(table := values.get(name), dict)}
    if not tables:
        return values
    found = {name: value for name, value in values.items() if name not in tables}
    for name, table in tables.items():
        left: dict[str, object] = {}
        for key, value in table.items():
            (found if is_field(key) and key not in found else left)[key] = value
        if left:
            found[name] = left
    return found


def with_braces(text: str) -> str:
    """The text with `&#123;` and `&#125;` as braces, if it holds no other brace.

    The generator of some archives wrote every brace of a file so, front matter and code included.
    """
    if "&#12" not in text or "{" in text or "}" in text:
        return text
    return text.replace("&#123;", "{").replace("&#125;", "}")


def _load(block: Block, report: Report) -> dict[str, object] | None:
    if len(block.text) > LONGEST:
        return save_fields(block.text, _SYNTAXES[block.format], PLACE, report)
    return _LOADERS[block.format](block.text, report)


def _load_yaml(text: str, report: Report) -> dict[str, object] | None:
    if "{{" in text:
        text = _TEMPLATE.sub(_quoted, text)
    if values := read_lines(text):
        return values
    try:
        loaded = _parse_yaml(text)
    except yaml.YAMLError:
        return _save_yaml(text, report)
    match loaded.value:
        case dict() as values if values and all(map(_is_prose, values)):
            return None
        case dict() as values:
            for loss in loaded.losses:
                report(loss)
            return values
        case list():
            report(FieldUnreadable(PLACE, text, "a list, not keys with values; it stays in the body"))
            return None
        case None | "" | "~" | "null":
            return {}
        case _:
            return _save_yaml(text, report)


def _is_prose(key: str) -> bool:
    """Whether a key is the beginning of a sentence between two thematic breaks: `Only a rule above, no key: really`."""
    return _PROSE.search(key) is not None and not is_field(key)


def _quoted(found: re.Match[str]) -> str:
    value = found["value"].replace("'", "''")
    return f"{found['key']}'{value}'"


def _save_yaml(text: str, report: Report) -> dict[str, object] | None:
    """What can be saved of broken YAML; nothing if it may as well be prose between two thematic breaks."""
    spaced = _TIGHT_KEY.sub(lambda found: f"{found[0]} " if is_field(found[1]) else found[0], dedent(text))
    return save_fields(spaced, _YAML, PLACE, report) if count_fields(spaced) else None


def _load_toml(text: str, report: Report) -> dict[str, object] | None:
    try:
        return _shallow(_toml_field(text), report)
    except (ValueError, RecursionError):
        return save_fields(text, _TOML, PLACE, report) or None


def _load_json(text: str, report: Report) -> dict[str, object] | None:
    """Hexo's JSON between semicolons has no braces of its own. YAML forgives what JSON does not, as a last comma."""
    inner = text.strip().removeprefix("{").removesuffix("}").strip().removesuffix(",")
    try:
        values = json.loads(f"{{{inner}}}", parse_int=Plain, parse_float=Plain, parse_constant=Plain)
        return _shallow(values, report)
    except (ValueError, RecursionError):
        lines = "\n".join(line.strip().removesuffix(",") for line in inner.split("\n"))
        return _save_yaml(lines, report)


def _load_lines(text: str, report: Report) -> dict[str, object]:
    return save_fields(text, _LINES, PLACE, report)


def _parse_yaml(text: str) -> Loaded:
    return cast(Loaded, _HANDLER.load(text, Loader=FrontMatterLoader))


def _yaml_field(text: str) -> dict[str, object]:
    try:
        loaded = _parse_yaml(text)
    except yaml.MarkedYAMLError as error:
        raise ValueError(error.problem or "not YAML") from error
    except yaml.YAMLError as error:
        raise ValueError(str(error).partition("\n")[0]) from error
    if not isinstance(loaded.value, dict) or loaded.losses:
        raise ValueError(loaded.losses[0].reason if loaded.losses else "no key with a value")
    return loaded.value


def _toml_field(text: str) -> dict[str, object]:
    if any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
        raise ValueError("too many dots in a line")
    try:
        return tomllib.loads(text, parse_float=Plain)
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error


def _shallow(values: dict[str, object], report: Report) -> dict[str, object]:
    """The values, those nested deeper than YAML's may be as text."""
    deep = {key: str(value) for key, value in values.items() if _is_deep(value)}
    for key, text in deep.items():
        report(FieldUnreadable(key, text, f"{_TOO_DEEP}; kept as text"))
    return values | deep


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for item in level for inner in _inner(item)]
        if not level:
            return False
    return True


def _inner(value: object) -> Iterable[object]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


def _line_field(text: str) -> dict[str, object]:
    """Pelican's and MultiMarkdown's: what stands after the colon, as it stands, further lines indented."""
    key, _, value = text.partition(":")
    return {key.strip(): Plain(" ".join(value.split()))}


def _harmless_values(values: Mapping[str, object], report: Report) -> dict[str, object]:
    """The values without what escapes brought back, which is reported by key."""
    harmless: dict[str, object] = {}
    for key, value in values.items():
        count = 0

        def replaced(text: str) -> str:
            nonlocal count
            text, found = _FORBIDDEN.subn("\ufffd", text)
            count += found
            return text

        harmless[replaced(key)] = _with_texts(value, replaced)
        if count:
            report(CharactersReplaced(key, count))
    return harmless


def _with_texts(value: object, change: Callable[[str], str]) -> object:
    """The value with `change` applied to every text in it."""
    match value:
        case dict():
            return {change(key): _with_texts(item, change) for key, item in value.items()}
        case list():
            return [_with_texts(item, change) for item in value]
        case str():
            return type(value)(change(value))
        case _:
            return value


_TIGHT_KEY = re.compile(r"^(\w+):(?=[^\s/])", re.MULTILINE)
"""A key whose value follows the colon without a space; `http://` is none."""

_TEMPLATE = re.compile(r"^(?P<key>[\w-]+:[ \t]+)(?P<value>\{\{.*\}\})[ \t]*$", re.MULTILINE)
"""A key whose value is a template's (`title: {{ page.title }}`), which YAML takes for a mapping."""

_PROSE = re.compile(r"[\s，。、！？]")
"""What no key of a generator's holds, but a sentence does."""

_YAML_KEY = re.compile(
    r"""["']?(?P<key>[^\s"'#\[\]{},&*!|>%:-][^"':]{0,63}?|[@`][^"':]{1,63}?)["']?[ \t]*:(?:[ \t]+|$)(?P<value>.*)"""
)
_YAML = Syntax(_YAML_KEY, _yaml_field)
_TOML = Syntax(re.compile(r"""["']?(?P<key>[\w.-]+)["']?[ \t]*=[ \t]*(?P<value>.*)"""), _toml_field)
_LINES = Syntax(_YAML_KEY, _line_field)

_SYNTAXES: Mapping[Format, Syntax] = {"yaml": _YAML, "toml": _TOML, "json": _YAML, "lines": _LINES}
_LOADERS: Mapping[Format, Callable[[str, Report], dict[str, object] | None]] = {
    "yaml": _load_yaml,
    "toml": _load_toml,
    "json": _load_json,
    "lines": _load_lines,
}
