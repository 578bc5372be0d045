"""A participant: the whole record for those who may know it, and what participants write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from teladan.house.models import Office
from teladan.house.offices import held
from teladan.house.web import Request, attempt, for_offices, show
from teladan.training import acts
from teladan.training.forms import AssessForm, DiagnosisForm
from teladan.training.models import Diagnosis, Outcome, Participant, Score, SelfAssessment
from teladan.training.progress import Next, next_of, stages_of, step_for
from teladan.training.views.ways import crumbs, found_participant, written

INSIDE = (
    Office.PARTICIPANT,
    Office.MENTOR,
    Office.COACH,
    Office.EXAMINER,
    Office.AGENCY,
    Office.AUDITOR,
)


@for_offices(*INSIDE)
def participant(request: Request, pk: int) -> HttpResponse:
    found = found_participant(request, pk)
    row: Any = Participant.objects.with_progress().get(pk=found.pk)
    me = _as_whom(request, found)
    step = next_of(row, inside=me["agency"] or me["auditor"])
    places = {Office.PARTICIPANT: "mine", Office.MENTOR: "mentor", Office.AGENCY: "agency"}
    own = [step_for(row, office) for office, place in places.items() if me[place]]
    outcome = getattr(found, "outcome", None)
    rule = found.cohort.rule
    items = {item.code: item.name for item in rule.items}
    context = {
        "nav": "desk" if me["mine"] else "training",
        "of": found,
        "simulated": found.cohort.simulated,
        "me": me,
        "step": step,
        "own": [each for each in own if each],
        "stages": stages_of(found.cohort, request.now),
        "diagnosis": Diagnosis.objects.filter(participant=found)
        .select_related("agreed_by")
        .first(),
        "row": row,
        "guidance": found.guidance.select_related("by")[:100],
        "assessed": [(items.get(each.item, each.item), each) for each in found.assessments.all()],
        "seminars": found.seminars.all(),
        "examiners": _examiners(request, found, me),
        "outcome": outcome,
        "predicate": _predicate(found, outcome),
        "lines": _lines(found, outcome),
        "certain": rule.certain,
        "follow_ups": found.follow_ups.all() if outcome else [],
        "may_follow_up": bool(
            outcome
            and outcome.result == Outcome.Result.GRADUATED
            and (me["mine"] or me["mentor"])
            and outcome.at + timedelta(days=150) <= request.now
        ),
        "next": Next,
        "crumbs": crumbs((found.person.name, ""), cohort=None if me["mine"] else found.cohort),
    }
    return show(request, "training/participant.html", context)


def _as_whom(request: Request, found: Participant) -> dict[str, bool]:
    """Say as what the reader reads this."""
    terms = held(request.person, request.now)
    return {
        "mine": found.person_id == request.person.pk,
        "mentor": found.mentor_id == request.person.pk,
        "coach": found.coach_id == request.person.pk,
        "agency": any(
            t.office == Office.AGENCY and t.institution_id == found.cohort.agency_id for t in terms
        ),
        "auditor": any(t.office == Office.AUDITOR for t in terms),
    }


def _examiners(request: Request, found: Participant, me: dict[str, bool]) -> list[dict[str, Any]]:
    """Return the examiners with whatever scores the reader may know of."""
    rule = found.cohort.rule
    names = {each.code: each.name for each in rule.components}
    known: dict[int, list[tuple[str, Score]]] = {}
    rows = Score.objects.visible_to(request.person, request.now)
    for score in rows.filter(examiner__participant=found):
        told = (names.get(score.component, score.component), score)
        known.setdefault(score.examiner_id, []).append(told)
    examiners: Any = found.examiners.select_related("person").annotate(
        given=Exists(Score.objects.filter(examiner=OuterRef("pk")))
    )
    counted = me["agency"] or me["auditor"]
    return [
        {
            "examiner": each,
            "scores": known.get(each.pk, []),
            "mine": each.person_id == request.person.pk,
            # That scores are there is for the agency to know, what they are for nobody yet.
            "given": each.given if counted or each.person_id == request.person.pk else None,
        }
        for each in examiners
    ]


def _predicate(found: Participant, outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    bands = found.cohort.rule.bands
    told = (band.predicate for band in bands if band.predicate_id == outcome.predicate)
    return next(told, outcome.predicate)


def _lines(found: Participant, outcome: Outcome | None) -> list[dict[str, Any]]:
    """Return the calculation as it was kept, its components named in the reader's language."""
    names = {each.code: each.name for each in found.cohort.rule.components}
    kept = outcome.lines if outcome else []
    return [line | {"name": names.get(line["code"], line["name_id"])} for line in kept]


@for_offices(Office.PARTICIPANT)
def diagnosis(request: Request, pk: int) -> HttpResponse:
    found = found_participant(request, pk)
    last = Diagnosis.objects.filter(participant=found).first()
    first = {n: getattr(last, n) for n in ("situation", "causes", "area")} if last else None
    form = DiagnosisForm(request.POST or None, initial=first)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(
            request,
            lambda: acts.diagnose(by=request.person, participant=found, now=request.now, **facts),
        )
        if done is not None:
            messages.success(request, _("Kept. Your mentor agrees to the area of change next."))
            return redirect("participant", pk=found.pk)
    lead = _("What is wrong in your own unit, and what is to change there?")
    if last and last.agreed_at:
        lead = _("A new text takes back your mentor's agreement: it was given to the old one.")
    return written(request, found, form, _("Diagnosis"), _("Keep"), lead=lead)


@for_offices(Office.PARTICIPANT)
def assess(request: Request, pk: int) -> HttpResponse:
    found = found_participant(request, pk)
    first: dict[str, Any] = {}
    for row in SelfAssessment.objects.filter(participant=found):
        first |= {f"{row.item}-n": row.absorbed, f"{row.item}-shown": row.shown_by}
    form = AssessForm(found.cohort.rule.items, request.POST or None, initial=first)
    if form.is_valid():
        items = form.rows()
        done = attempt(
            request,
            lambda: acts.assess(by=request.person, participant=found, items=items, now=request.now),
        )
        if done is not None:
            messages.success(request, _("Kept."))
            return redirect("participant", pk=found.pk)
    lead = _("Say of each line how much you absorbed, 1 to 5, and what shows it.")
    return written(request, found, form, _("What I absorbed"), _("Keep"), lead=lead)
