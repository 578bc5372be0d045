"""Every address as every office, as a stranger and signed out; and the embargo, byte for byte."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from teladan.awards import acts as awards
from teladan.awards.models import Award
from teladan.contest import acts as contest
from teladan.contest.models import Edition, Entry, Seal, Standing
from teladan.forum import acts as forum
from teladan.house.ledger import label
from teladan.house.models import Attachment, Office
from teladan.matching import acts as matching
from teladan.panel import acts as panel
from teladan.panel.models import Seat
from tests import builders, circle
from tests.builders import AFTER, IN_SECOND, NOW, SECOND
from tests.kept import kept

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def routes():
    """Every route of the house: (name, callback, kwargs names). Library pages by their prefix."""
    found = []

    def walk(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, prefix + str(pattern.pattern))
            elif isinstance(pattern, URLPattern):
                found.append((prefix + str(pattern.pattern), pattern))

    walk(get_resolver().url_patterns)
    return found


OWN = [(path, route) for path, route in routes() if not path.startswith("accounts/")]


@pytest.mark.parametrize(("path", "route"), routes(), ids=lambda value: str(value)[:60])
def test_every_route_declares_its_office_or_that_it_is_public(path, route):
    declared = getattr(route.callback, "declared", None)

    assert declared, f"{path} names no office: decorate its view in house.web's way"
    assert set(declared) <= {*Office.values, "public", "signed-in"}


def among(names, **kwargs):
    """Give each of the routes the same kwargs."""
    return {name: dict(kwargs) for name in names}


class World:
    """An edition with both rounds sealed and nothing proclaimed, and one person an office."""

    def __init__(self):
        self.edition = builders.full_edition(8)
        builders.sealed_round(self.edition, 1)
        self.rounds = list(self.edition.rounds.order_by("number"))
        self.people = {
            "secretariat": builders.person("Citra", "secretariat"),
            "auditor": builders.person("Aulia", "auditor"),
            "minister": builders.person("Meutia", "minister"),
            "treasury": builders.person("Tirta", "treasury"),
            "evaluator": builders.person("Evaluator 1", "evaluator"),
            "panelist": builders.person("Panelist 1", "panelist"),
        }
        self.entry = Entry.objects.order_by("pk").first()
        unit = self.entry.innovation.unit
        self.people["unit"] = self.entry.begun_by
        self.people["local-admin"] = builders.person(
            f"Admin {unit.institution_id}", "local-admin", unit.institution
        )
        self.stranger = builders.person("Dewi")
        self.open = builders.edition(slug="kipp-2027")
        self.draft = builders.draft(self.open, "Rancangan", unit, self.people["unit"])
        self.file = contest.attach(
            by=self.people["unit"],
            entry=self.draft,
            upload=SimpleUploadedFile("bukti.pdf", PDF),
            aspect="impact",
            now=NOW,
        )
        past = builders.innovation("Inovasi lama", unit)
        Award.objects.create(innovation=past, level="top40", year=2018, citation="Siaran pers")
        self.public = past
        self.circle = circle.World(NOW)
        self.people |= self.circle.people
        self.paper = forum.send_paper(
            by=builders.person("Yanti"),
            event=self.circle.event,
            theme=self.circle.event.themes.first(),
            title="Kelas Gerobak",
            abstract="Apa yang kami ubah.",
            project=None,
            now=NOW,
        )

        self.session = forum.schedule(
            by=self.people["organiser"],
            event=self.circle.event,
            theme=self.paper.theme,
            title="Sekolah yang datang",
            room="A",
            starts=circle.FORUM_DAY,
            ends=circle.FORUM_DAY + timedelta(hours=1),
            now=NOW,
        )
        step = matching.advance(
            by=builders.person("Wulan"),
            agreement=self.circle.agreement,
            stage="understand",
            told="Sudah.",
            upload=SimpleUploadedFile("berita-acara.pdf", PDF),
            now=NOW,
        )
        self.evidence = Attachment.objects.get(about=label(step))

    def seal_second(self):
        builders.sealed_round(self.edition, 2)
        return self

    def kwargs(self, name):
        return self.addresses().get(name, {})

    def addresses(self):
        """The address of each route in this world; a new route is added here or the test fails."""
        seat = Seat.objects.filter(round=self.rounds[0], reader__person=self.people["evaluator"])
        award = Award.objects.exclude(code=None).first()
        return {
            "innovation": {"pk": self.public.pk},
            "need": {"pk": self.circle.need.pk},
            "offer-withdraw": {"pk": self.circle.offer.pk},
            "override-lift": {"pk": self.circle.override.pk},
            "proposal": {"pk": self.circle.proposal.pk},
            **among(["pairing", "override"], pk=self.circle.pairing.pk),
            **among(["agreement", "agreement-do"], pk=self.circle.agreement.pk),
            "agreement-file": {"pk": self.circle.agreement.pk, "file": self.evidence.pk},
            **among(["visit", "visit-do"], pk=self.circle.visit.pk),
            **among(["host", "reception", "visit-ask"], pk=self.circle.visit.host_id),
            **among(["cohort", "enrol", "cohort-visit", "cohort-report"],
                    pk=self.circle.participant.cohort_id),
            **among(
                ["participant", "seat-guide", "diagnosis", "agree-area", "project", "project-row",
                 "project-strike", "guide", "assess", "seminar", "conclude", "remedial",
                 "follow-up", "hand-on"],
                pk=self.circle.participant.pk,
            ),
            "milestone-reach": {"pk": 1},
            **among(["examine", "examiner-unseat"], pk=self.circle.examiner.pk),
            "graduate-certificate": {"code": "ABCD-EFGH-JKLM"},
            **among(
                ["forum", "forum-office", "paper-new", "papers-choose", "session-new", "talk-new",
                 "booth-new"],
                slug=self.circle.event.slug,
            ),
            **among(["paper", "paper-judge", "paper-withdraw"], pk=self.paper.pk),
            **among(["booth", "booth-drop"], pk=self.circle.booth.pk),
            **among(["appointment", "appointment-cancel"], pk=self.circle.appointment.pk),
            "theme-drop": {"pk": self.paper.theme_id},
            "referee-unseat": {"pk": self.circle.event.referees.get().pk},
            "session-drop": {"pk": self.session.pk},
            "talk-drop": {"pk": self.circle.talk.pk},
            "region": {"code": "32.71"},
            "entry-file": {"pk": self.draft.pk, "file": self.file.pk},
            "entry-detach": {"pk": self.draft.pk, "file": self.file.pk},
            "enter": {"slug": self.open.slug},
            "pledge": {"pk": seat.first().reader_id},
            "certificate": {"code": award.code if award else "ABCD-EFGH-JKLM-NPQR"},
            **among(["ballot", "ballot-save", "recuse"], pk=seat.first().pk),
            **among(
                ["round", "assign", "seat", "ranking", "seal", "marks-csv"],
                pk=self.rounds[0].pk,
            ),
            **among(
                ["edition", "amend", "office", "entries", "entries-csv", "readers",
                 "readers-import", "proclaim", "divide", "results", "fund", "bundle"],
                slug=self.edition.slug,
            ),
            **among(
                ["entry", "entry-save", "entry-attach", "entry-send-back", "entry-endorse",
                 "entry-file-it", "entry-receipt", "entry-screen"],
                pk=self.entry.pk,
            ),
        }  # fmt: skip

    def urls(self):
        known = self.addresses()
        return [(route, reverse(route.name, kwargs=known.get(route.name))) for _p, route in OWN]


@kept
def begun():
    return World()


@pytest.fixture
def world(begun, clock):
    return begun


def client_of(person=None):
    client = Client()
    if person:
        client.force_login(person)
    return client


def fetch(client, url):
    response = client.get(url)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response, body


def test_signed_out_people_see_public_pages_and_are_asked_to_sign_in_elsewhere(world):
    for route, url in world.urls():
        response, _body = fetch(client_of(), url)

        if "public" in route.callback.declared:
            assert response.status_code in {200, 302, 404, 405}, url
        elif response.status_code != 405:
            assert response.status_code == 302, url
            assert response["Location"].startswith("/accounts/login/"), url


@pytest.mark.parametrize("office", [*Office.values, "stranger"])
def test_an_office_finds_its_pages_and_nothing_at_the_others(world, office):
    client = client_of(world.people.get(office, world.stranger))
    opened = 0
    for route, url in world.urls():
        response, body = fetch(client, url)
        sound(f"{office} at {url}", response, body)
        declared = set(route.callback.declared)
        if response.status_code == 405:
            continue
        if declared & {"public", "signed-in", office}:
            assert response.status_code in {200, 302, 404, 409}, url
            opened += response.status_code == 200
        else:
            assert response.status_code == 404, f"{office} at {url}: {response.status_code}"
    assert opened > 5


@pytest.mark.parametrize(
    ("office", "names"),
    [
        ("unit", ["desk", "register", "enter", "entry", "entry-receipt", "entry-file"]),
        ("local-admin", ["desk", "board", "institution", "entry", "entry-receipt"]),
        ("secretariat", ["desk", "announce", "amend", "office", "entries", "entries-csv", "entry",
                         "readers", "readers-import", "round", "ranking", "marks-csv", "outbox"]),
        ("evaluator", ["desk", "ballots", "ballot", "pledge"]),
        ("panelist", ["desk", "ballots"]),
        ("minister", ["desk", "proclaim"]),
        ("treasury", ["desk", "divide"]),
        ("auditor", ["desk", "ledger", "office", "entries", "round", "ranking", "entry", "paper",
                     "appointment", "agreement-file"]),
        ("organiser", ["desk", "forum-new", "forum-office", "papers-choose", "session-new",
                       "talk-new", "booth-new", "paper", "appointment", "theme-drop",
                       "referee-unseat", "session-drop", "talk-drop", "booth-drop",
                       "appointment-cancel"]),
        ("matchmaker", ["desk", "agreement", "agreement-file"]),
        ("agency", ["desk", "cohort", "participant", "seminar", "conclude", "examiner-unseat"]),
        ("referee", ["desk", "papers", "paper", "paper-judge"]),
        ("participant", ["desk", "papers", "paper-new"]),
    ],
)  # fmt: skip
def test_the_right_person_is_let_in(world, office, names):
    client = client_of(world.people[office])

    for name in names:
        url = reverse(name, kwargs=world.kwargs(name))
        assert fetch(client, url)[0].status_code == 200, f"{office} at {url}"


def sound(where, response, body):
    """A page is whole HTML in Indonesian, and none of its code or style stands in it."""
    if "text/html" not in response.get("Content-Type", "") or not body:
        return
    page = body.decode()
    assert page.count("<h1") == 1, where
    assert '<html lang="id"' in page, where
    assert not re.search(r"<script(?![^>]*\b(src|type=\"application))", page), where
    assert not re.search(r"<[^>]*\sstyle=", page), where
    assert not re.search(r"<[^>]*\son\w+=", page), where
    assert "default-src 'self'" in response["Content-Security-Policy"], where
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), f"{where}: an id twice"


def test_pages_are_sound_html_without_inline_code(world):
    """For whoever is left: the walk of each office above looks at its pages already."""
    others = {who: person for who, person in world.people.items() if who not in Office.values}
    for who, person in {**others, "nobody": None}.items():
        client = client_of(person)
        for _route, url in world.urls():
            sound(f"{who} at {url}", *fetch(client, url))


# --- the embargo -----------------------------------------------------------------------------

# Whoever counts, checks and proclaims may know a sealed result before it is public.
MAY_KNOW = {"secretariat", "auditor", "minister"}


def answers(world, person):
    """Every answer that a person can get, headers and all, without what is random."""
    client, found = client_of(person), {}
    urls = [url for _route, url in world.urls()]
    entries = Entry.objects.order_by("pk")
    urls += [reverse("entry", args=[entry.pk]) for entry in entries]
    urls += [reverse("innovation", args=[entry.innovation_id]) for entry in entries]
    urls += [reverse("library") + f"?q={entry.title}" for entry in entries]
    codes = [awards.code_for(world.edition, entry.pk) for entry in entries]
    urls += [reverse("verify") + f"?code={code}" for code in codes]
    urls += [reverse("certificate", args=[code]) for code in codes]
    for url in dict.fromkeys(urls):
        response, body = fetch(client, url)
        text = re.sub(rb'csrfmiddlewaretoken" value="\w+"', b"", body)
        headers = {k: v for k, v in response.headers.items() if k != "Set-Cookie"}
        found[url] = (response.status_code, headers, text)
    return found


def swap_sealed_results():
    """Turn every sealed round upside down, as if the marks had said the opposite."""
    for seal in Seal.objects.all():
        rows = list(Standing.objects.filter(seal=seal).order_by("place", "entry"))
        facts = [(row.place, row.raw, row.adjusted, row.chance, row.stood) for row in rows]
        for row, fact in zip(rows, reversed(facts), strict=True):
            row.place, row.raw, row.adjusted, row.chance, row.stood = fact
            row.save()
        Seal.objects.filter(pk=seal.pk).update(digest="0" * 64, inputs={"marks": []})


def test_before_proclamation_a_sealed_result_changes_no_byte_for_those_who_may_not_know(world):
    world.seal_second()
    others = {o: p for o, p in world.people.items() if o not in MAY_KNOW}
    others |= {"stranger": world.stranger, "signed out": None}
    before = {name: answers(world, person) for name, person in others.items()}
    known = answers(world, world.people["secretariat"])

    swap_sealed_results()

    # First the proof that something could be seen: the secretariat's pages did change.
    changed = answers(world, world.people["secretariat"])
    assert sum(known[url] != changed[url] for url in known) >= 1
    for name, person in others.items():
        after = answers(world, person)
        for url, answer in before[name].items():
            assert after[url] == answer, f"{name} could tell the result at {url}"


def test_proclamation_lifts_the_embargo_for_everybody(world):
    world.seal_second()
    sealed = fetch(client_of(), reverse("results", args=[world.edition.slug]))[1]
    winner = Standing.objects.filter(seal__round=world.rounds[1], stood=True).first().entry
    assert winner.title.encode() not in sealed

    edition = Edition.objects.get(pk=world.edition.pk)
    awards.proclaim(by=world.people["minister"], edition=edition, decree="1/2026", now=NOW)

    shown = fetch(client_of(), reverse("results", args=[world.edition.slug]))[1]
    assert winner.title.encode() in shown


def test_readers_cannot_see_each_others_marks(world):
    citra, sieve = world.people["secretariat"], world.rounds[1]
    panel.assign(by=citra, sieve=sieve, now=SECOND[0])
    one, two = Seat.objects.filter(round=sieve, entry=Seat.objects.filter(round=sieve)[0].entry)
    mine, theirs = one.reader.person, two.reader.person
    theirs.known_terms = mine.known_terms = None
    before = fetch(client_of(mine), reverse("ballot", args=[one.pk]))[1]
    marks = {
        code: (Decimal("13.25"), "Alasan rahasia.") for code in ("novelty", "impact", "spread")
    }
    panel.give(by=theirs, seat=two, marks=marks, now=IN_SECOND)
    # What could leak is there: its owner sees it.
    assert b"13" in fetch(client_of(theirs), reverse("ballot", args=[two.pk]))[1]

    after = fetch(client_of(mine), reverse("ballot", args=[one.pk]))[1]

    token = rb'csrfmiddlewaretoken" value="\w+"'
    assert re.sub(token, b"", before) == re.sub(token, b"", after)
    assert fetch(client_of(mine), reverse("ballot", args=[two.pk]))[0].status_code == 404


def test_somebody_elses_address_leads_nowhere(world):
    other = builders.unit(builders.institution("Kota Solo", code="33.72"), "Dinas Lain")
    stranger = client_of(builders.person("Wawan", "unit", other))

    for name in ("entry", "entry-receipt"):
        assert fetch(stranger, reverse(name, args=[world.entry.pk]))[0].status_code == 404
    url = reverse("entry-file", args=[world.draft.pk, world.file.pk])
    assert fetch(stranger, url)[0].status_code == 404
    for name in ("entry-save", "entry-attach", "entry-endorse", "entry-file-it"):
        response = stranger.post(reverse(name, args=[world.draft.pk]), {"field": "impact"})
        assert response.status_code == 404, name
    assert AFTER > NOW


def test_the_map_of_the_house_imports_nothing_heavy():
    heavy = ["numpy", "scipy", "ortools", "pandas", "typst", "tantivy", "segno", "puremagic"]
    code = (
        "import sys, django; django.setup(); import teladan.urls; "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "teladan.settings"}
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    assert said.stdout.strip() == "[]"
