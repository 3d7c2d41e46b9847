"""A typed client of the API that openapi/nfs.yaml describes. Generated from it; changes made here are lost."""

from .client import AuthenticatedClient, Client
from .errors import ApiError, UnsafeIdError
from .types import UNSET, UnreadableItem

__all__ = ("UNSET", "ApiError", "AuthenticatedClient", "Client", "UnreadableItem", "UnsafeIdError")
