"""What is typed in visits, made readable; nothing here saves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from teladan.registry.models import Innovation, Unit
from teladan.visits.models import Guest
from teladan.visits.models.receiving import ANSWER_DAYS

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
MOST_LINES = 100


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, help_text=help_text)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.replace("\0", "").splitlines() if line.strip()]


class ReceptionForm(forms.Form):
    """The rules by which a host receives, from a day on."""

    since = _day(_("In force from"), _("Today or later. Visits already accepted stay."))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days on which visitors are received"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    opens = forms.TimeField(
        label=_("From"), widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    lead_days = forms.IntegerField(
        label=_("Working days between request and visit"), min_value=0, max_value=90
    )
    group_max = forms.IntegerField(
        label=_("People in a group, at most"), min_value=1, max_value=1000
    )
    groups_a_day = forms.IntegerField(label=_("Groups a day, at most"), min_value=1, max_value=20)
    answer_days = forms.IntegerField(
        label=_("Working days in which you answer"), min_value=1, max_value=60, required=False
    )
    exempt = forms.MultipleChoiceField(
        label=_("Guests for whom neither these days nor the working days beforehand count"),
        choices=Guest.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Closed days, public holidays, full days and the size of groups count for them too. "
            "Who they are is read from the register, never typed."
        ),
    )
    overnight = forms.BooleanField(label=_("Visitors stay the night in the region"), required=False)
    note = forms.CharField(
        label=_("What visitors should know"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    citation = forms.CharField(
        label=_("Legal basis, if there is one"), max_length=500, required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["answer_days"].help_text = _(
            "Whoever waits longer reads that there is no answer. Left empty, %(n)d count: a "
            "number of ours that no rule confirms."
        ) % {"n": ANSWER_DAYS}


class ClosureForm(forms.Form):
    """Days on which a host, or one of its offices, receives nobody."""

    unit = forms.ModelChoiceField(
        label=_("Office of the host"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("The whole host"),
    )
    first = _day(_("First day"))
    last = _day(_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, units: QuerySet[Unit], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        cast("forms.ModelChoiceField[Unit]", self.fields["unit"]).queryset = units


class PlainSelect(forms.Select):
    """A choice written without a template for each of its options, of which there are many."""

    template_name = "visits/choice.html"


class AskForm(forms.Form):
    """A request: when, who, why, which offices, and what they want to learn."""

    day = _day(_("Day of the visit"))
    size = forms.IntegerField(label=_("People"), min_value=1, max_value=1000)
    topic = forms.CharField(label=_("Topic"), max_length=200)
    innovation = forms.ModelChoiceField(
        label=_("Innovation to be observed"),
        queryset=Innovation.objects.none(),
        required=False,
        empty_label=_("None in particular"),
        widget=PlainSelect,
    )
    because = forms.CharField(
        label=_("Why this host"),
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The award or the figure that made you choose it."),
    )
    units = forms.ModelMultipleChoiceField(
        label=_("Offices to see"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Three are usual, six at most."),
    )
    questions = forms.CharField(
        label=_("What do you want to learn?"),
        max_length=6000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One question a line. The host answers them, and later groups can read that."),
    )
    names = forms.CharField(
        label=_("Group list"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("One name a line. Only the host and you see it."),
    )
    contact = forms.CharField(label=_("Contact person"), max_length=200)
    overnight = forms.TypedChoiceField(
        label=_("Do you stay the night in the region?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        help_text=_("This host asks its guests to do so."),
    )

    def __init__(
        self,
        units: QuerySet[Unit],
        innovations: QuerySet[Innovation],
        shown: Iterable[Innovation],
        *args: Any,
        overnight: bool,
        **more: Any,
    ) -> None:
        """Accept any of `innovations`, and offer those `shown`; ask for the night if asked to."""
        super().__init__(*args, **more)
        cast("forms.ModelMultipleChoiceField[Unit]", self.fields["units"]).queryset = units
        field = cast("forms.ModelChoiceField[Innovation]", self.fields["innovation"])
        field.queryset = innovations
        none = ("", field.empty_label)
        # The queryset still decides what is accepted; only what is offered is short.
        field.choices = [none, *((str(row.pk), row.title) for row in shown)]
        if not overnight:
            del self.fields["overnight"]

    def clean_questions(self) -> list[str]:
        return self._lines("questions")

    def clean_names(self) -> list[str]:
        found = self._lines("names")
        if any(len(name) > 120 for name in found):
            raise ValidationError(_("A name has at most 120 letters; put one name in each line."))
        return found

    def _lines(self, name: str) -> list[str]:
        found = _lines(self.cleaned_data[name])
        if len(found) > MOST_LINES:
            raise ValidationError(_("At most one hundred lines."))
        return found


class LessonForm(forms.Form):
    """What was learned, and what will be done with it."""

    of_group = forms.BooleanField(
        label=_("This is the report of the whole group"),
        required=False,
        help_text=_("The group's report is public; your own is for you, your guides and the host."),
    )
    learned = forms.CharField(
        label=_("What did you learn?"), max_length=4000, widget=forms.Textarea({"rows": 4})
    )
    at_home = forms.CharField(
        label=_("What will you do with it at home?"),
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
    )


class MoveForm(forms.Form):
    """Another day for a visit, and why."""

    day = _day(_("New day"))
    reason = forms.CharField(label=_("Reason"), max_length=1000)
