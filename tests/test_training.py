"""Every rule of training at its edge: who guides, who examines, which day, how many points."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from teladan.house.models import Ledger, Office, Person
from teladan.house.refusals import Refusal
from teladan.registry.models import Innovation
from teladan.training import acts, certificates, rules
from teladan.training.forms import EnrolForm, ExamineForm, ProjectForm, RiskForm
from teladan.training.models import (
    Cohort,
    Examiner,
    Outcome,
    Participant,
    Project,
    Score,
    Stakeholder,
)
from teladan.training.progress import Next, day_for, months_due, next_of, step_for
from tests import builders, circle
from tests.circle import DECEMBER, JULY

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


def refused(code, do, **asked):
    """Ask for something that a rule refuses; nothing may be left of it."""
    lines = Ledger.objects.count()
    with pytest.raises(Refusal) as no:
        do(**asked)
    assert no.value.code == code
    assert Ledger.objects.count() == lines
    return str(no.value.reason)


def seminar(them, made, kind="design", now=DECEMBER, **more):
    asked = {"kind": kind, "day": date(2026, 12, 1), "mentor_came": True, "mentor_wrote": ""}
    return acts.hold_seminar(by=them["agency"], participant=made, now=now, **asked | more)


def ready(them):
    """A participant whose results are presented, with the examiner Putri."""
    made = circle.participant(them)
    circle.project(made)
    seminar(them, made)
    seminar(them, made, "results")
    return made


def score(examiner, first, second=None, why=""):
    points = {"design": (Decimal(first), why), "results": (Decimal(second or first), why)}
    return acts.score(by=examiner.person, examiner=examiner, points=points, now=DECEMBER)


def examiner(them, made, name):
    return acts.seat_examiner(
        by=them["agency"], participant=made, email=f"{name}@example.id", name=name, now=JULY
    )


def conclude(them, made, result="graduated", reason=""):
    return acts.conclude(
        by=them["agency"], participant=made, result=result, reason=reason, now=DECEMBER
    )


# --- the rule sets ---------------------------------------------------------------------------


def test_six_eight_fifteen_sixty_and_two_are_91_days_23_on_campus_and_68_off():
    rule = rules.parse(rules.preset("diklatpim-2015"))
    assert [stage.days for stage in rule.stages] == [6, 8, 15, 60, 2]
    assert (rule.days, rule.days_on, rule.days_off) == (91, 23, 68)


def test_stages_count_working_days_and_follow_each_other():
    rule = rules.parse(rules.preset("diklatpim-2015"))
    days = rule.calendar(date(2026, 7, 13))  # a Monday
    assert days[0][1:] == (date(2026, 7, 13), date(2026, 7, 20))
    assert days[1][1] == date(2026, 7, 21)
    assert all(first.weekday() < 5 and last.weekday() < 5 for _stage, first, last in days)
    assert rule.calendar(date(2026, 7, 11)) == days  # a Saturday waits for Monday


@pytest.mark.parametrize(
    ("points", "predicate"),
    [
        ("100.00", "Sangat memuaskan"),
        ("90.01", "Sangat memuaskan"),
        ("90.00", "Memuaskan"),
        ("80.01", "Memuaskan"),
        ("80.00", "Cukup memuaskan"),
        ("70.00", "Kurang memuaskan"),
        ("60.01", "Kurang memuaskan"),
        ("60.00", "Tidak memuaskan"),
        ("0.00", "Tidak memuaskan"),
    ],
)
def test_an_edge_that_is_above_belongs_to_the_band_below(points, predicate):
    rule = rules.parse(rules.preset("diklatpim-2015"))
    assert rule.band(Decimal(points)).predicate_id == predicate


def test_an_edge_that_is_not_above_belongs_to_its_own_band():
    data = rules.preset("diklatpim-2015")
    data["bands"][0]["above"] = False
    rule = rules.parse(data)
    assert rule.band(Decimal("90.00")).predicate_id == "Sangat memuaskan"
    assert rule.band(Decimal("89.99")).predicate_id == "Memuaskan"


def test_weights_that_are_not_100_are_refused():
    data = rules.preset("diklatpim-2015")
    data["components"][0]["weight"] = "40.5"
    with pytest.raises(ValidationError) as no:
        rules.parse(data)
    assert "100.5" in no.value.messages[0]


@pytest.mark.parametrize(
    ("break_it", "place"),
    [
        (lambda data: data["stages"][1].update(days=0), "stages.2"),
        (lambda data: data["stages"][1].update(days=True), "stages.2"),
        (lambda data: data["bands"][2].pop("above"), "bands.3"),
        (lambda data: data["components"][1].update(weight="viel"), "components.2"),
        (lambda data: data.update(usual_size=[24]), "usual_size"),
        (lambda data: data.pop("citation"), "rules"),
    ],
)
def test_unreadable_rules_say_which_place_is_wrong(break_it, place):
    data = rules.preset("diklatpim-2015")
    break_it(data)
    with pytest.raises(ValidationError) as no:
        rules.parse(data)
    assert place in no.value.messages[0]


def test_no_preset_claims_a_weight_or_a_band_that_no_source_confirms():
    for name in rules.presets():
        rule = rules.parse(rules.preset(name))
        assert not rule.certain
        assert rule.citation
        assert {"weights", "bands"} <= set(rule.unconfirmed)


def test_a_name_that_is_not_on_the_shelf_is_no_path():
    for name in ("../rules/kipp-2018", "diklatpim-2013", ""):
        with pytest.raises(KeyError):
            rules.preset(name)


def test_a_change_on_the_shelf_does_not_reach_older_cohorts(them, tmp_path, monkeypatch):
    cohort = circle.cohort(them)
    changed = rules.preset("diklatpim-2015")
    changed["stages"][3]["days"], changed["bands"][0]["edge"] = 30, "95"
    (tmp_path / "diklatpim-2015.json").write_text(json.dumps(changed), encoding="utf-8")
    monkeypatch.setattr(rules, "SHELF", tmp_path)
    older = Cohort.objects.get(pk=cohort.pk)
    newer = circle.cohort(them, number="II", rules=rules.preset("diklatpim-2015"))
    assert older.rule.days == 91
    assert newer.rule.days == 61
    assert older.rule.band(Decimal("94")).predicate_id == "Sangat memuaskan"
    assert newer.rule.band(Decimal("94")).predicate_id == "Memuaskan"


# --- cohorts and their people ----------------------------------------------------------------


def test_a_cohort_is_opened_once_and_by_its_agency(them):
    circle.cohort(them)
    refused("cohort-exists", circle.cohort, them=them)
    refused("not-your-office", circle.cohort, them=them | {"agency": them["host"]}, number="II")


def test_somebody_is_enrolled_once_and_gets_the_office(them):
    made = circle.participant(them)
    asked = {"by": them["agency"], "cohort": made.cohort, "name": "Made", "unit": made.unit,
             "now": JULY}  # fmt: skip
    refused("already-enrolled", acts.enrol, email=" MADE@example.id", **asked)
    assert made.person.terms.filter(office=Office.PARTICIPANT).count() == 1
    Person.objects.filter(email="putri@example.id").update(is_active=False)
    refused("account-closed", acts.enrol, email="putri@example.id", **asked)


def test_a_mentor_does_not_examine_and_an_examiner_does_not_mentor(them):
    made = circle.participant(them)
    seat = {"by": them["agency"], "participant": made, "now": JULY}
    for name, code in (("nur", "is-mentor"), ("oki", "is-coach"), ("made", "not-oneself")):
        refused(code, acts.seat_examiner, email=f"{name}@example.id", name=name, **seat)
    putri = {"email": "putri@example.id", "name": "Putri", "reason": "Pindah."}
    for office in (Office.MENTOR, Office.COACH):
        refused("is-examiner", acts.seat_guide, office=office, **putri, **seat)
    refused("already-examiner", acts.seat_examiner, email="putri@example.id", name="", **seat)
    made_herself = {"email": "made@example.id", "name": "Made", "reason": "Sendiri."}
    refused("not-oneself", acts.seat_guide, office=Office.COACH, **made_herself, **seat)


def test_nobody_examines_somebody_of_their_own_unit(them):
    made = circle.participant(them)
    colleague = builders.person("Rekan", "unit", made.unit)
    seat = {"by": them["agency"], "participant": made, "name": "Rekan", "now": JULY}
    refused("same-unit", acts.seat_examiner, email=colleague.email, **seat)


def test_a_successor_needs_a_reason_and_takes_over_the_record(them):
    made = circle.participant(them)
    seat = {"by": them["agency"], "participant": made, "office": Office.MENTOR, "now": JULY,
            "email": "tari@example.id", "name": "Tari"}  # fmt: skip
    refused("reason-missing", acts.seat_guide, reason=" ", **seat)
    before = made.mentor
    made = acts.seat_guide(reason="Nur dipindahkan.", **seat)
    assert made.mentor.name == "Tari"
    assert Participant.objects.visible_to(made.mentor, JULY).exists()
    before.known_terms = None
    assert not Participant.objects.visible_to(before, JULY).exists()


def test_a_coach_above_the_load_needs_a_reason(them):
    data = rules.preset("diklatpim-2015") | {"coach_load": 1}
    cohort = circle.cohort(them, rules=data)
    circle.participant(them, of=cohort)
    second = acts.enrol(
        by=them["agency"], cohort=cohort, email="putu@example.id", name="Putu",
        unit=builders.unit(), now=JULY,
    )  # fmt: skip
    seat = {"by": them["agency"], "participant": second, "office": Office.COACH, "now": JULY,
            "email": "oki@example.id", "name": "Oki"}  # fmt: skip
    refused("coach-full", acts.seat_guide, **seat)
    assert acts.seat_guide(reason="Tidak ada pelatih lain.", **seat).coach.name == "Oki"


def test_a_cohort_observes_at_its_own_visit_that_asks_something(them):
    cohort, visit = circle.cohort(them), circle.held_visit(them)
    other = circle.visit(them | {"agency": them["adopter"]}, visitor=circle.adopter(),
                         day=circle.VISIT_DAY + timedelta(days=2))  # fmt: skip
    asked = {"by": them["agency"], "cohort": cohort, "now": JULY}
    refused("not-your-visit", acts.link_visit, visit=other, **asked)
    questions = list(visit.questions.all())
    visit.questions.all().delete()
    refused("questions-missing", acts.link_visit, visit=visit, **asked)
    questions[0].save()
    assert acts.link_visit(visit=visit, **asked).visit == visit


# --- projects --------------------------------------------------------------------------------


def test_a_project_begins_once_the_mentor_agrees_and_a_new_diagnosis_takes_it_back(them):
    made = circle.participant(them)
    write = {"by": made.person, "participant": made, "title": "Kelas Gerobak", "summary": "",
             "source": None, "now": JULY}  # fmt: skip
    refused("not-agreed", acts.write_project, **write)
    agree = {"participant": made, "now": JULY}
    refused("nothing-diagnosed", acts.agree_area, by=made.mentor, **agree)
    told = {"by": made.person, "participant": made, "situation": "A", "causes": "B", "now": JULY}
    refused("not-written", acts.diagnose, area=" ", **told)
    acts.diagnose(area="C", **told)
    refused("not-your-office", acts.agree_area, by=made.coach, **agree)
    acts.agree_area(by=made.mentor, **agree)
    refused("already-agreed", acts.agree_area, by=made.mentor, **agree)
    assert acts.write_project(**write).title == "Kelas Gerobak"
    assert acts.diagnose(area="D", **told).agreed_at is None
    refused("not-agreed", acts.write_project, **write)
    refused("not-your-office", acts.write_project, **write | {"by": made.mentor})


def test_a_short_milestone_ends_with_the_laboratory_and_not_a_day_later(them):
    made = circle.participant(them)
    project = circle.project(made)
    last = acts.last_laboratory_day(made.cohort)
    assert last == date(2026, 11, 12)  # 6 + 8 + 15 + 60 working days from 13 July 2026
    row = {"by": made.person, "project": project, "kind": "milestone", "text": "Siap", "now": JULY}
    kept = acts.note(horizon="short", due=last, **row)
    assert kept.due == last
    told = refused("past-the-laboratory", acts.note, horizon="short",
                   due=last + timedelta(days=1), **row)  # fmt: skip
    assert "12 Nov 2026" in told
    assert acts.note(horizon="medium", due=last + timedelta(days=1), **row)


def test_rows_outside_the_scale_and_of_others_are_refused(them):
    made = circle.participant(them)
    project = circle.project(made)
    row = {"by": made.person, "project": project, "now": JULY}
    for interest, power in ((0, 3), (3, 6)):
        with pytest.raises(ValidationError):
            acts.note(kind="stakeholder", name="X", interest=interest, power=power, **row)
    refused("no-such-row", acts.note, kind="budget", **row)
    refused("no-such-row", acts.strike, kind="risk", pk=1, **row)
    refused("not-your-office", acts.note, kind="risk", **row | {"by": made.mentor})


@pytest.mark.parametrize(
    ("interest", "power", "quadrant"),
    [(3, 3, "promoter"), (3, 2, "defender"), (2, 3, "latent"), (2, 2, "apathetic")],
)
def test_the_quadrant_follows_from_the_two_numbers(interest, power, quadrant):
    assert Stakeholder(interest=interest, power=power).quadrant == quadrant


def test_a_milestone_is_reached_once_by_its_owner(them):
    made = circle.participant(them)
    step = acts.note(
        by=made.person, project=circle.project(made), kind="milestone", horizon="medium",
        due=date(2027, 1, 1), text="Siap", now=JULY,
    )  # fmt: skip
    refused("not-yours", acts.reach, by=made.mentor, milestone=step, now=JULY)
    acts.reach(by=made.person, milestone=step, now=JULY)
    refused("already-reached", acts.reach, by=made.person, milestone=step, now=JULY)


def test_guidance_is_logged_by_those_who_guide_and_not_before_it_took_place(them):
    made = circle.participant(them)
    session = {"participant": made, "mode": "call", "agreed": "", "now": JULY}
    today = JULY.date()
    ask = {"day": today, "advice": "Mulai."}
    refused("not-your-office", acts.guide, by=made.person, **ask, **session)
    refused("not-yet", acts.guide, by=made.coach, day=today + timedelta(days=1), advice="X",
            **session)  # fmt: skip
    refused("not-written", acts.guide, by=made.coach, day=today, advice=" ", **session)
    assert acts.guide(by=made.coach, **ask, **session).as_office == Office.COACH
    assert acts.guide(by=made.mentor, **ask, **session).as_office == Office.MENTOR
    stranger = builders.person("Tono", "mentor", circle.agency())
    refused("not-yours", acts.guide, by=stranger, **ask, **session)


def test_what_was_absorbed_is_shown_by_something(them):
    made = circle.participant(them)
    ask = {"by": made.person, "participant": made, "now": JULY}
    for items in ({}, {"unknown": (3, "X")}, {"lead": (3, " ")}):
        refused("not-written", acts.assess, items=items, **ask)
    with pytest.raises(ValidationError):
        acts.assess(items={"lead": (6, "X")}, **ask)
    acts.assess(items={"lead": (2, "X")}, **ask)
    (row,) = acts.assess(items={"lead": (5, "Rapat mingguan")}, **ask)
    assert made.assessments.get() == row


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
    refused("design-first", seminar, them=them, made=made, kind="results")


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


# --- afterwards ------------------------------------------------------------------------------


def test_owner_and_superior_speak_once_each_and_nobody_else_does(them):
    made, _project = circle.graduate(them)
    ask = {"participant": made, "months": 6, "progress": 4, "told": "Berjalan.", "now": DECEMBER}
    assert acts.follow_up(by=made.person, **ask).voice == "owner"
    assert acts.follow_up(by=made.mentor, **ask).voice == "superior"
    refused("already-told", acts.follow_up, by=made.person, **ask)
    assert acts.follow_up(by=made.person, **ask | {"months": 12}).months == 12
    refused("not-your-office", acts.follow_up, by=made.coach, **ask)
    stranger = builders.person("Tono", "mentor", circle.agency())
    refused("not-yours", acts.follow_up, by=stranger, **ask)
    refused("not-written", acts.follow_up, by=made.mentor, **ask | {"months": 12, "told": " "})
    with pytest.raises(ValidationError):
        acts.follow_up(by=made.mentor, **ask | {"months": 9})


def test_a_project_is_handed_on_once_by_its_unit_after_graduation(them):
    made = ready(them)
    project = Project.objects.get()
    ask = {"project": project, "started": date(2026, 11, 1), "category": "", "now": DECEMBER}
    refused("not-graduated", acts.hand_on, by=them["adopter-unit"], **ask)
    score(Examiner.objects.get(), "85")
    conclude(them, made)
    refused("not-your-office", acts.hand_on, by=made.person, **ask)
    later = ask | {"started": date(2027, 1, 1)}
    refused("not-yet-in-use", acts.hand_on, by=them["adopter-unit"], **later)
    born = acts.hand_on(by=them["adopter-unit"], **ask)
    assert (born.source, born.kept) == (circle.honoured(), "Guru yang datang.")
    refused("already-registered", acts.hand_on, by=them["adopter-unit"], **ask)


def test_a_replica_without_modification_is_not_registered(them):
    _made, project = circle.graduate(them)
    project.observations.update(modified=" ")
    refused("not-modified", acts.hand_on, by=them["adopter-unit"], project=project,
            started=None, category="", now=DECEMBER)  # fmt: skip
    assert not Innovation.objects.filter(title=project.title).exists()


def test_a_project_is_for_the_unit_it_came_from_once_it_has_graduated(them):
    made = ready(them)
    yanti = them["adopter-unit"]
    yanti.known_terms = None
    assert not Project.objects.visible_to(yanti, DECEMBER).exists()
    score(Examiner.objects.get(), "85")
    conclude(them, made)
    assert Project.objects.visible_to(yanti, DECEMBER).exists()
    other = builders.person("Ayu", "unit", builders.unit())
    assert not Project.objects.visible_to(other, DECEMBER).exists()


# --- the certificate -------------------------------------------------------------------------


def test_a_certificate_prints_no_number_and_no_predicate_that_is_unconfirmed(them):
    made, _project = circle.graduate(them)
    facts = certificates.facts_of(Outcome.objects.get())
    said = json.dumps(facts["words"]) + facts["level"] + facts["edition"] + facts["title"]
    assert "memuaskan" not in said.lower()
    assert "85" not in said
    assert facts["title"] == made.person.name
    assert facts["code"] in facts["address"]


def test_a_certificate_prints_the_predicate_once_every_weight_and_band_is_confirmed(them):
    circle.graduate(them)
    outcome = Outcome.objects.select_related("participant__cohort").get()
    data = outcome.participant.cohort.rules
    for row in (*data["components"], *data["bands"]):
        row["confirmed"] = True
    Cohort.objects.update(rules=data)
    assert certificates.predicate_on(Outcome.objects.get()) == ""  # still on the list of doubts
    Cohort.objects.update(rules=data | {"unconfirmed": ["class"]})
    assert certificates.predicate_on(Outcome.objects.get()) == "Memuaskan"
    Outcome.objects.update(code=None)
    with pytest.raises(ValueError, match="graduates"):
        certificates.facts_of(Outcome.objects.get())


# --- what is next ----------------------------------------------------------------------------


def test_the_next_step_is_read_from_the_facts(them):
    made = circle.participant(them)

    def now(inside=True):
        return next_of(Participant.objects.with_progress().get(pk=made.pk), inside=inside)

    def mine(office):
        return step_for(Participant.objects.with_progress().get(pk=made.pk), office)

    assert now() == mine(Office.PARTICIPANT) == Next.DIAGNOSE
    circle.project(made)
    assert now() == mine(Office.AGENCY) == Next.DESIGN
    assert mine(Office.PARTICIPANT) is None
    seminar(them, made)
    assert now() == mine(Office.PARTICIPANT) == Next.ASSESS
    seminar(them, made, "results")
    assert now() == mine(Office.EXAMINER) == Next.SCORE
    score(Examiner.objects.get(), "85")
    assert now() == Next.CONCLUDE
    assert now(inside=False) == Next.SCORE
    conclude(them, made)
    assert now() == Next.DONE
    assert mine(Office.MENTOR) is None


def test_days_and_months_that_fall_due(them):
    cohort = circle.cohort(them)
    assert day_for(Next.DIAGNOSE, cohort) == date(2026, 7, 20)
    assert day_for(Next.ASSESS, cohort) == date(2026, 11, 12)
    assert day_for(Next.PROJECT, cohort) == date(2026, 8, 20)
    assert day_for(Next.DESIGN, cohort) is None
    assert months_due(None, set(), DECEMBER) == []
    assert months_due(DECEMBER, set(), DECEMBER + timedelta(days=182)) == []
    assert months_due(DECEMBER, set(), DECEMBER + timedelta(days=183)) == [6]
    assert months_due(DECEMBER, {6}, DECEMBER + timedelta(days=366)) == [12]


# --- what is typed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "cost"),
    [("", 0), ("Rp 2.500.000", 2_500_000), ("1 000", 1000), ("1,000,000", 1_000_000),
     ("2.50", None), ("5.000,-", 5000), ("-5", None),
     ("2.500,50", None), ("9" * 16, None)],
)  # fmt: skip
def test_rupiah_are_read_with_their_dots_and_never_by_guess(typed, cost):
    form = RiskForm({"text": "X", "likelihood": 1, "impact": 1, "response": "Y", "cost": typed})
    assert form.is_valid() == (cost is not None)
    if cost is not None:
        assert form.cleaned_data["cost"] == cost


@pytest.mark.parametrize("typed", ["NaN", "Infinity", "1e5000", "", "dua", "\0"])
def test_points_that_are_no_number_are_unreadable(typed):
    components = rules.parse(rules.preset("diklatpim-2015")).components
    form = ExamineForm(components, {"design-n": typed, "results-n": "80"})
    assert not form.is_valid()


def test_a_unit_and_a_source_are_found_by_name_or_number_or_chosen():
    unit = builders.unit(circle.adopter(), "Dinas Sosial")
    base = {"name": "X", "email": "x@example.id"}
    assert EnrolForm(base | {"unit": str(unit.pk)}).is_valid()
    assert EnrolForm(base | {"unit": "sosial sleman"}).is_valid()
    builders.unit(circle.owner(), "Dinas Sosial")
    several = EnrolForm(base | {"unit": "Dinas Sosial"})
    assert not several.is_valid()
    assert len(several.candidates) == 2
    first, _second = circle.honoured(), circle.honoured("Kelas Perahu Dua")
    public = Innovation.objects.public()
    for typed in ("Kelas Perahu", str(first.pk)):
        form = ProjectForm(public, {"title": "T", "source": typed})
        assert form.is_valid()
        assert form.cleaned_data["source"] == first
    assert not ProjectForm(public, {"title": "T", "source": "Kelas"}).is_valid()
    assert not ProjectForm(public, {"title": "T", "source": "Tidak ada"}).is_valid()
    assert ProjectForm(public, {"title": "T", "source": ""}).is_valid()
