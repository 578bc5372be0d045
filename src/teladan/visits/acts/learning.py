"""Learning: who came, what was answered, what was learned, and that it is done."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Person
from teladan.house.refusals import Refusal
from teladan.visits.acts.guards import demand_member, demand_own, demand_question
from teladan.visits.calendar import today
from teladan.visits.models import Lesson, Question, Step, Visit

LONGEST_WAIT = timedelta(days=365)


@act
def take_attendance(*, by: Person, visit: Visit, came: set[int], now: datetime) -> Step:
    """Write down on the day, or after it, who came: the visit was held, and is public from now.

    `came` holds the keys of the group list. Refuses `not-your-office`, `not-your-visit`,
    `not-accepted`, `not-yet`, `already-held` and `not-listed`.
    """
    visit = demand_own(by, visit, now)
    kinds = set(visit.steps.values_list("kind", flat=True))
    if kinds & {Step.Kind.DECLINED, Step.Kind.WITHDRAWN} or Step.Kind.ACCEPTED not in kinds:
        raise Refusal("not-accepted", _("This visit was not accepted, so it cannot be held."))
    if Step.Kind.HELD in kinds:
        raise Refusal("already-held", _("Attendance was taken already."))
    if visit.day is None or today(now) < visit.day:
        raise Refusal("not-yet", _("Attendance is taken on the day of the visit."))
    listed = set(visit.attendees.values_list("pk", flat=True))
    if came - listed:
        raise Refusal("not-listed", _("Somebody is not on the group list of this visit."))
    visit.attendees.filter(pk__in=came).update(came=True)
    visit.attendees.exclude(pk__in=came).update(came=False)
    step = Step.objects.create(visit=visit, kind=Step.Kind.HELD, by=by, at=now)
    record(
        by=by,
        act="visits.take_attendance",
        about=visit,
        now=now,
        public=True,
        came=len(came),
        listed=len(listed),
    )
    return step


@act
def answer(*, by: Person, question: Question, text: str, now: datetime) -> Question:
    """Answer a learning question, also after the visit.

    Refuses `not-your-office`, `not-your-visit`, `already-ended` and `no-answer`.
    """
    question = demand_question(by, question, now)
    visit = question.visit
    if not text.strip():
        raise Refusal("no-answer", _("Write the answer."))
    question.answer, question.answered_by, question.answered_at = text.strip(), by, now
    question.full_clean()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    shown = visit.steps.filter(kind=Step.Kind.HELD).exists()
    record(by=by, act="visits.answer", about=visit, now=now, public=shown, question=question.pk)
    return question


@act
def promise_answer(*, by: Person, question: Question, due: date, now: datetime) -> Question:
    """Say until when a question is answered that cannot be answered yet, also after the visit.

    Refuses `not-your-office`, `not-your-visit`, `already-ended`, `already-answered`,
    `in-the-past` and `too-far`.
    """
    question = demand_question(by, question, now)
    visit = question.visit
    if question.answer:
        raise Refusal("already-answered", _("This question is answered already."))
    if due < today(now):
        raise Refusal("in-the-past", _("Promise the answer for today or a later day."))
    if due > today(now) + LONGEST_WAIT:
        raise Refusal("too-far", _("An answer is promised within a year."))
    question.due = due
    question.save(update_fields=["due"])
    record(
        by=by,
        act="visits.promise_answer",
        about=visit,
        now=now,
        public=visit.steps.filter(kind=Step.Kind.HELD).exists(),
        question=question.pk,
        due=due,
    )
    return question


@act
def learn(
    *, by: Person, visit: Visit, learned: str, at_home: str, of_group: bool, now: datetime
) -> Lesson:
    """Tell what was learned, for oneself or for the group, once the visit was held.

    Refuses `not-your-office`, `not-your-visit`, `not-held`, `not-written` and `already-told`.
    """
    visit = demand_member(by, visit, now)
    if not visit.steps.filter(kind=Step.Kind.HELD).exists():
        raise Refusal("not-held", _("Lessons are told once the visit was held."))
    if not (learned.strip() and at_home.strip()):
        raise Refusal(
            "not-written", _("Say what you learned, and what you will do with it at home.")
        )
    same = visit.lessons.filter(of_group=True) if of_group else visit.lessons.filter(by=by)
    if same.filter(of_group=of_group).exists():
        raise Refusal("already-told", _("This lesson was told already."))
    lesson = Lesson(
        visit=visit,
        by=by,
        of_group=of_group,
        learned=learned.strip(),
        at_home=at_home.strip(),
        at=now,
    )
    lesson.full_clean()
    lesson.save()
    if of_group and not visit.steps.filter(kind=Step.Kind.REPORTED).exists():
        Step.objects.create(visit=visit, kind=Step.Kind.REPORTED, by=by, at=now)
    record(by=by, act="visits.learn", about=visit, now=now, public=of_group, of_group=of_group)
    return lesson


@act
def close(*, by: Person, visit: Visit, note: str, now: datetime) -> Step:
    """Close a visit once the group has reported.

    Refuses `not-your-office`, `not-your-visit`, `not-reported` and `already-done`.
    """
    visit = demand_own(by, visit, now)
    kinds = set(visit.steps.values_list("kind", flat=True))
    if Step.Kind.REPORTED not in kinds:
        raise Refusal("not-reported", _("The group has not told yet what it learned."))
    if Step.Kind.CLOSED in kinds:
        raise Refusal("already-done", _("This visit is closed."))
    step = Step.objects.create(visit=visit, kind=Step.Kind.CLOSED, by=by, at=now, note=note.strip())
    record(by=by, act="visits.close", about=visit, now=now, public=True)
    return step
