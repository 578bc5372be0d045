"""Verify: paste a code or hand in a bundle, and learn whether it is genuine and why."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from teladan.house.web import Request, public, show
from teladan.library.forms import BundleForm, CodeForm
from teladan.library.proofs import Verdict, check_bundle, check_code


@public
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: Request) -> HttpResponse:
    code_form, bundle_form = CodeForm(), BundleForm()
    verdict: Verdict | None = None
    if request.method == "POST":
        bundle_form = BundleForm(request.POST, request.FILES)
        if bundle_form.is_valid():
            verdict = check_bundle(bundle_form.cleaned_data["bundle"].read())
    elif "code" in request.GET or "digest" in request.GET:
        code_form = CodeForm(request.GET)
        if code_form.is_valid():
            verdict = check_code(**code_form.cleaned_data)
    context = {
        "nav": "verify",
        "verdict": verdict,
        "code_form": code_form,
        "bundle_form": bundle_form,
        "file_name": getattr(request.FILES.get("bundle"), "name", ""),
        "simulated": bool(verdict and _simulated(verdict)),
    }
    response = show(request, "library/verify.html", context, code_form, bundle_form)
    response["Cache-Control"] = "no-store"
    if verdict and verdict.busy:
        response.status_code, response["Retry-After"] = 503, "30"
    elif verdict and not verdict.genuine:
        response.status_code = 422
    return response


def _simulated(verdict: Verdict) -> bool:
    if verdict.outcome:
        return bool(verdict.outcome.participant.cohort.simulated)
    return bool(verdict.award and verdict.award.simulated)
