"""What can be lost on the way. A loss is a value with a sentence and a place, never a log line.

Readers, filters and writers are given a `report` and call it with one of these; `Result.losses` holds them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that the output does not hold as the input had it.

    `place` says where: a front matter key, an element, a line (`line 12`), or is empty when nobody knows.
    """

    place: str
    on_purpose: ClassVar[bool] = False
    """True for what was removed by a rule or mended without a loss of words: `strict` lets it pass."""

    @property
    def kind(self) -> str:
        """The loss's name in machine-readable reports."""
        return type(self).__name__

    @property
    def message(self) -> str:
        """One sentence for people, without the place."""
        raise TypeError(f"{self.kind} has no sentence")

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message

    def to_json(self) -> dict[str, object]:
        """The fields, with `kind`, `message` and `on_purpose`."""
        return {"kind": self.kind, "message": self.message, "on_purpose": self.on_purpose, **asdict(self)}


Report = Callable[[Loss], None]


def ignore(loss: Loss) -> None:
    """A `Report` for callers that do not ask for losses."""


@dataclass(frozen=True, slots=True)
class Removed(Loss):
    """A filter removed something on purpose. `text` is its visible text, or a short description in brackets."""

    rule: str
    text: str
    on_purpose: ClassVar[bool] = True

    @property
    def message(self) -> str:
        return f"removed by {self.rule}: {_short(self.text)}"


@dataclass(frozen=True, slots=True)
class LinkChanged(Loss):
    """A rule gave a link its own address: without the detour, or without what follows its readers."""

    rule: str
    before: str
    after: str
    on_purpose: ClassVar[bool] = True

    @property
    def message(self) -> str:
        return f"{_short(self.before)} became {_short(self.after)} by {self.rule}"


@dataclass(frozen=True, slots=True)
class Mended(Loss):
    """Text that a feed had turned into markup was made text again; `text` is the piece that holds it."""

    text: str
    on_purpose: ClassVar[bool] = True

    @property
    def message(self) -> str:
        return f"markup that is text was mended: {_short(self.text)}"


@dataclass(frozen=True, slots=True)
class EncodingGuessed(Loss):
    """Neither a byte order mark nor a declaration gave the encoding, and it is not UTF-8."""

    encoding: str
    on_purpose: ClassVar[bool] = True

    @property
    def message(self) -> str:
        return f"no encoding was declared; read as {self.encoding}"


@dataclass(frozen=True, slots=True)
class CharactersReplaced(Loss):
    """Bytes or code points that no text can hold (undecodable bytes, lone surrogates, NUL) became U+FFFD."""

    count: int

    @property
    def message(self) -> str:
        return f"{self.count} impossible characters were replaced by U+FFFD"


@dataclass(frozen=True, slots=True)
class ControlsRemoved(Loss):
    """Control characters, invisible and forbidden in XML, were removed; vertical tabs and form feeds became spaces."""

    count: int
    on_purpose: ClassVar[bool] = True

    @property
    def message(self) -> str:
        return f"{self.count} invisible control characters were removed"


@dataclass(frozen=True, slots=True)
class FrontMatterRepaired(Loss):
    """The front matter was not valid; this field was saved by a reading more lenient than the format's."""

    reason: str
    on_purpose: ClassVar[bool] = True

    @property
    def message(self) -> str:
        return f"the front matter was broken and was repaired: {self.reason}"


@dataclass(frozen=True, slots=True)
class FieldUnreadable(Loss):
    """A piece of front matter could not be read at all, or not as what its key says."""

    value: str
    reason: str

    @property
    def message(self) -> str:
        return f"{_short(self.value)} was not understood: {self.reason}"


@dataclass(frozen=True, slots=True)
class DateAmbiguous(Loss):
    """A date that can be read in two ways; it stays as written in `Metadata.extra`."""

    value: str

    @property
    def message(self) -> str:
        return f"{self.value!r} may be one of two days; kept as written"


@dataclass(frozen=True, slots=True)
class FeedRepaired(Loss):
    """A feed or an entry of it was not well-formed; all of it was saved by a reading more lenient than XML's."""

    reason: str
    on_purpose: ClassVar[bool] = True

    @property
    def message(self) -> str:
        return f"the feed was broken and was repaired: {self.reason}"


@dataclass(frozen=True, slots=True)
class EntryDamaged(Loss):
    """An entry of a feed or an export is damaged; what could be read of it is kept."""

    reason: str

    @property
    def message(self) -> str:
        return f"the entry is damaged, and only what could be read is kept: {self.reason}"


@dataclass(frozen=True, slots=True)
class SummaryOnly(Loss):
    """A feed holds no more than a summary of this entry; the whole of it is on the web."""

    url: str

    @property
    def message(self) -> str:
        return (
            f"the feed holds only a summary; the whole is at {_short(self.url)}"
            if self.url
            else "the feed holds only a summary"
        )


@dataclass(frozen=True, slots=True)
class TooDeep(Loss):
    """Nesting beyond `tree.MAX_DEPTH`: the text is kept, the structure below is not."""

    limit: int

    @property
    def message(self) -> str:
        return f"nested deeper than {self.limit} levels; flattened"


@dataclass(frozen=True, slots=True)
class ElementDropped(Loss):
    """An element of the source that has no place in a document (a form control, a canvas ...)."""

    element: str
    text: str

    @property
    def message(self) -> str:
        return f"<{self.element}> dropped: {_short(self.text)}"


@dataclass(frozen=True, slots=True)
class TableUnwrapped(Loss):
    """A table that only laid out a page: what its cells hold stands in its place."""

    cells: int
    on_purpose: ClassVar[bool] = True

    @property
    def message(self) -> str:
        return f"a table of layout, with {self.cells} cells, became what it holds"


@dataclass(frozen=True, slots=True)
class UnsafeLink(Loss):
    """A link that could run code or read files; its text is kept."""

    target: str

    @property
    def message(self) -> str:
        return f"unsafe link removed, its text kept: {_short(self.target)}"


@dataclass(frozen=True, slots=True)
class LinkLost(Loss):
    """A link from post to post that cannot lead where it should: its post, or the place in it, is not in the book."""

    target: str
    reason: str

    @property
    def message(self) -> str:
        return f"link to {_short(self.target)}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ImageNotEmbedded(Loss):
    """An image that the output cannot hold; its alternative text and its link stand in its place."""

    target: str
    reason: str

    @property
    def message(self) -> str:
        return f"image {_short(self.target)} not embedded: {self.reason}"


@dataclass(frozen=True, slots=True)
class NotExpressible(Loss):
    """The output format has no way to say this; the words are kept."""

    format: str
    what: str

    @property
    def message(self) -> str:
        return f"{self.format} cannot express {self.what}; the words are kept"


@dataclass(frozen=True, slots=True)
class LooksLost(Loss):
    """The output format has no way to say how something looks (the width of a column, the size of a picture)."""

    format: str
    what: str
    on_purpose: ClassVar[bool] = True

    @property
    def message(self) -> str:
        return f"{self.format} cannot express {self.what}, which changes no more than the looks"


@dataclass(frozen=True, slots=True)
class CoverTextLeftOut(Loss):
    """Words that are not on the drawn cover: no font has the letters `missing`, or they are too many for the room.

    The title page and the alternative text of the cover have them whole.
    """

    text: str
    missing: str

    @property
    def message(self) -> str:
        if not self.missing:
            return f"the text is too long for the cover and ends early: {_short(self.text)}"
        letters = _short(self.missing, 20)
        east_asian = any("\u2e80" <= letter <= "\ud7ff" for letter in self.missing)
        advice = (
            "`pip install convertkit[fonts]`" if east_asian else "install a font that has them, such as one of Noto's"
        )
        return f"{_short(self.text)} is not on the cover: no font found has {letters}; {advice}"


@dataclass(frozen=True, slots=True)
class PandocWarned(Loss):
    """pandoc said that something was left out or changed; `text` is its own sentence."""

    text: str

    @property
    def message(self) -> str:
        return f"pandoc: {_short(self.text, 200)}"


def _short(text: str, limit: int = 60) -> str:
    """One line of at most `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
