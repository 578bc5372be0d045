"""What is typed in the forum, made readable; nothing here saves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from teladan.forum.models import Event, Paper, Session, Theme
from teladan.house.offices import CAPITAL
from teladan.house.templatetags.teladan import day as shown_day
from teladan.matching.models import READINESS
from teladan.matching.themes import THEMES
from teladan.registry.models import Innovation, Unit
from teladan.training.models import Project

MOST_LINES = 100
ANSWERS = [("", _("Not known")), ("1", _("Yes")), ("0", _("No"))]


def _text(label: Any, rows: int = 3, most: int = 4000, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea({"rows": rows}), **more
    )


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, required=False)


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))


class EventForm(forms.Form):
    """A forum, and its call for papers if it has one."""

    name = forms.CharField(label=_("Name"), max_length=160)
    slug = forms.SlugField(
        label=_("Address"),
        max_length=50,
        help_text=_("Small letters, digits and hyphens: it stands in the address of the page."),
    )
    umbrella = forms.CharField(label=_("Umbrella theme"), max_length=200, required=False)
    place = forms.CharField(label=_("Place"), max_length=160)
    starts = _day(_("First day"))
    ends = _day(_("Last day"))
    call_opens = _moment(_("Papers are taken from"))
    call_closes = _moment(_("Papers are taken until"))
    places = forms.IntegerField(
        label=_("How many papers are chosen?"), min_value=1, max_value=500, required=False
    )

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug == "new":
            raise ValidationError(_("This address is taken by another page. Choose another."))
        return slug


class ThemeForm(forms.Form):
    """A theme, or a sub-theme of one."""

    name = forms.CharField(label=_("Theme"), max_length=160)
    parent = forms.ModelChoiceField(
        label=_("Under which theme?"),
        queryset=Theme.objects.none(),
        required=False,
        empty_label=_("It is a theme of its own"),
    )

    def __init__(self, event: Event, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        shown = cast("forms.ModelChoiceField[Theme]", self.fields["parent"])
        shown.queryset = Theme.objects.filter(event=event, parent=None)


class RefereeForm(forms.Form):
    """Somebody who is to judge the papers."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120)


class PaperForm(forms.Form):
    """A paper: on which theme, what it tells, and what it tells of."""

    theme = forms.ModelChoiceField(
        label=_("Theme"), queryset=Theme.objects.none(), empty_label=_("Choose one")
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    abstract = _text(
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


class BallotForm(forms.Form):
    """Points on each criterion, with a word on why."""

    def __init__(self, criteria: Sequence[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.codes = [code for code, _label in criteria]
        for code, label in criteria:
            self.fields[f"points-{code}"] = forms.DecimalField(
                label=label,
                min_value=Decimal(0),
                max_value=Decimal(10),
                max_digits=3,
                decimal_places=1,
                widget=forms.NumberInput({"step": "0.1", "inputmode": "decimal"}),
                help_text=_("From 0 to 10, with one decimal."),
            )
            self.fields[f"comment-{code}"] = _text(_("Why?"), 2, 2000, required=False)

    def points(self) -> dict[str, tuple[Decimal, str]]:
        """Return what `judge` takes."""
        clean = self.cleaned_data
        return {code: (clean[f"points-{code}"], clean[f"comment-{code}"]) for code in self.codes}


class ReasonsForm(forms.Form):
    """A reason for each paper, for or against."""

    def __init__(self, papers: Iterable[Paper], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.keys = [paper.pk for paper in papers]
        for key in self.keys:
            self.fields[f"reason-{key}"] = _text(_("Reason"), 2, 2000, required=False)

    def reasons(self) -> dict[int, str]:
        """Return what `choose` takes."""
        return {key: self.cleaned_data[f"reason-{key}"] for key in self.keys}


class _Hours(forms.Form):
    """A stretch of one of the forum's days, by the clock of the capital."""

    def __init__(self, event: Event, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        days = [
            event.starts + timedelta(days=number)
            for number in range(min((event.ends - event.starts).days + 1, 31))
        ]
        self.fields["day"] = forms.TypedChoiceField(
            label=_("Day"),
            choices=[(each.isoformat(), shown_day(each)) for each in days],
            coerce=lambda typed: next(each for each in days if each.isoformat() == typed),
        )
        self.fields["from_hour"] = _hour(_("From (WIB)"))
        self.fields["until_hour"] = _hour(_("Until (WIB)"))

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        starts, ends = clean.get("from_hour"), clean.get("until_hour")
        if starts is not None and ends is not None and starts >= ends:
            raise ValidationError(_("It ends after it starts: give a later hour."))
        return clean

    def hours(self) -> dict[str, datetime]:
        """Return where it starts and ends."""
        clean = self.cleaned_data
        return {
            "starts": datetime.combine(clean["day"], clean["from_hour"], CAPITAL),
            "ends": datetime.combine(clean["day"], clean["until_hour"], CAPITAL),
        }


class SessionForm(_Hours):
    """An hour in a room, on a theme."""

    theme = forms.ModelChoiceField(
        label=_("Theme"), queryset=Theme.objects.none(), empty_label=_("Choose one")
    )
    title = forms.CharField(label=_("Title"), max_length=160)
    room = forms.CharField(label=_("Room"), max_length=60)

    def __init__(self, event: Event, *args: Any, **more: Any) -> None:
        super().__init__(event, *args, **more)
        shown = cast("forms.ModelChoiceField[Theme]", self.fields["theme"])
        shown.queryset = event.themes.all()


class TalkForm(forms.Form):
    """Which chosen paper is given in which session."""

    session = forms.ModelChoiceField(
        label=_("Session"), queryset=Session.objects.none(), empty_label=_("Choose one")
    )
    paper = forms.ModelChoiceField(
        label=_("Paper"), queryset=Paper.objects.none(), empty_label=_("Choose one")
    )

    def __init__(
        self, sessions: QuerySet[Session], papers: QuerySet[Paper], *args: Any, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        cast("forms.ModelChoiceField[Session]", self.fields["session"]).queryset = sessions
        cast("forms.ModelChoiceField[Paper]", self.fields["paper"]).queryset = papers


class BoothForm(forms.Form):
    """A place in the exhibition: its number, and who shows what there."""

    number = forms.CharField(label=_("Number of the booth"), max_length=10)
    what = forms.ChoiceField(label=_("Who shows what"), widget=forms.RadioSelect)

    def __init__(self, found: Sequence[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        cast("forms.ChoiceField", self.fields["what"]).choices = found


class BookForm(_Hours):
    """When one wants to meet the exhibitor, and what for."""

    purpose = forms.CharField(label=_("What do you want to talk about?"), max_length=300)


class FollowNeedForm(forms.Form):
    """What hurts at home: an appointment becomes a need."""

    theme = forms.ChoiceField(label=_("Theme"), choices=[("", _("Choose one")), *THEMES.items()])
    problem = _text(_("What is the problem?"), 3)
    target_group = forms.CharField(label=_("Whom does it hurt?"), max_length=200)
    constraints = _text(_("What must be reckoned with?"), 2, required=False)

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

    day = _day(_("Day of the visit"))
    size = forms.IntegerField(label=_("People"), min_value=1, max_value=1000)
    topic = forms.CharField(label=_("Topic"), max_length=200)
    units = forms.ModelMultipleChoiceField(
        label=_("Offices to see"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    questions = _text(_("What do you want to learn?"), 3, 6000, help_text=_("One question a line."))
    names = _text(
        _("Group list"),
        3,
        20_000,
        required=False,
        help_text=_("One name a line. Only the host and you see it."),
    )
    contact = forms.CharField(label=_("Contact person"), max_length=200)

    def __init__(self, units: QuerySet[Unit], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        cast("forms.ModelMultipleChoiceField[Unit]", self.fields["units"]).queryset = units

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
