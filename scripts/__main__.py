"""`python scripts` shows what there is to run."""

import textwrap

from _tasks import tasks

if __name__ == "__main__":
    found = list(tasks())
    width = max(len(name) for name, _ in found) + len("scripts/") + 2
    for name, what in found:
        print(textwrap.fill(what, 100, initial_indent=f"scripts/{name}".ljust(width), subsequent_indent=" " * width))
    print("\nWhat a script takes is said at its top, and by --help where it has options.")
