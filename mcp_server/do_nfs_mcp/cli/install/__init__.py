"""`do-nfs-mcp install HOST`: the server in a host's configuration, with one line and without losing any of it."""
