"""A draft as its writers type it: answers with versions, evidence, and the admin's note."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from teladan.contest.models import Edition, Entry
from teladan.contest.rules import Aspect
from teladan.registry.models import Innovation

# Ten times the longest limit that any edition asked for; beyond it something was pasted wrongly.
MOST_LETTERS = 60_000


def as_seen(text: str) -> str:
    """Return a short mark of a text, to tell later whether its reader changed it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class AnswerField(forms.CharField):
    """A long text as it was typed: nothing stripped, lines ending as the device ends them."""

    widget = forms.Textarea
    default_error_messages = {
        "max_length": _(
            "One answer may have %(limit_value)d characters; this has %(show_value)d. Shorten it "
            "and save again: what you typed is still here."
        ),
        "null_characters_not_allowed": _(
            "The text holds a character that cannot be stored (NUL). Remove it and save again."
        ),
    }

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, strip=False, max_length=MOST_LETTERS, **more)

    def to_python(self, value: Any) -> Any:
        # A form's text area ends lines with CRLF on the wire and LF in the page; keep one.
        return (super().to_python(value) or "").replace("\r\n", "\n")


class AnswersForm(forms.Form):
    """All that the unit writes of one entry. Field names are those the page saves itself by."""

    def __init__(self, entry: Entry, aspects: Iterable[Aspect], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        rule = entry.edition.rule
        self.fields["title"] = forms.CharField(
            label=_("Title"), max_length=200, required="title" in (self.data or {})
        )
        self.fields["category"] = forms.ChoiceField(
            label=_("Category"),
            required=False,
            choices=[("", _("Choose one")), *((name, name) for name in rule.categories)],
        )
        self.fields["started"] = forms.DateField(
            label=_("In use since"),
            required=False,
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        )
        for aspect in aspects:
            self.fields[f"answer-{aspect.code}"] = AnswerField(label=aspect.name)
            self.fields[f"version-{aspect.code}"] = forms.IntegerField(required=False, min_value=0)
            self.fields[f"was-{aspect.code}"] = forms.CharField(required=False, max_length=16)


class JotForm(forms.Form):
    """One field, saved by the page itself."""

    field = forms.CharField(max_length=60)
    version = forms.IntegerField(min_value=0, required=False)
    value = AnswerField()


class EvidenceForm(forms.Form):
    """A file, and which answer it supports."""

    upload = forms.FileField(label=_("File"), required=False, allow_empty_file=True)
    supports = forms.ChoiceField(
        label=_("What it supports"),
        required=False,
        widget=forms.Select({"data-autosave-skip": True}),
    )

    def __init__(self, aspects: Iterable[Aspect], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        supports = cast(forms.ChoiceField, self.fields["supports"])
        named = ((aspect.code, aspect.name) for aspect in aspects)
        supports.choices = [("", _("The entry as a whole")), *named]


class SendBackForm(forms.Form):
    """What is to be mended."""

    note = forms.CharField(
        label=_("What is to be mended"),
        required=False,  # an empty note is refused by the act, in words
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The unit reads this above its form and in a mail."),
    )


class EnterForm(forms.Form):
    """Which innovation enters, in which category."""

    innovation = forms.ModelChoiceField(
        label=_("Innovation"),
        queryset=Innovation.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose the innovation that enters.")},
    )
    category = forms.ChoiceField(
        label=_("Category"), required=False, help_text=_("You can change it until you file.")
    )

    def __init__(self, edition: Edition, innovations: Any, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        cast("forms.ModelChoiceField[Innovation]", self.fields["innovation"]).queryset = innovations
        category = cast(forms.ChoiceField, self.fields["category"])
        named = ((name, name) for name in edition.rule.categories)
        category.choices = [("", _("Decide later")), *named]
