"""What awaits the offices of the competition, from drafting to the divided fund."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from teladan.contest.models import Edition, Entry, Seal
from teladan.desk.awaits.todo import Awaits, Room, Todo, by_date
from teladan.house.models import Ledger, Notice, Office, OfficeTerm
from teladan.house.templatetags.teladan import left, moment
from teladan.panel.models import Plan, Reader

# Whether a round is seated or sealed, without the marks and reports stored with that.
SEALED_OR_SEATED = (
    Prefetch("rounds__seal", Seal.objects.only("pk", "round_id")),
    Prefetch("rounds__plan", Plan.objects.only("pk", "round_id")),
)


def for_unit(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    entries = Entry.objects.of_unit(term.unit_id).drafts().select_related("edition")
    entries = entries.prefetch_related("answers", "send_backs").filter(endorsement=None)
    entered = set()
    for entry in entries.order_by("pk")[:50]:
        entered.add(entry.edition_id)
        if not entry.edition.takes_entries(now):
            continue
        total = len(entry.edition.rule.aspects)
        answered = sum(1 for answer in entry.answers.all() if answer.words)
        backs = sorted(entry.send_backs.all(), key=lambda back: back.pk)
        saved = max((answer.saved_at for answer in entry.answers.all()), default=None)
        detail = _("%(done)d of %(all)d sections answered") % {"done": answered, "all": total}
        if backs:
            title = _("Mend %(title)s: your local admin sent it back")
        elif answered < total:
            title = _("Complete the entry %(title)s")
        else:
            title = _("%(title)s is answered: ask your local admin to endorse it")
        yield Todo(
            title % {"title": entry.title},
            reverse("entry", args=[entry.pk]),
            detail=f"“{backs[-1].note}”" if backs else detail,
            saved=_("saved on the server %(at)s") % {"at": moment(saved)} if saved else "",
            icon="reply" if backs else "edit",
            **by_date(entry.edition.rule.closes, now),  # type: ignore[arg-type]
        )
    for edition in Edition.objects.announced(now)[:10]:
        if edition.takes_entries(now) and edition.pk not in entered:
            yield Todo(
                _("Enter an innovation in %(edition)s") % {"edition": edition},
                reverse("enter", args=[edition.slug]),
                **by_date(edition.rule.closes, now),  # type: ignore[arg-type]
            )


def for_local_admin(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    open_editions = [e for e in Edition.objects.announced(now)[:10] if e.takes_entries(now)]
    rows = Entry.objects.of_institution(term.institution_id).drafts()
    rows = rows.filter(edition__in=open_editions).select_related("edition", "endorsement")
    stuck: dict[int, int] = {}
    for entry in rows.prefetch_related("answers").order_by("pk")[:100]:
        whole = all(
            any(a.aspect == aspect.code and a.words for a in entry.answers.all())
            for aspect in entry.edition.rule.aspects
        )
        if not whole:
            stuck[entry.edition_id] = stuck.get(entry.edition_id, 0) + 1
            continue
        endorsed = hasattr(entry, "endorsement")
        yield Todo(
            (_("File %(title)s") if endorsed else _("Read and endorse %(title)s"))
            % {"title": entry.title},
            reverse("entry", args=[entry.pk]),
            detail=_("Endorsed; not with the ministry yet.") if endorsed else _("Ready to read."),
            icon="check",
            **by_date(entry.edition.rule.closes, now),  # type: ignore[arg-type]
        )
    for edition in open_editions:
        if count := stuck.get(edition.pk, 0):
            yield Todo(
                ngettext("%(n)d draft is unfinished", "%(n)d drafts are unfinished", count)
                % {"n": count},
                reverse("board"),
                detail=_("What is not filed by the closing time is lost for %(edition)s.")
                % {"edition": edition},
                icon="alert",
                **by_date(edition.rule.closes, now),  # type: ignore[arg-type]
            )


def for_reader(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    readers = Reader.objects.filter(person=term.person_id, office=term.office)
    for reader in readers.filter(pledged_at=None).select_related("edition")[:10]:
        yield Todo(
            _("Sign the integrity pact of %(edition)s") % {"edition": reader.edition},
            reverse("pledge", args=[reader.pk]),
            detail=_("Without it nobody is given entries to read."),
            icon="shield",
        )
    open_seats = Q(seats__recusal=None, seats__round__seal=None)
    counted: Any = readers.select_related("edition").annotate(
        given=Count("seats", filter=open_seats & Q(seats__ballot__isnull=False)),
        waiting=Count("seats", filter=open_seats & Q(seats__ballot=None)),
    )
    for reader in counted.filter(waiting__gt=0)[:10]:
        windows = [rule for rule in reader.edition.rule.rounds if rule.office == term.office]
        now_open = [rule for rule in windows if rule.opens <= now < rule.closes]
        if now_open:
            yield Todo(
                ngettext("Mark %(n)d entry", "Mark %(n)d entries", reader.waiting)
                % {"n": reader.waiting},
                reverse("ballots"),
                detail=_("%(edition)s, %(round)s: %(given)d given so far")
                % {"edition": reader.edition, "round": now_open[0].name, "given": reader.given},
                **by_date(now_open[0].closes, now),  # type: ignore[arg-type]
            )


def for_secretariat(_term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    editions: Any = Edition.objects.filter(proclamation=None).annotate(
        unscreened=Count(
            "entries",
            distinct=True,
            filter=Q(entries__filing__isnull=False, entries__screening=None),
        )
    )
    for edition in editions.prefetch_related("rounds", *SEALED_OR_SEATED)[:10]:
        office = reverse("office", args=[edition.slug])
        if edition.unscreened:
            yield Todo(
                ngettext("Screen %(n)d entry", "Screen %(n)d entries", edition.unscreened)
                % {"n": edition.unscreened},
                reverse("entries", args=[edition.slug]) + "?state=unscreened",
                detail=str(edition),
            )
        if edition.takes_entries(now):
            yield Todo(
                _("%(edition)s takes entries") % {"edition": edition},
                office,
                icon="clock",
                **by_date(edition.rule.closes, now),  # type: ignore[arg-type]
            )
            continue
        sieve = next((r for r in edition.rounds.all() if not hasattr(r, "seal")), None)
        if sieve is None or now < edition.rule.closes or edition.unscreened:
            continue
        url, what = reverse("round", args=[sieve.pk]), _("Follow the marking of %(round)s")
        if not hasattr(sieve, "plan"):
            what = _("Seat the readers of %(round)s")
        elif now >= sieve.rule.closes:
            what = _("Tally and seal %(round)s")
        yield Todo(
            what % {"round": sieve},
            url,
            icon="scale",
            **by_date(sieve.rule.closes, now),  # type: ignore[arg-type]
        )
    if count := Notice.objects.waiting().filter(released_at=None).count():
        yield Todo(
            ngettext("Read and release %(n)d mail", "Read and release %(n)d mails", count)
            % {"n": count},
            reverse("outbox"),
            icon="mail",
        )


def for_minister(_term: OfficeTerm, _now: datetime) -> Iterator[Todo]:
    waiting = Edition.objects.filter(proclamation=None, rounds__isnull=False)
    for edition in waiting.exclude(rounds__seal=None).distinct()[:10]:
        yield Todo(
            _("Proclaim the winners of %(edition)s") % {"edition": edition},
            reverse("proclaim", args=[edition.slug]),
            detail=_("Every round is sealed."),
            icon="star",
        )


def for_treasury(_term: OfficeTerm, _now: datetime) -> Iterator[Todo]:
    for edition in Edition.objects.filter(proclamation__isnull=False, pot=None)[:10]:
        yield Todo(
            _("Divide the incentive fund of %(edition)s") % {"edition": edition},
            reverse("divide", args=[edition.slug]),
            icon="coins",
        )


def for_auditor(_term: OfficeTerm, _now: datetime) -> Iterator[Todo]:
    last = Ledger.objects.order_by("-seq").first()
    yield Todo(
        _("Read the ledger"),
        reverse("ledger"),
        detail=_("%(n)d lines, the last of %(at)s")
        % {"n": last.seq if last else 0, "at": moment(last.at if last else None)},
        icon="list",
    )


AWAITS: dict[str, Awaits] = {
    Office.UNIT: for_unit,
    Office.LOCAL_ADMIN: for_local_admin,
    Office.SECRETARIAT: for_secretariat,
    Office.EVALUATOR: for_reader,
    Office.PANELIST: for_reader,
    Office.MINISTER: for_minister,
    Office.TREASURY: for_treasury,
    Office.AUDITOR: for_auditor,
}

# Where each office goes when nothing is urgent: (label, route).
ROOMS: dict[str, list[Room]] = {
    Office.UNIT: [(gettext_lazy("Register an innovation"), "register")],
    Office.LOCAL_ADMIN: [
        (gettext_lazy("Board of entries"), "board"),
        (gettext_lazy("Units and people"), "institution"),
    ],
    Office.SECRETARIAT: [
        (gettext_lazy("Announce an edition"), "announce"),
        (gettext_lazy("Outbox"), "outbox"),
    ],
    Office.EVALUATOR: [(gettext_lazy("My reading"), "ballots")],
    Office.PANELIST: [(gettext_lazy("My reading"), "ballots")],
    Office.AUDITOR: [(gettext_lazy("Ledger"), "ledger")],
}


def of_editions(now: datetime) -> Iterator[Todo]:
    """What everybody may know of the newest editions, for a desk on which nothing waits."""
    rows = Edition.objects.announced(now).select_related("proclamation", "pot")
    for edition in rows[:3]:
        title, slug = str(edition), edition.slug
        if not hasattr(edition, "proclamation"):
            windows = [(_("Entries are filed"), edition.rule.opens, edition.rule.closes)]
            windows += [(sieve.name, sieve.opens, sieve.closes) for sieve in edition.rule.rounds]
            told, _opens, closes = next((w for w in windows if now < w[2]), windows[-1])
            page, due, when = reverse("edition", args=[slug]), moment(closes), left(closes, now)
            yield Todo(title, page, detail=told, due=due, when=when, icon="clock")
            continue
        proclaimed, results = moment(edition.proclamation.at), reverse("results", args=[slug])
        yield Todo(title, results, detail=_("Results proclaimed"), due=proclaimed, icon="star")
        if hasattr(edition, "pot"):
            divided = moment(edition.pot.divided_at)
            told = _("How the fund was divided")
            yield Todo(title, reverse("fund", args=[slug]), detail=told, due=divided, icon="coins")
