"""The pages of matching, through the web client, one person an office."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from teladan.desk.awaits.matching import AWAITS
from teladan.house import files
from teladan.house.models import Attachment
from teladan.matching import acts
from teladan.matching.models import Agreement, Need, Pairing, Proposal
from teladan.matching.rules import FitRules
from teladan.matching.views.pairings import REASONS
from tests import builders, circle

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(circle.JUNE, tick=False):
        yield


def typed():
    rules = FitRules()
    return {
        "year": "2026",
        "floor": "20",
        "reserve": "30",
        **{f"w_{code}": str(weight) for code, weight in rules.weights.items()},
    }


def test_a_need_is_paired_agreed_and_becomes_a_replica_page_by_page(them, client):
    innovation = circle.honoured()
    client.force_login(them["adopter"])
    stated = {
        "theme": "education",
        "problem": "Anak putus sekolah.",
        "target_group": "Anak nelayan",
        "wanted": "1",
        "ready_leader": "1",
        "ready_budget": "0",
    }
    assert client.post("/needs/new/", stated | {"theme": ""}).status_code == 422
    assert client.post("/needs/new/", stated).status_code == 302
    need = Need.objects.get()
    assert need.readiness == {"leader": True, "budget": False}
    client.force_login(them["owner"])
    assert client.get(f"/needs/{need.pk}/").status_code == 404
    offered = {"innovation": innovation.pk, "theme": "education", "year": "2026", "capacity": "1"}
    assert client.post("/offers/new/", offered).status_code == 302
    client.force_login(them["matchmaker"])
    assert client.post("/pairings/", typed()).status_code == 302
    run, proposal = Pairing.objects.get(), Proposal.objects.get()
    shown = client.get(f"/pairings/{run.pk}/").content.decode()
    assert need.institution.name in shown
    page = f"/proposals/{proposal.pk}/"
    client.force_login(them["adopter"])
    assert client.post(page, {"do": "decline", "reason": ""}).status_code == 409
    assert client.post(page, {"do": "accept"}).status_code == 302
    client.force_login(them["owner"])
    assert client.post(page, {"do": "accept"}).status_code == 302
    client.force_login(them["matchmaker"])
    agreed = {
        "do": "agree",
        "topic": "Kelas di perahu",
        "starts": "2026-06-08",
        "ends": "2027-12-08",
        "adopter_role": "Menyiapkan",
        "source_role": "Melatih",
    }
    assert client.post(page, agreed).status_code == 302
    agreement = Agreement.objects.get()
    page = f"/agreements/{agreement.pk}/"
    client.force_login(them["adopter"])
    for stage in ("understand", "adapt", "reuse"):
        sent = client.post(f"{page}do/", {"do": "advance", "stage": stage, "told": "Sudah."})
        assert sent.status_code == 302
    client.force_login(them["adopter-unit"])
    made = {
        "do": "register",
        "unit": builders.unit(circle.adopter(), "Dinas Sosial").pk,
        "title": "Kelas Gerobak",
        "summary": "Gerobak.",
        "started": "2026-05-01",
        "kept": "Guru.",
        "adapted": "",
    }
    assert client.post(f"{page}do/", made).status_code == 422
    assert client.post(f"{page}do/", made | {"adapted": "Gerobak."}).status_code == 302
    client.logout()
    assert "Kelas Gerobak" not in client.get(page).content.decode()
    for side, who in (("adopter", "adopter"), ("source", "owner")):
        client.force_login(them[who])
        assert client.post(f"{page}do/", {"do": "confirm", "side": side}).status_code == 302
    client.logout()
    assert "Kelas Gerobak" in client.get(page).content.decode()
    assert "Kelas di perahu" in client.get("/matching/").content.decode()


def test_an_unmatched_need_is_explained_on_screen(them, client):
    circle.need(them["adopter"], theme="water")
    circle.offer(them["owner"], theme="education")
    client.force_login(them["matchmaker"])
    assert client.post("/pairings/", typed()).status_code == 302
    run = Pairing.objects.get()
    assert [row["reason"] for row in run.report["unmatched"]] == ["no fit"]
    with translation.override("id"):
        why = str(REASONS["no fit"])
    assert why in client.get(f"/pairings/{run.pk}/").content.decode()


def test_readiness_and_declined_answers_do_not_show_to_others(them, client):
    found = circle.agreement(them)
    page = f"/agreements/{found.pk}/"
    before = client.get(page).content
    assert found.open_items
    Agreement.objects.update(open_items=[])
    Need.objects.update(readiness={"leader": False})
    assert client.get(page).content == before
    client.force_login(them["agency"])
    assert client.get(f"/proposals/{found.proposal_id}/").status_code == 404


def waits(person, now=circle.JUNE):
    """The addresses on somebody's desk that matching put there."""
    found = []
    for term in person.terms.all():
        if told := AWAITS.get(term.office):
            found += [todo.url for todo in told(term, now)]
    return found


def test_each_desk_holds_the_next_step_and_no_other(them):
    found = circle.proposal(them)
    page = f"/proposals/{found.pk}/"
    assert waits(them["adopter"]) == waits(them["owner"]) == [page]

    acts.reply(by=them["adopter"], proposal=found, accepted=True, reason="", now=circle.JUNE)
    assert (waits(them["adopter"]), waits(them["owner"])) == ([], [page])
    acts.reply(by=them["owner"], proposal=found, accepted=True, reason="", now=circle.JUNE)
    assert waits(them["matchmaker"]) == [page]
    assert waits(them["owner"]) == []


def test_what_one_side_declined_waits_for_nobody(them):
    found = circle.proposal(them)
    acts.reply(by=them["owner"], proposal=found, accepted=False, reason="Penuh", now=circle.JUNE)

    assert waits(them["adopter"]) == waits(them["owner"]) == waits(them["matchmaker"]) == []


def test_a_transfer_waits_for_its_adopter_then_for_both_to_confirm(them):
    made = circle.replica(them)
    page = f"/agreements/{made.agreement.pk}/"
    assert waits(them["adopter"]) == waits(them["owner"]) == []
    made.confirmations.filter(side="source").delete()
    assert (waits(them["adopter"]), waits(them["owner"])) == ([], [page])
    made.confirmations.all().delete()
    assert waits(them["adopter"]) == [page]
    Agreement.objects.update(replica=None)
    assert waits(them["adopter-unit"]) == [page]
    made.agreement.steps.filter(stage="reuse").delete()
    assert (waits(them["adopter"]), waits(them["owner"])) == ([page], [])


def test_evidence_of_a_stage_is_for_the_two_sides_the_ministry_and_nobody_else(
    them, client, django_assert_max_num_queries
):
    found = circle.agreement(them)
    page = f"/agreements/{found.pk}/"
    client.force_login(them["adopter"])
    pdf = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    upload = SimpleUploadedFile("berita-acara.pdf", pdf)
    sent = {"do": "advance", "stage": "understand", "told": "Sudah.", "upload": upload}
    assert client.post(f"{page}do/", sent).status_code == 302
    file = f"{page}files/{Attachment.objects.get().pk}/"
    auditor = builders.person("Aulia", "auditor")
    for who in (them["adopter"], them["owner"], them["matchmaker"], auditor):
        client.force_login(who)
        with django_assert_max_num_queries(12):
            shown = client.get(page).content.decode()
        assert "berita-acara.pdf" in shown
        assert file in shown
        answer = client.get(file)
        assert b"".join(answer.streaming_content) == pdf
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Cache-Control"] == "private, no-store"
    other = builders.institution("Pemerintah Kabupaten 1", "regency", "11.01")
    stranger = builders.person("Admin 1", "local-admin", other)
    for who in (them["agency"], them["adopter-unit"], them["host"], stranger):
        client.force_login(who)
        assert "berita-acara.pdf" not in client.get(page).content.decode()
        assert client.get(file).status_code == 404
    client.logout()
    assert "berita-acara.pdf" not in client.get(page).content.decode()
    assert client.get(file).status_code == 302


def test_a_file_is_had_only_at_the_address_of_its_own_agreement(them, client):
    """Who reads one agreement does not reach another's evidence, or an entry's, through it."""
    found = circle.agreement(them)
    pdf = SimpleUploadedFile("lain.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    theirs = files.keep(upload=pdf, about="entry:1", by=them["agency"], now=circle.JUNE)
    client.force_login(them["adopter"])
    page = f"/agreements/{found.pk}/"
    assert client.get(page).status_code == 200
    assert client.get(f"{page}files/{theirs.pk}/").status_code == 404
    assert client.get(f"/agreements/{found.pk + 1}/files/{theirs.pk}/").status_code == 404
