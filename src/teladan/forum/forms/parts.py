"""Fields that several forms of the forum share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from teladan.forum.models import Event
from teladan.house.offices import CAPITAL
from teladan.house.templatetags.teladan import day as shown_day


def text_field(label: Any, rows: int = 3, most: int = 4000, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea({"rows": rows}), **more
    )


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def moment_field(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, required=False)


def hour_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))


class Hours(forms.Form):
    """A stretch of one of the forum's days, by the clock of the capital."""

    def __init__(self, event: Event, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        days = [
            event.starts + timedelta(days=number)
            for number in range(min((event.ends - event.starts).days + 1, 31))
        ]
        self.fields["day"] = forms.TypedChoiceField(
            label=_("Day"),
            choices=[(each.isoformat(), shown_day(each)) for each in days],
            coerce=lambda typed: next(each for each in days if each.isoformat() == typed),
        )
        self.fields["from_hour"] = hour_field(_("From (WIB)"))
        self.fields["until_hour"] = hour_field(_("Until (WIB)"))

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        starts, ends = clean.get("from_hour"), clean.get("until_hour")
        if starts is not None and ends is not None and starts >= ends:
            raise ValidationError(_("It ends after it starts: give a later hour."))
        return clean

    def hours(self) -> dict[str, datetime]:
        """Return where it starts and ends."""
        clean = self.cleaned_data
        return {
            "starts": datetime.combine(clean["day"], clean["from_hour"], CAPITAL),
            "ends": datetime.combine(clean["day"], clean["until_hour"], CAPITAL),
        }


class ReasonForm(forms.Form):
    """Why something is taken back that others reckoned with."""

    reason = text_field(_("Reason"), 3, 1000)
