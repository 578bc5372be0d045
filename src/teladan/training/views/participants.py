"""A participant: the whole record for those who may know it, and what participants write."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from teladan.house.models import Office
from teladan.house.offices import held
from teladan.house.web import Request, attempt, for_offices, show
from teladan.training import acts
from teladan.training.forms import AssessForm, DiagnosisForm
from teladan.training.models import (
    Diagnosis,
    FollowUp,
    Next,
    Outcome,
    Participant,
    Remedial,
    Score,
    SelfAssessment,
)
from teladan.training.progress import months_due, next_of, stages_of, step_for
from teladan.training.views.attempts import attempts_of
from teladan.training.views.ways import crumbs, found_participant, known_participants, written

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
    rows = (
        known_participants(request)
        .with_progress(request.now)
        .select_related("diagnosis__agreed_by")
    )
    found = get_object_or_404(rows, pk=pk)
    row: Any = found
    me = _as_whom(request, found)
    step = next_of(row, inside=me["agency"] or me["auditor"])
    places = {Office.PARTICIPANT: "mine", Office.MENTOR: "mentor", Office.AGENCY: "agency"}
    own = [step_for(row, office) for office, place in places.items() if me[place]]
    outcome = getattr(found, "outcome", None)
    rule = found.cohort.rule
    items = {item.code: item.name for item in rule.items}
    examiners = _examiners(request, found, me)
    earlier = list(
        Remedial.objects.visible_to(request.person, request.now).filter(participant=found)
    )
    follow_ups = list(found.follow_ups.all()) if outcome else []
    voice = FollowUp.Voice.OWNER if me["mine"] else FollowUp.Voice.SUPERIOR
    told = {each.months for each in follow_ups if each.voice == voice}
    context = {
        "nav": "desk" if me["mine"] else "training",
        "of": found,
        "simulated": found.cohort.simulated,
        "me": me,
        "step": step,
        "own": [each for each in own if each],
        "stages": stages_of(found.cohort, request.now),
        "left_out": found.cohort.left_out,
        "diagnosis": getattr(found, "diagnosis", None),
        "row": row,
        "guidance": found.guidance.select_related("by")[:100],
        "assessed": [(items.get(each.item, each.item), each) for each in found.assessments.all()],
        "seminars": found.seminars.all(),
        "examiners": examiners,
        "outcome": outcome,
        "attempts": attempts_of(found, earlier, outcome, examiners),
        "granted": earlier[-1] if earlier else None,
        "may_grant": me["agency"] and not acts.bars_another(outcome, len(earlier), rule.attempts),
        "certain": rule.certain,
        "follow_ups": follow_ups,
        "may_follow_up": bool(
            outcome
            and outcome.result == Outcome.Result.GRADUATED
            and (me["mine"] or me["mentor"])
            and months_due(outcome.at, told, request.now)
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
