"""The pages that belong to no stage: my desk, the outbox, the ledger, language and health."""

from __future__ import annotations

from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt

from teladan.contest.models import Edition
from teladan.desk.awaits import awaiting, of_editions, rooms_of
from teladan.house.ledger import broken_lines
from teladan.house.models import Ledger, Notice, Office
from teladan.house.notices import release
from teladan.house.offices import held
from teladan.house.web import Request, attempt, for_offices, public, show, signed_in

LINES_A_PAGE = 50


@signed_in
def desk(request: Request) -> HttpResponse:
    terms = held(request.person, request.now)
    todos = [todo for term in terms for todo in awaiting(term, request.now)]
    rooms = {room for term in terms for room in rooms_of(term.office)}
    workrooms, editions = [], []
    if {term.office for term in terms} & {Office.SECRETARIAT, Office.AUDITOR}:
        workrooms = list(Edition.objects.visible_to(request.person, request.now)[:10])
    elif not todos:
        editions = list(of_editions(request.now))
    hour = request.now.astimezone(ZoneInfo(request.person.zone)).hour
    context = {
        "nav": "desk",
        "todo": sorted(todos, key=lambda todo: not todo.late),
        "rooms": sorted((str(label), reverse(name)) for label, name in rooms),
        "workrooms": workrooms,
        "editions": editions,
        "greeting": _greeting(hour) % {"name": request.person.name},
    }
    return show(request, "desk/desk.html", context)


def _greeting(hour: int) -> str:
    """Greet as Indonesians do: pagi, siang, sore, malam."""
    if 4 <= hour < 11:
        return _("Good morning, %(name)s")
    if 11 <= hour < 15:
        return _("Good day, %(name)s")
    return _("Good afternoon, %(name)s") if 15 <= hour < 18 else _("Good evening, %(name)s")


@for_offices(Office.SECRETARIAT)
def outbox(request: Request) -> HttpResponse:
    if request.method == "POST":
        chosen = Notice.objects.filter(
            pk__in=[
                key for key in request.POST.getlist("notice") if key.isdecimal() and len(key) < 16
            ]
        )
        count = attempt(
            request, lambda: release(by=request.person, notices=chosen, now=request.now)
        )
        if count is not None:
            sent = ngettext("%(n)d mail released.", "%(n)d mails released.", count)
            messages.success(request, sent % {"n": count})
            return redirect("outbox")
    rows = Notice.objects.select_related("to").order_by("-pk")
    context = {
        "nav": "desk",
        "held": rows.filter(released_at=None, sent_at=None, dropped_at=None)[:200],
        "gone": rows.exclude(sent_at=None, dropped_at=None)[:50],
        "waiting": rows.released().count(),
    }
    return show(request, "desk/outbox.html", context)


@for_offices(Office.AUDITOR)
def ledger(request: Request) -> HttpResponse:
    asked = request.GET.get("before", "")
    rows = Ledger.objects.select_related("by").order_by("-seq")
    about = request.GET.get("about", "").replace("\0", "").strip()[:60]
    if about:
        rows = rows.filter(about=about)
    if asked.isdecimal() and len(asked) < 16:
        rows = rows.filter(seq__lt=int(asked))
    lines = list(rows[: LINES_A_PAGE + 1])
    checked = None
    if request.GET.get("check") == "1":
        checked = list(islice(broken_lines(), 20))
    context = {
        "nav": "desk",
        "lines": lines[:LINES_A_PAGE],
        "older": lines[LINES_A_PAGE - 1].seq if len(lines) > LINES_A_PAGE else None,
        "about": about,
        "checked": checked,
    }
    return show(request, "desk/ledger.html", context)


@csrf_exempt  # it changes nothing but the language of one's own pages
@public
def language(request: Request) -> HttpResponse:
    target = request.POST.get("next") or reverse("home")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = reverse("home")
    response = HttpResponseRedirect(target)
    if request.POST.get("language") in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            request.POST["language"],
            max_age=31_536_000,
            samesite="Lax",
            secure=settings.TLS,
            httponly=True,
        )
    return response


@public
def healthz(request: Request) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
