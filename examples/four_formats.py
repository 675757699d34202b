"""One post in four formats, written to `out/`, with a look at what was removed on the way."""

from pathlib import Path

import convertkit

POST = Path(__file__).parent / "archive" / "news" / "河边的早市.md"
SUFFIXES = {"epub": ".epub", "markdown": ".md", "docx": ".docx", "text": ".txt"}


def main() -> None:
    out = Path("out")
    out.mkdir(exist_ok=True)
    for name, suffix in SUFFIXES.items():
        result = convertkit.convert(POST, to=name)
        (out / f"{POST.stem}{suffix}").write_bytes(result.content)
    for loss in result.losses:
        print(loss)


if __name__ == "__main__":
    main()
