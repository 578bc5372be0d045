"""Asking: what visitors do with a request, from its learning questions to a yes or a no."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from teladan.house.days import holidays_around
from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.offices import demand
from teladan.house.refusals import Refusal
from teladan.registry.models import Innovation, Institution, Unit
from teladan.visits.acts.guards import demand_visitor, refuse_day, refuse_ended, refuse_repeated
from teladan.visits.calendar import ENDED, answer_until, asks_night, reception_of, today
from teladan.visits.models import Attendee, Question, Step, Stop, Visit
from teladan.visits.telling import tell_host

MOST_OFFICES = 6


@act
def ask(
    *,
    by: Person,
    visitor: Institution,
    host: Institution,
    day: date,
    size: int,
    topic: str,
    contact: str,
    because: str,
    units: Sequence[Unit],
    questions: Sequence[str],
    names: Sequence[str],
    now: datetime,
    innovation: Innovation | None = None,
    overnight: bool | None = None,
    simulated: bool = False,
) -> Visit:
    """Ask a host to receive a group on a day; `overnight` says whether it stays in the region.

    The host's rules answer at once. Refuses `not-your-office`, `own-host`, `no-reception`,
    `not-received` (weekday, lead time, size, holiday or closure, with the earliest legal day),
    `too-far`, `day-full` (with the next free day and an equal host), `office-closed`, `overnight`,
    `no-questions`, `no-offices`, `not-their-office` and `asked-already`. Guests whom the host
    exempts are held neither to its weekdays nor to its lead time; who they are is read from the
    registry.
    """
    demand(by, Office.AGENCY, Office.LOCAL_ADMIN, now=now, institution_id=visitor.pk)
    if visitor.pk == host.pk:
        raise Refusal("own-host", _("Nobody visits themselves. Choose another host."))
    asked = [text.strip() for text in questions if text.strip()]
    if not asked:
        raise Refusal("no-questions", _("Send at least one question: what do you want to learn?"))
    if not units or len(units) > MOST_OFFICES:
        raise Refusal("no-offices", _("Choose the offices you want to see, six at most."))
    if any(unit.institution_id != host.pk for unit in units):
        raise Refusal("not-their-office", _("One of these offices is not the host's."))
    # The host's row is locked: of two who ask for the last place of a day, one is told so.
    Institution.objects.select_for_update(no_key=True).get(pk=host.pk)
    _refuse_twice(visitor, host, day, topic)
    rules, guest = refuse_day(host, visitor, day, size, units, now)
    if rules.overnight and not overnight:
        raise Refusal(
            "overnight",
            _(
                "This host asks its guests to stay the night in the region. Say that you do, "
                "or choose another host."
            ),
        )
    # Rules of the day on which somebody asks say how long they wait; the first that come, where
    # none are in force yet. What was promised is kept, and that it was, whatever rules follow.
    promised = reception_of(host, today(now)) or rules
    due = answer_until(today(now), promised.answers_within, holidays_around(today(now)))
    visit = Visit(
        host=host,
        region=host.region,
        visitor=visitor,
        visitor_name=visitor.name,
        topic=topic.strip(),
        innovation=innovation,
        day=day,
        size=size,
        contact=contact.strip(),
        because=because.strip(),
        sent_by=by,
        sent_at=now,
        # An answer that comes after the visit is none.
        answer_by=min(due, day),
        answer_days=promised.answer_days,
        overnight=overnight,
        guest=guest or "",
        simulated=simulated,
    )
    visit.full_clean()
    visit.save()
    Stop.objects.bulk_create([Stop(visit=visit, unit=unit) for unit in units])
    Question.objects.bulk_create([Question(visit=visit, text=text) for text in asked])
    listed = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    Attendee.objects.bulk_create([Attendee(visit=visit, name=name) for name in listed])
    Step.objects.create(visit=visit, kind=Step.Kind.SENT, by=by, at=now)
    tell_host(visit, now, _("A visit is asked for: %(visitor)s") % {"visitor": visitor.name})
    record(
        by=by,
        act="visits.ask",
        about=visit,
        now=now,
        host=host.pk,
        visitor=visitor.pk,
        day=day,
        size=size,
        guest=visit.guest,
        overnight=overnight,
        answer_by=visit.answer_by,
    )
    return visit


def _refuse_twice(visitor: Institution, host: Institution, day: date, topic: str) -> None:
    """Refuse what was sent already: a second click, or a page sent again, is one request."""
    same = Visit.objects.filter(visitor=visitor, host=host, day=day, topic__iexact=topic.strip())
    if same.without_step(*ENDED).exists():
        raise Refusal(
            "asked-already",
            _("You have asked for this day and topic already. The request stands on your desk."),
        )


@act
def inquire(*, by: Person, visit: Visit, text: str, now: datetime) -> Question:
    """Add a learning question before the visit.

    Refuses `not-your-office`, `not-your-visit`, `no-questions`, `asked-already` and
    `already-ended`.
    """
    visit = demand_visitor(by, visit, now)
    refuse_ended(visit)
    if not text.strip():
        raise Refusal("no-questions", _("Write the question."))
    if visit.questions.filter(text__iexact=text.strip()).exists():
        raise Refusal("asked-already", _("This question is asked already."))
    question = Question.objects.create(visit=visit, text=text.strip())
    record(by=by, act="visits.inquire", about=visit, now=now, question=question.pk)
    return question


@act
def confirm(*, by: Person, visit: Visit, now: datetime, overnight: bool | None = None) -> Step:
    """Let the visitors confirm that they come on the day that the visit has now.

    `overnight` says that they stay the night, where the visit was moved to a day whose rules ask
    for it and they have not said so yet. After a move only a new confirmation counts. Refuses
    `not-your-office`, `not-your-visit`, `not-accepted`, `already-ended`, `already-done` and
    `overnight`.
    """
    visit = demand_visitor(by, visit, now)
    kinds = Step.standing(visit.steps.all())
    if Step.Kind.ACCEPTED not in kinds:
        raise Refusal("not-accepted", _("The host has not accepted the visit yet."))
    refuse_ended(visit)
    refuse_repeated(visit, Step.Kind.CONFIRMED)
    if asks_night(visit, kinds):
        if not overnight:
            raise Refusal(
                "overnight",
                _(
                    "On this day the host asks its guests to stay the night in the region. Say "
                    "that you do, or withdraw the request."
                ),
            )
        visit.overnight = overnight
        visit.save(update_fields=["overnight"])
    step = Step.objects.create(visit=visit, kind=Step.Kind.CONFIRMED, day=visit.day, by=by, at=now)
    tell_host(visit, now, _("Confirmed: the visit of %(visitor)s") % {"visitor": visit.visitor})
    record(
        by=by,
        act="visits.confirm",
        about=visit,
        now=now,
        day=visit.day,
        overnight=visit.overnight,
    )
    return step


@act
def withdraw(*, by: Person, visit: Visit, reason: str, now: datetime) -> Step:
    """Withdraw a request, so that the day is free again.

    Refuses `not-your-office`, `not-your-visit`, `no-reason` and `already-ended`.
    """
    visit = demand_visitor(by, visit, now)
    if not reason.strip():
        raise Refusal("no-reason", _("Tell the host why you do not come."))
    booked_before = visit.steps.filter(kind=Step.Kind.ACCEPTED).exists()
    refuse_ended(visit)
    step = Step.objects.create(
        visit=visit, kind=Step.Kind.WITHDRAWN, by=by, at=now, note=reason.strip()
    )
    tell_host(visit, now, _("Withdrawn: the visit of %(visitor)s") % {"visitor": visit.visitor})
    record(
        by=by,
        act="visits.withdraw",
        about=visit,
        now=now,
        public=booked_before,
        reason=reason.strip(),
    )
    return step
