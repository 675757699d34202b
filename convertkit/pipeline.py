"""One post: read, normalise, filter, write."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from convertkit import formats
from convertkit.collection import only_entry, split
from convertkit.context import ReadContext, WriteContext
from convertkit.errors import LossError, TooBig, UnreadableDocument, UsageError
from convertkit.filtering import FilterLike, FilterSet, apply_filters, select_filters
from convertkit.images import ImageSources, OpenImage, embed_images, fit_images, leave_out_images, open_beside
from convertkit.languages import canonical_tag, detect_east_asian, detect_language
from convertkit.losses import ImageNotEmbedded, Loss, Report, ignore
from convertkit.normalise import normalise
from convertkit.options import READ, WRITE, FlavourName, ImagesFrom, LinksName, ReadOptions, ThemeName, WriteOptions
from convertkit.readers.feeds.entry import Entry
from convertkit.readers.harmless import harmless
from convertkit.tree import CodeBlock, Document
from convertkit.walk import plain_text

if TYPE_CHECKING:
    from convertkit.ledger import Balance, Entering


@dataclass(frozen=True, slots=True)
class Opened:
    """A post's file that the caller has read. `name` names it in messages and tells its format by its suffix.

    `path`, if it has one, says where the images beside it are.
    """

    data: bytes = field(repr=False)
    name: str
    path: Path | None = None
    siblings: OpenImage | None = field(default=None, repr=False)
    """Opens the images beside it where they lie in no folder."""


Source = str | bytes | Path | Entry | Opened
"""What is converted: content as text or bytes, a file as a `Path` or as what was read of it, or an entry of a feed."""

SAMPLED_BLOCKS = 12
"""So many blocks at most are read to detect a language."""


class Reading(TypedDict, total=False):
    """The named arguments of `read` besides `report`."""

    from_: str | None
    filters: Iterable[FilterLike]
    no_filters: bool
    encoding: str | None
    language: str | None
    timeout: float
    repair: bool | None
    assets: Path | None
    images: ImagesFrom
    max_image: int
    convert_webp: bool
    cache: Path | None
    offline: bool
    allow_private: bool
    comments: bool
    max_input: int
    fetch: OpenImage | None


@dataclass(frozen=True)
class Result:
    """What a conversion gave."""

    content: bytes = field(repr=False)
    """The output."""
    document: Document = field(repr=False)
    """The clean tree that was written, with its metadata."""
    losses: tuple[Loss, ...]
    """What the output does not hold as the input had it, in the order in which it was noticed."""
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Files that belong beside the output (images of a Markdown file), by path relative to it."""

    format: str = ""
    """The name of the format that `content` is in."""
    count_source: Callable[[], Entering] | None = field(default=None, repr=False, compare=False)
    """Reads the source once more and counts what it holds; None if nobody knows the source."""
    options: WriteOptions = field(default=WRITE, repr=False, compare=False)
    """What `content` was written with."""
    lost_in_writing: Sequence[Loss] = field(default=(), repr=False, compare=False)
    """The writer's losses, as often as it reported each: three links to one file are three."""

    @property
    def text(self) -> str:
        """The output of a text format. Raises `UnicodeDecodeError` for a binary one."""
        return self.content.decode("utf-8")

    @cached_property
    def balance(self) -> Balance | None:
        """What went in against what the output holds: see `docs/losses.md`. None for formats that nobody reads back.

        It is made when it is asked for, by reading source and output again, and may raise what `read` raises.
        """
        if self.count_source is None:
            return None
        from convertkit import ledger

        if self.format not in ledger.COUNTED:
            return None
        lost = self.lost_in_writing
        return ledger.balance(self.count_source(), self.document, self.format, self.content, lost, self.options)


def convert(
    source: Source,
    to: str,
    *,
    from_: str | None = None,
    filters: Iterable[FilterLike] = (),
    no_filters: bool = False,
    encoding: str | None = READ.encoding,
    language: str | None = READ.language,
    width: int = WRITE.width,
    links: LinksName = WRITE.links,
    flavour: FlavourName = WRITE.flavour,
    raw_html: bool | None = WRITE.raw_html,
    reference_doc: Path | None = WRITE.reference_doc,
    cover: str | Path | None = WRITE.cover,
    theme: ThemeName = WRITE.theme,
    css: Path | None = WRITE.css,
    fonts: Iterable[Path] = WRITE.fonts,
    files_dir: str | None = None,
    timeout: float = READ.timeout,
    repair: bool | None = READ.repair,
    assets: Path | None = READ.assets,
    images: ImagesFrom = READ.images,
    max_image: int = READ.max_image,
    convert_webp: bool = READ.convert_webp,
    cache: Path | None = READ.cache,
    offline: bool = READ.offline,
    allow_private: bool = READ.allow_private,
    comments: bool = READ.comments,
    max_input: int = READ.max_input,
    fetch: OpenImage | None = None,
    strict: bool = False,
    fail_on_loss: int | None = None,
) -> Result:
    """Convert one post.

    `source` is content (`str` or `bytes`), a file (`Path`), or an entry that `entries` gave; `to` and `from_` are
    names that `convertkit formats` lists, `from_` found by the file's suffix and by looking if None. `filters` are
    names, paths or transforms that run besides the default ones, which `no_filters` turns off. `files_dir` is the
    folder for images of formats that cannot embed them (default: the file's stem with `_files`). `fetch` opens images
    on the web, where `images` is "fetch": that of one `fetching.Client` for many posts. The other options are those
    of `options.py`.

    Raises `UnknownFormat`, `UnknownFilter`, `UnreadableDocument`, `FilterError`, `WriteError`, `PandocError`, and,
    if `strict`, `LossError` for every loss that was not on purpose; with `fail_on_loss`, for an output whose
    `Result.balance` has more than so many words and other things that nobody accounts for.
    """
    losses: list[Loss] = []
    formats.writer_format(to)  # a wrong name is told before any work is done
    if fail_on_loss is not None:
        check_countable((to,))
    reading = Reading(
        from_=from_,
        filters=filters if isinstance(filters, str) or not isinstance(filters, Iterable) else tuple(filters),
        no_filters=no_filters,
        encoding=encoding,
        language=language,
        timeout=timeout,
        repair=repair,
        assets=assets,
        images=images,
        max_image=max_image,
        convert_webp=convert_webp,
        cache=cache,
        offline=offline,
        allow_private=allow_private,
        comments=comments,
        max_input=max_input,
        fetch=fetch,
    )
    document = read(source, report=losses.append, **reading)
    if files_dir is None:
        files_dir = f"{source.stem}_files" if isinstance(source, Path) else WRITE.files_dir
    options = WriteOptions(
        width=width,
        links=links,
        flavour=flavour,
        raw_html=raw_html,
        reference_doc=reference_doc,
        cover=cover,
        theme=theme,
        css=css,
        fonts=tuple(fonts),
        files_dir=files_dir,
        timeout=timeout,
    )
    result = write_result(document, to, options, losses, partial(entering, source, **reading))
    if fail_on_loss is not None:
        balanced(result, fail_on_loss)
    return strictly(result) if strict else result


def read(
    source: Source,
    *,
    from_: str | None = None,
    filters: Iterable[FilterLike] = (),
    no_filters: bool = False,
    encoding: str | None = READ.encoding,
    language: str | None = READ.language,
    timeout: float = READ.timeout,
    repair: bool | None = READ.repair,
    assets: Path | None = READ.assets,
    images: ImagesFrom = READ.images,
    max_image: int = READ.max_image,
    convert_webp: bool = READ.convert_webp,
    cache: Path | None = READ.cache,
    offline: bool = READ.offline,
    allow_private: bool = READ.allow_private,
    comments: bool = READ.comments,
    max_input: int = READ.max_input,
    fetch: OpenImage | None = None,
    report: Report = ignore,
) -> Document:
    """Read a post into a clean, filtered document; arguments and errors as for `convert`, losses go to `report`."""
    task = _task(
        source,
        report,
        from_=from_,
        filters=filters,
        no_filters=no_filters,
        encoding=encoding,
        language=language,
        timeout=timeout,
        repair=repair,
        assets=assets,
        images=images,
        max_image=max_image,
        convert_webp=convert_webp,
        cache=cache,
        offline=offline,
        allow_private=allow_private,
        comments=comments,
        max_input=max_input,
    )
    filtered = _filtered(task, _read_clean(task))
    return _with_language(_with_images(task, filtered, fetch), language)


def entering(source: Source, **reading: Unpack[Reading]) -> Entering:
    """What a source holds, counted while it is read once more; arguments and errors as for `read`."""
    from convertkit.ledger import Probe

    probe = Probe()
    task = _task(source, probe.losses.append, **reading)
    probed = replace(task, context=replace(task.context, html_filters=probe.around(task.context.html_filters)))
    clean = _read_clean(probed)
    return probe.entering(clean, _filtered(probed, clean))


@dataclass(frozen=True, slots=True)
class _Task:
    """One source to be read, opened, with the filters that it will meet."""

    read: Callable[[ReadContext], Document]
    """Reads it, opened, to its rough tree."""
    html: bool
    """Whether reading it runs the filters on HTML."""
    path: Path | None
    filters: FilterSet
    context: ReadContext
    siblings: OpenImage | None = None


def _task(source: Source, report: Report, **reading: Unpack[Reading]) -> _Task:
    language, encoding = reading.get("language", READ.language), reading.get("encoding", READ.encoding)
    if language is not None and canonical_tag(language) is None:
        raise UsageError(f"{language!r} is no language", advice="give a BCP 47 tag such as en or zh-CN")
    source = _whole(source, report, **reading)
    chosen = select_filters(reading.get("filters", ()), no_filters=reading.get("no_filters", False))
    options = ReadOptions(
        encoding="utf-8" if isinstance(source, str) else encoding,
        language=language,
        timeout=reading.get("timeout", READ.timeout),
        repair=reading.get("repair", READ.repair),
        assets=reading.get("assets", READ.assets),
        images=reading.get("images", READ.images),
        max_image=reading.get("max_image", READ.max_image),
        convert_webp=reading.get("convert_webp", READ.convert_webp),
        cache=reading.get("cache", READ.cache),
        offline=reading.get("offline", READ.offline),
        allow_private=reading.get("allow_private", READ.allow_private),
        comments=reading.get("comments", READ.comments),
        max_input=reading.get("max_input", READ.max_input),
    )
    if isinstance(source, Entry):
        _check_size(len(source.html), source.source, options.max_input)
        context = ReadContext(source=source.source, options=options, report=report, html_filters=chosen.html)
        return _Task(partial(_read_entry, source), True, source.path, chosen, context)
    name = source.name if isinstance(source, Opened) else str(source) if isinstance(source, Path) else ""
    format_name = reading.get("from_") or formats.guess_reader(name)
    data, path = _open(source, 0 if formats.is_container(format_name) else options.max_input)
    context = ReadContext(source=name, options=options, report=report, html_filters=chosen.html)
    read = partial(formats.load_reader(format_name), data)
    siblings = source.siblings if isinstance(source, Opened) else None
    return _Task(read, formats.reader_format(format_name).html, path, chosen, context, siblings)


def _whole(source: Source, report: Report, **reading: Unpack[Reading]) -> Source:
    """The source, or the one entry that it holds if it is a feed or an export."""
    if not isinstance(source, str | bytes | Path):
        return source
    encoding, comments = reading.get("encoding", READ.encoding), reading.get("comments", READ.comments)
    found = split(source, from_=reading.get("from_"), encoding=encoding, comments=comments, report=report)
    return source if found is None else only_entry(found, str(source) if isinstance(source, Path) else "")


def _read_entry(entry: Entry, context: ReadContext) -> Document:
    from convertkit.readers.feeds.reading import read_entry

    return read_entry(entry, context)


def _read_clean(task: _Task) -> Document:
    return normalise(task.read(task.context))


def _filtered(task: _Task, document: Document) -> Document:
    """The document after the filters that work on the tree."""
    context = task.context
    stages = (*(() if task.html else task.filters.asked), *task.filters.tree)
    filtered = apply_filters(document, stages, context.report, timeout=context.options.timeout, pandoc=context.pandoc)
    return document if filtered is document else normalise(filtered)


def _with_images(task: _Task, document: Document, fetch: OpenImage | None) -> Document:
    """The document with the images that the options ask for."""
    options, report = task.context.options, task.context.report
    if options.images == "none":
        return leave_out_images(document, report)
    path = task.path
    local = task.siblings or open_beside(path.parent if path else None, path.stem if path else "", options.assets)
    sources = ImageSources(local=local, max_image=options.max_image, webp=not options.convert_webp)
    if options.images == "local":
        return embed_images(document, sources, report)
    with nullcontext(fetch) if fetch else fetching(options) as remote:
        return embed_images(document, replace(sources, remote=remote), report)


@contextmanager
def fetching(options: ReadOptions) -> Iterator[OpenImage | None]:
    """What fetches images for as many posts as are read within; None where the options ask for none from the web.

    One for all keeps connections, the pace at which each host is asked, and what was fetched.
    """
    if options.images != "fetch":
        yield None
        return
    from convertkit.fetching import Client

    with Client(options.cache, offline=options.offline, allow_private=options.allow_private) as client:
        yield client.fetch


def write(
    document: Document,
    to: str,
    *,
    width: int = WRITE.width,
    links: LinksName = WRITE.links,
    flavour: FlavourName = WRITE.flavour,
    raw_html: bool | None = WRITE.raw_html,
    reference_doc: Path | None = WRITE.reference_doc,
    cover: str | Path | None = WRITE.cover,
    theme: ThemeName = WRITE.theme,
    css: Path | None = WRITE.css,
    fonts: Iterable[Path] = WRITE.fonts,
    files_dir: str = WRITE.files_dir,
    timeout: float = WRITE.timeout,
    report: Report = ignore,
) -> bytes:
    """Write a clean document; arguments and errors as for `convert`, losses go to `report`.

    It may come from anywhere: addresses that could run code are taken out first, as reading a post does.
    """
    options = WriteOptions(
        width=width,
        links=links,
        flavour=flavour,
        raw_html=raw_html,
        reference_doc=reference_doc,
        cover=cover,
        theme=theme,
        css=css,
        fonts=tuple(fonts),
        files_dir=files_dir,
        timeout=timeout,
    )
    safe = harmless(document, report, own_markup=True)
    fit = _dressed(safe, formats.writer_format(to), options, report)
    return formats.load_writer(to)(fit, WriteContext(options=options, report=report))


def _dressed(document: Document, to: formats.WriterFormat, options: WriteOptions, report: Report) -> Document:
    """The document with the cover that it is to have in a format, and with images that the format can show."""
    if to.cover and options.cover is not None:
        from convertkit.covers import with_cover

        document = with_cover(document, options, report)
    return fit_images(document, to.shown, report)


def write_result(
    document: Document,
    to: str,
    options: WriteOptions,
    losses: Iterable[Loss],
    count_source: Callable[[], Entering] | None = None,
) -> Result:
    """The document written, its losses after those that reading it gave."""
    read, found = tuple(losses), list[Loss]()
    told = {loss.target for loss in read if isinstance(loss, ImageNotEmbedded)}

    def report(loss: Loss) -> None:
        if not (isinstance(loss, ImageNotEmbedded) and loss.target in told):  # reading said why
            found.append(loss)

    written_as = formats.writer_format(to)
    fit = _dressed(document, written_as, options, report)
    content = formats.load_writer(to)(fit, WriteContext(options=options, report=report))
    files: dict[str, bytes] = {}
    if written_as.files_beside:
        files = {f"{options.files_dir}/{name}": resource.content for name, resource in fit.resources.items()}
    return Result(content, document, tuple(dict.fromkeys((*read, *found))), files, to, count_source, options, found)


def strictly(result: Result) -> Result:
    """The same result. Raises `LossError` if anything in it was lost that was not meant to go."""
    losses = [loss for loss in result.losses if not loss.on_purpose]
    if losses:
        more = f" and {len(losses) - 1} more" if len(losses) > 1 else ""
        raise LossError(
            f"would lose: {losses[0]}{more}",
            source=result.document.source,
            advice="`convertkit inspect` lists all; without strict they are only reported",
        )
    return result


def check_countable(to: Iterable[str]) -> None:
    """Raise `UsageError` for a format whose output the ledger cannot read back."""
    from convertkit.ledger import COUNTED

    for name in to:
        if name not in COUNTED:
            raise UsageError(f"no ledger is kept of {name}", advice=f"its outputs are {', '.join(COUNTED)}")


def balanced(result: Result, most: int) -> Result:
    """The same result. Raises `LossError` if nobody accounts for more than `most` of its words and other things."""
    balance = result.balance
    if balance is not None and balance.size > most:
        raise LossError(
            f"{balance.size} words or other things are unaccounted for in {result.format}: {balance.unexplained[0]}",
            source=result.document.source,
            advice="`convertkit inspect` lists all; a higher --fail-on-loss lets them pass",
        )
    return result


def _open(source: str | bytes | Path | Opened, most: int) -> tuple[bytes, Path | None]:
    """The source's bytes, of which there may be `most` MiB (0: any), and its path if it has one."""
    if isinstance(source, Path):
        return _read_file(source, most), source
    if not isinstance(source, str | bytes | Opened):
        raise TypeError(f"a source is text, bytes or a Path, not {type(source).__name__}")
    path = source.path if isinstance(source, Opened) else None
    data = source.data if isinstance(source, Opened) else source
    data = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    _check_size(len(data), source.name if isinstance(source, Opened) else "", most)
    return data, path


_WITHOUT_WAITING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def _read_file(path: Path, most: int) -> bytes:
    """A file's bytes. It is judged once it is open, and never waited for: a pipe or a device is no file."""
    try:
        handle = os.open(path, _WITHOUT_WAITING)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableDocument("not a file", source=str(path), advice="give a file, or content as text")
            _check_size(status.st_size, str(path), most)
            with open(handle, "rb", buffering=0, closefd=False) as file:
                return file.read()
        finally:
            os.close(handle)  # here, since `open` refuses a folder and leaves its handle open
    except (OSError, ValueError) as error:  # ValueError: a name with a zero character
        problem = error.strerror if isinstance(error, OSError) else str(error)
        advice = "check the path and its permissions"
        raise UnreadableDocument(f"cannot be read: {problem}", source=str(path), advice=advice) from error


def _check_size(size: int, name: str, most: int) -> None:
    if most and size > most * 2**20:
        problem = f"has {size / 2**20:,.0f} MiB, more than a document may"
        raise TooBig(problem, source=name, advice=f"split it, or allow more than {most} with max_input")


def _with_language(document: Document, language: str | None) -> Document:
    """The document with a language: its own, else the caller's, else what its text looks like."""
    metadata = document.metadata
    if metadata.language:
        return document
    found, origin = (canonical_tag(language), "option") if language else (_detected(document), "detected from the text")
    if not found:
        return document
    told = replace(metadata, language=found, origins={**metadata.origins, "language": origin})
    return Document(document.blocks, told, document.resources, document.source)


def _detected(document: Document) -> str:
    """The language of the prose; of the title where there is none, if its script says so: a title is short."""
    prose = tuple(block for block in document.blocks if not isinstance(block, CodeBlock))
    sample = plain_text(prose[:: len(prose) // SAMPLED_BLOCKS + 1])
    if sample and not sample.isspace():
        return detect_language(sample)
    return detect_east_asian(document.metadata.title)
