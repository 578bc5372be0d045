"""Examinations: blind scores, the grade line by line, the outcome; an examiner who leaves."""

from __future__ import annotations

import secrets
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.notices import queue
from teladan.house.offices import demand
from teladan.house.refusals import Refusal
from teladan.training.models import (
    Examiner,
    Outcome,
    Participant,
    Project,
    Score,
    Seminar,
    agencies_at,
)

CENT = Decimal("0.01")
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@act
def unseat_examiner(*, by: Person, examiner: Examiner, reason: str, now: datetime) -> Participant:
    """Take back the seat of an examiner who has given no scores, and tell them why.

    Refuses `not-your-office`, `already-concluded`, `already-gone`, `has-scored` (their points
    count) and `reason-missing`.
    """
    participant = examiner.participant
    demand(by, Office.AGENCY, now=now, institution_id=participant.cohort.agency_id)
    # Scoring locks the participant too: nobody is unseated while giving points.
    participant = Participant.objects.select_for_update(of=("self",), no_key=True).get(
        pk=participant.pk
    )
    if hasattr(participant, "outcome"):
        raise Refusal("already-concluded", _("The outcome is told; nobody examines any more."))
    if not Examiner.objects.filter(pk=examiner.pk).exists():
        raise Refusal("already-gone", _("This person examines here no more."))
    if examiner.scores.exists():
        raise Refusal("has-scored", _("This person has given scores; they count."))
    if not reason.strip():
        raise Refusal("reason-missing", _("Say why: the examiner reads it."))
    Examiner.objects.filter(pk=examiner.pk).delete()
    queue(
        to=examiner.person,
        now=now,
        subject=_("You no longer examine in %(cohort)s: %(name)s")
        % {"cohort": participant.cohort, "name": participant.person.name},
        body=reason.strip(),
    )
    record(
        by=by,
        act="training.unseat_examiner",
        about=participant,
        now=now,
        person=examiner.person_id,
        reason=reason.strip(),
    )
    return participant


@act
def score(
    *, by: Person, examiner: Examiner, points: dict[str, tuple[Decimal, str]], now: datetime
) -> list[Score]:
    """Give points on every component of the rules, once: component -> (points, comment).

    Refuses `not-your-office`, `not-yours`, `already-concluded`, `results-first` (nothing is
    scored before the results seminar), `already-scored`, `not-complete`, `off-the-scale` and
    `comment-missing` (below the lowest band that passes).
    """
    demand(by, Office.EXAMINER, now=now)
    if examiner.person_id != by.pk:
        raise Refusal("not-yours", _("Somebody else examines here."))
    participant = Participant.objects.select_for_update(of=("self",), no_key=True).get(
        pk=examiner.participant_id
    )
    rule = participant.cohort.rule
    if hasattr(participant, "outcome"):
        raise Refusal("already-concluded", _("The outcome is told."))
    if not participant.seminars.filter(kind=Seminar.Kind.RESULTS).exists():
        raise Refusal("results-first", _("Scores are given after the results seminar."))
    if examiner.scores.exists():
        raise Refusal("already-scored", _("You have given your scores."))
    asked = [component.code for component in rule.components]
    if set(points) != set(asked):
        raise Refusal("not-complete", _("Give points on every component."))
    passing = min((band.edge for band in rule.bands if band.passes), default=Decimal(0))
    rows = []
    for code in asked:
        given, comment = points[code]
        if not 0 <= given <= 100 or given != given.quantize(CENT):
            raise Refusal("off-the-scale", _("Points go from 0 to 100, with two decimals."))
        if given < passing and not comment.strip():
            raise Refusal(
                "comment-missing",
                _("Points below %(passing)s need a comment that says why.") % {"passing": passing},
            )
        row = Score(
            examiner=examiner, component=code, points=given, comment=comment.strip(), at=now
        )
        row.full_clean()
        row.save()
        rows.append(row)
    record(
        by=by,
        act="training.score",
        about=participant,
        now=now,
        points={code: str(points[code][0]) for code in asked},
    )
    return rows


def grade_of(participant: Participant) -> tuple[Decimal, list[dict[str, Any]], list[str]]:
    """Return points, the calculation line by line, and the components where examiners differ.

    The mean of the examiners on each component, times its weight in percent. Called once every
    examiner has scored.
    """
    from teladan.engine import weigh

    rule = participant.cohort.rule
    rows = Score.objects.filter(examiner__participant=participant)
    by_code: dict[str, list[Decimal]] = {}
    for row in rows:
        by_code.setdefault(row.component, []).append(row.points)
    lines: list[dict[str, Any]] = []
    apart = []
    for component in rule.components:
        given = by_code[component.code]
        mean = sum(given, Decimal(0)) / len(given)
        lines.append(
            {
                "code": component.code,
                "name_id": component.name_id,
                "name_en": component.name_en,
                "weight": str(component.weight),
                "points": [str(points) for points in given],
                "mean": str(mean.quantize(Decimal("0.00001"))),
                "part": str((mean * component.weight / 100).quantize(Decimal("0.00001"))),
            }
        )
        if max(given) - min(given) > rule.spread_limit:
            apart.append(component.code)
    total = weigh(
        [[float(Decimal(line["mean"])) for line in lines]],
        [float(component.weight) for component in rule.components],
    )[0]
    return Decimal(repr(float(total))).quantize(Decimal("0.00001")), lines, apart


@act
def conclude(
    *, by: Person, participant: Participant, result: str, reason: str, now: datetime
) -> Outcome:
    """Tell the outcome: graduated with the grade, or postponed, failed or withdrawn with a reason.

    A graduate's project is made known to the training agencies of the home region.

    Refuses `not-your-office`, `already-concluded`, `reason-missing`, and for a graduate
    `no-examiner`, `scores-missing`, `examiners-apart` (a reason says how it was settled) and
    `below-the-line`.
    """
    demand(by, Office.AGENCY, now=now, institution_id=participant.cohort.agency_id)
    participant = Participant.objects.select_for_update(of=("self",), no_key=True).get(
        pk=participant.pk
    )
    if hasattr(participant, "outcome"):
        raise Refusal("already-concluded", _("The outcome was told already."))
    outcome = Outcome(participant=participant, result=result, reason=reason.strip(), by=by, at=now)
    if result == Outcome.Result.GRADUATED:
        _graduate(outcome, participant)
    elif not outcome.reason:
        raise Refusal("reason-missing", _("Whoever did not graduate is told why."))
    outcome.full_clean()
    outcome.save()
    if result == Outcome.Result.GRADUATED:
        _tell_home(participant, now)
    record(
        by=by,
        act="training.conclude",
        about=participant,
        now=now,
        public=True,
        attempt=participant.remedials.count() + 1,
        result=result,
        points=outcome.points,
        predicate=outcome.predicate,
        reason=outcome.reason,
    )
    return outcome


def _graduate(outcome: Outcome, participant: Participant) -> None:
    examiners = participant.examiners.count()
    if not examiners:
        raise Refusal("no-examiner", _("Nobody has examined this participant yet."))
    scored = participant.examiners.filter(scores__isnull=False).distinct().count()
    if scored < examiners:
        raise Refusal(
            "scores-missing",
            _("%(scored)d of %(all)d examiners have given their scores.")
            % {"scored": scored, "all": examiners},
        )
    points, lines, apart = grade_of(participant)
    if apart and not outcome.reason:
        raise Refusal(
            "examiners-apart",
            _("The examiners differ widely on: %(components)s. Confer, and write what was settled.")
            % {"components": ", ".join(apart)},
        )
    rounded = points.quantize(CENT, ROUND_HALF_UP)
    band = participant.cohort.rule.band(rounded)
    if band is None or not band.passes:
        raise Refusal(
            "below-the-line",
            _("%(points)s points do not pass. Postpone, or tell that it failed.")
            % {"points": rounded},
        )
    outcome.points, outcome.rounded, outcome.lines = points, rounded, lines
    outcome.predicate = band.predicate_id
    outcome.code = "-".join(
        "".join(secrets.choice(ALPHABET) for _letter in range(4)) for _group in range(4)
    )


def _tell_home(participant: Participant, now: datetime) -> None:
    """Tell the training agencies of the home region, but not the one that ran the cohort."""
    home = participant.unit.institution.region
    project = Project.objects.filter(participant=participant).first()
    if home is None or project is None:
        return
    places = [home, home.province] if home.province else [home]
    terms = agencies_at(*places, now=now).exclude(institution=participant.cohort.agency_id)
    for person in Person.objects.filter(pk__in=terms.values("person")).order_by("pk"):
        queue(
            to=person,
            now=now,
            about=project,
            subject=_("An official of your region has graduated: %(title)s")
            % {"title": project.title},
            body=_(
                "%(name)s of %(unit)s graduated in %(cohort)s of %(agency)s. This is your copy of "
                "the change project:\n%(address)s"
            )
            % {
                "name": participant.person.name,
                "unit": participant.unit.name,
                "cohort": participant.cohort,
                "agency": participant.cohort.agency.name,
                "address": f"{settings.SITE_URL}{reverse('project', args=[participant.pk])}",
            },
        )
