"""Where innovations are registered, and where a local admin keeps units and people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.house.models import Office, OfficeTerm
from teladan.house.offices import CAPITAL, held
from teladan.house.web import Request, attempt, for_offices, show
from teladan.registry import acts
from teladan.registry.forms import InnovationForm, StaffForm, UnitForm
from teladan.registry.models import Innovation, Institution, Unit

ROWS_A_PAGE = 50
# Fields of service that earlier editions named; suggestions, not a closed list.
FIELDS = (
    "pendidikan",
    "kesehatan",
    "penanggulangan kemiskinan",
    "ketahanan pangan",
    "ekonomi dan kesempatan kerja",
    "pemberdayaan masyarakat",
    "responsif gender",
    "lingkungan hidup",
    "tata kelola pemerintahan",
    "penegakan hukum",
    "administrasi kependudukan",
    "perizinan",
    "kebencanaan",
)


@for_offices(Office.UNIT)
def register(request: Request) -> HttpResponse:
    terms = [t for t in held(request.person, request.now) if t.office == Office.UNIT]
    units = Unit.objects.filter(pk__in=[term.unit_id for term in terms]).order_by("name")
    public = Innovation.objects.visible_to(None, request.now)
    first = {"unit": terms[0].unit_id, "source": request.GET.get("source", "")[:200]}
    if request.method != "POST":
        return _register_page(request, InnovationForm(units, public, initial=first))
    if "find" in request.POST:
        return _with_candidates(request, units, public)
    data = request.POST.copy()
    data.setdefault("unit", str(terms[0].unit_id))
    form = InnovationForm(units, public, data)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(request, lambda: acts.register(by=request.person, now=request.now, **facts))
        if done is not None:
            said = _("“%(title)s” is registered. Next: enter it in an edition that is open.")
            messages.success(request, said % {"title": done.title})
            return redirect("innovation", pk=done.pk)
    return _register_page(request, form, form)


def _with_candidates(request: Request, units: Any, public: Any) -> HttpResponse:
    """Show who could be meant as the source; everything typed stays, nothing is judged yet."""
    form = InnovationForm(units, public, initial=dict(request.POST.items()))
    named = str(request.POST.get("source", "")).replace("\0", "").strip()[:200]
    form.candidates = form.search(named) if named else []
    return _register_page(request, form, searched=True)


def _register_page(
    request: Request, form: InnovationForm, *bound: BaseForm, searched: bool = False
) -> HttpResponse:
    context = {
        "nav": "desk",
        "form": form,
        "searched": searched,
        "several_units": form.fields["unit"].queryset.count() > 1,  # type: ignore[attr-defined]
        "fields": FIELDS,
        "crumbs": [
            {"label": _("My desk"), "url": reverse("desk")},
            {"label": _("Register an innovation"), "url": ""},
        ],
    }
    return show(request, "registry/register.html", context, *bound)


@for_offices(Office.LOCAL_ADMIN)
def institution(request: Request) -> HttpResponse:
    terms = [t for t in held(request.person, request.now) if t.office == Office.LOCAL_ADMIN]
    asked = request.POST.get("of") or request.GET.get("of") or str(terms[0].institution_id)
    home = next((t.institution for t in terms if str(t.institution_id) == asked), None)
    if home is None:
        raise Http404
    units = Unit.objects.filter(institution=home).order_by("name")
    unit_form, staff_form = UnitForm(prefix="unit"), StaffForm(units, prefix="staff")
    does = request.POST.get("do", "")
    if does == "open":
        unit_form = UnitForm(request.POST, prefix="unit")
        said = _open(request, home, unit_form)
    elif does == "staff":
        staff_form = StaffForm(units, request.POST, prefix="staff")
        said = _staff(request, staff_form)
    elif does == "relieve":
        said = _relieve(request, home)
    else:
        return _institution_page(request, home, terms, unit_form, staff_form)
    if not said:
        return _institution_page(request, home, terms, unit_form, staff_form)
    messages.success(request, said)
    return redirect(f"{reverse('institution')}?of={home.pk}")


def _open(request: Request, home: Institution, form: UnitForm) -> str:
    if not form.is_valid():
        return ""
    name = form.cleaned_data["name"]
    done = attempt(
        request,
        lambda: acts.open_unit(by=request.person, institution=home, name=name, now=request.now),
    )
    return _("%(unit)s is set up. Appoint its people.") % {"unit": done} if done else ""


def _staff(request: Request, form: StaffForm) -> str:
    if not form.is_valid():
        return ""
    facts = dict(form.cleaned_data)
    done = attempt(request, lambda: acts.staff(by=request.person, now=request.now, **facts))
    if done is None:
        return ""
    told = {"name": done.person, "unit": done.unit}
    return _("%(name)s is appointed to %(unit)s and gets a mail.") % told


def _relieve(request: Request, home: Institution) -> str:
    asked = request.POST.get("term", "")
    pk = int(asked) if asked.isdecimal() and len(asked) < 16 else 0
    term = get_object_or_404(OfficeTerm, pk=pk, institution=home, office=Office.UNIT)
    done = attempt(request, lambda: acts.relieve(by=request.person, term=term, now=request.now))
    return _("%(name)s's term ends today.") % {"name": term.person} if done else ""


def _institution_page(
    request: Request, home: Institution, terms: list[OfficeTerm], *forms: BaseForm
) -> HttpResponse:
    today = request.now.astimezone(CAPITAL).date()
    staff: dict[int, list[OfficeTerm]] = {}
    serving = OfficeTerm.objects.running(today).filter(institution=home, office=Office.UNIT)
    for term in serving.select_related("person").order_by("person__name"):
        staff.setdefault(term.unit_id or 0, []).append(term)
    units = Unit.objects.filter(institution=home).order_by("name")
    rows = (
        Innovation.objects.visible_to(request.person, request.now)
        .filter(institution=home)
        .select_related("unit")
        .only("title", "started", "simulated", "unit__name")
        .annotate(entered=Count("entries", distinct=True))
        .order_by("title", "pk")
    )
    context = {
        "nav": "desk",
        "home": home,
        "homes": [term.institution for term in terms],
        "today": today,
        "units": [(unit, staff.get(unit.pk, [])) for unit in units],
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "unit_form": forms[0],
        "staff_form": forms[1],
        "crumbs": [
            {"label": _("My desk"), "url": reverse("desk")},
            {"label": _("Units and people"), "url": ""},
        ],
    }
    return show(request, "registry/institution.html", context, *forms)
