"""One innovation through the whole house, by the web client, one person an office.

The steps are the thirteen of docs/story.md: prize.py walks the first eight, onward.py the others.
In Chromium they are walked by tests/browser/.
"""

import io
import json

import pytest
from pypdf import PdfReader

from teladan.awards.acts import broken_pots
from teladan.awards.bundles import faults_in
from teladan.contest.models import Standing
from teladan.house.ledger import broken_lines
from teladan.house.models import Ledger
from teladan.panel.acts import broken_seals
from teladan.panel.models import Seat
from tests.onward import walk_on
from tests.prize import walk_to_the_prize
from tests.walker import Walker

pytestmark = pytest.mark.django_db


def test_an_innovation_goes_all_the_way_round(clock):
    went = walk_to_the_prize(clock)
    first, second = went.seals
    neighbours = Seat.objects.filter(reader__person__name="Tetangga")
    assert neighbours.exists()
    assert not neighbours.filter(entry=went.entry).exists()
    assert Standing.objects.filter(seal=first, stood=True).count() == 4
    assert Standing.objects.filter(seal=second, stood=True).count() == 2
    receipt = went.filing.receipt
    assert Ledger.objects.filter(act="contest.file_entry", facts__receipt=receipt).exists()

    check_what_the_public_takes_away(went.winner, went.award)
    source = went.winner.innovation
    born = walk_on(source, clock)
    assert born.source == source
    Walker().open(f"/library/{source.pk}/").sees(source.title)
    assert [*broken_lines(), *broken_seals(), *broken_pots()] == []


def check_what_the_public_takes_away(winner, award):
    public = Walker()
    public.open(f"/certificates/{award.code}.pdf")
    text = PdfReader(io.BytesIO(public.body)).pages[0].extract_text()
    assert winner.title in " ".join(text.split())
    assert award.code in text
    public.open("/editions/kipp-2026/bundle.json")
    body = public.body or b"".join(public.response.streaming_content)
    assert faults_in(json.loads(body)) == []
