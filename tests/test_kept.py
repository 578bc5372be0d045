"""A world that is put back must be the one that was built, or tests would differ by their order."""

from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from teladan.contest import acts as contest
from teladan.house.files import path_of
from tests import builders
from tests.builders import NOW
from tests.kept import kept, put_back, rows

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


class Undo(Exception):
    """Leave the database as it was."""


@pytest.mark.django_db
def test_every_row_of_a_world_comes_back_as_it_was():
    with suppress(Undo), transaction.atomic():
        builders.sealed_round(builders.full_edition(4), 1)
        built = rows()
        raise Undo
    assert len(built) > 20
    assert rows() == {}

    put_back(built)

    # PostgreSQL lays rows where there is room: their order is nobody's to rely on.
    assert in_order(rows()) == in_order(built)


def in_order(found):
    lines = {table: each.splitlines() if isinstance(each, bytes) else each
             for table, each in found.items()}  # fmt: skip
    return {table: sorted(map(repr, each)) for table, each in lines.items()}


@kept
def begun():
    edition = builders.edition()
    entry = builders.draft(edition)
    upload = SimpleUploadedFile("bukti.pdf", PDF)
    file = contest.attach(by=entry.begun_by, entry=entry, upload=upload, aspect="impact", now=NOW)
    return edition, file


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_one_test_does_to_a_world_the_next_does_not_see(begun, time):
    edition, found = begun
    assert edition.name == "Edition kipp-2026", time
    assert path_of(found.sha256).read_bytes() == PDF
    path_of(found.sha256).unlink()

    edition.name = "Changed"
    edition.save()
    builders.filed(edition, "Satu lagi", now=NOW)
    assert edition.entries.count() == 2
