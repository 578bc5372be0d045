"""What is typed in training, made readable; nothing here saves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from teladan.house.models import Office
from teladan.registry.models import Innovation, Institution, Unit
from teladan.training.models import Guidance, Milestone, Observation, Outcome, Seminar
from teladan.training.rules import Component, Item
from teladan.visits.models import Visit

MOST_CANDIDATES = 8
DIGITS = "0123456789"
# Rupiah with dots, commas or spaces between thousands; points with a point or a comma.
WHOLE = re.compile(r"[0-9]{1,13}|[0-9]{1,3}([., \u00a0][0-9]{3}){1,4}")
POINTS = re.compile(r"-?[0-9]{1,4}([.,][0-9]{1,4})?")
SEATS = [
    (Office.MENTOR.value, Office.MENTOR.label),
    (Office.COACH.value, Office.COACH.label),
    (Office.EXAMINER.value, Office.EXAMINER.label),
]
SCALE = [(str(number), str(number)) for number in range(1, 6)]


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, help_text=help_text)


def _text(label: Any, rows: int = 3, help_text: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=4000,
        required=required,
        help_text=help_text,
        widget=forms.Textarea({"rows": rows}),
    )


def _scale(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[("", "–"), *SCALE], coerce=int, help_text=help_text
    )


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
    starts = _day(_("First day"))
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


class VisitForm(forms.Form):
    """The visit at which a cohort observes."""

    visit = forms.ModelChoiceField(
        label=_("Visit"), queryset=Visit.objects.none(), empty_label=_("Choose one")
    )

    def __init__(self, visits: QuerySet[Visit], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        cast("forms.ModelChoiceField[Visit]", self.fields["visit"]).queryset = visits


class DiagnosisForm(forms.Form):
    """What is wrong at home, and what is to change."""

    situation = _text(_("How it is today"), 5, _("Facts and figures of your own unit."))
    causes = _text(_("Why it is so"), 4)
    area = forms.CharField(label=_("Area of change"), max_length=200)


class ProjectForm(forms.Form):
    """The head of a change project; the source is found by title or number."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = _text(_("Summary"), 4, required=False)
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

    observed = _text(_("Observed (amati)"), 2)
    imitated = _text(_("Imitated (tiru)"), 2, required=False)
    modified = _text(_("Modified (modifikasi)"), 2, required=False)
    why = forms.ChoiceField(
        label=_("Modified because of"),
        choices=[("", "–"), *Observation.Why.choices],
        required=False,
    )


class StakeholderForm(forms.Form):
    """Somebody the project depends on."""

    name = forms.CharField(label=_("Who"), max_length=120)
    interest = _scale(_("Interest, 1 to 5"))
    power = _scale(_("Power, 1 to 5"))
    approach = forms.CharField(label=_("How they are won"), max_length=300, required=False)


class MilestoneForm(forms.Form):
    """A step with its day."""

    horizon = forms.ChoiceField(label=_("Term"), choices=Milestone.Horizon.choices)
    due = _day(_("Until"))
    text = forms.CharField(label=_("What is there by then"), max_length=300)


class RiskForm(forms.Form):
    """What can go wrong, and what is done about it."""

    text = forms.CharField(label=_("What can go wrong"), max_length=300)
    likelihood = _scale(_("Likelihood, 1 to 5"))
    impact = _scale(_("Impact, 1 to 5"))
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

    day = _day(_("Day"))
    mode = forms.ChoiceField(label=_("How"), choices=Guidance.Mode.choices)
    advice = _text(_("Advice"), 4)
    agreed = _text(_("What was agreed"), 3, required=False)


class AssessForm(forms.Form):
    """What was absorbed, line by line of the rules."""

    def __init__(self, items: Sequence[Item], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.items = items
        for item in items:
            self.fields[f"{item.code}-n"] = _scale(item.name)
            self.fields[f"{item.code}-shown"] = _text(
                _("What shows it: %(item)s") % {"item": item.name}, 2
            )

    def rows(self) -> dict[str, tuple[int, str]]:
        """Return what the act takes: item -> number and what shows it."""
        typed = self.cleaned_data
        return {i.code: (typed[f"{i.code}-n"], typed[f"{i.code}-shown"]) for i in self.items}


class SeminarForm(forms.Form):
    """A seminar that was held."""

    kind = forms.ChoiceField(label=_("Seminar"), choices=Seminar.Kind.choices)
    day = _day(_("Day"))
    mentor_came = forms.BooleanField(label=_("The mentor was there"), required=False)
    mentor_wrote = _text(
        _("The mentor's written support"),
        3,
        _("Copied here if the mentor was not there."),
        required=False,
    )


class PointsField(forms.CharField):
    """Points with a point or a comma."""

    def clean(self, value: Any) -> Decimal:
        typed = str(super().clean(value)).strip()
        if not POINTS.fullmatch(typed):
            raise ValidationError(_("Points go from 0 to 100, with two decimals."))
        return Decimal(typed.replace(",", "."))


class ExamineForm(forms.Form):
    """An examiner's points on every component of the rules."""

    def __init__(self, components: Sequence[Component], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.components = components
        for each in components:
            self.fields[f"{each.code}-n"] = PointsField(
                label=_("%(component)s, 0 to 100") % {"component": each.name},
                max_length=12,
                widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            )
            self.fields[f"{each.code}-why"] = _text(
                _("Comment: %(component)s") % {"component": each.name}, 2, required=False
            )

    def points(self) -> dict[str, tuple[Decimal, str]]:
        """Return what the act takes: component -> points and comment."""
        typed = self.cleaned_data
        return {c.code: (typed[f"{c.code}-n"], typed[f"{c.code}-why"]) for c in self.components}


class ConcludeForm(forms.Form):
    """How it ended."""

    result = forms.ChoiceField(label=_("Outcome"), choices=Outcome.Result.choices)
    reason = _text(
        _("Reason"),
        3,
        _(
            "Needed for whoever did not graduate, and where examiners differed widely: how was "
            "it settled?"
        ),
        required=False,
    )


class FollowUpForm(forms.Form):
    """How the project stands later."""

    months = forms.TypedChoiceField(
        label=_("After"),
        choices=[("6", _("6 months")), ("12", _("12 months"))],
        coerce=int,
    )
    progress = _scale(_("Progress, 1 to 5"), _("1: it stopped. 5: it became part of the work."))
    told = _text(_("What became of it"), 4)


class HandOnForm(forms.Form):
    """What the registry asks of a project that becomes an innovation."""

    started = _day(
        _("In use since"),
        _("The day people began to use it. Rules count its age from this day."),
    )
    category = forms.CharField(label=_("Field of service"), max_length=60, required=False)
