"""Filters of every kind on one post: by name, by file (Python, BeautifulSoup, TOML, Lua), and as a function."""

from pathlib import Path

import convertkit
from convertkit.tree import Document, Text
from convertkit.walk import Node, walk

HERE = Path(__file__).parent
POST = HERE / "archive" / "news" / "河边的早市.md"
FILTERS = HERE / "filters"


def corner_brackets(document: Document) -> Document:
    """Turn “quotation marks” into 「corner brackets」."""

    def visit(node: Node) -> Node:
        if isinstance(node, Text) and "“" in node.text:
            return Text(node.text.replace("“", "「").replace("”", "」"))
        return node

    return walk(document, visit)


def main() -> None:
    result = convertkit.convert(
        POST,
        to="markdown",
        filters=[
            "link-redirects",
            FILTERS / "morning_paper.toml",
            FILTERS / "no_byline.py",
            FILTERS / "numbered_pictures.py",
            FILTERS / "bullets.lua",
            corner_brackets,
        ],
    )
    Path("market.md").write_text(result.text, encoding="utf-8")
    for person in result.document.metadata.contributors:
        print(f"{person.role}: {person.name}")
    for loss in result.losses:
        print(loss)


if __name__ == "__main__":
    main()
