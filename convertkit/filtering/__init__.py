"""One door for filters of every kind: by name, by path, or as a function.

A name is a file of ours (`filters/drop_boilerplate.py` is `drop-boilerplate`, `filters/sina-finance.toml` is
`sina-finance`) or an entry point of the group `convertkit.filters`, which loads a `Transform`, an object with
`edit_html` (`context.HtmlFilter`) or a module (see `python_module`). Ours win over a plug-in's of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeGuard

from convertkit.context import HtmlFilter, shared_worker
from convertkit.errors import FilterError, UnknownFilter
from convertkit.filtering.html_stage import HtmlStage
from convertkit.filtering.lua_stage import LuaStage
from convertkit.filtering.python_module import filter_of_function, filter_of_module, guarded, load_python
from convertkit.filtering.rule_files import read_rule
from convertkit.filtering.tree_stage import TreeStage
from convertkit.losses import Report, ignore
from convertkit.options import READ
from convertkit.plugins import plug_ins
from convertkit.tree import Document
from convertkit.walk import Transform

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from convertkit.pandoc.worker import Worker

SHIPPED = "convertkit.filters"
"""The package of our filters, and the entry point group of everybody else's."""
DEFAULTS = ("drop-boilerplate",)
"""Python filters that run by themselves, in this order, after our site rules, which know the posts that they match."""
SUFFIXES = (".py", ".toml", ".lua")
"""A filter file's suffix says its kind."""


Stage: TypeAlias = HtmlStage | TreeStage | LuaStage


class Filter(Protocol):
    """A filter of any kind, called as a `Transform`; what it removes goes to `report`."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def about(self) -> str: ...
    def __call__(self, document: Document, report: Report = ignore) -> Document: ...


FilterLike: TypeAlias = str | Path | Transform | HtmlFilter
"""A filter's name, the path of its file (as a `Path`, or a text that ends in `.py`, `.toml` or `.lua`), or itself."""


@dataclass(frozen=True, slots=True)
class FilterInfo:
    """A line of `convertkit filters`."""

    name: str
    kind: str
    about: str
    default: bool


@dataclass(frozen=True, slots=True)
class FilterSet:
    """The filters of a conversion by stage, each in the order in which they run."""

    html: tuple[HtmlStage, ...]
    tree: tuple[TreeStage | LuaStage, ...]
    asked: tuple[HtmlStage, ...] = ()
    """Those of `html` that the caller named: they also clean what no HTML reader has read."""


def load_filter(name_or_path: str | Path) -> Filter:
    """A filter of any kind. Raises `UnknownFilter`, and `FilterError` if the file is not a filter."""
    return _load(name_or_path)


def select_filters(filters: FilterLike | Iterable[FilterLike], *, no_filters: bool = False) -> FilterSet:
    """The default filters, unless `no_filters`, and those asked for, each once; those on HTML run before reading.

    What is loaded already is taken as it is, so whoever converts many posts loads a file once. A single filter need
    not stand in a list. Raises as `load_filter` does.
    """
    asked = tuple(_load(entry) for entry in _listed(filters))
    return _chosen(asked, no_filters=no_filters) if asked else _unasked(no_filters=no_filters)


@cache
def _unasked(*, no_filters: bool) -> FilterSet:
    return _chosen((), no_filters=no_filters)


def _chosen(asked: tuple[Stage, ...], *, no_filters: bool) -> FilterSet:
    chosen = dict.fromkeys([*(() if no_filters else _defaults().values()), *asked])
    return FilterSet(
        tuple(stage for stage in chosen if isinstance(stage, HtmlStage)),
        tuple(stage for stage in chosen if isinstance(stage, TreeStage | LuaStage)),
        tuple(stage for stage in dict.fromkeys(asked) if isinstance(stage, HtmlStage)),
    )


def apply_filters(
    document: Document,
    filters: Iterable[Filter],
    report: Report = ignore,
    *,
    timeout: float = READ.timeout,
    pandoc: Callable[[], Worker] = shared_worker,
) -> Document:
    """The document after each filter in turn. Raises `FilterError`.

    A Lua filter runs for at most `timeout` seconds, in the worker that `pandoc` gives.
    """
    for stage in filters:
        limited = replace(stage, timeout=timeout, pandoc=pandoc) if isinstance(stage, LuaStage) else stage
        document = limited(document, report)
    return document


def available_filters() -> tuple[FilterInfo, ...]:
    """Every filter that has a name: ours, defaults first, then plug-ins'."""
    defaults = _defaults()
    names = [*defaults, *(name for name in _shipped() if name not in defaults), *_plugins()]
    return tuple(_info(name, name in defaults) for name in dict.fromkeys(names))


def _info(name: str, default: bool) -> FilterInfo:
    try:
        stage = _named(name)
    except FilterError as error:  # a broken plug-in must not hide the filters that work
        return FilterInfo(name, "broken", str(error), default)
    return FilterInfo(name, stage.kind, stage.about, default)


def _listed(filters: FilterLike | Iterable[FilterLike]) -> Iterable[FilterLike]:
    """One filter as a list of one: a text is not its letters."""
    return filters if isinstance(filters, Iterable) and not isinstance(filters, str) else [filters]


def _load(entry: FilterLike) -> Stage:
    match entry:
        case TreeStage() | LuaStage() | HtmlStage():
            return entry
        case Path():
            return _from_file(entry)
        case str():
            return _from_file(Path(entry)) if _is_path(entry) else _named(entry)
        case _:
            return _from_object(entry, str(getattr(entry, "name", "")))


def _is_path(entry: str) -> bool:
    """Whether a text is no name but a path: it ends as filter files do, or has a folder in it."""
    return entry.lower().endswith(SUFFIXES) or Path(entry).name != entry


def _from_object(found: object, name: str) -> Stage:
    if isinstance(found, HtmlStage | TreeStage | LuaStage):
        return found
    if _is_html_filter(found):
        return HtmlStage(name, "HTML filter", _first_line(found), guarded(name, found.edit_html))
    if isinstance(found, ModuleType):
        return filter_of_module(name, found, name)
    if callable(found):
        return filter_of_function(found, name)
    raise FilterError(
        f"{name or type(found).__name__} is no filter",
        advice="give a name, a path, a function or a module of functions",
    )


def _is_html_filter(found: object) -> TypeGuard[HtmlFilter]:
    return not isinstance(found, ModuleType) and callable(getattr(found, "edit_html", None))


def _first_line(found: object) -> str:
    return (found.__doc__ or "").strip().partition("\n")[0]


def _from_file(path: Path) -> Stage:
    try:
        data = path.read_bytes()
    except OSError as error:
        likely = [file for suffix in SUFFIXES if (file := Path(f"{path}{suffix}")).is_file()]
        advice = f"did you mean {likely[0]}?" if likely else "check the path"
        problem = f"the filter cannot be read: {error.strerror}"
        raise UnknownFilter(problem, source=str(path), advice=advice) from error
    return _from_bytes(path, data)


def _from_bytes(path: Path, data: bytes) -> Stage:
    match path.suffix.lower():
        case ".py":
            return load_python(path)
        case ".toml":
            return _rule_stage(path.stem, data, str(path))
        case ".lua":
            return LuaStage(path.stem, str(path), _decoded(data, path))
        case _:
            raise FilterError("is no filter", source=str(path), advice=f"a filter is a file in {', '.join(SUFFIXES)}")


def _decoded(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FilterError("is no Lua filter: it is not UTF-8", source=str(path), advice="save it as UTF-8") from error


def _rule_stage(name: str, data: bytes, source: str) -> HtmlStage:
    rule = read_rule(name, data, source)
    return HtmlStage(name, "site rule", rule.about, rule.edit_html)


def _named(name: str) -> Stage:
    if name in _shipped():
        return _load_shipped(name)
    if name in _plugins():
        return _load_plugin(name)
    known = [*_shipped(), *_plugins()]
    likely = get_close_matches(name, known, 3) or known
    raise UnknownFilter(
        f"no filter {name!r}",
        advice=f"did you mean {' or '.join(likely)}? One of your own is named by its file ({', '.join(SUFFIXES)})",
    )


@cache
def _shipped() -> Mapping[str, str]:
    """Our filters' file names by filter name: site rules first."""
    files = sorted(
        (entry.name for entry in resources.files(SHIPPED).iterdir() if entry.name.endswith(SUFFIXES)),
        key=lambda file: (not file.endswith(".toml"), file),
    )
    return {Path(file).stem.replace("_", "-"): file for file in files if file != "__init__.py"}


@cache
def _load_shipped(name: str) -> Stage:
    file = _shipped()[name]
    if file.endswith(".py"):
        return filter_of_module(name, import_module(f"{SHIPPED}.{Path(file).stem}"), file)
    resource = resources.files(SHIPPED) / file
    return _from_bytes(Path(str(resource)), resource.read_bytes())


@cache
def _defaults() -> Mapping[str, Stage]:
    """The filters that run by themselves."""
    rules = (name for name, file in _shipped().items() if file.endswith(".toml"))
    return {name: _load_shipped(name) for name in (*rules, *DEFAULTS)}


@cache
def _plugins() -> Mapping[str, EntryPoint]:
    return {point.name: point for point in plug_ins(SHIPPED)}


@cache
def _load_plugin(name: str) -> Stage:
    return _from_object(guarded(name, _plugins()[name].load)(), name)
