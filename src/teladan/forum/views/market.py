"""The marketplace: booths, appointments at them, and what those become."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from teladan.forum import acts
from teladan.forum.forms import BookForm, BoothForm, FollowNeedForm, FollowVisitForm
from teladan.forum.models import SIDES, Appointment, Booth
from teladan.forum.views.front import crumbs_of, found_event
from teladan.house.models import Office, Person
from teladan.house.offices import CAPITAL, held
from teladan.house.web import Request, attempt, for_offices, public, show, signed_in
from teladan.registry.models import Innovation, Institution, Unit
from teladan.visits.models import Reception

FOUND = 20


@for_offices(Office.ORGANISER)
def booth_new(request: Request, slug: str) -> HttpResponse:
    """Search who shows what, choose one, and give it a number."""
    event = found_event(request, slug)
    asked = request.POST.get("q") or request.GET.get("q") or ""
    q = asked.replace("\0", "").strip()[:80]
    innovations = Innovation.objects.public().select_related("institution")
    fits = innovations.filter(Q(title__icontains=q) | Q(institution__name__icontains=q))
    homes = Institution.objects.filter(name__icontains=q).order_by("name")
    shows = list(fits.order_by("title")[:FOUND]) if q else []
    without = list(homes[:FOUND]) if q else []
    found = [(f"i{row.pk}", f"{row.title} · {row.institution}") for row in shows]
    found += [(f"o{row.pk}", _("%(who)s, no single innovation") % {"who": row}) for row in without]
    form = BoothForm(found, request.POST or None)
    if form.is_valid():
        what, number = form.cleaned_data["what"], form.cleaned_data["number"]
        innovation = next((row for row in shows if f"i{row.pk}" == what), None)
        home = next((row for row in without if f"o{row.pk}" == what), None)
        institution = innovation.institution if innovation else home
        if institution is None:
            raise Http404
        done = attempt(
            request,
            lambda: acts.open_booth(
                by=request.person,
                event=event,
                number=number,
                institution=institution,
                innovation=innovation,
                now=request.now,
            ),
        )
        if done is not None:
            messages.success(request, _("The booth is in the exhibition."))
            return redirect("forum-office", slug=event.slug)
    context = {
        "nav": "desk",
        "event": event,
        "simulated": event.simulated,
        "q": q,
        "found": found,
        "form": form,
        "booths": event.booths.standing().select_related("institution"),
        "crumbs": crumbs_of(event, _("Give a booth")),
    }
    return show(request, "forum/booth_new.html", context, form)


@public
def booth(request: Request, pk: int) -> HttpResponse:
    person: Person | None = getattr(request, "person", None)
    rows = Booth.objects.standing().filter(event__published_at__lte=request.now)
    found = get_object_or_404(
        rows.select_related("event", "institution__region", "innovation"), pk=pk
    )
    event = found.event
    terms = held(person, request.now) if person else []
    guests = [t.institution for t in terms if t.office in SIDES and t.institution is not None]
    guests = [home for home in dict.fromkeys(guests) if home.pk != found.institution_id]
    over = event.ends < request.now.astimezone(CAPITAL).date()
    form = BookForm(event, request.POST or None)
    guest = next((g for g in guests if str(g.pk) == request.POST.get("guest")), None)
    guest = guest or (guests[0] if guests else None)
    if request.method == "POST":
        if person is None or guest is None:
            raise Http404
        booking, coming = person, guest
        if form.is_valid():
            done = attempt(
                request,
                lambda: acts.book(
                    by=booking,
                    booth=found,
                    guest=coming,
                    purpose=form.cleaned_data["purpose"],
                    now=request.now,
                    **form.hours(),
                ),
            )
            if done is not None:
                messages.success(request, _("The appointment is booked."))
                return redirect("appointment", pk=done.pk)
    seen = Appointment.objects.visible_to(person, request.now).filter(booth=found)
    context = {
        "nav": "forum",
        "booth": found,
        "event": event,
        "simulated": event.simulated,
        "receives": Reception.objects.filter(institution=found.institution_id).exists(),
        "guests": guests,
        "guest": guest,
        "over": over,
        "form": form,
        "appointments": list(seen.select_related("guest").order_by("starts")) if terms else [],
        "crumbs": crumbs_of(event, _("Booth %(number)s") % {"number": found.number}),
    }
    return show(request, "forum/booth.html", context, form)


@signed_in
def appointment(request: Request, pk: int) -> HttpResponse:
    """Read by the two sides; the guest lets it become a need or a visit."""
    rows = Appointment.objects.visible_to(request.person, request.now)
    found = get_object_or_404(
        rows.select_related("booth__event", "booth__institution", "booth__innovation", "guest",
                            "need", "visit", "cancelled_by"),
        pk=pk,
    )  # fmt: skip
    terms = held(request.person, request.now)
    serves = {t.office for t in terms if t.institution_id == found.guest_id}
    units = Unit.objects.filter(institution=found.booth.institution_id).order_by("name")
    first: dict[str, Any] = {"topic": found.purpose[:200], "contact": request.person.name}
    home = Reception.objects.filter(institution=found.booth.institution_id)
    today = request.now.astimezone(CAPITAL).date()
    night = home.from_now(today).filter(overnight=True).exists()
    ask = partial(FollowVisitForm, units, prefix="v", overnight=night)
    need, visit = FollowNeedForm(prefix="need"), ask(initial=first)
    does, done = request.POST.get("do", ""), None
    if does == "need":
        need = FollowNeedForm(request.POST, prefix="need")
        if need.is_valid():
            facts = need.facts()
            done = attempt(
                request,
                lambda: acts.follow_on_need(
                    by=request.person, appointment=found, now=request.now, **facts
                ),
            )
    elif does == "visit":
        visit = ask(request.POST)
        if visit.is_valid():
            asked = visit.facts() | {
                "because": _("We met at %(forum)s: %(purpose)s")
                % {"forum": found.booth.event.name, "purpose": found.purpose},
                "innovation": found.booth.innovation,
            }
            done = attempt(
                request,
                lambda: acts.follow_on_visit(
                    by=request.person, appointment=found, now=request.now, **asked
                ),
            )
    if done is not None:
        messages.success(request, _("Kept. What came of it stands here."))
        return redirect("appointment", pk=found.pk)
    event = found.booth.event
    stands = found.cancelled_at is None
    context = {
        "nav": "desk",
        "appointment": found,
        "booth": found.booth,
        "event": event,
        "simulated": event.simulated,
        "may_need": stands and Office.LOCAL_ADMIN in serves and found.need_id is None,
        "may_visit": stands and bool(serves & set(SIDES)) and found.visit_id is None,
        "may_cancel": not acts.bars_cancelling(found, request.person, request.now),
        "receives": home.exists(),
        "reads_need": Office.LOCAL_ADMIN in serves,
        "need_form": need,
        "visit_form": visit,
        "crumbs": crumbs_of(event, _("Appointment")),
    }
    return show(request, "forum/appointment.html", context, need, visit)
