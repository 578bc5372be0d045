"""A real browser at the real pages: Chromium from the system, driven by Playwright."""

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

CHROMIUM = next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
# Playwright keeps an event loop in this thread; the tests' own queries are not asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """Use a file for SQLite: in shared memory a reader meets "table is locked" and never waits."""
    database = connections["default"]
    if database.vendor == "sqlite":
        place = tmp_path_factory.mktemp("database") / "browser.sqlite3"
        database.settings_dict["TEST"]["NAME"] = str(place)


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """Somebody at a browser: their page, what the console said, and axe on demand."""

    def __init__(self, browser, server, viewport, scheme="light"):
        self.server = server
        self.context = browser.new_context(
            viewport=viewport, color_scheme=scheme, locale="id-ID", timezone_id="Asia/Jakarta"
        )
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def sign_in(self, person):
        """Sign in by session: the sign-in page itself has a test of its own."""
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = django_settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        self.context.add_cookies(
            [
                {
                    "name": django_settings.SESSION_COOKIE_NAME,
                    "value": session.session_key,
                    "url": self.server.url,
                }
            ]
        )
        return self

    def speak(self, language):
        cookie = {"name": "django_language", "value": language, "url": self.server.url}
        self.context.add_cookies([cookie])
        return self

    def go(self, address):
        self.page.goto(self.server.url + address, wait_until="load")
        return self.page

    def check(self, allow=()):
        """No axe violation, nothing wider than the screen, no complaint in the console."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        told = [
            f"{v['id']}: {v['help']} at {v['nodes'][0]['target']}: {v['nodes'][0]['html'][:160]}"
            for v in found
        ]
        assert told == [], f"{self.page.url}: " + "\n".join(told)
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the screen"
        heard = [line for line in self.complaints if not any(word in line for word in allow)]
        self.complaints.clear()
        assert heard == [], f"{self.page.url}: {heard}"


@pytest.fixture
def visitor(chromium, live_server, transactional_db):
    """Make visitors: visitor(person, viewport=PHONE)."""
    made = []

    def make(person=None, viewport=DESKTOP, scheme="light", language="id"):
        found = Visitor(chromium, live_server, viewport, scheme).speak(language)
        if person:
            found.sign_in(person)
        made.append(found)
        return found

    yield make
    for found in made:
        found.context.close()


def move_calendar(edition, days):
    """Shift every date of an edition, so that a phase is now; time itself runs as it does."""
    rules = dict(edition.rules)
    for place in (rules, *rules["rounds"]):
        for key in ("opens", "closes"):
            place[key] = (datetime.fromisoformat(place[key]) + timedelta(days=days)).isoformat()
    type(edition).objects.filter(pk=edition.pk).update(rules=rules)
