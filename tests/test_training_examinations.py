"""Seminars, blind scores, the outcome, and who reads what when."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from teladan.house.models import Notice
from teladan.house.notices import send_waiting
from teladan.training import acts
from teladan.training.models import (
    Examiner,
    Participant,
    Score,
)
from tests import builders, circle
from tests.circle import DECEMBER
from tests.classroom import conclude, examiner, ready, refused, score, seminar

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


# --- examination -----------------------------------------------------------------------------


def test_a_seminar_is_not_held_without_the_mentor_there_or_in_writing(them):
    made = circle.participant(them)
    refused("no-project", seminar, them=them, made=made)
    circle.project(made)
    refused("mentor-missing", seminar, them=them, made=made, mentor_came=False, mentor_wrote=" ")
    assert seminar(them, made, mentor_came=False, mentor_wrote="Saya mendukung.")
    refused("already-held", seminar, them=them, made=made)
    refused("not-yet", seminar, them=them, made=made, kind="results", day=date(2026, 12, 15))


def test_results_come_after_the_design(them):
    made = circle.participant(them)
    circle.project(made)
    ask = {"them": them, "made": made, "kind": "results"}
    refused("design-first", seminar, **ask)
    seminar(them, made, day=date(2026, 12, 2))
    refused("before-the-design", seminar, day=date(2026, 12, 1), **ask)
    assert seminar(day=date(2026, 12, 2), **ask)


@pytest.mark.parametrize("kind", ["design", "results"])
def test_no_seminar_follows_the_outcome(them, kind):
    made = circle.participant(them)
    circle.project(made)
    if kind == "results":
        seminar(them, made)
    conclude(them, made, "postponed", "Cuti.")
    refused("already-concluded", seminar, them=them, made=made, kind=kind)


def test_scores_come_after_the_results_once_whole_and_with_their_comments(them):
    made = circle.participant(them)
    circle.project(made)
    putri = Examiner.objects.get()
    seminar(them, made)
    refused("results-first", score, examiner=putri, first="80")
    seminar(them, made, "results")
    alone = {"by": putri.person, "examiner": putri, "now": DECEMBER}
    refused("not-complete", acts.score, points={"design": (Decimal(80), "")}, **alone)
    for wrong in ("100.01", "-0.01", "80.001"):
        refused("off-the-scale", score, examiner=putri, first=wrong)
    refused("comment-missing", score, examiner=putri, first="59.99")
    refused("not-your-office", acts.score, points={}, **alone | {"by": made.mentor})
    other = builders.person("Umar", "examiner", circle.agency())
    refused("not-yours", acts.score, points={}, **alone | {"by": other})
    assert len(score(putri, "60.00", "59.99", why="Belum selesai.")) == 2
    refused("already-scored", score, examiner=putri, first="80")


def test_a_score_at_the_pass_mark_needs_no_comment(them):
    ready(them)
    assert score(Examiner.objects.get(), "60.00")


def test_an_examiner_without_scores_is_unseated_with_a_reason_and_the_others_suffice(them):
    made = ready(them)
    putri, sri = Examiner.objects.get(), examiner(them, made, "sri")
    score(putri, "80")
    elsewhere = builders.person("Maya", "agency", builders.institution("Lain", "agency", None))
    ask = {"do": acts.unseat_examiner, "now": DECEMBER}
    mine = {"by": them["agency"], **ask}
    refused("not-your-office", examiner=sri, by=elsewhere, reason="Pindah.", **ask)
    refused("not-your-office", examiner=sri, by=made.mentor, reason="Pindah.", **ask)
    refused("reason-missing", examiner=sri, reason=" ", **mine)
    refused("has-scored", examiner=putri, reason="Pindah.", **mine)
    refused("scores-missing", conclude, them=them, made=made)
    acts.unseat_examiner(by=them["agency"], examiner=sri, reason="Pindah.", now=DECEMBER)
    assert Notice.objects.get(body="Pindah.").to == sri.person
    assert send_waiting(DECEMBER)[1] == 0
    refused("already-gone", examiner=sri, reason="Pindah.", **mine)
    assert not Participant.objects.visible_to(sri.person, DECEMBER).exists()
    assert conclude(them, made).rounded == Decimal("80.00")
    refused("already-concluded", examiner=putri, reason="Pindah.", **mine)


def test_who_left_before_another_attempt_is_unseated_and_the_attempt_before_keeps_the_scores(them):
    made = ready(them)
    putri = Examiner.objects.get()
    score(putri, "55", why="Belum.")
    conclude(them, made, "failed", "Belum.")
    granted = acts.grant_remedial(
        by=them["agency"], participant=made, until=DECEMBER.date(), reason="Lagi.", now=DECEMBER
    )
    sri = examiner(them, Participant.objects.get(), "sri")
    seminar(them, made, "results", day=DECEMBER.date())
    score(sri, "80")
    acts.unseat_examiner(by=them["agency"], examiner=putri, reason="Pensiun.", now=DECEMBER)
    assert conclude(them, made).rounded == Decimal("80.00")
    granted.refresh_from_db()
    assert {row["name"] for row in granted.kept["scores"]} == {"Putri"}


def test_the_agency_takes_a_seat_back_on_the_page_of_the_participant(them):
    made = ready(them)
    putri, sri = Examiner.objects.get(), examiner(them, made, "sri")
    score(putri, "80")
    page = reverse("participant", args=[made.pk])
    urls = [reverse("examiner-unseat", args=[seat.pk]) for seat in (putri, sri)]

    def read(person):
        client = Client()
        client.force_login(person)
        shown = client.get(page).content.decode()
        return client, [url in shown for url in urls]

    with time_machine.travel(DECEMBER, tick=False):
        for other in (made.person, made.mentor, sri.person):
            client, offered = read(other)
            assert offered == [False, False]
            assert client.post(urls[1], {"reason": "X"}).status_code == 404
        client, offered = read(them["agency"])
        assert offered == [False, True]
        assert client.post(urls[1], {"reason": ""}).status_code == 422
        late = client.post(urls[0], {"reason": "Tulisan saya"})
        assert late.status_code == 409
        assert "Tulisan saya" in late.content.decode()
        assert client.post(urls[1], {"reason": "Pindah."}).status_code == 302
        assert "sri" not in client.get(page).content.decode()


def test_an_outcome_waits_for_every_examiner(them):
    made = ready(them)
    refused("scores-missing", conclude, them=them, made=made)
    examiner(them, made, "sri")
    score(Examiner.objects.get(person__name="Putri"), "80")
    refused("scores-missing", conclude, them=them, made=made)
    Examiner.objects.all().filter(scores=None).delete()
    assert conclude(them, made).rounded == Decimal("80.00")


def test_without_an_examiner_nobody_graduates(them):
    made = ready(them)
    Examiner.objects.all().delete()
    refused("no-examiner", conclude, them=them, made=made)


@pytest.mark.parametrize(("second", "apart"), [("65", False), ("64.99", True)])
def test_examiners_who_differ_by_more_than_the_limit_confer(them, second, apart):
    made = ready(them)
    score(Examiner.objects.get(), "80")
    score(examiner(them, made, "sri"), second)
    if apart:
        refused("examiners-apart", conclude, them=them, made=made)
        assert conclude(them, made, reason="Dibahas 14 Desember.").reason
    else:
        assert conclude(them, made).rounded == Decimal("72.50")


@pytest.mark.parametrize(
    ("points", "predicate"), [("90.01", "Sangat memuaskan"), ("90", "Memuaskan")]
)
def test_a_grade_on_the_edge_of_a_band(them, points, predicate):
    made = ready(them)
    score(Examiner.objects.get(), points)
    outcome = conclude(them, made)
    assert outcome.predicate == predicate
    assert [line["weight"] for line in outcome.lines] == ["40", "60"]
    assert sum(Decimal(line["part"]) for line in outcome.lines) == outcome.points


def test_below_the_line_is_no_graduation_but_another_outcome_with_a_reason(them):
    made = ready(them)
    score(Examiner.objects.get(), "60.00")
    refused("below-the-line", conclude, them=them, made=made)
    refused("reason-missing", conclude, them=them, made=made, result="failed")
    outcome = conclude(them, made, "failed", "Belum sampai batas.")
    assert (outcome.code, outcome.points) == (None, None)


def test_a_second_outcome_and_whatever_comes_after_it_are_refused(them):
    made, project = circle.graduate(them)
    refused("already-concluded", conclude, them=them, made=made, result="failed", reason="X")
    refused("already-concluded", examiner, them=them, made=made, name="sri")
    putri = Examiner.objects.get()
    refused("already-concluded", score, examiner=putri, first="70")
    refused("already-concluded", acts.note, by=made.person, project=project, kind="risk",
            now=DECEMBER)  # fmt: skip
    refused("already-concluded", acts.agree_area, by=made.mentor, participant=made, now=DECEMBER)
    refused("already-concluded", acts.guide, by=made.coach, participant=made, mode="meeting",
            day=DECEMBER.date(), advice="Lanjutkan.", agreed="", now=DECEMBER)  # fmt: skip


def test_after_the_outcome_a_mentor_is_named_for_the_year_after_and_no_coach(them):
    made, _project = circle.graduate(them)
    ask = {"by": them["agency"], "participant": made, "email": "tri@example.id", "name": "Tri",
           "reason": "Pindah tugas.", "now": DECEMBER}  # fmt: skip
    refused("already-concluded", acts.seat_guide, office="coach", **ask)
    assert acts.seat_guide(office="mentor", **ask).mentor.name == "Tri"
    page = reverse("participant", args=[made.pk])
    with time_machine.travel(DECEMBER, tick=False):
        client = Client()
        client.force_login(them["agency"])
        assert reverse("seat-guide", args=[made.pk]) in client.get(page).content.decode()


# --- who reads scores ------------------------------------------------------------------------


def test_scores_are_the_examiners_own_until_the_outcome_is_told(them):
    made = ready(them)
    putri, sri = Examiner.objects.get(), examiner(them, made, "sri")
    score(putri, "80")
    auditor = builders.person("Hadi", "auditor")

    def readers():
        people = (putri.person, sri.person, made.person, made.mentor, made.coach, them["agency"])
        for each in (*people, auditor):
            each.known_terms = None
        count = [Score.objects.visible_to(each, DECEMBER).count() for each in people]
        return count, Score.objects.visible_to(auditor, DECEMBER).count()

    assert readers() == ([2, 0, 0, 0, 0, 0], 2)
    score(sri, "82")
    conclude(them, made)
    assert readers() == ([4, 4, 4, 4, 4, 4], 4)
    assert not Score.objects.visible_to(None, DECEMBER).exists()
