"""Blocks with attributes (`Div`): what a flavour has for them; for the rest their content stands in their place."""

from __future__ import annotations

from convertkit.tree import Block, BulletList, DefinitionList, Div, OrderedList, Para, RawBlock
from convertkit.walk import plain_text
from convertkit.writers.alerts import as_quotation
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
        quotation = as_quotation(block)
        flat += without_divs(block.content, page) if quotation is None else (quotation,)
    return tuple(flat)


def write_div(node: Div, page: Page, markdown: Markdown) -> str:
    """A `Div` that `without_divs` has left."""
    if page.flavour.attributes == "everywhere":
        end = "\n\n" if node.content and isinstance(node.content[-1], _LOOSE) else "\n"  # else the last item is tight
        return f"::: {attribute_list(node.attr) or '{}'}\n{markdown(node.content)}{end}:::"
    alert = _alert(node, page)
    if alert:
        title, content = _titled(node, page)
        sign, text = f"[!{page.flavour.alerts[alert]}]", markdown(content)
        sign += f" {markdown(title)}" if title else ""
        return quoted(f"{sign}\n{text}" if text else sign)
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


def _titled(node: Div, page: Page) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """What stands behind an alert's sign, and its content.

    Readers put the alert's own name in front, in a `Div` called title: the sign says it. A title of other words is
    Obsidian's; elsewhere it is the first paragraph, in bold.
    """
    match node.content:
        case (Div(content=title, attr=attr), *rest) if "title" in attr.classes:
            if plain_text(title).strip().lower() in node.attr.classes:
                return (), tuple(rest)
            if page.flavour.alert_titles and len(title) == 1 and isinstance(title[0], Para):
                return title, tuple(rest)
            quotation = as_quotation(node)
            return (), node.content if quotation is None else quotation.content
        case _:
            return (), node.content
