"""What the bundle starts."""

from do_nfs_mcp.cli.main import main

main()
