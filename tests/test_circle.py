"""The circle closes: from a need to a replica, from a visit to a graduate, to a new innovation."""

from datetime import timedelta
from decimal import Decimal

import pytest

from teladan.forum import acts as forum
from teladan.forum.models import Referee
from teladan.house.ledger import broken_lines
from teladan.training import acts as training
from teladan.visits import acts as visits
from teladan.visits.models import Visit
from tests import builders, circle

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


def test_a_need_becomes_a_replica_that_both_sides_confirm(them):
    made = circle.replica(them)
    assert made.source == circle.honoured()
    assert made.confirmations.count() == 2
    assert made.agreement.open_items == ["budget", "regulation", "staff", "tested"]


def test_a_visit_that_was_held_is_public_and_teaches(them):
    visit = circle.held_visit(them)
    assert list(Visit.objects.visible_to(None, circle.ON_VISIT)) == [visit]
    visits.learn(
        by=them["agency"],
        visit=visit,
        learned="Guru datang ke murid.",
        at_home="Mencoba di satu desa.",
        of_group=True,
        now=circle.ON_VISIT,
    )
    visits.close(by=them["host"], visit=visit, note="", now=circle.ON_VISIT)
    assert [step.kind for step in visit.steps.all()] == [
        "sent", "accepted", "confirmed", "held", "reported", "closed",
    ]  # fmt: skip


def test_a_graduates_project_is_told_at_the_forum_and_becomes_an_innovation(them):
    made, project = circle.graduate(them)
    assert made.outcome.rounded == Decimal("85.00")
    assert made.outcome.predicate == "Memuaskan"
    event = circle.event(them)
    paper = forum.send_paper(
        by=made.person,
        event=event,
        theme=event.themes.get(),
        title="Kelas Gerobak",
        abstract="Apa yang kami ubah.",
        project=project,
        now=circle.DECEMBER,
    )
    after = event.call_closes + timedelta(days=1)
    referee = Referee.objects.get(event=event)
    marks = {criterion["code"]: (Decimal("8.5"), "") for criterion in event.criteria}
    forum.judge(by=referee.person, paper=paper, points=marks, now=after)
    forum.choose(by=them["organiser"], event=event, reasons={paper.pk: "Nyata."}, now=after)
    session = forum.schedule(
        by=them["organiser"],
        event=event,
        theme=event.themes.get(),
        title="Sekolah yang datang",
        room="A",
        starts=circle.FORUM_DAY,
        ends=circle.FORUM_DAY + timedelta(hours=1),
        now=after,
    )
    forum.give_talk(by=them["organiser"], session=session, paper=paper, now=after)
    born = training.hand_on(
        by=them["adopter-unit"],
        project=project,
        started=None,
        category="Pendidikan",
        now=after,
    )
    assert born.source == circle.honoured()
    assert born.adapted == "Perahu menjadi gerobak."
    assert born.born_of == project
    assert list(broken_lines()) == []


def test_an_appointment_becomes_a_need_and_a_visit(them):
    circle.reception(them)
    event = circle.event(them)
    innovation = circle.honoured()
    booth = forum.open_booth(
        by=them["organiser"],
        event=event,
        number="A1",
        institution=circle.owner(),
        innovation=innovation,
        now=circle.DECEMBER,
    )
    starts = circle.FORUM_DAY
    booked = forum.book(
        by=them["adopter"],
        booth=booth,
        guest=circle.adopter(),
        starts=starts,
        ends=starts + timedelta(minutes=30),
        purpose="Bertanya tentang guru",
        now=circle.DECEMBER,
    )
    booked = forum.follow_on_need(
        by=them["adopter"],
        appointment=booked,
        theme="education",
        problem="Anak putus sekolah.",
        target_group="Anak",
        constraints="",
        readiness={},
        now=starts,
    )
    booked = forum.follow_on_visit(
        by=them["adopter"],
        appointment=booked,
        day=(starts + timedelta(days=20)).date(),
        size=5,
        topic="Guru",
        contact="Wulan",
        because="Bertemu di forum",
        units=[builders.unit()],
        questions=["Berapa biayanya?"],
        names=[],
        now=starts,
    )
    assert booked.need.institution == booked.visit.visitor == circle.adopter()
