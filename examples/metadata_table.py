"""The metadata of a whole folder of posts as `posts.csv` and `posts.json`, oldest first."""

import csv
import json
from dataclasses import asdict
from pathlib import Path

import convertkit

ARCHIVE = Path(__file__).parent / "archive"
COLUMNS = ("date", "title", "authors", "language", "tags")


def main() -> None:
    posts = [path for path in sorted(ARCHIVE.rglob("*")) if path.suffix in (".md", ".html")]
    documents = [convertkit.read(path) for path in posts]
    rows = sorted((asdict(document.metadata) for document in documents), key=lambda row: str(row["date"]))
    with Path("posts.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows(
            [" / ".join(row[name]) if isinstance(row[name], tuple) else row[name] for name in COLUMNS] for row in rows
        )
    Path("posts.json").write_text(json.dumps(rows, ensure_ascii=False, indent=2, default=str), encoding="utf-8")
    print(f"{len(rows)} posts")


if __name__ == "__main__":
    main()
