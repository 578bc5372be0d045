from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teladan.contest.models import Entry
from teladan.panel.models import Reader


class SeatForm(forms.Form):
    """One more reader for an entry, from those who may read it."""

    def __init__(self, free: Sequence[Reader], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.free = {reader.pk: reader for reader in free}
        self.fields["reader"] = forms.TypedChoiceField(
            label=_("Reader"),
            coerce=int,
            choices=[(reader.pk, str(reader)) for reader in free],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose a reader.")},
        )


class SealForm(forms.Form):
    """The plenary's order of entries that tie at the line, with its reason."""

    because = forms.CharField(
        label=gettext_lazy("Reason of the plenary"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It is published with the result."),
    )

    def __init__(self, tied: Sequence[Entry], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tied = {entry.pk: entry for entry in tied}
        for entry in tied:
            self.fields[f"rank_{entry.pk}"] = forms.IntegerField(
                label=entry.title, min_value=1, max_value=len(tied)
            )
        if tied:
            self.fields["because"].required = True
            self.order_fields([f"rank_{entry.pk}" for entry in tied])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ranks = {pk: cleaned.get(f"rank_{pk}") for pk in self.tied}
        if None not in ranks.values() and len(set(ranks.values())) < len(ranks):
            raise ValidationError(_("Give each entry a place of its own."))
        cleaned["order"] = sorted(self.tied, key=lambda pk: ranks[pk] or 0)
        return cleaned
