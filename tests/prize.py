"""Steps 1 to 8 of docs/story.md, from the announcement to the prize, one person an office.

Other entries come from the builders, and so do the marks of the readers who are not walked.
"""

import csv
import io
from datetime import timedelta

from teladan.awards.models import Grant, Pot
from teladan.contest.models import Edition, Entry, Standing
from teladan.house.models import Person
from teladan.panel.models import Seat
from teladan.registry.models import Innovation
from tests import builders
from tests.builders import (
    AFTER,
    CLOSES,
    FIRST,
    IN_FIRST,
    IN_SECOND,
    NOW,
    OPENS,
    PDF,
    SECOND,
    upload,
)
from tests.walker import Walker

SLUG = "kipp-2026"


def wib(moment):
    return (moment + timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:%S")


class Prize:
    """Everybody who brings an innovation to the prize; `walks` is how they go."""

    def __init__(self, clock, walks=Walker):
        self.clock, self.walks = clock, walks
        self.citra = walks(builders.person("Citra", "secretariat"))
        self.ayu = walks(builders.person("Ayu", "unit", builders.unit()))
        self.bima = walks(builders.person("Bima", "local-admin", builders.institution()))
        self.public = walks()

    def announce(self):
        """The secretariat announces an edition from the preset, with dates and seats of its own."""
        self.clock.move_to(OPENS - timedelta(days=7))
        changes = {
            "name": "KIPP uji coba 2026",
            "slug": SLUG,
            "year": "2026",
            "opens": wib(OPENS),
            "closes": wib(CLOSES),
            "rounds-0-opens": wib(FIRST[0]),
            "rounds-0-closes": wib(FIRST[1]),
            "rounds-0-seats": "4",
            "rounds-0-reads": "2",
            "rounds-1-opens": wib(SECOND[0]),
            "rounds-1-closes": wib(SECOND[1]),
            "rounds-1-seats": "2",
            "rounds-1-reads": "2",
            "fund_amount": "10000000001",
        }
        page = self.citra.open("/editions/new/?start=kipp-2018").submit(**changes)
        page.sees("KIPP uji coba 2026")
        self.edition = Edition.objects.get(slug=SLUG)

    def enter(self):
        """Steps 1 and 2: the unit registers an innovation, enters it, writes, attaches evidence."""
        self.clock.move_to(NOW)
        rule = self.edition.rule
        self.ayu.open("/desk/").sees("Ayu")
        self.ayu.open("/innovations/new/").submit(
            title="Kelas Perahu Ayu",
            summary="Anak nelayan belajar di perahu.",
            started="2020-01-01",
            category="pendidikan",
        ).sees("Kelas Perahu Ayu")
        innovation = Innovation.objects.get(title="Kelas Perahu Ayu")
        self.ayu.open(f"/editions/{SLUG}/enter/").submit(
            innovation=str(innovation.pk), category=rule.categories[0]
        ).sees("Kelas Perahu Ayu")
        self.entry = Entry.objects.get(title="Kelas Perahu Ayu")
        page = f"/entries/{self.entry.pk}/"
        answers = {f"answer-{a.code}": f"Jawaban untuk {a.name}." for a in rule.aspects}
        self.ayu.open(page).submit(page, **answers)
        self.ayu.open(page).sees(*answers.values())
        self.ayu.submit(page, supports="impact", upload=upload("bukti.pdf", PDF))
        self.ayu.open(page).sees("bukti.pdf")

    def endorse_and_file(self):
        """The local admin sends it back once, then endorses and files it: a receipt."""
        page = f"/entries/{self.entry.pk}/"
        self.bima.open("/desk/").sees("Kelas Perahu Ayu")
        self.bima.open(page).submit("send-back/", note="Sebutkan angka awalnya.")
        self.ayu.open("/desk/").sees("Sebutkan angka awalnya.")
        self.bima.open(page).submit("endorse/").submit("file/")
        self.filing = Entry.objects.get(pk=self.entry.pk).filing
        self.bima.open(f"{page}receipt/").sees(self.filing.receipt, self.filing.digest)
        self.public.open(f"/verify/?code={self.filing.receipt}").sees(self.filing.receipt)

    def others(self):
        """Five more entries of other institutions, filed."""
        for number in range(1, 6):
            home = builders.institution(f"Kabupaten {number}", "regency", f"1{number}.01")
            unit = builders.unit(home, f"Dinas {number}")
            builders.filed(self.edition, f"Inovasi {number}", unit)

    def screen(self):
        self.clock.move_to(CLOSES + timedelta(hours=1))
        last = Entry.objects.order_by("-pk").first()
        self.citra.open(f"/editions/{SLUG}/entries/").sees("Kelas Perahu Ayu", last.title)
        for waiting in Entry.objects.unscreened().order_by("pk"):
            page = self.citra.open(f"/entries/{waiting.pk}/")
            if waiting == last:
                page.submit("screen/", passed="no", reasons=["title-repeated"], note="Judul sama.")
            else:
                page.submit("screen/", passed="yes")
        assert list(Entry.objects.filter(screening__passed=False)) == [last]
        assert Entry.objects.get(pk=self.entry.pk).screening.passed

    def enlist(self):
        """Step 3: readers from a list; two lines share nothing with the entry, one is a neighbour.

        Each signs the pact.
        """
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(["name", "email", "office", "institution", "region", "expertise"])
        for number in (1, 2, 3, 4):
            rows.writerow([f"Eva {number}", f"eva{number}@example.id", "evaluator", "", "", ""])
            rows.writerow([f"Pan {number}", f"pan{number}@example.id", "panelist", "", "", ""])
        rows.writerow(["Tetangga", "tetangga@example.id", "evaluator", "", "32.71", ""])
        page = self.citra.open(f"/editions/{SLUG}/readers/import/")
        page = page.submit(file=upload("pembaca.csv", out.getvalue().encode()))
        assert not Person.objects.filter(email="tetangga@example.id").exists()
        page.sees("tetangga@example.id").submit(confirm="yes")  # the list was read back first
        assert Person.objects.filter(email="tetangga@example.id").exists()
        for person in Person.objects.filter(readings__isnull=False):
            reader = person.readings.get()
            self.walks(person).open(f"/readers/{reader.pk}/pledge/").submit(agreed="on")

    def mark(self, sieve, moment):
        """One reader marks one entry by hand; the builders give the other marks."""
        self.clock.move_to(moment)
        seat = Seat.objects.filter(round=sieve).order_by("pk").first()
        reader = self.walks(seat.reader.person)
        reader.open("/desk/")
        reader.open("/ballots/").sees(seat.entry.title)
        marks = {}
        for aspect in sieve.rule_aspects:
            marks |= {f"points_{aspect.code}": "88", f"because_{aspect.code}": "Dampak jelas."}
        reader.open(f"/ballots/{seat.pk}/").submit(**marks)
        assert Seat.objects.get(pk=seat.pk).ballot.points == 88
        builders.mark_all(sieve, moment)

    def judge(self, number):
        """Steps 4 to 6: seat, mark, tally and seal one round."""
        sieve = self.edition.rounds.get(number=number)
        window, inside = [(FIRST, IN_FIRST), (SECOND, IN_SECOND)][number - 1]
        self.clock.move_to(window[0])
        self.citra.open(f"/rounds/{sieve.pk}/").submit("assign/")
        self.mark(sieve, inside)
        self.clock.move_to(window[1])
        self.citra.open(f"/rounds/{sieve.pk}/ranking/").sees("Inovasi 1")
        self.citra.open(f"/rounds/{sieve.pk}/seal/").submit()
        return self.edition.rounds.get(number=number).seal

    def proclaim_and_divide(self):
        """Step 7: the minister proclaims, the treasury divides."""
        self.clock.move_to(AFTER)
        standing = Standing.objects.filter(seal__round__number=2, stood=True).first()
        self.winner = standing.entry
        assert self.winner.title not in self.public.open(f"/editions/{SLUG}/results/").page
        self.public.open(f"/editions/{SLUG}/bundle.json", status=404)
        meutia = self.walks(builders.person("Meutia", "minister"))
        meutia.open("/desk/").follow("KIPP uji coba 2026").sees(self.winner.title)
        meutia.submit(decree="Kepmen 1/2026", certain="on")
        tirta = self.walks(builders.person("Tirta", "treasury"))
        tirta.open("/desk/").follow("KIPP uji coba 2026").submit()
        pot = Pot.objects.get()
        assert sum(Grant.objects.values_list("amount", flat=True)) == pot.amount == 10_000_000_001

    def look(self):
        """Step 8: anybody finds it."""
        page, title = f"/library/{self.winner.innovation_id}/", self.winner.title
        award = self.winner.awards.get()
        self.public.open(f"/editions/{SLUG}/results/").sees(title)
        self.public.open(f"/editions/{SLUG}/fund/").sees("Rp10.000.000.001")
        self.public.open(f"/library/?q={title}").sees(title)
        self.public.open(page).sees(title)
        self.public.open(f"/verify/?code={award.code}").sees(title)
        return award


def walk_to_the_prize(clock, walks=Walker):
    """Walk steps 1 to 8; return those who went, with the entry, the filing and the winner."""
    went = Prize(clock, walks)
    went.announce()
    went.enter()
    went.endorse_and_file()
    went.others()
    went.screen()
    went.enlist()
    went.seals = [went.judge(1), went.judge(2)]
    went.proclaim_and_divide()
    went.award = went.look()
    return went
