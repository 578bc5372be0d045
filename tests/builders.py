"""One function a model: no surprises, no randomness. Acts are used wherever a rule matters."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from teladan.contest import acts as contest
from teladan.contest.models import Edition, Entry
from teladan.house.models import OfficeTerm, Person
from teladan.panel import acts as panel
from teladan.panel.models import Reader, Seat
from teladan.registry.models import Innovation, Institution, Region, Unit

# A fixed clock: filing is open in March, round 1 in April, round 2 in May, results in June.
NOW = datetime(2026, 3, 15, 3, 0, tzinfo=UTC)
OPENS = datetime(2026, 3, 1, 0, 0, tzinfo=UTC)
CLOSES = datetime(2026, 3, 31, 5, 0, tzinfo=UTC)
FIRST = (datetime(2026, 4, 6, 1, 0, tzinfo=UTC), datetime(2026, 4, 27, 10, 0, tzinfo=UTC))
SECOND = (datetime(2026, 5, 4, 1, 0, tzinfo=UTC), datetime(2026, 5, 25, 10, 0, tzinfo=UTC))
IN_FIRST = FIRST[0] + timedelta(days=3)
IN_SECOND = SECOND[0] + timedelta(days=3)
AFTER = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def upload(name="bukti.pdf", data=PDF):
    return SimpleUploadedFile(name, data)


def rules(**changes):
    """A small but whole rule set: three marked aspects, a summary, two rounds."""
    data = {
        "citation": "Rules for tests",
        "opens": OPENS.isoformat(),
        "closes": CLOSES.isoformat(),
        "min_age_months": 12,
        "cap_per_institution": 3,
        "files_per_entry": 2,
        "categories": ["Kesehatan", "Pendidikan", "Perizinan"],
        "barred": ["top40"],
        "barred_twice": ["top99"],
        "aspects": [
            _aspect("summary", "Ringkasan", "Summary", 0, 20),
            _aspect("novelty", "Kebaruan", "Novelty", 30, 50),
            _aspect("impact", "Dampak", "Impact", 50, 50),
            _aspect("spread", "Penyebaran", "Spread", 20, 50),
        ],
        "tie_rule": ["impact", "novelty"],
        "rounds": [
            _round("Round 1", "evaluator", 4, 2, "adjusted", "top99", FIRST),
            _round("Round 2", "panelist", 2, 2, "raw", "top40", SECOND),
        ],
        "fund": {"amount": 10_000_000_001, "floor": 3_500_000_000, "cap": None},
    }
    return data | changes


def _aspect(code, name_id, name_en, weight, words):
    return {
        "code": code,
        "name_id": name_id,
        "name_en": name_en,
        "weight": weight,
        "words": words,
        "guide_id": "Apa yang berubah?",
        "guide_en": "What changed?",
        "confirmed": False,
    }


def _round(name, office, seats, reads, method, honour, window):
    return {
        "name": name,
        "office": office,
        "seats": seats,
        "reads": reads,
        "max_load": 60,
        "opens": window[0].isoformat(),
        "closes": window[1].isoformat(),
        "method": method,
        "honour": honour,
    }


def region(code="32.71", name="Kota Bogor", kind="kota"):
    province = None
    if "." in code:
        province = region(code[:2], f"Provinsi {code[:2]}", "provinsi")
    found, _made = Region.objects.get_or_create(
        code=code,
        defaults={"name": name, "kind": kind, "province": province, "lat": -6.6, "lon": 106.8},
    )
    return found


def institution(name="Pemerintah Kota Bogor", kind="city", code="32.71"):
    found, _made = Institution.objects.get_or_create(
        name=name, defaults={"kind": kind, "region": region(code, name) if code else None}
    )
    return found


def unit(of=None, name="Dinas Pendidikan"):
    return Unit.objects.get_or_create(institution=of or institution(), name=name)[0]


def person(name, office=None, of=None, home=None):
    """Somebody, with an office since long ago. `of` is an institution or a unit."""
    email = f"{name.lower().replace(' ', '.')}@example.id"
    found = Person.objects.filter(email=email).first()
    found = found or Person.objects.create_user(email, name, "rahasia-sekali", home_region=home)
    if office and not found.terms.filter(office=office).exists():
        OfficeTerm.objects.create(
            person=found,
            office=office,
            institution=of.institution if isinstance(of, Unit) else of,
            unit=of if isinstance(of, Unit) else None,
            starts=LONG_AGO,
        )
    found.known_terms = None
    return found


def innovation(title="Kelas Perahu", at=None, **more):
    at = at or unit()
    return Innovation.objects.create(
        **{
            "institution": at.institution,
            "unit": at,
            "title": title,
            "summary": "Anak nelayan belajar di perahu.",
            "summary_en": "Children of fishers learn on the boat.",
            "started": LONG_AGO,
            "category": "pendidikan",
            "registered_at": NOW,
        }
        | more
    )


def edition(secretariat=None, slug="kipp-2026", **changes):
    return contest.announce(
        by=secretariat or person("Citra", "secretariat"),
        slug=slug,
        name=f"Edition {slug}",
        year=2026,
        rules=rules(**changes),
        now=OPENS,
    )


def draft(of, title="Kelas Perahu", at=None, writer=None, answered=True, now=NOW):
    """An entry being written, complete unless told otherwise."""
    at = at or unit()
    writer = writer or person(f"Writer {at.pk}", "unit", at)
    entry = contest.begin(
        by=writer,
        edition=of,
        innovation=innovation(title, at),
        category="Pendidikan",
        now=now,
    )
    for aspect in of.rule.aspects if answered else ():
        text = f"Jawaban {aspect.code} untuk {title}."
        contest.write(by=writer, entry=entry, aspect=aspect.code, text=text, version=0, now=now)
    return entry


def filed(of, title="Kelas Perahu", at=None, now=NOW):
    """An entry with its receipt."""
    entry = draft(of, title, at, now=now)
    admin = person(
        f"Admin {entry.innovation.institution_id}", "local-admin", entry.innovation.institution
    )
    contest.endorse(by=admin, entry=entry, now=now)
    contest.file_entry(by=admin, entry=entry, now=now)
    return Entry.objects.get(pk=entry.pk)


def admitted(of, title="Kelas Perahu", at=None):
    """An entry that passed screening."""
    entry = filed(of, title, at)
    contest.screen(
        by=person("Citra", "secretariat"),
        entry=entry,
        passed=True,
        reasons=[],
        note="",
        now=CLOSES,
    )
    return Entry.objects.get(pk=entry.pk)


def reader(of, name, office="evaluator", home=None, at=None, pledged=True):
    """Somebody who reads in the edition, pledged unless told otherwise."""
    who = person(name, office, home=home)
    found = panel.enlist(
        by=person("Citra", "secretariat"),
        edition=of,
        person=who,
        office=office,
        institution=at,
        home_region=home,
        now=CLOSES,
    )
    if pledged:
        panel.pledge(by=who, reader=found, conflicts={}, now=CLOSES)
    return Reader.objects.get(pk=found.pk)


def full_edition(entries=6, **changes):
    """Entries of as many institutions admitted, three evaluators and three panelists pledged."""
    of = edition(cap_per_institution=50, **changes)
    for number in range(1, entries + 1):
        home = institution(
            f"Kabupaten {number}", "regency", f"{11 + number % 20}.0{number % 9 + 1}"
        )
        admitted(of, f"Inovasi {number:03}", unit(home, f"Dinas {number}"))
    for number in (1, 2, 3):
        reader(of, f"Evaluator {number}")
        reader(of, f"Panelist {number}", "panelist")
    return Edition.objects.get(pk=of.pk)


def marks_for(seat, points):
    """Marks on every aspect: `points`, a number or a dict by aspect."""
    given = {}
    for aspect in seat.round.rule_aspects:
        value = points[aspect.code] if isinstance(points, dict) else points
        given[aspect.code] = (Decimal(str(value)), f"Alasan {aspect.code}")
    return given


def mark_all(sieve, now, points=None):
    """Every seat of a round marked: first come, best marked, unless `points(seat)` says else.

    No two entries tie, whatever their keys, and each reader is a little severer than the last.
    """
    seats = Seat.objects.filter(round=sieve, ballot=None).select_related(
        "round__edition", "entry", "reader__person"
    )
    rows = list(seats.order_by("pk"))
    entries = sorted({seat.entry_id for seat in Seat.objects.filter(round=sieve)})
    readers = sorted({seat.reader_id for seat in Seat.objects.filter(round=sieve)})
    step = 60 / max(len(entries), 1)
    for seat in rows:
        severity = readers.index(seat.reader_id) / len(readers)
        value = round(95 - step * (entries.index(seat.entry_id) + severity / 2), 2)
        value = points(seat) if points else value
        seat.reader.person.known_terms = None
        panel.give(by=seat.reader.person, seat=seat, marks=marks_for(seat, value), now=now)


def sealed_round(of, number, points=None):
    """Assign, mark and seal one round."""
    citra = person("Citra", "secretariat")
    sieve = of.rounds.get(number=number)
    panel.assign(by=citra, sieve=sieve, now=FIRST[0] if number == 1 else SECOND[0])
    mark_all(sieve, IN_FIRST if number == 1 else IN_SECOND, points)
    panel.tally(by=citra, sieve=sieve, now=FIRST[1] if number == 1 else SECOND[1])
    return of.rounds.get(number=number)
