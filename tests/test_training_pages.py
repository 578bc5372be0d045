"""The pages of training, through the web client, one person an office; and what leaks nowhere."""

import re
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from bench.cohorts import sow_cohorts
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import ngettext

from teladan.house.models import Person
from teladan.registry.models import Innovation
from teladan.training import acts
from teladan.training.models import Cohort, Examiner, Participant, Score
from teladan.training.rules import preset
from tests import builders, circle

pytestmark = pytest.mark.django_db
TOKEN = re.compile(rb'csrfmiddlewaretoken" value="\w+"')


@pytest.fixture
def them():
    return circle.people()


@pytest.fixture
def at():
    with time_machine.travel(circle.JULY, tick=False) as traveller:
        yield traveller.move_to


def of(person):
    """A browser of somebody, or of a stranger."""
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def person(name):
    return Person.objects.get(email=f"{name}@example.id")


def sent(client, url, data=None):
    response = client.post(url, data or {})
    assert response.status_code == 302, response.content.decode()[-6000:]
    return response["Location"]


def body(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def enrolled(them):
    unit = builders.unit(circle.adopter(), "Dinas Sosial")
    laras = of(them["agency"])
    opened = {
        "agency": circle.agency().pk,
        "programme": "Diklatpim IV",
        "number": "I",
        "year": "2026",
        "starts": "2026-07-13",
        "preset": "diklatpim-2015",
    }
    page = sent(laras, "/training/cohorts/new/", opened)
    typed = {"name": "Made", "email": "made@example.id", "unit": "dinas sosial"}
    assert laras.post(f"{page}enrol/", typed | {"unit": "Dinas Gaib"}).status_code == 422
    sent(laras, f"{page}enrol/", typed)
    made = Participant.objects.get()
    assert made.unit == unit
    record = f"/participants/{made.pk}/"
    for office, name in (("mentor", "nur"), ("coach", "oki"), ("examiner", "putri")):
        typed = {"office": office, "name": name.title(), "email": f"{name}@example.id"}
        sent(laras, f"{record}seat/", typed)
    return made, page, record


ABSORBED = {
    f"{item['code']}-{part}": value
    for item in preset("diklatpim-2015")["items"]
    for part, value in (("n", "4"), ("shown", "Catatan."))
}


def test_a_participant_goes_from_enrolment_to_the_next_innovation_page_by_page(them, at):
    innovation = circle.honoured()
    made, _page, record = enrolled(them)
    laras, mine = of(them["agency"]), of(person("made"))
    nur, oki, putri = (of(person(name)) for name in ("nur", "oki", "putri"))

    typed = {"situation": "Anak tidak sekolah.", "causes": "Jauh.", "area": "Sekolah datang"}
    early = mine.post(f"{record}project/", {"title": "Kelas Gerobak"})
    assert early.status_code == 409
    assert "Kelas Gerobak" in early.content.decode()
    sent(mine, f"{record}diagnosis/", typed)
    assert "Sekolah datang" in body(nur, record)
    sent(nur, f"{record}agree/")
    head = {"title": "Kelas Gerobak", "summary": "", "source": "Kelas Perahu"}
    sent(mine, f"{record}project/", head)
    flagged = body(mine, f"{record}project/")
    assert flagged.count("notice warning") == 1

    rows = f"{record}project/row/"
    sent(mine, rows, {"kind": "observation", "observation-observed": "Guru ikut melaut.",
                      "observation-modified": "Perahu menjadi gerobak."})  # fmt: skip
    assert body(mine, f"{record}project/").count("notice warning") == 0
    for who, interest, power in (("Bupati", 5, 5), ("Orang tua", 5, 1), ("DPRD", 1, 5)):
        sent(mine, rows, {"kind": "stakeholder", "stakeholder-name": who,
                          "stakeholder-interest": interest,
                          "stakeholder-power": power})  # fmt: skip
    step = {"kind": "milestone", "milestone-horizon": "short", "milestone-text": "Gerobak siap"}
    last = acts.last_laboratory_day(made.cohort)
    late = mine.post(rows, step | {"milestone-due": last + timedelta(days=1)})
    assert late.status_code == 409
    assert "Gerobak siap" in late.content.decode()
    sent(mine, rows, step | {"milestone-due": last})
    risk = {"kind": "risk", "risk-text": "Hujan", "risk-likelihood": "3", "risk-impact": "2",
            "risk-response": "Terpal", "risk-cost": "Rp 2.500.000"}  # fmt: skip
    sent(mine, rows, risk)
    sent(mine, rows, risk | {"risk-text": "Ban bocor", "risk-cost": ""})
    assert mine.post(rows, risk | {"risk-cost": "2.500,50"}).status_code == 422
    shown = body(nur, f"{record}project/")
    assert "Rp2.500.000</b>" in shown
    assert innovation.title in shown
    gone = made.project.risks.get(text="Ban bocor")
    sent(mine, f"{record}project/strike/", {"kind": "risk", "row": gone.pk})
    sent(mine, f"/milestones/{made.project.milestones.get().pk}/reach/")

    session = {"day": "2026-07-06", "mode": "call", "advice": "Mulai kecil.", "agreed": "Satu RW"}
    sent(oki, f"{record}guide/", session)
    assert "Mulai kecil." in body(mine, record)
    sent(mine, f"{record}absorbed/", ABSORBED)

    at(circle.DECEMBER)
    laras, mine = of(them["agency"]), of(person("made"))
    nur, putri = of(person("nur")), of(person("putri"))
    held = {"kind": "design", "day": "2026-12-01"}
    assert laras.post(f"{record}seminar/", held).status_code == 409
    sent(laras, f"{record}seminar/", held | {"mentor_came": "on"})
    sent(laras, f"{record}seminar/", held | {"kind": "results", "mentor_wrote": "Saya mendukung."})
    ballot = f"/examining/{made.examiners.get().pk}/"
    points = {"design-n": "82,5", "design-why": "", "results-n": "91", "results-why": "Baik"}
    assert putri.post(ballot, points | {"design-n": "12"}).status_code == 409
    assert putri.post(ballot, points | {"design-n": "banyak"}).status_code == 422
    sent(putri, ballot, points)
    assert "87," not in body(laras, record)
    sent(laras, f"{record}outcome/", {"result": "graduated", "reason": ""})
    assert "87,60" in body(mine, record)

    code = Participant.objects.get().outcome.code
    paper = of(None).get(f"/graduates/{code}.pdf")
    assert paper["Content-Type"] == "application/pdf"
    assert of(None).get("/graduates/ABCD.pdf").status_code == 404
    public = body(of(None), "/training/")
    assert "Kelas Gerobak" in public
    assert "Made" not in public

    at(circle.DECEMBER + timedelta(days=200))
    told = {"months": "6", "progress": "4", "told": "Masih berjalan."}
    sent(of(person("made")), f"{record}after/", told)
    sent(of(person("nur")), f"{record}after/", told | {"progress": "3"})
    assert "Masih berjalan." in body(of(them["agency"]), record)
    at(circle.DECEMBER + timedelta(days=366))  # six months are told; what is due stands first
    form = of(person("made")).get(f"{record}after/").context["form"]
    assert form.initial == {"months": 12}
    yanti = of(them["adopter-unit"])
    assert yanti.get(record).status_code == 404
    use = {"started": "2026-11-01", "category": "Pendidikan"}
    born = sent(yanti, f"{record}hand-on/", use)
    assert Innovation.objects.get(title="Kelas Gerobak").source == innovation
    assert yanti.get(born).status_code == 200
    assert yanti.post(f"{record}hand-on/", use).status_code == 409


def test_the_report_names_people_but_no_address_and_is_not_for_guides(them, at):
    made, page, _record = enrolled(them)
    response = of(them["agency"]).get(f"{page}report.csv")
    text = b"".join(response.streaming_content).decode()
    assert "Made" in text
    assert "@" not in text
    assert of(made.person).get(f"{page}report.csv").status_code == 404
    assert of(person("nur")).get(f"{page}report.csv").status_code == 404


def test_a_cohort_observes_at_a_visit_of_its_own_agency(them, at):
    _made, page, _record = enrolled(them)
    circle.reception(them)
    visit = circle.visit(them)
    laras = of(them["agency"])
    sent(laras, f"{page}visit/", {"visit": visit.pk})
    assert Cohort.objects.get().visit == visit
    assert laras.post(f"{page}visit/", {"visit": "999999"}).status_code == 422


def test_units_of_one_name_are_offered_to_choose_from(them, at):
    _made, page, _record = enrolled(them)
    other = builders.unit(circle.owner(), "Dinas Sosial")
    laras = of(them["agency"])
    typed = {"name": "Putu", "email": "putu@example.id", "unit": "Dinas Sosial"}
    asked = laras.post(f"{page}enrol/", typed)
    assert asked.status_code == 422
    assert f'name="picked" value="{other.pk}"' in asked.content.decode()
    assert "putu@example.id" in asked.content.decode()
    sent(laras, f"{page}enrol/", typed | {"picked": other.pk})
    assert Participant.objects.get(person__name="Putu").unit == other


def test_an_unusual_size_is_told_and_blocks_nothing(them, at):
    _made, page, _record = enrolled(them)
    shown = body(of(them["agency"]), page)
    assert "notice warning" in shown
    assert "notice warning" not in body(of(person("nur")), page)


def test_other_agencies_and_other_guides_find_nothing(them, at):
    made, page, record = enrolled(them)
    elsewhere = builders.person(
        "Maya", "agency", builders.institution("Balai Lain", "agency", None)
    )
    neighbour = builders.person("Tono", "mentor", circle.agency())
    seat = made.examiners.get()
    for someone in (elsewhere, neighbour, builders.person("Umar", "examiner", circle.agency())):
        client = of(someone)
        urls = [page, f"{page}report.csv", f"/examining/{seat.pk}/", record]
        urls += [f"{record}{name}/" for name in ("project", "outcome", "guide", "hand-on")]
        for url in urls:
            assert client.get(url).status_code == 404, url
    assert of(None).get(record).status_code == 302


def test_the_rules_are_public_with_their_days_and_every_unsure_number_is_badged(client, at):
    shown = body(client, "/training/")
    for days in ("91", "23", "68"):
        assert days in shown
    rules = [preset(name) for name in ("diklatpim-2015", "pka-pkp-2019", "pka-2023")]
    unsure = sum(
        not row["confirmed"] for r in rules for part in ("stages", "components", "bands")
        for row in r[part]
    )  # fmt: skip
    named = {"class", "coach_load", "spread_limit", "attempts"}
    unsure += sum(len(named & {*r["unconfirmed"]}) for r in rules)
    unsure += sum(any(not stage["confirmed"] for stage in r["stages"]) for r in rules)
    assert shown.count('class="chip unverified"') == unsure
    for rule in rules:
        assert rule["name"] in shown


def told_to(people, urls):
    """Every answer of every page to everybody, without what is random."""
    found = {}
    for name, someone in people.items():
        if someone is not None:
            someone.known_terms = None
        client = of(someone)
        for url in urls:
            response = client.get(url)
            raw = b"".join(response.streaming_content) if response.streaming else response.content
            found[name, url] = (response.status_code, TOKEN.sub(b"", raw))
    return found


def test_scores_change_no_page_of_anybody_else_before_the_outcome(them, at):
    made = circle.participant(them)
    circle.project(made)
    acts.seat_examiner(
        by=them["agency"], participant=made, email="sri@example.id", name="Sri", now=circle.JULY
    )
    at(circle.DECEMBER)
    for kind in ("design", "results"):
        acts.hold_seminar(
            by=them["agency"], participant=made, kind=kind, day=date(2026, 12, 1),
            mentor_came=True, mentor_wrote="", now=circle.DECEMBER,
        )  # fmt: skip
    putri, sri = Examiner.objects.order_by("pk")
    marks = {"design": (Decimal("77.31"), "Rahasia"), "results": (Decimal("78.62"), "")}
    acts.score(by=putri.person, examiner=putri, points=marks, now=circle.DECEMBER)
    cohort = made.cohort_id
    record = f"/participants/{made.pk}/"
    urls = [
        "/training/", "/desk/", f"/training/cohorts/{cohort}/", record, f"{record}outcome/",
        f"{record}project/", f"/training/cohorts/{cohort}/report.csv", f"/examining/{sri.pk}/",
        f"/examining/{putri.pk}/",
    ]  # fmt: skip
    others = {
        "sri": sri.person, "made": made.person, "nur": made.mentor, "oki": made.coach,
        "laras": them["agency"], "nobody": None,
    }  # fmt: skip
    before = told_to(others, urls)
    own = told_to({"putri": putri.person}, urls)
    Score.objects.filter(component="design").update(points=Decimal("61.07"), comment="Lain")
    assert told_to({"putri": putri.person}, urls) != own
    assert told_to(others, urls) == before
    secret = [answer for _status, answer in before.values()]
    assert not any(b"77,31" in answer or b"Rahasia" in answer for answer in secret)
    # For all but the agency it makes no difference that there are scores at all.
    Score.objects.all().delete()
    without = told_to(others, urls)
    assert {k for k in before if before[k] != without[k]} <= {("laras", url) for url in urls}


def test_pages_cost_the_same_for_two_and_for_twelve(them, at):
    cohort = circle.cohort(them)
    made = circle.participant(them, of=cohort)
    circle.project(made)
    laras = them["agency"]
    urls = {
        "/training/": None,
        "/desk/": laras,
        f"/training/cohorts/{cohort.pk}/": laras,
        f"/training/cohorts/{cohort.pk}/report.csv": laras,
        f"/participants/{made.pk}/": laras,
        f"/participants/{made.pk}/project/": made.person,
    }

    def costs():
        found = {}
        for url, someone in urls.items():
            client = of(someone)
            with CaptureQueriesContext(connection) as seen:
                response = client.get(url)
                if response.streaming:
                    b"".join(response.streaming_content)
            found[url] = len(seen.captured_queries)
        return found

    before = costs()
    unit = builders.unit(circle.adopter(), "Dinas Sosial")
    for number in range(10):
        acts.enrol(
            by=them["agency"], cohort=cohort, email=f"p{number}@example.id", name=f"P{number}",
            unit=unit, now=circle.JULY,
        )  # fmt: skip
    at(circle.JULY + timedelta(minutes=3))
    after = costs()
    assert after == before
    assert max(after.values()) <= 12, after


def test_every_form_opens_for_its_office_and_keeps_what_was_typed(them, at):
    made, page, record = enrolled(them)
    laras, mine, nur = of(them["agency"]), of(person("made")), of(person("nur"))
    assert 'name="preset"' in body(laras, "/training/cohorts/new/")
    for name in ("seat", "seminar", "outcome"):
        assert "</form>" in body(laras, f"{record}{name}/")
    for name in ("diagnosis", "project", "absorbed", "after"):
        assert "</form>" in body(mine, f"{record}{name}/")
    assert "</form>" in body(nur, f"{record}guide/")
    putri = of(person("putri"))
    ballot = f"/examining/{made.examiners.get().pk}/"
    assert "notice info" in body(putri, ballot)
    typed = {
        f"{record}outcome/": (laras, {"result": "failed", "reason": ""}, 409),
        f"{record}seat/": (laras, {"office": "examiner", "name": "Nur", "email": "nur@example.id"},
                           409),
        f"{record}diagnosis/": (mine, {"situation": "Tulisan saya"}, 422),
        f"{record}absorbed/": (mine, ABSORBED | {"lead-n": "9"}, 422),
        f"{record}after/": (mine, {"months": "6", "progress": "3", "told": "Tulisan saya"}, 409),
        f"{record}guide/": (nur, {"day": "2026-07-07", "mode": "call", "advice": "Tulisan saya"},
                            409),
        ballot: (putri, {"design-n": "80", "results-n": "81", "results-why": "Tulisan saya"}, 409),
        f"{page}enrol/": (laras, {"name": "Putu", "email": "x", "unit": "Dinas"}, 422),
    }  # fmt: skip
    for url, (client, data, status) in typed.items():
        response = client.post(url, data)
        assert response.status_code == status, url
        text = response.content.decode()
        assert all(value in text for value in data.values()), url
    assert mine.post(f"{record}project/row/", {"kind": "budget"}).status_code == 404
    assert mine.post(f"{record}project/strike/", {"kind": "risk"}).status_code == 404
    assert nur.get(f"{record}project/").status_code == 404  # nothing is there to be read yet
    assert nur.post(f"{record}agree/").status_code == 409
    assert mine.get(f"{record}agree/").status_code == 404


def test_a_new_diagnosis_says_that_it_takes_back_the_agreement(them, at):
    made = circle.participant(them)
    before = body(of(made.person), f"/participants/{made.pk}/diagnosis/")
    circle.project(made)
    after = body(of(made.person), f"/participants/{made.pk}/diagnosis/")
    assert re.search('class="lead">(.*?)<', before)[1] != re.search('class="lead">(.*?)<', after)[1]
    assert "Sekolah yang datang" in after


def waiting(someone):
    """The addresses on somebody's desk."""
    return set(re.findall(r'href="(/[a-z]+/\d+/[^"]*)"', body(of(someone), "/desk/")))


def test_each_desk_names_the_next_step(them, at):
    cohort = circle.cohort(them, starts=date(2026, 7, 6))
    made = circle.participant(them, of=cohort)
    record, room = f"/participants/{made.pk}/", f"/training/cohorts/{cohort.pk}/"
    nur, oki, putri = made.mentor, made.coach, Examiner.objects.get()
    assert f"{record}diagnosis/" in waiting(made.person)
    assert room in body(of(them["agency"]), "/desk/")  # where does it observe?
    acts.diagnose(by=made.person, participant=made, situation="A", causes="B", area="C",
                  now=circle.JULY)  # fmt: skip
    assert waiting(nur) == {record}
    acts.agree_area(by=nur, participant=made, now=circle.JULY)
    assert waiting(made.person) == {f"{record}project/"}
    project = acts.write_project(by=made.person, participant=made, title="T", summary="",
                                 source=None, now=circle.JULY)  # fmt: skip
    assert waiting(nur) == waiting(oki) == {f"{record}guide/"}
    assert record in waiting(them["agency"])
    acts.guide(by=oki, participant=made, day=circle.JULY.date(), mode="call", advice="A",
               agreed="", now=circle.JULY)  # fmt: skip
    assert waiting(oki) == set()
    due = circle.JULY.date() + timedelta(days=14)
    acts.note(by=made.person, project=project, kind="milestone", horizon="short", due=due,
              text="Siap", now=circle.JULY)  # fmt: skip
    assert waiting(made.person) == {f"{record}project/#milestone"}
    at(circle.DECEMBER)
    for kind in ("design", "results"):
        acts.hold_seminar(by=them["agency"], participant=made, kind=kind, day=date(2026, 12, 1),
                          mentor_came=True, mentor_wrote="", now=circle.DECEMBER)  # fmt: skip
    assert waiting(putri.person) == {f"/examining/{putri.pk}/"}
    acts.score(by=putri.person, examiner=putri, now=circle.DECEMBER,
               points={c: (Decimal(85), "") for c in ("design", "results")})  # fmt: skip
    assert waiting(putri.person) == set()
    assert record in waiting(them["agency"])
    acts.conclude(by=them["agency"], participant=made, result="graduated", reason="",
                  now=circle.DECEMBER)  # fmt: skip
    assert waiting(made.person) == set()
    assert waiting(them["adopter-unit"]) == {f"{record}hand-on/"}
    at(circle.DECEMBER + timedelta(days=190))
    assert waiting(made.person) == waiting(nur) == {f"{record}after/"}


def test_many_who_lack_the_same_are_one_thing_on_the_desk(them, at):
    cohort = circle.cohort(them)
    unit = builders.unit()
    for number in range(5):
        acts.enrol(by=them["agency"], cohort=cohort, email=f"p{number}@example.id",
                   name=f"Peserta {number}", unit=unit, now=circle.JULY)  # fmt: skip
    shown = body(of(them["agency"]), "/desk/")
    assert ngettext("%(n)d participant", "%(n)d participants", 5) % {"n": 5} in shown
    assert "Peserta 3" not in shown
    assert shown.count(f'href="/training/cohorts/{cohort.pk}/"') == 2


def test_forty_cohorts_of_forty_cost_no_more_queries_than_two_of_four(them, at):
    circle.honoured()

    class Undo(Exception):
        pass

    def costs(cohorts, people):
        found = {}
        with suppress(Undo), transaction.atomic():
            made = sow_cohorts(cohorts, people, builders.unit(), circle.JULY)
            laras, row = person("bench-agency"), made[0].participants.get(number=3)
            at(circle.JULY + timedelta(minutes=cohorts))
            for url, someone in {
                "/training/": None,
                f"/training/cohorts/{made[0].pk}/": laras,
                f"/participants/{row.pk}/": laras,
                f"/participants/{row.pk}/project/": laras,
                "/desk/": laras,
            }.items():
                client = of(someone)
                with CaptureQueriesContext(connection) as seen:
                    assert client.get(url).status_code == 200
                found[re.sub(r"\d+", "N", url)] = len(seen.captured_queries)
            raise Undo
        return found

    small, large = costs(2, 4), costs(40, 40)
    assert small == large
    assert max(large.values()) <= 12, large
