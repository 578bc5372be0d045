"""Fill an empty database with made-up competitions of any size, straight through bulk_create.

    python -m bench.seed 3000        into the database that TELADAN_DATA and
                                     TELADAN_DATABASE_URL name, which must be empty

What stands there afterwards, for N entries:

    bench-now     N entries in round 1, each with 8 answers of about 1,500 words, three readings of
                  seven marks, and some seats whose ballot is still to be given
    bench-before  N/10 entries (120 at least), both rounds sealed by the acts, proclaimed, divided
    bench-next    20 drafts of one unit, filing open
    the library   N public innovations, the entrants of bench-before among them
    the spreading N hosts (300 at most), 16 N visits (5,000 at most), N needs (500 at most) and
                  N/3 offers, paired twice with 30 agreements in between
    the school    N/75 cohorts (40 at most) of 40 people

Everything is marked as simulated, and the ledger has one line for what was poured in.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection, transaction

from bench import ready

if TYPE_CHECKING:
    from bench.ground import Ground
    from bench.words import Prose
    from teladan.contest.models import Edition

SEED = 20_180_501
READS = 3
LOAD = 60  # what a seated reader reads, at every size
OPEN_SEATS = (24, 20)  # readers x seats that wait for a ballot
DRAFTS = 20
BEFORE_AT_LEAST = 120
Say = Callable[[str], None]


def seed(
    entries: int, *, now: datetime, rng: np.random.Generator, say: Say, marked: bool = True
) -> dict[str, Any]:
    """Pour in everything for `entries` entries and return where to find it.

    With marked=False nobody is seated in bench-now: what assigning is measured on.
    """
    from bench.cohorts import sow_cohorts
    from bench.competition import admit, draft, mark, open_seats
    from bench.ground import lay
    from bench.spreading import sow_spreading
    from bench.words import Prose
    from teladan.house.ledger import record
    from teladan.house.models import Ledger, Office

    if Ledger.objects.exists():
        raise SystemExit("the database is not empty: give the benchmark one of its own")
    readers = max(150, entries // 20)
    prose = Prose(rng)
    with transaction.atomic():
        say(f"regions, institutions, people ({readers} evaluators)")
        ground = lay(entries, readers, rng)
        record(by=None, act="bench.seed", about="bench", now=now, public=True, entries=entries)
        say(f"a library of {entries} public innovations")
        public = _library(ground, entries, prose, now)
        before = _edition("bench-before", "Edisi lalu", now - timedelta(days=365), now, ground)
        past = max(BEFORE_AT_LEAST, entries // 10)
        say(f"bench-before: {min(past, entries)} entries")
        rows = admit(before, public[:past], ground, prose, before.announced_at)
        mark(before, 1, rows, _enlist(before, ground, Office.EVALUATOR), prose, LOAD)
    _finish(before, ground, prose, say)
    with transaction.atomic():
        say(f"bench-now: {entries} entries")
        current = _edition("bench-now", "Edisi berjalan", now, now, ground)
        fresh = _innovations(ground, entries, prose, now, "B")
        rows = admit(current, fresh, ground, prose, current.announced_at)
        evaluators = _enlist(current, ground, Office.EVALUATOR)
        waiting: list[dict[str, Any]] = []
        if marked:
            say(f"bench-now: {entries * READS} ballots")
            seats = mark(current, 1, rows, evaluators, prose, LOAD)
            waiting = open_seats(current, rows, evaluators, seats, *OPEN_SEATS)
        upcoming = _edition("bench-next", "Edisi depan", now + timedelta(days=60), now, ground)
        writer, admin, drafts = draft(upcoming, ground, prose, now, DRAFTS)
        say("hosts, visits, needs, offers and a pairing")
        spread = sow_spreading(entries, ground, public, now)
        cohorts = sow_cohorts(min(max(entries // 75, 2), 40), 40, ground.units[0], now)
    return {
        "entries": entries,
        "people": {office: person.pk for office, person in ground.single.items()}
        | {"unit": writer, "local-admin": admin, "evaluator": evaluators[0].person_id}
        | {"panelist": ground.panelists[0].pk}
        | spread.pop("people")
        | {"trainer": cohorts[0].opened_by_id},
        "spread": spread,
        "cohort": cohorts[0].pk,
        "participant": cohorts[0].participants.order_by("number")[1].pk,
        "rounds": {e.slug: [r.pk for r in e.rounds.order_by("number")] for e in (before, current)},
        "entry": rows[len(rows) // 2].pk,
        "draft": drafts[0],
        "innovation": public[0].pk,
        "plain_innovation": public[-1].pk,
        "waiting": waiting,
        "rows": _counted(),
    }


def rules_for(day: datetime) -> dict[str, Any]:
    """Return the shipped rules of 2018 with windows around `day`, which lies in round 1."""
    import teladan

    place = Path(teladan.__file__).parent / "data/rules/kipp-2018.json"
    rules: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))

    def window(opens: int, closes: int) -> dict[str, str]:
        return {
            "opens": (day + timedelta(days=opens)).isoformat(),
            "closes": (day + timedelta(days=closes)).isoformat(),
        }

    first, second = rules["rounds"]
    rules |= {"citation": "Rules of the benchmark", "cap_per_institution": 1000}
    rules |= window(-70, -40)
    first |= {"reads": READS, "max_load": 5 * LOAD, **window(-20, 20)}
    second |= {"reads": READS, **window(30, 50)}
    return rules


def _edition(slug: str, name: str, day: datetime, now: datetime, ground: Ground) -> Edition:
    from teladan.contest.acts import announce

    return announce(
        by=ground.single["secretariat"],
        slug=slug,
        name=name,
        year=day.year,
        theme="Simulasi",
        rules=rules_for(day),
        now=min(now, day - timedelta(days=80)),
        simulated=True,
    )


def _innovations(ground: Ground, count: int, prose: Prose, now: datetime, mark: str) -> list[Any]:
    """Make innovations spread evenly over the units, each with a claim that has its source."""
    from teladan.registry.models import Claim, Innovation

    order = prose.rng.permutation(len(ground.units))
    made: list[Any] = []
    for number in range(count):
        unit = ground.units[int(order[number % len(order)])]
        place = unit.institution.name.removeprefix("Pemerintah ")
        made.append(
            Innovation(
                institution_id=unit.institution_id,
                unit=unit,
                title=prose.title(number, f"{place} {mark}"),
                summary=prose.text(60)[0],
                category=CATEGORIES[number % len(CATEGORIES)],
                started=now.date() - timedelta(days=1500 + number % 1000),
                simulated=True,
                registered_at=now,
            )
        )
    made = Innovation.objects.bulk_create(made, batch_size=1000)
    Claim.objects.bulk_create(
        [
            Claim(
                innovation=innovation,
                label="Warga terlayani",
                value=int(prose.rng.integers(100, 100_000)),
                unit="orang",
                year=now.year - 1,
                source="Simulasi",
                simulated=True,
            )
            for innovation in made
        ],
        batch_size=2000,
    )
    return made


CATEGORIES = ["Kesehatan", "Pendidikan", "Ketahanan pangan", "Tata kelola pemerintahan"]
LEVELS = ["lolos_administrasi", "kabupaten_lolos", "provinsi_top30", "finalis", "top99"]


def _library(ground: Ground, count: int, prose: Prose, now: datetime) -> list[Any]:
    """Make innovations that are public: each has an honour from outside."""
    from teladan.awards.models import Award

    public = _innovations(ground, count, prose, now, "A")
    Award.objects.bulk_create(
        [
            Award(
                innovation=innovation,
                level=LEVELS[number % len(LEVELS)],
                year=now.year - 2 - number % 10,
                citation="Simulasi",
                uncertain="" if number % 10 else "Contoh keraguan",
                simulated=True,
            )
            for number, innovation in enumerate(public)
        ],
        batch_size=2000,
    )
    return public


def _enlist(edition: Edition, ground: Ground, office: str) -> list[Any]:
    """Enlist everybody who holds the office, pledged."""
    from teladan.panel.models import Reader

    people = ground.panelists if office == "panelist" else ground.evaluators
    return Reader.objects.bulk_create(
        [
            Reader(
                edition=edition,
                person=person,
                office=office,
                home_region_id=person.home_region_id,
                expertise=[CATEGORIES[number % len(CATEGORIES)]],
                pledged_at=edition.announced_at,
            )
            for number, person in enumerate(people)
        ],
        batch_size=1000,
    )


def _finish(edition: Edition, ground: Ground, prose: Prose, say: Say) -> None:
    """Seal both rounds, proclaim and divide, by the acts: so the audit holds here too."""
    from bench.competition import mark
    from teladan.awards.acts import divide, proclaim
    from teladan.contest.models import Entry
    from teladan.house.models import Office
    from teladan.panel.acts import tally

    citra = ground.single["secretariat"]
    first, second = edition.rounds.order_by("number")
    say("bench-before: sealing round 1")
    tally(by=citra, sieve=first, now=first.rule.closes)
    stood = Entry.objects.in_round(second).select_related("innovation__institution__region")
    with transaction.atomic():
        readers = _enlist(edition, ground, Office.PANELIST)
        mark(edition, 2, list(stood.order_by("pk")), readers, prose, LOAD)
    say("bench-before: sealing round 2, proclaiming, dividing the fund")
    closes = second.rule.closes
    tally(by=citra, sieve=second, now=closes)
    proclaim(by=ground.single["minister"], edition=edition, decree="Simulasi 1", now=closes)
    divide(by=ground.single["treasury"], edition=edition, now=closes)


def _settle() -> None:
    """Do what the server's own housekeeping does some minutes after so many rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
    else:
        from teladan.management.serving import survey

        survey()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _counted() -> dict[str, int]:
    from teladan import models

    kinds: Sequence[Any] = [
        models.Innovation, models.Award, models.Entry, models.Answer, models.Seat, models.Ballot,
        models.Mark, models.Tally, models.Standing, models.Person,
        models.Reception, models.Visit, models.Need, models.Offer, models.Proposal,
    ]  # fmt: skip
    return {kind.__name__: kind.objects.count() for kind in kinds}


def main(arguments: Sequence[str]) -> None:
    """Migrate, seed, and keep what was sown beside the data for the measuring processes."""
    ready()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from teladan.library.index import shelf

    began = time.perf_counter()

    def say(what: str) -> None:
        print(f"    {time.perf_counter() - began:6.1f} s  {what}", flush=True)

    say("migrating")
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    rng, now = np.random.default_rng(SEED), timezone.now()
    sown = seed(int(arguments[0]), now=now, rng=rng, say=say, marked="--unmarked" not in arguments)
    say("housekeeping, search index")
    _settle()
    shelf(patient=True)
    sown["seconds"] = round(time.perf_counter() - began, 1)
    (settings.DATA / "sown.json").write_text(json.dumps(sown), encoding="utf-8")
    say("sown")


if __name__ == "__main__":
    main(sys.argv[1:])
