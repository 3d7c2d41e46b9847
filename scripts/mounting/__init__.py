"""What the server says of mounting a share, carried out on a machine with a real NFS server."""
