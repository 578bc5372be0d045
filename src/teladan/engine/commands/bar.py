"""A bar that says how far the work is."""

import sys
import time
from typing import Self

__all__ = ["Bar"]

WIDTH = 30


class Bar:
    """A line on the error stream that is rewritten as the work goes on, and leaves no trace.

    Parameters
    ----------
    what : str
        The word before the bar.
    shown : bool, optional
        Whether to show it; by default only to a person at a terminal.
    """

    def __init__(self, what: str, shown: bool | None = None) -> None:
        self.what = what
        self.shown = sys.stderr.isatty() if shown is None else shown
        self.began = self.told = time.monotonic()
        self.length = 0

    def __call__(self, share: float) -> None:
        """Show the share done, ten times a second at most."""
        now = time.monotonic()
        if not self.shown or (now - self.told < 0.1 and share < 1):
            return
        self.told = now
        full = round(WIDTH * min(max(share, 0.0), 1.0))
        bar = "#" * full + "." * (WIDTH - full)
        self._write(f"{self.what} [{bar}] {share:4.0%} {now - self.began:.0f} s")

    def _write(self, line: str) -> None:
        sys.stderr.write("\r" + line.ljust(self.length))
        sys.stderr.flush()
        self.length = len(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self.length:
            self._write("")
            sys.stderr.write("\r")
            sys.stderr.flush()
