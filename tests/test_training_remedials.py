"""One more attempt: who gets it, what it keeps, and who reads both."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.test import Client

from teladan.house.models import Ledger, Notice, Office
from teladan.house.notices import send_waiting
from teladan.training import acts
from teladan.training.models import Cohort, Examiner, Next, Outcome, Participant, Remedial, Score
from teladan.training.progress import next_of, step_for
from tests import builders, circle
from tests.circle import DECEMBER
from tests.classroom import conclude, examiner, ready, refused, score, seminar

pytestmark = pytest.mark.django_db
UNTIL = DECEMBER.date() + timedelta(days=30)


@pytest.fixture
def them():
    return circle.people()


def failed(them, result="failed"):
    """Made, examined by Putri and not passed."""
    made = ready(them)
    acts.assess(by=made.person, participant=made, items={"lead": (2, "Rapat.")}, now=DECEMBER)
    score(Examiner.objects.get(), "55.50", "58", why="Belum diterapkan.")
    conclude(them, made, result, "Belum sampai batas.")
    return Participant.objects.get(pk=made.pk)


def grant(them, made, **more):
    asked = {"until": UNTIL, "reason": "Waktu laboratorium tambahan.", "now": DECEMBER}
    return acts.grant_remedial(by=them["agency"], participant=made, **asked | more)


def again(them, made, points):
    """The same path once more: presented, scored, told."""
    seminar(them, made, "results", day=DECEMBER.date())
    for seat in Examiner.objects.filter(participant=made):
        score(seat, points)
    return conclude(them, made)


@pytest.mark.parametrize("result", ["failed", "postponed"])
def test_another_attempt_keeps_the_first_whole_and_runs_the_same_path_again(them, result):
    made = failed(them, result)
    first = Outcome.objects.get()
    remedial = grant(them, made)
    kept = remedial.kept
    assert (kept["result"], kept["reason"]) == (result, "Belum sampai batas.")
    assert kept["at"] == first.at.isoformat()
    assert [(row["component"], row["points"], row["comment"]) for row in kept["scores"]] == [
        ("design", "55.50", "Belum diterapkan."),
        ("results", "58.00", "Belum diterapkan."),
    ]
    assert kept["results"]["day"] == "2026-12-01"
    assert Ledger.objects.get(act="training.grant_remedial").facts["kept"] == kept
    made = Participant.objects.get(pk=made.pk)
    assert not hasattr(made, "outcome")
    assert next_of(Participant.objects.with_progress(DECEMBER).get(pk=made.pk)) == Next.RESULTS
    assert [row.kind for row in made.seminars.all()] == ["design"]
    outcome = again(them, made, "82")
    assert (outcome.result, outcome.rounded) == ("graduated", Decimal("82.00"))
    assert Remedial.objects.get().kept == kept
    assert Ledger.objects.filter(act="training.conclude").last().facts["attempt"] == 2


def test_nobody_gets_a_third_attempt_under_rules_that_give_two(them):
    made = failed(them)
    grant(them, made)
    refused("no-outcome", grant, them=them, made=made)
    conclude(them, made, "failed", "Tidak hadir.")
    told = refused("no-attempt-left", grant, them=them, made=made)
    assert "2" in told
    data = Cohort.objects.get().rules
    Cohort.objects.update(rules=data | {"attempts": 3})
    assert grant(them, Participant.objects.get(pk=made.pk)).number == 3


def test_rules_of_one_attempt_give_no_other(them):
    made = failed(them)
    Cohort.objects.update(rules=Cohort.objects.get().rules | {"attempts": 1})
    refused("no-attempt-left", grant, them=them, made=Participant.objects.get(pk=made.pk))


def test_another_attempt_is_for_no_graduate_and_for_nobody_who_withdrew(them):
    made, _project = circle.graduate(them)
    refused("not-postponed-or-failed", grant, them=them, made=made)
    Outcome.objects.update(result="withdrawn", reason="Pindah tugas.")
    refused("not-postponed-or-failed", grant, them=them, made=made)
    Outcome.objects.update(result="postponed")
    assert grant(them, made)


def test_another_attempt_waits_for_an_outcome_a_reason_and_a_day_to_come(them):
    refused("no-outcome", grant, them=them, made=ready(them))
    score(Examiner.objects.get(), "55", why="Belum.")
    made = Participant.objects.get()
    conclude(them, made, "failed", "Belum.")
    refused("reason-missing", grant, them=them, made=made, reason=" ")
    yesterday = DECEMBER.date() - timedelta(days=1)
    refused("day-past", grant, them=them, made=made, until=yesterday)
    refused("not-your-office", acts.grant_remedial, by=made.person, participant=made,
            until=UNTIL, reason="X", now=DECEMBER)  # fmt: skip
    elsewhere = builders.person("Maya", "agency", builders.institution("Lain", "agency", None))
    refused("not-your-office", acts.grant_remedial, by=elsewhere, participant=made,
            until=UNTIL, reason="X", now=DECEMBER)  # fmt: skip
    assert grant(them, made, until=DECEMBER.date()).until == DECEMBER.date()


def test_results_are_presented_on_the_last_day_granted_and_not_a_day_later(them):
    made = failed(them)
    grant(them, made)
    later = DECEMBER + timedelta(days=40)
    ask = {"them": them, "made": made, "kind": "results", "now": later}
    refused("past-the-remedial", seminar, day=UNTIL + timedelta(days=1), **ask)
    assert seminar(day=UNTIL, **ask).day == UNTIL


def test_results_of_another_attempt_are_presented_from_the_day_it_was_granted(them):
    made = failed(them)
    grant(them, made)
    today = DECEMBER.date()
    ask = {"them": them, "made": made, "kind": "results"}
    refused("before-the-grant", seminar, day=today - timedelta(days=1), **ask)
    assert seminar(day=today, **ask).day == today


def test_another_attempt_without_results_waits_for_its_outcome_alone_from_the_day_after(them):
    made = failed(them)
    grant(them, made)
    seen = (Office.AGENCY, Office.PARTICIPANT, Office.MENTOR)

    def steps(day):
        now = DECEMBER + (day - DECEMBER.date())
        row = Participant.objects.with_step(now).get(pk=made.pk)
        assert row.step == next_of(row)
        return next_of(row), next_of(row, inside=False), [step_for(row, each) for each in seen]

    assert steps(UNTIL) == (Next.RESULTS, Next.RESULTS, [Next.RESULTS, None, None])
    over = UNTIL + timedelta(days=1)
    # Nothing was presented, so there are no scores to keep a secret of.
    assert steps(over) == (Next.CONCLUDE, Next.CONCLUDE, [Next.CONCLUDE, None, None])
    made.assessments.all().delete()
    assert steps(UNTIL)[2] == [None, Next.ASSESS, None]
    assert steps(over)[2] == [Next.CONCLUDE, None, None]
    seminar(them, made, "results", now=DECEMBER + timedelta(days=40), day=UNTIL)
    assert steps(over)[0] == Next.SCORE
    assert steps(over)[2] == [None, None, None]


def test_the_last_granted_attempt_counts_and_not_one_before_it(them):
    made = failed(them)
    Cohort.objects.update(rules=Cohort.objects.get().rules | {"attempts": 3})
    made = Participant.objects.get(pk=made.pk)
    grant(them, made, until=DECEMBER.date())
    conclude(them, made, "failed", "Tidak hadir.")
    later = DECEMBER + timedelta(days=1)
    grant(them, made, now=later)
    row = Participant.objects.with_step(later).get(pk=made.pk)
    assert (row.step, row.lapsed) == (Next.RESULTS, False)


def test_desk_and_page_ask_for_the_outcome_once_the_last_day_has_passed(them):
    made = failed(them)
    grant(them, made)
    page = f"/participants/{made.pk}/"
    with time_machine.travel(DECEMBER, tick=False):
        assert f"{page}seminar/" in shown_to(them["agency"], page)[1]
        assert str(Next.RESULTS.label) in shown_to(them["agency"], "/desk/")[1]
    with time_machine.travel(DECEMBER + timedelta(days=31), tick=False):
        for reader in (them["agency"], made.person):
            shown = shown_to(reader, page)[1]
            assert f"{page}seminar/" not in shown
            assert str(Next.CONCLUDE.label) in shown
        shown = shown_to(them["agency"], "/desk/")[1]
        assert str(Next.RESULTS.label) not in shown
        assert str(Next.CONCLUDE.label) in shown
        assert f"/participants/{made.pk}/guide/" not in shown_to(made.mentor, "/desk/")[1]


def test_the_mails_of_another_attempt_and_of_a_graduation_are_sent(them):
    made = failed(them)
    home = builders.institution("Badan Diklat Sleman", "agency", "34.04")
    tini = builders.person("Tini", "agency", home)
    Notice.objects.all().delete()
    grant(them, made)
    assert send_waiting(DECEMBER) == (2, 0)
    again(them, Participant.objects.get(pk=made.pk), "82")
    assert send_waiting(DECEMBER) == (1, 0)
    told = [made.person.email, made.mentor.email, tini.email]
    assert [message.to[0] for message in mail.outbox] == told


def test_participant_and_mentor_are_told_that_there_is_another_attempt(them):
    made = failed(them)
    grant(them, made)
    told = Notice.objects.filter(about=f"participant:{made.pk}")
    assert {notice.to for notice in told} == {made.person, made.mentor}


# --- who reads what --------------------------------------------------------------------------


def shown_to(person, url):
    if person is not None:
        person.known_terms = None
    client = Client()
    if person is not None:
        client.force_login(person)
    response = client.get(url)
    return response.status_code, response.content.decode()


def test_both_attempts_stand_side_by_side_for_whoever_knows_the_participant(them):
    made = failed(them)
    page = f"/participants/{made.pk}/"
    with time_machine.travel(DECEMBER, tick=False):
        offered = shown_to(them["agency"], page)[1]
        assert f"{page}remedial/" in offered
        assert f"{page}remedial/" not in shown_to(made.person, page)[1]
        client = Client()
        client.force_login(them["agency"])
        typed = {"until": "2026-12-13", "reason": "Tulisan saya"}
        late = client.post(f"{page}remedial/", typed)
        assert late.status_code == 409
        assert "Tulisan saya" in late.content.decode()
        assert client.post(f"{page}remedial/", typed | {"until": "2027-01-13"}).status_code == 302
        assert f"{page}remedial/" not in shown_to(them["agency"], page)[1]
        made = Participant.objects.get(pk=made.pk)
        again(them, made, "82.31")
        putri = Examiner.objects.get().person
        stranger = builders.person("Tono", Office.MENTOR, circle.agency())
        for person in (made.person, made.mentor, made.coach, putri, them["agency"]):
            status, shown = shown_to(person, page)
            assert status == 200
            assert "58,00" in shown
            assert "82,31" in shown
            assert shown.count('aria-labelledby="try') == 2
        assert shown_to(stranger, page)[0] == 404
        assert shown_to(None, page)[0] == 302


def test_scores_of_a_second_attempt_are_blind_until_it_is_told(them):
    made = failed(them)
    grant(them, made)
    made = Participant.objects.get(pk=made.pk)
    sri = examiner(them, made, "sri")
    seminar(them, made, "results", day=date(2026, 12, 14))
    score(Examiner.objects.get(person__name="Putri"), "77.31")
    people = (made.person, made.mentor, made.coach, sri.person, them["agency"])
    with time_machine.travel(DECEMBER, tick=False):
        for person in people:
            person.known_terms = None
            assert not Score.objects.visible_to(person, DECEMBER).exists()
            assert "77,31" not in shown_to(person, f"/participants/{made.pk}/")[1]
        score(sri, "78")
        conclude(them, made)
        for person in people:
            assert "77,31" in shown_to(person, f"/participants/{made.pk}/")[1]


def test_a_second_attempt_costs_the_page_no_more_than_twelve_queries(
    them, django_assert_max_num_queries
):
    made = failed(them)
    grant(them, made)
    again(them, Participant.objects.get(pk=made.pk), "82")
    with time_machine.travel(DECEMBER, tick=False):
        client = Client()
        client.force_login(them["agency"])
        client.get("/desk/")
        with django_assert_max_num_queries(12):
            assert client.get(f"/participants/{made.pk}/").status_code == 200
