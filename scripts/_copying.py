"""A copy of the project, in which something can be done that must not be done to the project itself."""

import shutil
import subprocess
from pathlib import Path

import _env


def copy_project(project: Path) -> None:
    """Bring what git knows of, or would, and leave the environment that was made there."""
    project.mkdir(exist_ok=True)
    for path in project.iterdir():
        if path.name != ".venv":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=_env.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (source := _env.ROOT / name).exists():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, project / name, follow_symlinks=False)
    # Some tests ask git.
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
