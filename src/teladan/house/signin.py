"""How people get in: accounts are given by an office, never taken."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """django-allauth without sign-up."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False


def oidc_adapter(*args: Any, **kwargs: Any) -> Any:
    """Make the adapter for OpenID Connect; imported only where that is switched on."""
    from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

    class KnownPeopleOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
        def is_open_for_signup(self, _request: HttpRequest, _login: Any) -> bool:
            return False

    return KnownPeopleOnly(*args, **kwargs)
