"""Ledger, offices, refusals, notices and files: the common ground."""

from datetime import date, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from threading import Thread

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse

from teladan.contest import acts as contest
from teladan.contest.models import Filing
from teladan.house import files, notices
from teladan.house.ledger import Unledgered, act, broken_lines, record
from teladan.house.models import Attachment, Ledger, LedgerHead, Notice, OfficeTerm, Person
from teladan.house.offices import appoint, demand, offices_of
from teladan.house.refusals import Refusal
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def lines(*names):
    for name in names:
        record(by=None, act=name, about="test:1", now=NOW, amount=1)


def test_lines_are_numbered_and_chained():
    lines("a", "b", "c")

    rows = list(Ledger.objects.all())
    assert [row.seq for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == ["", rows[0].digest, rows[1].digest]
    assert list(broken_lines()) == []


@pytest.mark.parametrize(
    ("tamper", "place"),
    [
        ("UPDATE teladan_ledger SET act = 'x' WHERE seq = 2", "line 2 (x, test:1) was changed"),
        ("UPDATE teladan_ledger SET by_id = NULL, facts = '{\"amount\": 2}' WHERE seq = 2",
         "line 2 (b, test:1) was changed"),
        ("DELETE FROM teladan_ledger WHERE seq = 2", "line 2 is missing"),
        ("DELETE FROM teladan_ledger WHERE seq = 3", "the head says line 3"),
        ("UPDATE teladan_ledger SET previous = 'x' WHERE seq = 2", "line 2 does not follow line 1"),
    ],
)  # fmt: skip
def test_the_first_broken_line_is_named(tamper, place):
    lines("a", "b", "c")
    assert list(broken_lines()) == []

    with connection.cursor() as cursor:
        cursor.execute(tamper)

    assert place in next(broken_lines())


def test_the_ledger_refuses_to_be_changed_through_the_models():
    lines("a")
    row = Ledger.objects.get()

    with pytest.raises(TypeError, match="append-only"):
        row.save()
    with pytest.raises(TypeError, match="append-only"):
        row.delete()
    with pytest.raises(TypeError, match="append-only"):
        Ledger.objects.all().delete()
    with pytest.raises(TypeError, match="append-only"):
        Ledger.objects.update(act="x")


def test_an_act_that_leaves_no_line_is_undone():
    @act
    def forgetful():
        Person.objects.create(email="x@example.id", name="X")

    with pytest.raises(Unledgered):
        forgetful()

    assert not Person.objects.filter(email="x@example.id").exists()


def test_a_refused_act_leaves_no_line(ayu, edition):
    before = LedgerHead.objects.get().seq

    with pytest.raises(Refusal):
        contest.announce(by=ayu, slug="x", name="X", year=2026, rules=builders.rules(), now=NOW)

    assert LedgerHead.objects.get().seq == before


def test_a_public_line_moves_the_public_mark_and_others_do_not():
    record(by=None, act="a", about="test:1", now=NOW, public=True)
    record(by=None, act="b", about="test:1", now=NOW)

    head = LedgerHead.objects.get()
    assert (head.seq, head.public_seq) == (2, 1)


def test_an_office_runs_from_its_first_day_through_its_last(dewi):
    OfficeTerm.objects.create(
        person=dewi, office="auditor", starts=date(2026, 3, 10), ends=date(2026, 3, 15)
    )
    held_on = []
    for day in range(8, 19):
        dewi.known_terms = None
        if "auditor" in offices_of(dewi, NOW.replace(day=day)):
            held_on.append(day)

    assert held_on == [10, 11, 12, 13, 14, 15]
    dewi.known_terms = None
    with pytest.raises(Refusal) as no:
        demand(dewi, "auditor", now=NOW.replace(day=16))
    assert no.value.code == "not-your-office"


def test_an_inactive_person_holds_no_office(citra):
    assert demand(citra, "secretariat", now=NOW)
    citra.is_active = False

    with pytest.raises(Refusal) as no:
        demand(citra, "secretariat", now=NOW)
    assert no.value.code == "not-your-office"


def test_a_local_admin_appoints_units_of_the_own_institution_only(bima, dewi):
    own, other = builders.unit(), builders.unit(builders.institution("Kota Solo", code="33.72"))

    appoint(by=bima, person=dewi, office="unit", starts=NOW.date(), now=NOW,
            institution_id=own.institution_id, unit_id=own.pk)  # fmt: skip

    for office, at in [("unit", other), ("secretariat", own)]:
        with pytest.raises(Refusal) as no:
            appoint(by=bima, person=dewi, office=office, starts=NOW.date(), now=NOW,
                    institution_id=at.institution_id, unit_id=at.pk)  # fmt: skip
        assert no.value.code == "not-your-office"
    assert [term.unit_id for term in dewi.terms.all()] == [own.pk]


def test_an_office_is_not_given_twice(citra, dewi):
    appoint(by=citra, person=dewi, office="auditor", starts=NOW.date(), now=NOW)

    with pytest.raises(Refusal) as no:
        appoint(by=citra, person=dewi, office="auditor", starts=NOW.date(), now=NOW)
    assert no.value.code == "already-in-office"


def test_a_mail_is_sent_once_released(citra, dewi):
    held = notices.queue(to=dewi, subject="Held", body="…", now=NOW, hold=True)
    notices.queue(to=dewi, subject="Free", body="…", now=NOW)

    assert notices.send_waiting(NOW) == (1, 0)
    assert [m.subject for m in mail.outbox] == ["Free"]

    notices.release(by=citra, notices=[held], now=NOW)
    assert notices.send_waiting(NOW) == (1, 0)
    assert notices.send_waiting(NOW) == (0, 0)
    assert [m.subject for m in mail.outbox] == ["Free", "Held"]
    with pytest.raises(Refusal) as no:
        notices.release(by=citra, notices=[held], now=NOW)
    assert no.value.code == "nothing-to-release"


def test_a_mail_is_dropped_when_its_receiver_may_no_longer_know(edition):
    entry = builders.draft(edition)
    writer = entry.begun_by
    notices.queue(to=writer, about=entry, subject="Yours", body="…", now=NOW)
    assert notices.may_know(writer, f"entry:{entry.pk}", NOW)

    writer.terms.update(ends=date(2020, 12, 31))

    assert notices.send_waiting(NOW) == (0, 1)
    assert mail.outbox == []
    assert "may no longer" in Notice.objects.get().dropped_because


def test_a_mail_about_what_nobody_guards_is_not_queued(dewi):
    with pytest.raises(TypeError, match="LedgerHead"):
        notices.queue(to=dewi, about=LedgerHead(pk=1), subject="?", body="…", now=NOW)
    assert not Notice.objects.exists()


def test_a_mail_about_what_is_no_longer_known_keeps_no_other_waiting(dewi):
    old = notices.queue(to=dewi, subject="Old", body="…", now=NOW)
    Notice.objects.filter(pk=old.pk).update(about="formerthing:1")
    notices.queue(to=dewi, subject="New", body="…", now=NOW)

    assert notices.send_waiting(NOW) == (1, 1)
    assert [m.subject for m in mail.outbox] == ["New"]


def test_a_mail_waits_when_the_mail_server_is_away(dewi, monkeypatch):
    notices.queue(to=dewi, subject="Later", body="…", now=NOW)

    def away(*_args, **_kwargs):
        raise ConnectionRefusedError

    with monkeypatch.context() as away_for_now:
        away_for_now.setattr(notices, "send_mail", away)
        with pytest.raises(ConnectionRefusedError):
            notices.send_waiting(NOW)
    assert Notice.objects.get().sent_at is None

    assert notices.send_waiting(NOW) == (1, 0)


def test_an_address_that_is_refused_keeps_no_other_mail_waiting(citra, dewi, monkeypatch):
    for who in (dewi, citra):
        notices.queue(to=who, subject="One\nBcc: all@example.id", body="…", now=NOW)
    sent = []

    def refusing(subject, _body, _sender, receivers):
        if receivers == [dewi.email]:
            raise SMTPRecipientsRefused({dewi.email: (550, b"no such user")})
        sent.append((subject, *receivers))

    monkeypatch.setattr(notices, "send_mail", refusing)

    assert notices.send_waiting(NOW) == (1, 1)
    assert sent == [("One Bcc: all@example.id", citra.email)]
    assert "refused" in Notice.objects.get(to=dewi).dropped_because


@pytest.mark.parametrize("key", ["9" * 25, "9" * 5000, "abc", "-1"])
def test_releasing_what_is_no_mail_is_refused(client, citra, key):
    client.force_login(citra)

    response = client.post(reverse("outbox"), {"notice": key})

    assert response.status_code == 409
    assert b"nothing-to-release" in response.content


def test_nobody_takes_an_address_by_which_another_could_be_appointed(client, dewi):
    client.force_login(dewi)
    claim = {"action_add": "", "email": "camat@example.id"}

    response = client.post(reverse("account_email"), claim)

    assert response["Location"] == reverse("mfa_index")
    assert not EmailAddress.objects.exists()
    assert Person.objects.get(pk=dewi.pk).email == "dewi@example.id"


@pytest.mark.parametrize("name", ["mfa_index", "mfa_list_webauthn", "account_change_password"])
def test_the_pages_of_account_security_open(client, dewi, name):
    client.force_login(dewi)

    assert client.get(reverse(name)).status_code == 200


def test_an_act_that_tells_many_people_wakes_the_worker_once(
    dewi, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as hooks:
        for number in range(5):
            notices.queue(to=dewi, subject=f"{number}", body="…", now=NOW)

    assert len(hooks) == 1


def upload(name="bukti.pdf", data=PDF):
    return SimpleUploadedFile(name, data)


def test_a_file_is_kept_by_its_hash_and_served_as_a_download(ayu):
    kept = files.keep(upload=upload(), about="entry:1", by=ayu, now=NOW)

    response = files.download(kept)
    assert b"".join(response.streaming_content) == PDF
    response.close()
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == "application/octet-stream"
    assert files.path_of(kept.sha256).exists()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("bukti.pdf", b"", "file-empty"),
        ("bukti.pdf", b"<script>alert(1)</script>", "file-type"),
        ("bukti.pdf", b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "file-type"),
        ("bukti.html", PDF, "file-type"),
        ("bukti.exe", b"MZ" + b"\0" * 200, "file-type"),
        ("bukti", PDF, "file-type"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused(ayu, name, data, code):
    with pytest.raises(Refusal) as no:
        files.keep(upload=upload(name, data), about="entry:1", by=ayu, now=NOW)

    assert no.value.code == code
    assert not Attachment.objects.exists()


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_kept(ayu, settings):
    settings.FILE_LIMIT = len(PDF)
    files.keep(upload=upload(), about="entry:1", by=ayu, now=NOW)

    with pytest.raises(Refusal) as no:
        files.keep(upload=upload(data=PDF + b"\n"), about="entry:1", by=ayu, now=NOW)
    assert no.value.code == "file-too-large"


def test_the_same_file_is_attached_once(ayu):
    files.keep(upload=upload(), about="entry:1", by=ayu, now=NOW)
    files.keep(upload=upload(), about="entry:2", by=ayu, now=NOW)

    with pytest.raises(Refusal) as no:
        files.keep(upload=upload("lain.pdf"), about="entry:1", by=ayu, now=NOW + timedelta(1))
    assert no.value.code == "file-twice"


def test_a_file_name_cannot_leave_its_folder(ayu):
    kept = files.keep(upload=upload("../../etc/passwd.pdf"), about="entry:1", by=ayu, now=NOW)

    assert kept.name == "passwd.pdf"


def test_a_local_admin_of_two_institutions_staffs_both(bima, dewi):
    other = builders.unit(builders.institution("Kota Solo", code="33.72"))
    builders.OfficeTerm.objects.create(
        person=bima, office="local-admin", institution=other.institution, starts=builders.LONG_AGO
    )
    bima.known_terms = None

    appoint(by=bima, person=dewi, office="unit", starts=NOW.date(), now=NOW,
            institution_id=other.institution_id, unit_id=other.pk)  # fmt: skip

    assert [term.unit_id for term in dewi.terms.all()] == [other.pk]


def test_a_mail_that_the_server_will_never_take_holds_up_no_other(dewi, monkeypatch):
    sent = []

    def server(subject, *_args):
        if subject == "Bad":
            raise SMTPDataError(554, b"no")
        sent.append(subject)

    monkeypatch.setattr(notices, "send_mail", server)
    for subject in ("Bad", "Good"):
        notices.queue(to=dewi, subject=subject, body="…", now=NOW)

    assert notices.send_waiting(NOW) == (1, 1)
    assert sent == ["Good"]


def test_a_line_beyond_the_head_is_named():
    lines("a")
    LedgerHead.objects.update(seq=0, digest="")

    assert list(broken_lines()) == ["ledger: line 1 stands beyond the head"]


def test_a_long_page_is_made_anew_and_not_kept(db, rf, monkeypatch):
    from teladan.house import web

    made = []

    @web.public_page
    def page(request):
        made.append(1)
        return HttpResponse("x" * (web.LONGEST_KEPT + 1))

    for _again in range(2):
        request = rf.get("/long/")
        request.now, request.refusal = NOW, None
        assert page(request)["ETag"]
    assert len(made) == 2
    assert not web._kept_pages


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL: row locks")
def test_filing_and_beginning_at_once_wait_for_each_other_and_both_succeed():
    edition = builders.edition(cap_per_institution=500)
    writers = [builders.unit(name=f"Dinas {n}") for n in range(6)]
    drafts = [builders.draft(edition, f"Draf {n}", at) for n, at in enumerate(writers)]
    admin = builders.person("Bima", "local-admin", builders.institution())
    for entry in drafts:
        contest.endorse(by=admin, entry=entry, now=NOW)
    fresh = [builders.innovation(f"Baru {n}", at) for n, at in enumerate(writers)]
    failed = []

    def run(act, **asked):
        try:
            act(now=NOW, **asked)
        except Exception as wrong:
            failed.append(wrong)
        finally:
            connection.close()

    jobs = [Thread(target=run, args=(contest.file_entry,), kwargs={"by": admin, "entry": e})
            for e in drafts]  # fmt: skip
    jobs += [
        Thread(target=run, args=(contest.begin,),
               kwargs={"by": Person.objects.get(terms__unit=at.pk), "edition": edition,
                       "innovation": new, "category": "Kesehatan"})
        for at, new in zip(writers, fresh, strict=True)
    ]  # fmt: skip
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(60)

    assert failed == []
    assert Filing.objects.count() == 6
