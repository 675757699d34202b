"""A document's metadata as YAML front matter, written and read by python-frontmatter."""

from __future__ import annotations

from collections.abc import Mapping

import frontmatter
from frontmatter.default_handlers import YAMLHandler

from convertkit.metadata import Metadata
from convertkit.readers.entities import protect_references
from convertkit.readers.field_names import WRITTEN
from convertkit.tree import Document
from convertkit.writers.markdown.yaml import to_yaml


class _Handler(YAMLHandler):
    """YAML in the order given, unescaped, never wrapped: what the emitter of PyYAML cannot be told."""

    def export(self, metadata: dict[str, object], **_options: object) -> str:
        return to_yaml(metadata)


_HANDLER = _Handler()


def with_front_matter(document: Document, body: str, files_dir: str) -> str:
    """The body behind its metadata, without a final line end; the body alone if there is no metadata."""
    fields = front_matter(document.metadata)
    if not fields:
        return body
    if document.metadata.cover in document.resources:
        fields["cover"] = f"{files_dir}/{document.metadata.cover}"
    post = frontmatter.Post(body, _HANDLER)
    post.metadata = fields  # not through Post's keywords: `content` and `handler` are keys like others
    return frontmatter.dumps(post)


def front_matter(metadata: Metadata) -> dict[str, object]:
    """The keys and values to write, in order.

    A key of `extra` that a field's key has taken (a date that was not understood beside one that was) goes on with
    an underscore behind it.
    """
    present = {name: _protected(value) for name, value in metadata.present().items()}
    fields = {key: present[name] for name, key in WRITTEN.items() if name in present}
    if metadata.authors:
        authors = [protect_references(name) for name in metadata.authors]
        fields["author"] = authors[0] if len(authors) == 1 else authors
    if metadata.contributors:
        fields["contributors"] = [
            {"name": protect_references(one.name), "role": protect_references(one.role)}
            for one in metadata.contributors
        ]
    if metadata.series_index is not None and metadata.series_index.is_integer():
        fields["series_index"] = int(metadata.series_index)
    for key, value in metadata.extra.items():
        fields[_free(key, fields)] = value
    return fields


def _protected(value: object) -> object:
    """A field's value such that readers of front matter, who take `&amp;` for `&`, find what it is."""
    match value:
        case str():
            return protect_references(value)
        case tuple():
            return [protect_references(item) if isinstance(item, str) else item for item in value]
        case _:
            return value


def _free(key: str, taken: Mapping[str, object]) -> str:
    while key in taken:
        key += "_"
    return key
