"""Papers: sent, judged without the name, and chosen with a reason for each."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from teladan.forum.models import Choice, Event, Judgement, Paper, Referee, Theme
from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.notices import queue
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
    if Paper.objects.filter(event=event, author=by, title__iexact=title).exists():
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
def judge(
    *, by: Person, paper: Paper, points: dict[str, tuple[Decimal, str]], now: datetime
) -> list[Judgement]:
    """Give points on the four criteria, 0 to 10, once: criterion -> (points, comment).

    Refuses `not-your-office`, `not-yours`, `already-chosen`, `call-open`, `already-judged`,
    `not-complete` and `off-the-scale`.
    """
    demand(by, Office.REFEREE, now=now)
    event = Event.objects.select_for_update(no_key=True).get(pk=paper.event_id)
    referee = Referee.objects.filter(event=event, person=by).first()
    if referee is None or paper.author_id == by.pk:
        raise Refusal("not-yours", _("Somebody else judges this paper."))
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


def ranked(event: Event) -> list[tuple[int, Decimal, Paper]]:
    """Return (place, points, paper) of an event, best first; papers nobody judged come last.

    Points are the weighted mean over criteria of the referees' means, 0 to 10; ties share a
    place, and within one the paper that was sent first stands first.
    """
    from teladan.engine import places, weigh

    papers = list(event.papers.select_related("theme", "author").order_by("sent_at", "pk"))
    given: dict[int, dict[str, list[Decimal]]] = {}
    for row in Judgement.objects.filter(paper__event=event).order_by("pk"):
        given.setdefault(row.paper_id, {}).setdefault(row.criterion, []).append(row.points)
    weights = [float(criterion["weight"]) for criterion in event.criteria]
    judged, means = [], []
    for paper in papers:
        if marks := given.get(paper.pk):
            judged.append(paper)
            means.append(
                [
                    float(sum(marks[c["code"]], Decimal(0)) / len(marks[c["code"]]))
                    for c in event.criteria
                ]
            )
    found: list[tuple[int, Decimal, Paper]] = []
    if judged:
        points = weigh(means, weights)
        for paper, place, total in zip(judged, places(points), points, strict=True):
            exact = Decimal(repr(float(total))).quantize(Decimal("0.0001"))
            found.append((int(place), exact, paper))
    found.sort(key=lambda row: (row[0], row[2].sent_at, row[2].pk))
    left = [paper for paper in papers if paper.pk not in given]
    return found + [(len(found) + 1, Decimal(0), paper) for paper in left]


@act
def choose(*, by: Person, event: Event, reasons: dict[int, str], now: datetime) -> list[Choice]:
    """Choose the papers: the best by points, each with a reason for or against.

    `reasons` holds a text for each paper. Refuses `not-your-office`, `already-chosen`,
    `call-open`, `nothing-sent`, `not-judged`, `reason-missing` and `tie-at-the-line` (equal points
    on both sides of the line are never settled by accident).
    """
    demand(by, Office.ORGANISER, now=now)
    event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    if event.chosen_at:
        raise Refusal("already-chosen", _("The papers are chosen already."))
    if event.call_closes is None or now < event.call_closes:
        raise Refusal("call-open", _("Papers are chosen once the call is closed."))
    rows = ranked(event)
    if not rows:
        raise Refusal("nothing-sent", _("No paper was sent."))
    if any(not paper.judgements.exists() for _place, _points, paper in rows):
        raise Refusal("not-judged", _("Each paper is judged before any is chosen."))
    seats = min(event.places or 0, len(rows))
    if seats < len(rows) and rows[seats - 1][0] == rows[seats][0]:
        raise Refusal(
            "tie-at-the-line",
            _(
                "Papers with equal points stand on both sides of the line. Let one more referee "
                "judge all of them."
            ),
        )
    if any(not reasons.get(paper.pk, "").strip() for _place, _points, paper in rows):
        raise Refusal("reason-missing", _("Give a reason for each paper, chosen or not."))
    choices = []
    for number, (place, points, paper) in enumerate(rows):
        choice = Choice(
            paper=paper,
            chosen=number < seats,
            place=place,
            points=points,
            reason=reasons[paper.pk].strip(),
            by=by,
            at=now,
        )
        choice.full_clean()
        choice.save()
        choices.append(choice)
        queue(
            to=paper.author,
            about=paper,
            now=now,
            subject=_("Your paper: %(title)s") % {"title": paper.title},
            body=choice.reason,
        )
    event.chosen_at = now
    event.save(update_fields=["chosen_at"])
    record(
        by=by,
        act="forum.choose",
        about=event,
        now=now,
        public=True,
        chosen=seats,
        sent=len(rows),
    )
    return choices
