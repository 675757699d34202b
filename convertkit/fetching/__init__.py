"""Pictures from the web: one fetcher, in whose way lie all the checks."""

from convertkit.fetching.client import Client, Limits
from convertkit.fetching.failures import FetchError, Reason

__all__ = ["Client", "FetchError", "Limits", "Reason"]
