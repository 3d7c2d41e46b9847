import sys

from do_nfs_sandbox.cli import main

if __name__ == "__main__":
    sys.exit(main())
