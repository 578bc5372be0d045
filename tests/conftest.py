"""The people of the tests, always the same, and a fixed clock."""

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from hypothesis import settings as hypothesis_settings

from teladan.contest import acts
from teladan.contest.models import Entry
from teladan.house import web
from teladan.library import index
from tests import builders, kept
from tests.builders import NOW

hypothesis_settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=60)
hypothesis_settings.load_profile("fixed")


# Whatever asks for none of these is kept from the database by pytest-django.
TO_THE_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_collection_modifyitems(items):
    """Mark what can reach the database: only that is worth running on a second one."""
    for item in items:
        if item.get_closest_marker("django_db") or TO_THE_DATABASE & set(item.fixturenames):
            item.add_marker(pytest.mark.database)


@pytest.fixture(autouse=True)
def surroundings(settings, tmp_path, monkeypatch):
    """No manifest, cheap passwords, no worker, and folders of the test's own."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.SEARCH_ROOT = tmp_path / "search"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.ACCOUNT_RATE_LIMITS = False
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    web._kept_pages.clear()
    monkeypatch.setattr(index, "_open", None)  # the index of an earlier test


@pytest.fixture(autouse=True)
def world_first(request, surroundings):
    """Make a world that is kept before anything else: it begins in an empty database."""
    for name, value in vars(request.module).items():
        if name in request.fixturenames and any(value is world for world in kept.WORLDS):
            request.getfixturevalue(name)


@pytest.fixture
def clock():
    """Stand still at builders.NOW; `clock.move_to(moment)` goes elsewhere."""
    with time_machine.travel(builders.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def citra(db):
    """The secretariat."""
    return builders.person("Citra", "secretariat")


@pytest.fixture
def ayu(db):
    """Of a service unit."""
    return builders.person("Ayu", "unit", builders.unit())


@pytest.fixture
def bima(db):
    """The local admin of Ayu's institution."""
    return builders.person("Bima", "local-admin", builders.institution())


@pytest.fixture
def dewi(db):
    """A stranger: she can sign in, and holds no office."""
    return builders.person("Dewi")


@pytest.fixture
def edition(citra):
    return builders.edition(citra)


@pytest.fixture
def draft(edition, ayu):
    """Ayu's complete draft."""
    return builders.draft(edition, writer=ayu)


@pytest.fixture
def filed(draft, bima):
    acts.endorse(by=bima, entry=draft, now=NOW)
    acts.file_entry(by=bima, entry=draft, now=NOW)
    return Entry.objects.get(pk=draft.pk)


@pytest.fixture
def come(client, clock):
    """Come to a page as somebody; what is given is sent."""

    def come(person, name, *args, data=None, status=200, query=""):
        client.logout()
        if person:
            client.force_login(person)
        url = reverse(name, args=args) + query
        response = client.get(url) if data is None else client.post(url, data)
        assert response.status_code == status, f"{response.status_code} at {url}"
        come.response = response
        streamed = response.streaming
        return (b"".join(response) if streamed else response.content).decode(errors="replace")

    return come
