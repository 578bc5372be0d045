"""An entry: written by its unit, read by whom it concerns, with its evidence."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.forms import BaseForm
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from teladan.contest import acts
from teladan.contest.forms import AnswersForm, EvidenceForm, JotForm, ScreeningForm, SendBackForm
from teladan.contest.models import Answer, Entry
from teladan.contest.views.papers import Paper, posted
from teladan.house import files
from teladan.house.models import Attachment, Office
from teladan.house.refusals import Refusal
from teladan.house.web import Request, attempt, for_offices, show

READERS = (
    Office.UNIT,
    Office.LOCAL_ADMIN,
    Office.SECRETARIAT,
    Office.AUDITOR,
    Office.EVALUATOR,
    Office.PANELIST,
)


def entry_for(request: Request, pk: int) -> Entry:
    """Find an entry that this person may see, with everything its page shows; else 404."""
    rows: QuerySet[Entry] = (
        Entry.objects.visible_to(request.person, request.now)
        .select_related(
            "edition__proclamation",
            "innovation__institution",
            "innovation__unit",
            "filing",
            "screening",
            "endorsement__by",
            "begun_by",
        )
        .defer("filing__content", "innovation__summary", "innovation__summary_en")
        .prefetch_related(Prefetch("answers", Answer.objects.select_related("saved_by")))
    )
    return get_object_or_404(rows, pk=pk)


def entry_page(request: Request, entry: Entry, **forms: BaseForm) -> HttpResponse:
    """Show the page of an entry; `forms` are those that were sent and not taken."""
    paper = Paper(request, entry, cast("AnswersForm | None", forms.get("answers_form")))
    context = {
        **paper.context(),
        "evidence_form": EvidenceForm(entry.edition.rule.aspects),
        "send_back_form": SendBackForm(),
        "screening_form": ScreeningForm(),
        **forms,
    }
    return show(request, "contest/entry.html", context, *forms.values())


@for_offices(*READERS)
def entry(request: Request, pk: int) -> HttpResponse:
    row = entry_for(request, pk)
    if request.method != "POST":
        return entry_page(request, row)
    answers, evidence_form, kept = keep_typed(request, row)
    if not kept:
        return _not_kept(request, pk, answers, evidence_form)
    messages.success(request, _("Saved on the server."))
    return redirect("entry", pk=pk)


def _not_kept(request: Request, pk: int, answers: BaseForm, evidence: BaseForm) -> HttpResponse:
    """Show the entry as it is now, with what was typed and not taken."""
    row = entry_for(request, pk)
    return entry_page(request, row, answers_form=answers, evidence_form=evidence)


def keep_typed(request: Request, row: Entry) -> tuple[AnswersForm, EvidenceForm, bool]:
    """Save all that was typed and changed, and the file that was chosen, if any.

    Every button of the form comes through here, so that none of them costs a text. Two texts for
    one answer leave both on the form; whatever else was typed is saved all the same.
    """
    aspects = row.edition.rule.aspects
    answers = AnswersForm(row, aspects, request.POST)
    evidence_form = EvidenceForm(aspects, request.POST, request.FILES)
    readable = answers.is_valid() and evidence_form.is_valid()
    for name, value in answers.cleaned_data.items():
        if name in request.POST:
            attempt(request, partial(_keep, request, row, answers, name, value))
    upload = request.FILES.get("upload")
    if readable and request.refusal is None and upload is not None:
        supports = evidence_form.cleaned_data["supports"]
        attempt(
            request,
            lambda: acts.attach(
                by=request.person, entry=row, upload=upload, aspect=supports, now=request.now
            ),
        )
    return answers, evidence_form, readable and request.refusal is None


def _keep(request: Request, row: Entry, form: AnswersForm, name: str, value: Any) -> None:
    kind, _dash, code = name.partition("-")
    if kind == "answer":
        known = next((a for a in row.answers.all() if a.aspect == code), None)
        was = form.cleaned_data.get(f"was-{code}")
        if not Paper.changed(value, known.text if known else "", was):
            return
        version = form.cleaned_data.get(f"version-{code}") or 0
        _write(request, row, code, value, version)
    elif kind in {"title", "category", "started"} and value:
        _describe(request, row, kind, value)


def _write(request: Request, row: Entry, code: str, text: str, version: int) -> Answer:
    return acts.write(
        by=request.person, entry=row, aspect=code, text=text, version=version, now=request.now
    )


def _describe(request: Request, row: Entry, field: str, value: Any) -> None:
    """Save one of the facts above the answers, if it changed."""
    doing: dict[str, Any] = {"by": request.person, "entry": row, "now": request.now}
    if field == "title" and value != row.title:
        acts.retitle(title=value, **doing)
    elif field == "category" and value != row.category:
        acts.categorise(category=value, **doing)
    elif field == "started" and value != row.innovation.started:
        acts.date_use(started=value, **doing)


def _date(text: str) -> date:
    found = parse_date(text)
    if found is None:
        raise ValueError(text)
    return found


def _unreadable(reason: str) -> JsonResponse:
    return JsonResponse({"code": "unreadable", "reason": reason}, status=422)


@for_offices(Office.UNIT)
@posted
def save(request: Request, pk: int) -> HttpResponse:
    """Save one field, for a page that saves itself: answers in JSON."""
    row = entry_for(request, pk)
    form = JotForm(request.POST)
    if not form.is_valid():
        return _unreadable(
            " ".join(str(error) for errors in form.errors.values() for error in errors)
        )
    field, value = form.cleaned_data["field"], form.cleaned_data["value"]
    kind, _dash, code = field.partition("-")
    known = next((a for a in row.answers.all() if a.aspect == code), None)
    try:
        if kind == "answer" and (known is None or known.text != value):
            known = _write(request, row, code, value, form.cleaned_data["version"] or 0)
        elif field in {"title", "category", "started"}:
            _describe(request, row, field, _date(value) if field == "started" else value)
        elif kind != "answer":
            return _unreadable(_("This form has no such field. Load the page again."))
    except Refusal as no:
        said: dict[str, Any] = {"code": no.code, "reason": no.reason}
        if no.code == "changed-elsewhere" and known is not None:
            said |= {"theirs": known.text, "version": known.version}
        return JsonResponse(said, status=409)
    except ValidationError as wrong:
        return _unreadable(" ".join(wrong.messages))
    except ValueError:
        return _unreadable(_("This is not a date."))
    fresh = entry_for(request, pk)
    return JsonResponse(
        {
            "saved": f"{timezone.localtime(request.now):%H.%M}",
            "version": known.version if known else 0,
            "words": known.words if known else 0,
            "lacks": {lack.place: str(lack.words) for lack in fresh.lacks()},
        }
    )


@for_offices(Office.UNIT)
@posted
def attach(request: Request, pk: int) -> HttpResponse:
    row = entry_for(request, pk)
    answers, evidence_form, kept = keep_typed(request, row)
    if kept and not request.FILES:
        evidence_form.add_error("upload", _("Choose a file first."))
        kept = False
    if not kept:
        return _not_kept(request, pk, answers, evidence_form)
    messages.success(request, _("The file is attached."))
    return redirect(f"{reverse('entry', args=[pk])}#evidence")


def _file_of(row: Entry, file: int) -> Attachment:
    return get_object_or_404(row.attachments(), pk=file)


@for_offices(*READERS)
def evidence(request: Request, pk: int, file: int) -> HttpResponse:
    row = get_object_or_404(Entry.objects.visible_to(request.person, request.now), pk=pk)
    return cast(HttpResponse, files.download(_file_of(row, file)))


@for_offices(Office.UNIT)
@posted
def detach(request: Request, pk: int, file: int) -> HttpResponse:
    row = entry_for(request, pk)
    gone = _file_of(row, file)
    answers, evidence_form, kept = keep_typed(request, row)
    if kept:
        attempt(
            request,
            lambda: acts.detach(by=request.person, entry=row, attachment=gone, now=request.now),
        )
    if request.refusal or not kept:
        return _not_kept(request, pk, answers, evidence_form)
    messages.success(request, _("%(name)s is removed.") % {"name": gone.name})
    return redirect(f"{reverse('entry', args=[pk])}#evidence")
