"""Finding the last commit of an index, or making an index."""

import time
from pathlib import Path

from teladan.engine.novelty.store import MANIFEST, read_manifest
from teladan.engine.novelty.view import View
from teladan.engine.novelty.writer import Busy, Writer

__all__ = ["create", "newest", "stamp"]

_PATIENCE = 5.0  # seconds for somebody else to make the index


def stamp(folder: Path) -> tuple[int, int, int]:
    """Return what changes with every commit."""
    about = (folder / MANIFEST).stat()
    return about.st_ino, about.st_mtime_ns, about.st_size


def create(folder: Path) -> None:
    """Write an index without texts, unless somebody else does."""
    until = time.monotonic() + _PATIENCE
    while not (folder / MANIFEST).exists():
        try:
            writer = Writer(folder)
        except Busy:
            # Somebody else is making it at this moment.
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
            continue
        writer.create()
        writer.release()
        return


def newest(folder: Path, verify: bool, known: View | None = None, looks: int = 3) -> View:
    """Open the last commit, again if a merge replaced its files between two looks."""
    _, text = read_manifest(folder)
    try:
        return View(folder, text, verify=verify, known=known)
    except FileNotFoundError as gone:
        if looks == 1:
            raise ValueError(f"{gone.filename} is missing, {MANIFEST} names it") from gone
    return newest(folder, verify, known, looks - 1)
