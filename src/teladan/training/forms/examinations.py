"""Seminars, scores, the outcome and another attempt; and what comes after."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from teladan.training.forms.fields import PointsField, day_field, scale_field, text_field
from teladan.training.models import Outcome, Seminar
from teladan.training.rules import Component


class SeminarForm(forms.Form):
    """A seminar that was held."""

    kind = forms.ChoiceField(label=_("Seminar"), choices=Seminar.Kind.choices)
    day = day_field(_("Day"))
    mentor_came = forms.BooleanField(label=_("The mentor was there"), required=False)
    mentor_wrote = text_field(
        _("The mentor's written support"),
        3,
        _("Copied here if the mentor was not there."),
        required=False,
    )


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
            self.fields[f"{each.code}-why"] = text_field(
                _("Comment: %(component)s") % {"component": each.name}, 2, required=False
            )

    def points(self) -> dict[str, tuple[Decimal, str]]:
        """Return what the act takes: component -> points and comment."""
        typed = self.cleaned_data
        return {c.code: (typed[f"{c.code}-n"], typed[f"{c.code}-why"]) for c in self.components}


class ConcludeForm(forms.Form):
    """How it ended."""

    # Nothing is chosen beforehand: what is told cannot be taken back.
    result = forms.ChoiceField(
        label=_("Outcome"), choices=[("", _("Choose one")), *Outcome.Result.choices]
    )
    reason = text_field(
        _("Reason"),
        3,
        _(
            "Needed for whoever did not graduate, and where examiners differed widely: how was "
            "it settled?"
        ),
        required=False,
    )


class RemedialForm(forms.Form):
    """Another attempt, and until when."""

    until = day_field(_("To be made until"), _("The results seminar is held by this day."))
    reason = text_field(_("Reason"), 3, _("The participant and the mentor read it."))


class UnseatForm(forms.Form):
    """Why somebody examines no more."""

    reason = text_field(_("Reason"), 3, _("The examiner reads it."))


class FollowUpForm(forms.Form):
    """How the project stands later."""

    months = forms.TypedChoiceField(
        label=_("After"),
        choices=[("6", _("6 months")), ("12", _("12 months"))],
        coerce=int,
    )
    progress = scale_field(
        _("Progress, 1 to 5"), _("1: it stopped. 5: it became part of the work.")
    )
    told = text_field(_("What became of it"), 4)


class HandOnForm(forms.Form):
    """What the registry asks of a project that becomes an innovation."""

    started = day_field(
        _("In use since"),
        _("The day people began to use it. Rules count its age from this day."),
    )
    category = forms.CharField(label=_("Field of service"), max_length=60, required=False)
