"""Sessions, and the papers that are told in them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from teladan.forum.forms.parts import Hours
from teladan.forum.models import Event, Paper, Session, Theme


class SessionForm(Hours):
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
