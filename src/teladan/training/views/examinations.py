"""Examination: seminars written down, blind scores, the outcome."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from teladan.house.models import Office
from teladan.house.offices import CAPITAL
from teladan.house.web import Request, attempt, for_offices
from teladan.training import acts
from teladan.training.forms import ConcludeForm, ExamineForm, RemedialForm, SeminarForm, UnseatForm
from teladan.training.models import Examiner, Outcome, Participant, Score, Seminar
from teladan.training.views.front import shown
from teladan.training.views.ways import found_participant, written


@for_offices(Office.AGENCY)
def seminar(request: Request, pk: int) -> HttpResponse:
    found = found_participant(request, pk)
    designed = found.seminars.filter(kind=Seminar.Kind.DESIGN).exists()
    first = {
        "kind": Seminar.Kind.RESULTS if designed else Seminar.Kind.DESIGN,
        "day": request.now.astimezone(CAPITAL).date(),
    }
    form = SeminarForm(request.POST or None, initial=first)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(
            request,
            lambda: acts.hold_seminar(
                by=request.person, participant=found, now=request.now, **facts
            ),
        )
        if done is not None:
            messages.success(request, _("Kept. The seminar was held."))
            return redirect("participant", pk=found.pk)
    lead = _("Without the mentor, there or in writing, a seminar cannot be held.")
    return written(request, found, form, _("A seminar was held"), _("Keep"), lead=lead)


@for_offices(Office.EXAMINER)
def examine(request: Request, pk: int) -> HttpResponse:
    mine = Examiner.objects.filter(person=request.person)
    me = get_object_or_404(mine, pk=pk)
    found = found_participant(request, me.participant_id)
    rule = found.cohort.rule
    given = Score.objects.visible_to(request.person, request.now).filter(examiner=me)
    form = ExamineForm(rule.components, request.POST or None)
    if form.is_valid():
        points = form.points()
        done = attempt(
            request,
            lambda: acts.score(by=request.person, examiner=me, points=points, now=request.now),
        )
        if done is not None:
            messages.success(request, _("Given. Nobody sees them before the outcome is told."))
            return redirect("participant", pk=found.pk)
    names = {each.code: each.name for each in rule.components}
    return written(
        request,
        found,
        form,
        _("Examine"),
        _("Give these scores"),
        rules=shown(rule),
        given=[(names.get(row.component, row.component), row) for row in given],
        early=not found.seminars.filter(kind=Seminar.Kind.RESULTS).exists(),
        ended=hasattr(found, "outcome"),
        project=_project_of(found),
        lead=_("You score alone: other examiners, the participant and the agency see nothing of "
               "it before the outcome is told. Scores are given once."),
    )  # fmt: skip


@for_offices(Office.AGENCY)
def examiner_unseat(request: Request, pk: int) -> HttpResponse:
    me = get_object_or_404(Examiner.objects.select_related("person"), pk=pk)
    found = found_participant(request, me.participant_id)
    form = UnseatForm(request.POST or None)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(
            request,
            lambda: acts.unseat_examiner(by=request.person, examiner=me, now=request.now, **facts),
        )
        if done is not None:
            messages.success(request, _("The seat is taken back, and the examiner is told."))
            return redirect("participant", pk=found.pk)
    lead = _("Then %(name)s examines here no more, and the outcome waits for the others only.")
    return written(
        request,
        found,
        form,
        _("Take back an examiner's seat"),
        _("Take back the seat"),
        lead=lead % {"name": me.person.name},
    )


def _project_of(found: Participant) -> object:
    return getattr(found, "project", None)


@for_offices(Office.AGENCY)
def conclude(request: Request, pk: int) -> HttpResponse:
    found = found_participant(request, pk)
    form = ConcludeForm(request.POST or None)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(
            request,
            lambda: acts.conclude(by=request.person, participant=found, now=request.now, **facts),
        )
        if done is not None:
            told = _("Told. The participant reads it now.")
            if done.result == Outcome.Result.GRADUATED:
                told = _("Told. The calculation stands on the page, line by line.")
            messages.success(request, told)
            return redirect("participant", pk=found.pk)
    lead = _("An outcome is told once. Points and predicate follow from the examiners' scores.")
    return written(request, found, form, _("Tell the outcome"), _("Tell the outcome"), lead=lead)


@for_offices(Office.AGENCY)
def remedial(request: Request, pk: int) -> HttpResponse:
    found = found_participant(request, pk)
    form = RemedialForm(request.POST or None)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(
            request,
            lambda: acts.grant_remedial(
                by=request.person, participant=found, now=request.now, **facts
            ),
        )
        if done is not None:
            messages.success(request, _("Granted. The attempt before stays on the page, whole."))
            return redirect("participant", pk=found.pk)
    lead = _("Outcome, scores and results seminar of the attempt before are kept beside it. Then "
             "another results seminar is held, examined and told.")  # fmt: skip
    return written(request, found, form, _("Grant another attempt"), _("Grant it"), lead=lead)
