"""One post: read, normalise, filter, write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypedDict

from convertkit import formats
from convertkit.context import ReadContext, WriteContext
from convertkit.errors import LossError, UnreadableDocument, UsageError
from convertkit.filtering import FilterLike, apply_filters, select_filters
from convertkit.images import embed_images, open_beside
from convertkit.languages import canonical_tag, detect_language
from convertkit.losses import Loss, Report, ignore
from convertkit.normalise import normalise
from convertkit.options import READ, WRITE, FlavourName, ReadOptions, WriteOptions
from convertkit.tree import CodeBlock, Document
from convertkit.walk import plain_text

Source = str | bytes | Path
"""What is converted: content as text or bytes, or a file as a `Path`."""

SAMPLED_BLOCKS = 12
"""About so many blocks are read to detect a language."""


class Reading(TypedDict, total=False):
    """The named arguments of `read` besides `report`."""

    from_: str | None
    filters: Iterable[FilterLike]
    no_filters: bool
    encoding: str | None
    language: str | None
    timeout: float
    assets: Path | None


@dataclass(frozen=True, slots=True)
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

    @property
    def text(self) -> str:
        """The output of a text format. Raises `UnicodeDecodeError` for a binary one."""
        return self.content.decode("utf-8")


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
    flavour: FlavourName = WRITE.flavour,
    raw_html: bool | None = WRITE.raw_html,
    reference_doc: Path | None = WRITE.reference_doc,
    files_dir: str | None = None,
    timeout: float = READ.timeout,
    assets: Path | None = READ.assets,
    strict: bool = False,
) -> Result:
    """Convert one post.

    `source` is content (`str` or `bytes`) or a file (`Path`); `to` and `from_` are names that `convertkit formats`
    lists, `from_` found by the file's suffix and by looking if None. `filters` are names, paths or transforms that
    run besides the default ones, which `no_filters` turns off. `files_dir` is the folder for images of formats that
    cannot embed them (default: the file's stem with `_files`). The other options are those of `options.py`.

    Raises `UnknownFormat`, `UnknownFilter`, `UnreadableDocument`, `FilterError`, `WriteError`, `PandocError`, and,
    if `strict`, `LossError` for every loss that was not on purpose.
    """
    losses: list[Loss] = []
    formats.writer_format(to)  # a wrong name is told before any work is done
    document = read(
        source,
        from_=from_,
        filters=filters,
        no_filters=no_filters,
        encoding=encoding,
        language=language,
        timeout=timeout,
        assets=assets,
        report=losses.append,
    )
    if files_dir is None:
        files_dir = f"{source.stem}_files" if isinstance(source, Path) else WRITE.files_dir
    options = WriteOptions(
        width=width,
        flavour=flavour,
        raw_html=raw_html,
        reference_doc=reference_doc,
        files_dir=files_dir,
        timeout=timeout,
    )
    result = write_result(document, to, options, losses)
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
    assets: Path | None = READ.assets,
    report: Report = ignore,
) -> Document:
    """Read a post into a clean, filtered document; arguments and errors as for `convert`, losses go to `report`."""
    if language is not None and canonical_tag(language) is None:
        raise UsageError(f"{language!r} is no language", advice="give a BCP 47 tag such as en or zh-CN")
    data, name, path = _open(source)
    if isinstance(source, str):
        encoding = "utf-8"
    chosen = select_filters(filters, no_filters=no_filters)
    context = ReadContext(
        source=name,
        options=ReadOptions(encoding=encoding, language=language, timeout=timeout, assets=assets),
        report=report,
        html_filters=chosen.html,
    )
    format_name = from_ or formats.guess_reader(name)
    document = normalise(formats.load_reader(format_name)(data, context))
    on_html = () if formats.reader_format(format_name).html else chosen.asked
    filtered = apply_filters(document, (*on_html, *chosen.tree), report, timeout=timeout, pandoc=context.pandoc)
    if filtered is not document:
        filtered = normalise(filtered)
    open_image = open_beside(path.parent if path else None, path.stem if path else "", assets)
    return _with_language(embed_images(filtered, open_image, report), language)


def write(
    document: Document,
    to: str,
    *,
    width: int = WRITE.width,
    flavour: FlavourName = WRITE.flavour,
    raw_html: bool | None = WRITE.raw_html,
    reference_doc: Path | None = WRITE.reference_doc,
    files_dir: str = WRITE.files_dir,
    timeout: float = WRITE.timeout,
    report: Report = ignore,
) -> bytes:
    """Write a clean document; arguments and errors as for `convert`, losses go to `report`."""
    options = WriteOptions(
        width=width,
        flavour=flavour,
        raw_html=raw_html,
        reference_doc=reference_doc,
        files_dir=files_dir,
        timeout=timeout,
    )
    return formats.load_writer(to)(document, WriteContext(options=options, report=report))


def write_result(document: Document, to: str, options: WriteOptions, losses: Iterable[Loss]) -> Result:
    """The document written, its losses after those that reading it gave."""
    found = list(losses)
    content = formats.load_writer(to)(document, WriteContext(options=options, report=found.append))
    files: dict[str, bytes] = {}
    if formats.writer_format(to).files_beside:
        files = {f"{options.files_dir}/{name}": resource.content for name, resource in document.resources.items()}
    return Result(content, document, tuple(dict.fromkeys(found)), files)


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


def _open(source: Source) -> tuple[bytes, str, Path | None]:
    """The source's bytes, its name in messages, its path if it has one."""
    if isinstance(source, str):
        return source.encode("utf-8", "surrogatepass"), "", None
    if isinstance(source, bytes):
        return source, "", None
    if not isinstance(source, Path):
        raise TypeError(f"a source is text, bytes or a Path, not {type(source).__name__}")
    try:
        if not source.is_file() and source.exists():
            raise UnreadableDocument("not a file", source=str(source), advice="give a file, or content as text")
        return source.read_bytes(), str(source), source
    except OSError as error:
        raise UnreadableDocument(
            f"cannot be read: {error.strerror}", source=str(source), advice="check the path and its permissions"
        ) from error


def _with_language(document: Document, language: str | None) -> Document:
    """The document with a language: its own, else the caller's, else what its text looks like."""
    metadata = document.metadata
    if metadata.language:
        return document
    found, origin = (canonical_tag(language), "option") if language else (_detected(document), "detected from the text")
    if not found:
        return document
    origins = {**metadata.origins, "language": origin}
    return replace(document, metadata=replace(metadata, language=found, origins=origins))


def _detected(document: Document) -> str:
    """The language of the prose; of the title where there is none, if its script says so: a title is short."""
    prose = tuple(block for block in document.blocks if not isinstance(block, CodeBlock))
    sample = plain_text(prose[:: max(1, len(prose) // SAMPLED_BLOCKS)])
    if sample and not sample.isspace():
        return detect_language(sample)
    of_title = detect_language(document.metadata.title)
    return of_title if of_title.startswith(("zh", "ja", "ko")) else ""
