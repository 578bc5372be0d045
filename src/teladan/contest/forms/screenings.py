"""What the secretariat types over the entries that were filed."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from teladan.contest.models import Edition
from teladan.contest.rules import SCREENING_REASONS


class ScreeningForm(forms.Form):
    """Admitted or not; if not, why, in coded reasons."""

    passed = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Admit")), ("no", _("Do not admit"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the entry is admitted.")},
    )
    reasons = forms.MultipleChoiceField(
        label=_("Reasons for not admitting it"),
        choices=list(SCREENING_REASONS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("Note to the unit"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )


class EntryFilter(forms.Form):
    """What the list of filed entries is narrowed to."""

    STATES = [
        ("", _("All")),
        ("unscreened", _("Not screened yet")),
        ("admitted", _("Admitted")),
        ("refused", _("Not admitted")),
    ]

    q = forms.CharField(
        label=_("Title or institution"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search"}),
    )
    state = forms.ChoiceField(label=_("Screening"), required=False, choices=STATES)
    category = forms.ChoiceField(label=_("Category"), required=False)
    after = forms.IntegerField(required=False, min_value=0, max_value=10**15)
    before = forms.IntegerField(required=False, min_value=0, max_value=10**15)

    def __init__(self, edition: Edition, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        category = cast(forms.ChoiceField, self.fields["category"])
        named = ((name, name) for name in edition.rule.categories)
        category.choices = [("", _("All")), *named]

    def asked(self) -> dict[str, Any]:
        """Return what was asked for, without what was unreadable."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
