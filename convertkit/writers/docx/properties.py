"""Document properties: what a DOCX says of itself, in `docProps/core.xml`, `custom.xml` and `app.xml`.

Core properties (ECMA-376 part 2, clause 11) hold what they have a name for. Their dates are instants in UTC, which
is what Word writes and all that some readers accept; `date` and `updated` as written, with their own offset, without
a time or without a zone, are custom properties of those names, as is all else that the metadata holds.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterator

from lxml import etree

from convertkit.metadata import Date, Metadata, format_date
from convertkit.writers.docx.ooxml import parse, serialise
from convertkit.writers.markup import without_forbidden

CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
EXTENDED = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
VARIANT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"

USER_DEFINED = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""The format identifier of properties that a user defined (MS-OLEPS, 2.21); their numbers begin with 2."""

SEPARATOR = "; "
"""Between names in one property, as Word writes and splits authors."""


def core_properties(metadata: Metadata) -> bytes:
    """`docProps/core.xml`. Without a date there is none: nothing comes from the clock."""
    root = etree.Element(f"{{{CORE}}}coreProperties", nsmap={"cp": CORE, "dc": DC, "dcterms": DCTERMS, "xsi": XSI})
    subjects = SEPARATOR.join(metadata.subjects)
    for tag, text in (
        (f"{{{DC}}}title", metadata.title),
        (f"{{{DC}}}subject", subjects),
        (f"{{{DC}}}creator", SEPARATOR.join(metadata.authors)),
        (f"{{{CORE}}}keywords", subjects),
        (f"{{{DC}}}description", metadata.description),
        (f"{{{DC}}}language", metadata.language),
        (f"{{{DC}}}identifier", metadata.identifier),
        (f"{{{CORE}}}category", SEPARATOR.join(metadata.categories)),
    ):
        if text:
            etree.SubElement(root, tag).text = _clean(text)
    for tag, date in (("created", metadata.date), ("modified", metadata.updated or metadata.date)):
        if date is not None:
            node = etree.SubElement(root, f"{{{DCTERMS}}}{tag}")
            node.set(f"{{{XSI}}}type", "dcterms:W3CDTF")
            node.text = in_utc(date)
    return serialise(root)


def in_utc(date: Date) -> str:
    """`2022-04-15T23:22:12Z`: the instant; a day's first second; a time without a zone as if it were UTC."""
    if not isinstance(date, datetime.datetime):
        return f"{date.isoformat()}T00:00:00Z"
    try:
        instant = date.astimezone(datetime.UTC) if date.tzinfo else date
    except OverflowError:  # midnight of 0001-01-01 east of Greenwich
        instant = date
    return instant.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def custom_properties(metadata: Metadata) -> bytes:
    """`docProps/custom.xml`: what core properties have no name for, one property a field, names told apart."""
    root = parse(f'<Properties xmlns="{CUSTOM}" xmlns:vt="{VARIANT}"/>'.encode())
    taken: set[str] = set()
    for number, (label, value) in enumerate(_custom(metadata), start=2):
        node = etree.SubElement(root, f"{{{CUSTOM}}}property")
        node.set("fmtid", USER_DEFINED)
        node.set("pid", str(number))
        node.set("name", _free_name(label, taken))
        kind, text = _variant(value)
        etree.SubElement(node, f"{{{VARIANT}}}{kind}").text = text
    return serialise(root)


def app_properties() -> bytes:
    """`docProps/app.xml` without the counts and times of pandoc's reference document, which are not true of ours."""
    root = parse(f'<Properties xmlns="{EXTENDED}"/>'.encode())
    etree.SubElement(root, f"{{{EXTENDED}}}Application").text = "convertkit"
    return serialise(root)


def _custom(metadata: Metadata) -> Iterator[tuple[str, object]]:
    """Names and values in the metadata's own order."""
    for field in ("subtitle", "date", "updated", "publisher", "url", "cover", "series", "series_index"):
        value = getattr(metadata, field)
        if value not in ("", None):
            yield field, value
    roles = dict.fromkeys(contributor.role for contributor in metadata.contributors)
    for role in roles:
        yield role, [contributor.name for contributor in metadata.contributors if contributor.role == role]
    yield from metadata.extra.items()


def _free_name(label: object, taken: set[str]) -> str:
    """A property's name; names that differ in case only are the same to Word, and none is empty or above 255 long."""
    base = " ".join(_clean(str(label)).split())[:240] or "property"
    name, count = base, 1
    while name.casefold() in taken:
        count += 1
        name = f"{base} {count}"
    taken.add(name.casefold())
    return name


def _variant(value: object) -> tuple[str, str]:
    """The type and text of a value (ECMA-376 part 1, 22.4); what has no type of its own is text."""
    match value:
        case bool():
            return "bool", "true" if value else "false"
        case int() if -(2**31) <= value < 2**31:
            return "i4", str(value)
        case float() if math.isfinite(value):
            return "r8", repr(value)
        case str():
            return "lpwstr", _clean(value)
        case datetime.date():
            return "lpwstr", format_date(value)
        case list() | tuple() if all(isinstance(item, str) for item in value):
            return "lpwstr", _clean(SEPARATOR.join(value))
        case None:
            return "lpwstr", ""
        case _:
            return "lpwstr", _clean(json.dumps(value, ensure_ascii=False, default=str))


def _clean(text: str) -> str:
    return without_forbidden(text)[0]
