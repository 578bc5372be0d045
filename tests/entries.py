"""What the tests of the contest's pages do to entries, and how they count questions."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from teladan.contest import acts
from teladan.contest.models import Answer
from tests.builders import CLOSES, NOW


def write(by, entry, text):
    """Save a new text on impact, as somebody does who has seen the last one."""
    version = Answer.objects.get(entry=entry, aspect="impact").version
    return acts.write(by=by, entry=entry, aspect="impact", text=text, version=version, now=NOW)


def screen(by, entry, passed=True, reasons=(), note=""):
    return acts.screen(by=by, entry=entry, passed=passed, reasons=reasons, note=note, now=CLOSES)


def queries(client, person, url):
    client.force_login(person)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)
