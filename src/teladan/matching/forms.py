"""What is typed in matching, made readable; nothing here saves."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from teladan.matching.models import READINESS, Need, Offer, Override
from teladan.matching.rules import TERMS, FitRules
from teladan.matching.themes import THEMES
from teladan.registry.models import Innovation, Unit

ANSWERS = [("", _("Not known")), ("1", _("Yes")), ("0", _("No"))]


def _text(label: Any, rows: int = 3, *, required: bool = True, most: int = 4000) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        widget=forms.Textarea({"rows": rows}),
    )


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class NeedForm(forms.Form):
    """What hurts, for whom, and how ready one is."""

    theme = forms.ChoiceField(label=_("Theme"), choices=[("", _("Choose one")), *THEMES.items()])
    problem = _text(_("What is the problem?"), 4)
    target_group = forms.CharField(label=_("Whom does it hurt?"), max_length=200)
    constraints = _text(_("What must be reckoned with?"), 3, required=False)
    wanted = forms.IntegerField(
        label=_("How many helpers do you want?"), min_value=1, max_value=5, initial=1
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for code, label in READINESS.items():
            self.fields[f"ready_{code}"] = forms.ChoiceField(
                label=label, choices=ANSWERS, required=False
            )

    def facts(self) -> dict[str, Any]:
        """Return what `state_need` takes; items that were not answered are left out."""
        clean = self.cleaned_data
        names = ("theme", "problem", "target_group", "constraints", "wanted")
        answered = {code: clean[f"ready_{code}"] for code in READINESS if clean[f"ready_{code}"]}
        return {name: clean[name] for name in names} | {
            "readiness": {code: value == "1" for code, value in answered.items()}
        }


class OfferForm(forms.Form):
    """With which innovation one helps, in which year, how often."""

    innovation = forms.ModelChoiceField(
        label=_("Innovation"), queryset=Innovation.objects.none(), empty_label=_("Choose one")
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=[("", _("Choose one")), *THEMES.items()])
    year = forms.IntegerField(label=_("Year"), min_value=2014, max_value=2200)
    capacity = forms.IntegerField(
        label=_("How many regions can you help in the year?"), min_value=1, max_value=50
    )
    conditions = _text(_("What does it take to run it?"), 4, required=False)

    def __init__(self, innovations: QuerySet[Innovation], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        shown = cast("forms.ModelChoiceField[Innovation]", self.fields["innovation"])
        shown.queryset = innovations


class PairForm(forms.Form):
    """The year to be paired, and what counts how much."""

    year = forms.IntegerField(label=_("Year"), min_value=2014, max_value=2200)
    floor = forms.IntegerField(
        label=_("Lowest fit that is proposed, in percent"), min_value=0, max_value=100
    )
    reserve = forms.IntegerField(
        label=_("Places kept for lagging and first-time regions, in percent"),
        min_value=0,
        max_value=100,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        rules = FitRules()
        more.setdefault(
            "initial",
            {
                "floor": round(rules.floor * 100),
                "reserve": round(rules.reserve * 100),
                **{f"w_{code}": weight for code, weight in rules.weights.items()},
            },
        )
        super().__init__(*args, **more)
        for code, label in TERMS.items():
            self.fields[f"w_{code}"] = forms.FloatField(label=label, min_value=0, max_value=1000)

    def rules(self) -> dict[str, Any]:
        """Return the rules as they are stored."""
        clean = self.cleaned_data
        return {
            "weights": {code: clean[f"w_{code}"] for code in TERMS},
            "floor": clean["floor"] / 100,
            "reserve": clean["reserve"] / 100,
        }


class OfferChoice(forms.ModelChoiceField[Offer]):
    """An offer, known by its innovation and by whose it is."""

    def label_from_instance(self, obj: Offer) -> str:
        return f"{obj} · {obj.institution.name}"


class OverrideForm(forms.Form):
    """A pair that is held together or kept apart, and why."""

    need = forms.ModelChoiceField(label=_("Need"), queryset=Need.objects.none(), empty_label=None)
    offer = OfferChoice(
        label=_("Offer"), queryset=Offer.objects.none(), empty_label=_("Choose one")
    )
    kind = forms.ChoiceField(label=_("What"), choices=Override.Kind.choices)
    reason = _text(_("Reason"), 2, most=1000)

    def __init__(self, need: Need, offers: QuerySet[Offer], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        needs = Need.objects.filter(pk=need.pk).select_related("institution")
        cast("forms.ModelChoiceField[Need]", self.fields["need"]).queryset = needs
        cast("forms.ModelChoiceField[Offer]", self.fields["offer"]).queryset = offers


class AgreeForm(forms.Form):
    """What is agreed between the two sides."""

    topic = forms.CharField(label=_("Topic"), max_length=200)
    starts = _day(_("From"))
    ends = _day(_("Until"))
    adopter_role = _text(_("What the adopter does"))
    source_role = _text(_("What the owner does"))


class AdvanceForm(forms.Form):
    """A stage of the transfer was reached."""

    told = _text(_("What was done?"), 4)
    upload = forms.FileField(label=_("Evidence"), required=False)


class ReplicaForm(forms.Form):
    """What the adopter made of it."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)
    title = forms.CharField(label=_("Title"), max_length=200)
    summary = _text(_("Summary"), 4)
    started = _day(_("In use since"))
    kept = _text(_("What was kept"))
    adapted = _text(_("What was adapted"))
    left_out = _text(_("What was left out"), required=False)

    def __init__(self, units: QuerySet[Unit], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        cast("forms.ModelChoiceField[Unit]", self.fields["unit"]).queryset = units
