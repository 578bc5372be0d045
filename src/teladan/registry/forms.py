"""What people type in the registry, made readable; nothing here saves."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from teladan.registry.models import Innovation, Unit

MOST_CANDIDATES = 8


class InnovationForm(forms.Form):
    """An innovation in use, and the one it was made from, if it imitates.

    `public` are the innovations that may be named as a source: those everybody can read.
    """

    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), empty_label=None, required=True
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("Summary"),
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("What it does, for whom, and what changed, in a few sentences."),
    )
    started = forms.DateField(
        label=_("In use since"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day people began to use it. Rules count its age from this day."),
    )
    category = forms.CharField(
        label=_("Field of service"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"list": "fields", "autocomplete": "off"}),
    )
    source = forms.CharField(
        label=_("Made from"),
        max_length=200,
        required=False,
        help_text=_("Number or title of the innovation that this one imitates; else leave empty."),
    )
    kept = forms.CharField(
        label=_("What was kept"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    adapted = forms.CharField(
        label=_("What was adapted"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Whoever imitates says what was adapted."),
    )
    left_out = forms.CharField(
        label=_("What was left out"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(
        self,
        units: QuerySet[Unit],
        public: QuerySet[Innovation],
        *args: Any,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.public = public
        self.candidates: list[Innovation] = []
        unit = cast("forms.ModelChoiceField[Unit]", self.fields["unit"])
        unit.queryset = units

    def clean_source(self) -> Innovation | None:
        named = str(self.cleaned_data["source"]).strip()
        if not named:
            return None
        found = self.search(named)
        chosen = [row for row in found if str(row.pk) == self.data.get("picked")]
        if len(chosen or found) == 1:
            return (chosen or found)[0]
        exact = [row for row in found if row.title.casefold() == named.casefold()]
        if len(exact) == 1:
            return exact[0]
        self.candidates = found
        if found:
            raise ValidationError(_("Several innovations are called like this. Choose one below."))
        raise ValidationError(
            _("No public innovation has this number or title. Look it up in the library.")
        )

    def search(self, named: str) -> list[Innovation]:
        """Return the public innovations of this number or with this in their title."""
        asked = Q(title__icontains=named)
        if named.isdecimal() and len(named) < 16:
            asked = Q(pk=int(named))
        rows = self.public.filter(asked).select_related("institution").order_by("title", "pk")
        return list(rows.only("title", "institution__name")[:MOST_CANDIDATES])


class UnitForm(forms.Form):
    """A unit to be set up."""

    name = forms.CharField(label=_("Name of the unit"), max_length=160)


class StaffForm(forms.Form):
    """Somebody to be appointed to a unit."""

    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), empty_label=_("Choose one")
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=200,
        help_text=_("A person without an account gets a mail that leads to a password."),
    )

    def __init__(self, units: QuerySet[Unit], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        cast("forms.ModelChoiceField[Unit]", self.fields["unit"]).queryset = units
