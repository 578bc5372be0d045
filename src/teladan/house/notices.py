"""Mail: queued in the transaction, sent after commit, permission asked again when sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.apps import apps
from django.core.mail import send_mail
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from teladan.house.ledger import act, label, record
from teladan.house.models import Notice, Office, Person
from teladan.house.offices import demand
from teladan.house.refusals import Refusal

# Why a mail was dropped: stored as here, shown in the reader's language.
MAY_NOT_KNOW = gettext_noop("the receiver may no longer know this")
ADDRESS_REFUSED = gettext_noop("the mail server refused the address")
MAIL_REFUSED = gettext_noop("the mail server refused the mail")


def queue(
    *,
    to: Person,
    subject: str,
    body: str,
    now: datetime,
    about: models.Model | None = None,
    hold: bool = False,
) -> Notice:
    """Put a mail in the outbox. Held mails wait until somebody has read and released them.

    What it tells of must know who may see it: TypeError if its model has no `visible_to`.
    """
    if about is not None and not hasattr(type(about)._default_manager.all(), "visible_to"):
        raise TypeError(f"{type(about).__name__} has no visible_to: nobody could be written to")
    notice = Notice.objects.create(
        to=to,
        subject=" ".join(subject.split())[:200],
        body=body,
        about=label(about) if about else "",
        queued_at=now,
        released_at=None if hold else now,
    )
    if not hold:
        _send_soon()
    return notice


def _send_soon() -> None:
    # An act that tells a hundred people wakes the worker once.
    if not any(hook[1] is _wake_the_worker for hook in transaction.get_connection().run_on_commit):
        transaction.on_commit(_wake_the_worker)


def _wake_the_worker() -> None:
    from teladan.house.tasks import deliver  # here, for the task's module needs ready models

    deliver.enqueue()


def may_know(person: Person, about: str, now: datetime) -> bool:
    """Say whether the person may see today what the mail tells of."""
    if not about:
        return person.is_active
    model_name, _colon, pk = about.partition(":")
    try:
        rows = apps.get_model("teladan", model_name)._default_manager.all()
    except LookupError:  # queued before an update that knows no such thing any more
        return False
    # Every model a mail can tell of has this question: the same door the pages use.
    return person.is_active and rows.visible_to(person, now).filter(pk=pk).exists()


def _refused_for_good(no: OSError) -> str:
    """Say why the server will never take this mail; nothing when it is only away."""
    if isinstance(no, SMTPRecipientsRefused):
        return ADDRESS_REFUSED
    return MAIL_REFUSED if isinstance(no, SMTPResponseException) and no.smtp_code >= 500 else ""


def send_waiting(now: datetime) -> tuple[int, int]:
    """Send what is released; drop what the receiver may no longer know. Returns (sent, dropped).

    A mail is marked before it is handed over: a crash between the two loses one mail and never
    sends one twice.
    """
    sent = dropped = 0
    for pk in list(Notice.objects.released().order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            notice = Notice.objects.select_for_update(no_key=True).select_related(None).get(pk=pk)
            if not notice.due(now):
                continue
            person = Person.objects.get(pk=notice.to_id)
            if may_know(person, notice.about, now):
                notice.sent_at = now
            else:
                notice.dropped_at, notice.dropped_because = now, MAY_NOT_KNOW
            notice.save()
        if not notice.sent_at:
            dropped += 1
            continue
        try:
            send_mail(notice.subject, notice.body, None, [person.email])
        except OSError as no:
            if because := _refused_for_good(no):  # this mail will not do; the others go on
                Notice.objects.filter(pk=pk).update(
                    sent_at=None, dropped_at=now, dropped_because=because
                )
                dropped += 1
                continue
            # The mail server is away: everything waits for the next try.
            Notice.objects.filter(pk=pk).update(sent_at=None)
            raise
        sent += 1
    return sent, dropped


@act
def release(*, by: Person, notices: Iterable[Notice], now: datetime) -> int:
    """Let held mails go. Refuses `not-your-office` and `nothing-to-release`."""
    demand(by, Office.SECRETARIAT, now=now)
    keys = [notice.pk for notice in notices]
    held = Notice.objects.waiting().filter(pk__in=keys, released_at=None)
    count = held.update(released_at=now)
    if not count:
        raise Refusal(
            "nothing-to-release", _("None of these mails is waiting. Look at the outbox again.")
        )
    record(by=by, act="house.release", about="outbox", now=now, notices=keys)
    _send_soon()
    return count


def now_for_tasks() -> datetime:
    """Return the clock for work that nobody asked for in a request."""
    return timezone.now()
