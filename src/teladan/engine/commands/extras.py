"""What is only there if it was installed."""

from importlib import import_module
from typing import Any

from teladan.engine.commands.trouble import BadInput

__all__ = ["polars"]


def polars(why: str) -> Any:
    """Return the library that reads and writes Parquet."""
    try:
        return import_module("polars")
    except ImportError:
        raise BadInput(
            f"{why}, and polars is not installed: `pip install teladan[analytics]`, or use CSV"
        ) from None
