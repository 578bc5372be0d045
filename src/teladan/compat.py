"""The only place that knows Django 5.2 from 6.x: tasks, CSP and template partials."""

from typing import Any

import django

if django.VERSION >= (6, 0):
    from django.tasks import task

    TASKS_APPS: list[str] = ["django_tasks_db"]
    PARTIALS_APPS: list[str] = []
    PARTIALS_BUILTINS: list[str] = []
    CSP_MIDDLEWARE = "django.middleware.csp.ContentSecurityPolicyMiddleware"
else:
    from django_tasks import task  # type: ignore[no-redef]

    TASKS_APPS = ["django_tasks", "django_tasks_db"]
    PARTIALS_APPS = ["template_partials"]
    PARTIALS_BUILTINS = ["template_partials.templatetags.partials"]
    CSP_MIDDLEWARE = "csp.middleware.CSPMiddleware"

__all__ = [
    "CSP_MIDDLEWARE",
    "PARTIALS_APPS",
    "PARTIALS_BUILTINS",
    "TASKS_APPS",
    "csp_settings",
    "task",
]


def csp_settings(directives: dict[str, list[str]]) -> dict[str, Any]:
    """Return the settings that make this Django send `directives` as its policy."""
    if django.VERSION >= (6, 0):
        return {"SECURE_CSP": directives}
    return {"CONTENT_SECURITY_POLICY": {"DIRECTIVES": directives}}
