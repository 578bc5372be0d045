"""Steps 9 to 13 of docs/story.md, by the web client, one person an office.

They begin with an innovation that was honoured and end with a new one that names it as its source.
"""

from datetime import date, timedelta

from teladan.forum.models import Event, Paper
from teladan.house.models import Person
from teladan.matching.models import Agreement, Proposal
from teladan.registry.models import Innovation
from teladan.training.models import Cohort, Examiner, Participant
from teladan.visits.models import Visit
from tests import builders, circle
from tests.circle import DECEMBER, FORUM_DAY, JULY, JUNE, ON_VISIT, VISIT_DAY
from tests.walker import Walker


class Onward:
    """Everybody who takes an innovation further; `walks` is how they go, Walker or in Chromium."""

    def __init__(self, innovation, clock, walks):
        self.walks = walks
        self.innovation, self.home, self.clock = innovation, innovation.institution, clock
        self.lokus = innovation.unit or builders.unit(self.home)
        self.unit = builders.unit(circle.adopter(), "Dinas Sosial")
        self.owner = walks(builders.person("Wira", "local-admin", self.home))
        self.adopter = walks(builders.person("Wulan", "local-admin", circle.adopter()))
        self.yanti = walks(builders.person("Yanti", "unit", self.unit))
        self.kartika = walks(builders.person("Kartika", "host", self.home))
        self.laras = walks(builders.person("Laras", "agency", circle.agency()))
        self.joko = walks(builders.person("Joko", "matchmaker"))
        self.rudi = walks(builders.person("Rudi", "organiser"))

    def known(self, name):
        """Somebody whose account an act has made."""
        return self.walks(Person.objects.get(email=f"{name}@example.id"))

    def match(self):
        """Step 9: a need, an offer, a pairing, an agreement, a transfer, a confirmed replica."""
        self.clock.move_to(JUNE)
        self.adopter.open("/needs/new/").submit(
            theme="education",
            problem="Anak pemulung putus sekolah.",
            target_group="Anak pemulung",
            ready_leader="1",
        ).sees("Anak pemulung putus sekolah.")
        self.owner.open("/offers/new/").submit(
            innovation=str(self.innovation.pk), theme="education", year="2026", capacity="1"
        ).sees(self.innovation.title)
        self.joko.open("/desk/")
        self.joko.open("/pairings/").submit(year="2026", floor="10").sees(circle.adopter().name)
        proposal = Proposal.objects.get()
        page = f"/proposals/{proposal.pk}/"
        for side in (self.adopter, self.owner):
            side.open("/desk/").sees(page)
            side.open(page).submit(do="accept")
        self.joko.open("/desk/").sees(page)
        self.joko.open(page).submit(
            do="agree",
            topic="Kelas yang datang",
            starts="2026-06-08",
            ends="2027-12-08",
            adopter_role="Menyiapkan tim.",
            source_role="Melatih tim.",
        )
        agreement = Agreement.objects.get()
        page = f"/agreements/{agreement.pk}/"
        for _stage in range(3):
            self.adopter.open(page).submit(action="do/", told="Sudah dikerjakan.")
        self.yanti.open("/desk/").sees(page)
        self.yanti.open(page).submit(
            action="do/",
            title="Kelas Karung",
            summary="Anak pemulung belajar di tempat sampah dipilah.",
            started="2026-05-01",
            kept="Guru yang datang.",
            adapted="Tempat dan jamnya.",
        )
        for side in (self.adopter, self.owner):
            side.open("/desk/").sees(page)
            side.open(page).submit(action="do/", side=self._side(side))
        self.walks().open(page).sees("Kelas Karung")
        assert Innovation.objects.get(title="Kelas Karung").source == self.innovation

    def _side(self, who):
        return "adopter" if who is self.adopter else "source"

    def visit(self):
        """Step 10: reception rules, a request, an answer, the day itself, what was learned."""
        self.kartika.open("/desk/").sees(f"/hosts/{self.home.pk}/rules/")
        self.kartika.open(f"/hosts/{self.home.pk}/rules/").submit(
            rules__weekdays=["1", "3"],
            rules__opens="07:30",
            rules__lead_days="7",
            rules__group_max="60",
            rules__groups_a_day="1",
        )
        self.clock.move_to(JULY)
        asked = {
            "size": "30",
            "topic": "Kelas yang datang",
            "because": "Top 40",
            "units": [str(self.lokus.pk)],
            "questions": "Bagaimana guru dipilih?",
            "names": "Made\nPutu",
            "contact": "Laras",
        }
        page = f"/hosts/{self.home.pk}/ask/"
        self.laras.open(page).submit(status=409, day="2026-07-07", **asked)
        self.laras.sees("Bagaimana guru dipilih?")
        self.laras.submit(day=VISIT_DAY.isoformat())
        visit = Visit.objects.get()
        page = f"/visits/{visit.pk}/"
        self.walks().open(page).sees('name="login"')  # a request is nobody else's
        self.kartika.open("/desk/").sees(page)
        self.kartika.open(page).submit(action="do/", do="accept")
        self.laras.open("/desk/").sees(page)
        self.laras.open(page).submit(action="do/", do="confirm")
        self.clock.move_to(ON_VISIT)
        came = str(visit.attendees.first().pk)
        self.kartika.open(page).submit(action="do/", came=[came])
        question = str(visit.questions.get().pk)
        self.kartika.submit(action="do/", question=question, text="Lewat kelurahan.")
        self.laras.open(page).submit(
            action="do/", learned="Guru datang.", at_home="Mencoba di satu desa.", of_group="on"
        )
        self.kartika.open("/desk/").sees(page)
        self.kartika.open(page).submit(action="do/", do="close")
        public = self.walks().open(page).sees("Guru datang.", "Lewat kelurahan.")
        assert "Made" not in public.page
        return visit

    def train(self, visit):
        """Step 11: a cohort, a change project after observing, seminars, scores, graduation."""
        starts = date(2026, 8, 10)
        self.laras.open("/training/cohorts/new/").submit(
            programme="Diklatpim IV",
            number="I",
            year="2026",
            starts=starts.isoformat(),
            preset="diklatpim-2015",
        )
        cohort = Cohort.objects.get()
        page = f"/training/cohorts/{cohort.pk}/"
        self.laras.open(page).submit(action="visit/", visit=str(visit.pk))
        self.laras.open(page).submit(
            action="enrol/", name="Made", email="made@example.id", unit=self.unit.name
        )
        made = Participant.objects.get()
        record = f"/participants/{made.pk}/"
        for office, name in (("mentor", "nur"), ("coach", "oki"), ("examiner", "putri")):
            self.laras.open(record).follow_or_open(f"{record}seat/").submit(
                office=office, name=name.title(), email=f"{name}@example.id"
            )
        trainee, nur, oki = self.known("made"), self.known("nur"), self.known("oki")
        trainee.open("/desk/")
        trainee.open(f"{record}diagnosis/").submit(
            situation="Anak pemulung tidak sekolah.",
            causes="Sekolah jauh.",
            area="Sekolah yang datang",
        )
        nur.open("/desk/").sees(record)
        nur.open(record).submit(action="agree/")
        trainee.open(f"{record}project/").submit(
            title="Kelas Gerobak",
            summary="Anak pemulung belajar di gerobak.",
            source=str(self.innovation.pk),
        )
        trainee.open(f"{record}project/").submit(
            action="row/",
            observation__observed="Guru datang ke murid.",
            observation__imitated="Guru yang datang.",
            observation__modified="Perahu menjadi gerobak.",
            observation__why="people",
        )
        oki.open(f"{record}guide/").submit(
            day="2026-08-04", mode="meeting", advice="Mulai dari satu kampung."
        )
        self.clock.move_to(DECEMBER)
        for kind in ("design", "results"):
            self.laras.open(f"{record}seminar/").submit(
                kind=kind, day="2026-12-01", mentor_came="on"
            )
        putri, examiner = self.known("putri"), Examiner.objects.get()
        putri.open("/desk/").sees(f"/examining/{examiner.pk}/")
        putri.open(f"/examining/{examiner.pk}/").submit(design__n="88", results__n="86,5")
        self.laras.open(f"{record}outcome/").submit(result="graduated")
        trainee.open(record).sees("87,10")
        return made, trainee

    def tell(self, made, trainee):
        """Step 12: a call, a paper, a blind choice, the programme, an hour at the marketplace."""
        closes = DECEMBER + timedelta(days=21)
        self.rudi.open("/forum/new/").submit(
            name="Forum 2027",
            slug="forum-2027",
            umbrella="Belajar bersama",
            place="Jakarta",
            starts=FORUM_DAY.date().isoformat(),
            ends=(FORUM_DAY + timedelta(days=1)).date().isoformat(),
            call_opens="2026-12-14T09:00",
            call_closes="2027-01-04T10:00",
            places="1",
        )
        event = Event.objects.get()
        office = f"/forum/{event.slug}/office/"
        self.rudi.open(office).submit(theme__name="Pendidikan")
        self.rudi.open(office).submit(referee__email="sari@example.id", referee__name="Sari")
        trainee.open(f"/forum/{event.slug}/papers/new/").submit(
            theme=str(event.themes.get().pk),
            title="Dari perahu ke gerobak",
            abstract="Apa yang kami amati, tiru, dan modifikasi.",
            project=str(made.project.pk),
        )
        paper = Paper.objects.get()
        self.walks().open(f"/papers/{paper.pk}/", status=404)
        self.clock.move_to(closes + timedelta(days=1))
        sari = self.known("sari")
        points = {f"points__{row['code']}": "8.5" for row in event.criteria}
        sari.open(f"/papers/{paper.pk}/judge/").submit(**points)
        reason = {f"reason__{paper.pk}": "Nyata, dan dapat ditiru."}
        self.rudi.open(f"/forum/{event.slug}/papers/choose/").submit(**reason)
        hours = {"day": FORUM_DAY.date().isoformat(), "from_hour": "09:00", "until_hour": "10:00"}
        self.rudi.open(f"/forum/{event.slug}/sessions/new/").submit(
            theme=str(event.themes.get().pk), title="Sekolah yang datang", room="A", **hours
        )
        session = event.sessions.get()
        self.rudi.open(f"/forum/{event.slug}/talks/new/").submit(
            session=str(session.pk), paper=str(paper.pk)
        )
        self.walks().open(f"/forum/{event.slug}/").sees("Dari perahu ke gerobak", "Pendidikan")
        return event

    def begin_again(self, made):
        """Step 13: the project becomes an innovation of its unit, and its entry half written."""
        self.yanti.open("/desk/")
        self.yanti.open(f"/participants/{made.pk}/hand-on/").submit(
            started="2026-10-01", category="pendidikan"
        )
        born = Innovation.objects.get(title="Kelas Gerobak")
        assert born.source == self.innovation
        assert born.adapted == "Perahu menjadi gerobak."
        now = circle.DECEMBER + timedelta(days=22)
        edition = builders.edition(
            slug="kipp-2027",
            opens=(now - timedelta(days=5)).isoformat(),
            closes=(now + timedelta(days=60)).isoformat(),
            min_age_months=0,
            rounds=[
                row
                | {
                    "opens": (now + timedelta(days=70 + 40 * number)).isoformat(),
                    "closes": (now + timedelta(days=90 + 40 * number)).isoformat(),
                }
                for number, row in enumerate(builders.rules()["rounds"])
            ],
        )
        self.yanti.open(f"/editions/{edition.slug}/enter/").submit(
            innovation=str(born.pk), category=edition.rule.categories[0]
        ).sees("Anak pemulung belajar di gerobak.", "Perahu menjadi gerobak.")
        return born


def walk_on(innovation, clock, walks=Walker):
    """Walk steps 9 to 13 and return the new innovation."""
    way = Onward(innovation, clock, walks)
    way.match()
    visit = way.visit()
    made, trainee = way.train(visit)
    way.tell(made, trainee)
    return way.begin_again(made)
