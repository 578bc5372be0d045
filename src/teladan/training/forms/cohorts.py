"""Cohorts, and who is in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from teladan.house.models import Office
from teladan.house.templatetags.teladan import day as shown_day
from teladan.registry.models import Institution, Unit
from teladan.training.forms.fields import day_field
from teladan.visits.models import Visit

MOST_CANDIDATES = 8
SEATS = [
    (Office.MENTOR.value, Office.MENTOR.label),
    (Office.COACH.value, Office.COACH.label),
    (Office.EXAMINER.value, Office.EXAMINER.label),
]


class CohortForm(forms.Form):
    """A cohort to be opened under one of the rule sets on the shelf."""

    agency = forms.ModelChoiceField(
        label=_("Agency"), queryset=Institution.objects.none(), empty_label=None
    )
    programme = forms.CharField(
        label=_("Training programme"),
        max_length=40,
        help_text=_("For example Diklatpim IV, PKA or PKP."),
    )
    number = forms.CharField(label=_("Number of the cohort"), max_length=20)
    year = forms.IntegerField(label=_("Year"), min_value=2001, max_value=2100)
    starts = day_field(_("First day"))
    preset = forms.ChoiceField(
        label=_("Rules"),
        widget=forms.RadioSelect,
        help_text=_("The cohort keeps these rules for ever, whatever changes later."),
    )

    def __init__(
        self,
        agencies: QuerySet[Institution],
        shelf: Sequence[tuple[str, str]],
        *args: Any,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        cast("forms.ModelChoiceField[Institution]", self.fields["agency"]).queryset = agencies
        cast(forms.ChoiceField, self.fields["preset"]).choices = list(shelf)


class EnrolForm(forms.Form):
    """Somebody to be enrolled; the unit is found by its name, its institution or its number."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=200,
        help_text=_("A person without an account gets a mail that leads to a password."),
    )
    unit = forms.CharField(
        label=_("Unit they come from"),
        max_length=200,
        help_text=_("Part of the name of the unit or of its institution, or its number."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.candidates: list[Unit] = []

    def clean_unit(self) -> Unit | None:
        named = str(self.cleaned_data["unit"]).replace("\0", "").strip()
        asked = Q()
        for word in named.split()[:6]:
            asked &= Q(name__icontains=word) | Q(institution__name__icontains=word)
        if named.isdecimal() and len(named) < 16:
            asked |= Q(pk=int(named))
        rows = Unit.objects.filter(asked).select_related("institution").order_by("name", "pk")
        found = list(rows[:MOST_CANDIDATES])
        chosen = [row for row in found if str(row.pk) in {self.data.get("picked"), named}]
        exact = [row for row in found if row.name.casefold() == named.casefold()]
        for rows_left in (chosen, found, exact):
            if len(rows_left) == 1:
                return rows_left[0]
        self.candidates = found
        if found:
            raise ValidationError(_("Several units are called like this. Choose one below."))
        raise ValidationError(_("No unit is called like this. A local admin sets it up first."))


class SeatForm(forms.Form):
    """Somebody who guides or examines a participant."""

    office = forms.ChoiceField(label=_("As"), choices=SEATS)
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=200)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        help_text=_("Needed for a successor, and for a coach above the load."),
    )


class VisitChoice(forms.ModelChoiceField[Visit]):
    """A visit among those of its visitors, who know it by host, topic and day."""

    def label_from_instance(self, obj: Visit) -> str:
        return " · ".join(
            filter(None, [str(obj.host or obj.region), obj.topic, shown_day(obj.day)])
        )


class VisitForm(forms.Form):
    """The visit at which a cohort observes."""

    visit = VisitChoice(
        label=_("Visit"), queryset=Visit.objects.none(), empty_label=_("Choose one")
    )

    def __init__(self, visits: QuerySet[Visit], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        cast("forms.ModelChoiceField[Visit]", self.fields["visit"]).queryset = visits
