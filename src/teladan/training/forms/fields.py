"""Fields that several forms of training share."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Points with a point or a comma.
POINTS = re.compile(r"-?[0-9]{1,4}([.,][0-9]{1,4})?")
SCALE = [(str(number), str(number)) for number in range(1, 6)]


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, help_text=help_text)


def text_field(
    label: Any, rows: int = 3, help_text: Any = "", required: bool = True
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=4000,
        required=required,
        help_text=help_text,
        widget=forms.Textarea({"rows": rows}),
    )


def scale_field(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[("", "–"), *SCALE], coerce=int, help_text=help_text
    )


class PointsField(forms.CharField):
    """Points with a point or a comma."""

    def clean(self, value: Any) -> Decimal:
        typed = str(super().clean(value)).strip()
        if not POINTS.fullmatch(typed):
            raise ValidationError(_("Points go from 0 to 100, with two decimals."))
        return Decimal(typed.replace(",", "."))
