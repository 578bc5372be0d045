"""Visits: the ones that were read about, as facts; and simulated ones at the demo's own host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from teladan.house.models import Office
from teladan.house.offices import CAPITAL
from teladan.management.demo.entries import Places
from teladan.management.demo.facts import doubt, rows_of
from teladan.management.demo.people import AGENCY, People
from teladan.registry.models import Innovation, Institution, Region, Unit
from teladan.visits import acts
from teladan.visits.calendar import reception_of
from teladan.visits.models import Visit

PRECISION = {"day": "day", "month": "month", "year": "year", "unknown": "none"}
# Sleman's rules, as its own page tells them: a set to be tried at the simulated host.
SLEMAN = (
    "Penerimaan tamu dinas di Kabupaten Sleman: Selasa dan Kamis, permohonan tujuh hari kerja "
    "sebelumnya (slemankab.go.id); dipakai di sini untuk instansi simulasi"
)


def load_known_visits() -> int:
    """Load the visits that a source tells of; no person is named, and doubts stay with the row."""
    regions = Region.objects.in_bulk()
    rows = []
    for row in rows_of("visits.csv"):
        told, offices = row["training_type"], row["lokus_units"]
        rows.append(
            Visit(
                region=regions.get(row["host_region_code"]),
                visitor_name=_without_people(row["visitor"]),
                topic=told,
                day=_day(row["date"]),
                precision=PRECISION[row["date_precision"]],
                size=int(row["participants"]) if row["participants"] else None,
                offices_told=offices,
                citation=row["source"],
                uncertain=doubt(row["certainty"]),
            )
        )
    return len(Visit.objects.bulk_create(rows))


def _day(text: str) -> date | None:
    """Read 2018, 2018-08 or 2018-08-15; the missing parts are the first of their kind."""
    if not text:
        return None
    parts = [int(part) for part in text.split("-")]
    return date(*[*parts, 1, 1][:3])


def _without_people(visitor: str) -> str:
    """Name the region where the source names its officials."""
    named = re.fullmatch(r"[^()]+ dan [^()]+ \(((?:Kota|Kabupaten) [^()]+)\)", visitor)
    return named[1] if named else visitor


def life_of_visits(people: People, places: Places, now: datetime) -> Iterator[datetime]:
    """Let the agency visit Kartika's host: reported, soon, not answered yet, and for too long."""
    host, agency = places.institutions[0], Institution.objects.get(name=AGENCY)
    kartika, laras = people.of[Office.HOST], people.of[Office.AGENCY]
    began = now - timedelta(days=200)
    yield began
    acts.receive_by(
        by=kartika,
        institution=host,
        since=began.astimezone(CAPITAL).date(),
        weekdays=(1, 3),
        opens=time(7, 30),
        lead_days=7,
        group_max=60,
        groups_a_day=2,
        exempt=("foreign", "parliament", "province"),
        answer_days=5,
        note="Simulasi: rombongan diterima di ruang pelayanan publik.",
        citation=SLEMAN,
        simulated=True,
        now=began,
    )
    units = list(Unit.objects.filter(institution=host).order_by("pk")[:3])
    mine = Innovation.objects.public().filter(institution=host).order_by("pk").first()

    def ask(asked: datetime, topic: str, size: int, ahead: int = 0) -> Visit:
        return acts.ask(
            by=laras,
            visitor=agency,
            host=host,
            day=_legal(host, asked + timedelta(days=ahead)),
            size=size,
            topic=topic,
            contact="Laras (simulasi)",
            because="Simulasi: pernah mendapat penghargaan di edisi yang selesai.",
            units=units,
            questions=["Bagaimana tim dibentuk?", "Berapa biayanya dalam setahun?"],
            names=[f"Peserta {number:02} (simulasi)" for number in range(1, 9)],
            innovation=mine,
            simulated=True,
            now=asked,
        )

    yield now - timedelta(days=120)
    past = ask(now - timedelta(days=120), "Simulasi: loket yang mendatangi warga", 38)
    yield now - timedelta(days=118)
    acts.accept(by=kartika, visit=past, now=now - timedelta(days=118))
    yield now - timedelta(days=116)
    acts.confirm(by=laras, visit=past, now=now - timedelta(days=116))
    yield now - timedelta(days=110)
    for question in past.questions.all():
        acts.answer(
            by=kartika,
            question=question,
            text="Simulasi: dijawab di sini sekali, untuk semua rombongan berikutnya.",
            now=now - timedelta(days=110),
        )
    came = set(past.attendees.values_list("pk", flat=True)[:7])
    held = now - timedelta(days=95)
    yield held
    acts.take_attendance(by=kartika, visit=past, came=came, now=held)
    yield held + timedelta(days=5)
    acts.learn(
        by=laras,
        visit=past,
        learned="Simulasi: jadwal tetap membuat warga percaya.",
        at_home="Simulasi: satu kecamatan mencobanya tiga bulan.",
        of_group=True,
        now=held + timedelta(days=5),
    )
    yield held + timedelta(days=8)
    acts.close(by=kartika, visit=past, note="", now=held + timedelta(days=8))
    # Waits for an answer for longer than the host has promised.
    yield now - timedelta(days=20)
    ask(now - timedelta(days=20), "Simulasi: antrean tanpa kertas", 20, ahead=30)
    yield now - timedelta(days=6)
    soon = ask(now - timedelta(days=6), "Simulasi: perizinan dalam satu jam", 30)
    yield now - timedelta(days=4)
    acts.accept(by=kartika, visit=soon, now=now - timedelta(days=4))
    yield now - timedelta(days=1)
    ask(now - timedelta(days=1), "Simulasi: data kemiskinan yang sama di semua dinas", 24)


def _legal(host: Institution, asked: datetime) -> date:
    """Return the earliest day that the host's rules allow for a request."""
    from teladan.engine.itinerary import earliest
    from teladan.house.days import holidays_around
    from teladan.visits.calendar import as_host

    day = asked.astimezone(CAPITAL).date()
    rules = reception_of(host, day)
    assert rules is not None  # noqa: S101
    return earliest(as_host(rules, []), day, holidays=holidays_around(day))
