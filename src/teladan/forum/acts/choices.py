"""The choice: papers ranked by their points, and chosen with a reason for each."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teladan.forum.models import Choice, Event, Judgement, Paper
from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.notices import queue
from teladan.house.offices import demand
from teladan.house.refusals import Refusal


def ranked(event: Event) -> list[tuple[int, Decimal, Paper]]:
    """Return (place, points, paper) of an event, best first; papers nobody judged come last.

    Points are the weighted mean over criteria of the referees' means, 0 to 10; ties share a
    place, and within one the paper that was sent first stands first.
    """
    from teladan.engine import places, weigh

    papers = list(
        event.papers.standing().select_related("theme", "author").order_by("sent_at", "pk")
    )
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


def judgements_missing(event: Event) -> tuple[int, int]:
    """Return how many papers lack a judgement of a seated referee, and how many they lack."""
    seated = event.referees.count()
    counted = event.papers.standing().annotate(n=Count("judgements__referee", distinct=True))
    lacking = [seated - n for n in counted.values_list("n", flat=True) if n < seated]
    return len(lacking), sum(lacking)


@act
def choose(
    *, by: Person, event: Event, reasons: dict[int, str], now: datetime, despite: str = ""
) -> list[Choice]:
    """Choose the papers: the best by points, each with a reason for or against.

    `reasons` holds a text for each paper; `despite` says why one does not wait for judgements that
    are missing, and is kept with the choice. Refuses `not-your-office`, `already-chosen`,
    `call-open`, `nothing-sent`, `not-judged`, `judgements-missing` (unless `despite` says why),
    `reason-missing` and `tie-at-the-line` (equal points on both sides of the line are never
    settled by accident).
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
    papers, missing = judgements_missing(event)
    if missing and not despite.strip():
        raise Refusal("judgements-missing", _said_missing(papers, missing))
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
    event.chosen_at, event.chosen_despite = now, despite.strip() if missing else ""
    event.save(update_fields=["chosen_at", "chosen_despite"])
    record(
        by=by,
        act="forum.choose",
        about=event,
        now=now,
        public=True,
        chosen=seats,
        sent=len(rows),
        missing=missing,
        despite=event.chosen_despite,
    )
    return choices


def _said_missing(papers: int, missing: int) -> str:
    lacking = ngettext("%(n)d paper", "%(n)d papers", papers) % {"n": papers}
    judgements = ngettext("%(n)d judgement", "%(n)d judgements", missing) % {"n": missing}
    return _(
        "Missing: %(judgements)s on %(papers)s. Let the referees finish, take back the seat of one "
        "who has judged nothing, or say why you do not wait."
    ) % {"papers": lacking, "judgements": judgements}
