"""The operations of the API: the one table of what is true of each. A test holds it to the contract."""

from dataclasses import dataclass

from do_nfs_client_helpers.retry_rules import is_idempotent

__all__ = ["OPERATIONS", "Operation"]


@dataclass(frozen=True)
class Operation:
    """An operation of the API.

    Attributes:
        name: Its operationId in the contract.
        method: Its HTTP method.
        scope: The scope that the account's token needs for it.
        look_with: The tools that show whether a change was made, or what there is.
    """

    name: str
    method: str
    scope: str
    look_with: str = "list_shares"

    @property
    def is_mutating(self) -> bool:
        """Whether it changes anything."""
        return self.method != "GET"

    @property
    def is_idempotent(self) -> bool:
        """Whether it does no more when it is carried out twice."""
        return is_idempotent(self.method)


OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation("list_shares", "GET", "nfs:list"),
        Operation("create_share", "POST", "nfs:create"),
        Operation("get_share", "GET", "nfs:read"),
        Operation("delete_share", "DELETE", "nfs:delete"),
        Operation("create_share_action", "POST", "nfs:create", "get_share or list_snapshots"),
        Operation("list_snapshots", "GET", "nfs:list"),
        Operation("get_snapshot", "GET", "nfs:read", "list_snapshots"),
        Operation("delete_snapshot", "DELETE", "nfs:delete", "list_snapshots"),
        Operation("list_access_points", "GET", "nfs:list"),
        Operation("create_access_point", "POST", "nfs:create", "list_access_points"),
        Operation("get_access_point", "GET", "nfs:read", "list_access_points"),
        Operation("delete_access_point", "DELETE", "nfs:delete", "list_access_points"),
        Operation("get_action", "GET", "actions:read", "get_share or get_snapshot"),
        Operation("list_vpcs", "GET", "vpc:read"),
    )
}
"""Each operation by its name."""
