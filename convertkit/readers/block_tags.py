"""The elements that are blocks: their text stands on lines of its own."""

from __future__ import annotations

_NAMES = """
address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main marquee menu multicol nav ol
optgroup option p plaintext pre search section summary table tbody td tfoot th thead tr ul xmp
"""
BLOCK_TAGS = frozenset(_NAMES.split())
"""What HTML standard 15.3 gives `display: block` or its kin (list items, parts of tables), the obsolete ones too."""
