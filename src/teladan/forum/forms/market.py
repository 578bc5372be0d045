"""Booths, appointments, and what an appointment becomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from teladan.forum.forms.parts import Hours, day_field, text_field
from teladan.matching.models import READINESS
from teladan.matching.themes import THEMES
from teladan.registry.models import Unit

MOST_LINES = 100
ANSWERS = [("", _("Not known")), ("1", _("Yes")), ("0", _("No"))]


class BoothForm(forms.Form):
    """A place in the exhibition: its number, and who shows what there."""

    number = forms.CharField(label=_("Number of the booth"), max_length=10)
    what = forms.ChoiceField(label=_("Who shows what"), widget=forms.RadioSelect)

    def __init__(self, found: Sequence[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        cast("forms.ChoiceField", self.fields["what"]).choices = found


class BookForm(Hours):
    """When one wants to meet the exhibitor, and what for."""

    purpose = forms.CharField(label=_("What do you want to talk about?"), max_length=300)


class FollowNeedForm(forms.Form):
    """What hurts at home: an appointment becomes a need."""

    theme = forms.ChoiceField(label=_("Theme"), choices=[("", _("Choose one")), *THEMES.items()])
    problem = text_field(_("What is the problem?"), 3)
    target_group = forms.CharField(label=_("Whom does it hurt?"), max_length=200)
    constraints = text_field(_("What must be reckoned with?"), 2, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for code, label in READINESS.items():
            self.fields[f"ready_{code}"] = forms.ChoiceField(
                label=label, choices=ANSWERS, required=False
            )

    def facts(self) -> dict[str, Any]:
        """Return what `state_need` takes; items that were not answered are left out."""
        clean = self.cleaned_data
        names = ("theme", "problem", "target_group", "constraints")
        answered = {code: clean[f"ready_{code}"] for code in READINESS if clean[f"ready_{code}"]}
        return {name: clean[name] for name in names} | {
            "readiness": {code: value == "1" for code, value in answered.items()}
        }


class FollowVisitForm(forms.Form):
    """When, with how many, to see what: an appointment becomes a visit."""

    day = day_field(_("Day of the visit"))
    size = forms.IntegerField(label=_("People"), min_value=1, max_value=1000)
    topic = forms.CharField(label=_("Topic"), max_length=200)
    units = forms.ModelMultipleChoiceField(
        label=_("Offices to see"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    questions = text_field(
        _("What do you want to learn?"), 3, 6000, help_text=_("One question a line.")
    )
    names = text_field(
        _("Group list"),
        3,
        20_000,
        required=False,
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

    def __init__(self, units: QuerySet[Unit], *args: Any, overnight: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        cast("forms.ModelMultipleChoiceField[Unit]", self.fields["units"]).queryset = units
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
        lines = [line.strip() for line in self.cleaned_data[name].splitlines()]
        found = [line for line in lines if line]
        if len(found) > MOST_LINES:
            raise ValidationError(_("At most one hundred lines."))
        return found

    def facts(self) -> dict[str, Any]:
        """Return what `ask` takes."""
        return dict(self.cleaned_data) | {"units": list(self.cleaned_data["units"])}
