"""What there is to run in scripts/, as each script says itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent


def tasks() -> Iterator[tuple[str, str]]:
    """Each script by its name, with the first sentence of its docstring."""
    for path in sorted(SCRIPTS.iterdir()):
        if path.is_file() and not path.suffix:
            docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            yield path.name, f"{' '.join(docstring.split()).split('. ')[0].rstrip('.')}."
