"""An entry as its page shows it: what each reader may do, what is missing, what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.contest.forms import AnswersForm, as_seen
from teladan.contest.models import Answer, Entry, Lack
from teladan.contest.rules import SCREENING_REASONS, Aspect
from teladan.house.models import Office
from teladan.house.offices import held
from teladan.house.templatetags.teladan import left, moment
from teladan.house.web import Request

P = ParamSpec("P")


def posted(
    view: Callable[Concatenate[Request, P], HttpResponse],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    """Lead whoever comes by GET (back from signing in, say) to the entry's own page."""

    @wraps(view)
    def led(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return redirect("entry", pk=kwargs["pk"])
        return view(request, *args, **kwargs)

    return led


@dataclass
class Question:
    """One aspect on the page: its guide, what was written, what is wrong with it."""

    aspect: Aspect
    text: str
    words: int
    version: int
    was: str
    saved: Answer | None = None
    errors: list[str] = field(default_factory=list)
    lack: Lack | None = None
    # Both texts are shown: what stands on the server, and the version the writer knew.
    theirs: str | None = None
    known: str = ""
    current: bool = False

    @property
    def name(self) -> str:
        return f"answer-{self.aspect.code}"


class Paper:
    """Everything the page of an entry needs to know, worked out once."""

    def __init__(self, request: Request, entry: Entry, form: AnswersForm | None = None) -> None:
        self.request, self.entry, self.form = request, entry, form
        self.rule = entry.edition.rule
        self.terms = held(request.person, request.now)
        self.filed = hasattr(entry, "filing")
        self.endorsed = hasattr(entry, "endorsement")
        self.open = entry.edition.takes_entries(request.now)
        self.lacks = [] if self.filed else entry.lacks()

    @staticmethod
    def changed(typed: str, stored: str, was: str | None) -> bool:
        """Say whether a text was changed by the one who sent it, not merely sent along."""
        return typed != stored and not (was and as_seen(typed) == was)

    @property
    def is_writer(self) -> bool:
        unit = self.entry.innovation.unit_id
        return any(t.office == Office.UNIT and t.unit_id == unit for t in self.terms)

    @property
    def is_admin(self) -> bool:
        home = self.entry.innovation.institution_id
        return any(t.office == Office.LOCAL_ADMIN and t.institution_id == home for t in self.terms)

    def holds(self, office: str) -> bool:
        return any(term.office == office for term in self.terms)

    @property
    def is_office(self) -> bool:
        return self.holds(Office.SECRETARIAT) or self.holds(Office.AUDITOR)

    def questions(self) -> list[Question]:
        known = {answer.aspect: answer for answer in self.entry.answers.all()}
        lacks = {lack.place: lack for lack in self.lacks}
        rows = [self._question(aspect, known.get(aspect.code)) for aspect in self.rule.aspects]
        for row in rows:
            row.lack = lacks.get(row.aspect.code)
        # On a phone one answer is open: the first that needs something, else the first.
        needing = [row for row in rows if row.errors or row.theirs is not None]
        first = [*needing, *(row for row in rows if row.lack), *rows][:1]
        for row in needing or first:
            row.current = True
        return rows

    def _question(self, aspect: Aspect, answer: Answer | None) -> Question:
        stored, version = (answer.text, answer.version) if answer else ("", 0)
        words = answer.words if answer else 0
        row = Question(aspect, stored, words, version, as_seen(stored), saved=answer)
        if self.form is None or row.name not in self.form.data:
            return row
        row.text = str(self.form.data[row.name]).replace("\r\n", "\n")
        row.words = len(row.text.split())
        row.errors = [str(error) for error in self.form.errors.get(row.name, [])]
        typed = str(self.form.data.get(f"version-{aspect.code}", ""))
        was = self.form.data.get(f"was-{aspect.code}")
        apart = answer is not None and typed != str(version)
        if apart and self.changed(row.text, stored, was) and not row.errors:
            row.theirs, row.known = stored, typed
        return row

    def checks(self) -> list[dict[str, Any]]:
        """Return the list of all that must be there, with the way to what is not."""
        wrong = {lack.place: lack for lack in self.lacks}
        places = [
            ("title", _("Title"), "id_title"),
            ("category", _("Category"), "id_category"),
            ("started", _("In use long enough"), "id_started"),
        ]
        for aspect in self.rule.aspects:
            places.append((aspect.code, aspect.name, f"id_answer-{aspect.code}"))
        return [
            {"place": place, "label": label, "target": target, "lack": wrong.get(place)}
            for place, label, target in places
        ]

    def steps(self) -> list[dict[str, Any]]:
        """Return where the entry stands, in four steps."""
        screened = hasattr(self.entry, "screening")
        passed = screened and self.entry.screening.passed
        at = 3 if self.filed else 2 if self.endorsed else 1 if not self.lacks else 0
        labels = [
            _("Written by the unit"),
            _("Endorsed by the institution"),
            _("Filed with the ministry"),
            _("Screened"),
        ]
        rows = [
            {
                "label": label,
                "state": "done" if number < at else "",
                "current": number == at and not screened,
            }
            for number, label in enumerate(labels)
        ]
        if screened:
            rows[3] |= {
                "label": _("Admitted") if passed else _("Not admitted"),
                "state": "done" if passed else "bad",
                "current": True,
            }
        return rows

    def context(self) -> dict[str, Any]:
        entry, rule, now = self.entry, self.rule, self.request.now
        writes = self.is_writer and self.open and not self.filed and not self.endorsed
        local = self.is_writer or self.is_admin
        backs = list(entry.send_backs.order_by("-pk")) if local and not self.filed else []
        names = {aspect.code: aspect.name for aspect in rule.aspects}
        attachments = [(row, names.get(row.note, "")) for row in entry.attachments()]
        screening = getattr(entry, "screening", None)
        may_screen = self.holds(Office.SECRETARIAT) and self.filed and screening is None
        form = self.form
        return {
            "nav": "desk",
            "entry": entry,
            "edition": entry.edition,
            "simulated": entry.simulated,
            "rule": rule,
            "writes": writes,
            "is_writer": self.is_writer,
            "is_admin": self.is_admin,
            "is_office": self.is_office,
            "filed": self.filed,
            "endorsed": self.endorsed,
            "open": self.open,
            "time_left": left(rule.closes, now) if self.open else "",
            "questions": self.questions(),
            "typed": {
                "title": form.data.get("title", entry.title) if form else entry.title,
                "category": form.data.get("category", entry.category) if form else entry.category,
                "started": self._started(),
            },
            "answers_form": form,
            "checks": self.checks() if not self.filed else [],
            "lacks": self.lacks,
            "steps": self.steps(),
            "back": backs[0] if backs and not self.endorsed else None,
            "backs": backs,
            "attachments": attachments,
            "files_full": len(attachments) >= rule.files_per_entry,
            "last_saved": self._last_saved(),
            "screening": screening,
            "reasons": [SCREENING_REASONS.get(c, c) for c in getattr(screening, "reasons", ())],
            "may_screen": may_screen,
            "may_see_screening": local or self.is_office,
            "around": self._around() if may_screen else {},
            "file_limit": settings.FILE_LIMIT,
            "youngest": rule.youngest_start(),
            "crumbs": self._crumbs(),
        }

    def _started(self) -> str:
        known = self.entry.innovation.started
        stored = known.isoformat() if known else ""
        return str(self.form.data.get("started", stored)) if self.form else stored

    def _last_saved(self) -> str:
        times = [answer.saved_at for answer in self.entry.answers.all()]
        return moment(max(times)) if times else ""

    def _around(self) -> dict[str, Any]:
        """Return the unscreened entries before and after this one, by their number."""
        waiting = Entry.objects.visible_to(self.request.person, self.request.now)
        waiting = waiting.filter(edition=self.entry.edition_id).unscreened()
        here = self.entry.pk
        return {
            "previous": waiting.filter(pk__lt=here).order_by("-pk").only("pk").first(),
            "next": waiting.filter(pk__gt=here).order_by("pk").only("pk").first(),
        }

    def _crumbs(self) -> list[dict[str, str]]:
        edition, here = self.entry.edition, {"label": self.entry.title, "url": ""}
        if self.is_office:
            room = {"label": edition.name, "url": reverse("office", args=[edition.slug])}
            rows = {"label": _("Filed entries"), "url": reverse("entries", args=[edition.slug])}
            return [room, rows, here]
        if self.is_admin:
            return [{"label": _("Board of entries"), "url": reverse("board")}, here]
        return [{"label": edition.name, "url": reverse("edition", args=[edition.slug])}, here]
