"""History is one line, and complete."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader


@pytest.mark.django_db
def test_history_is_one_line_and_complete():
    leaves = MigrationLoader(connection).graph.leaf_nodes("teladan")

    assert len(leaves) == 1
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
