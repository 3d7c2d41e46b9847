"""Terraform files, read by another parser than Terraform's own, and what the provider takes."""

import re
from dataclasses import dataclass
from typing import Any

import hcl2

# By kind of resource: the arguments that the provider requires, and the others that it takes; from the schemas in its
# source, version 2.99.1.
ARGUMENTS: dict[str, tuple[set[str], set[str]]] = {
    "digitalocean_nfs": ({"region", "name", "size", "vpc_id"}, {"performance_tier", "tags"}),
    "digitalocean_nfs_attachment": ({"vpc_id", "share_id", "region"}, set()),
    "digitalocean_nfs_snapshot": ({"name", "share_id", "region"}, set()),
    "digitalocean_nfs_access_point": ({"name", "share_id", "path", "vpc_id", "access_policy"}, set()),
}
ACCESS_POLICY = {"anonuid", "anongid", "protocols", "squash_config", "identity_enforcement_enabled"}
OF_TERRAFORM = {"lifecycle", "depends_on"}
"""What every resource takes."""
IMPORTABLE = ARGUMENTS.keys() - {"digitalocean_nfs_attachment"}


@dataclass
class TerraformFile:
    """A file.

    Attributes:
        resources: The arguments of each resource, by its address.
        imports: The id that each resource is imported by, by its address.
        comments: Every comment, on one line.
    """

    resources: dict[str, dict[str, Any]]
    imports: dict[str, str]
    comments: str

    def check(self) -> None:
        """Fail unless the provider takes all of it."""
        for address, arguments in self.resources.items():
            required, optional = ARGUMENTS[address.partition(".")[0]]
            assert required <= arguments.keys() <= required | optional | OF_TERRAFORM
            if "access_policy" in arguments:
                (policy,) = arguments["access_policy"]
                assert policy.keys() == ACCESS_POLICY
        assert self.imports.keys() == {a for a in self.resources if a.partition(".")[0] in IMPORTABLE}
        referred = re.findall(r"digitalocean_nfs\w*\.\w+", str(list(self.resources.values())))
        assert set(referred) <= self.resources.keys()


def parsed(text: str) -> TerraformFile:
    """Read a file.

    Args:
        text: What is in it. No two resources may have the same address.
    """
    file = hcl2.loads(text)
    resources: dict[str, dict[str, Any]] = {}
    for resource in file.get("resource", []):
        ((kind, labelled),) = _plain(resource).items()
        ((label, arguments),) = labelled.items()
        assert re.fullmatch(r"[a-z][a-z0-9_]*", label)
        assert f"{kind}.{label}" not in resources
        resources[f"{kind}.{label}"] = arguments
    imports = {block["to"]: block["id"] for block in map(_plain, file.get("import", []))}
    assert len(imports) == len(file.get("import", []))
    comments = " ".join(re.findall(r"^ *# (.*)", text, re.MULTILINE))
    return TerraformFile(resources, imports, comments)


def _plain(node: Any) -> Any:
    """What the parser makes of a part, with strings as Terraform reads them and references without their ${}."""
    match node:
        case dict():
            return {_plain(name): _plain(value) for name, value in node.items() if not name.startswith("__")}
        case list():
            return [_plain(item) for item in node]
        case str() if node.startswith('"'):
            return node[1:-1].encode().decode("unicode_escape")
        case str() if node.startswith("${"):
            return node[2:-1]
        case _:
            return node
