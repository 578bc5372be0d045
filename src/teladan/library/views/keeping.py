"""Pages made from the index may be kept only when the index was up to date."""

from django.http import HttpResponse


def kept_if(fresh: bool, response: HttpResponse) -> HttpResponse:
    """Return the response, told not to be kept when it was made from an index that lags."""
    if not fresh:
        response["Cache-Control"] = "no-store"
    return response
