from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from teladan.contest.rules import Aspect

LONGEST_REASON = 4000


class Points(forms.DecimalField):
    """A number from 0 to 100; a decimal comma is understood."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, max_digits=5, decimal_places=2, **kwargs)

    def to_python(self, value: object) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class BallotForm(forms.Form):
    """Points and a reason for each aspect of a round."""

    def __init__(self, aspects: Sequence[Aspect], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.aspects = aspects
        for aspect in aspects:
            self.fields[f"points_{aspect.code}"] = Points(label=aspect.name)
            self.fields[f"because_{aspect.code}"] = forms.CharField(
                label=_("Reason"), max_length=LONGEST_REASON
            )

    def lines(self) -> list[tuple[Aspect, forms.BoundField, forms.BoundField]]:
        return [(a, self[f"points_{a.code}"], self[f"because_{a.code}"]) for a in self.aspects]

    def marks(self) -> dict[str, Any]:
        return {
            a.code: (self.cleaned_data[f"points_{a.code}"], self.cleaned_data[f"because_{a.code}"])
            for a in self.aspects
        }


class ReasonForm(forms.Form):
    """Why a reader steps back."""

    because = forms.CharField(
        label=gettext_lazy("Why do you step back?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only the secretariat reads this."),
    )


class JotForm(forms.Form):
    """One field of a ballot in the making, as the page saves it by itself."""

    field = forms.CharField(max_length=60)
    value = forms.CharField(required=False, strip=False)
    version = forms.IntegerField(min_value=0)
