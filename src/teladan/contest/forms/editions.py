"""The rule set of an edition as a form: one sheet of numbers, one row an aspect, one a round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from teladan.contest.models import Edition
from teladan.contest.rules import METHODS, presets
from teladan.house.models import Office
from teladan.house.offices import CAPITAL

# Numbers of a rule set of which a source can be asked for.
PLACES = {
    "opens": _("Filing opens"),
    "closes": _("Filing closes"),
    "min_age_months": _("Minimum age"),
    "cap_per_institution": _("Entries an institution"),
    "files_per_entry": _("Files an entry"),
    "categories": _("Categories"),
    "words": _("Word limits"),
    "barred": _("Honours that bar"),
    "barred_twice": _("Honours that bar when won twice"),
    "tie_rule": _("Tie rule"),
    "fund.amount": _("Amount of the fund"),
    "fund.floor": _("Least share"),
}
ROUND_PLACES = {
    "seats": _("Seats"),
    "reads": _("Readers an entry"),
    "max_load": _("Entries a reader at most"),
    "opens": _("Opens"),
    "closes": _("Closes"),
    "method": _("Method"),
}


def honours() -> list[tuple[str, Any]]:
    """Return every honour that exists; awards come after the contest, so the registry is asked."""
    level = apps.get_model("teladan", "Award")._meta.get_field("level")
    return list(cast("list[tuple[str, Any]]", level.choices))


class WibField(forms.DateTimeField):
    """A moment typed in WIB, whoever types it: rules run by the capital's clock."""

    widget = forms.DateTimeInput({"type": "datetime-local", "step": 1}, "%Y-%m-%dT%H:%M:%S")

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, str) and value:
            try:
                typed = parse_datetime(value.strip()) if len(value) < 40 else None
            except ValueError:  # well written, and no day of any calendar: 2026-02-31
                typed = None
            if typed is None:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            return typed if typed.tzinfo else typed.replace(tzinfo=CAPITAL)
        return None

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(CAPITAL) if isinstance(value, datetime) else value


class LinesField(forms.CharField):
    """A list, one line each."""

    widget = forms.Textarea({"rows": 6})

    def to_python(self, value: Any) -> Any:
        rows = [row.strip() for row in (super().to_python(value) or "").splitlines()]
        return list(dict.fromkeys(row for row in rows if row))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class StartForm(forms.Form):
    """What a new edition starts from: a rule set on the shelf, or an earlier edition."""

    start = forms.ChoiceField(label=_("Start from"), required=False)

    def __init__(self, editions: Any, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        shelf = [(name, name.replace("-", " ").upper()) for name in presets()]
        earlier = [(f"edition:{row.slug}", row.name) for row in editions]
        start = cast(forms.ChoiceField, self.fields["start"])
        start.choices = [(_("Rule sets"), shelf), (_("Earlier editions"), earlier)]


class NumbersForm(forms.Form):
    """Everything but the aspects and the rounds."""

    name = forms.CharField(label=_("Name"), max_length=120)
    slug = forms.SlugField(
        label=_("Short name in addresses"),
        max_length=50,
        help_text=_("Letters, digits and hyphens, as in kipp-2027."),
    )
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    theme = forms.CharField(label=_("Theme"), max_length=200, required=False)
    simulated = forms.BooleanField(
        label=_("A rehearsal: everything in it is marked as simulated"), required=False
    )
    citation = forms.CharField(
        label=_("The rule these numbers come from"),
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )
    opens = WibField(label=_("Filing opens (WIB)"))
    closes = WibField(label=_("Filing closes (WIB)"))
    min_age_months = forms.IntegerField(
        label=_("Minimum age in months"),
        min_value=0,
        max_value=600,
        help_text=_("Counted back from the closing day."),
    )
    cap_per_institution = forms.IntegerField(
        label=_("Entries an institution may file"), min_value=1, max_value=10_000
    )
    files_per_entry = forms.IntegerField(label=_("Files an entry"), min_value=1, max_value=100)
    categories = LinesField(label=_("Categories"), help_text=_("One a line."))
    barred = forms.MultipleChoiceField(
        label=_("Barred: won one of these before"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    barred_twice = forms.MultipleChoiceField(
        label=_("Barred: won one of these twice"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    fund_amount = forms.IntegerField(
        label=_("Incentive fund (Rp)"), min_value=0, max_value=10**15, help_text=_("Whole rupiah.")
    )
    fund_floor = forms.IntegerField(label=_("Least share (Rp)"), min_value=0, max_value=10**15)
    fund_cap = forms.IntegerField(
        label=_("Greatest share (Rp)"), min_value=0, max_value=10**15, required=False
    )
    unsure = forms.MultipleChoiceField(
        label=_("Not confirmed by the rule named above"),
        choices=list(PLACES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("These carry an “unverified” badge wherever they are shown."),
    )
    reason = forms.CharField(
        label=_("Reason of the amendment"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Everybody can read it beside what changed."),
    )

    def __init__(self, *args: Any, announcing: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("barred", "barred_twice"):
            cast(forms.ChoiceField, self.fields[name]).choices = honours()
        dropped = ("reason",) if announcing else ("name", "slug", "year", "theme", "simulated")
        for name in dropped:
            del self.fields[name]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug == "new" or Edition.objects.filter(slug=slug).exists():
            raise ValidationError(_("Another edition has this short name. Choose another."))
        return slug


class AspectForm(forms.Form):
    """One question of the form, one line of the ballot."""

    code = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    name_id = forms.CharField(label=_("Name in Indonesian"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    weight = forms.DecimalField(
        label=_("Weight (%)"), min_value=0, max_value=100, max_digits=7, decimal_places=4
    )
    words = forms.IntegerField(label=_("Words at most"), min_value=1, max_value=10_000)
    tie = forms.IntegerField(
        label=_("Place in the tie rule"), min_value=1, max_value=99, required=False
    )
    guide_id = forms.CharField(
        label=_("Guide in Indonesian"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )
    guide_en = forms.CharField(
        label=_("Guide in English"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )
    confirmed = forms.BooleanField(label=_("Weight confirmed by the rule"), required=False)


class RoundForm(forms.Form):
    """One sieve."""

    name = forms.CharField(label=_("Name"), max_length=120)
    office = forms.ChoiceField(
        label=_("Marked by"),
        choices=[(each.value, each.label) for each in (Office.EVALUATOR, Office.PANELIST)],
        initial=Office.EVALUATOR.value,  # what a browser sends for a row nobody touched
    )
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=100_000)
    reads = forms.IntegerField(label=_("Readers an entry"), min_value=1, max_value=50)
    max_load = forms.IntegerField(
        label=_("Entries a reader at most"), min_value=1, max_value=100_000
    )
    opens = WibField(label=_("Opens (WIB)"))
    closes = WibField(label=_("Closes (WIB)"))
    method = forms.ChoiceField(
        label=_("Method"),
        choices=list(
            zip(METHODS, (_("Plain mean"), _("Corrected for severity of readers")), strict=True)
        ),
        initial=METHODS[0],
    )
    honour = forms.ChoiceField(label=_("Honour of those who stand"))
    unsure = forms.MultipleChoiceField(
        label=_("Not confirmed by the rule"),
        choices=list(ROUND_PLACES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        honour = cast(forms.ChoiceField, self.fields["honour"])
        honour.choices = honours()
        honour.initial = honours()[0][0]


class Rows(forms.BaseFormSet[Any]):
    """Rows that may be left out, and one empty row for what is to be added."""

    def kept(self) -> Iterator[dict[str, Any]]:
        for form in self.forms:
            row = getattr(form, "cleaned_data", None)
            if row and not row.get("DELETE"):
                yield row

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Leave this out")


class AspectRows(Rows):
    """The aspects; their weights must sum to 100, exactly."""

    def total(self) -> Decimal:
        return sum((row["weight"] for row in self.kept()), Decimal(0))

    def clean(self) -> None:
        if any(self.errors):
            return
        codes, places = [], []
        for row in self.kept():
            row["code"] = row["code"] or slugify(row["name_en"])[:40] or "aspect"
            codes.append(row["code"])
            places += [row["tie"]] if row["tie"] else []
            if row["tie"] and not row["weight"]:
                raise ValidationError(_("Only an aspect that has a weight can break a tie."))
        if len(set(codes)) < len(codes):
            raise ValidationError(_("Two aspects have the same name. Name them apart."))
        if len(set(places)) < len(places):
            raise ValidationError(_("Two aspects have the same place in the tie rule."))
        total = self.total()
        if total == 100:
            return
        message = _("The weights sum to %(sum)s, %(gap)s more than 100. Lower some of them.")
        if total < 100:
            message = _("The weights sum to %(sum)s, %(gap)s short of 100. Raise some of them.")
        sums = {"sum": f"{total.normalize():f}", "gap": f"{abs(100 - total).normalize():f}"}
        raise ValidationError(message, code="weights", params=sums)


AspectFormSet = forms.formset_factory(
    AspectForm,
    formset=AspectRows,
    extra=1,
    can_delete=True,
    can_delete_extra=False,
    max_num=40,
    absolute_max=40,
)
RoundFormSet = forms.formset_factory(
    RoundForm,
    formset=Rows,
    extra=1,
    can_delete=True,
    can_delete_extra=False,
    max_num=9,
    absolute_max=9,
)
