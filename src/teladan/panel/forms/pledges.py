from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from teladan.registry.models import Institution

CONFLICT_ROWS = 10


class PledgeForm(forms.Form):
    """The pact is signed, with institutions that the reader must not read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, CONFLICT_ROWS + 1):
            self.fields[f"institution_{number}"] = forms.CharField(
                label=_("Institution %(number)d") % {"number": number},
                required=False,
                widget=forms.TextInput(attrs={"list": "institutions", "autocomplete": "off"}),
            )
            self.fields[f"because_{number}"] = forms.CharField(
                label=_("What ties you to it"), required=False, max_length=200
            )
        self.fields["agreed"] = forms.BooleanField(
            label=_("I have read the pact and I promise to keep it.")
        )

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        numbers = range(1, CONFLICT_ROWS + 1)
        return [(self[f"institution_{n}"], self[f"because_{n}"]) for n in numbers]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed = {
            n: cleaned.get(f"institution_{n}", "").strip() for n in range(1, CONFLICT_ROWS + 1)
        }
        names = {name for name in typed.values() if name}
        known = dict(Institution.objects.filter(name__in=names).values_list("name", "pk"))
        conflicts: dict[int, str] = {}
        for number, name in typed.items():
            because = cleaned.get(f"because_{number}", "")
            if name and name not in known:
                self.add_error(
                    f"institution_{number}",
                    _("No institution has this name. Choose from the list."),
                )
            elif name and not because:
                self.add_error(f"because_{number}", _("Say in a few words what ties you to it."))
            elif because and not name:
                self.add_error(f"institution_{number}", _("Name the institution."))
            elif name:
                conflicts[known[name]] = because
        cleaned["conflicts"] = conflicts
        return cleaned
