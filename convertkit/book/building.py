"""A book from its sources: survey, plan, volumes on the disk, report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypedDict, Unpack

from convertkit.book.anchors import find_anchors
from convertkit.book.arranging import Volume
from convertkit.book.back_matter import cited_by
from convertkit.book.cards import Card, total_words
from convertkit.book.choosing import LeftOut
from convertkit.book.describing import book_language, describe
from convertkit.book.duplicates import Duplicate
from convertkit.book.edition import Edition
from convertkit.book.linking import Linker
from convertkit.book.looks import Looks, load_looks
from convertkit.book.outputs import Output, output_of
from convertkit.book.planning import DeadLink, Plan, plan_book
from convertkit.book.reading import Reader, Unreadable
from convertkit.book.recipe import Recipe, SortKey, parse_group_by, parse_index, parse_volumes, read_recipe
from convertkit.book.shelf import Shelf
from convertkit.book.splitting import find_splits
from convertkit.book.survey import Progress, Survey, survey
from convertkit.errors import UsageError
from convertkit.filtering import FilterLike
from convertkit.losses import Loss
from convertkit.options import FlavourName, ImagesFrom, ReadOptions, ThemeName
from convertkit.pipeline import fetching

RECIPE_SUFFIX = ".toml"


class BookOptions(TypedDict, total=False):
    """The options of a book; those that are not given are the recipe's, or the defaults of `Recipe`, which says more.

    `group_by`, `volumes` and `index` are texts, such as "year,month", "posts:200" and "tag,author".
    """

    author: tuple[str, ...]
    category: tuple[str, ...]
    tag: tuple[str, ...]
    since: str
    until: str
    match: str
    language: tuple[str, ...]
    min_length: int
    sort: SortKey
    reverse: bool
    group_by: str
    volumes: str
    title: str
    subtitle: str
    book_author: tuple[str, ...]
    publisher: str
    description: str
    site: tuple[str, ...]
    index: str
    split: bool
    sources: bool
    cited_by: bool
    keep_duplicates: bool
    cover: str | Path | None
    theme: ThemeName
    css: Path | None
    fonts: tuple[Path, ...]
    reference_doc: Path | None
    flavour: FlavourName
    raw_html: bool | None
    jobs: int
    filters: tuple[FilterLike, ...]
    no_filters: bool
    encoding: str | None
    assume_language: str | None
    timeout: float
    comments: bool
    assets: Path | None
    images: ImagesFrom
    max_image: int
    convert_webp: bool
    cache: Path | None
    offline: bool
    allow_private: bool


@dataclass(frozen=True, slots=True)
class VolumeReport:
    """A volume: planned, or written if it has `bytes`."""

    path: Path
    title: str
    chapters: int
    words: int
    size: int
    """Bytes: of the file, or about what it will have."""
    images: int = 0


@dataclass(frozen=True, slots=True)
class BookReport:
    """What became of a book."""

    plan: Plan
    volumes: tuple[VolumeReport, ...]
    unreadable: tuple[Unreadable, ...] = ()
    losses: tuple[tuple[str, tuple[Loss, ...]], ...] = ()
    """What each post lost on its way into the book, by the post's name; what a feed holds besides posts, by its own."""

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Posts that the options leave out, and why."""
        return self.plan.left_out

    @property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Posts that are left out because a fuller copy is in the book."""
        return self.plan.duplicates

    @property
    def dead_links(self) -> tuple[DeadLink, ...]:
        """Links that point nowhere."""
        return self.plan.dead_links

    def to_json(self) -> dict[str, object]:
        """The report in JSON's types."""
        return {
            "title": self.plan.title,
            "volumes": [
                {
                    "path": str(volume.path),
                    "title": volume.title,
                    "chapters": volume.chapters,
                    "words": volume.words,
                    "bytes": volume.size,
                    "images": volume.images,
                }
                for volume in self.volumes
            ],
            "left_out": [{"source": left.card.source, "reason": left.reason} for left in self.left_out],
            "duplicates": [
                {"source": copy.card.source, "kept": copy.kept.source, "same": copy.same} for copy in self.duplicates
            ],
            "unreadable": [{"source": failed.source, "message": str(failed.error)} for failed in self.unreadable],
            "dead_links": [{"source": link.source, "target": link.target} for link in self.dead_links],
            "losses": [{"source": name, "losses": [loss.to_json() for loss in found]} for name, found in self.losses],
        }


def build_book(
    inputs: str | Path | Iterable[str | Path],
    out: Path | None = None,
    *,
    dry_run: bool = False,
    progress: Progress = lambda _what, _done, _all: None,
    **options: Unpack[BookOptions],
) -> BookReport:
    """Build a book, or several volumes of one, from posts.

    `inputs` are folders, files and globs, or one recipe (a `.toml` file), whose options the given ones override.
    `out` is the EPUB, DOCX or Markdown file to write; several volumes get numbers, `book-01.epub`.
    With `dry_run` nothing is written, and the report has the plan. A post that cannot be read is in the report.

    Raises `UsageError` for options that mean nothing or a book without posts, `UnreadableDocument` for an input
    that is not there, `WriteError`.
    """
    recipe = recipe_of(inputs, out, options)
    output = output_of(recipe)
    looks = load_looks(recipe.writing, has_cover=output.format != "markdown")
    with TemporaryFile() as file, fetching(_image_options(recipe)) as fetch:
        reader = Reader({**recipe.reading, "fetch": fetch}, recipe.match)
        found = survey(recipe.inputs, output.path, reader, Shelf(file), progress, recipe.jobs if fetch is None else 1)
        plan = plan_book(found.cards, recipe, recipe.title or _title_of(recipe.inputs))
        return _planned(plan, found, output.path) if dry_run else _written(plan, found, looks, output, progress)


def recipe_of(sources: str | Path | Iterable[str | Path], out: Path | None, given: BookOptions) -> Recipe:
    """The recipe of sources and options. Raises `UsageError`."""
    inputs = tuple(map(str, [sources] if isinstance(sources, str | Path) else sources))
    base = Recipe(inputs=inputs)
    if len(inputs) == 1 and inputs[0].lower().endswith(RECIPE_SUFFIX):
        base = read_recipe(Path(inputs[0]))
    if not base.inputs:
        raise UsageError("a book needs posts", advice="name folders or files, in the recipe as `inputs`")
    changed: dict[str, Any] = {**given}
    if "group_by" in given:
        changed["group_by"] = parse_group_by(given["group_by"])
    if "volumes" in given:
        changed["volumes"] = parse_volumes(given["volumes"])
    if "index" in given:
        changed["index"] = parse_index(given["index"])
    return replace(base, **changed, output=out or base.output)


def _image_options(recipe: Recipe) -> ReadOptions:
    return ReadOptions(
        images=recipe.images,
        max_image=recipe.max_image,
        cache=recipe.cache,
        offline=recipe.offline,
        allow_private=recipe.allow_private,
    )


def _title_of(inputs: tuple[str, ...]) -> str:
    """What the first input is called."""
    path = Path(inputs[0])
    return path.resolve().name if path.is_dir() else path.stem


def _paths(plan: Plan, out: Path) -> list[Path]:
    """`book.epub`, or `book-01.epub` and so on."""
    if len(plan.volumes) == 1:
        return [out]
    suffix = "" if plan.recipe.split else out.suffix
    stem = out.name.removesuffix(suffix)
    digits = max(2, len(str(len(plan.volumes))))
    return [out.with_name(f"{stem}-{volume.number:0{digits}}{suffix}") for volume in plan.volumes]


def _planned(plan: Plan, found: Survey, out: Path) -> BookReport:
    language = book_language(plan.cards)
    volumes = [
        _volume_report(plan, volume, path, language, sum(card.size for card in volume.all_chapters()))
        for volume, path in zip(plan.volumes, _paths(plan, out), strict=True)
    ]
    return BookReport(plan, tuple(volumes), tuple(found.unreadable), _losses(plan, found, found.losses))


def _written(plan: Plan, found: Survey, looks: Looks, output: Output, progress: Progress) -> BookReport:
    language = book_language(plan.cards)
    losses: dict[str, list[Loss]] = {key: list(lost) for key, lost in found.losses.items()}
    total, done = len(plan.volume_of), 0

    def on_chapter() -> None:
        nonlocal done
        done += 1
        progress("writing", done, total)

    def report(card: Card, loss: Loss) -> None:
        losses.setdefault(card.key, []).append(loss)

    linker = Linker(plan, find_anchors(plan, found), language)
    splits = find_splits(plan, found, linker.anchors)
    citing = cited_by(plan) if plan.recipe.cited_by else {}
    paths = _paths(plan, output.path)
    names = tuple(path.name for path in paths)
    edition = Edition(plan, found, linker, looks, language, on_chapter, report, output.format, names, splits, citing)
    volumes = []
    for volume, path in zip(plan.volumes, paths, strict=True):
        made = output.write(path, volume, edition)
        volumes.append(_volume_report(plan, volume, path, language, made.size, made.images))
    of_covers = [("cover", tuple(dict.fromkeys(looks.losses)))] if looks.losses else []
    of_posts = _losses(plan, found, losses)
    return BookReport(plan, tuple(volumes), tuple(found.unreadable), (*of_covers, *of_posts))


def _volume_report(plan: Plan, volume: Volume, path: Path, language: str, size: int, images: int = 0) -> VolumeReport:
    cards = list(volume.all_chapters())
    return VolumeReport(path, describe(plan, volume, language).title, len(cards), total_words(cards), size, images)


def _losses(
    plan: Plan, found: Survey, losses: Mapping[str, Sequence[Loss]]
) -> tuple[tuple[str, tuple[Loss, ...]], ...]:
    """Each post's losses, in reading order, then those of the inputs themselves."""
    of_posts = [(card.source, tuple(dict.fromkeys(lost))) for card in plan.cards if (lost := losses.get(card.key))]
    return (*of_posts, *((name, (loss,)) for name, loss in found.left_behind))
