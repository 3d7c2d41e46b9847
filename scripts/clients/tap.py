"""Stand between a client and the server on stdio, and write down every message: python tap.py LOG COMMAND...

A line of the log is the number of this process, who sent the message, and the message. It imports little, since clients
wait for the server to start.
"""

import os
import subprocess
import sys
import threading
from typing import IO


def main(log: str, command: list[str]) -> int:
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None
    assert server.stdout is not None
    # More than one of these may write to the log: a client may start the server for each call.
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def copy(source: IO[bytes], sink: IO[bytes], who: str) -> None:
        try:
            for line in source:
                os.write(written, f"{os.getpid()} {who} ".encode() + line)
                sink.write(line)
                sink.flush()
        except OSError:
            pass
        finally:
            sink.close()

    threading.Thread(target=copy, args=(sys.stdin.buffer, server.stdin, "client"), daemon=True).start()
    copy(server.stdout, sys.stdout.buffer, "server")
    return server.wait()


if __name__ == "__main__":
    os._exit(main(sys.argv[1], sys.argv[2:]))
