"""Filters written in Python: which functions of a module are a filter, and what happens when one raises.

A module is a filter when it defines exactly one of

    transform(document: Document) -> Document                               on the tree
    edit(soup: bs4.BeautifulSoup) -> None                                   on the HTML, before it is read
    edit_html(body: turbohtml.Element, metadata, report) -> Metadata        the same, on the reader's own fast tree

and, if it is not for every post, `matches(metadata: Metadata) -> bool`. The first line of its docstring is its
description in lists.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

import turbohtml

from convertkit.errors import FilterError
from convertkit.filtering.html_stage import EditHtml, HtmlStage, soup_editor
from convertkit.filtering.tree_stage import TreeStage
from convertkit.losses import Report
from convertkit.metadata import Metadata
from convertkit.tree import Document
from convertkit.walk import Transform

P = ParamSpec("P")
R = TypeVar("R")

FUNCTIONS = ("transform", "edit", "edit_html")
"""The functions of which a filter's module defines one."""


def load_python(path: Path) -> TreeStage | HtmlStage:
    """The filter in a Python file, named after the file. Raises `FilterError`.

    The file is run here and now as a module that nobody else can import, and leaves no `__pycache__` behind.
    """
    name = path.stem.replace("_", "-")
    module = ModuleType(path.stem)
    module.__file__ = str(path)

    def run() -> None:
        exec(compile(path.read_bytes(), path, "exec"), module.__dict__)  # noqa: S102  # running it is what -F asks for

    guarded(name, run, str(path))()
    return filter_of_module(name, module, str(path))


def filter_of_module(name: str, module: ModuleType, source: str) -> TreeStage | HtmlStage:
    """The filter that a module's functions make. `source` names it in the `FilterError` that says it is none."""
    found = [function for function in FUNCTIONS if callable(getattr(module, function, None))]
    if len(found) != 1:
        raise FilterError(
            f"defines {' and '.join(found) or 'no filter'}",
            source=source,
            advice="define one of transform(document), edit(soup) and edit_html(body, metadata, report)",
        )
    about = (module.__doc__ or "").strip().partition("\n")[0]
    function = getattr(module, found[0])
    matches = getattr(module, "matches", None)
    if matches is not None:
        matches = guarded(name, matches)
    if found[0] == "transform":
        stage = filter_of_function(function, name)
        return replace(stage, about=about, transform=_tree_matching(matches, stage.transform))
    return HtmlStage(name, "HTML filter", about, _html_matching(matches, _editor(name, found[0], function)))


def filter_of_function(function: Transform, name: str = "") -> TreeStage:
    """The filter that a `Transform` makes, called by its own name if it is given none."""
    name = name or str(getattr(function, "__name__", type(function).__name__))
    transform = checked(name, guarded(name, function), Document, "document")
    return TreeStage(name, "Python filter", (function.__doc__ or "").strip().partition("\n")[0], transform)


def checked(name: str, function: Callable[P, R], kind: type[R], word: str) -> Callable[P, R]:
    """The function, which raises `FilterError` if what it returns is not a `kind`: a forgotten `return` gives None."""

    @wraps(function)
    def check(*args: P.args, **kwargs: P.kwargs) -> R:
        result: object = function(*args, **kwargs)
        if not isinstance(result, kind):
            raise FilterError(
                f"the filter {name} returned {type(result).__name__}, not {kind.__name__}",
                advice=f"let it end with `return {word}`",
            )
        return result

    return check


def guarded(name: str, function: Callable[P, R], file: str = "") -> Callable[P, R]:
    """The function, whose every exception becomes a `FilterError` that says where in `file` it was raised.

    `file` is the function's own if it is empty. This is the one place where every exception is caught: what a user's
    filter may raise is not ours to list, and a post that it fails on must fail like any other.
    """
    file = file or str(getattr(getattr(function, "__code__", None), "co_filename", ""))

    @wraps(function)
    def guard(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (Exception, SystemExit) as error:
            message = " ".join(str(error).split())
            problem = f"the filter {name} raised {type(error).__name__}{f': {message}' if message else ''}"
            raise FilterError(problem, source=_place(error, file), advice="mend the filter or leave it out") from error

    return guard


def _place(error: BaseException, file: str) -> str:
    """`FILE:LINE` of the filter's own line from which an exception came."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return f"{file}:{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f"{file}:{lines[-1]}" if lines else file


def _editor(name: str, kind: str, function: Callable[..., Any]) -> EditHtml:
    if kind == "edit":
        return soup_editor(name, guarded(name, function))
    return checked(name, guarded(name, function), Metadata, "metadata")


def _tree_matching(matches: Callable[[Metadata], bool] | None, transform: Transform) -> Transform:
    if matches is None:
        return transform

    def transform_matching(document: Document) -> Document:
        return transform(document) if matches(document.metadata) else document

    return transform_matching


def _html_matching(matches: Callable[[Metadata], bool] | None, editor: EditHtml) -> EditHtml:
    if matches is None:
        return editor

    def edit_matching(body: turbohtml.Element, metadata: Metadata, report: Report) -> Metadata:
        return editor(body, metadata, report) if matches(metadata) else metadata

    return edit_matching
