"""Filings: a draft goes back, is endorsed, and is handed in for a receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from teladan.contest.acts.drafts import refuse_filed, refuse_outside_window
from teladan.contest.models import Edition, Endorsement, Entry, Filing, SendBack
from teladan.house.ledger import act, digest_of, record
from teladan.house.models import Office, Person
from teladan.house.notices import queue
from teladan.house.offices import demand
from teladan.house.refusals import Refusal

RECEIPT_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@act
def send_back(*, by: Person, entry: Entry, note: str, now: datetime) -> SendBack:
    """Return a draft to its unit with what is to be mended; an endorsement falls with it.

    Refuses `not-your-office`, `already-filed` and `no-note`.
    """
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=entry.innovation.institution_id)
    # The row is locked so that no filing slips in between the question and the answer.
    entry = Entry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
    refuse_filed(entry)
    if not note.strip():
        raise Refusal("no-note", _("Say what is to be mended, so that the unit can do it."))
    back = SendBack.objects.create(entry=entry, by=by, at=now, note=note.strip())
    Endorsement.objects.filter(entry=entry).delete()
    if entry.begun_by:
        queue(
            to=entry.begun_by,
            about=entry,
            now=now,
            subject=_("Sent back: %(title)s") % {"title": entry.title},
            body=back.note,
        )
    record(by=by, act="contest.send_back", about=entry, now=now, note=back.note)
    return back


@act
def endorse(*, by: Person, entry: Entry, now: datetime) -> Endorsement:
    """Let the institution stand behind a complete draft.

    Refuses `not-your-office`, `already-filed`, `already-endorsed` and `not-complete`.
    """
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=entry.innovation.institution_id)
    entry = Entry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
    refuse_filed(entry)
    if Endorsement.objects.filter(entry=entry).exists():
        raise Refusal("already-endorsed", _("This entry is endorsed already. File it."))
    _refuse_incomplete(entry)
    endorsement = Endorsement.objects.create(entry=entry, by=by, at=now)
    record(by=by, act="contest.endorse", about=entry, now=now)
    return endorsement


@act
def file_entry(*, by: Person, entry: Entry, now: datetime) -> Filing:
    """File an endorsed entry with the ministry and give a receipt.

    The receipt names the hash of the content and the server's time. Refuses `not-your-office`,
    `already-filed`, `filing-closed`, `not-endorsed`, `not-complete` and `cap-reached`.
    """
    institution = entry.innovation.institution
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=institution.pk)
    # The edition's row is locked so that receipts are numbered without a gap, then the entry's,
    # so that nothing is written or sent back while its content is read.
    edition = Edition.objects.select_for_update(no_key=True).get(pk=entry.edition_id)
    entry = (
        Entry.objects.select_for_update(of=("self",), no_key=True)
        .select_related("innovation__institution", "innovation__unit", "begun_by")
        .get(pk=entry.pk)
    )
    entry.edition = edition
    filed = Filing.objects.filter(entry=entry).first()
    if filed:
        raise Refusal(
            "already-filed",
            _("This entry was filed before; its receipt is %(receipt)s.")
            % {"receipt": filed.receipt},
        )
    refuse_outside_window(edition, now)
    if not Endorsement.objects.filter(entry=entry).exists():
        raise Refusal("not-endorsed", _("Endorse the entry first, then file it."))
    _refuse_incomplete(entry)
    cap = edition.rule.cap_per_institution
    before = Filing.objects.filter(entry__edition=edition)
    if before.filter(entry__innovation__institution=institution).count() >= cap:
        raise Refusal(
            "cap-reached",
            _("An institution may file %(cap)d entries in this edition.") % {"cap": cap},
        )
    content = content_of(entry)
    digest = digest_of(content)
    filing = Filing.objects.create(
        entry=entry,
        number=before.count() + 1,
        by=by,
        at=now,
        content=content,
        digest=digest,
        receipt=receipt_for(digest, now),
    )
    if entry.begun_by:
        queue(
            to=entry.begun_by,
            about=entry,
            now=now,
            subject=_("Filed: %(title)s") % {"title": entry.title},
            body=_("Receipt %(receipt)s, hash %(digest)s.")
            % {"receipt": filing.receipt, "digest": digest},
        )
    record(
        by=by,
        act="contest.file_entry",
        about=entry,
        now=now,
        receipt=filing.receipt,
        digest=digest,
        number=filing.number,
    )
    return filing


def content_of(entry: Entry) -> dict[str, Any]:
    """Return what is filed: everything a reader will see, in one form."""
    innovation = entry.innovation
    return {
        "edition": entry.edition.slug,
        "title": entry.title,
        "category": entry.category,
        "innovation": innovation.pk,
        "institution": innovation.institution.name,
        "unit": innovation.unit.name if innovation.unit else "",
        "started": innovation.started.isoformat() if innovation.started else None,
        "answers": {a.aspect: a.text for a in entry.answers.order_by("aspect")},
        "files": [[f.name, f.sha256] for f in entry.attachments()],
    }


def receipt_for(digest: str, at: datetime) -> str:
    """Make a receipt that only this site can make: XXXX-XXXX-XXXX-XXXX."""
    mac = salted_hmac("teladan.receipt", f"{digest} {at.isoformat()}", algorithm="sha256").digest()
    letters = "".join(RECEIPT_ALPHABET[byte % 32] for byte in mac[:16])
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def _refuse_incomplete(entry: Entry) -> None:
    lacks = entry.lacks()
    if lacks:
        raise Refusal(
            "not-complete",
            _("%(count)d things are missing: %(list)s")
            % {
                "count": len(lacks),
                "list": "; ".join(f"{lack.place}: {lack.words}" for lack in lacks[:5]),
            },
        )
