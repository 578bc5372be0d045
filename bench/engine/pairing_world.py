"""Simulated regions with figures of which a twentieth is unknown, needs and offers with places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from teladan.engine.pairing import (
    Ahead,
    AtLeast,
    Candidates,
    Close,
    Different,
    Equal,
    Near,
    Open,
    Overlap,
    Own,
    Rules,
)

WEIGHTS = {
    "hdi": 2,
    "income": 2,
    "population": 1,
    "distance": 1,
    "figure": 3,
    "fields": 2,
    "proof": 1,
}
RULES = Rules(
    terms=(
        Near("hdi", scale=20.0),
        Near("income", scale=5.0, log=True),
        Near("population", scale=20.0, log=True),
        Close("distance", reach=2000.0),
        Ahead("figure", scale=50.0),
        Overlap("fields"),
        Own("proof"),
    ),
    filters=(
        Equal("theme"),
        Equal("level"),
        Different("id"),
        AtLeast("figure", unknown="pass"),
        Open("open"),
    ),
    floor=0.3,
)
ONE_THEME = replace(RULES, filters=RULES.filters[2:])


def world(N: int, M: int, themes: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two sides with the columns that `RULES` read."""
    dice = np.random.default_rng(1)

    def side(n: int) -> dict[str, Any]:
        figures = {
            "hdi": dice.normal(70, 6, n),
            "income": np.exp(dice.normal(9, 0.4, n)),
            "population": np.exp(dice.normal(12, 1, n)),
            "figure": dice.normal(50, 15, n),
        }
        for name in ("hdi", "income"):
            figures[name][dice.random(n) < 0.05] = np.nan
        return figures | {
            "id": dice.integers(0, 514, n),
            "theme": dice.integers(0, themes, n),
            "level": (dice.random(n) < 0.8).astype(int),
            "lat": dice.uniform(-9, 5, n),
            "lon": dice.uniform(96, 140, n),
            "fields": dice.random((n, 20)) < 0.15,
        }

    needs, offers = side(N), side(M)
    return needs, offers | {"proof": dice.random(M), "open": dice.random(M) < 0.95}


def limits(N: int, M: int) -> dict[str, Any]:
    """One to three helpers wanted, one or two places an offer; everybody likes the same ones."""
    dice = np.random.default_rng(2)
    return {"wanted": dice.integers(1, 4, N), "capacity": dice.integers(1, 3, M)}


def crowded(N: int, M: int) -> dict[str, Any]:
    """Half as many places again as helpers wanted, thrown at random: most offers have none."""
    dice = np.random.default_rng(2)
    wanted = dice.integers(1, 4, N)
    places = dice.integers(0, M, int(1.5 * wanted.sum()))
    return {"wanted": wanted, "capacity": np.bincount(places, minlength=M)}


def taste(found: Candidates) -> np.ndarray[Any, Any]:
    """What offers like: partly the same, partly their own."""
    dice = np.random.default_rng(3)
    return 0.6 * found.score + 0.4 * dice.random(found.score.size)
