"""A forum, its themes and its referees."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from teladan.forum.forms.parts import day_field, moment_field
from teladan.forum.models import Event, Theme


class EventForm(forms.Form):
    """A forum, and its call for papers if it has one."""

    name = forms.CharField(label=_("Name"), max_length=160)
    slug = forms.SlugField(
        label=_("Address"),
        max_length=50,
        help_text=_("Small letters, digits and hyphens: it stands in the address of the page."),
    )
    umbrella = forms.CharField(label=_("Umbrella theme"), max_length=200, required=False)
    place = forms.CharField(label=_("Place"), max_length=160)
    starts = day_field(_("First day"))
    ends = day_field(_("Last day"))
    call_opens = moment_field(_("Papers are taken from"))
    call_closes = moment_field(_("Papers are taken until"))
    places = forms.IntegerField(
        label=_("How many papers are chosen?"), min_value=1, max_value=500, required=False
    )

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug == "new":
            raise ValidationError(_("This address is taken by another page. Choose another."))
        return slug


class ThemeForm(forms.Form):
    """A theme, or a sub-theme of one."""

    name = forms.CharField(label=_("Theme"), max_length=160)
    parent = forms.ModelChoiceField(
        label=_("Under which theme?"),
        queryset=Theme.objects.none(),
        required=False,
        empty_label=_("It is a theme of its own"),
    )

    def __init__(self, event: Event, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        shown = cast("forms.ModelChoiceField[Theme]", self.fields["parent"])
        shown.queryset = Theme.objects.filter(event=event, parent=None)


class RefereeForm(forms.Form):
    """Somebody who is to judge the papers."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120)
