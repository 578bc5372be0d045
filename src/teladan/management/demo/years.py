"""The three model years: how large they are, by which rules they go, and when.

Rules keep the calendar of their model year; here it is moved, by whole days, so that one edition
is over, one is being marked and one takes entries on the day the demo is loaded.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from teladan.contest.rules import preset
from teladan.house.offices import CAPITAL

Rules = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How much is simulated."""

    institutions: int
    evaluators: int
    panelists: int
    over: int  # entries of the edition that is over
    over_seats: tuple[int, int]
    over_refused: int
    running: int  # simulated entries of the edition that is being marked
    running_real: int  # entries named after real ones, their contents simulated
    running_seats: tuple[int, int]
    running_refused: int
    running_drafts: int  # begun and never filed
    opened: int  # drafts of the edition that takes entries


SIZES = {
    "full": Size(24, 14, 7, 66, (30, 12), 6, 144, 20, (99, 40), 14, 12, 26),
    "small": Size(8, 5, 4, 12, (6, 3), 1, 10, 4, (6, 3), 1, 2, 4),
}


def moved(rules: Rules, days: int) -> Rules:
    """Return the rules with every moment moved by whole days."""

    def later(text: str) -> str:
        moment = datetime.fromisoformat(text).astimezone(CAPITAL)
        return (moment + timedelta(days=days)).isoformat()

    rules = deepcopy(rules)
    for place in (rules, *rules["rounds"]):
        place["opens"], place["closes"] = later(place["opens"]), later(place["closes"])
    _say(
        rules,
        "dates",
        "Digeser ke hari demo dimuat; kalender tahun yang dimodelkan tidak dipertahankan.",
        "Moved to the day the demo was loaded; the calendar of the model year is not kept.",
    )
    return rules


def _say(rules: Rules, place: str, indonesian: str, english: str) -> None:
    rules["notes"][place], rules["notes_en"][place] = indonesian, english


def days_to(now: datetime, text: str, after: int) -> int:
    """Return by how many days a calendar moves so that its moment `text` lies `after` days ago."""
    moment = datetime.fromisoformat(text).astimezone(CAPITAL)
    return (now.astimezone(CAPITAL).date() - moment.date()).days - after


def loads(seats: int, reads: int, readers: int) -> int:
    """Return a load that is even, with room for conflicts and extra reads."""
    return -(-seats * reads * 5 // (readers * 4)) + 2


def over(size: Size, now: datetime) -> Rules:
    """Return the rules of the edition that is over: fewer seats, and it says so."""
    rules = preset("kipp-2018")
    rules = moved(rules, days_to(now, rules["rounds"][1]["closes"], 330))
    first, second = rules["rounds"]
    entries = size.over - size.over_refused
    _resize(first, size.over_seats[0], loads(entries, 2, size.evaluators))
    _resize(second, size.over_seats[1], loads(size.over_seats[0], 3, size.panelists))
    rules["citation"] = "Peraturan Menteri PANRB Nomor 19 Tahun 2016 (model; isi disederhanakan)"
    rules["fund"]["amount"] = 60_000_000_000
    seats = size.over_seats
    _say(
        rules,
        "rounds.seats",
        f"Diperkecil untuk demo: {seats[0]} lalu {seats[1]} kursi, sedangkan nama Top 99 dan "
        "Top 40 dipertahankan. Edisi 2017 yang sebenarnya memiliki 99 dan 40.",
        f"Made smaller for the demo: {seats[0]}, then {seats[1]} seats, while the names Top 99 "
        "and Top 40 are kept. The real edition of 2017 had 99 and 40.",
    )
    return rules


def running(size: Size, now: datetime) -> Rules:
    """Return the rules of the edition that is being marked: 99 seats, then 40."""
    rules = preset("kipp-2018")
    rules = moved(rules, days_to(now, rules["rounds"][0]["opens"], 14))
    first, second = rules["rounds"]
    entries = size.running + size.running_real - size.running_refused
    confirmed = size.running_seats == (first["seats"], second["seats"])
    _resize(first, size.running_seats[0], loads(entries, 2, size.evaluators))
    _resize(second, size.running_seats[1], loads(size.running_seats[0], 3, size.panelists))
    first["confirmed"] = confirmed
    _say(
        rules,
        "rounds.max_load",
        "Diturunkan sehingga pembaca demo berbagi rata.",
        "Lowered to what the demo's readers share evenly.",
    )
    return rules


def opened(size: Size, now: datetime) -> Rules:
    """Return the rules of the edition that takes entries: 45 seats in the end, as in 2019."""
    rules = preset("kipp-2018")
    rules = moved(rules, days_to(now, rules["opens"], 24))
    first, second = rules["rounds"]
    second["seats"], second["honour"] = 45, "top45"
    rules["citation"] = "Peraturan Menteri PANRB Nomor 5 Tahun 2019 (model; isi disederhanakan)"
    _say(
        rules,
        "rounds.seats",
        "99, lalu 45: Keputusan Menteri PANRB 18/2019 menurut berita. Selebihnya diambil dari "
        "model 2018.",
        "99, then 45: decree 18/2019 of the Ministry of PANRB as reported. Everything else is "
        "taken from the model of 2018.",
    )
    first["max_load"] = second["max_load"] = 300
    rules["cap_per_institution"] = 10
    _say(
        rules,
        "cap_per_institution",
        "Dari kami, supaya batas ini terlihat bekerja.",
        "Ours, so that the cap can be seen at work.",
    )
    return rules


def _resize(sieve: Rules, seats: int, load: int) -> None:
    sieve["seats"], sieve["max_load"], sieve["confirmed"] = seats, load, False
    sieve["unconfirmed"] = sorted({*sieve["unconfirmed"], "seats"})
