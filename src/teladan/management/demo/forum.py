"""Three simulated forums, lived through by acts; those that sources tell of stand beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from teladan.forum import acts as forum
from teladan.forum.models import Appointment, Booth, Event, Paper, Referee
from teladan.house.models import Office, Person
from teladan.house.offices import CAPITAL
from teladan.management.demo.agenda import Agenda
from teladan.management.demo.entries import Places
from teladan.management.demo.known_forums import load_known_forums
from teladan.management.demo.people import People
from teladan.registry.models import Innovation
from teladan.training.models import Outcome, Project

__all__ = ["load_known_forums", "plan_forum"]

# Twelve titles, of which six are chosen; then those that wait for a referee, and the new ones.
TITLES = (
    "Antrean yang tidak terlihat", "Satu meja untuk tiga kantor", "Jadwal yang ditempel di pasar",
    "Petugas yang datang ke dusun", "Formulir satu halaman", "Pengingat lewat pesan singkat",
    "Loket malam untuk pekerja", "Peta sumur bersama", "Buku saku kader", "Papan harga di dermaga",
    "Kelas singkat bagi pengurus", "Kotak saran yang dijawab",
)  # fmt: skip
WAITING = (
    "Berkas yang berjalan sendiri", "Hari tanpa fotokopi", "Pendamping warga lanjut usia",
    "Bengkel data desa",
)  # fmt: skip
NEW = ("Loket yang berpindah tiap pekan", "Dari keluhan menjadi jadwal", "Belajar dari tetangga")
TOLD = (
    "Simulasi: makalah ini menceritakan apa yang diamati, apa yang diubah, dan apa yang terjadi "
    "sesudahnya, dengan angka contoh yang tidak membuktikan apa pun."
)
ROOMS = ("Ruang A", "Ruang B")
SESSIONS = ("Keluar dari kantor", "Angka yang mengubah jadwal", "Satu berkas, satu pintu",
            "Dari pasar sampai dermaga")  # fmt: skip
# The session of each chosen paper: the first and the last are of one author, who speaks once.
IN_SESSION = (0, 1, 2, 3, 1, 0)
SECOND = ("penilai2@example.id", "Penilai 02 (simulasi)")


@dataclass
class Forums:
    """Three simulated forums: one that is over, one being judged, one that takes papers."""

    people: People
    places: Places
    agenda: Agenda
    now: datetime

    def plan(self) -> None:
        """Plan everything; the agenda calls it in the order of time."""
        day, week = timedelta(days=1), timedelta(days=7)
        self.agenda.at(self.now - 140 * day, lambda at: self.the_one_that_is_over(at, 120 * day))
        self.agenda.at(self.now - 60 * day, lambda at: self.the_one_being_judged(at, 75 * day))
        self.agenda.at(self.now - 2 * week, lambda at: self.the_one_that_is_open(at, 10 * week))

    def _authors(self) -> list[Person]:
        """Return everybody who sends papers, in turn."""
        of = self.people.of
        return [of[Office.UNIT], self.people.writer, self.people.neighbour, self.people.clerk,
                of[Office.LOCAL_ADMIN]]  # fmt: skip

    @property
    def _rudi(self) -> Person:
        return self.people.of[Office.ORGANISER]

    def _announce(
        self, slug: str, name: str, at: datetime, ahead: timedelta, call: int, places: int
    ) -> Event:
        """Announce a forum `ahead` from now, whose call lasts `call` days, with its themes."""
        first = (at + ahead).astimezone(CAPITAL).date()
        event = forum.announce_event(
            by=self._rudi,
            slug=slug,
            name=name,
            umbrella="Simulasi: meniru dengan jujur, mengubah dengan sadar",
            place="Simulasi: balai pertemuan",
            starts=first,
            ends=first + timedelta(days=1),
            call_opens=at + timedelta(hours=1),
            call_closes=at + timedelta(days=call),
            places=places,
            simulated=True,
            now=at,
        )
        for theme in ("Pelayanan yang mendekat", "Data yang dipakai"):
            made = forum.add_theme(by=self._rudi, event=event, name=theme, parent=None, now=at)
            if theme.startswith("Data"):
                forum.add_theme(
                    by=self._rudi, event=event, name="Data di desa", parent=made, now=at
                )
        sari = self.people.of[Office.REFEREE]
        for email, called in ((sari.email, sari.name), SECOND):
            forum.seat_referee(by=self._rudi, event=event, email=email, name=called, now=at)
        return event

    def _send(self, event: Event, titles: tuple[str, ...], at: datetime) -> None:
        """Plan that each title is sent by the next of the authors, an hour after the other."""
        themes = list(event.themes.filter(parent=None).order_by("pk"))
        authors = self._authors()

        def sent(number: int, then: datetime) -> None:
            author = authors[number % len(authors)]
            homes = author.terms.values("institution")
            own = Innovation.objects.public().filter(institution__in=homes, simulated=True)
            forum.send_paper(
                by=author,
                event=event,
                theme=themes[number % len(themes)],
                title=f"{titles[number]} (simulasi)",
                abstract=TOLD,
                project=None,
                innovation=own.order_by("pk").first(),
                now=then,
            )

        for number in range(len(titles)):
            self.agenda.at(at + timedelta(hours=number), partial(sent, number))

    def _judge(self, event: Event, at: datetime, most: dict[str, int] | None = None) -> None:
        """Plan that referees judge every paper, or as many as `most` says; no two papers tie."""
        papers = list(Paper.objects.filter(event=event).order_by("pk"))

        def judged(referee: Referee, number: int, then: datetime) -> None:
            points = Decimal("9.2") - Decimal("0.4") * number
            forum.judge(
                by=referee.person,
                paper=papers[number],
                points={
                    row["code"]: (points - Decimal("0.1") * place, "Simulasi: alasan contoh.")
                    for place, row in enumerate(event.criteria)
                },
                now=then,
            )

        for referee in Referee.objects.filter(event=event).select_related("person").order_by("pk"):
            upto = (most or {}).get(referee.person.email, len(papers))
            for number in range(upto):
                self.agenda.at(
                    at + timedelta(minutes=20 * number), partial(judged, referee, number)
                )

    def the_one_that_is_over(self, at: datetime, ahead: timedelta) -> None:
        """Papers chosen 6 of 12, two rooms, booths, and appointments; it ended weeks ago."""
        event = self._announce(
            "forum-contoh-lalu", "Forum Contoh yang Lalu (simulasi)", at, ahead, 40, 6
        )
        first = datetime.combine(event.starts, datetime.min.time(), CAPITAL).astimezone(UTC)
        plan, day = self.agenda.at, timedelta(days=1)
        plan(at + 10 * day, lambda then: self._send(event, TITLES, then))
        plan(at + 45 * day, lambda then: self._judge(event, then))
        plan(at + 60 * day, lambda then: self._choose(event, then))
        plan(at + 70 * day, lambda then: self._programme(event, first, then))
        plan(at + 80 * day, lambda then: self._market(event, first, then))

    def _choose(self, event: Event, at: datetime) -> None:
        rows = forum.ranked(event)
        reasons = {
            paper.pk: "Simulasi: nyata, perubahannya jelas, dan dapat ditiru."
            if number < 6
            else "Simulasi: perubahannya belum terlihat pada angka yang disebut."
            for number, (_place, _points, paper) in enumerate(rows)
        }
        forum.choose(by=self._rudi, event=event, reasons=reasons, now=at)

    def _programme(self, event: Event, first: datetime, at: datetime) -> None:
        """Two rooms side by side, two hours."""
        themes = list(event.themes.filter(parent=None).order_by("pk"))
        papers = list(Paper.objects.chosen().filter(event=event).order_by("choice__place"))
        for number in range(4):
            starts = first + timedelta(hours=9 + number // 2)
            session = forum.schedule(
                by=self._rudi,
                event=event,
                theme=themes[number % 2],
                title=f"{SESSIONS[number]} (simulasi)",
                room=ROOMS[number % 2],
                starts=starts,
                ends=starts + timedelta(hours=1),
                now=at,
            )
            for paper, place in zip(papers, IN_SESSION, strict=True):
                if place == number:
                    forum.give_talk(by=self._rudi, session=session, paper=paper, now=at)

    def _market(self, event: Event, first: datetime, at: datetime) -> None:
        """Bima shows at one booth, and meets others at theirs; the last meeting is cancelled."""
        shown: dict[int, Innovation] = {}
        rows = Innovation.objects.public().filter(simulated=True).select_related("institution")
        for row in rows.order_by("pk"):
            shown.setdefault(row.institution_id, row)
        home = self.places.institutions[0]
        others = [row for key, row in shown.items() if key != home.pk][:3]
        ours = [shown[home.pk]] if home.pk in shown else []
        booths = [
            forum.open_booth(
                by=self._rudi,
                event=event,
                number=f"A{number}",
                institution=row.institution,
                innovation=row,
                now=at,
            )
            for number, row in enumerate([*ours, *others], start=1)
        ]
        bima, clerk = self.people.of[Office.LOCAL_ADMIN], self.people.clerk
        hour, met = first + timedelta(hours=13), None
        for booth in booths:
            guest = self.places.institutions[1] if booth.institution_id == home.pk else home
            if guest.pk == booth.institution_id:
                continue
            met = self._book(booth, clerk if guest != home else bima, guest, hour, at)
            hour += timedelta(minutes=30)
        if met is not None:
            forum.cancel_appointment(
                by=self._rudi,
                appointment=met,
                reason="Simulasi: peserta pameran datang sehari kemudian.",
                now=at,
            )

    def _book(
        self, booth: Booth, by: Person, guest: Any, hour: datetime, at: datetime
    ) -> Appointment:
        return forum.book(
            by=by,
            booth=booth,
            guest=guest,
            starts=hour,
            ends=hour + timedelta(minutes=30),
            purpose="Simulasi: bertanya apa yang harus disiapkan sebelum meniru.",
            now=at,
        )

    def the_one_being_judged(self, at: datetime, ahead: timedelta) -> None:
        """Its call is closed; the second referee is done, and Sari has two papers left."""
        event = self._announce(
            "forum-contoh-dinilai", "Forum Contoh yang Dinilai (simulasi)", at, ahead, 50, 2
        )
        sari, day = self.people.of[Office.REFEREE].email, timedelta(days=1)
        self.agenda.at(at + 20 * day, lambda then: self._send(event, WAITING, then))
        self.agenda.at(
            at + 53 * day, lambda then: self._judge(event, then, {sari: 2, SECOND[0]: 3})
        )

    def the_one_that_is_open(self, at: datetime, ahead: timedelta) -> None:
        """Take papers today: on innovations, and on a project if somebody has graduated.

        One author has withdrawn a paper, and may send another until the call closes.
        """
        event = self._announce(
            "forum-contoh-dibuka", "Forum Contoh yang Dibuka (simulasi)", at, ahead, 40, 3
        )

        def sent(then: datetime) -> None:
            self._send(event, NEW, then)
            done = Project.objects.filter(
                participant__outcome__result=Outcome.Result.GRADUATED,
                participant__cohort__simulated=True,
                participant__outcome__at__lt=then,
            ).exclude(participant__person=self.people.of[Office.PARTICIPANT])
            project = done.select_related("participant__person").order_by("pk").first()
            if project is not None:
                forum.send_paper(
                    by=project.participant.person,
                    event=event,
                    theme=event.themes.order_by("pk")[0],
                    title=project.title,
                    abstract=TOLD,
                    project=project,
                    now=then,
                )

        def withdrawn(then: datetime) -> None:
            paper = Paper.objects.filter(event=event, project=None).select_related("author")
            last = paper.order_by("-pk")[0]
            forum.withdraw_paper(by=last.author, paper=last, now=then)

        self.agenda.at(at + timedelta(days=7), sent)
        self.agenda.at(at + timedelta(days=8), withdrawn)


def plan_forum(people: People, places: Places, agenda: Agenda, now: datetime) -> None:
    """Plan the three forums into an agenda that others share."""
    Forums(people, places, agenda, now).plan()
