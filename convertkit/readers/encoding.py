"""Bytes to text: which encoding they are in, and no character that a document cannot hold.

In this order: a byte order mark or the caller's encoding, strict UTF-8, a declaration in the first kilobyte, UTF-8
with a little damage, UTF-16 without a mark, and at last turbohtml's detector. Legacy encodings are decoded as the
WHATWG Encoding standard says, by turbohtml's codecs: a page that says `gb2312` means GBK and its extension GB 18030,
one that says `iso-8859-1` means windows-1252.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from turbohtml import detect

from convertkit.errors import NotText, UnknownEncoding
from convertkit.losses import CharactersReplaced, EncodingGuessed
from convertkit.readers.characters import CONTROLS, possible

if TYPE_CHECKING:
    from convertkit.context import ReadContext

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_PANDOC_ADVICE = "if pandoc reads it, name its format, as in --from pandoc:docx"
_NOT_TEXT = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive (so are EPUB, DOCX and ODT)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b\x08", "gzip data"),
    (b"BZh9", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"%PDF-", "a PDF"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"OggS\x00", "Ogg media"),
    (b"fLaC", "FLAC audio"),
    (b"ID3", "MP3 audio"),
    (b"\x00asm", "WebAssembly"),
)
"""Signatures of common files that are not text (WHATWG MIME Sniffing, section 6, and the formats' own definitions)."""
_SIGNATURES = tuple(signature for signature, _ in _NOT_TEXT)

_FEW_CONTROLS, _CONTROLS_SHARE, _CONTROLS_SHARE_IN_UTF_8 = 8, 0.05, 0.3
"""So many control bytes are damage; more, and more than this share, are no text. Random bytes have a share of 0.11,
and are not well-formed UTF-8."""

_RIGHT_FOR_ONE_WRONG = 10
"""Well-formed characters beyond ASCII for each malformed one, from which an encoding is believed."""

_DECLARED = re.compile(
    rb"""<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+) | ^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_DECLARED_WITHIN = 1024
"""HTML standard 13.2.3.2: a declaration stands in the first 1,024 bytes."""

_DETECTED_WITHIN = 65_536
"""Bytes that detection looks at; more than enough for it, and cheap for a large file."""

_ESCAPES_JAPANESE = re.compile(rb"\x1b\$[@B]")
"""ISO-2022-JP is valid ASCII but for what these sequences shift to (RFC 1468)."""

_LIKELY = re.compile(r"[\t\n\r -~\u3000-\u30ff\uff01-\uff60的一是不了人]")
"""Characters that text in the right UTF-16 byte order is full of, and text in the wrong one is not."""
_UNLIKELY = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff]")
_LIKELY_SHARE = 0.05
_CONTROLS_OF_UTF_16 = 0.3
_UTF_16_WITHIN = 4096

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


def decode(data: bytes, context: ReadContext) -> str:
    """The text of an input, line ends as `\\n`, without a byte order mark.

    What XML cannot hold is made harmless and reported: NUL, noncharacters, lone surrogates and undecodable bytes
    become U+FFFD, other control characters go. Raises `NotText` for what is empty or binary, `UnknownEncoding`
    if the option `encoding` names none.
    """
    if data.startswith(_SIGNATURES):
        what = next(what for signature, what in _NOT_TEXT if data.startswith(signature))
        raise NotText(f"{what}, not text", source=context.source, advice=_PANDOC_ADVICE)
    has_controls = _count_controls(data) > 0
    text = None if has_controls else _as_utf_8(data, context)
    if text is None:
        text = _second_look(data, context)
    if has_controls or "\ufffe" in text or "\uffff" in text:
        text = possible(text, context.report)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.lstrip("\ufeff")
    if not text or text.isspace():
        raise NotText("there is no text in it", source=context.source, advice="give a file with a post in it")
    return text


def _count_controls(data: bytes) -> int:
    return len(data) - len(data.translate(None, CONTROLS))


def _as_utf_8(data: bytes, context: ReadContext) -> str | None:
    """Well-formed UTF-8 by itself: the ordinary case, told in microseconds."""
    if context.options.encoding not in (None, "utf-8"):
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _second_look(data: bytes, context: ReadContext) -> str:
    """Text with controls, or not in UTF-8; what it may still hold that XML forbids is left to `possible`."""
    if context.options.encoding:
        return _as_told(data, context.options.encoding, context)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _replacing(data[len(mark) :], encoding, context)
    for attempt in (_as_utf_16, _as_escaped_japanese):
        if (text := attempt(data, context)) is not None:
            return text
    _refuse_binary(data, context)
    for attempt in (_as_utf_8, _as_surrogates, _as_damaged_utf_8, _as_declared):
        if (text := attempt(data, context)) is not None:
            return text
    return _as_detected(data, context)


def _as_told(data: bytes, encoding: str, context: ReadContext) -> str:
    codec = _codec(encoding)
    if codec is None:
        raise UnknownEncoding(
            f"no encoding {encoding!r}", source=context.source, advice="name one as gb18030 or utf-16"
        )
    if not codec.startswith(("utf-16", "utf-32")):
        _refuse_binary(data, context)
    text = _as_surrogates(data, context) if encoding == "utf-8" else None
    return _replacing(data, codec, context) if text is None else text


def _as_utf_16(data: bytes, context: ReadContext) -> str | None:
    """UTF-16 without a mark. It has control bytes everywhere; every second one where it is well-formed UTF-8."""
    if _count_controls(data) < len(data) * _CONTROLS_OF_UTF_16 and _as_utf_8(data, context) is not None:
        return None
    scores = {order: _score_utf_16(data, order) for order in ("utf-16-le", "utf-16-be")}
    best = max(scores, key=scores.__getitem__)
    if scores[best] < _LIKELY_SHARE:
        return None
    context.report(EncodingGuessed("", best))
    return _replacing(data, best, context)


def _score_utf_16(data: bytes, order: str) -> float:
    """The share of likely characters among the first ones; 0 if they are no UTF-16 or hold what text does not."""
    try:
        text = data[: min(len(data) // 2 * 2, _UTF_16_WITHIN)].decode(order)
    except UnicodeDecodeError:
        return 0
    return 0 if not text or _UNLIKELY.search(text) else len(_LIKELY.findall(text)) / len(text)


def _as_escaped_japanese(data: bytes, context: ReadContext) -> str | None:
    """ISO-2022-JP, which is ASCII but for what its escape sequences shift to."""
    if not data.isascii() or not _ESCAPES_JAPANESE.search(data):
        return None
    if _declared(data) != "iso-2022-jp":
        context.report(EncodingGuessed("", "iso-2022-jp"))
    return _replacing(data, "whatwg-iso-2022-jp", context)


def _refuse_binary(data: bytes, context: ReadContext) -> None:
    controls = _count_controls(data)
    share = _CONTROLS_SHARE if _as_utf_8(data, context) is None else _CONTROLS_SHARE_IN_UTF_8
    if controls > _FEW_CONTROLS and controls > len(data) * share:
        raise NotText("binary data, not text", source=context.source, advice=_PANDOC_ADVICE)


def _as_surrogates(data: bytes, context: ReadContext) -> str | None:
    """UTF-8 of UTF-16's halves: pairs (CESU-8) become the character that they mean, lone ones U+FFFD."""
    try:
        halves = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return _replacing(halves.encode("utf-16-le", "surrogatepass"), "utf-16-le", context)


def _as_damaged_utf_8(data: bytes, context: ReadContext) -> str | None:
    """UTF-8 with a wrong byte here and there, or cut off: other encodings give hardly a well-formed sequence."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = _count_beyond_ascii(text) - wrong
    is_cut_off = wrong == 1 and text.endswith("\ufffd")
    match _declared(data):
        case "utf-8":
            believed = is_cut_off or 0 < wrong <= right
        case "":
            believed = right > 0 and (is_cut_off or wrong < right)
        case _:
            believed = right > 0 and (is_cut_off or wrong * _RIGHT_FOR_ONE_WRONG <= right)
    return _replacing(data, "utf-8", context) if believed else None


def _as_declared(data: bytes, context: ReadContext) -> str | None:
    """Text in the encoding that it declares, unless it plainly is not."""
    label = _declared(data)
    codec = None if label.startswith(("utf", "unicode")) else _codec(label)  # what says so in ASCII is no UTF-16
    if not label or codec is None:
        return None
    text = data.decode(codec, "replace")
    if text.count("\ufffd") * _RIGHT_FOR_ONE_WRONG > _count_beyond_ascii(text):
        return None
    return _replacing(data, codec, context)


def _declared(data: bytes) -> str:
    """The label in `<meta charset>` or an XML declaration, in lower case; empty if there is none."""
    found = _DECLARED.search(data[:_DECLARED_WITHIN])
    return (found[1] or found[2]).decode("ascii").lower() if found else ""


def _count_beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _as_detected(data: bytes, context: ReadContext) -> str:
    match = detect.detect(_sample(data))
    context.report(EncodingGuessed("", match.encoding or "windows-1252"))
    return _replacing(data, match.codec or "whatwg-windows-1252", context)


def _sample(data: bytes) -> bytes:
    """What detection looks at: the first bytes that are not ASCII and those after, whole lines, no declarations."""
    start = next(_BEYOND_ASCII.finditer(data)).start() if len(data) > _DETECTED_WITHIN else 0
    sample = data[start : start + _DETECTED_WITHIN]
    if start + _DETECTED_WITHIN < len(data):
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    return _DECLARED.sub(b"", sample)


def _codec(label: str) -> str | None:
    """The name of Python's codec for a label: the WHATWG's own, where the standard does not give it up for lost."""
    given_up = label.lower().startswith(("hz", "iso-2022-kr", "iso-2022-cn", "utf"))
    names = (label,) if given_up else (f"whatwg-{label}", label)
    return next(filter(_is_codec, names), None)


def _is_codec(name: str) -> bool:
    try:
        b" ".decode(name, "replace")
    except (LookupError, ValueError):  # `hex` is a codec, but not of text; a name may hold anything
        return False
    return True


def _replacing(data: bytes, codec: str, context: ReadContext) -> str:
    text = data.decode(codec, "replace")
    if replaced := text.count("\ufffd"):
        context.report(CharactersReplaced("", replaced))
    return text
