"""Why something could not be fetched."""

from __future__ import annotations

from enum import StrEnum

from convertkit.pictures.failures import PictureError


class Reason(StrEnum):
    """The kinds of failure. `ADDRESS` is the one that guards the network: nothing was connected to."""

    URL = "url"
    """Not a URL that a browser would understand, or one with a user name in it."""
    SCHEME = "scheme"
    """Neither http nor https."""
    ADDRESS = "address"
    """The host, or an address that its name stands for, is not public; or the port is another service's."""
    NAME = "name"
    """The host's name stands for no address."""
    NETWORK = "network"
    """No connection, or one that broke."""
    TIMEOUT = "timeout"
    """A silence, or a whole that took too long."""
    PROTOCOL = "protocol"
    """What answered does not speak HTTP as one should."""
    STATUS = "status"
    """An answer other than 200 and the redirects."""
    REDIRECTS = "redirects"
    """Too many redirects, or one that leads nowhere."""
    ENCODING = "encoding"
    """A content coding other than gzip and deflate, or broken data in these."""
    SIZE = "size"
    """More bytes than the limit, decoded or not."""
    OFFLINE = "offline"
    """Not in the cache, and nothing may be asked."""
    LIMIT = "limit"
    """The run has fetched as many as it may."""
    GIVEN_UP = "given up"
    """The host did not answer several times in this run and is asked no more."""


class FetchError(PictureError):
    """Something could not be fetched: `reason` for programs, the message for people.

    `temporary` failures may pass if one asks again; `retry_after` is the wait in seconds that the server asked for.
    """

    def __init__(
        self, reason: Reason, message: str, *, temporary: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.temporary = temporary
        self.retry_after = retry_after
