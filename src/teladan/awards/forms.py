"""What people type, made readable; nothing here saves."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ProclaimForm(forms.Form):
    """The decree, and a tick that this cannot be taken back."""

    decree = forms.CharField(
        label=_("Number of the decree"),
        max_length=120,
        help_text=_("As it stands on the decree, for example 636/2018."),
    )
    certain = forms.BooleanField(
        label=_("I have looked the list over. I know that a proclamation cannot be taken back."),
        error_messages={"required": _("Tick this once you are certain.")},
    )
