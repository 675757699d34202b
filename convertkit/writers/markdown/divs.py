"""Blocks with attributes (`Div`): what a flavour has for them; for the rest their content stands in their place."""

from __future__ import annotations

from convertkit.tree import Block, BulletList, DefinitionList, Div, OrderedList, RawBlock
from convertkit.walk import plain_text
from convertkit.writers.markdown.attributes import attribute_list
from convertkit.writers.markdown.html import Markdown, html_details
from convertkit.writers.markdown.page import Page
from convertkit.writers.markdown.spans import anchor

_LOOSE = BulletList | OrderedList | DefinitionList


def without_divs(blocks: tuple[Block, ...], page: Page) -> tuple[Block, ...]:
    """Blocks with the content of those `Div`s in place that the flavour has nothing for."""
    flat: list[Block] = []
    for block in blocks:
        if not isinstance(block, Div) or _is_written(block, page):
            flat.append(block)
            continue
        if place := anchor(block.attr.id, page):
            flat.append(RawBlock("html", place))
        flat += without_divs(block.content, page)
    return tuple(flat)


def write_div(node: Div, page: Page, markdown: Markdown) -> str:
    """A `Div` that `without_divs` has left."""
    if page.flavour.attributes == "everywhere":
        end = "\n\n" if node.content and isinstance(node.content[-1], _LOOSE) else "\n"  # else the last item is tight
        return f"::: {attribute_list(node.attr) or '{}'}\n{markdown(node.content)}{end}:::"
    alert = _alert(node, page)
    if alert:
        text = markdown(_without_title(node))
        return quoted(f"[!{page.flavour.alerts[alert]}]\n{text}" if text else f"[!{page.flavour.alerts[alert]}]")
    return html_details(node, page, markdown)


def quoted(text: str) -> str:
    """Lines behind the sign of a quotation (CommonMark 5.1)."""
    return "\n".join([f"> {line}" if line else ">" for line in text.split("\n")]) if text else ""


def _is_written(node: Div, page: Page) -> bool:
    attr = node.attr
    if page.flavour.attributes == "everywhere":
        return True
    if _alert(node, page):
        return True
    if "details" in attr.classes:
        if page.raw_html:
            return bool(node.content)
        page.lose("text that can be folded away", plain_text(node.content))
    elif attr.get("lang") or attr.get("dir"):
        page.lose("the language of a part", plain_text(node.content))
    elif (attr.classes and "summary" not in attr.classes) or attr.attributes:
        page.lose_looks("the classes of a part", plain_text(node.content))
    return False


def _alert(node: Div, page: Page) -> str:
    """The class that makes it an alert, if one does."""
    return next((name for name in node.attr.classes if name in page.flavour.alerts), "")


def _without_title(node: Div) -> tuple[Block, ...]:
    """The content of an alert; pandoc's reader puts the alert's own name in front, in a `Div` called title."""
    first = node.content[0] if node.content else None
    if isinstance(first, Div) and "title" in first.attr.classes:
        name = plain_text(first.content).strip().lower()
        return node.content[1:] if name in node.attr.classes else node.content
    return node.content
