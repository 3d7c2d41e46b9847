"""Storage as a configuration of Terraform's provider `digitalocean`. Nothing here is carried out."""

from do_nfs_mcp.storage.terraform.configuration import TerraformView, terraform_configuration

__all__ = ["TerraformView", "terraform_configuration"]
