"""Rule sets that ship with Teladan, to start an edition from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SHELF = Path(__file__).resolve().parents[2] / "data" / "rules"


def presets() -> list[str]:
    """Name the rule sets on the shelf, newest name first."""
    return sorted((path.stem for path in SHELF.glob("*.json")), reverse=True)


def preset(name: str) -> dict[str, Any]:
    """Return one of them as it is stored; raises KeyError for a name not on the shelf."""
    if name not in presets():
        raise KeyError(name)
    found: dict[str, Any] = json.loads((SHELF / f"{name}.json").read_text(encoding="utf-8"))
    return found
