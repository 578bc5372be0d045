"""What a page may cost: 12 queries at most, and the same number at 30 and at 300 entries."""

from contextlib import suppress

import numpy as np
import pytest
from bench.pages import Visitors, pages
from bench.seed import seed
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.builders import NOW

MOST = 12


class Undo(Exception):
    """Leave the database as it was."""


def queries_at(size):
    """Ask for every page once in a database of this size: name -> number of queries."""
    found = {}
    with suppress(Undo), transaction.atomic():
        sown = seed(size, now=NOW, rng=np.random.default_rng(7), say=lambda what: None)
        for page in pages(sown, Visitors(sown["people"])):
            page.before()
            page.ask()  # signs in, fills caches
            page.before()
            with CaptureQueriesContext(
                connection,
            ) as seen:
                response = page.ask()
            assert response.status_code == page.good, page.name
            if page.goal.queries:
                found[page.name] = [query["sql"] for query in seen.captured_queries]
        raise Undo
    return found


@pytest.mark.django_db
def test_a_page_needs_twelve_queries_at_most_and_the_same_at_30_and_300_entries(clock):
    small, large = queries_at(30), queries_at(300)

    assert len(small) > 20
    for name, asked in large.items():
        assert len(asked) <= MOST, f"{name}: {len(asked)} queries\n" + "\n".join(asked)
        assert len(asked) == len(small[name]), (
            f"{name}: {len(small[name])} queries at 30 entries, {len(asked)} at 300"
        )
