"""The one Django app."""

from django.apps import AppConfig


class TeladanConfig(AppConfig):
    """Nine stages, one app, one line of migrations (decision 0001)."""

    name = "teladan"
    verbose_name = "Teladan"
    default_auto_field = "django.db.models.BigAutoField"
