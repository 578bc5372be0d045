"""Papers: sent and withdrawn, and judged without the name."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from teladan.forum.models import Event, Judgement, Paper, Referee, Theme
from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.offices import demand, held
from teladan.house.refusals import Refusal
from teladan.registry.acts import demand_title
from teladan.registry.models import Innovation
from teladan.training.models import Outcome, Project


@act
def send_paper(
    *,
    by: Person,
    event: Event,
    theme: Theme,
    title: str,
    abstract: str,
    project: Project | None,
    now: datetime,
    innovation: Innovation | None = None,
) -> Paper:
    """Send a paper in answer to a call: graduates on their project, units on an innovation.

    Refuses `not-your-office`, `not-yours`, `not-graduated`, `call-closed`, `other-forum`,
    `no-title`, `title-html`, `not-written`, `is-referee` and `already-sent`.
    """
    demand(by, Office.PARTICIPANT, Office.UNIT, Office.LOCAL_ADMIN, now=now)
    event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    if not (event.call_opens and event.call_closes and event.call_opens <= now < event.call_closes):
        raise Refusal("call-closed", _("This forum takes no papers now."))
    if theme.event_id != event.pk:
        raise Refusal("other-forum", _("This theme belongs to another forum."))
    if project is not None:
        if project.participant.person_id != by.pk:
            raise Refusal("not-yours", _("A paper tells of one's own project."))
        graduated = Outcome.objects.filter(
            participant=project.participant_id, result=Outcome.Result.GRADUATED
        )
        if not graduated.exists():
            raise Refusal("not-graduated", _("A project is told of once it has graduated."))
        innovation = innovation or project.innovation or project.source
    elif innovation is not None and innovation.institution_id not in {
        term.institution_id for term in held(by, now)
    }:
        raise Refusal("not-yours", _("A paper tells of one's own work."))
    if Referee.objects.filter(event=event, person=by).exists():
        raise Refusal("is-referee", _("Who judges the papers sends none."))
    title = demand_title(title)
    if not abstract.strip():
        raise Refusal("not-written", _("Write what the paper tells."))
    mine = Paper.objects.standing().filter(event=event, author=by)
    if mine.filter(title__iexact=title).exists():
        raise Refusal("already-sent", _("You have sent this paper already."))
    paper = Paper(
        event=event,
        theme=theme,
        author=by,
        project=project,
        innovation=innovation,
        title=title,
        abstract=abstract.strip(),
        sent_at=now,
        simulated=event.simulated,
    )
    paper.full_clean()
    paper.save()
    record(by=by, act="forum.send_paper", about=paper, now=now, event=event.pk, title=title)
    return paper


@act
def withdraw_paper(*, by: Person, paper: Paper, now: datetime) -> Paper:
    """Withdraw one's paper while the call is open; it is kept, and nobody judges it.

    Whoever wrote it may, also in no office any more: it is theirs. Refuses `not-yours`,
    `call-closed` and `already-withdrawn`.
    """
    if paper.author_id != by.pk:
        raise Refusal("not-yours", _("Only its author withdraws a paper."))
    event = Event.objects.select_for_update(no_key=True).get(pk=paper.event_id)
    if event.call_closes is None or now >= event.call_closes:
        raise Refusal("call-closed", _("The call is closed: the referees have the paper now."))
    paper = Paper.objects.select_for_update(of=("self",), no_key=True).get(pk=paper.pk)
    if paper.withdrawn_at:
        raise Refusal("already-withdrawn", _("This paper is withdrawn already."))
    paper.withdrawn_at = now
    paper.save(update_fields=["withdrawn_at"])
    record(by=by, act="forum.withdraw_paper", about=paper, now=now, event=event.pk)
    return paper


@act
def judge(
    *, by: Person, paper: Paper, points: dict[str, tuple[Decimal, str]], now: datetime
) -> list[Judgement]:
    """Give points on the four criteria, 0 to 10, once: criterion -> (points, comment).

    Refuses `not-your-office`, `not-yours`, `withdrawn`, `already-chosen`, `call-open`,
    `already-judged`, `not-complete` and `off-the-scale`.
    """
    demand(by, Office.REFEREE, now=now)
    event = Event.objects.select_for_update(no_key=True).get(pk=paper.event_id)
    referee = Referee.objects.filter(event=event, person=by).first()
    if referee is None or paper.author_id == by.pk:
        raise Refusal("not-yours", _("Somebody else judges this paper."))
    # Withdrawing locks the event too: what it left behind is read under the same lock.
    if not Paper.objects.standing().filter(pk=paper.pk).exists():
        raise Refusal("withdrawn", _("Its author has withdrawn this paper."))
    if event.chosen_at:
        raise Refusal("already-chosen", _("The papers are chosen."))
    if event.call_closes and now < event.call_closes:
        raise Refusal("call-open", _("Papers are judged once the call is closed."))
    if Judgement.objects.filter(paper=paper, referee=referee).exists():
        raise Refusal("already-judged", _("You have judged this paper."))
    asked = [criterion["code"] for criterion in event.criteria]
    if set(points) != set(asked):
        raise Refusal("not-complete", _("Give points on every criterion."))
    rows = []
    for code in asked:
        given, comment = points[code]
        if not 0 <= given <= 10 or given != given.quantize(Decimal("0.1")):
            raise Refusal("off-the-scale", _("Points go from 0 to 10, with one decimal."))
        row = Judgement(
            paper=paper,
            referee=referee,
            criterion=code,
            points=given,
            comment=comment.strip(),
            at=now,
        )
        row.full_clean()
        row.save()
        rows.append(row)
    record(by=by, act="forum.judge", about=paper, now=now, referee=referee.pk)
    return rows
