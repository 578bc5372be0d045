"""Worlds that many tests begin in: each is built once a process, then its rows are put back.

An edition with both rounds sealed takes hundreds of acts; its rows go in within milliseconds. A
test cannot tell the difference and leaves nothing behind: the rows go with its transaction.

    @kept
    def sealed():
        ...
        return edition

is a fixture like any other, made before all that the test asks for beside it (see conftest.py),
since it begins in an empty database.
"""

import copy
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db import connection

from tests import builders

WORLDS = []


def kept(build):
    """Make a fixture of a function without arguments that fills an empty database."""
    memory = []

    @pytest.fixture(name=build.__name__)
    def world(db):
        if not memory:
            assert not rows(), f"{build.__name__} begins in an empty database"
            with time_machine.travel(builders.NOW, tick=False):
                found = build()
            memory.append((copy.deepcopy(found), rows(), files()))
            return found
        found, old_rows, old_files = memory[0]
        put_back(old_rows)
        for name, content in old_files.items():
            place = Path(settings.MEDIA_ROOT) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        return copy.deepcopy(found)

    WORLDS.append(world)
    return world


def files():
    """Every file handed in: its path below the folder -> its content."""
    home = Path(settings.MEDIA_ROOT)
    return {at.relative_to(home): at.read_bytes() for at in home.rglob("*") if at.is_file()}


def tables():
    """Each table that only people fill -> its columns, without those the database computes."""
    filled_by_migrate = {"auth", "contenttypes"}
    found = {}
    for meta in (model._meta for model in apps.get_models(include_auto_created=True)):
        if meta.managed and meta.app_label not in filled_by_migrate:
            written = [field for field in meta.local_concrete_fields if not field.generated]
            found[quoted(meta.db_table)] = ", ".join(quoted(field.column) for field in written)
    return found


def quoted(name):
    return connection.ops.quote_name(name)


def rows():
    """What stands in every table that is not empty, as the database itself writes it."""
    found = {}
    with connection.cursor() as cursor:
        for table, columns in tables().items():
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as out:
                    content = b"".join(out)
            else:
                # A sum has no type of its own: so no date is read into an object and back.
                plain = ", ".join(f"+{column}" for column in columns.split(", "))
                content = cursor.execute(f"SELECT {plain} FROM {table}").fetchall()
            if content:
                found[table, columns] = content
    return found


def put_back(old_rows):
    """Foreign keys are looked at when the transaction ends, so any order of tables does."""
    with connection.cursor() as cursor:
        for (table, columns), content in old_rows.items():
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as into:
                    into.write(content)
            else:
                marks = ", ".join(["%s"] * len(columns.split(", ")))
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", content)
