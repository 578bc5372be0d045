"""Drafts: begun, written answer by answer, given their category and their evidence."""

from __future__ import annotations

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from teladan.contest.models import Answer, Edition, Endorsement, Entry, Filing
from teladan.house import files
from teladan.house.ledger import act, digest_of, record
from teladan.house.models import Attachment, Person
from teladan.house.offices import CAPITAL
from teladan.house.refusals import Refusal
from teladan.registry.acts import demand_title, demand_unit
from teladan.registry.models import Innovation


@act
def begin(
    *, by: Person, edition: Edition, innovation: Innovation, category: str, now: datetime
) -> Entry:
    """Begin an entry for an innovation of one's unit.

    What the registry knows of an imitation is written into it at once: its summary, and what was
    kept, adapted and left out. Drafts are not capped: the institution chooses which of them it
    files. Refuses `not-your-office`, `not-your-unit`, `filing-closed`, `already-entered` and
    `unknown-category`.
    """
    demand_unit(
        by,
        institution_id=innovation.institution_id,
        unit_id=innovation.unit_id,
        now=now,
        no=Refusal("not-your-unit", _("You can enter innovations of your own unit only.")),
    )
    refuse_outside_window(edition, now)
    if category:
        _refuse_unknown_category(edition, category)
    # Locked, so that of two who begin at once the second is refused and not broken off.
    innovation = Innovation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=innovation.pk
    )
    if Entry.objects.filter(edition=edition, innovation=innovation).exists():
        raise Refusal(
            "already-entered",
            _("This innovation has an entry in this edition already. Open that one."),
        )
    entry = Entry(
        edition=edition,
        innovation=innovation,
        title=innovation.title,
        category=category,
        begun_by=by,
        begun_at=now,
        simulated=edition.simulated,
    )
    entry.full_clean()
    entry.save()
    for aspect, text in _known_of(innovation, edition).items():
        write(by=by, entry=entry, aspect=aspect, text=text, version=0, now=now)
    record(by=by, act="contest.begin", about=entry, now=now, innovation=innovation.pk)
    return entry


def _known_of(innovation: Innovation, edition: Edition) -> dict[str, str]:
    """Return the answers that the registry holds for an imitation: aspect -> text."""
    source = innovation.source
    if source is None:
        return {}
    told = [
        _("Made from “%(title)s” of %(institution)s.")
        % {"title": source.title, "institution": source.institution.name}
    ]
    for label, text in (
        (_("What was kept"), innovation.kept),
        (_("What was adapted"), innovation.adapted),
        (_("What was left out"), innovation.left_out),
    ):
        if text.strip():
            told.append(f"{label}: {text.strip()}")
    texts = {"summary": innovation.summary.strip(), "novelty": "\n".join(told)}
    asked = {aspect.code: aspect.words for aspect in edition.rule.aspects}
    return {
        code: text
        for code, text in texts.items()
        if text and code in asked and len(text.split()) <= asked[code]
    }


@act
def write(
    *, by: Person, entry: Entry, aspect: str, text: str, version: int, now: datetime
) -> Answer:
    """Save what the entry says on one aspect.

    Refuses `not-your-entry`, `already-filed`, `filing-closed`, `endorsed`, `unknown-aspect`,
    `unreadable-text` and `changed-elsewhere` (somebody saved a newer text; both are shown and
    nothing is lost).
    """
    entry = _draft_of(by, entry, now)
    if aspect not in {known.code for known in entry.edition.rule.aspects}:
        raise Refusal("unknown-aspect", _("This edition has no such question."))
    if "\0" in text:
        raise Refusal(
            "unreadable-text",
            _("The text holds a character that cannot be stored (NUL). Remove it and save again."),
        )
    answer = Answer.objects.filter(entry=entry, aspect=aspect).first()
    answer = answer or Answer(entry=entry, aspect=aspect)
    if answer.version != version and answer.text != text:
        raise Refusal(
            "changed-elsewhere",
            _(
                "Somebody saved this answer after you opened it. Both texts are kept: compare "
                "them, then save the one you want."
            ),
        )
    answer.text, answer.words = text, len(text.split())
    answer.version, answer.saved_at, answer.saved_by = answer.version + 1, now, by
    # Every field is set here from checked values; a clean would ask the database three times more.
    answer.save()
    record(
        by=by,
        act="contest.write",
        about=entry,
        now=now,
        aspect=aspect,
        words=answer.words,
        text=digest_of(text),
    )
    return answer


@act
def categorise(*, by: Person, entry: Entry, category: str, now: datetime) -> Entry:
    """Choose the category of a draft. Refuses as `write` does, and `unknown-category`."""
    entry = _draft_of(by, entry, now)
    _refuse_unknown_category(entry.edition, category)
    entry.category = category
    entry.save(update_fields=["category"])
    record(by=by, act="contest.categorise", about=entry, now=now, category=category)
    return entry


@act
def retitle(*, by: Person, entry: Entry, title: str, now: datetime) -> Entry:
    """Give a draft another title. Refuses as `write` does, and `no-title` and `title-html`."""
    entry = _draft_of(by, entry, now)
    entry.title = demand_title(title)
    entry.clean_fields(exclude=["edition", "innovation", "begun_by"])
    entry.save(update_fields=["title"])
    record(by=by, act="contest.retitle", about=entry, now=now, title=entry.title)
    return entry


@act
def date_use(*, by: Person, entry: Entry, started: date, now: datetime) -> Entry:
    """Correct since when the innovation of a draft has been in use.

    Refuses as `write` does, `not-yet-in-use`, and `filed-before` (another filed entry stands on
    the date that is known).
    """
    entry = _draft_of(by, entry, now)
    if started > now.astimezone(CAPITAL).date():
        raise Refusal(
            "not-yet-in-use",
            _("An innovation enters once it is in use. Give the day it began."),
        )
    if Filing.objects.filter(entry__innovation=entry.innovation_id).exists():
        raise Refusal(
            "filed-before",
            _(
                "An entry of this innovation was filed with the date that is known. Ask the "
                "secretariat if that date was wrong."
            ),
        )
    entry.innovation.started = started
    entry.innovation.save(update_fields=["started"])
    record(by=by, act="contest.date_use", about=entry, now=now, started=started)
    return entry


@act
def attach(
    *, by: Person, entry: Entry, upload: UploadedFile[bytes], aspect: str, now: datetime
) -> Attachment:
    """Attach evidence to a draft, tied to the aspect it supports (or to none in particular).

    Refuses as `write` does, `too-many-files`, and what house.files.keep refuses.
    """
    entry = _draft_of(by, entry, now)
    if aspect and aspect not in {known.code for known in entry.edition.rule.aspects}:
        raise Refusal("unknown-aspect", _("This edition has no such question."))
    most = entry.edition.rule.files_per_entry
    if entry.attachments().count() >= most:
        raise Refusal(
            "too-many-files",
            _("An entry may have %(most)d files. Remove one first.") % {"most": most},
        )
    kept = files.keep(upload=upload, about=f"entry:{entry.pk}", by=by, now=now, note=aspect)
    record(
        by=by,
        act="contest.attach",
        about=entry,
        now=now,
        file=kept.sha256,
        name=kept.name,
        aspect=aspect,
    )
    return kept


@act
def detach(*, by: Person, entry: Entry, attachment: Attachment, now: datetime) -> None:
    """Remove evidence from a draft; the ledger keeps its hash. Refuses as `write` does."""
    entry = _draft_of(by, entry, now)
    entry.attachments().filter(pk=attachment.pk).delete()
    record(by=by, act="contest.detach", about=entry, now=now, file=attachment.sha256)


def _draft_of(by: Person, entry: Entry, now: datetime) -> Entry:
    """Lock a draft for its writer, or refuse."""
    entry = (
        Entry.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition", "innovation")
        .get(pk=entry.pk)
    )
    demand_unit(
        by,
        institution_id=entry.innovation.institution_id,
        unit_id=entry.innovation.unit_id,
        now=now,
        no=Refusal("not-your-entry", _("This entry is written by another unit.")),
    )
    refuse_filed(entry)
    refuse_outside_window(entry.edition, now)
    if Endorsement.objects.filter(entry=entry).exists():
        raise Refusal(
            "endorsed",
            _("Your institution has endorsed this text. Ask the local admin to send it back."),
        )
    return entry


def _refuse_unknown_category(edition: Edition, category: str) -> None:
    if category not in edition.rule.categories:
        raise Refusal(
            "unknown-category", _("This edition has other categories. Choose one of its list.")
        )


def refuse_filed(entry: Entry) -> None:
    """Refuse `already-filed`: what is filed never changes."""
    if Filing.objects.filter(entry=entry).exists():
        raise Refusal("already-filed", _("This entry is filed; nothing in it can change."))


def refuse_outside_window(edition: Edition, now: datetime) -> None:
    """Refuse `filing-closed` before the opening instant and from the closing instant on."""
    from teladan.house.templatetags.teladan import moment  # formatting only

    if not edition.takes_entries(now):
        rule = edition.rule
        raise Refusal(
            "filing-closed",
            _(
                "%(edition)s takes entries from %(opens)s to %(closes)s. "
                "Ask the secretariat whether it will be extended; what you wrote is kept."
            )
            % {"edition": edition, "opens": moment(rule.opens), "closes": moment(rule.closes)},
        )
