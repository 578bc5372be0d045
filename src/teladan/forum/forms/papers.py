"""Papers, ballots, and the reasons of a choice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from teladan.forum.forms.parts import text_field
from teladan.forum.models import Paper, Theme
from teladan.registry.models import Innovation
from teladan.training.models import Project


class PaperForm(forms.Form):
    """A paper: on which theme, what it tells, and what it tells of."""

    theme = forms.ModelChoiceField(
        label=_("Theme"), queryset=Theme.objects.none(), empty_label=_("Choose one")
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    abstract = text_field(
        _("What does the paper tell?"),
        9,
        6000,
        help_text=_("Referees read it without your name: do not write it here."),
    )
    project = forms.ModelChoiceField(
        label=_("Your change project"),
        queryset=Project.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    innovation = forms.ModelChoiceField(
        label=_("Innovation of your institution"),
        queryset=Innovation.objects.none(),
        required=False,
        empty_label=_("None"),
    )

    def __init__(
        self,
        themes: QuerySet[Theme],
        projects: QuerySet[Project],
        innovations: QuerySet[Innovation],
        *args: Any,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        cast("forms.ModelChoiceField[Theme]", self.fields["theme"]).queryset = themes
        cast("forms.ModelChoiceField[Project]", self.fields["project"]).queryset = projects
        shown = cast("forms.ModelChoiceField[Innovation]", self.fields["innovation"])
        shown.queryset = innovations
        # Who has none is not asked for it.
        for name, rows in (("project", projects), ("innovation", innovations)):
            if not rows:
                del self.fields[name]


class PointsField(forms.DecimalField):
    """Points with a comma, as Indonesians write them, or with a point."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class BallotForm(forms.Form):
    """Points on each criterion, with a word on why."""

    def __init__(self, criteria: Sequence[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.codes = [code for code, _label in criteria]
        for code, label in criteria:
            self.fields[f"points-{code}"] = PointsField(
                label=label,
                min_value=Decimal(0),
                max_value=Decimal(10),
                max_digits=3,
                decimal_places=1,
                widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
                help_text=_("From 0 to 10, with one decimal."),
            )
            self.fields[f"comment-{code}"] = text_field(_("Why?"), 2, 2000, required=False)

    def points(self) -> dict[str, tuple[Decimal, str]]:
        """Return what `judge` takes."""
        clean = self.cleaned_data
        return {code: (clean[f"points-{code}"], clean[f"comment-{code}"]) for code in self.codes}


class ReasonsForm(forms.Form):
    """A reason for each paper, for or against; and one for judgements that are missing."""

    def __init__(self, papers: Iterable[Paper], missing: bool, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if missing:
            self.fields["despite"] = text_field(_("Why do you not wait for them?"), 2, 2000)
        self.keys = [paper.pk for paper in papers]
        for key in self.keys:
            self.fields[f"reason-{key}"] = text_field(_("Reason"), 2, 2000)

    def reasons(self) -> dict[int, str]:
        """Return what `choose` takes."""
        return {key: self.cleaned_data[f"reason-{key}"] for key in self.keys}
