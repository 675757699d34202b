"""A page of one's own making: the body by pandoc's HTML writer, everything around it by a template."""

from html import escape
from pathlib import Path
from string import Template

import convertkit

POST = Path(__file__).parent / "archive" / "blog" / "letter-from-the-island.md"
PAGE = Template("""<!DOCTYPE html>
<html lang="$language">
<meta charset="utf-8">
<title>$title</title>
<h1>$title</h1>
<p class="by">$authors, $date</p>
$body
</html>
""")


def main() -> None:
    document = convertkit.read(POST)
    metadata = document.metadata
    page = PAGE.substitute(
        language=escape(metadata.language),
        title=escape(metadata.title),
        authors=escape(", ".join(metadata.authors)),
        date=metadata.date or "",
        body=convertkit.write(document, to="pandoc:html").decode("utf-8"),
    )
    Path("letter.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
