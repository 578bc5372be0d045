"""The second half of an innovation's life, act by act, for tests that need to start in its middle.

A fixed clock: needs in June 2026, a cohort from July, its visit in August, graduation in December.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from teladan.awards.models import Award
from teladan.forum import acts as forum
from teladan.matching import acts as matching
from teladan.matching.models import Proposal
from teladan.matching.rules import FitRules
from teladan.registry.models import Innovation
from teladan.training import acts as training
from teladan.training.models import Examiner, Participant
from teladan.training.rules import preset
from teladan.visits import acts as visits
from teladan.visits.models import Visit
from tests import builders

JUNE = datetime(2026, 6, 8, 3, 0, tzinfo=UTC)
JULY = datetime(2026, 7, 6, 3, 0, tzinfo=UTC)
VISIT_DAY = date(2026, 8, 4)  # a Tuesday
ON_VISIT = datetime(2026, 8, 4, 3, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 14, 3, 0, tzinfo=UTC)
FORUM_DAY = datetime(2027, 3, 10, 2, 0, tzinfo=UTC)


def owner():
    """The institution that solved something: Kota Bogor, with Bima as its admin."""
    return builders.institution()


def adopter():
    """The institution in need."""
    return builders.institution("Pemerintah Kabupaten Sleman", "regency", "34.04")


def agency():
    return builders.institution("Balai Pelatihan Contoh", "agency", None)


def people():
    """One person for each office of the second half."""
    build = builders.person
    return {
        "matchmaker": build("Joko", "matchmaker"),
        "owner": build("Bima", "local-admin", owner()),
        "adopter": build("Wulan", "local-admin", adopter()),
        "adopter-unit": build("Yanti", "unit", builders.unit(adopter(), "Dinas Sosial")),
        "host": build("Kartika", "host", owner()),
        "agency": build("Laras", "agency", agency()),
        "organiser": build("Rudi", "organiser"),
    }


def honoured(title="Kelas Perahu", level="top40"):
    found = Innovation.objects.filter(title=title).first() or builders.innovation(title)
    Award.objects.get_or_create(
        innovation=found, level=level, year=2025, defaults={"citation": "A source for tests"}
    )
    return found


def need(by, institution=None, theme="education", now=JUNE, **more):
    return matching.state_need(
        by=by,
        institution=institution or adopter(),
        theme=theme,
        problem="Anak nelayan putus sekolah.",
        target_group="Anak nelayan",
        constraints="",
        readiness={"leader": True, "team": True, "budget": False},
        now=now,
        **more,
    )


def offer(by, innovation=None, theme="education", capacity=2, now=JUNE, **more):
    return matching.offer_help(
        by=by,
        innovation=innovation or honoured(),
        theme=theme,
        year=2026,
        capacity=capacity,
        conditions="Satu perahu dan dua guru.",
        now=now,
        **more,
    )


def proposal(them, now=JUNE):
    """A need and an offer, paired."""
    need(them["adopter"], now=now)
    offer(them["owner"], now=now)
    matching.propose(by=them["matchmaker"], year=2026, rules=FitRules(), now=now)
    return Proposal.objects.get(replaced_at=None)


def agreement(them, now=JUNE):
    found = proposal(them, now)
    for side in ("adopter", "owner"):
        matching.reply(by=them[side], proposal=found, accepted=True, reason="", now=now)
    return matching.agree(
        by=them["matchmaker"],
        proposal=found,
        topic="Kelas di perahu",
        starts=now.date(),
        ends=now.date() + timedelta(days=540),
        adopter_role="Menyiapkan perahu",
        source_role="Melatih guru",
        now=now,
    )


def replica(them, now=JUNE):
    """An agreement carried to the end, its replica registered and confirmed by both."""
    found = agreement(them, now)
    for stage in ("understand", "adapt", "reuse"):
        matching.advance(
            by=them["adopter"], agreement=found, stage=stage, told="Sudah.", upload=None, now=now
        )
    made = matching.register_replica(
        by=them["adopter-unit"],
        agreement=found,
        unit=builders.unit(adopter(), "Dinas Sosial"),
        title="Kelas Gerobak",
        summary="Anak pemulung belajar di gerobak.",
        started=date(2026, 5, 1),
        kept="Guru yang datang.",
        adapted="Perahu menjadi gerobak.",
        left_out="Rapor digital.",
        now=now,
    )
    matching.confirm(by=them["adopter"], innovation=made, side="adopter", note="", now=now)
    matching.confirm(by=them["owner"], innovation=made, side="source", note="", now=now)
    return made


def reception(them, institution=None, now=JUNE, **more):
    """Sleman's rules: Tuesday and Thursday, seven working days beforehand."""
    asked = {
        "since": now.date(),
        "weekdays": (1, 3),
        "opens": time(7, 30),
        "lead_days": 7,
        "group_max": 60,
        "groups_a_day": 1,
    } | more
    return visits.receive_by(by=them["host"], institution=institution or owner(), now=now, **asked)


def visit(them, day=VISIT_DAY, now=JULY, **more):
    """Ask for a visit; the same is not asked twice, so further ones have topics of their own."""
    before = Visit.objects.count()
    asked = {
        "visitor": agency(),
        "host": owner(),
        "size": 30,
        "topic": f"Kelas di perahu {before}" if before else "Kelas di perahu",
        "contact": "Laras",
        "because": "Top 40 tahun 2025",
        "units": [builders.unit()],
        "questions": ["Bagaimana guru dipilih?"],
        "names": ["Made", "Putu"],
        "innovation": honoured(),
    } | more
    return visits.ask(by=them["agency"], day=day, now=now, **asked)


def held_visit(them):
    reception(them)
    found = visit(them)
    visits.accept(by=them["host"], visit=found, now=JULY)
    visits.confirm(by=them["agency"], visit=found, now=JULY)
    came = {found.attendees.first().pk}
    visits.take_attendance(by=them["host"], visit=found, came=came, now=ON_VISIT)
    return found


def cohort(them, now=JULY, **more):
    asked = {
        "agency": agency(),
        "programme": "Diklatpim IV",
        "number": "I",
        "year": 2026,
        "starts": date(2026, 7, 13),
        "rules": preset("diklatpim-2015"),
    } | more
    return training.open_cohort(by=them["agency"], now=now, **asked)


def participant(them, of=None, now=JULY):
    """Made of Sleman's Dinas Sosial, with the mentor Nur, the coach Oki, the examiner Putri."""
    of = of or cohort(them, now)
    by = them["agency"]
    unit = builders.unit(adopter(), "Dinas Sosial")
    made = training.enrol(
        by=by, cohort=of, email="made@example.id", name="Made", unit=unit, now=now
    )
    for office, name in (("mentor", "Nur"), ("coach", "Oki")):
        training.seat_guide(
            by=by,
            participant=made,
            office=office,
            email=f"{name.lower()}@example.id",
            name=name,
            now=now,
        )
    training.seat_examiner(by=by, participant=made, email="putri@example.id", name="Putri", now=now)
    return Participant.objects.get(pk=made.pk)


def project(made, now=JULY):
    """Made's change project, imitating Kelas Perahu, with an ATM row and a milestone."""
    training.diagnose(
        by=made.person,
        participant=made,
        situation="Anak pemulung tidak sekolah.",
        causes="Sekolah jauh.",
        area="Sekolah yang datang",
        now=now,
    )
    training.agree_area(by=made.mentor, participant=made, now=now)
    found = training.write_project(
        by=made.person,
        participant=made,
        title="Kelas Gerobak",
        summary="Anak pemulung belajar di gerobak.",
        source=honoured(),
        now=now,
    )
    training.note(
        by=made.person,
        project=found,
        kind="observation",
        observed="Guru ikut melaut.",
        imitated="Guru yang datang.",
        modified="Perahu menjadi gerobak.",
        why="people",
        now=now,
    )
    return found


def graduate(them, now=DECEMBER, points="85"):
    made = participant(them)
    found = project(made)
    for kind in ("design", "results"):
        training.hold_seminar(
            by=them["agency"],
            participant=made,
            kind=kind,
            day=date(2026, 12, 1),
            mentor_came=True,
            mentor_wrote="",
            now=now,
        )
    for examiner in Examiner.objects.filter(participant=made):
        training.score(
            by=examiner.person,
            examiner=examiner,
            points={"design": (Decimal(points), ""), "results": (Decimal(points), "")},
            now=now,
        )
    training.conclude(by=them["agency"], participant=made, result="graduated", reason="", now=now)
    return Participant.objects.get(pk=made.pk), found


def event(them, now=DECEMBER, **more):
    asked = {
        "slug": "forum-2027",
        "name": "Forum 2027",
        "umbrella": "Belajar bersama",
        "place": "Jakarta",
        "starts": FORUM_DAY.date(),
        "ends": FORUM_DAY.date() + timedelta(days=1),
        "call_opens": DECEMBER - timedelta(days=7),
        "call_closes": DECEMBER + timedelta(days=21),
        "places": 1,
    } | more
    found = forum.announce_event(by=them["organiser"], now=now, **asked)
    forum.add_theme(by=them["organiser"], event=found, name="Pendidikan", parent=None, now=now)
    forum.seat_referee(
        by=them["organiser"], event=found, email="sari@example.id", name="Sari", now=now
    )
    return found


def talk(them, now):
    """A paper of another forum, chosen a week after its call and put into a session."""
    closes = now + timedelta(days=7)
    found = event(
        them, now, slug="forum-terpilih", name="Forum Terpilih", call_opens=now, call_closes=closes
    )
    paper = forum.send_paper(
        by=them["adopter-unit"],
        event=found,
        theme=found.themes.get(),
        title="Kelas di Pasar",
        abstract="Apa yang kami ubah.",
        project=None,
        now=now,
    )
    marks = {row["code"]: (Decimal("8.0"), "") for row in found.criteria}
    sari = found.referees.get().person
    forum.judge(by=sari, paper=paper, points=marks, now=closes)
    forum.choose(by=them["organiser"], event=found, reasons={paper.pk: "Nyata."}, now=closes)
    session = forum.schedule(
        by=them["organiser"],
        event=found,
        theme=paper.theme,
        title="Belajar di pasar",
        room="B",
        starts=FORUM_DAY,
        ends=FORUM_DAY + timedelta(hours=1),
        now=closes,
    )
    return forum.give_talk(by=them["organiser"], session=session, paper=paper, now=closes)


class World:
    """One of everything in the second half, at one moment, and one person an office.

    For tests that ask every page as everybody. The examiner has scored nothing yet, the event
    For tests that ask every page as everybody. The examiner has scored nothing yet, the event
    takes papers, and nothing is chosen; at a forum called before it, a talk is in the programme.
    """

    def __init__(self, now):
        them = people()
        self.talk = talk(them, now - timedelta(days=14))
        self.agreement = agreement(them, now)
        self.proposal = self.agreement.proposal
        self.pairing, self.need = self.proposal.pairing, self.proposal.need
        self.offer = self.proposal.offer
        self.override = matching.override(
            by=them["matchmaker"],
            need=need(them["adopter"], theme="water", now=now),
            offer=offer(them["owner"], honoured("Air Bersih"), theme="water", now=now),
            kind="bar",
            reason="Untuk uji.",
            now=now,
        )
        self.reception = reception(them, now=now)
        day = now.date() + timedelta(days=30)
        while day.weekday() != 1:
            day += timedelta(days=1)
        self.visit = visit(them, day=day, now=now)
        self.participant = participant(them, of=cohort(them, now, starts=now.date()), now=now)
        self.project = project(self.participant, now)
        self.examiner = self.participant.examiners.get()
        window = {"call_opens": now - timedelta(days=1), "call_closes": now + timedelta(days=9)}
        self.event = event(them, now, **window)
        self.booth = forum.open_booth(
            by=them["organiser"],
            event=self.event,
            number="A1",
            institution=owner(),
            innovation=honoured(),
            now=now,
        )
        self.appointment = forum.book(
            by=them["adopter"],
            booth=self.booth,
            guest=adopter(),
            starts=FORUM_DAY,
            ends=FORUM_DAY + timedelta(minutes=30),
            purpose="Bertanya",
            now=now,
        )
        made = self.participant
        self.people = {
            "matchmaker": them["matchmaker"],
            "host": them["host"],
            "agency": them["agency"],
            "participant": made.person,
            "mentor": made.mentor,
            "coach": made.coach,
            "examiner": self.examiner.person,
            "organiser": them["organiser"],
            "referee": self.event.referees.get().person,
        }
        for each in self.people.values():
            each.known_terms = None
