"""New files: all of them or none, and never over one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def make_files(texts: Mapping[Path, str]) -> None:
    """Make each file with its text, and the folders they need. OSError when one cannot be made or is there
    already; then those made so far are taken away again."""
    made: list[Path] = []
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                made.append(path)
                file.write(text)
    except OSError:
        for path in made:
            path.unlink()
        raise
