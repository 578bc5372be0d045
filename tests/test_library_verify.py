"""Certificates, receipts and bundles are checked by whoever holds them."""

import copy
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from teladan.awards import acts as awards
from teladan.awards.bundles import bundle_of
from teladan.awards.models import Award
from teladan.contest.models import Edition, Filing
from teladan.house.ledger import digest_of
from teladan.library.proofs import check_bundle
from tests import builders
from tests.builders import AFTER
from tests.kept import kept

pytestmark = pytest.mark.django_db


@kept
def proclaimed():
    edition = builders.full_edition(4)
    builders.sealed_round(edition, 1)
    builders.sealed_round(edition, 2)
    minister = builders.person("Meutia", "minister")
    awards.proclaim(by=minister, edition=edition, decree="KEP 1/2026", now=AFTER)
    return Edition.objects.get(pk=edition.pk)


def verify(client, **asked):
    response = client.get("/verify/", asked)
    return response.status_code, response.content.decode()


def hand_in(client, content, name="bundle.json"):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    response = client.post("/verify/", {"bundle": SimpleUploadedFile(name, data)})
    return response.status_code, response.content.decode()


def test_the_code_of_a_certificate_is_genuine_however_it_is_typed(client, proclaimed):
    award = Award.objects.exclude(code=None).select_related("innovation").first()

    for typed in (award.code, award.code.lower(), award.code.replace("-", " "), f" {award.code}\n"):
        status, shown = verify(client, code=typed)
        assert status == 200
        assert award.innovation.title in shown
        assert "KEP 1/2026" in shown


def test_a_receipt_is_genuine_and_tells_no_title(client, proclaimed):
    filing = Filing.objects.select_related("entry").first()

    status, shown = verify(client, code=filing.receipt)

    assert status == 200
    assert filing.digest in shown
    assert proclaimed.name in shown
    assert filing.entry.title not in shown
    assert verify(client, code=filing.receipt, digest=filing.digest)[0] == 200


def test_a_receipt_with_another_hash_is_refused_and_what_was_typed_stays(client, proclaimed):
    filing = Filing.objects.first()

    status, shown = verify(client, code=filing.receipt, digest="0" * 64)

    assert status == 422
    assert "verdict bad" in shown
    assert f'value="{filing.receipt}"' in shown
    assert f'value="{"0" * 64}"' in shown


@pytest.mark.parametrize(
    "code", ["ABCD-EFGH-JKLM-NPQR", "ABCD", "O0I1-ABCD-ABCD-ABCD", "", "<b>", "x" * 5000, "\0"]
)
def test_a_forged_or_mistyped_code_is_refused_with_the_reason(client, proclaimed, code):
    status, shown = verify(client, code=code)

    assert status == 422
    assert "verdict bad" in shown or 'class="errorlist' in shown
    assert "<b>" not in shown.replace("<b>Teladan", "")


def test_before_the_proclamation_the_code_of_a_coming_certificate_is_unknown(client, clock):
    edition = builders.full_edition(4)
    builders.sealed_round(edition, 1)
    entry = edition.entries.first()

    assert verify(client, code=awards.code_for(edition, entry.pk))[0] == 422


def test_a_published_bundle_is_genuine(client, proclaimed):
    status, shown = hand_in(client, bundle_of(proclaimed))

    assert status == 200
    assert "verdict" in shown
    assert "verdict bad" not in shown
    # The second time from memory, with the same answer.
    assert hand_in(client, bundle_of(proclaimed))[0] == 200


def swap_places(bundle):
    rows = bundle["rounds"][-1]["standings"]
    rows[0]["entry"], rows[1]["entry"] = rows[1]["entry"], rows[0]["entry"]


def change_a_mark(bundle):
    bundle["rounds"][0]["inputs"]["marks"][0][2][0] = "99"


def rename_an_entry(bundle):
    first = next(iter(bundle["entries"]))
    bundle["entries"][first][0] = "Judul Lain"


def invent_an_entry(bundle):
    bundle["rounds"][0]["inputs"]["entries"].append(10**6)


def ask_for_too_much(bundle):
    bundle["rounds"][0]["inputs"]["entries"] = list(range(100_000))


def hide_half_a_character(bundle):
    bundle["\ud800"] = "\0"
    bundle["rounds"][0]["standings"][0]["raw"] = "\ud800"


def say_nonsense(bundle):
    bundle["rounds"][0]["inputs"]["weights"] = {"a": None}


@pytest.mark.parametrize(
    "forge",
    [
        swap_places,
        change_a_mark,
        rename_an_entry,
        invent_an_entry,
        ask_for_too_much,
        say_nonsense,
        hide_half_a_character,
    ],
)
@pytest.mark.parametrize("signed", [False, True])
def test_a_forged_bundle_is_refused_and_the_misfit_named(client, proclaimed, forge, signed):
    bundle = copy.deepcopy(bundle_of(proclaimed))
    forge(bundle)
    if signed and forge is not hide_half_a_character:  # the forger computed the outer digest anew
        bundle["digest"] = digest_of({k: v for k, v in bundle.items() if k != "digest"})

    status, shown = hand_in(client, bundle, "tiruan.json")

    assert status == 422
    assert "verdict bad" in shown
    assert "tiruan.json" in shown
    verdict = check_bundle(json.dumps(bundle).encode())
    assert verdict.faults


def test_a_forged_bundle_that_holds_together_is_not_ours(proclaimed):
    bundle = copy.deepcopy(bundle_of(proclaimed))
    bundle["decree"] = "KEP 2/2026"
    bundle["digest"] = digest_of({k: v for k, v in bundle.items() if k != "digest"})

    verdict = check_bundle(json.dumps(bundle).encode())

    assert not verdict.genuine
    assert any("decree" in fault for fault in verdict.faults)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"not json", b"[]", b"{}", b"null", b"[" * 100_000, b"{" * 100,
        b'{"edition": NaN}', b'{"edition": "tidak-ada"}', b'{"edition": {"a": 1}}',
        b'{"edition": "\\ud800\\u0000<b>"}',
        b'{"edition": 1' + b"0" * 5000 + b"}",
    ],
)  # fmt: skip
def test_a_file_that_is_no_bundle_is_refused(client, proclaimed, content):
    assert hand_in(client, content)[0] == 422


def test_a_file_over_four_megabytes_is_refused(client):
    status, shown = hand_in(client, b" " * (4 * 1024 * 1024 + 1))

    assert status == 422
    assert "4 MB" in shown


def test_the_bundle_of_an_edition_under_embargo_is_not_admitted(client, clock):
    edition = builders.full_edition(4)
    builders.sealed_round(edition, 1)

    status, shown = hand_in(client, {"edition": edition.slug, "format": "teladan-bundle-1"})
    unknown = hand_in(client, {"edition": "kipp-1999", "format": "teladan-bundle-1"})

    assert status == unknown[0] == 422
    assert edition.name not in shown


def test_one_bundle_at_a_time_is_computed_and_the_next_is_asked_to_wait(
    client, proclaimed, monkeypatch
):
    class Taken:
        def acquire(self, timeout):
            return False

    monkeypatch.setattr("teladan.library.proofs._one_at_a_time", Taken())

    assert hand_in(client, bundle_of(proclaimed))[0] == 503
