"""What is taken back in the forum: who may, until when, and who is told, each at its edge."""

import pytest
from django.core import mail

from teladan.forum import acts as forum
from teladan.forum.models import (
    Appointment,
    Booth,
    Event,
    Paper,
    Referee,
    Session,
    Talk,
)
from teladan.house.models import Notice
from teladan.house.notices import send_waiting
from tests import builders, circle
from tests.forums import (
    TICK,
    author,
    book,
    booth,
    cancel,
    choose,
    judge,
    mailed,
    refused,
    sari,
    second,
    send,
    session,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


@pytest.fixture
def event(them):
    return circle.event(them)


# --- themes and referees ---------------------------------------------------------------------


def test_a_theme_is_taken_back_only_while_nothing_uses_it(them, event):
    rudi = {"by": them["organiser"], "now": circle.DECEMBER}
    add = {"event": event, **rudi}
    above = forum.add_theme(name="Data", parent=None, **add)
    below = forum.add_theme(name="Data di desa", parent=above, **add)
    refused("theme-used", forum.drop_theme, theme=above, **rudi)
    forum.drop_theme(theme=below, **rudi)
    refused("already-gone", forum.drop_theme, theme=below, **rudi)
    paper = send(event, author(), theme=above)
    refused("theme-used", forum.drop_theme, theme=above, **rudi)
    forum.withdraw_paper(by=author(), paper=paper, now=circle.DECEMBER)
    refused("theme-used", forum.drop_theme, theme=above, **rudi)  # the paper is kept
    refused("not-your-office", forum.drop_theme, theme=above, by=author(), now=circle.DECEMBER)
    free = forum.add_theme(name="Air", parent=None, **add)
    forum.drop_theme(theme=free, **rudi)
    assert forum.add_theme(name="Air", parent=None, **add)
    with_session = event.themes.get(name="Pendidikan")
    session(them, event)
    refused("theme-used", forum.drop_theme, theme=with_session, **rudi)


def test_a_referee_is_unseated_until_the_first_judgement_and_reads_why(them, event):
    dua = second(them, event)
    seat = Referee.objects.get(person=dua)
    paper = send(event, author())
    asked = {"by": them["organiser"], "now": event.call_closes}
    refused("no-reason", forum.unseat_referee, referee=seat, reason=" ", **asked)
    refused("not-your-office", forum.unseat_referee, referee=seat, reason="X", by=dua,
            now=event.call_closes)  # fmt: skip
    judge(paper, sari())
    first = Referee.objects.get(person=sari())
    refused("has-judged", forum.unseat_referee, referee=first, reason="Pindah.", **asked)
    forum.unseat_referee(referee=seat, reason="Pindah tugas.", **asked)
    assert mailed("Pindah tugas.") == {"Dua"}
    refused("already-gone", forum.unseat_referee, referee=seat, reason="Lagi.", **asked)
    refused("not-yours", judge, paper, dua)
    choose(them, event)  # nobody is waited for any more
    refused("already-chosen", forum.unseat_referee, referee=first, reason="Lambat.", **asked)


# --- papers and their choice -----------------------------------------------------------------


def test_a_paper_is_withdrawn_by_its_author_until_just_before_the_call_closes(them, event):
    by = author()
    one, two, three = (send(event, by, title) for title in ("Satu", "Dua", "Tiga"))
    withdraw = forum.withdraw_paper
    refused("not-yours", withdraw, by=author("Zaki"), paper=one, now=circle.DECEMBER)
    refused("not-yours", withdraw, by=them["organiser"], paper=one, now=circle.DECEMBER)
    withdraw(by=by, paper=one, now=event.call_closes - TICK)
    refused("already-withdrawn", withdraw, by=by, paper=one, now=event.call_closes - TICK)
    refused("call-closed", withdraw, by=by, paper=two, now=event.call_closes)
    assert Paper.objects.count() == 3  # the row stays
    refused("withdrawn", judge, one, sari())
    for number, paper in enumerate((two, three)):
        judge(paper, sari(), str(8 - number))
    assert [paper for _place, _points, paper in forum.ranked(event)] == [two, three]
    assert [row.paper for row in choose(them, event)] == [two, three]


def test_what_was_withdrawn_may_be_sent_again_and_bars_nobody_from_judging(them, event):
    by = author()
    paper = send(event, by)
    forum.withdraw_paper(by=by, paper=paper, now=circle.DECEMBER)
    again = send(event, by)
    seat = {"by": them["organiser"], "event": event, "name": "X", "now": circle.DECEMBER}
    refused("is-author", forum.seat_referee, email=by.email, **seat)
    forum.withdraw_paper(by=by, paper=again, now=circle.DECEMBER)
    forum.seat_referee(email=by.email, **seat)


def test_papers_are_not_chosen_while_judgements_are_missing_unless_it_is_said_why(them, event):
    dua = second(them, event)
    papers = [send(event, author(), title) for title in ("Satu", "Dua", "Tiga")]
    for number, paper in enumerate(papers):
        judge(paper, sari(), str(8 - number))
    judge(papers[0], dua, "9")
    assert forum.judgements_missing(event) == (2, 2)
    assert refused("judgements-missing", choose, them, event).count("2") == 2
    refused("judgements-missing", choose, them, event, despite="  ")
    assert not Event.objects.get().chosen_at
    choose(them, event, despite="Dua sakit sejak Senin.")
    assert Event.objects.get().chosen_despite == "Dua sakit sejak Senin."


def test_with_every_judgement_given_no_reason_for_haste_is_kept(them, event):
    dua = second(them, event)
    paper = send(event, author())
    judge(paper, sari())
    refused("judgements-missing", choose, them, event)
    judge(paper, dua)
    choose(them, event, despite="Tidak perlu.")
    assert Event.objects.get().chosen_despite == ""


def test_a_paper_that_nobody_judged_is_not_chosen_for_any_reason(them, event):
    send(event, author())
    refused("not-judged", choose, them, event, despite="Terburu-buru.")


# --- the programme ---------------------------------------------------------------------------


def test_a_session_is_taken_out_until_it_begins_and_its_papers_wait_again(them, event):
    talk = told(them, event)
    drop = {"by": them["organiser"], "session": talk.session}
    starts = talk.session.starts
    refused("no-reason", forum.drop_session, reason=" ", now=starts - TICK, **drop)
    refused("already-began", forum.drop_session, reason="Ruang rusak.", now=starts, **drop)
    drop["by"] = them["adopter"]
    refused("not-your-office", forum.drop_session, reason="X", now=starts - TICK, **drop)
    drop["by"] = them["organiser"]
    forum.drop_session(reason="Ruang rusak.", now=starts - TICK, **drop)
    assert mailed("Ruang rusak.") == {"Yanti"}
    assert not Talk.objects.exists()
    refused("already-gone", forum.drop_session, reason="Lagi.", now=starts - TICK, **drop)
    gone = {"by": them["organiser"], "session": talk.session, "paper": talk.paper}
    refused("already-gone", forum.give_talk, now=circle.DECEMBER, **gone)
    gone["session"] = session(them, event, "B")  # chosen still, and free for another session
    assert forum.give_talk(now=circle.DECEMBER, **gone)


def test_an_empty_session_goes_without_a_reason(them, event):
    forum.drop_session(
        by=them["organiser"], session=session(them, event), reason="", now=circle.DECEMBER
    )
    assert not Session.objects.exists()


def test_a_paper_is_taken_out_of_its_session_until_it_begins_and_its_author_reads_why(them, event):
    talk = told(them, event)
    drop = {"by": them["organiser"], "talk": talk}
    starts = talk.session.starts
    refused("no-reason", forum.drop_talk, reason="", now=starts - TICK, **drop)
    refused("already-began", forum.drop_talk, reason="Pindah.", now=starts, **drop)
    other = {"by": them["owner"], "talk": talk}
    refused("not-your-office", forum.drop_talk, reason="Pindah.", now=starts - TICK, **other)
    forum.drop_talk(reason="Pindah ruang.", now=starts - TICK, **drop)
    assert mailed("Pindah ruang.") == {"Yanti"}
    refused("already-gone", forum.drop_talk, reason="Lagi.", now=starts - TICK, **drop)
    assert Session.objects.exists()


# --- the marketplace -------------------------------------------------------------------------


def test_a_booth_is_taken_back_while_no_appointment_stands(them, event):
    at = booth(them, event)
    met = book(them, at)
    drop = {"by": them["organiser"], "booth": at, "now": circle.DECEMBER}
    refused("booth-booked", forum.drop_booth, reason="Batal.", **drop)
    cancel(met, them["adopter"])
    refused("no-reason", forum.drop_booth, reason=" ", **drop)
    refused("not-your-office", forum.drop_booth, reason="X", **drop | {"by": them["owner"]})
    forum.drop_booth(reason="Batal ikut.", **drop)
    assert mailed("Batal ikut.") == {"Bima"}
    refused("already-gone", forum.drop_booth, reason="Lagi.", **drop)
    refused("already-gone", book, them, at)
    assert booth(them, event).number == at.number  # its number is free again


@pytest.mark.parametrize(
    ("who", "hears"),
    [("adopter", {"Bima"}), ("owner", {"Wulan"}), ("organiser", {"Bima", "Wulan"})],
)
def test_either_side_or_the_organiser_cancels_and_the_others_read_why(them, event, who, hears):
    met = book(them, booth(them, event))
    cancel(met, them[who])
    met.refresh_from_db()
    assert (met.cancelled_by, met.cancelled_because) == (them[who], "Kepala dinas berhalangan.")
    assert mailed("Kepala dinas berhalangan.") == hears
    refused("already-cancelled", cancel, met, them[who])


def test_an_appointment_is_cancelled_with_a_reason_before_it_begins_by_nobody_else(them, event):
    met = book(them, booth(them, event))
    refused("no-reason", cancel, met, them["adopter"], " ")
    refused("not-your-side", cancel, met, them["agency"])
    refused("not-your-office", cancel, met, them["matchmaker"])
    refused("already-began", cancel, met, them["adopter"], now=met.starts)
    cancel(met, them["adopter"], now=met.starts - TICK)


def test_a_cancelled_hour_is_free_again_and_becomes_nothing(them, event):
    circle.reception(them)
    at = booth(them, event)
    met = book(them, at)
    agency = {"by": "agency", "guest": circle.agency()}
    refused("booth-busy", book, them, at, **agency)
    cancel(met, them["owner"])
    need = {
        "theme": "education", "problem": "Putus sekolah.", "target_group": "Anak",
        "constraints": "", "readiness": {},
    }  # fmt: skip
    follow = {"by": them["adopter"], "appointment": met, "now": circle.DECEMBER}
    refused("cancelled", forum.follow_on_need, **follow, **need)
    refused("cancelled", forum.follow_on_visit, day=circle.VISIT_DAY, **follow)
    book(them, at, **agency)
    assert Appointment.objects.standing().count() == 1


def test_what_became_a_need_is_cancelled_no_more(them, event):
    met = book(them, booth(them, event))
    forum.follow_on_need(
        by=them["adopter"],
        appointment=met,
        theme="education",
        problem="Putus sekolah.",
        target_group="Anak",
        constraints="",
        readiness={},
        now=circle.DECEMBER,
    )
    refused("already-followed", cancel, met, them["adopter"])


# --- the mails -------------------------------------------------------------------------------


def test_what_is_told_of_what_was_taken_back_is_sent(them, event):
    talk = told(them, event)
    at, now = booth(them, event), event.call_closes
    cancel(book(them, at), them["adopter"], "Berhalangan.")
    asked = {"by": them["organiser"], "now": now}
    forum.drop_booth(booth=at, reason="Stan batal.", **asked)
    forum.drop_talk(talk=talk, reason="Ruang rusak.", **asked)
    waiting = Notice.objects.count()
    assert send_waiting(now) == (waiting, 0)
    sent = {(message.body, message.to[0]) for message in mail.outbox}
    for body, name in (("Berhalangan.", "owner"), ("Stan batal.", "owner"),
                       ("Ruang rusak.", "adopter-unit")):  # fmt: skip
        assert (body, them[name].email) in sent


def test_a_booth_that_was_taken_back_is_for_its_exhibitor_organiser_and_auditor_only(them, event):
    at = booth(them, event)
    others = (None, them["adopter"], them["host"], author())
    inside = (them["owner"], them["organiser"], builders.person("Aulia", "auditor"))

    def readers(people):
        return {Booth.objects.visible_to(each, circle.DECEMBER).count() for each in people}

    assert readers((*others, *inside)) == {1}
    Event.objects.update(published_at=circle.DECEMBER + TICK)
    assert readers(others) == {0}
    Event.objects.update(published_at=circle.DECEMBER)
    forum.drop_booth(by=them["organiser"], booth=at, reason="Batal.", now=circle.DECEMBER)
    assert readers(others) == {0}
    assert readers(inside) == {1}
