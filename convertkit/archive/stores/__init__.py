"""Where outputs land: a folder, or whatever fsspec reaches by URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convertkit.archive.addresses import is_url

if TYPE_CHECKING:
    from convertkit.archive.store import Store


def open_store(address: str) -> Store:
    """The store at a folder's path or a URL, which is made when the first file lands.

    Raises `UsageError` for a URL of a kind that nothing installed can reach.
    """
    if is_url(address):
        from convertkit.archive.stores.remote import RemoteStore

        return RemoteStore(address)
    from convertkit.archive.stores.folder import FolderStore

    return FolderStore(address)
