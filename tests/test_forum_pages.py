"""The pages of the forum, through the web client, one person an office; and what none may tell."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from teladan.forum import acts as forum
from teladan.forum.models import (
    Appointment,
    Booth,
    Choice,
    Event,
    Figure,
    Judgement,
    Paper,
    Referee,
)
from teladan.house import web
from teladan.house.models import Person
from teladan.matching.models import Need
from teladan.visits.models import Reception, Visit
from tests import builders, circle

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


@pytest.fixture(autouse=True)
def at():
    """`at(moment)` stands still there."""
    with time_machine.travel(circle.DECEMBER, tick=False) as traveller:
        yield traveller.move_to


def signed_in(person):
    client = Client()
    if person:
        client.force_login(person)
    return client


def read(person, url):
    """What somebody gets there: status and page, without what is random."""
    web._kept_pages.clear()
    response = signed_in(person).get(url)
    return response.status_code, re.sub(rb'csrfmiddlewaretoken" value="\w+"', b"", response.content)


def author(name="Yanti"):
    return builders.person(name, "unit", builders.unit(circle.adopter(), "Dinas Sosial"))


def send(event, by, title):
    return forum.send_paper(
        by=by,
        event=event,
        theme=event.themes.first(),
        title=title,
        abstract=f"Isi {title}.",
        project=None,
        now=circle.DECEMBER,
    )


def judge(paper, by, points):
    by.known_terms = None
    marks = {row["code"]: (Decimal(points), f"Kata {points}") for row in paper.event.criteria}
    forum.judge(by=by, paper=paper, points=marks, now=paper.event.call_closes)


def test_a_forum_goes_from_announcement_to_a_told_paper_page_by_page(them, at):
    rudi = signed_in(them["organiser"])
    announced = {
        "name": "Forum 2027", "slug": "forum-2027", "umbrella": "Belajar bersama",
        "place": "Jakarta", "starts": "2027-03-10", "ends": "2027-03-11",
        "call_opens": "2026-12-14T09:00", "call_closes": "2027-01-10T12:00", "places": "1",
    }  # fmt: skip
    assert rudi.post("/forum/new/", announced | {"slug": "new"}).status_code == 422
    assert rudi.post("/forum/new/", announced | {"places": ""}).status_code == 409
    assert rudi.post("/forum/new/", announced).status_code == 302
    event = Event.objects.get()
    office = f"/forum/{event.slug}/office/"
    assert rudi.post(office, {"do": "theme", "theme-name": "Pendidikan"}).status_code == 302
    assert rudi.post(office, {"do": "theme", "theme-name": "pendidikan"}).status_code == 409
    seated = {"do": "referee", "referee-email": "sari@example.id", "referee-name": "Sari"}
    assert rudi.post(office, seated).status_code == 302
    theme = event.themes.get()
    at(event.call_opens + timedelta(days=1))
    yanti = signed_in(author())
    page = f"/forum/{event.slug}/papers/new/"
    sent = {"theme": theme.pk, "title": "Kelas Gerobak", "abstract": "Apa yang kami ubah."}
    assert yanti.post(page, sent | {"abstract": ""}).status_code == 422
    assert yanti.post(page, sent).status_code == 302
    again = yanti.post(page, sent)
    assert again.status_code == 409
    assert "Apa yang kami ubah." in again.content.decode()
    paper = Paper.objects.get()
    assert signed_in(None).get(f"/papers/{paper.pk}/").status_code == 404

    at(event.call_closes)
    sari = signed_in(Person.objects.get(email="sari@example.id"))
    ballot = f"/papers/{paper.pk}/judge/"
    assert "Yanti" not in sari.get(ballot).content.decode()
    assert "Yanti" not in sari.get(f"/papers/{paper.pk}/").content.decode()
    points = {f"points-{row['code']}": "8.5" for row in event.criteria}
    assert sari.post(ballot, points | {"points-real": "11"}).status_code == 422
    assert sari.post(ballot, points).status_code == 302
    assert sari.get(ballot).status_code == 302  # judged: on to the paper

    rudi = signed_in(them["organiser"])
    choosing = f"/forum/{event.slug}/papers/choose/"
    assert rudi.post(choosing, {f"reason-{paper.pk}": ""}).status_code == 422
    assert rudi.post(choosing, {f"reason-{paper.pk}": "Nyata dan jelas."}).status_code == 302
    hours = {"day": "2027-03-10", "from_hour": "09:00", "until_hour": "10:00"}
    held = {"theme": theme.pk, "title": "Sekolah yang datang", "room": "Ruang A"} | hours
    page = f"/forum/{event.slug}/sessions/new/"
    assert rudi.post(page, held | {"until_hour": "08:00"}).status_code == 422
    assert rudi.post(page, held).status_code == 302
    assert rudi.post(page, held).status_code == 409
    told = {"session": event.sessions.get().pk, "paper": paper.pk}
    assert rudi.post(f"/forum/{event.slug}/talks/new/", told).status_code == 302
    shown = signed_in(None).get(f"/forum/{event.slug}/").content.decode()
    for words in ("Nyata dan jelas.", "Yanti", "Ruang A", "09.00–10.00", "Kelas Gerobak"):
        assert words in shown
    assert "Yanti" in signed_in(None).get(f"/papers/{paper.pk}/").content.decode()


def test_a_booth_is_booked_and_the_talk_becomes_a_need_and_a_visit(them, at):
    circle.reception(them)
    event, innovation = circle.event(them), circle.honoured()
    rudi, wulan = signed_in(them["organiser"]), signed_in(them["adopter"])
    page = f"/forum/{event.slug}/booths/new/"
    assert innovation.title in rudi.get(f"{page}?q=perahu").content.decode()
    given = {"q": "perahu", "number": "A1", "what": f"i{innovation.pk}"}
    assert rudi.post(page, given).status_code == 302
    assert rudi.post(page, given).status_code == 409
    booth = Booth.objects.get()
    page = f"/booths/{booth.pk}/"
    assert signed_in(None).get(page).status_code == 200
    hours = {"day": "2027-03-10", "from_hour": "09:00", "until_hour": "09:30"}
    asked = {"purpose": "Bertanya tentang guru"} | hours
    assert signed_in(None).post(page, asked).status_code == 404
    assert signed_in(them["owner"]).post(page, asked).status_code == 404
    assert wulan.post(page, asked).status_code == 302
    clash = wulan.post(page, asked | {"from_hour": "09:29", "until_hour": "10:00"})
    assert clash.status_code == 409
    assert "Bertanya tentang guru" in clash.content.decode()
    met = Appointment.objects.get()
    page = f"/appointments/{met.pk}/"
    for other in (them["owner"], them["adopter"], them["organiser"]):
        assert read(other, page)[0] == 200
    for other in (them["agency"], them["matchmaker"]):
        assert read(other, page)[0] == 404

    at(met.ends)
    wulan = signed_in(them["adopter"])
    assert "Bertanya tentang guru" in wulan.get("/desk/").content.decode()
    need = {
        "do": "need",
        "need-theme": "education",
        "need-problem": "Anak putus sekolah.",
        "need-target_group": "Anak",
        "need-ready_leader": "1",
    }
    assert wulan.post(page, need | {"need-problem": ""}).status_code == 422
    assert signed_in(them["owner"]).post(page, need).status_code == 409
    assert wulan.post(page, need).status_code == 302
    assert Need.objects.get().readiness == {"leader": True}
    assert wulan.post(page, need | {"need-theme": "health"}).status_code == 409
    visit = {
        "do": "visit",
        "v-day": "2027-03-11",
        "v-size": "5",
        "v-topic": "Guru",
        "v-units": [builders.unit().pk],
        "v-questions": "Berapa biayanya?",
        "v-contact": "Wulan",
    }
    early = wulan.post(page, visit)
    assert early.status_code == 409
    assert "Berapa biayanya?" in early.content.decode()
    Reception.objects.update(overnight=True)
    visit["v-day"] = "2027-04-01"
    assert wulan.post(page, visit).status_code == 422  # do you stay the night?
    assert wulan.post(page, visit | {"v-overnight": "no"}).status_code == 409
    assert wulan.post(page, visit | {"v-overnight": "yes"}).status_code == 302
    assert Visit.objects.get().innovation == innovation


def test_sources_that_disagree_stand_side_by_side(them):
    event = circle.event(them)
    for value in ("6 dari 58", "6 dari 72"):
        Figure.objects.create(
            event=event, label_id="Makalah", label_en="Papers", value=value, citation="Sumber"
        )
    shown = read(None, f"/forum/{event.slug}/")[1].decode()
    assert "6 dari 58" in shown
    assert "6 dari 72" in shown


def test_alumni_are_numbers_and_institutions_and_never_names(them):
    circle.graduate(them)
    shown = read(None, "/alumni/")[1].decode()
    assert "Diklatpim IV I, 2026" in shown
    assert circle.adopter().name in shown
    for name in ("Made", "Nur", "Oki", "Putri"):
        assert name not in shown


def test_each_desk_names_the_next_step(them, at):
    event = circle.event(them)
    by = author()
    assert reverse("paper-new", args=[event.slug]).encode() in read(by, "/desk/")[1]
    paper = send(event, by, "Kelas Gerobak")
    assert reverse("paper-new", args=[event.slug]).encode() not in read(by, "/desk/")[1]
    sari = Person.objects.get(email="sari@example.id")
    waits = b'<ul class="todo"'
    assert waits not in read(sari, "/desk/")[1]
    at(event.call_closes)
    assert waits in read(sari, "/desk/")[1]
    choosing = reverse("papers-choose", args=[event.slug]).encode()
    assert choosing not in read(them["organiser"], "/desk/")[1]
    judge(paper, sari, "8")
    assert choosing in read(them["organiser"], "/desk/")[1]


# --- what no page may tell -------------------------------------------------------------------


def pages_of(event):
    """Every page of the forum, and the desks."""
    urls = [reverse(name) for name in ("forums", "alumni", "papers", "desk", "forum-new", "home")]
    names = ("forum", "forum-office", "paper-new", "papers-choose", "session-new", "talk-new")
    urls += [reverse(name, args=[event.slug]) for name in (*names, "booth-new")]
    for pk in Paper.objects.order_by("pk").values_list("pk", flat=True):
        urls += [reverse("paper", args=[pk]), reverse("paper-judge", args=[pk])]
    urls += [reverse("booth", args=[pk]) for pk in Booth.objects.values_list("pk", flat=True)]
    met = Appointment.objects.values_list("pk", flat=True)
    return urls + [reverse("appointment", args=[pk]) for pk in met]


def everything(event, people):
    return {
        (name, url): read(person, url) for name, person in people.items() for url in pages_of(event)
    }


@pytest.fixture
def judged(them, at):
    """Two papers after the call: Sari and Dua are referees, and Sari has judged one."""
    event = circle.event(them)
    forum.seat_referee(
        by=them["organiser"], event=event, email="dua@example.id", name="Dua", now=circle.DECEMBER
    )
    first = send(event, author("Yanti"), "Kelas Gerobak")
    second = send(event, author("Zaki"), "Kelas Sepeda")
    at(event.call_closes)
    sari, dua = (Person.objects.get(email=f"{name}@example.id") for name in ("sari", "dua"))
    judge(first, sari, "8.5")
    judge(first, dua, "6.5")
    return event, first, second, sari, dua


def test_before_the_choice_no_page_of_others_tells_of_papers_authors_or_points(them, judged):
    event, first, second, sari, _dua = judged
    outside = {name: them[name] for name in ("owner", "adopter", "agency", "matchmaker", "host")}
    outside |= {"signed out": None, "stranger": builders.person("Dewi")}
    outside |= {"writer": author("Wawan"), "elsewhere": builders.person("Tono", "referee")}
    referee = {"referee": sari}
    before, seen = everything(event, outside), everything(event, referee)
    known = read(them["organiser"], reverse("paper", args=[second.pk]))

    # Names and the other referee's points change: the referee's pages stay as they were.
    Judgement.objects.exclude(referee__person=sari).update(points="1.5", comment="Rahasia.")
    Paper.objects.filter(pk=second.pk).update(author=author("Ujang"))
    assert everything(event, referee) == seen
    # First the proof that something could be seen.
    assert read(them["organiser"], reverse("paper", args=[second.pk])) != known
    # The papers themselves change: nobody outside can tell.
    Paper.objects.filter(pk=first.pk).update(title="Judul lain", abstract="Isi lain.")
    assert everything(event, outside) == before
    assert everything(event, referee) != seen


def test_the_organiser_reads_no_points_and_no_order_before_every_paper_is_judged(them, judged):
    event, first, second, _sari, dua = judged
    rudi = {"organiser": them["organiser"]}
    before = everything(event, rudi)
    Judgement.objects.update(points="2.5", comment="Rahasia.")
    assert everything(event, rudi) == before
    judge(second, dua, "7")
    choosing = read(them["organiser"], reverse("papers-choose", args=[event.slug]))[1].decode()
    assert "2,50" in choosing
    assert choosing.index(second.title) < choosing.index(first.title)


def test_an_author_reads_nothing_of_how_it_is_judged_before_the_choice(them, judged):
    event, first, _second, _sari, _dua = judged
    own = {"author": first.author}
    before = everything(event, own)
    assert before["author", reverse("paper", args=[first.pk])][0] == 200
    Judgement.objects.update(points="2.5", comment="Rahasia.")
    Judgement.objects.filter(referee=Referee.objects.first()).delete()
    assert everything(event, own) == before


def test_after_the_choice_a_paper_that_was_not_chosen_stays_with_its_author(them, judged):
    event, first, second, sari, _dua = judged
    judge(second, sari, "3")
    reasons = {first.pk: "Nyata dan jelas.", second.pk: "Belum terlihat dampaknya."}
    asked = {"by": them["organiser"], "event": event, "now": event.call_closes}
    forum.choose(reasons=reasons, despite="Dua sakit.", **asked)
    outside = {name: them[name] for name in ("owner", "adopter", "agency", "matchmaker")}
    outside |= {"signed out": None, "chosen": first.author}
    before = everything(event, outside)
    page = reverse("paper", args=[second.pk])
    assert "Belum terlihat dampaknya." in read(second.author, page)[1].decode()
    assert "Belum terlihat" not in read(sari, page)[1].decode()
    assert "Nyata dan jelas." in read(None, reverse("forum", args=[event.slug]))[1].decode()

    Paper.objects.filter(pk=second.pk).update(
        title="Lain", abstract="Lain.", author=author("Ujang")
    )
    Choice.objects.filter(paper=second).update(reason="Lain.", points="1")
    Event.objects.update(chosen_despite="Rahasia.")
    Judgement.objects.update(comment="Rahasia.")
    assert everything(event, outside) == before


def test_appointments_show_on_no_page_but_those_of_the_two_sides(them):
    event = circle.event(them)
    booth = forum.open_booth(
        by=them["organiser"],
        event=event,
        number="A1",
        institution=circle.owner(),
        innovation=circle.honoured(),
        now=circle.DECEMBER,
    )
    met = forum.book(
        by=them["adopter"],
        booth=booth,
        guest=circle.adopter(),
        starts=circle.FORUM_DAY,
        ends=circle.FORUM_DAY + timedelta(minutes=30),
        purpose="Rahasia dua pihak",
        now=circle.DECEMBER,
    )
    outside = {name: them[name] for name in ("agency", "matchmaker")} | {"signed out": None}
    before = everything(event, outside)
    assert "Rahasia dua pihak" in read(them["owner"], f"/appointments/{met.pk}/")[1].decode()
    Appointment.objects.update(purpose="Lain", starts=met.starts + timedelta(hours=1),
                               ends=met.ends + timedelta(hours=1))  # fmt: skip
    assert everything(event, outside) == before


# --- what a page costs -----------------------------------------------------------------------


def grown(event, them, size):
    """`size` papers, half of them chosen and told, as many sessions, booths and appointments."""
    people = [author(f"Penulis {number}") for number in range(size)]
    theme, sari = event.themes.first(), event.referees.first()
    for number, person in enumerate(people):
        paper = Paper.objects.create(
            event=event, theme=theme, author=person, title=f"Makalah {size}-{number}",
            abstract="Isi.", sent_at=circle.DECEMBER,
        )  # fmt: skip
        Judgement.objects.bulk_create(
            Judgement(
                paper=paper, referee=sari, criterion=row["code"], points="8", at=circle.DECEMBER
            )
            for row in event.criteria
        )
        chosen = number % 2 == 0
        Choice.objects.create(
            paper=paper, chosen=chosen, place=number + 1, points="8", reason="Nyata.",
            by=them["organiser"], at=circle.DECEMBER,
        )  # fmt: skip
        starts = circle.FORUM_DAY + timedelta(minutes=number)
        session = event.sessions.create(
            theme=theme, title=f"Sesi {number}", room=f"R{size}-{number}", starts=starts,
            ends=starts + timedelta(minutes=1),
        )  # fmt: skip
        if chosen:
            session.talks.create(paper=paper, place=1)
        home = builders.institution(f"Kabupaten {size}-{number}", "regency", None)
        booth = Booth.objects.create(event=event, number=f"{size}-{number}", institution=home)
        Appointment.objects.create(
            booth=booth, guest=circle.adopter(), starts=starts, ends=starts + timedelta(minutes=1),
            purpose="Bertanya", booked_by=them["adopter"], booked_at=circle.DECEMBER,
        )  # fmt: skip
    return people


def test_a_page_needs_twelve_queries_at_most_whatever_the_number_of_rows(
    them, at, django_assert_max_num_queries
):
    circle.graduate(them)
    event = circle.event(them)
    Event.objects.filter(pk=event.pk).update(chosen_at=circle.DECEMBER)
    sari = event.referees.get().person
    counts = {}
    for size in (3, 30):
        yanti = grown(event, them, size)[0]
        paper = Paper.objects.filter(author=yanti).first()
        visits = {
            None: ["forums", "forum", "alumni", ("paper", paper.pk), "booth"],
            sari: ["papers", "desk", ("paper", paper.pk)],
            yanti: ["papers", "desk", "paper-new"],
            them["adopter"]: ["desk", "booth", "appointment", "forum"],
            them["organiser"]: ["desk", "forum-office", "papers-choose", "session-new", "talk-new",
                                "booth-new", "forum"],
        }  # fmt: skip
        firsts = {"booth": Booth, "appointment": Appointment}
        for person, names in visits.items():
            client = signed_in(person)
            for name in names:
                name, pk = name if isinstance(name, tuple) else (name, None)
                if name in firsts:
                    pk = firsts[name].objects.order_by("-pk").first().pk
                slugged = name.startswith(("forum-", "paper-", "papers-", "session", "talk",
                                           "booth-")) or name == "forum"  # fmt: skip
                url = reverse(name, args=[event.slug] if slugged else [pk] if pk else [])
                client.get(url)
                web._kept_pages.clear()
                with django_assert_max_num_queries(12) as seen:
                    assert client.get(url).status_code == 200, url
                who = "author" if person == yanti else getattr(person, "name", "nobody")
                counts.setdefault((who, name), []).append(len(seen))
    assert {key for key, (few, many) in counts.items() if few != many} == set(), counts
