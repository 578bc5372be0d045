"""What keeps a served site quick."""

from django.db import connection

from teladan.management.serving import survey
from tests import builders


def test_sqlite_knows_how_many_rows_share_a_key_once_it_looked(db):
    for number in range(5):
        builders.person(f"Orang {number}")
    survey()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # it looks by itself
            cursor.execute("SELECT to_regclass('sqlite_stat1')")
            assert cursor.fetchone() == (None,)
            return
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'teladan_person'")
        counts = {row[0].split()[0] for row in cursor.fetchall()}
    assert counts
    assert min(map(int, counts)) >= 5
