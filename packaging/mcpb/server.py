"""What the bundle starts."""

from do_nfs_mcp.cli import main

main()
