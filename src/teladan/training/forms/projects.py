"""Diagnosis, change project and its rows; the log of guidance, and what was absorbed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from teladan.registry.models import Innovation
from teladan.training.forms.fields import day_field, scale_field, text_field
from teladan.training.models import Guidance, Milestone, Observation
from teladan.training.rules import Item

MOST_CANDIDATES = 8
DIGITS = "0123456789"
# Rupiah with dots, commas or spaces between thousands.
WHOLE = re.compile(r"[0-9]{1,13}|[0-9]{1,3}([., \u00a0][0-9]{3}){1,4}")


class DiagnosisForm(forms.Form):
    """What is wrong at home, and what is to change."""

    situation = text_field(_("How it is today"), 5, _("Facts and figures of your own unit."))
    causes = text_field(_("Why it is so"), 4)
    area = forms.CharField(label=_("Area of change"), max_length=200)


class ProjectForm(forms.Form):
    """The head of a change project; the source is found by title or number."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = text_field(_("Summary"), 4, required=False)
    source = forms.CharField(
        label=_("What it imitates"),
        max_length=200,
        required=False,
        help_text=_("Number or title of an innovation in the library; else leave empty."),
    )

    def __init__(self, public: QuerySet[Innovation], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.public = public
        self.candidates: list[Innovation] = []

    def clean_source(self) -> Innovation | None:
        named = str(self.cleaned_data["source"]).replace("\0", "").strip()
        if not named:
            return None
        asked = Q(title__icontains=named)
        if named.isdecimal() and len(named) < 16:
            asked = Q(pk=int(named))
        rows = self.public.filter(asked).select_related("institution").order_by("title", "pk")
        found = list(rows.only("title", "institution__name")[:MOST_CANDIDATES])
        chosen = [row for row in found if str(row.pk) == self.data.get("picked")]
        exact = [row for row in found if row.title.casefold() == named.casefold()]
        for rows_left in (chosen, found, exact):
            if len(rows_left) == 1:
                return rows_left[0]
        self.candidates = found
        if found:
            raise ValidationError(_("Several innovations are called like this. Choose one below."))
        raise ValidationError(
            _("No public innovation has this number or title. Look it up in the library.")
        )


class ObservationForm(forms.Form):
    """A row of the ATM table."""

    observed = text_field(_("Observed (amati)"), 2)
    imitated = text_field(_("Imitated (tiru)"), 2, required=False)
    modified = text_field(_("Modified (modifikasi)"), 2, required=False)
    why = forms.ChoiceField(
        label=_("Modified because of"),
        choices=[("", "–"), *Observation.Why.choices],
        required=False,
    )


class StakeholderForm(forms.Form):
    """Somebody the project depends on."""

    name = forms.CharField(label=_("Who"), max_length=120)
    interest = scale_field(_("Interest, 1 to 5"))
    power = scale_field(_("Power, 1 to 5"))
    approach = forms.CharField(label=_("How they are won"), max_length=300, required=False)


class MilestoneForm(forms.Form):
    """A step with its day."""

    horizon = forms.ChoiceField(label=_("Term"), choices=Milestone.Horizon.choices)
    due = day_field(_("Until"))
    text = forms.CharField(label=_("What is there by then"), max_length=300)


class RiskForm(forms.Form):
    """What can go wrong, and what is done about it."""

    text = forms.CharField(label=_("What can go wrong"), max_length=300)
    likelihood = scale_field(_("Likelihood, 1 to 5"))
    impact = scale_field(_("Impact, 1 to 5"))
    response = forms.CharField(label=_("What is done about it"), max_length=300)
    cost = forms.CharField(
        label=_("Cost in rupiah"),
        max_length=24,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric"}),
        help_text=_("Whole rupiah; dots between thousands are fine."),
    )

    def clean_cost(self) -> int:
        typed = str(self.cleaned_data["cost"]).lower().removeprefix("rp").strip().rstrip(",-")
        if not typed:
            return 0
        # “1.000,50” must not become a hundred times as much.
        if not WHOLE.fullmatch(typed) or len(typed) > 20:
            raise ValidationError(_("Write whole rupiah, for example 2.500.000."))
        return int("".join(sign for sign in typed if sign in DIGITS))


ROWS: dict[str, type[forms.Form]] = {
    "observation": ObservationForm,
    "stakeholder": StakeholderForm,
    "milestone": MilestoneForm,
    "risk": RiskForm,
}


class GuidanceForm(forms.Form):
    """A session of mentor or coach."""

    day = day_field(_("Day"))
    mode = forms.ChoiceField(label=_("How"), choices=Guidance.Mode.choices)
    advice = text_field(_("Advice"), 4)
    agreed = text_field(_("What was agreed"), 3, required=False)


class AssessForm(forms.Form):
    """What was absorbed, line by line of the rules."""

    def __init__(self, items: Sequence[Item], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.items = items
        for item in items:
            self.fields[f"{item.code}-n"] = scale_field(item.name)
            self.fields[f"{item.code}-shown"] = text_field(
                _("What shows it: %(item)s") % {"item": item.name}, 2
            )

    def rows(self) -> dict[str, tuple[int, str]]:
        """Return what the act takes: item -> number and what shows it."""
        typed = self.cleaned_data
        return {i.code: (typed[f"{i.code}-n"], typed[f"{i.code}-shown"]) for i in self.items}
