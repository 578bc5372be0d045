"""Between the web and the house: who asks, when, and how a no is answered."""

from __future__ import annotations

import csv
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.forms import BaseForm, BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render, resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from teladan.house.ledger import public_seq
from teladan.house.models import Person
from teladan.house.offices import held, offices_of
from teladan.house.refusals import Refusal

T = TypeVar("T")


class Request(HttpRequest):
    """A request as the views see it: with a clock, and with a person where one is needed."""

    now: datetime
    person: Person
    refusal: Refusal | None


# A view takes a Request and what its address holds.
View = Callable[..., HttpResponse]

# What every form sends along: its proof, its button, where it leads.
UNTYPED = {"csrfmiddlewaretoken", "do", "next"}
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


def arrive(get_response: Callable[[Any], HttpResponse]) -> Callable[[Any], HttpResponse]:
    """Give the request its clock and its language: Indonesian unless the cookie says English."""

    def middleware(request: Any) -> HttpResponse:
        request.now, request.refusal = timezone.now(), None
        asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        known = dict(settings.LANGUAGES)
        language = asked if asked in known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


def greet(get_response: Callable[[Any], HttpResponse]) -> Callable[[Any], HttpResponse]:
    """Show times in the zone of whoever has signed in; in WIB to everybody else."""

    def middleware(request: Any) -> HttpResponse:
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        zone = request.user.zone if signed_in and request.user.is_authenticated else None
        with timezone.override(ZoneInfo(zone) if zone else None):
            response = get_response(request)
        if zone:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def surroundings(request: Any) -> dict[str, Any]:
    """Give every page its refusal and the offices of whoever reads it."""
    person = getattr(request, "person", None)
    return {
        "refusal": getattr(request, "refusal", None),
        "my_offices": offices_of(person, request.now) if person else set(),
        "my_terms": held(person, request.now) if person else [],
    }


def for_offices(*offices: str) -> Callable[[View], View]:
    """Open a page to these offices: strangers sign in first, other offices find nothing here."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            user = request.user
            if not isinstance(user, Person) or not user.is_active:
                # What saves itself keeps the text on the device and waits for a new session.
                by_hand = request.headers.get("X-Requested-With") != "fetch"
                if request.method == "POST" and by_hand:
                    return _signed_out(request)
                return redirect_to_login(request.get_full_path())
            if offices and not offices_of(user, request.now) & set(offices):
                raise Http404
            request.person = user
            response = view(request, *args, **kwargs)
            if response.status_code == 405:  # the address of a button, opened as a page
                allowed = response.headers["Allow"]
                back = came_from(request)
                context = {"back": "" if back == request.path else back}
                response = render(request, "405.html", context, status=405)
                response.headers["Allow"] = allowed
            return response

        guarded.declared = offices or ("signed-in",)  # type: ignore[attr-defined]
        return guarded

    return wrap


def _signed_out(request: Request) -> HttpResponse:
    """Answer what somebody sent after their session had ended: what they typed, and the way back.

    A redirect to the sign-in page would lose it, and come back to an address that takes no visit.
    """
    back = came_from(request) or resolve_url("desk")
    told = _("You were signed out in the meantime. Sign in, then do it again.")
    request.refusal = Refusal("signed-out", told)
    context = {"typed": typed_in(request), "sign_in": resolve_url("account_login"), "back": back}
    response = show(request, "refused.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def came_from(request: Request) -> str:
    """Return the page of this site that somebody came from; nothing if that isn't known."""
    found = urlsplit(request.headers.get("Referer", ""))
    if found.netloc != request.get_host():
        return ""
    return found.path + (f"?{found.query}" if found.query else "")


def typed_in(request: Request) -> list[str]:
    """Return the words that somebody sent; not what the button and the numbers say."""
    sent = ((name, value) for name, value in request.POST.items() if name not in UNTYPED)
    return [v for _name, v in sent if isinstance(v, str) and any(sign.isalpha() for sign in v)]


def signed_in(view: View) -> View:
    """Open a page to everybody who has signed in, whatever their office."""
    return for_offices()(view)


def public(view: View) -> View:
    """Declare a page public: it may show only what a stranger may know."""

    @wraps(view)
    def opened(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and isinstance(request.user, Person):
            request.person = request.user
        return view(request, *args, **kwargs)

    opened.declared = ("public",)  # type: ignore[attr-defined]
    return opened


_kept_pages: OrderedDict[str, HttpResponse] = OrderedDict()
KEPT_PAGES, LONGEST_KEPT = 250, 128 * 1024  # 32 MB at most


def public_page(view: View) -> View:
    """Declare a page public and unchanged until the ledger says that something public changed.

    Strangers get it from memory, or a 304 when their copy is current. The mark of a version is
    the number of the last public line, which by design says nothing of what is under embargo,
    and the minute, for pages that say what is open now.
    """
    shown = public(view)

    @wraps(view)
    def remembered(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        plain = request.method == "GET" and settings.SESSION_COOKIE_NAME not in request.COOKIES
        if not plain or "messages" in request.COOKIES:
            return shown(request, *args, **kwargs)
        mark = f"{request.now:%Y%m%d%H%M} {public_seq()} {get_language()} {settings.SECRET_KEY}"
        name = f"{mark} {request.get_full_path()}"
        key = hashlib.sha256(name.encode()).hexdigest()[:32]
        if request.headers.get("If-None-Match", "").strip('W/"') == key:
            response: HttpResponse = HttpResponseNotModified()
        elif kept := _kept_pages.get(key):
            response = HttpResponse(kept.content, headers=dict(kept.headers))
        else:
            response = shown(request, *args, **kwargs)
            passing = "no-store" in response.get("Cache-Control", "")
            if response.status_code != 200 or response.streaming or response.cookies or passing:
                return response
            if len(response.content) <= LONGEST_KEPT:
                _kept_pages[key] = HttpResponse(response.content, headers=dict(response.headers))
            while len(_kept_pages) > KEPT_PAGES:
                _kept_pages.popitem(last=False)
        response["ETag"], response["Cache-Control"] = f'"{key}"', "no-cache"
        return response

    remembered.declared = ("public",)  # type: ignore[attr-defined]
    return remembered


def attempt(request: Request, do: Callable[[], T]) -> T | None:
    """Perform an act; when a rule refuses it, keep the refusal for the page and return None."""
    try:
        return do()
    except Refusal as no:
        request.refusal = no
    except ValidationError as wrong:
        request.refusal = Refusal("invalid", " ".join(wrong.messages))
    return None


def show(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *forms: BaseForm | BaseFormSet[Any],
) -> HttpResponse:
    """Render a page: 409 when an act was refused, 422 when input was unreadable, else 200.

    The forms are bound, so what was typed stays.
    """
    unreadable = any(form.is_bound and not form.is_valid() for form in forms)
    status = 409 if request.refusal else 422 if unreadable else 200
    return render(request, template, dict(context or {}), status=status)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


# What a spreadsheet takes for the beginning of a formula, also in its full-width forms.
FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")


def csv_line(cells: Iterable[object]) -> str:
    """Write one line of CSV; a text that a spreadsheet would run as a formula is disarmed."""
    row = [
        f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_SIGNS) else cell
        for cell in cells
    ]
    return str(csv.writer(_Echo()).writerow(row))


def answers_refusals(view: View) -> View:
    """Answer a refused act with a page of its own (409) that repeats what was typed."""

    @wraps(view)
    def answered(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as no:
            request.refusal = no
        except ValidationError as wrong:
            request.refusal = Refusal("invalid", " ".join(wrong.messages))
        context = {"typed": typed_in(request), "back": came_from(request)}
        return show(request, "refused.html", context)

    return answered
